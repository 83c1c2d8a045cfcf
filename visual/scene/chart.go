package scene

import (
	"slices"

	"ftpscope/sim/trace"
)

// Arrow is one transition in the table of a state machine.
type Arrow struct{ From, To, On string }

// AnyState as an arrow's From stands for every state that has no arrow of its
// own for the trigger.
const AnyState = "any"

// Chart is a state diagram with everything in its place. It is made once for a
// table, a run and a size; nothing in it moves with the cursor.
type Chart struct {
	course *Course
	boxes  []chartBox
	lines  []chartLine
	states int // that are not shown
	arrows int // likewise
}

type chartBox struct {
	state string
	rect  Rect
}

type chartLine struct {
	from, to int // boxes
	on       []string
	path     []Point
	label    string     // "": it has found no room
	at       Rect       // of the label
	moves    []trace.ID // when the run goes along it
}

// detail is how much of a table a chart shows.
type detail struct {
	all        bool // states the run never comes near, too
	neighbours bool
	labels     labelled
	tidy       bool // nearly no label may interrupt an arrow
}

type labelled uint8

const (
	unlabelled labelled = iota
	labelledSome
	labelledPath
	labelledAll
)

// details, from everything to what always fits.
var details = [...]detail{
	{all: true, neighbours: true, labels: labelledAll, tidy: true},
	{neighbours: true, labels: labelledAll, tidy: true},
	{neighbours: true, labels: labelledPath, tidy: true},
	{labels: labelledPath},
	{labels: labelledSome},
	{},
}

// NewChart lays a table out in the view's size: all of it where that fits,
// else the states on the way the machine takes in this run, with as many of
// their neighbours and labels as there is room for.
func NewChart(v *View, arrows []Arrow, course *Course) *Chart {
	moves := course.moves
	if v.HideAfter != 0 {
		moves = course.upTo(v.HideAfter)
	}
	way := newWay(arrows, course.Start, moves)
	p := &painter{View: v}
	for _, d := range details {
		for _, apart := range [...]float32{64, 32, 12} {
			if c, ok := p.chart(arrows, course, way, d, apart*v.Scale); ok {
				return c
			}
		}
	}
	return &Chart{course: course, states: countStates(arrows), arrows: len(arrows)}
}

// way is what of a table a run passes.
type way struct {
	states map[string]bool
	arrows map[[2]string]bool
}

func newWay(arrows []Arrow, start string, moves []move) way {
	w := way{map[string]bool{start: true}, map[[2]string]bool{}}
	for _, m := range moves {
		w.states[m.from], w.states[m.to] = true, true
		ends := arrowOf(m, func(from, to string) bool {
			return slices.ContainsFunc(arrows, func(a Arrow) bool { return a.From == from && a.To == to })
		})
		w.states[ends[0]] = true
		w.arrows[ends] = true
	}
	return w
}

// arrowOf is the arrow a move went along: its own, or that of any state.
func arrowOf(m move, has func(from, to string) bool) [2]string {
	if !has(m.from, m.to) && has(AnyState, m.to) {
		return [2]string{AnyState, m.to}
	}
	return [2]string{m.from, m.to}
}

func (w *way) keep(d detail) func(Arrow) bool {
	return func(a Arrow) bool {
		switch {
		case d.all:
			return true
		case d.neighbours:
			return w.states[a.From] || w.states[a.To] && a.From != AnyState
		}
		return w.arrows[[2]string{a.From, a.To}]
	}
}

func countStates(arrows []Arrow) int {
	seen := map[string]bool{}
	for _, a := range arrows {
		seen[a.From], seen[a.To] = true, true
	}
	delete(seen, AnyState)
	return len(seen)
}

// chart tries to lay out one degree of detail, with states this far apart.
func (p *painter) chart(arrows []Arrow, course *Course, w way, d detail, apart float32) (*Chart, bool) {
	g := newGraph(arrows, course.Start, w.keep(d))
	c := &Chart{course: course, states: countStates(arrows), arrows: len(arrows)}
	for _, name := range g.names {
		if name != AnyState {
			c.states--
		}
	}
	for i := range g.edges {
		c.arrows -= len(g.edges[i].on)
	}
	widths := make([]float32, len(g.names))
	for i, name := range g.names {
		widths[i] = p.Measure(p.stateLabel(name), SmallStrong) + 16
	}
	for i := range g.edges {
		if e := &g.edges[i]; e.from == e.to {
			widths[e.from] += 2 * loopReach // on either side, so that the box stays in the middle
		}
	}
	const margin = 8
	bottom := p.H - margin
	if c.states+c.arrows > 0 {
		bottom -= p.lineHeight(Small)
	}
	if !g.arrange(widths, 12, apart, p.W-2*margin) {
		return nil, false
	}
	rows, ok := p.chartRows(len(g.layers), margin, bottom, d)
	if !ok {
		return nil, false
	}
	c.build(g, rows, margin)
	c.follow()
	for _, short := range [2]bool{false, true} {
		if p.labelLines(c, rows.gap, w, d, short) {
			return c, true
		}
	}
	return nil, false
}

const loopReach = 14 // of an arrow that leads from a state to itself

// stateLabel is how a state stands in its box: by the name it has in the table.
func (p *painter) stateLabel(state string) string {
	if state == AnyState {
		return p.Texts.Text("diagram.any")
	}
	return state
}

// chartRows are the layers' places from top to bottom.
type chartRows struct{ top, box, gap float32 }

func (r *chartRows) y(layer int) float32 { return r.top + float32(layer)*(r.box+r.gap) }

func (p *painter) chartRows(n int, top, bottom float32, d detail) (r chartRows, ok bool) {
	r.box = p.lineHeight(SmallStrong) + 6
	least := float32(14)
	if d.labels != unlabelled {
		least = p.lineHeight(Small) + 6
	}
	space := bottom - top - float32(n)*r.box
	if n > 1 {
		r.gap = min(space/float32(n-1), 96*p.Scale)
	}
	if space < 0 || n > 1 && r.gap < least {
		return r, false
	}
	r.top = top + (space-float32(n-1)*r.gap)/2
	return r, true
}

// build turns the graph's places into boxes and lines.
func (c *Chart) build(g *graph, rows chartRows, left float32) {
	loops := make([]float32, len(g.names))
	for i := range g.edges {
		if e := &g.edges[i]; e.from == e.to {
			loops[e.from] = loopReach
		}
	}
	for i, name := range g.names {
		n := g.nodes[i]
		w := n.w - 2*loops[i]
		c.boxes = append(c.boxes, chartBox{name, Rect{left + n.x - w/2, rows.y(g.level[i]), w, rows.box}})
	}
	ports := newPorts(g)
	for i := range g.edges {
		e := &g.edges[i]
		l := chartLine{from: e.from, to: e.to, on: e.on}
		if e.from == e.to {
			b := c.boxes[e.from].rect
			x := b.X + b.W
			l.path = []Point{{x, b.Y + b.H*.3}, {x + loopReach - 2, b.Y + b.H*.3}, {x + loopReach - 2, b.Y + b.H*.7}, {x, b.Y + b.H*.7}}
		} else {
			up, low := c.boxes[e.upper()].rect, c.boxes[e.lower()].rect
			l.path = append(l.path, Point{up.X + up.W*ports.out[i], up.Y + up.H})
			for k, bend := range e.bends {
				y := rows.y(g.level[e.upper()] + 1 + k)
				x := left + g.nodes[bend].x
				l.path = append(l.path, Point{x, y - 2}, Point{x, y + rows.box + 2})
			}
			l.path = append(l.path, Point{low.X + low.W*ports.in[i], low.Y})
			if e.back {
				slices.Reverse(l.path)
			}
		}
		c.lines = append(c.lines, l)
	}
}

// ports says for each edge where along its boxes' edges it begins and ends,
// from 0 to 1, so that no two share a place.
type ports struct{ out, in []float32 }

func newPorts(g *graph) ports {
	p := ports{make([]float32, len(g.edges)), make([]float32, len(g.edges))}
	for s := range g.names {
		var out, in []int
		for i := range g.edges {
			e := &g.edges[i]
			switch {
			case e.from == e.to:
			case e.upper() == s:
				out = append(out, i)
			case e.lower() == s:
				in = append(in, i)
			}
		}
		spread(out, p.out, func(i int) float32 { return g.nodes[append(g.edges[i].bends, g.edges[i].lower())[0]].x })
		spread(in, p.in, func(i int) float32 {
			chain := append([]int{g.edges[i].upper()}, g.edges[i].bends...)
			return g.nodes[chain[len(chain)-1]].x
		})
	}
	return p
}

// spread shares an edge of a box among arrows in the order of where they go.
func spread(edges []int, at []float32, x func(int) float32) {
	slices.SortStableFunc(edges, func(a, b int) int {
		switch xa, xb := x(a), x(b); {
		case xa < xb:
			return -1
		case xa > xb:
			return 1
		}
		return 0
	})
	for k, i := range edges {
		at[i] = (float32(k) + 1) / (float32(len(edges)) + 1)
	}
}

// follow notes for every line when the run goes along it.
func (c *Chart) follow() {
	place := map[[2]string]int{}
	for i, l := range c.lines {
		place[[2]string{c.boxes[l.from].state, c.boxes[l.to].state}] = i
	}
	for _, m := range c.course.moves {
		ends := arrowOf(m, func(from, to string) bool {
			_, known := place[[2]string{from, to}]
			return known
		})
		if i, known := place[ends]; known {
			c.lines[i].moves = append(c.lines[i].moves, m.at)
		}
	}
}
