package scene

import (
	"sort"

	"ftpscope/sim/trace"
)

// Sequence draws the sequence diagram, scrolled down by scroll, on a ground of
// Panel, and returns how high all of its rows are together with the heading. Only the rows that
// can be seen are laid out.
func Sequence(v *View, by trace.Size, scroll float32, out *Scene) (contentHeight float32) {
	out.Reset(v.W, v.H)
	d := newDiagram(v, by, out)
	if d.n < 2 {
		return 0
	}
	count := d.count()
	first := max(int(scroll/d.rowH), 0)
	last := min(int((scroll+v.H-d.top)/d.rowH)+1, count)
	d.lifelines()
	for i := first; i < last; i++ {
		y := d.top + float32(i)*d.rowH - scroll
		if y >= d.top-.5 && y+d.rowH <= v.H+.5 { // whole rows only: no text is cut off
			d.row(d.rows[i], y)
		}
	}
	height := d.top + float32(count)*d.rowH
	if d.hidden() {
		d.curtain(d.top + float32(count)*d.rowH - scroll)
		height += d.rowH
	}
	d.head()
	return height
}

// RowAt is where the cursor's row lies in the sequence diagram before any
// scrolling, so that a window can keep it in sight.
func RowAt(v *View, by trace.Size) (y, h float32) {
	d := newDiagram(v, by, &Scene{})
	i := sort.Search(len(d.rows), func(i int) bool { return d.rows[i] > d.current }) - 1
	return d.top + float32(max(i, 0))*d.rowH, d.rowH
}

// diagram is what drawing one sequence diagram needs.
type diagram struct {
	painter
	rows    []row
	packets bool
	now     trace.ID
	current row // the cursor's
	top     float32
	rowH    float32
	lines   [4 + maxGuests]lifeline
	n       int
}

// lifeline is a node's vertical line.
type lifeline struct {
	node trace.Node
	x    float32
	wall bool
	host bool // a further one
}

func newDiagram(v *View, by trace.Size, out *Scene) *diagram {
	d := &diagram{painter: painter{v, v.Outline.Trace, out}, packets: by == trace.ByPacket}
	d.now = v.World.N
	if v.HideAfter != 0 {
		d.now = min(d.now, v.HideAfter)
	}
	d.rows = v.Film.rows[0]
	if d.packets {
		d.rows = v.Film.rows[1]
		d.current = row(2*d.latestPacket() + 1)
	} else {
		d.current = messageRow(v.Outline.MessageAt(d.now))
	}
	d.top = d.lineHeight(SmallStrong) + 12
	d.rowH = 1.55*d.lineHeight(MonoSmall) + 8
	d.columns()
	return d
}

// latestPacket is the last packet to have been sent by now.
func (d *diagram) latestPacket() trace.ID {
	i := sort.Search(len(d.rows), func(i int) bool { return trace.ID(d.rows[i]/2) > d.now })
	if i == 0 {
		return 0
	}
	return trace.ID(d.rows[i-1] / 2)
}

// columns places the lifelines: the hosts, and the routers that have rules.
func (d *diagram) columns() {
	margin := d.Measure("65535", MonoSmall) + 12
	left, right := margin, d.W-margin
	var found, wall [2]bool
	for i := range d.t.Rules {
		r := &d.t.Rules[i]
		k := 0
		switch d.t.Nodes[r.At].Role {
		case trace.RoleServerRouter:
			k = 1
		case trace.RoleClientRouter:
		default:
			continue
		}
		found[k] = true
		wall[k] = wall[k] || filters(r)
	}
	add := func(role trace.Role, x float32, wall bool) {
		if n, ok := d.t.NodeByRole(role); ok {
			d.lines[d.n] = lifeline{n, x, wall, role.Further()}
			d.n++
		}
	}
	var inside, public []trace.Role
	for i := range d.t.Nodes {
		if n := &d.t.Nodes[i]; n.Role.Further() && n.Inside {
			inside = append(inside, n.Role)
		} else if n.Role.Further() {
			public = append(public, n.Role)
		}
	}
	span := right - left
	from, to := left, right
	if len(inside)+len(public) > 0 { // closer to the hosts, for there is more in between
		from, to = left+span*.18, right-span*.18
	}
	add(trace.RoleClient, left, false)
	for i, role := range inside {
		add(role, left+span*.25*float32(i+1)/float32(len(inside)), false)
		from = left + span*.43
	}
	if found[0] && len(inside)+len(public) == 0 {
		from = left + span*.22
	}
	if found[0] {
		add(trace.RoleClientRouter, from, wall[0])
	} else if from = left; len(inside) > 0 {
		from = left + span*.25
	}
	if !found[1] {
		to = right
	} else if len(inside)+len(public) == 0 {
		to = right - span*.22
	}
	for i, role := range public {
		add(role, from+(to-from)*float32(i+1)/float32(len(public)+1), false)
	}
	if found[1] {
		add(trace.RoleServerRouter, to, wall[1])
	}
	add(trace.RoleServer, right, false)
}

// filters reports whether a rule is a firewall's rather than NAT's.
func filters(r *trace.Rule) bool {
	return r.Chain == "forward" || r.Chain == "input" || r.Chain == "output"
}

// count is how many rows may be shown.
func (d *diagram) count() int {
	if d.HideAfter == 0 {
		return len(d.rows)
	}
	limit := row(2*d.HideAfter + 1)
	if !d.packets {
		limit = messageRow(d.Outline.MessageAt(d.HideAfter))
	}
	return sort.Search(len(d.rows), func(i int) bool { return d.rows[i] > limit })
}

// hidden reports whether a question hides what comes next.
func (d *diagram) hidden() bool { return d.HideAfter != 0 }

func (d *diagram) left() float32  { return d.lines[0].x }
func (d *diagram) right() float32 { return d.lines[d.n-1].x }

func (d *diagram) lifelines() {
	for _, l := range d.lines[:d.n] {
		from, to := Point{l.x, d.top}, Point{l.x, d.H}
		if l.wall {
			d.line(from, to, 8, [2]float32{9, 3}, WallPaint, 1)
			continue
		}
		d.line(from, to, 1.5, [2]float32{}, Line, 1)
	}
}

// head names the lifelines, above all rows.
func (d *diagram) head() {
	b := band{on: true, y: d.top/2 - 2, h: d.top}
	for _, i := range [2]int{0, d.n - 1} {
		name := d.nodeName(d.lines[i].node)
		d.put(&b, 0, d.W, d.lines[i].x, label{name, SmallStrong, Ink, 1})
	}
	for _, l := range d.lines[1 : d.n-1] {
		if l.host {
			name := d.nodeName(l.node)
			short := name
			if d.t.Nodes[l.node].Role == trace.RoleSecondServer {
				short = d.Texts.Text("stage.second-short")
			}
			d.put(&b, 0, d.W, l.x, label{name, SmallStrong, Ink, 1}, label{name, Small, Ink, 1}, label{short, SmallStrong, Ink, 1}, label{short, Small, Ink, 1})
		}
	}
	for _, l := range d.lines[1 : d.n-1] {
		if l.host {
			continue
		}
		short := d.Texts.Text("stage.router-short")
		if l.wall {
			short = d.Texts.Text("stage.firewall-short")
		}
		d.put(&b, 0, d.W, l.x, label{short, Small, Muted, 1})
	}
}

// curtain says that the future is hidden.
func (d *diagram) curtain(y float32) {
	if y < d.top-.5 || y+d.rowH > d.H+.5 {
		return
	}
	key := "seq.later"
	if d.Asking {
		key = "seq.hidden"
	}
	d.banner(y, label{d.Texts.Text(key), Small, Muted, 1})
}

// banner writes a text over the lifelines.
func (d *diagram) banner(y float32, l label) {
	limit := d.right() - d.left() - 16
	w := min(d.Measure(l.text, l.style), limit)
	x, h := (d.left()+d.right())/2, d.lineHeight(l.style)
	d.fill(Rect{x - w/2 - 4, y + d.rowH/2 - h/2, w + 8, h}, 0, Panel, 1)
	d.text(Point{x, y + d.rowH/2}, Centre, limit, l)
}

// x is the lifeline of a node; where it has none, the middle.
func (d *diagram) x(n trace.Node) float32 {
	for _, l := range d.lines[:d.n] {
		if l.node == n {
			return l.x
		}
	}
	switch d.t.Nodes[n].Role {
	case trace.RoleClientRouter:
		return d.left() + (d.right()-d.left())*.22
	case trace.RoleServerRouter:
		return d.right() - (d.right()-d.left())*.22
	}
	return (d.left() + d.right()) / 2
}
