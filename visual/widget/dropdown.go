package widget

import (
	"image"

	"gioui.org/io/event"
	"gioui.org/io/key"
	"gioui.org/io/pointer"
	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/op/clip"

	"ftpscope/visual/scene"
)

// Dropdown is the state of a choice among many.
type Dropdown struct {
	Up bool // the list opens upwards: there is no room below

	button  Button
	items   []Button
	open    bool
	focused int // the item that has the focus or is about to get it
	outside bool
}

// Dropdown lays out a button that says what is chosen and opens a list of all.
func (k *Kit) Dropdown(gtx layout.Context, d *Dropdown, name string, all []Segment) layout.Dimensions {
	for len(d.items) < len(all) {
		d.items = append(d.items, Button{})
	}
	chosen := 0
	for i, s := range all {
		if s.Selected {
			chosen = i
		}
	}
	k.dropdownKeys(gtx, d, len(all))
	size := image.Pt(gtx.Constraints.Max.X, k.ControlHeight())
	toggle := func() {
		d.open = !d.open
		d.focused = chosen
		if d.open {
			gtx.Execute(key.FocusCmd{Tag: &d.items[chosen].Clickable})
		}
	}
	look := Look{Name: name, State: all[chosen].Label, Selected: d.open}
	dims := k.Press(gtx, &d.button, look, size, buttonRadius, toggle, func(gtx layout.Context) {
		r := image.Rectangle{Max: size}
		k.face(gtx.Ops, &d.button, look, r)
		r.Min.X += k.Dp(12)
		side := k.Icon(IconDown)
		r.Max.X -= side + k.Dp(8)
		k.TextIn(gtx.Ops, r, all[chosen].Label, scene.BodyStrong, scene.Ink, scene.Left)
		k.DrawIcon(gtx.Ops, image.Rect(r.Max.X, 0, size.X, size.Y), IconDown, scene.Muted)
	})
	if d.open {
		k.list(gtx, d, size, all)
	}
	return dims
}

// list draws the open list over everything else.
func (k *Kit) list(gtx layout.Context, d *Dropdown, size image.Point, all []Segment) {
	macro := op.Record(gtx.Ops)
	const far = 1 << 14
	everywhere := clip.Rect(image.Rect(-far, -far, far, far)).Push(gtx.Ops)
	event.Op(gtx.Ops, &d.outside)
	everywhere.Pop()
	pad := k.Dp(4)
	row := k.ControlHeight()
	box := image.Rect(0, size.Y+pad, size.X, size.Y+pad+len(all)*row+2*pad)
	if d.Up {
		box = box.Sub(image.Pt(0, box.Max.Y+pad))
	}
	for _, s := range all {
		box.Max.X = max(box.Max.X, k.Width(s.Label, scene.Body)+k.Dp(32))
	}
	k.Round(gtx.Ops, box, buttonRadius, scene.Panel)
	k.Edge(gtx.Ops, box, buttonRadius, 1, scene.Muted)
	for i, s := range all {
		at := op.Offset(image.Pt(pad, box.Min.Y+pad+i*row)).Push(gtx.Ops)
		r := image.Rect(0, 0, box.Dx()-2*pad, row)
		b := &d.items[i]
		choose := func() {
			// The focus goes back to the player: Space plays what was chosen.
			d.open = false
			gtx.Execute(key.FocusCmd{})
			s.Choose()
		}
		look := Look{Label: s.Label, Selected: s.Selected, Class: semantic.RadioButton}
		k.Press(gtx, b, look, r.Size(), buttonRadius-2, choose, func(gtx layout.Context) {
			ink := k.face(gtx.Ops, b, Look{Kind: Plain, Selected: s.Selected}, r)
			k.TextIn(gtx.Ops, r.Inset(k.Dp(8)), s.Label, scene.Body, ink, scene.Left)
		})
		at.Pop()
	}
	op.Defer(gtx.Ops, macro.Stop())
}

func (d *Dropdown) close(gtx layout.Context) {
	d.open = false
	gtx.Execute(key.FocusCmd{Tag: &d.button.Clickable})
}

// dropdownKeys walks through the open list with the arrow keys, and closes it
// with Escape or a press elsewhere.
func (k *Kit) dropdownKeys(gtx layout.Context, d *Dropdown, n int) {
	if !d.open {
		return
	}
	for {
		e, ok := gtx.Event(
			pointer.Filter{Target: &d.outside, Kinds: pointer.Press},
			key.Filter{Name: key.NameUpArrow}, key.Filter{Name: key.NameDownArrow}, key.Filter{Name: key.NameEscape},
		)
		if !ok {
			return
		}
		switch e := e.(type) {
		case pointer.Event:
			k.Do(func() { d.open = false })
		case key.Event:
			if e.State == key.Press {
				k.Do(func() { d.key(gtx, e.Name, n) })
			}
		}
	}
}

func (d *Dropdown) key(gtx layout.Context, name key.Name, n int) {
	switch name {
	case key.NameEscape:
		d.close(gtx)
		return
	case key.NameUpArrow:
		d.focused = max(d.focused-1, 0)
	case key.NameDownArrow:
		d.focused = min(d.focused+1, n-1)
	}
	gtx.Execute(key.FocusCmd{Tag: &d.items[d.focused].Clickable})
}
