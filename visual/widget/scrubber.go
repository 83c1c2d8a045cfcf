package widget

import (
	"image"

	"gioui.org/gesture"
	"gioui.org/io/event"
	"gioui.org/io/key"
	"gioui.org/io/pointer"
	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/op/clip"

	"ftpscope/visual/scene"
)

// Scrubber is the state of the time bar.
type Scrubber struct{ drag gesture.Drag }

// MarkKind is what a mark of the time bar stands for; each has a shape, a
// colour and a side of its own.
type MarkKind uint8

// The kinds of marks: commands and replies above the bar, data below it, and
// blocked packets as crosses below it.
const (
	CommandMark MarkKind = iota
	DataMark
	BlockedMark
)

// Mark is something that happens, at a part of the whole time from 0 to 1.
type Mark struct {
	At   float32
	Kind MarkKind
}

// TimeBar is what a scrubber shows.
type TimeBar struct {
	Name  string
	State string
	At    float32 // of the cursor, from 0 to 1
	Marks []Mark  // in order
	Seek  func(at float32)
}

// Scrubber lays out the time bar in all the width it is given.
func (k *Kit) Scrubber(gtx layout.Context, s *Scrubber, bar TimeBar) layout.Dimensions {
	size := gtx.Constraints.Max
	pad := k.Dp(10) // so that the knob stays inside at both ends
	length := size.X - 2*pad
	k.scrub(gtx, s, pad, length, bar.Seek)

	area := clip.Rect{Max: size}.Push(gtx.Ops)
	defer area.Pop()
	semantic.LabelOp(bar.Name).Add(gtx.Ops)
	semantic.DescriptionOp(bar.State).Add(gtx.Ops)
	pointer.CursorPointer.Add(gtx.Ops)
	s.drag.Add(gtx.Ops)
	event.Op(gtx.Ops, s)

	mid, half := size.Y/2, k.Dp(2)
	at := pad + int(bar.At*float32(length)+0.5)
	k.Round(gtx.Ops, image.Rect(pad, mid-half, pad+length, mid+half), 2, scene.Line)
	k.Round(gtx.Ops, image.Rect(pad, mid-half, max(at, pad+2*half), mid+half), 2, scene.Muted)
	k.marks(gtx.Ops, bar.Marks, pad, length, mid)
	knob := k.Dp(8)
	k.Round(gtx.Ops, image.Rect(at-knob, mid-knob, at+knob, mid+knob), 8, scene.Ink)
	if gtx.Focused(s) {
		k.Focus, k.Focused = FocusButton, bar.Name
		k.Ring(gtx.Ops, image.Rectangle{Max: size}, buttonRadius)
	}
	return layout.Dimensions{Size: size}
}

func (k *Kit) scrub(gtx layout.Context, s *Scrubber, pad, length int, seek func(float32)) {
	for {
		e, ok := s.drag.Update(gtx.Metric, gtx.Source, gesture.Horizontal)
		if !ok {
			break
		}
		if e.Kind == pointer.Press || e.Kind == pointer.Drag {
			at := (e.Position.X - float32(pad)) / float32(max(length, 1))
			k.Do(func() { seek(min(max(at, 0), 1)) })
		}
	}
	for {
		if _, ok := gtx.Event(key.FocusFilter{Target: s}); !ok {
			break
		}
	}
}

// marks draws at most one mark of a kind in a few pixels: what cannot be told
// apart is not worth drawing.
func (k *Kit) marks(ops *op.Ops, marks []Mark, pad, length, mid int) {
	last := [3]int{-100, -100, -100}
	near := k.Dp(3)
	for _, m := range marks {
		x := pad + int(m.At*float32(length)+0.5)
		if x-last[m.Kind] < near {
			continue
		}
		last[m.Kind] = x
		switch m.Kind {
		case CommandMark:
			k.Round(ops, image.Rect(x-k.Dp(1), mid-k.Dp(17), x+k.Dp(2), mid-k.Dp(9)), 1, scene.CommandPaint)
		case DataMark:
			k.Fill(ops, image.Rect(x-k.Dp(3), mid+k.Dp(10), x+k.Dp(4), mid+k.Dp(17)), scene.DataPaint)
		case BlockedMark:
			at := op.Offset(image.Pt(x-k.Dp(4), mid+k.Dp(10))).Push(ops)
			k.Scene(ops, blockedMark)
			at.Pop()
		}
	}
}

var blockedMark = &scene.Scene{Shapes: []scene.Shape{
	{Kind: scene.Polyline, Paint: scene.BlockedPaint, Alpha: 1, N: 2, Width: 2, P: [4]pt{{X: 0, Y: 0}, {X: 8, Y: 8}}},
	{Kind: scene.Polyline, Paint: scene.BlockedPaint, Alpha: 1, N: 2, Width: 2, P: [4]pt{{X: 8, Y: 0}, {X: 0, Y: 8}}},
}}
