package visual

import (
	"image"
	"strings"
	"unicode/utf8"

	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op/clip"
	"gioui.org/unit"

	"ftpscope/lessons"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// prose is how a lesson's text is set.
type prose struct {
	plain, strong scene.Style
	ink           scene.Paint
	lead          unit.Sp // between lines, beyond the letters' own
}

var (
	reading = prose{scene.Reading, scene.Lead, scene.Ink, 5}
	remark  = prose{scene.Body, scene.BodyStrong, scene.Ink, 2}
)

// chipPad is the ground of protocol text on either side of it.
const chipPad unit.Dp = 3

// atom is what is not broken across lines: a word, or a link or protocol text of several.
type atom struct {
	text  string
	style scene.Style
	span  *lessons.Span
	index int  // of the span in its block
	space bool // before it
	x, w  int
}

func (a *atom) leads() bool { return a.span.Term != "" || a.span.Lesson != "" }

// linkKey names a link of a text.
type linkKey struct {
	text        string
	block, span int
}

// prose lays a text of a lesson out in the width there is, and returns how high
// it is. name tells its links from those of other texts.
func (a *App) prose(gtx layout.Context, name string, t lessons.Text, p prose) int {
	k := &a.kit
	width := gtx.Constraints.Max.X
	y := 0
	for i := range t {
		b := &t[i]
		if i > 0 {
			y += k.Dp(10)
			if b.Kind == lessons.Item && t[i-1].Kind == lessons.Item {
				y -= k.Dp(6)
			}
		}
		if b.Kind == lessons.Code {
			y = a.code(gtx, b, width, y)
			continue
		}
		left := 0
		if b.Kind == lessons.Item {
			left = k.Sp(14)
			k.Round(gtx.Ops, image.Rect(k.Sp(3), y+k.LineHeight(p.plain)/2-k.Sp(2), k.Sp(7), y+k.LineHeight(p.plain)/2+k.Sp(2)), 2, scene.Muted)
		}
		y = a.paragraph(gtx, linkKey{text: name, block: i}, b, p, image.Rect(left, y, width, y))
	}
	return y
}

// code sets lines as they are.
func (a *App) code(gtx layout.Context, b *lessons.Block, width, y int) int {
	k := &a.kit
	pad := k.Dp(8)
	text := k.Painter.Paragraph(b.Spans[0].Text, scene.Mono, width-2*pad, 20)
	r := image.Rect(0, y, width, y+int(text.Height)+2*pad)
	k.Round(gtx.Ops, r, 4, scene.Raised)
	text.Paint(gtx.Ops, fpt(float32(pad), float32(y+pad)), k.Palette[scene.Ink])
	return r.Max.Y
}

// paragraph sets a block within the sides of r from its top on, and returns
// where it ends.
func (a *App) paragraph(gtx layout.Context, key linkKey, b *lessons.Block, p prose, r image.Rectangle) int {
	k := &a.kit
	height := k.LineHeight(p.plain) + k.Sp(p.lead)
	atoms := a.atoms(b, p, r.Dx())
	var line []atom
	x, y := 0, r.Min.Y
	flush := func() {
		a.line(gtx, key, line, p, image.Rect(r.Min.X, y, r.Max.X, y+height))
		y += height
		line, x = line[:0], 0
	}
	for i := 0; i < len(atoms); {
		n, w := cluster(atoms[i:])
		gap := 0
		if atoms[i].space && len(line) > 0 {
			gap = k.Width("n n", p.plain) - k.Width("nn", p.plain)
		}
		if x+gap+w > r.Dx() && len(line) > 0 {
			flush()
			gap = 0
		}
		x += gap
		for _, at := range atoms[i : i+n] {
			at.x = x
			x += at.w
			line = append(line, at)
		}
		i += n
	}
	if len(line) > 0 {
		flush()
	}
	area := clip.Rect(image.Rect(r.Min.X, r.Min.Y, r.Max.X, y)).Push(gtx.Ops)
	semantic.LabelOp(lessons.Text{*b}.String()).Add(gtx.Ops)
	area.Pop()
	return y
}

// cluster is how many atoms stand together without a space, and how wide they are.
func cluster(atoms []atom) (n, width int) {
	for i := range atoms {
		if i > 0 && atoms[i].space {
			break
		}
		n, width = i+1, width+atoms[i].w
	}
	return n, width
}

// atoms takes a block apart. What is wider than a line is broken where it must be.
func (a *App) atoms(b *lessons.Block, p prose, width int) []atom {
	k := &a.kit
	var out []atom
	space := false
	for i := range b.Spans {
		s := &b.Spans[i]
		style := p.plain
		switch s.Style {
		case lessons.Strong, lessons.Emphasis:
			style = p.strong
		case lessons.Mono:
			style = scene.Mono
		}
		words := strings.Fields(s.Text)
		space = space || strings.HasPrefix(s.Text, " ")
		whole := strings.Join(words, " ")
		if s.Style == lessons.Mono { // whose spaces are meant, be they two
			whole = strings.TrimSpace(s.Text)
		}
		if (s.Term != "" || s.Lesson != "" || s.Style == lessons.Mono) && k.Width(whole, style)+2*k.Dp(chipPad) <= width {
			words = []string{whole}
		}
		for _, word := range words {
			for _, part := range a.broken(word, style, width-2*k.Dp(chipPad)) {
				w := k.Width(part, style)
				if s.Style == lessons.Mono {
					w += 2 * k.Dp(chipPad)
				}
				out = append(out, atom{text: part, style: style, span: s, index: i, space: space, w: w})
				space = true
			}
		}
		space = strings.HasSuffix(s.Text, " ") || len(words) == 0 && space
	}
	return out
}

// broken takes a word that is wider than a line apart, behind a comma where
// there is one.
func (a *App) broken(word string, style scene.Style, width int) []string {
	k := &a.kit
	var out []string
	for k.Width(word, style) > width && utf8.RuneCountInString(word) > 1 {
		fit, comma := 1, 0
		for i, r := range word {
			end := i + utf8.RuneLen(r)
			if k.Width(word[:end], style) > width {
				break
			}
			fit = end
			if r == ',' {
				comma = end
			}
		}
		if comma > 0 {
			fit = comma
		}
		out, word = append(out, word[:fit]), word[fit:]
	}
	return append(out, word)
}

// line draws the atoms of one line.
func (a *App) line(gtx layout.Context, key linkKey, atoms []atom, p prose, r image.Rectangle) {
	k := &a.kit
	for i := 0; i < len(atoms); i++ { // one ground for all words of a span
		if atoms[i].span.Style != lessons.Mono {
			continue
		}
		last := i
		for last+1 < len(atoms) && atoms[last+1].span == atoms[i].span {
			last++
		}
		k.Round(gtx.Ops, image.Rect(r.Min.X+atoms[i].x, r.Min.Y+k.Dp(1), r.Min.X+atoms[last].x+atoms[last].w, r.Max.Y-k.Dp(1)), 3, scene.Raised)
		i = last
	}
	for i := range atoms {
		at := &atoms[i]
		box := image.Rect(r.Min.X+at.x, r.Min.Y, r.Min.X+at.x+at.w, r.Max.Y)
		draw := func(gtx layout.Context, box image.Rectangle) {
			inner := box
			if at.span.Style == lessons.Mono {
				inner.Min.X += k.Dp(chipPad)
			}
			inner.Max.X += k.Dp(2)
			k.TextIn(gtx.Ops, inner, at.text, at.style, p.ink, scene.Left)
		}
		if !at.leads() {
			draw(gtx, box)
			continue
		}
		key.span = at.index
		b, span := a.learn.links.at(key), at.span
		widget.Place(gtx, box, func(gtx layout.Context) layout.Dimensions {
			own := image.Rectangle{Max: box.Size()}
			look := widget.Look{Name: at.text, State: a.text("learn.link")}
			return k.Press(gtx, b, look, own.Size(), 3, func() { a.follow(span) }, func(gtx layout.Context) {
				draw(gtx, own)
				under := scene.Muted
				if b.Hovered() {
					under = scene.Ink
				}
				k.Fill(gtx.Ops, image.Rect(0, own.Max.Y-k.Dp(3), own.Max.X, own.Max.Y-k.Dp(2)), under)
			})
		})
	}
}

// follow goes where a link leads: to a word's explanation or to a lesson.
func (a *App) follow(s *lessons.Span) {
	l := a.Player.Learn
	if s.Term != "" {
		l.Term = s.Term
		return
	}
	a.openLesson(s.Lesson)
}

// buttons are the states of buttons that come and go, by their names.
type buttons[K comparable] map[K]*widget.Button

func (m *buttons[K]) at(key K) *widget.Button {
	if *m == nil {
		*m = buttons[K]{}
	}
	b := (*m)[key]
	if b == nil {
		b = &widget.Button{}
		(*m)[key] = b
	}
	return b
}
