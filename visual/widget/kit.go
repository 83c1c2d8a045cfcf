package widget

import (
	"image"

	"gioui.org/f32"
	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/op/clip"
	"gioui.org/unit"

	"ftpscope/visual/draw"
	"ftpscope/visual/scene"
)

// Focus is what kind of thing has the keyboard.
type Focus uint8

// The kinds: nothing, something that Space and Enter press, something that is
// written in.
const (
	FocusNone Focus = iota
	FocusButton
	FocusText
)

// Kit is what all widgets of a window draw with, and what they report.
type Kit struct {
	*draw.Painter

	// Focus is what had the keyboard in the layout so far, and Focused its name.
	Focus   Focus
	Focused string

	todo []func()
}

// Do has an action done once everything is laid out: what is laid out after it
// still finds the state that what came before it found.
func (k *Kit) Do(action func()) { k.todo = append(k.todo, action) }

// Act does what was asked for while laying out, in its order, and reports
// whether there was anything, so that what was laid out may be out of date.
func (k *Kit) Act() bool {
	for i := 0; i < len(k.todo); i++ {
		k.todo[i]()
	}
	acted := len(k.todo) > 0
	clear(k.todo)
	k.todo = k.todo[:0]
	return acted
}

// Dp is a length in pixels.
func (k *Kit) Dp(v unit.Dp) int { return k.Metric.Dp(v) }

// Sp is a length that grows with the text, in pixels.
func (k *Kit) Sp(v unit.Sp) int { return k.Metric.Sp(v) }

// LineHeight is how high one line of a style is, in pixels.
func (k *Kit) LineHeight(s scene.Style) int { return int(k.Line("Ag", s, 0).Height + 0.5) }

// ControlHeight is how high a button or a field is.
func (k *Kit) ControlHeight() int { return max(k.Dp(32), k.LineHeight(scene.Body)+k.Dp(12)) }

// Width is how wide a text is, in pixels.
func (k *Kit) Width(s string, style scene.Style) int { return int(k.Line(s, style, 0).Width + 0.999) }

// Paragraph is a text of at most so many lines.
func (k *Kit) Paragraph(gtx layout.Context, s string, style scene.Style, c scene.Paint, lines int) layout.Dimensions {
	b := k.Painter.Paragraph(s, style, gtx.Constraints.Max.X, lines)
	size := image.Pt(int(b.Width+0.999), int(b.Height+0.5))
	size.X = max(size.X, gtx.Constraints.Min.X)
	area := clip.Rect{Max: size}.Push(gtx.Ops)
	semantic.LabelOp(s).Add(gtx.Ops)
	area.Pop()
	b.Paint(gtx.Ops, f32.Point{}, k.Palette[c])
	return layout.Dimensions{Size: size}
}

// TextIn draws a line of text in a box without a name of its own: centred, or
// from the left, always in the middle of the height.
func (k *Kit) TextIn(ops *op.Ops, r image.Rectangle, s string, style scene.Style, c scene.Paint, a scene.Anchor) {
	b := k.Line(s, style, float32(r.Dx()))
	x := float32(r.Min.X)
	switch a {
	case scene.Centre:
		x += (float32(r.Dx()) - b.Width) / 2
	case scene.Right:
		x += float32(r.Dx()) - b.Width
	}
	b.Paint(ops, f32.Pt(x, float32(r.Min.Y)+(float32(r.Dy())-b.Height)/2), k.Palette[c])
}

// Place lays w out in a rectangle.
func Place(gtx layout.Context, r image.Rectangle, w layout.Widget) layout.Dimensions {
	if r.Empty() {
		return layout.Dimensions{}
	}
	defer op.Offset(r.Min).Push(gtx.Ops).Pop()
	gtx.Constraints = layout.Exact(r.Size())
	return w(gtx)
}

// Clipped is Place with nothing drawn outside.
func Clipped(gtx layout.Context, r image.Rectangle, w layout.Widget) layout.Dimensions {
	if r.Empty() {
		return layout.Dimensions{}
	}
	defer clip.Rect(r).Push(gtx.Ops).Pop()
	return Place(gtx, r, w)
}
