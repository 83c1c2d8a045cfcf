package visual

import (
	"image"

	"gioui.org/layout"

	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/widget"
)

// transport is the state of the bar that moves the cursor.
type transport struct {
	home, back, play, forward, end widget.Button
	size, speed                    widget.Segments
	bar                            widget.Scrubber
	marks                          []widget.Mark
	marked                         model.Transport // what marks are of
	run                            *trace.Outline  // likewise
}

// leastBar is how wide the time bar must be to stand beside the buttons.
const leastBar = 260

func (a *App) transportHeight(width int) int {
	k := &a.kit
	if a.besides(width) {
		return max(k.ControlHeight(), k.Dp(40)) + k.Dp(32)
	}
	return k.ControlHeight() + k.Dp(44) + k.Dp(20)
}

// besides reports whether time bar and buttons fit beside each other.
func (a *App) besides(width int) bool {
	return width-a.buttonsWidth()-a.kit.SegmentsWidth(labels(a.speeds())...)-a.kit.Dp(64) >= a.kit.Dp(leastBar)
}

func (a *App) buttonsWidth() int {
	return a.moversWidth() + a.kit.Dp(16) + a.kit.SegmentsWidth(labels(a.sizes())...)
}

// moversWidth is how wide the buttons are that move the cursor.
func (a *App) moversWidth() int {
	return 5*a.kit.ControlHeight() + 4*a.kit.Dp(8) + a.kit.Dp(8)
}

// choices reports which choices fit beside the buttons. In a very small window
// their keys have to do.
func (a *App) choices(width int) (sizes, speeds bool) {
	k := &a.kit
	room := width - k.Dp(32)
	sizes = a.buttonsWidth() <= room
	return sizes, sizes && a.buttonsWidth()+k.Dp(16)+k.SegmentsWidth(labels(a.speeds())...) <= room
}

func (a *App) layoutTransport(gtx layout.Context) layout.Dimensions {
	k, t := &a.kit, &a.transport
	size := gtx.Constraints.Max
	h, x := k.ControlHeight(), k.Dp(16)
	speeds := a.speeds()
	speed := k.SegmentsWidth(labels(speeds)...)
	bar := image.Rect(x+a.buttonsWidth()+k.Dp(16), 0, size.X-speed-k.Dp(32), size.Y)
	y := (size.Y - h) / 2
	if !a.besides(size.X) {
		bar = image.Rect(k.Dp(8), k.Dp(4), size.X-k.Dp(8), k.Dp(48))
		y = bar.Max.Y + k.Dp(4)
	}
	place := func(w int, f layout.Widget) {
		widget.Place(gtx, image.Rect(x, y, x+w, y+h), f)
		x += w + k.Dp(8)
	}
	for _, b := range a.transportButtons() {
		place(h+b.more, func(gtx layout.Context) layout.Dimensions { return a.act(gtx, b.state, b.act, b.look) })
	}
	x += k.Dp(8)
	fitSizes, fitSpeeds := a.choices(size.X)
	if fitSizes {
		place(size.X, func(gtx layout.Context) layout.Dimensions { return k.Segments(gtx, &t.size, a.sizes()) })
	}
	widget.Place(gtx, bar, a.layoutBar)
	if fitSpeeds {
		widget.Place(gtx, image.Rect(size.X-speed-k.Dp(16), y, size.X-k.Dp(16), y+h), func(gtx layout.Context) layout.Dimensions {
			return k.Segments(gtx, &t.speed, speeds)
		})
	}
	return layout.Dimensions{Size: size}
}

type transportButton struct {
	state *widget.Button
	act   model.ActionID
	look  widget.Look
	more  int
}

func (a *App) transportButtons() []transportButton {
	k, t := &a.kit, &a.transport
	play := widget.Look{Icon: widget.IconPlay, Kind: widget.Primary, Tip: widget.TipAbove, Width: k.ControlHeight() + k.Dp(8)}
	if a.Player.Transport().Playing() {
		play.Icon, play.State = widget.IconPause, a.text("window.playing")
	}
	plain := func(i *widget.Icon) widget.Look {
		return widget.Look{Icon: i, Kind: widget.Plain, Tip: widget.TipAbove}
	}
	return []transportButton{
		{&t.home, model.ActHome, plain(widget.IconHome), 0},
		{&t.back, model.ActBack, plain(widget.IconBack), 0},
		{&t.play, model.ActPlay, play, k.Dp(8)},
		{&t.forward, model.ActForward, plain(widget.IconForward), 0},
		{&t.end, model.ActEnd, plain(widget.IconEnd), 0},
	}
}

func (a *App) sizes() []widget.Segment {
	c := &a.Player.Cursor
	all := make([]widget.Segment, len(sizeNames))
	for i, name := range sizeNames {
		size := trace.Size(i)
		all[i] = widget.Segment{Label: a.text("window.size." + name), Name: a.text("action.by_" + name), Selected: c.Size == size, Choose: func() { c.Size = size }}
	}
	return all
}

func (a *App) speeds() []widget.Segment {
	s := &a.Player.Settings.Speed
	all := make([]widget.Segment, len(model.Speeds))
	for i, v := range model.Speeds {
		n := a.texts.Decimal(v, -1)
		label := n + "×"
		if v == 0.5 {
			label = "½×"
		}
		all[i] = widget.Segment{Label: label, Name: a.text("window.speed", "n", n), Selected: s.Value == i, Choose: func() { s.Set(i) }}
	}
	return all
}

func (a *App) layoutBar(gtx layout.Context) layout.Dimensions {
	p := a.Player
	t := p.Transport()
	pos, length := t.Film()
	length = max(length, 1e-9)
	return a.kit.Scrubber(gtx, &a.transport.bar, widget.TimeBar{
		Name:  a.text("window.time"),
		State: a.place(),
		At:    float32(pos / length),
		Marks: a.open(a.marks()),
		Seek:  func(at float32) { t.Scrub(float64(at) * length) },
	})
}

// marks are the messages on the time bar, worked out once a run.
func (a *App) marks() []widget.Mark {
	t, run := &a.transport, &a.Player.Run
	if t.marked == a.Player.Transport() && t.run == run.Outline {
		return t.marks
	}
	t.marked, t.run, t.marks = a.Player.Transport(), run.Outline, t.marks[:0]
	_, length := t.marked.Film()
	if c := a.Player.Compare; c != nil {
		for side, one := range c.Players {
			at := c.Marks(side)
			t.mark(one.Run.Outline, func(i int) float64 { return at[i] / length })
		}
		return t.marks
	}
	t.mark(run.Outline, func(i int) float64 { return run.Film.Pos(run.Outline.Messages[i].Stop) / max(length, 1e-9) })
	return t.marks
}

// mark adds a run's messages, each at a part of the whole time.
func (t *transport) mark(o *trace.Outline, at func(i int) float64) {
	for i := range o.Messages {
		m := &o.Messages[i]
		kind := widget.CommandMark
		switch {
		case m.Died:
			kind = widget.BlockedMark
		case m.Channel == trace.Data:
			kind = widget.DataMark
		}
		t.marks = append(t.marks, widget.Mark{At: float32(at(i)), Kind: kind})
	}
}
