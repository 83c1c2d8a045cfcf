package scene

import (
	"slices"
	"strconv"
)

// labels places what stands on a chart's arrows, in the gaps between the
// layers, so that no label covers a box or another label.
type labels struct {
	*painter
	chart *Chart
	gap   float32 // between layers
	taken []Rect
	short bool // only a first trigger is written
	over  int  // how many stand over another arrow
}

// tidyShare is how many labels of a tidy chart there are for each that
// interrupts another arrow.
const tidyShare = 6

// labelLines finds a place for every label that must be there, and for the
// others where they find one.
func (p *painter) labelLines(c *Chart, gap float32, w way, d detail, short bool) bool {
	if d.labels == unlabelled {
		return true
	}
	b := labels{painter: p, chart: c, gap: gap, short: short}
	for i := range c.lines {
		c.lines[i].label = ""
	}
	for _, travelled := range [2]bool{true, false} {
		for i := range c.lines {
			l := &c.lines[i]
			if w.arrows[[2]string{c.boxes[l.from].state, c.boxes[l.to].state}] != travelled {
				continue
			}
			if !b.label(l) && l.from != l.to && (travelled && d.labels >= labelledPath || d.labels == labelledAll) {
				return false
			}
		}
	}
	return !d.tidy || tidyShare*b.over <= len(b.taken)
}

// label writes a line's triggers beside it or, where there is no room, on it:
// all of them, or the first and how many more there are.
func (b *labels) label(l *chartLine) bool {
	for _, text := range triggers(l.on, b.short) {
		for _, overLines := range [2]bool{false, true} {
			if r, ok := b.find(l, text, overLines); ok {
				l.label, l.at = text, r
				b.taken = append(b.taken, r)
				if overLines {
					b.over++
				}
				return true
			}
		}
	}
	return false
}

// find looks along a line for a place for a text.
func (b *labels) find(l *chartLine, text string, overLines bool) (Rect, bool) {
	w, h := b.Measure(text, Small)+6, b.lineHeight(Small)
	for i := 1; i < len(l.path); i++ {
		from, to := l.path[i-1], l.path[i]
		if l.from == l.to || i%2 == 0 { // a loop, or the passage through a layer
			continue
		}
		top := min(from.Y, to.Y)
		for _, t := range [...]float32{.5, .4, .6, .3, .7, .2, .8} {
			at := Point{from.X + (to.X-from.X)*t, from.Y + (to.Y-from.Y)*t}
			y := clamp(at.Y-h/2, top+1, max(top+b.gap-1-h, top+1))
			lean := max(to.X-from.X, from.X-to.X) / max(to.Y-from.Y, from.Y-to.Y) * h / 2
			for _, aside := range [...]float32{w/2 + 3 + lean, -w/2 - 3 - lean, 0} {
				r := Rect{at.X + aside - w/2, y, w, h}
				if b.free(r, l, overLines) {
					return r, true
				}
			}
		}
	}
	return Rect{}, false
}

// free reports whether a label can stand in a place.
func (b *labels) free(r Rect, own *chartLine, overLines bool) bool {
	if r.X < 4 || r.X+r.W > b.W-4 {
		return false
	}
	if slices.ContainsFunc(b.taken, func(o Rect) bool {
		return r.X < o.X+o.W+2 && o.X < r.X+r.W+2 && r.Y < o.Y+o.H && o.Y < r.Y+r.H
	}) {
		return false
	}
	if overLines {
		return true
	}
	for k := range b.chart.lines {
		l := &b.chart.lines[k]
		for i := 1; l != own && i < len(l.path); i++ {
			if crosses(l.path[i-1], l.path[i], r) {
				return false
			}
		}
	}
	return true
}

// crosses reports whether a line passes through a rectangle.
func crosses(a, b Point, r Rect) bool {
	from, to := float32(0), float32(1)
	for _, s := range [...]struct{ at, step, low, high float32 }{
		{a.X, b.X - a.X, r.X, r.X + r.W}, {a.Y, b.Y - a.Y, r.Y, r.Y + r.H},
	} {
		if s.step == 0 {
			if s.at < s.low || s.at > s.high {
				return false
			}
			continue
		}
		t1, t2 := (s.low-s.at)/s.step, (s.high-s.at)/s.step
		from, to = max(from, min(t1, t2)), min(to, max(t1, t2))
	}
	return from < to
}

// triggers are the ways to write what an arrow waits for, the fullest first.
func triggers(on []string, short bool) []string {
	first := on[0]
	switch len(on) {
	case 1:
		return []string{first}
	case 2:
		if !short {
			return []string{first + ", " + on[1], first + " +1"}
		}
	}
	return []string{first + " +" + strconv.Itoa(len(on)-1)}
}
