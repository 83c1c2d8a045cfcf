package visual

import (
	"image"

	"gioui.org/layout"
	"gioui.org/op"

	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// askButtons are the questions beside the caption.
type askButtons struct{ why, whatIf widget.Button }

// askWidth is how much of the caption's width the questions take.
func (a *App) askWidth() int {
	k := &a.kit
	return max(k.Width(a.text("window.why"), scene.Body), k.Width(a.text("window.what_if"), scene.Body)) + k.Dp(28)
}

// layoutAsk puts the questions that can be asked about the present moment below
// each other.
func (a *App) layoutAsk(gtx layout.Context, r image.Rectangle) {
	k, ask := &a.kit, &a.inspector.ask
	h, gap := k.ControlHeight(), k.Dp(4)
	whatIf := a.Player.Action(model.ActWhatIf).Ready()
	y := r.Min.Y + (r.Dy()-h)/2
	if whatIf {
		y = r.Min.Y + (r.Dy()-2*h-gap)/2
	}
	widget.Place(gtx, image.Rect(r.Min.X, y, r.Max.X, y+h), func(gtx layout.Context) layout.Dimensions {
		return a.act(gtx, &ask.why, model.ActWhy, widget.Look{Label: a.text("window.why"), Width: r.Dx(), Selected: a.Player.Why.Open})
	})
	if !whatIf {
		return
	}
	y += h + gap
	widget.Place(gtx, image.Rect(r.Min.X, y, r.Max.X, y+h), func(gtx layout.Context) layout.Dimensions {
		return a.act(gtx, &ask.whatIf, model.ActWhatIf, widget.Look{Label: a.text("window.what_if"), Width: r.Dx()})
	})
}

// asked is the state of a line of the inspector that jumps to its event and can
// be asked why.
type asked struct{ row, why widget.Button }

// askedRow lays such a line out. The question is seen where the line is pointed
// at or chosen.
func (a *App) askedRow(gtx layout.Context, s *asked, look widget.Look, size image.Point, event func() trace.ID, jump func(trace.ID), face layout.Widget) layout.Dimensions {
	k := &a.kit
	k.Press(gtx, &s.row, look, size, 0, func() { jump(event()) }, func(gtx layout.Context) {
		switch {
		case look.Selected:
			k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.CursorTint)
		case s.row.Hovered():
			k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Raised)
		}
		face(gtx)
	})
	if !a.Player.MayAsk() {
		return layout.Dimensions{Size: size}
	}
	w := k.Width(a.text("window.why"), scene.Small) + k.Dp(16)
	defer op.Offset(image.Pt(size.X-w-k.Dp(12), 0)).Push(gtx.Ops).Pop()
	box := image.Rect(0, 0, w, size.Y-max(k.Dp(1), 1))
	ask := widget.Look{Name: a.text("why.ask", "what", look.Name)}
	k.Press(gtx, &s.why, ask, box.Size(), 4, func() { a.Player.Ask(event()) }, func(gtx layout.Context) {
		if !look.Selected && !s.row.Hovered() && !s.why.Hovered() && !gtx.Focused(&s.why.Clickable) {
			return
		}
		ground := scene.Raised
		if look.Selected {
			ground = scene.CursorTint
		}
		k.Fill(gtx.Ops, box, ground)
		k.TextIn(gtx.Ops, box, a.text("window.why"), scene.Small, scene.Ink, scene.Centre)
	})
	return layout.Dimensions{Size: size}
}

// news marks a row that has just changed.
func (a *App) news(gtx layout.Context, height int) {
	k := &a.kit
	d := k.Dp(6)
	at := image.Rect(k.Dp(8), (height-d)/2, k.Dp(8)+d, (height-d)/2+d)
	k.Round(gtx.Ops, at, 3, scene.RewrittenPaint)
}

// latest is the latest event up to the cursor that is meant, or 0.
func (a *App) latest(meant func(trace.Event) bool) trace.ID {
	for id := a.Player.Cursor.N; id > 0; id-- {
		if meant(a.Player.Run.Trace.Event(id)) {
			return id
		}
	}
	return 0
}
