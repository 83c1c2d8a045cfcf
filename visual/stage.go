package visual

import (
	"image"

	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/op/clip"

	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// stagePane is the state of the stage: its picture, kept for its storage, and
// the regions that can be pressed.
type stagePane struct {
	scene scene.Scene
	hits  hits
}

// hits are the pressable regions of a scene by their names.
type hits map[scene.HitID]*widget.Button

func (a *App) layoutStage(gtx layout.Context) layout.Dimensions {
	k := &a.kit
	size := gtx.Constraints.Max
	k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Surface)
	pad := k.Dp(16)
	head := k.Dp(8)
	if !a.tight {
		head += k.LineHeight(scene.Body) + k.Dp(8)
		a.stageHead(gtx, image.Rect(pad+k.Dp(4), k.Dp(8), size.X-pad-k.Dp(4), head))
	}
	r := image.Rect(pad, head, size.X-pad, size.Y)
	widget.Place(gtx, r, func(gtx layout.Context) layout.Dimensions {
		a.fit(r)
		a.markPointed()
		scene.Stage(&a.view, &a.stage.scene)
		k.Scene(gtx.Ops, &a.stage.scene)
		a.stage.hits = a.press(gtx, a.stage.hits, &a.stage.scene, a.showHit)
		return layout.Dimensions{Size: r.Size()}
	})
	return layout.Dimensions{Size: size}
}

// fit gives the view the size of a place.
func (a *App) fit(r image.Rectangle) {
	a.view.W = float32(r.Dx()) / a.kit.Metric.PxPerDp
	a.view.H = float32(r.Dy()) / a.kit.Metric.PxPerDp
}

// stageHead says which step this is, and what the clock of the run shows.
func (a *App) stageHead(gtx layout.Context, r image.Rectangle) {
	k := &a.kit
	now := "t = " + a.texts.Duration(a.view.Clock())
	w := k.Width(now, scene.Mono)
	left := r
	left.Max.X -= w + k.Dp(16)
	k.TextIn(gtx.Ops, left, a.place(), scene.Body, scene.Muted, scene.Left)
	k.TextIn(gtx.Ops, r, now, scene.Mono, scene.Muted, scene.Right)
}

// place says how many steps were made, of how many that may be seen: "" where
// nothing may be yet.
func (a *App) place() string {
	if a.Player.InLesson() && !a.Player.Learn.Labs() {
		return "" // the lesson counts its own, and shows the run by pieces
	}
	at, of := a.Player.Transport().Place()
	if of == 0 {
		return ""
	}
	return a.text("window.place."+sizeNames[a.Player.Cursor.Size], "at", at, "of", of)
}

var sizeNames = [...]string{trace.ByStep: "step", trace.ByMessage: "message", trace.ByPacket: "packet"}

// press lays the pressable regions of a scene out.
func (a *App) press(gtx layout.Context, h hits, s *scene.Scene, do func(scene.HitID)) hits {
	k := &a.kit
	if h == nil || len(h) > 8*len(s.Hits)+256 { // packets long gone
		h = hits{}
	}
	for i := range s.Hits {
		hit := &s.Hits[i]
		b := h[hit.ID]
		if b == nil {
			b = &widget.Button{}
			h[hit.ID] = b
		}
		id := hit.ID
		p := k.Metric.PxPerDp
		r := image.Rect(int(hit.Rect.X*p), int(hit.Rect.Y*p), int((hit.Rect.X+hit.Rect.W)*p), int((hit.Rect.Y+hit.Rect.H)*p))
		at := op.Offset(r.Min).Push(gtx.Ops)
		k.Press(gtx, b, widget.Look{Name: hit.Name, State: hit.Description}, r.Size(), 6, func() { do(id) }, func(layout.Context) {})
		at.Pop()
	}
	return h
}

// showHit shows in the inspector what was pressed on the stage.
func (a *App) showHit(id scene.HitID) {
	if a.pointAt(id) {
		return
	}
	switch id.Kind {
	case scene.HitPacket:
		a.Player.Selected = trace.ID(id.N)
		a.inspector.tab = tabPacket
	case scene.HitRouter, scene.HitWall:
		a.inspector.tab = tabFirewall
	default:
		a.inspector.tab = tabSockets
	}
}

// layoutCaption says in one sentence what happened and in one why.
func (a *App) layoutCaption(gtx layout.Context) layout.Dimensions {
	k := &a.kit
	size := gtx.Constraints.Max
	k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Surface)
	what, why := a.caption(a.Player)
	r := image.Rect(k.Dp(20), 0, size.X-k.Dp(20), size.Y-k.Dp(16))
	defer clip.Rect(r).Push(gtx.Ops).Pop()
	semantic.LabelOp(what).Add(gtx.Ops)
	semantic.DescriptionOp(why).Add(gtx.Ops)
	k.Round(gtx.Ops, r, 8, scene.Raised)
	k.Fill(gtx.Ops, image.Rect(r.Min.X, r.Min.Y, r.Min.X+k.Dp(4), r.Max.Y), verdict(a.Player))
	inner := r.Inset(k.Dp(12))
	inner.Min.X += k.Dp(12)
	inner.Max.X -= a.askWidth() + k.Dp(4)
	a.layoutAsk(gtx, image.Rect(inner.Max.X+k.Dp(4), r.Min.Y, r.Max.X-k.Dp(8), r.Max.Y))
	c := a.captionForm(size.X)
	w := k.Painter.Paragraph(what, c.what, inner.Dx(), max(c.lines/2, 1))
	y := k.Painter.Paragraph(why, c.why, inner.Dx(), max(c.lines-w.Lines, 1))
	gap := k.Dp(4)
	top := float32(inner.Min.Y) + (float32(inner.Dy()-gap)-w.Height-y.Height)/2
	left := float32(inner.Min.X)
	w.Paint(gtx.Ops, fpt(left, top), k.Palette[scene.Ink])
	y.Paint(gtx.Ops, fpt(left, top+w.Height+float32(gap)), k.Palette[scene.Muted])
	return layout.Dimensions{Size: size}
}

// caption is what there is to say about where a player is.
func (a *App) caption(p *model.Player) (what, why string) {
	o := p.Run.Outline
	w, y := o.Caption(p.Cursor.N)
	if m := p.Message(); m >= 0 {
		w, y = o.Describe(m)
	}
	if instead := a.keptBack(p); instead != "" {
		return a.say(w), a.text(instead)
	}
	return a.say(w), a.say(y)
}

// verdict is the colour of what the caption tells: blocked or refused, let
// through by a rule, or else its channel's.
func verdict(p *model.Player) scene.Paint {
	m := p.Message()
	if m < 0 {
		return scene.Muted
	}
	msg := &p.Run.Outline.Messages[m]
	switch {
	case msg.Died || msg.Code >= 400 || msg.Kind == trace.MsgReset || msg.Kind == trace.MsgICMP:
		return scene.BlockedPaint
	case msg.Kind == trace.MsgOpen && p.DecidedBy() >= 0:
		return scene.AllowedPaint
	case msg.Channel == trace.Data:
		return scene.DataPaint
	}
	return scene.CommandPaint
}
