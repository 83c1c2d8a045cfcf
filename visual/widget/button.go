package widget

import (
	"image"

	"gioui.org/io/pointer"
	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/op/clip"
	"gioui.org/unit"
	gio "gioui.org/widget"

	"ftpscope/visual/scene"
)

// Kind is how a button stands out.
type Kind uint8

// The kinds of buttons.
const (
	Outlined Kind = iota
	Plain         // no edge until it is pointed at
	Primary       // filled: one to a place
)

// Button is the state of a button.
type Button struct {
	gio.Clickable
	known bool // it was pressed since the pointer came: no tip
}

// Tip is where the name of a button without words is shown while the pointer
// rests on it.
type Tip uint8

// The places for a tip: none, below and to the left, above and to the right,
// above and to the left.
const (
	NoTip Tip = iota
	TipBelow
	TipAbove
	TipAboveLeft
)

// Look is what a button shows.
type Look struct {
	Name     string // what it does, for a screen reader; empty: Label
	State    string // what it says beyond its name
	Label    string
	Style    scene.Style
	Icon     *Icon
	Kind     Kind
	Width    int // at least, in pixels
	Disabled bool
	Selected bool
	Class    semantic.ClassOp // Unknown: Button
	Tip      Tip
}

const buttonRadius = 6

// Button lays out a button, and does its action when it was pressed.
func (k *Kit) Button(gtx layout.Context, b *Button, l Look, action func()) layout.Dimensions {
	h := k.ControlHeight()
	pad := k.Dp(12)
	w := 2 * pad
	if l.Icon != nil {
		w = h
	}
	if l.Label != "" {
		if l.Style == 0 {
			l.Style = scene.Body
		}
		w = k.Width(l.Label, l.Style) + 2*pad
		if l.Icon != nil {
			w += k.Icon(l.Icon) + k.Dp(6)
		}
	}
	w = min(max(w, l.Width), gtx.Constraints.Max.X)
	r := image.Rect(0, 0, w, h)
	return k.Press(gtx, b, l, r.Size(), buttonRadius, action, func(gtx layout.Context) {
		ink := k.face(gtx.Ops, b, l, r)
		inner := r
		if l.Label == "" {
			k.DrawIcon(gtx.Ops, r, l.Icon, ink)
			return
		}
		if l.Icon != nil {
			at := image.Rect(pad, 0, pad+k.Icon(l.Icon), h)
			k.DrawIcon(gtx.Ops, at, l.Icon, ink)
			inner.Min.X = at.Max.X + k.Dp(6)
			inner.Max.X -= pad
			k.TextIn(gtx.Ops, inner, l.Label, l.Style, ink, scene.Left)
			return
		}
		k.TextIn(gtx.Ops, inner.Inset(k.Dp(2)), l.Label, l.Style, ink, scene.Centre)
	})
}

// face draws a button without its words and returns the paint for those.
func (k *Kit) face(ops *op.Ops, b *Button, l Look, r image.Rectangle) scene.Paint {
	hot := !l.Disabled && (b.Hovered() || b.Pressed())
	switch {
	case l.Kind == Primary && l.Disabled: // it does not call for what cannot be done
		k.Round(ops, r, buttonRadius, scene.Raised)
	case l.Kind == Primary:
		k.Round(ops, r, buttonRadius, scene.Ink)
		return scene.Panel
	case l.Selected || hot:
		k.Round(ops, r, buttonRadius, scene.Raised)
	}
	if l.Kind == Outlined {
		k.Edge(ops, r, buttonRadius, 1, scene.Line)
	}
	switch {
	case l.Disabled:
		return scene.Faint
	case l.Selected || hot:
		return scene.Ink
	}
	return scene.Muted
}

// Press is the part that all pressable things share: name, focus ring, cursor,
// and the action.
func (k *Kit) Press(gtx layout.Context, b *Button, l Look, size image.Point, radius unit.Dp, action func(), face func(layout.Context)) layout.Dimensions {
	if l.Disabled {
		gtx = gtx.Disabled()
	}
	b.known = b.known && b.Hovered()
	for b.Clicked(gtx) {
		b.known = true
		k.Do(action)
	}
	if l.Tip != NoTip && b.Hovered() && !b.known && !l.Disabled {
		k.tip(gtx, l, size)
	}
	return b.Layout(gtx, func(gtx layout.Context) layout.Dimensions {
		k.name(gtx.Ops, l)
		if !l.Disabled {
			pointer.CursorPointer.Add(gtx.Ops)
		}
		face(gtx)
		if gtx.Focused(&b.Clickable) {
			k.Focus, k.Focused = FocusButton, l.name()
			k.Ring(gtx.Ops, image.Rectangle{Max: size}, radius)
		}
		return layout.Dimensions{Size: size}
	})
}

// tip shows a button's name over everything else.
func (k *Kit) tip(gtx layout.Context, l Look, size image.Point) {
	macro := op.Record(gtx.Ops)
	pad := k.Dp(8)
	box := image.Rect(0, 0, k.Width(l.name(), scene.Small)+2*pad, k.LineHeight(scene.Small)+pad)
	at := image.Pt(0, -box.Dy()-k.Dp(4))
	if l.Tip != TipAbove {
		at.X = size.X - box.Dx()
	}
	if l.Tip == TipBelow {
		at.Y = size.Y + k.Dp(4)
	}
	box = box.Add(at)
	k.Round(gtx.Ops, box, 4, scene.Raised)
	k.Edge(gtx.Ops, box, 4, 1, scene.Muted)
	k.TextIn(gtx.Ops, box, l.name(), scene.Small, scene.Ink, scene.Centre)
	op.Defer(gtx.Ops, macro.Stop())
}

func (k *Kit) name(ops *op.Ops, l Look) {
	if l.Class == semantic.Unknown {
		l.Class = semantic.Button
	}
	l.Class.Add(ops)
	semantic.LabelOp(l.name()).Add(ops)
	if l.State != "" {
		semantic.DescriptionOp(l.State).Add(ops)
	}
	semantic.SelectedOp(l.Selected).Add(ops)
}

func (l Look) name() string {
	if l.Name == "" {
		return l.Label
	}
	return l.Name
}

// Ring shows that a thing has the focus.
func (k *Kit) Ring(ops *op.Ops, r image.Rectangle, radius unit.Dp) {
	k.Edge(ops, r, radius, 2, scene.FocusPaint)
}

// Segments is the state of a choice among a few.
type Segments struct{ parts []Button }

// Segment is one of the choices.
type Segment struct {
	Label    string
	Name     string // for a screen reader; empty: Label
	Selected bool
	Choose   func()
}

// Segments lays out a choice as one box. With fill it takes all the width it is
// given, in equal parts.
func (k *Kit) Segments(gtx layout.Context, s *Segments, all []Segment) layout.Dimensions {
	for len(s.parts) < len(all) {
		s.parts = append(s.parts, Button{})
	}
	h := k.ControlHeight()
	x := 0
	for i, seg := range all {
		w := k.SegmentWidth(seg.Label)
		r := image.Rect(0, 0, w, h)
		at := op.Offset(image.Pt(x, 0)).Push(gtx.Ops)
		b := &s.parts[i]
		look := Look{Label: seg.Label, Name: seg.Name, Selected: seg.Selected, Class: semantic.RadioButton}
		k.Press(gtx, b, look, r.Size(), buttonRadius, seg.Choose, func(gtx layout.Context) {
			ink := scene.Muted
			if seg.Selected {
				k.Round(gtx.Ops, r.Inset(k.Dp(3)), buttonRadius-2, scene.CursorTint)
				ink = scene.Ink
			} else if b.Hovered() {
				ink = scene.Ink
			}
			k.TextIn(gtx.Ops, r, seg.Label, scene.Body, ink, scene.Centre)
		})
		at.Pop()
		x += w
	}
	k.Edge(gtx.Ops, image.Rect(0, 0, x, h), buttonRadius, 1, scene.Line)
	return layout.Dimensions{Size: image.Pt(x, h)}
}

// SegmentWidth is how wide a segment with this label is.
func (k *Kit) SegmentWidth(label string) int {
	return max(k.Width(label, scene.Body)+k.Dp(22), k.Dp(36))
}

// SegmentsWidth is how wide a choice with these labels is.
func (k *Kit) SegmentsWidth(labels ...string) int {
	w := 0
	for _, l := range labels {
		w += k.SegmentWidth(l)
	}
	return w
}

// Tabs is the state of a row of tabs.
type Tabs struct{ parts []Button }

const tabGap = 20

// TabsWidth is how wide a row of tabs is.
func (k *Kit) TabsWidth(all []Segment) int {
	w := 0
	for _, t := range all {
		w += k.Width(t.Label, scene.BodyStrong) + k.Dp(tabGap)
	}
	return w
}

// Tabs lays out a row of tabs with the chosen one underlined. When they are
// wider than the place they share it, each cut in proportion.
func (k *Kit) Tabs(gtx layout.Context, s *Tabs, all []Segment) layout.Dimensions {
	for len(s.parts) < len(all) {
		s.parts = append(s.parts, Button{})
	}
	size := gtx.Constraints.Max
	gap, want := k.Dp(tabGap), k.TabsWidth(all)
	defer clip.Rect{Max: size}.Push(gtx.Ops).Pop()
	x := 0
	for i, t := range all {
		w := k.Width(t.Label, scene.BodyStrong) + gap
		if want > size.X {
			w = w * size.X / want
		}
		r := image.Rect(0, 0, w, size.Y)
		at := op.Offset(image.Pt(x, 0)).Push(gtx.Ops)
		b := &s.parts[i]
		k.Press(gtx, b, Look{Label: t.Label, Selected: t.Selected, Class: semantic.RadioButton}, r.Size(), buttonRadius, t.Choose, func(gtx layout.Context) {
			ink, style := scene.Muted, scene.Body
			if t.Selected {
				ink, style = scene.Ink, scene.BodyStrong
				k.Fill(gtx.Ops, image.Rect(gap/2-k.Dp(1), size.Y-k.Dp(2), w-gap/2+k.Dp(1), size.Y), scene.Ink)
			} else if b.Hovered() {
				ink = scene.Ink
			}
			inner := r
			inner.Min.X, inner.Max.X = min(gap/2, w/8), max(w-gap/2, w-w/8)
			k.TextIn(gtx.Ops, inner, t.Label, style, ink, scene.Centre)
		})
		at.Pop()
		x += w
	}
	return layout.Dimensions{Size: size}
}
