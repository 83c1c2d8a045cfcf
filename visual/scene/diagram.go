package scene

import (
	"math"
	"strings"

	"ftpscope/sim/trace"
)

// Diagram draws a chart as it is at the cursor, on a ground of Panel: the state
// the machine is in, the way it has come, and the transition it took last.
func Diagram(v *View, c *Chart, out *Scene) {
	out.Reset(v.W, v.H)
	d := chartPainter{painter: painter{View: v, t: v.Outline.Trace, out: out}, Chart: c, now: v.World.N, latest: -1}
	if v.HideAfter != 0 {
		d.now = min(d.now, v.HideAfter)
	}
	d.find()
	for i := range d.lines {
		d.route(i)
	}
	for i := range d.boxes {
		d.state(i)
	}
	for i := range d.lines {
		d.trigger(i)
	}
	if d.states+d.arrows > 0 {
		text := d.Texts.Text("diagram.rest", "states", d.states, "arrows", d.arrows)
		d.text(Point{8, d.H - 2 - d.lineHeight(Small)/2}, Left, d.W-16, label{text, Small, Muted, 1})
	}
}

type chartPainter struct {
	painter
	*Chart
	now     trace.ID
	latest  int             // the line taken last; -1: none, or one that is not shown
	taken   []trace.ID      // by line, when it was last taken; 0: never
	visited map[string]bool // states
}

// find works out where the machine has been by now.
func (d *chartPainter) find() {
	d.visited = map[string]bool{d.course.State(d.now): true, d.course.Start: true}
	d.taken = make([]trace.ID, len(d.lines))
	moves := d.course.upTo(d.now)
	for i := range d.lines {
		l := &d.lines[i]
		n := upTo(l.moves, d.now)
		if n == 0 {
			continue
		}
		d.taken[i] = l.moves[n-1]
		d.visited[d.boxes[l.from].state], d.visited[d.boxes[l.to].state] = true, true
		if d.taken[i] == moves[len(moves)-1].at {
			d.latest = i
		}
	}
}

// route draws one arrow's line and head.
func (d *chartPainter) route(i int) {
	l := &d.lines[i]
	own, _, tint := colours(d.course.Channel)
	paint, width, head := Muted, d.mark(1.25), d.mark(7)
	alpha := float32(.7)
	switch {
	case i == d.latest:
		paint, width, head, alpha = own, d.mark(3), d.mark(11), 1
		d.polyline(l.path, d.mark(10), tint, 1)
	case d.taken[i] != 0:
		paint, width, head, alpha = own, d.mark(2), d.mark(9), 1
	}
	n := len(l.path)
	a, b := l.path[n-2], l.path[n-1]
	dx, dy := b.X-a.X, b.Y-a.Y
	length := float32(math.Hypot(float64(dx), float64(dy)))
	dx, dy = dx/length, dy/length
	back := Point{b.X - dx*head, b.Y - dy*head}
	d.polyline(append(append([]Point{}, l.path[:n-1]...), back), width, paint, alpha)
	d.triangle(b, Point{back.X - dy*head/2, back.Y + dx*head/2}, Point{back.X + dy*head/2, back.Y - dx*head/2}, paint, alpha)
}

// polyline draws a line through any number of points.
func (p *painter) polyline(path []Point, width float32, paint Paint, alpha float32) {
	for len(path) > 1 {
		s := Shape{Kind: Polyline, Width: width, Paint: paint, Alpha: alpha, Round: true}
		s.N = uint8(copy(s.P[:], path))
		p.out.Shapes = append(p.out.Shapes, s)
		path = path[s.N-1:]
	}
}

// state draws a state's box: filled where the machine is, tinted where it has been.
func (d *chartPainter) state(i int) {
	b := &d.boxes[i]
	own, on, tint := colours(d.course.Channel)
	ink, edge, ground, width := Muted, Line, Raised, float32(1)
	status := "diagram.not-yet"
	switch {
	case b.state == d.course.State(d.now):
		ink, edge, ground, width, status = on, own, own, 2, "diagram.now"
	case d.visited[b.state]:
		ink, edge, ground, width, status = Ink, own, tint, 1.5, "diagram.been"
	}
	d.fill(b.rect, 7, ground, 1)
	d.stroke(b.rect, 7, width, edge, 1)
	name := d.stateLabel(b.state)
	d.text(Point{b.rect.X + b.rect.W/2, b.rect.Y + b.rect.H/2}, Centre, 0, label{name, SmallStrong, ink, 1})
	if b.state != AnyState {
		name = d.Texts.Text("hit.state", "state", name, "words", d.stateWords(b.state))
	}
	d.hit(HitID{Kind: HitState, N: uint32(i)}, b.rect, name, d.Texts.Text(status))
}

// trigger writes what takes the machine along an arrow, on a ground of its own.
func (d *chartPainter) trigger(i int) {
	l := &d.lines[i]
	at := l.at
	if l.label == "" {
		a, b := l.path[0], l.path[1]
		const reach = 6
		at = Rect{(a.X+b.X)/2 - reach, (a.Y+b.Y)/2 - reach, 2 * reach, 2 * reach}
	} else {
		ink := Muted
		if d.taken[i] != 0 {
			ink = Ink
		}
		d.fill(at, 3, Panel, 1)
		d.text(Point{at.X + at.W/2, at.Y + at.H/2}, Centre, 0, label{l.label, Small, ink, 1})
	}
	status := "diagram.not-yet"
	switch {
	case i == d.latest:
		status = "diagram.latest"
	case d.taken[i] != 0:
		status = "diagram.taken"
	}
	name := d.Texts.Text("hit.arrow", "from", d.stateLabel(d.boxes[l.from].state), "to", d.stateLabel(d.boxes[l.to].state), "on", strings.Join(l.on, ", "))
	d.hit(HitID{Kind: HitArrow, N: uint32(d.taken[i]), Row: uint32(i)}, at, name, d.Texts.Text(status))
}
