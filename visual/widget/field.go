package widget

import (
	"image"
	"image/color"
	"strings"

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
	Wrap   bool   // a text longer than the field goes on below
}

// Field lays out a line of protocol text to write in, in all the width it is
// given.
func (k *Kit) Field(gtx layout.Context, f *Field, e Entry) layout.Dimensions {
	f.Editor.SingleLine, f.Editor.Submit = !e.Wrap, true
	k.fieldEvents(gtx, f, e)
	if e.Take {
		gtx.Execute(key.FocusCmd{Tag: &f.Editor})
	}
	line := k.LineHeight(scene.Mono)
	f.Editor.LineHeight = unit.Sp(float32(line) / k.Metric.PxPerSp)
	r := image.Rect(0, 0, gtx.Constraints.Max.X, k.ControlHeight()+(k.lines(f, e, gtx.Constraints.Max.X-2*k.Dp(10))-1)*line)
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
	top := (k.ControlHeight() - line) / 2
	Place(gtx, image.Rect(k.Dp(10), top, r.Dx()-k.Dp(10), r.Dy()-top+1), func(gtx layout.Context) layout.Dimensions {
		return f.Editor.Layout(gtx, k.Shaper(), theme.Font(scene.Mono, k.Palette.Light()), unit.Sp(scene.Mono.Size()), k.material(gtx.Ops, scene.Ink), k.material(gtx.Ops, scene.CursorTint))
	})
	return layout.Dimensions{Size: r.Size()}
}

// mostLines is how far a field grows.
const mostLines = 3

// lines is how many lines a field shows.
func (k *Kit) lines(f *Field, e Entry, width int) int {
	if !e.Wrap || width <= 0 {
		return 1
	}
	text := f.Editor.Text()
	n := 1
	for line := ""; text != ""; { // broken after blanks and where there are none
		word := text
		if i := strings.IndexByte(text, ' '); i >= 0 {
			word = text[:i+1]
		}
		text = text[len(word):]
		if line != "" && k.Width(line+strings.TrimRight(word, " "), scene.Mono) > width {
			n, line = n+1, ""
		}
		line += word
		n += k.Width(strings.TrimRight(line, " "), scene.Mono) / (width + 1)
	}
	return min(n, mostLines)
}

func (k *Kit) fieldEvents(gtx layout.Context, f *Field, e Entry) {
	for {
		ev, ok := f.Editor.Update(gtx)
		if !ok {
			break
		}
		switch ev.(type) {
		case gio.ChangeEvent:
			if text := f.Editor.Text(); strings.Contains(text, "\n") { // pasted; it is one line all the same
				f.Editor.SetText(strings.ReplaceAll(text, "\n", " "))
			}
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
