package scene

import (
	"strings"

	"ftpscope/sim/trace"
)

// openWalls finds the lanes that each firewall lets through: those on which
// the connection's first SYN, or whatever is under way now, has passed it.
func (s *stage) openWalls() {
	for i := range s.n {
		c := &s.columns[i]
		for k := range s.laneCount() {
			c.lanes[k] = !c.wall || s.passes(c.node, &s.lane[k], k)
		}
	}
}

func (s *stage) passes(n trace.Node, l *Lane, lane int) bool {
	if l.Died != 0 && s.t.Event(l.Died).At == n {
		return false
	}
	for i := range s.legs {
		if g := &s.legs[i]; g.lane == lane && s.passed(g.flight.Sent, n) {
			return true
		}
	}
	if l.Conn < 0 {
		return false
	}
	conn := &s.Outline.Conns[l.Conn]
	return reached(conn.Open, s.now()) || s.passed(conn.First, n)
}

// passed reports whether a packet has got through a node by now.
func (s *stage) passed(sent trace.ID, n trace.Node) bool {
	for id := sent; id != 0 && id <= s.now(); id = s.t.Next(id) {
		if e := s.t.Event(id); e.At == n && !e.What.Died() {
			return true
		}
	}
	return false
}

// routers draws the columns behind the lanes.
func (s *stage) routers() {
	for i := range s.n {
		if c := &s.columns[i]; !c.wall {
			for _, r := range s.bodies(c) {
				s.fill(r, 6, Raised, 1)
				s.stroke(r, 6, 1, Line, 1)
			}
		}
	}
}

// walls draws the bricks before the lanes, and what the columns are called.
func (s *stage) walls() {
	for i := range s.n {
		c := &s.columns[i]
		if c.wall {
			for _, r := range s.bodies(c) {
				s.bricks(c, r)
			}
		}
		if !c.host {
			s.title(c)
		}
		s.count(c)
	}
}

func (s *stage) body(c *column) Rect {
	w := c.w
	if !c.wall {
		w *= .6
	}
	return Rect{c.x - w/2, s.wallTop, w, s.wallBottom - s.wallTop}
}

// bodies are all parts of a column: its own and, below what is written about it,
// one for each strip that has a lane across it.
func (s *stage) bodies(c *column) []Rect {
	own := s.body(c)
	all := []Rect{own}
	for i := range s.film.guests {
		for _, to := range [...]Side{ClientSide, ServerSide} {
			r := &s.lanes[guestLane(i, to)]
			if strip := &s.strips[i]; strip.on && r.wired() && r.ends[0] < c.x && c.x < r.ends[1] {
				all = append(all, Rect{own.X, strip.y, own.W, strip.h})
			}
		}
	}
	return all
}

// bricks fills the wall's body but for the gaps at the lanes it lets through.
func (s *stage) bricks(c *column, r Rect) {
	const joint = 3
	rows := max(int(r.H/(18+joint)), 3)
	height := (r.H+joint)/float32(rows) - joint
	for i := range rows {
		y := r.Y + float32(i)*(height+joint)
		if s.inGap(c, y, y+height) {
			continue
		}
		split := r.W * .38
		if i%2 == 1 {
			split = r.W * .62
		}
		s.fill(Rect{r.X, y, split - joint/2., height}, 2, WallPaint, 1)
		s.fill(Rect{r.X + split + joint/2., y, r.W - split - joint/2., height}, 2, WallPaint, 1)
	}
}

// inGap reports whether a brick would stand in a gap.
func (s *stage) inGap(c *column, top, bottom float32) bool {
	half := s.chipH/2 + 2
	for i := range s.laneCount() {
		if y := s.lanes[i].line; c.lanes[i] && s.lanes[i].wired() && top < y+half && bottom > y-half {
			return true
		}
	}
	return false
}

// title writes a router's name and addresses above it.
func (s *stage) title(c *column) {
	name := s.columnName(c)
	short := s.Texts.Text("stage.router-short")
	if c.wall {
		short = s.Texts.Text("stage.firewall-short")
	}
	s.put(&s.name, c.from, c.to, c.x,
		label{name, BodyStrong, Ink, 1}, label{name, SmallStrong, Ink, 1}, label{short, SmallStrong, Ink, 1})
	rows := [...]*band{&s.addr, &s.addr2}
	addrs := s.t.Nodes[c.node].Addrs
	if c.nat && !s.addr2.on && len(addrs) > 1 {
		addrs = addrs[1:] // by which it is known outside: with NAT, that is what matters
	}
	for i, a := range addrs[:min(len(addrs), len(rows))] {
		s.put(rows[i], c.from, c.to, c.x, label{a.String(), MonoSmall, Muted, 1})
	}
}

// columnName calls a router that has a firewall by that, and a host's firewall
// the host's.
func (s *stage) columnName(c *column) string {
	switch {
	case !c.wall:
		return s.nodeName(c.node)
	case sideOf(s.t, c.node) == ServerSide:
		return s.Texts.Text("stage.server-firewall")
	}
	return s.Texts.Text("stage.client-firewall")
}

// reach is where a column can be pressed: what is written above it belongs to it.
func (s *stage) reach(c *column, name string) Rect {
	r := s.body(c)
	if c.host || !s.name.on {
		return r
	}
	w := max(min(s.Measure(name, SmallStrong), c.to-c.from), r.W)
	top := s.name.y - s.name.h/2
	return Rect{c.x - w/2, top, w, r.Y + r.H - top}
}

// duties are what a router does beside passing packets on, in words.
func (s *stage) duties(c *column) string {
	var all []string
	if c.nat {
		all = append(all, s.Texts.Text("stage.nat"))
	}
	if c.helper {
		all = append(all, s.Texts.Text("stage.helper"))
	}
	return strings.Join(all, " · ")
}

// count says under a wall how many packets it has stopped, and under a router
// what else it does.
func (s *stage) count(c *column) {
	name, duties := s.columnName(c), s.duties(c)
	r := s.reach(c, name)
	from, to := max(c.from, s.edges[0]+4), min(c.to, s.edges[1]-4)
	if !c.wall {
		s.put(&s.foot, from, to, c.x, label{duties, Small, Muted, 1})
		s.hit(HitID{Kind: HitRouter, Node: uint8(c.node)}, r, name, duties)
		return
	}
	n := s.film.blocked(c.node, s.now())
	text := s.Texts.Text("stage.blocked", "count", n)
	l := label{text, Small, Muted, 1}
	if n > 0 {
		l.paint = BlockedPaint
	}
	more := l
	if duties != "" {
		more.text += " · " + duties
	}
	s.put(&s.foot, from, to, c.x, more, l)
	s.hit(HitID{Kind: HitWall, Node: uint8(c.node)}, r, name, text)
}
