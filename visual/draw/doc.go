// Package draw turns scenes and texts into Gio's drawing operations. A text is
// shaped once and kept as recorded operations, so that a frame that says what
// the last one said costs next to nothing.
package draw
