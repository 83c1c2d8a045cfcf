// Package widget holds the small things that windows are made of: labels,
// buttons, choices, tabs, the time bar, a field to write in. Each keeps its
// state apart from its drawing. All are flat, named for a screen reader, reached
// by Tab, worked by Enter and Space, and show where the focus is.
package widget
