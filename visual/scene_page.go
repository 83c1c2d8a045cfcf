package visual

import (
	"image"
	"slices"

	"gioui.org/gesture"
	"gioui.org/io/key"
	"gioui.org/io/pointer"
	"gioui.org/layout"
	"gioui.org/op/clip"

	"ftpscope/lessons"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// scenePage is the state of a page of the inspector that is a picture longer
// than its place.
type scenePage struct {
	scene scene.Scene
	hits  hits
	wheel gesture.Scroll
	top   float32 // how far it is scrolled, in dp
	about trace.ID
}

// layoutScene draws a page, back at its top when it is about something new.
func (a *App) layoutScene(gtx layout.Context, p *scenePage, about trace.ID, draw func(scroll float32) float32, do func(scene.HitID)) layout.Dimensions {
	k := &a.kit
	r := image.Rectangle{Max: gtx.Constraints.Max}
	defer clip.Rect(r).Push(gtx.Ops).Pop()
	a.fit(r)
	if p.about != about {
		p.about, p.top = about, 0
	}
	dp := k.Metric.PxPerDp
	height := draw(p.top)
	most := max(height-a.view.H, 0)
	room := pointer.ScrollRange{Min: -int(p.top * dp), Max: int((most - p.top) * dp)}
	top := min(max(p.top+float32(p.wheel.Update(gtx.Metric, gtx.Source, gtx.Now, gesture.Vertical, pointer.ScrollRange{}, room))/dp, 0), most)
	p.wheel.Add(gtx.Ops)
	if top != p.top {
		p.top = top
		draw(top)
	}
	k.Scene(gtx.Ops, &p.scene)
	p.hits = a.press(gtx, p.hits, &p.scene, do)
	if most > 0 {
		a.thumb(gtx, r.Dy(), p.top/height, a.view.H/height)
	}
	return layout.Dimensions{Size: r.Size()}
}

// thumb marks at a page's edge which part of it is seen.
func (a *App) thumb(gtx layout.Context, room int, from, part float32) {
	k := &a.kit
	h := max(int(part*float32(room)), k.Dp(16))
	y := min(int(from*float32(room)), room-h)
	x := gtx.Constraints.Max.X
	k.Round(gtx.Ops, image.Rect(x-k.Dp(6), y, x-k.Dp(2), y+h), 2, scene.Line)
}

// whyPage is the state of the chain of causes.
type whyPage struct {
	scenePage
	causes []scene.Cause // of the event the page is about
	run    *trace.Outline
}

// layoutWhy shows the chain of causes of what is asked about; each link jumps.
func (a *App) layoutWhy(gtx layout.Context) layout.Dimensions {
	p, page := a.Player, &a.inspector.why
	for {
		e, ok := gtx.Event(key.Filter{Name: key.NameEscape})
		if !ok {
			break
		}
		if e.(key.Event).State == key.Press {
			a.kit.Do(func() { p.Why.Open = false })
		}
	}
	about := p.Asked()
	if about == 0 {
		return a.nothing(gtx, a.text("why.none"))
	}
	if page.run != p.Run.Outline || page.about != about {
		page.run, page.causes = p.Run.Outline, scene.Causes(p.Run.Outline, about)
	}
	return a.layoutScene(gtx, &page.scenePage, about, func(scroll float32) float32 {
		return scene.Why(&a.view, page.causes, scroll, &page.scene)
	}, func(id scene.HitID) { p.FollowCause(trace.ID(id.N)) })
}

// layoutPacket shows the packet that the caption is about, field by field.
func (a *App) layoutPacket(gtx layout.Context) layout.Dimensions {
	sent, page := a.Player.PacketSent(), &a.inspector.packet
	if sent == 0 {
		return a.nothing(gtx, a.text("packet.none"))
	}
	learn := a.Player.Learn
	asked := a.Player.InLesson() && learn.Asks(lessons.KindAddresses)
	dims := a.layoutScene(gtx, page, sent, func(scroll float32) float32 {
		height := scene.Packet(&a.view, sent, scroll, &page.scene)
		page.scene.Hits = slices.DeleteFunc(page.scene.Hits, func(h scene.Hit) bool {
			return !asked || !h.Address.IsValid() // fields are read, not pressed, unless an address is asked for
		})
		return height
	}, func(id scene.HitID) {
		i := slices.IndexFunc(page.scene.Hits, func(h scene.Hit) bool { return h.ID == id })
		learn.PointAtAddress(page.scene.Hits[i].Address)
	})
	if asked {
		a.markAddresses(gtx, page)
	}
	if page.top == 0 {
		a.askBeside(gtx)
	}
	return dims
}

// askBeside puts the questions about a packet beside its title.
func (a *App) askBeside(gtx layout.Context) {
	k, ask := &a.kit, &a.inspector.askPacket
	w, right, h := a.askWidth(), gtx.Constraints.Max.X-k.Dp(12), k.ControlHeight()
	for _, b := range []struct {
		state *widget.Button
		act   model.ActionID
		label string
	}{{&ask.whatIf, model.ActWhatIf, "window.what_if"}, {&ask.why, model.ActWhy, "window.why"}} {
		if !a.Player.Action(b.act).Ready() || right-w < gtx.Constraints.Max.X/2 {
			continue
		}
		widget.Place(gtx, image.Rect(right-w, k.Dp(4), right, k.Dp(4)+h), func(gtx layout.Context) layout.Dimensions {
			return a.act(gtx, b.state, b.act, widget.Look{Label: a.text(b.label), Width: w})
		})
		right -= w + k.Dp(8)
	}
}

// nothing says why a page is empty.
func (a *App) nothing(gtx layout.Context, why string) layout.Dimensions {
	k := &a.kit
	b := k.Painter.Paragraph(why, scene.Body, gtx.Constraints.Max.X-2*k.Dp(20), 3)
	b.Paint(gtx.Ops, fpt(float32(k.Dp(20)), float32(k.Dp(12))), k.Palette[scene.Muted])
	return layout.Dimensions{Size: gtx.Constraints.Max}
}
