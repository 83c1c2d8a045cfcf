package scene

import (
	"net/netip"
	"slices"

	"ftpscope/sim/trace"
)

// guest is a host that is neither of the two the session is between: an
// attacker, or the client's machine under another of its addresses. It has a
// card and a lane of its own, so that what it does is not taken for the
// client's doing.
type guest struct {
	node   trace.Node
	addr   netip.Addr
	first  trace.ID // its first packet, or the first one sent to it; 0: there is no guest
	conns  []uint32
	flows  map[uint32]bool // its connections', in every form
	deaths []death
}

// findGuest looks for the connections of a run that have a foreign end.
func findGuest(o *trace.Outline) guest {
	t := o.Trace
	g := guest{flows: map[uint32]bool{}}
	for i := range o.Conns {
		c := &o.Conns[i]
		for _, end := range [...]netip.AddrPort{c.Src, c.Dst, c.FarDst} {
			n, ok := foreign(t, end.Addr())
			if !ok {
				continue
			}
			if g.first == 0 {
				g.node, g.addr, g.first = n, end.Addr(), c.First
			}
			g.conns = append(g.conns, uint32(i))
			g.note(t, c)
			break
		}
	}
	return g
}

// foreign reports whether an address is a third host's, and whose.
func foreign(t *trace.Trace, a netip.Addr) (trace.Node, bool) {
	for i := range t.Nodes {
		n := &t.Nodes[i]
		at := slices.Index(n.Addrs, a)
		if at >= 0 && (n.Role.Further() || n.Role == trace.RoleClient && at > 0) {
			return trace.Node(i), true
		}
	}
	return 0, false
}

func (g *guest) note(t *trace.Trace, c *trace.Conn) {
	for i := range t.Flows {
		f := &t.Flows[i]
		for _, ends := range [...][2]netip.AddrPort{{c.Src, c.Dst}, {c.FarSrc, c.FarDst}, {c.Src, c.FarDst}, {c.FarSrc, c.Dst}} {
			if f.Src == ends[0] && f.Dst == ends[1] || f.Src == ends[1] && f.Dst == ends[0] {
				g.flows[uint32(i)] = true
			}
		}
	}
}

// has reports whether a connection is the guest's.
func (g *guest) has(conn int) bool {
	_, found := slices.BinarySearch(g.conns, uint32(conn)) // they are in their order
	return conn >= 0 && found
}

// guestLane is the lane of a guest, below the channels.
const guestLane = 2

// guestCard draws the card of the host that meddles, and its line.
func (s *stage) guestCard() {
	if !s.lanes[guestLane].pills.on {
		return
	}
	g, r := &s.film.guest, s.guestAt
	s.fill(r, 10, Panel, 1)
	s.stroke(r, 10, 1, Line, 1)
	x, limit := r.X+s.inset, r.W-2*s.inset
	name := s.Texts.Text("stage.other-host")
	y := r.Y + 4 + s.lineHeight(BodyStrong)/2
	s.text(Point{x, y}, Left, limit, label{name, BodyStrong, Ink, 1})
	y += (s.lineHeight(BodyStrong) + s.lineHeight(MonoSmall)) / 2
	s.text(Point{x, y}, Left, limit, label{g.addr.String(), MonoSmall, Muted, 1})
	s.hit(HitID{Kind: HitHost, Node: uint8(g.node), N: 1}, r, s.Texts.Text("hit.host", "name", name, "address", g.addr.String()), "")
	s.guestLine(s.lanes[guestLane].line)
}

func (s *stage) guestLine(y float32) {
	if i := s.guestConn(); i >= 0 && reached(s.Outline.Conns[i].Open, s.now()) {
		l := Lane{Channel: trace.Data, Conn: i}
		s.run(&l, s.ends[0], s.ends[1], y, 1)
		return
	}
	s.dots(s.ends[0], s.ends[1], y)
}

// guestConn is the connection the guest has now, or is opening; -1: none.
func (s *stage) guestConn() int {
	for _, i := range slices.Backward(s.film.guest.conns) {
		if c := &s.Outline.Conns[i]; c.First <= s.now() {
			if reached(c.Ended, s.now()) {
				return -1
			}
			return int(i)
		}
	}
	return -1
}

// guestPasses reports whether a firewall lets the guest's packets through.
func (s *stage) guestPasses(n trace.Node) bool {
	for i := range s.legs {
		if g := &s.legs[i]; g.lane == guestLane && s.passed(g.flight.Sent, n) {
			return true
		}
	}
	i := s.guestConn()
	return i >= 0 && s.passed(s.Outline.Conns[i].First, n)
}

// guestStamp marks where the guest's latest packet died, while that is news.
func (s *stage) guestStamp() {
	g := &s.film.guest
	i := len(g.deaths) - 1
	for i >= 0 && g.deaths[i].event > s.now() {
		i--
	}
	if i < 0 || !s.lanes[guestLane].pills.on || s.pos > s.film.Pos(g.deaths[i].event)+afterglow/1000.0 {
		return
	}
	s.stamp(g.deaths[i].event, g.deaths[i].sent, s.lanes[guestLane].line)
}
