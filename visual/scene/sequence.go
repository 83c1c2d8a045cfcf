package scene

import "ftpscope/sim/trace"

// Sequence draws the sequence diagram, scrolled down by scroll, and returns
// how high all of its rows are together with the heading.
func Sequence(v *View, by trace.Size, scroll float32, out *Scene) (contentHeight float32) {
	out.Reset(v.W, v.H)
	return 0
}
