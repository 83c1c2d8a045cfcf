// Package visual is the window: one player with its stage, caption, inspector,
// sequence diagram and time bar.
//
// [App] lays a frame out from the state in package model; it knows neither
// window nor picture file. [Main] puts it in a window and [Render] in an image,
// so that both show the same. Nothing is drawn while nothing changes.
package visual
