package visual

import (
	"image"
	"testing"
	"time"

	"gioui.org/f32"
	"gioui.org/io/input"
	"gioui.org/io/key"
	"gioui.org/io/pointer"
	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/unit"
	"github.com/stretchr/testify/require"
)

type semanticNode = input.SemanticNode

// desk is a window without a window: an App, what feeds it events, and a clock.
type desk struct {
	t      testing.TB
	app    *App
	router input.Router
	ops    op.Ops
	size   image.Point // in dp
	scale  float32
	now    time.Time
}

func open(t testing.TB, o Options, w, h int) *desk {
	p, err := o.player(simulator{})
	require.NoError(t, err)
	d := &desk{t: t, app: New(p), size: image.Pt(w, h), scale: 1, now: time.Unix(0, 0)}
	d.frame()
	d.frame() // what the first one learnt about heights
	return d
}

func (d *desk) context() layout.Context {
	px := func(v int) int { return int(float32(v) * d.scale) }
	return layout.Context{
		Ops: &d.ops, Source: d.router.Source(), Now: d.now,
		Metric:      unit.Metric{PxPerDp: d.scale, PxPerSp: d.scale},
		Constraints: layout.Exact(image.Pt(px(d.size.X), px(d.size.Y))),
	}
}

func (d *desk) frame() {
	d.ops.Reset()
	d.app.Layout(d.context())
	d.router.Frame(&d.ops)
}

// settle draws frames, 50 ms apart, until none is asked for.
func (d *desk) settle() {
	for range 10_000 {
		d.frame()
		if _, wake := d.router.WakeupTime(); !wake {
			return
		}
		d.now = d.now.Add(50 * time.Millisecond)
	}
	d.t.Fatal("it never comes to rest")
}

// press presses and releases a key as the window would deliver it.
func (d *desk) press(name key.Name, mods key.Modifiers) {
	d.router.Queue(key.Event{Name: name, Modifiers: mods, State: key.Press}, key.Event{Name: name, Modifiers: mods, State: key.Release})
	d.frame()
}

func (d *desk) tab() string {
	d.router.MoveFocus(key.FocusForward)
	d.router.RevealFocus(image.Rectangle{Max: d.context().Constraints.Max})
	d.frame()
	return d.app.kit.Focused
}

// focus walks with Tab until the control of that name has the focus.
func (d *desk) focus(name string) {
	for range 300 {
		if d.tab() == name {
			return
		}
	}
	d.t.Fatalf("Tab does not reach %q", name)
}

func (d *desk) click(x, y float32) {
	at := f32.Pt(x, y)
	d.router.Queue(
		pointer.Event{Kind: pointer.Press, Source: pointer.Mouse, Buttons: pointer.ButtonPrimary, Position: at},
		pointer.Event{Kind: pointer.Release, Source: pointer.Mouse, Position: at})
	d.frame()
}

// controls are what the semantic tree says can be worked, in its order.
func (d *desk) controls() []input.SemanticDesc {
	var out []input.SemanticDesc
	var walk func(n semanticNode)
	walk = func(n semanticNode) {
		if n.Desc.Class != semantic.Unknown && !n.Desc.Disabled {
			out = append(out, n.Desc)
		}
		if n.Desc.Class == semantic.Editor { // the text in it is no control of its own
			return
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(d.router.AppendSemantics(nil)[0])
	return out
}

// has reports whether something on the screen has that name.
func (d *desk) has(label string) bool {
	for _, n := range d.router.AppendSemantics(nil) {
		if n.Desc.Label == label {
			return true
		}
	}
	return false
}
