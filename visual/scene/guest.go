package scene

import (
	"net/netip"
	"slices"

	"ftpscope/sim/trace"
)

// guest is a host beside the two the session is between: an attacker, a second
// server, or the client's machine under another of its addresses. It has a card
// and lanes of its own, so that what it does is not taken for another's doing.
type guest struct {
	node  trace.Node
	addr  netip.Addr
	left  bool     // it stands in the client's network; else between the routers
	first trace.ID // its first packet, or the first one sent to it; 0: never
	talks [2]bool  // with the client, with the server
}

// The lanes: the two channels between client and server, then for each guest
// one to the client and one to the server.
const (
	commandLane = iota
	dataLane
	guestLanes
	maxGuests = 3
	maxLanes  = guestLanes + 2*maxGuests
	noLane    = -1 // between two guests
)

func guestLane(guest int, to Side) int { return guestLanes + 2*guest + int(to) }

// guestOf is the guest that a lane belongs to, and the side it leads to.
func guestOf(lane int) (guest int, to Side) {
	return (lane - guestLanes) / 2, Side((lane - guestLanes) % 2)
}

// hitNo tells the hits on a guest's lane from those on the channels.
func hitNo(lane int) uint32 {
	if lane < guestLanes {
		return 0
	}
	return uint32(lane)
}

// findGuests looks for the hosts that a run has beside client and server.
func findGuests(o *trace.Outline) []guest {
	t := o.Trace
	var all []guest
	for i := range t.Nodes {
		if n := &t.Nodes[i]; n.Role.Further() && len(n.Addrs) > 0 && len(all) < maxGuests {
			all = append(all, guest{node: trace.Node(i), addr: n.Addrs[0], left: n.Inside})
		}
	}
	for i := range o.Conns {
		c := &o.Conns[i]
		for _, end := range [...]netip.AddrPort{c.Src, c.Dst, c.FarDst} {
			n, known := t.NodeByAddr(end.Addr())
			if known && t.Nodes[n].Role == trace.RoleClient && t.Nodes[n].Addrs[0] != end.Addr() &&
				len(all) < maxGuests && atGuest(all, n, end.Addr()) < 0 {
				all = append(all, guest{node: n, addr: end.Addr(), left: true})
			}
		}
	}
	return all
}

// atGuest is the guest that a host with an address is, or -1.
func atGuest(all []guest, n trace.Node, a netip.Addr) int {
	return slices.IndexFunc(all, func(g guest) bool { return g.node == n && g.addr == a })
}

// laneOfConn is the lane on which a connection is drawn.
func (x *index) laneOfConn(t *trace.Trace, c *trace.Conn) int {
	if len(x.guests) == 0 {
		return laneIndex(c.Channel)
	}
	far := c.Dst
	if c.FarDst.IsValid() {
		far = c.FarDst
	}
	to, _ := t.NodeByAddr(far.Addr())
	from, into := atGuest(x.guests, c.Opener, c.Src.Addr()), atGuest(x.guests, to, far.Addr())
	switch {
	case from < 0 && into < 0:
		return laneIndex(c.Channel)
	case from >= 0 && into >= 0:
		return noLane
	case from >= 0:
		return x.meet(from, sideOf(t, to), c)
	}
	return x.meet(into, sideOf(t, c.Opener), c)
}

// meet notes that a guest has a connection with a side.
func (x *index) meet(i int, side Side, c *trace.Conn) int {
	g := &x.guests[i]
	if g.left { // its way to anyone is that of the client's packets
		side = ServerSide
	}
	if g.first == 0 || c.First < g.first {
		g.first = c.First
	}
	g.talks[side] = true
	return guestLane(i, side)
}

// lanesByEnds tells by both ends of a packet, in every form it can take, on
// which guest's lane it flies.
func (x *index) lanesByEnds(o *trace.Outline, lanes []int) map[[2]netip.AddrPort]int {
	if len(x.guests) == 0 {
		return nil
	}
	by := map[[2]netip.AddrPort]int{}
	for i, lane := range lanes {
		if lane == commandLane || lane == dataLane {
			continue
		}
		c := &o.Conns[i]
		for _, ends := range [...][2]netip.AddrPort{{c.Src, c.Dst}, {c.FarSrc, c.FarDst}, {c.Src, c.FarDst}, {c.FarSrc, c.Dst}} {
			by[ends], by[[2]netip.AddrPort{ends[1], ends[0]}] = lane, lane
		}
	}
	return by
}

// guestLaneOf says how a guest's lane is: the latest connection that stands, else
// what became of the latest. Where a command and a data connection lie between
// the same hosts, they share it.
func guestLaneOf(o *trace.Outline, f *Film, w *trace.World, pos float64, lane int) Lane {
	const reach = 16 // a port scan has no end of them
	begun := upToConn(o, f.conns[lane], w.N)
	l := Lane{Channel: trace.Data, Conn: -1}
	for i := begun - 1; i >= max(begun-reach, 0); i-- {
		now := guestConn(o, f, w, pos, lane, int(f.conns[lane][i]))
		switch now.Phase {
		case None:
			continue
		case Reset, Blocked:
			if i == begun-1 {
				l = now
			}
			continue
		}
		return now
	}
	return l
}

func guestConn(o *trace.Outline, f *Film, w *trace.World, pos float64, lane, i int) Lane {
	c := &o.Conns[i]
	g, to := guestOf(lane)
	l := Lane{Channel: c.Channel, Conn: i, Opener: to}
	own := to.other()
	if c.Opener == f.guests[g].node && c.Src.Addr() == f.guests[g].addr {
		l.Opener = own
	}
	if l.Closer = l.Opener; c.Closer != c.Opener {
		l.Closer = l.Opener.other()
	}
	var s sockets
	far, _ := o.Trace.NodeByAddr(c.Dst.Addr())
	if c.FarDst.IsValid() {
		far, _ = o.Trace.NodeByAddr(c.FarDst.Addr())
	}
	for k := range w.Sockets {
		sock, called := &w.Sockets[k], l.Opener.other()
		switch {
		case sock.State == trace.Listen: // where the call goes, until it is taken
			if sock.At == far && sock.Local.Port() == farPort(c) {
				s.listener[called] = sock
			}
		case !belongs(sock, c):
		case sock.At == c.Opener:
			s.own[l.Opener] = sock
		default:
			s.own[called] = sock
		}
	}
	d := news(f, w, lane, c, pos)
	l.Died, l.Sent = d.event, d.sent
	l.Phase = phase(c, &s, w.N, l.Died)
	if l.Phase == None {
		return l
	}
	l.Ends[l.Opener].Port, l.Ends[l.Opener.other()].Port = c.Src.Port(), farPort(c)
	for side := range l.Ends {
		l.Ends[side].State = s.state(Side(side))
	}
	return l
}

// guestCards draws the guests' cards.
func (s *stage) guestCards() {
	for i := range s.film.guests {
		r := s.strips[i].card
		if !s.strips[i].on {
			continue
		}
		g := &s.film.guests[i]
		s.fill(r, 10, Panel, 1)
		s.stroke(r, 10, 1, Line, 1)
		name, address := s.guestName(g), g.addr.String()
		x, limit := r.X+s.inset, r.W-2*s.inset
		y := r.Y + r.H/2
		style := BodyStrong
		if s.Measure(name, style) > limit {
			style = SmallStrong
		}
		if two := s.lineHeight(BodyStrong) + s.lineHeight(MonoSmall); two+6 <= r.H && s.Measure(address, MonoSmall) <= limit {
			y -= two/2 - s.lineHeight(BodyStrong)/2
			s.text(Point{x, y + two/2}, Left, limit, label{address, MonoSmall, Muted, 1})
		}
		s.text(Point{x, y}, Left, limit, label{name, style, Ink, 1})
		s.hit(HitID{Kind: HitHost, Node: uint8(g.node), N: uint32(i + 1)}, r, s.Texts.Text("hit.host", "name", name, "address", address), s.machine(g.node))
	}
}

// guestName is what a guest is called.
func (p *painter) guestName(g *guest) string {
	if p.t.Nodes[g.node].Role.Further() {
		return p.nodeName(g.node)
	}
	return p.Texts.Text("stage.other-host")
}
