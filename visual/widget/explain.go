package widget

import (
	"image"

	"gioui.org/f32"
	"gioui.org/gesture"
	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/op/clip"

	"ftpscope/visual/scene"
)

// Explain says what a name on show, in its place word, means, over everything else, while the
// pointer rests on it; a screen reader is told always. It stands below the word
// or, up, above it, in at most width pixels.
func (k *Kit) Explain(gtx layout.Context, h *gesture.Hover, name string, word image.Rectangle, text string, width int, up bool) {
	area := clip.Rect(word).Push(gtx.Ops)
	semantic.LabelOp(name).Add(gtx.Ops)
	semantic.DescriptionOp(text).Add(gtx.Ops)
	hover := clip.Rect(word).Push(gtx.Ops) // of its own: what handles events takes the words from an area
	h.Add(gtx.Ops)
	hover.Pop()
	area.Pop()
	if !h.Update(gtx.Source) {
		return
	}
	macro := op.Record(gtx.Ops)
	pad := k.Dp(8)
	words := k.Painter.Paragraph(text, scene.Small, min(width, k.Sp(320))-2*pad, 8)
	box := image.Rect(0, 0, int(words.Width)+2*pad, int(words.Height)+2*pad).Add(image.Pt(word.Min.X, word.Max.Y))
	if up {
		box = box.Sub(image.Pt(0, box.Dy()+word.Dy()))
	}
	k.Round(gtx.Ops, box, 4, scene.Raised)
	k.Edge(gtx.Ops, box, 4, 1, scene.Muted)
	told := clip.Rect(box).Push(gtx.Ops)
	semantic.LabelOp(text).Add(gtx.Ops)
	told.Pop()
	words.Paint(gtx.Ops, f32.Pt(float32(box.Min.X+pad), float32(box.Min.Y+pad)), k.Palette[scene.Ink])
	op.Defer(gtx.Ops, macro.Stop())
}
