package visual

import (
	"image"
	"strings"

	"gioui.org/gesture"
	"gioui.org/layout"
	"gioui.org/op"

	"ftpscope/sim"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// formPane is the state of the network form.
type formPane struct {
	groups     []model.FormGroup
	run        widget.Dropdown
	undo, redo widget.Button
	save, open widget.Button
	fields     map[string]*formField
	more       widget.Button
	all        bool // the less usual fields are shown as well
	list       layout.List
}

// formField is the state of one field, whatever its kind.
type formField struct {
	text   widget.Field
	parts  widget.Segments
	choice widget.Dropdown
	toggle widget.Button
	about  gesture.Hover // the field's name, for what it means
}

func (f *formPane) field(path string) *formField {
	if f.fields == nil {
		f.fields = map[string]*formField{}
	}
	if f.fields[path] == nil {
		f.fields[path] = &formField{}
	}
	return f.fields[path]
}

// layoutForm is the whole network as a form, with what can be done with it as a
// file below.
func (a *App) layoutForm(gtx layout.Context) layout.Dimensions {
	k := &a.kit
	size := gtx.Constraints.Max
	foot := k.ControlHeight() + k.Dp(16)
	line := max(k.Dp(1), 1)
	body := image.Rect(0, 0, size.X, max(size.Y-foot-line, 0))
	widget.Clipped(gtx, body, func(gtx layout.Context) layout.Dimensions { return a.layoutFields(gtx, a.layoutFormHead) })
	k.Fill(gtx.Ops, image.Rect(0, body.Max.Y, size.X, body.Max.Y+line), scene.Line)
	y := body.Max.Y + line + k.Dp(8)
	a.layoutFiles(gtx, image.Rect(k.Dp(20), y, size.X-k.Dp(20), y+k.ControlHeight()))
	return layout.Dimensions{Size: size}
}

// layoutNetworkPage is the form as a page of the inspector. There every line
// counts: what stands above the fields and below them shares one row.
func (a *App) layoutNetworkPage(gtx layout.Context) layout.Dimensions {
	k, f := &a.kit, &a.form
	size := image.Pt(min(gtx.Constraints.Max.X, k.Sp(560)), gtx.Constraints.Max.Y)
	a.formWidth = size.X
	h, left, right := k.ControlHeight(), k.Dp(20), size.X-k.Dp(20)
	row := image.Rect(left, k.Dp(4), right, k.Dp(4)+h)
	a.layoutUndo(gtx, row)
	row.Max.X -= 2*h + k.Dp(12)
	files := row
	files.Min.X = row.Max.X - a.filesWidth()
	a.layoutFiles(gtx, files)
	row.Max.X = files.Min.X - k.Dp(8)
	widget.Place(gtx, row, func(gtx layout.Context) layout.Dimensions {
		return k.Dropdown(gtx, &f.run, a.text("window.run"), a.runs())
	})
	widget.Clipped(gtx, image.Rect(0, row.Max.Y+k.Dp(4), size.X, max(size.Y, row.Max.Y+k.Dp(4))), func(gtx layout.Context) layout.Dimensions {
		return a.layoutFields(gtx, nil)
	})
	return layout.Dimensions{Size: size}
}

// fileButton is what can be done with the network as a file.
type fileButton struct {
	state *widget.Button
	act   model.ActionID
}

func (a *App) fileButtons() [2]fileButton {
	return [2]fileButton{{&a.form.save, model.ActSave}, {&a.form.open, model.ActOpen}}
}

func (a *App) fileLabel(b fileButton) (label string, width int) {
	label = a.text("form." + string(b.act))
	return label, a.kit.Width(label, scene.Body) + a.kit.Dp(24)
}

// filesWidth is what the buttons need beside each other.
func (a *App) filesWidth() int {
	w := a.kit.Dp(8)
	for _, b := range a.fileButtons() {
		_, need := a.fileLabel(b)
		w += need
	}
	return w
}

// layoutFiles is saving and opening, side by side, each half the place where it
// is narrow.
func (a *App) layoutFiles(gtx layout.Context, r image.Rectangle) {
	gap, narrow := a.kit.Dp(8), a.filesWidth() > r.Dx()
	for _, b := range a.fileButtons() {
		label, w := a.fileLabel(b)
		if narrow {
			w = (r.Dx() - gap) / 2
		}
		widget.Place(gtx, image.Rect(r.Min.X, r.Min.Y, r.Min.X+w, r.Max.Y), func(gtx layout.Context) layout.Dimensions {
			return a.act(gtx, b.state, b.act, widget.Look{Label: label, Width: w})
		})
		r.Min.X += w + gap
	}
}

// layoutFields lays out all rows, below a head if there is one, seen or not, so
// that Tab reaches all.
func (a *App) layoutFields(gtx layout.Context, head layout.Widget) layout.Dimensions {
	k, f := &a.kit, &a.form
	if f.groups == nil {
		f.groups = model.Form()
	}
	size := gtx.Constraints.Max
	gtx.Constraints.Min = image.Point{}
	macro := op.Record(gtx.Ops)
	y := 0
	row := func(w layout.Widget) {
		at := op.Offset(image.Pt(0, y)).Push(gtx.Ops)
		y += w(gtx).Size.Y
		at.Pop()
	}
	if head != nil {
		row(head)
	}
	for _, g := range f.groups {
		if g.Name == "more" {
			row(a.layoutMore)
			if !f.all {
				break
			}
		} else {
			row(func(gtx layout.Context) layout.Dimensions { return a.layoutHeading(gtx, a.text("form."+g.Name)) })
		}
		section := g.Name
		for _, field := range g.Fields {
			if !a.Player.Offers(field.Path) {
				continue
			}
			if s := sectionOf(field.Path); g.Name == "more" && s != section {
				section = s
				row(func(gtx layout.Context) layout.Dimensions { return a.layoutHeading(gtx, a.text("form."+s)) })
			}
			row(func(gtx layout.Context) layout.Dimensions { return a.layoutField(gtx, section, field, y, size.Y) })
		}
	}
	y += k.Dp(12)
	all := macro.Stop()
	f.list.Axis = layout.Vertical
	return a.scroll(gtx, &f.list, size, image.Pt(size.X, y), all)
}

// scroll lays out one tall thing in a list, with a mark at the edge for how far
// down it is scrolled.
func (a *App) scroll(gtx layout.Context, l *layout.List, size, whole image.Point, call op.CallOp) layout.Dimensions {
	k := &a.kit
	gtx.Constraints = layout.Constraints{Max: size}
	l.Layout(gtx, 1, func(gtx layout.Context, _ int) layout.Dimensions {
		call.Add(gtx.Ops)
		return layout.Dimensions{Size: whole}
	})
	if whole.Y > size.Y {
		h := max(size.Y*size.Y/whole.Y, k.Dp(16))
		y := min(l.Position.Offset*size.Y/whole.Y, size.Y-h)
		k.Round(gtx.Ops, image.Rect(size.X-k.Dp(6), y, size.X-k.Dp(2), y+h), 2, scene.Line)
	}
	return layout.Dimensions{Size: size}
}

// layoutFormHead is the title, undo and redo, and the run that is the basis.
func (a *App) layoutFormHead(gtx layout.Context) layout.Dimensions {
	k, f := &a.kit, &a.form
	w, h, pad := gtx.Constraints.Max.X, k.ControlHeight(), k.Dp(20)
	y := k.Dp(8)
	a.layoutUndo(gtx, image.Rect(pad, y, w-pad, y+h))
	k.TextIn(gtx.Ops, image.Rect(pad, y, w-pad-2*h-k.Dp(12), y+h), a.text("form.network"), scene.Title, scene.Ink, scene.Left)
	y += h + k.Dp(8)
	widget.Place(gtx, image.Rect(pad, y, w-pad, y+h), func(gtx layout.Context) layout.Dimensions {
		return k.Dropdown(gtx, &f.run, a.text("window.run"), a.runs())
	})
	return layout.Dimensions{Size: image.Pt(w, y+h)}
}

// layoutUndo is undo and redo at the right end of a row.
func (a *App) layoutUndo(gtx layout.Context, r image.Rectangle) {
	k, f := &a.kit, &a.form
	h := r.Dy()
	for _, b := range []struct {
		state *widget.Button
		act   model.ActionID
		icon  *widget.Icon
		at    int
	}{{&f.undo, model.ActUndo, widget.IconUndo, 2*h + k.Dp(4)}, {&f.redo, model.ActRedo, widget.IconRedo, h}} {
		x := r.Max.X - b.at
		widget.Place(gtx, image.Rect(x, r.Min.Y, x+h, r.Max.Y), func(gtx layout.Context) layout.Dimensions {
			return a.act(gtx, b.state, b.act, widget.Look{Icon: b.icon, Kind: widget.Plain, Tip: widget.TipBelow})
		})
	}
}

func (a *App) layoutHeading(gtx layout.Context, title string) layout.Dimensions {
	k := &a.kit
	size := image.Pt(gtx.Constraints.Max.X, k.LineHeight(scene.Lead)+k.Dp(24))
	k.TextIn(gtx.Ops, image.Rect(k.Dp(20), k.Dp(16), size.X-k.Dp(20), size.Y-k.Dp(4)), title, scene.Lead, scene.Ink, scene.Left)
	return layout.Dimensions{Size: size}
}

// layoutMore opens and closes the less usual fields.
func (a *App) layoutMore(gtx layout.Context) layout.Dimensions {
	k, f := &a.kit, &a.form
	w, h := gtx.Constraints.Max.X, k.ControlHeight()
	look := widget.Look{Label: a.text("form.more"), Icon: widget.IconDown, Kind: widget.Plain}
	if f.all {
		look.Label, look.Icon = a.text("form.less"), widget.IconUp
	}
	widget.Place(gtx, image.Rect(k.Dp(12), k.Dp(12), w-k.Dp(12), k.Dp(12)+h), func(gtx layout.Context) layout.Dimensions {
		return k.Button(gtx, &f.more, look, func() { f.all = !f.all })
	})
	return layout.Dimensions{Size: image.Pt(w, h+k.Dp(16))}
}

// sectionOf is the heading under which one of the less usual fields stands.
func sectionOf(path string) string {
	if section, _, inside := strings.Cut(path, "."); inside {
		return section
	}
	return "run"
}

// fieldLabel is what a field is called; one that the catalogue does not know is
// called as in files.
func (a *App) fieldLabel(path string) string {
	if s, ok := a.texts.Plain("field." + path); ok {
		return s
	}
	return path
}

// alike are fields that mean the same on both sides.
var alike = strings.NewReplacer("second_server.", "server.", "server_router.", "client_router.")

// fieldHelp is what a field means, where its name does not say it.
func (a *App) fieldHelp(path string) (string, bool) {
	if s, ok := a.texts.Plain("help." + path); ok {
		return s, true
	}
	return a.texts.Plain("help." + alike.Replace(path))
}

// layoutField is a field's name and its control beside it or, where there is no
// room, below; and what is wrong with what stands in it.
func (a *App) layoutField(gtx layout.Context, section string, f sim.Field, top, height int) layout.Dimensions {
	k := &a.kit
	w, h, pad := gtx.Constraints.Max.X, k.ControlHeight(), k.Dp(20)
	label := a.fieldLabel(f.Path)
	name := a.text("form."+section) + ": " + label
	c := a.control(f, name)
	inner := w - 2*pad
	room := inner - k.Width(label, scene.Body) - k.Dp(12)
	width := min(c.width, inner)
	if c.least > 0 && c.least <= room {
		width = min(width, room)
	}
	box := image.Rect(w-pad-width, k.Dp(3), w-pad, k.Dp(3)+h)
	named := image.Rect(pad, box.Min.Y, box.Min.X, box.Max.Y)
	if width > room {
		words := k.Painter.Paragraph(label, scene.Body, inner, 2)
		box = box.Sub(image.Pt(box.Min.X-pad, -int(words.Height)-k.Dp(4)))
		words.Paint(gtx.Ops, fpt(float32(pad), float32(k.Dp(4))), k.Palette[scene.Muted])
		named = image.Rect(pad, 0, w-pad, box.Min.Y)
	} else {
		k.TextIn(gtx.Ops, named, label, scene.Body, scene.Muted, scene.Left)
	}
	c.state.choice.Up = top+box.Max.Y-a.form.list.Position.Offset > height*3/5
	if help, ok := a.fieldHelp(f.Path); ok {
		named.Max.X = min(named.Max.X, pad+k.Width(label, scene.Body))
		k.Explain(gtx, &c.state.about, label, named, help, inner, c.state.choice.Up)
	}
	widget.Place(gtx, box, c.layout)
	y := box.Max.Y + k.Dp(3)
	if err := a.Player.FieldErr(f.Path); err != nil {
		wrong := k.Painter.Paragraph(a.texts.Error(err), scene.Small, inner, 4)
		wrong.Paint(gtx.Ops, fpt(float32(pad), float32(y)), k.Palette[scene.BlockedPaint])
		y += int(wrong.Height) + k.Dp(6)
	}
	return layout.Dimensions{Size: image.Pt(w, y)}
}
