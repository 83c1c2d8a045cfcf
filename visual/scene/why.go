package scene

import (
	"strings"

	"ftpscope/sim/trace"
)

// Why draws a chain of causes, one row for each, scrolled down by scroll, on a
// ground of Panel, and returns how high all rows are together. Each row is a
// hit that jumps.
func Why(v *View, causes []Cause, scroll float32, out *Scene) (contentHeight float32) {
	out.Reset(v.W, v.H)
	if len(causes) == 0 || v.HideAfter != 0 && min(causes[0].Event, causes[0].Stop) > v.HideAfter {
		return 0
	}
	c := chainPainter{painter: painter{v, v.Outline.Trace, out}, x: 12}
	c.x += c.mark(14)
	y := float32(4)
	for i := range causes {
		y = c.row(&causes[i], i, i+1 == len(causes), y, scroll)
	}
	return y + 4
}

type chainPainter struct {
	painter
	x float32 // where the words begin
}

// row draws a cause whose top is at y before scrolling and returns its bottom.
func (c *chainPainter) row(n *Cause, i int, last bool, y, scroll float32) float32 {
	words := c.Texts.Text(n.What.Key, n.What.Args...)
	what := c.wrap(words, BodyStrong, c.W-c.x-12)
	because := []string(nil)
	if n.Because.Key != "" {
		because = c.wrap(c.Texts.Text(n.Because.Key, n.Because.Args...), Small, c.W-c.x-12)
	}
	const pad = 5
	first := c.lineHeight(BodyStrong)
	h := 2*pad + float32(len(what))*first + float32(len(because))*c.lineHeight(Small)
	top := y - scroll
	if top < -.5 || top+h > c.H+.5 { // whole rows only: no text is cut off
		return y + h
	}
	own, _, _ := colours(n.Channel)
	switch {
	case n.Died:
		own = BlockedPaint
	case n.Channel == trace.ChannelNone:
		own = Muted
	}
	at := Point{12 + c.mark(4), top + pad + first/2}
	if !last { // from the cause below up to here
		c.line(Point{at.X, at.Y + c.mark(9)}, Point{at.X, top + h + pad}, c.mark(1.5), [2]float32{}, Line, 1)
		c.triangle(Point{at.X, at.Y + c.mark(6)}, Point{at.X - c.mark(4), at.Y + c.mark(11)}, Point{at.X + c.mark(4), at.Y + c.mark(11)}, Line, 1)
	}
	if n.Died {
		c.cross(at, c.mark(4), c.mark(2.25), own, 1)
	} else {
		c.circle(at, c.mark(4), own, 1)
	}
	line := at.Y
	for _, text := range what {
		c.text(Point{c.x, line}, Left, c.W-c.x-12, label{text, BodyStrong, Ink, 1})
		line += first
	}
	line += (c.lineHeight(Small) - first) / 2
	for _, text := range because {
		c.text(Point{c.x, line}, Left, c.W-c.x-12, label{text, Small, Muted, 1})
		line += c.lineHeight(Small)
	}
	c.hit(HitID{Kind: HitCause, Channel: uint8(n.Channel), N: uint32(n.Stop), Row: uint32(i)}, Rect{4, top, c.W - 8, h}, words, strings.Join(because, " "))
	return y + h
}

// wrap breaks a text into lines no wider than a limit, between words where it can.
func (p *painter) wrap(text string, style Style, limit float32) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		longer := word
		if line != "" {
			longer = line + " " + word
		}
		if line != "" && p.Measure(longer, style) > limit {
			lines = append(lines, line)
			longer = word
		}
		line = longer
	}
	return append(lines, line)
}
