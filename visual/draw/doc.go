// Package draw turns scenes and texts into Gio's drawing operations. A text is
// shaped once and its letters are drawn once in each colour, into a small picture
// that is kept, so that a frame that says what the last one said costs next to
// nothing.
package draw
