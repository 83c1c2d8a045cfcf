package visual

import (
	"image"
	"strings"
	"unicode"
	"unicode/utf8"

	"gioui.org/io/key"
	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op/clip"

	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// comparePane is the state of the place where two runs stand over each other.
type comparePane struct {
	choose widget.Dropdown
	back   widget.Button
	rows   []widget.Button
	list   layout.List
	shown  int // the row last scrolled to, counted from 1
	runs   [2]struct {
		stage    scene.Scene
		sequence sequencePane
	}
}

// comparePlaces is where the parts of the place lie, in pixels.
type comparePlaces struct {
	rows      image.Rectangle
	runs      [2]image.Rectangle // stage and caption of each
	sequences [2]image.Rectangle // empty where there is no room
	lines     []image.Rectangle
}

// comparePlaces divides what lies between the bars. The sequence diagrams go
// first where it is narrow.
func (a *App) comparePlaces(body image.Rectangle) comparePlaces {
	k := &a.kit
	var p comparePlaces
	line := max(k.Dp(1), 1)
	left := min(max(body.Dx()*195/1000, k.Sp(236)), body.Dx()*36/100)
	p.rows = image.Rect(body.Min.X, body.Min.Y, body.Min.X+left, body.Max.Y)
	main := image.Rect(p.rows.Max.X+line, body.Min.Y, body.Max.X, body.Max.Y)
	p.lines = append(p.lines, image.Rect(p.rows.Max.X, body.Min.Y, main.Min.X, body.Max.Y))
	right := max(body.Dx()*24/100, k.Sp(290))
	wide := a.wide(body.Dx()) && main.Dx()-right >= k.Sp(720)
	if wide {
		main.Max.X -= right + line
		p.lines = append(p.lines, image.Rect(main.Max.X, body.Min.Y, main.Max.X+line, body.Max.Y))
	}
	mid := (main.Min.Y + main.Max.Y) / 2
	p.runs = [2]image.Rectangle{
		image.Rect(main.Min.X, main.Min.Y, main.Max.X, mid), image.Rect(main.Min.X, mid+line, main.Max.X, main.Max.Y),
	}
	p.lines = append(p.lines, image.Rect(main.Min.X, mid, main.Max.X, mid+line))
	if wide {
		for side, r := range p.runs {
			p.sequences[side] = image.Rect(r.Max.X+line, r.Min.Y, body.Max.X, r.Max.Y)
		}
		p.lines = append(p.lines, image.Rect(main.Max.X+line, mid, body.Max.X, mid+line))
	}
	return p
}

// layoutCompare shows two runs under one cursor: what happens in them row by
// row, their stages over each other, and their sequence diagrams.
func (a *App) layoutCompare(gtx layout.Context, p places) {
	k, c := &a.kit, a.Player.Compare
	for {
		e, ok := gtx.Event(key.Filter{Name: key.NameEscape})
		if !ok {
			break
		}
		if e.(key.Event).State == key.Press {
			k.Do(a.Player.CloseCompare)
		}
	}
	widget.Clipped(gtx, p.strip, a.layoutStrip)
	all := a.comparePlaces(image.Rect(0, max(p.lines[0].Max.Y, p.strip.Max.Y), a.whole.X, p.lines[1].Min.Y))
	if a.Player.Compare == nil {
		return
	}
	widget.Clipped(gtx, all.rows, a.layoutAlignment)
	if a.Player.Compare == nil { // it was left just now, and the next layout shows that
		return
	}
	for side, one := range c.Players {
		a.look(gtx, one)
		widget.Clipped(gtx, all.runs[side], func(gtx layout.Context) layout.Dimensions { return a.layoutRun(gtx, side, one) })
		s := &a.compare.runs[side].sequence
		widget.Clipped(gtx, all.sequences[side], func(gtx layout.Context) layout.Dimensions {
			return a.diagram(gtx, s, one.Cursor.N, func(n trace.ID) { c.JumpTo(side, n) })
		})
	}
	a.look(gtx, a.Player)
	widget.Place(gtx, p.transport, a.layoutTransport)
	for _, line := range append(all.lines, p.lines[:2]...) {
		k.Fill(gtx.Ops, line, scene.Line)
	}
}

// sideName is what a side of the comparison is called, as a heading.
func (a *App) sideName(side int) string {
	return a.text("compare.side." + a.Player.Compare.Sides[side])
}

// layoutRun shows one of the runs: its stage, and what has just happened.
func (a *App) layoutRun(gtx layout.Context, side int, one *model.Player) layout.Dimensions {
	k := &a.kit
	size := gtx.Constraints.Max
	k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Surface)
	pad := k.Dp(16)
	head := image.Rect(pad+k.Dp(4), k.Dp(4), size.X-pad-k.Dp(4), k.Dp(8)+k.LineHeight(scene.Body))
	a.runHead(gtx, head, side, one)
	short := size.Y < k.Sp(330)
	caption := k.LineHeight(scene.Lead) + 2*k.LineHeight(scene.Small) + k.Dp(24)
	if short {
		caption = a.shortLines()*k.LineHeight(scene.SmallStrong) + k.Dp(8)
	}
	if size.Y-caption-head.Max.Y < k.Sp(90) { // the rows beside say it too
		caption = 0
	}
	bottom := size.Y - caption - k.Dp(12)
	r := image.Rect(pad, head.Max.Y, size.X-pad, bottom)
	widget.Place(gtx, r, func(gtx layout.Context) layout.Dimensions {
		a.fit(r)
		picture := &a.compare.runs[side].stage
		scene.Stage(&a.view, picture)
		k.Scene(gtx.Ops, picture)
		return layout.Dimensions{Size: r.Size()}
	})
	widget.Clipped(gtx, image.Rect(k.Dp(20), bottom+k.Dp(4), size.X-k.Dp(20), size.Y-k.Dp(8)), func(gtx layout.Context) layout.Dimensions {
		return a.runCaption(gtx, one, short)
	})
	return layout.Dimensions{Size: size}
}

// runHead says which of the two runs this is, how it asks for data, and what
// its clock shows.
func (a *App) runHead(gtx layout.Context, r image.Rectangle, side int, one *model.Player) {
	k := &a.kit
	now := "t = " + a.texts.Duration(a.view.Clock())
	w := k.Width(now, scene.Mono)
	name := capital(a.sideName(side)) + " · " + strings.ToUpper(one.Run.Scenario.Client.Mode)
	left := r
	left.Max.X -= w + k.Dp(16)
	k.TextIn(gtx.Ops, left, name, scene.BodyStrong, scene.Ink, scene.Left)
	k.TextIn(gtx.Ops, r, now, scene.Mono, scene.Muted, scene.Right)
}

// shortLines is how many lines the caption of a low run has: one more where the
// text is large for the window.
func (a *App) shortLines() int {
	if a.kit.Sp(100) > a.kit.Dp(170) {
		return 4
	}
	return 3
}

// capital writes a word as it begins a line.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// runCaption says what has just happened in a run, and where there is room why.
func (a *App) runCaption(gtx layout.Context, one *model.Player, short bool) layout.Dimensions {
	k := &a.kit
	size := gtx.Constraints.Max
	r := image.Rectangle{Max: size}
	defer clip.Rect(r).Push(gtx.Ops).Pop()
	what, why := a.caption(one)
	semantic.LabelOp(what).Add(gtx.Ops)
	semantic.DescriptionOp(why).Add(gtx.Ops)
	k.Round(gtx.Ops, r, 8, scene.Raised)
	k.Fill(gtx.Ops, image.Rect(0, 0, k.Dp(4), size.Y), verdict(one))
	width := size.X - 2*k.Dp(16)
	if short {
		w := k.Painter.Paragraph(what, scene.BodyStrong, width, a.shortLines())
		if w.Lines > 2 {
			w = k.Painter.Paragraph(what, scene.SmallStrong, width, a.shortLines())
		}
		w.Paint(gtx.Ops, fpt(float32(k.Dp(16)), (float32(size.Y)-w.Height)/2), k.Palette[scene.Ink])
		return layout.Dimensions{Size: size}
	}
	w := k.Painter.Paragraph(what, scene.Lead, width, 2)
	y := k.Painter.Paragraph(why, scene.Small, width, 3-w.Lines)
	top := (float32(size.Y) - w.Height - y.Height) / 2
	w.Paint(gtx.Ops, fpt(float32(k.Dp(16)), top), k.Palette[scene.Ink])
	y.Paint(gtx.Ops, fpt(float32(k.Dp(16)), top+w.Height), k.Palette[scene.Muted])
	return layout.Dimensions{Size: size}
}
