package visual

import (
	"image"

	"gioui.org/gesture"
	"gioui.org/io/pointer"
	"gioui.org/layout"
	"gioui.org/op/clip"

	"ftpscope/sim/trace"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// sequencePane is the state of the sequence diagram.
type sequencePane struct {
	scene   scene.Scene
	hits    hits
	size    widget.Segments
	packets bool    // a row for each packet rather than each message
	top     float32 // how far it is scrolled, in dp
	height  float32 // of all rows
	follow  bool    // the cursor's row is to be seen
	at      trace.ID
	wheel   gesture.Scroll
}

func (a *App) layoutSequence(gtx layout.Context) layout.Dimensions {
	k := &a.kit
	size := gtx.Constraints.Max
	head := k.ControlHeight() + k.Dp(16)
	if size.Y < head+k.Sp(80) { // the rows matter more
		return a.layoutRows(gtx)
	}
	title := a.text("window.sequence")
	choice := a.sequenceSizes()
	w := k.SegmentsWidth(labels(choice)...)
	k.TextIn(gtx.Ops, image.Rect(k.Dp(16), 0, size.X-w-k.Dp(24), head), title, scene.Lead, scene.Ink, scene.Left)
	widget.Place(gtx, image.Rect(size.X-w-k.Dp(16), k.Dp(8), size.X-k.Dp(16), head), func(gtx layout.Context) layout.Dimensions {
		return k.Segments(gtx, &a.sequence.size, choice)
	})
	r := image.Rect(0, head, size.X, size.Y)
	widget.Clipped(gtx, r, a.layoutRows)
	return layout.Dimensions{Size: size}
}

func (a *App) sequenceSizes() []widget.Segment {
	s := &a.sequence
	return []widget.Segment{
		{Label: a.text("window.size.message"), Name: a.text("window.sequence") + ": " + a.text("window.size.message"), Selected: !s.packets, Choose: func() { s.packets, s.follow = false, true }},
		{Label: a.text("window.size.packet"), Name: a.text("window.sequence") + ": " + a.text("window.size.packet"), Selected: s.packets, Choose: func() { s.packets, s.follow = true, true }},
	}
}

func (a *App) layoutRows(gtx layout.Context) layout.Dimensions {
	return a.diagram(gtx, &a.sequence, a.Player.Cursor.N, a.Player.JumpTo)
}

// diagram lays out the sequence diagram of the view's run, n events having
// happened.
func (a *App) diagram(gtx layout.Context, s *sequencePane, n trace.ID, jump func(trace.ID)) layout.Dimensions {
	k := &a.kit
	r := image.Rectangle{Max: gtx.Constraints.Max}
	defer clip.Rect(r).Push(gtx.Ops).Pop()
	a.fit(r)
	most := max(s.height-a.view.H, 0)
	room := pointer.ScrollRange{Min: -int(s.top * k.Metric.PxPerDp), Max: int((most - s.top) * k.Metric.PxPerDp)}
	if by := s.wheel.Update(gtx.Metric, gtx.Source, gtx.Now, gesture.Vertical, pointer.ScrollRange{}, room); by != 0 {
		s.top += float32(by) / k.Metric.PxPerDp
		s.follow = false
	}
	s.wheel.Add(gtx.Ops)
	size := trace.ByMessage
	if s.packets {
		size = trace.ByPacket
	}
	if n != s.at {
		s.at, s.follow = n, true
	}
	if s.follow {
		y, h := scene.RowAt(&a.view, size)
		s.reveal(y, h, a.view.H)
	}
	s.top = max(s.top, 0)
	s.height = scene.Sequence(&a.view, size, s.top, &s.scene)
	if most := max(s.height-a.view.H, 0); s.top > most {
		s.top = most
		scene.Sequence(&a.view, size, s.top, &s.scene)
	}
	k.Scene(gtx.Ops, &s.scene)
	s.hits = a.press(gtx, s.hits, &s.scene, func(id scene.HitID) {
		if !a.pointAtRow(id) {
			jump(trace.ID(id.N))
		}
	})
	return layout.Dimensions{Size: r.Size()}
}

// reveal scrolls no further than it must for a row to be seen, with the rows
// around it where there is room: the eye keeps its place. The heading stays and
// takes about as much room as a row.
func (s *sequencePane) reveal(y, h, room float32) {
	around := max(min(2*h, (room-2*h)/2), 0)
	s.top = max(s.top, y+h+around-room)
	s.top = min(s.top, y-h-around)
}
