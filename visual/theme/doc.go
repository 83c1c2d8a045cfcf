// Package theme says what paints and text styles look like: three palettes,
// the two typefaces, and the unit that everything is spaced by.
package theme
