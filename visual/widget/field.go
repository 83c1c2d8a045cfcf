package widget

import (
	"image"
	"image/color"

	"gioui.org/io/key"
	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/op/clip"
	"gioui.org/op/paint"
	"gioui.org/unit"
	gio "gioui.org/widget"

	"ftpscope/visual/scene"
	"ftpscope/visual/theme"
)

// Field is the state of one line to write in.
type Field struct {
	Editor gio.Editor
	known  string // the text that has been set or told
}

// Set gives the field a text, unless it stands there already.
func (f *Field) Set(text string) {
	if f.Editor.Text() != text {
		f.Editor.SetText(text)
		f.known = text
	}
}

// Entry is what a field shows, and what it does.
type Entry struct {
	Name   string
	Hint   string // what it stands for while it is empty
	Wrong  bool   // what stands in it cannot be used
	Why    string // what is wrong with it, for who does not see it beside the field
	Change func(text string)
	Done   func() // Enter or Escape
	Leave  func() // Escape, where that is not the same
	Take   bool   // the keyboard, now
}

// Field lays out a line of protocol text to write in, in all the width it is
// given.
func (k *Kit) Field(gtx layout.Context, f *Field, e Entry) layout.Dimensions {
	f.Editor.SingleLine, f.Editor.Submit = true, true
	k.fieldEvents(gtx, f, e)
	if e.Take {
		gtx.Execute(key.FocusCmd{Tag: &f.Editor})
	}
	r := image.Rect(0, 0, gtx.Constraints.Max.X, k.ControlHeight())
	defer clip.Rect(r).Push(gtx.Ops).Pop()
	semantic.Editor.Add(gtx.Ops)
	semantic.LabelOp(e.Name).Add(gtx.Ops)
	semantic.DescriptionOp(e.Why).Add(gtx.Ops)
	k.Round(gtx.Ops, r, buttonRadius, scene.Surface)
	edge, width := scene.Muted, unit.Dp(1)
	if e.Wrong {
		edge = scene.BlockedPaint
	}
	if gtx.Focused(&f.Editor) {
		k.Focus, k.Focused, width = FocusText, e.Name, 2
		if !e.Wrong {
			edge = scene.FocusPaint
		}
	}
	k.Edge(gtx.Ops, r, buttonRadius, width, edge)
	if e.Hint != "" && f.Editor.Len() == 0 {
		k.TextIn(gtx.Ops, image.Rect(k.Dp(10), 0, r.Dx()-k.Dp(10), r.Dy()), e.Hint, scene.Body, scene.Muted, scene.Left)
	}
	line := k.LineHeight(scene.Mono)
	Place(gtx, image.Rect(k.Dp(10), (r.Dy()-line)/2, r.Dx()-k.Dp(10), (r.Dy()+line)/2+1), func(gtx layout.Context) layout.Dimensions {
		return f.Editor.Layout(gtx, k.Shaper(), theme.Font(scene.Mono, k.Palette.Light()), unit.Sp(scene.Mono.Size()), k.material(gtx.Ops, scene.Ink), k.material(gtx.Ops, scene.CursorTint))
	})
	return layout.Dimensions{Size: r.Size()}
}

func (k *Kit) fieldEvents(gtx layout.Context, f *Field, e Entry) {
	for {
		ev, ok := f.Editor.Update(gtx)
		if !ok {
			break
		}
		switch ev.(type) {
		case gio.ChangeEvent:
			if text := f.Editor.Text(); text != f.known {
				f.known = text
				k.Do(func() { e.Change(text) })
			}
		case gio.SubmitEvent:
			k.Do(e.Done)
		}
	}
	for {
		ev, ok := gtx.Event(key.Filter{Focus: &f.Editor, Name: key.NameEscape})
		if !ok {
			break
		}
		if ev.(key.Event).State == key.Press {
			leave := e.Leave
			if leave == nil {
				leave = e.Done
			}
			k.Do(leave)
		}
	}
}

func (k *Kit) material(ops *op.Ops, c scene.Paint) op.CallOp { return material(ops, k.Palette[c]) }

func material(ops *op.Ops, c color.NRGBA) op.CallOp {
	m := op.Record(ops)
	paint.ColorOp{Color: c}.Add(ops)
	return m.Stop()
}
