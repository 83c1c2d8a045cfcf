package visual

import (
	"image"
	"image/color"
	"math"

	"gioui.org/f32"
	"gioui.org/io/event"
	"gioui.org/io/key"
	"gioui.org/io/pointer"
	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op/clip"
	"gioui.org/op/paint"
	"gioui.org/unit"

	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// presentation is the state of presenting: what a speaker does to the picture
// apart from moving through the run.
type presentation struct {
	black   bool // nothing is to be seen, so that all look at the speaker
	spot    bool // only the place around the pointer is bright
	pointer f32.Point
	in      bool // the pointer is in the window
}

// presentScale is how much larger the text is, up to mostPresentScale in all.
const (
	presentScale     = 1.6
	mostPresentScale = 2
)

// spotRadius is how far around the pointer the spotlight reaches.
const spotRadius unit.Dp = 110

// stageRoom is how much of a window's height text of the usual size needs where
// two runs are presented; larger text than there is room for would leave no stage.
const stageRoom unit.Dp = 360

// textScale is how large text is drawn in a window of this height.
func (a *App) textScale(height unit.Dp) float32 {
	s := &a.Player.Settings
	scale := float32(s.TextSize.Value) / 100
	if s.Present {
		scale = max(scale, min(scale*presentScale, mostPresentScale))
		if a.Player.Compare != nil {
			scale = min(scale, max(float32(height/stageRoom), 1))
		}
	}
	return scale
}

// present lays out nothing but the stage, the caption and the time bar.
func (a *App) present(gtx layout.Context) {
	k, p := &a.kit, &a.speaker
	size := gtx.Constraints.Max
	a.presentKeys(gtx)
	a.presentPointer(gtx)
	if p.black {
		paint.FillShape(gtx.Ops, color.NRGBA{A: 0xff}, clip.Rect{Max: size}.Op())
		return
	}
	k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Surface)
	if a.Player.InLesson() && a.Player.Learn.Put() {
		widget.Clipped(gtx, image.Rectangle{Max: size}, a.presentQuestion)
		return
	}
	bar := k.Dp(24)
	body := image.Rect(0, 0, size.X, size.Y-bar)
	if a.Player.Compare != nil {
		widget.Clipped(gtx, body, a.presentRuns)
	} else {
		a.presentStage(gtx, body)
	}
	widget.Place(gtx, image.Rect(k.Dp(14), size.Y-bar, size.X-k.Dp(14), size.Y), a.layoutPresentBar)
	if p.spot {
		a.layoutSpot(gtx, size)
	}
}

// presentStage lays out the stage of the run alone, and its caption.
func (a *App) presentStage(gtx layout.Context, body image.Rectangle) {
	k := &a.kit
	caption := body
	caption.Min.Y = body.Max.Y - a.presentCaptionHeight()
	pad := k.Dp(24)
	stage := image.Rect(pad, k.Dp(12), body.Max.X-pad, caption.Min.Y-k.Dp(8))
	widget.Clipped(gtx, stage, func(gtx layout.Context) layout.Dimensions {
		a.fit(stage)
		a.view.Focus = scene.HitID{}
		scene.Stage(&a.view, &a.stage.scene)
		k.Scene(gtx.Ops, &a.stage.scene)
		return layout.Dimensions{Size: stage.Size()}
	})
	widget.Clipped(gtx, caption, a.layoutPresentCaption)
}

// presentKeys are the keys that only a speaker has.
func (a *App) presentKeys(gtx layout.Context) {
	p := &a.speaker
	for {
		e, ok := gtx.Event(key.Filter{Name: key.NameEscape}, key.Filter{Name: "B"}, key.Filter{Name: "S"})
		if !ok {
			return
		}
		e2, ok := e.(key.Event)
		if !ok {
			continue
		}
		pressed := e2.State == key.Press
		switch {
		case e2.Name == "S":
			p.spot = pressed
		case e2.Name == "B" && pressed:
			p.black = !p.black
		case e2.Name == key.NameEscape && pressed:
			a.kit.Do(func() { a.Player.Do(model.ActPresent) })
		}
	}
}

// presentPointer follows the pointer for the spotlight; a click steps on, as
// in slides.
func (a *App) presentPointer(gtx layout.Context) {
	p := &a.speaker
	for {
		e, ok := gtx.Event(pointer.Filter{Target: p, Kinds: pointer.Move | pointer.Drag | pointer.Press | pointer.Enter | pointer.Leave})
		if !ok {
			break
		}
		e2, ok := e.(pointer.Event)
		if !ok {
			continue
		}
		p.pointer, p.in = e2.Position, e2.Kind != pointer.Leave
		if e2.Kind == pointer.Press && e2.Buttons.Contain(pointer.ButtonPrimary) {
			a.kit.Do(func() { a.Player.Do(model.ActForward) })
			p.black = false
		}
	}
	area := clip.Rect{Max: gtx.Constraints.Max}.Push(gtx.Ops)
	event.Op(gtx.Ops, p)
	area.Pop()
}

func (a *App) presentCaptionHeight() int {
	k := &a.kit
	lines := 2*k.LineHeight(scene.Title) + 2*k.LineHeight(scene.Body)
	return lines + k.Dp(4) + k.Dp(24)
}

// layoutPresentCaption sets the two sentences as large as the last row needs.
func (a *App) layoutPresentCaption(gtx layout.Context) layout.Dimensions {
	k := &a.kit
	size := gtx.Constraints.Max
	what, why := a.caption(a.Player)
	area := clip.Rect{Max: size}.Push(gtx.Ops)
	semantic.LabelOp(what).Add(gtx.Ops)
	semantic.DescriptionOp(why).Add(gtx.Ops)
	area.Pop()
	k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Panel)
	k.Fill(gtx.Ops, image.Rect(0, 0, k.Dp(8), size.Y), verdict(a.Player))
	left := k.Dp(28)
	w := k.Painter.Paragraph(what, scene.Title, size.X-2*left, 2)
	y := k.Painter.Paragraph(why, scene.Body, size.X-2*left, 2)
	top := (float32(size.Y) - w.Height - y.Height - float32(k.Dp(4))) / 2
	w.Paint(gtx.Ops, fpt(float32(left), top), k.Palette[scene.Ink])
	y.Paint(gtx.Ops, fpt(float32(left), top+w.Height+float32(k.Dp(4))), k.Palette[scene.Muted])
	return layout.Dimensions{Size: size}
}

func (a *App) layoutPresentBar(gtx layout.Context) layout.Dimensions {
	t := a.Player.Transport()
	pos, length := t.Film()
	length = max(length, 1e-9)
	return a.kit.Scrubber(gtx, &a.transport.bar, widget.TimeBar{ // thin, and without marks that give the future away
		Name:  a.text("window.time"),
		State: a.place(),
		At:    float32(pos / length),
		Seek:  func(at float32) { t.Scrub(float64(at) * length) },
	})
}

// layoutSpot darkens all but the place around the pointer.
func (a *App) layoutSpot(gtx layout.Context, size image.Point) {
	p := &a.speaker
	at := p.pointer
	if !p.in {
		at = fpt(float32(size.X)/2, float32(size.Y)/2)
	}
	r := float32(a.kit.Dp(spotRadius))
	var path clip.Path
	path.Begin(gtx.Ops)
	for i, corner := range []f32.Point{{}, {X: float32(size.X)}, fpt(float32(size.X), float32(size.Y)), {Y: float32(size.Y)}} {
		if i == 0 {
			path.MoveTo(corner)
		} else {
			path.LineTo(corner)
		}
	}
	path.Close()
	path.MoveTo(at.Add(fpt(r, 0)))
	path.ArcTo(at, at, -2*math.Pi) // against the rectangle's direction: a hole
	path.Close()
	defer clip.Outline{Path: path.End()}.Op().Push(gtx.Ops).Pop()
	paint.ColorOp{Color: color.NRGBA{A: 0xc8}}.Add(gtx.Ops)
	paint.PaintOp{}.Add(gtx.Ops)
}
