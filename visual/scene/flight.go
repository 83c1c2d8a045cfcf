package scene

import (
	"bytes"

	"ftpscope/sim/trace"
)

// leg is a packet under way between two places of the stage.
type leg struct {
	flight trace.Flight
	lane   int
	packet *trace.Packet // in the form it has now
	old    *trace.Packet // the form that the router it is leaving has changed; nil: unchanged
	x, dir float32       // where it is; dir 1: to the right
}

// maxLegs bounds what a frame draws of a bulk transfer.
const maxLegs = 128

// findLegs places every packet under way.
func (s *stage) findLegs() {
	s.legs = make([]leg, 0, min(len(s.world.Flights), maxLegs))
	for _, f := range s.world.Flights {
		if len(s.legs) == maxLegs {
			return
		}
		sent := s.t.Event(f.Sent)
		if k := s.film.lane(s.t.Packet(sent), sent.Channel); k != noLane && s.lanes[k].wired() {
			s.legs = append(s.legs, s.leg(f, k))
		}
	}
}

// leg finds the last place the packet has been at and the next one it comes
// to. Routers that the stage does not show are no places.
func (s *stage) leg(f trace.Flight, lane int) leg {
	sent := s.t.Event(f.Sent)
	g := leg{flight: f, lane: lane}
	from := f.Sent
	changed := trace.ID(0)
	before := s.t.Packet(sent)
	for id := s.t.Next(f.Sent); id != 0 && id <= f.Last; id = s.t.Next(id) {
		e := s.t.Event(id)
		if e.What == trace.Rewritten {
			changed, g.old = id, before
		}
		before = s.t.Packet(e)
		if s.shown(e) {
			from = id
		}
	}
	g.packet = before
	to := s.t.Next(f.Last)
	for to != 0 && !s.shown(s.t.Event(to)) {
		to = s.t.Next(to)
	}
	start := s.where(g.lane, s.t.Event(from).At)
	g.x, g.dir = start, s.heading(g.lane, f.Sent)
	if to == 0 {
		return g
	}
	part := s.film.Between(from, to, s.pos)
	if s.ReduceMotion {
		part = .5
	}
	stop := s.stop(g.lane, s.t.Event(to), g.dir)
	g.x = start + (stop-start)*ease(part)
	told := float32(.35) // what it was is told near the router that changed it, and longer
	if g.packet.Flags.Has(trace.SYN) || g.old != nil && !bytes.Equal(g.old.Payload, g.packet.Payload) {
		told = .7 // where it is news
	}
	if changed != 0 && s.t.Event(changed).At != s.t.Event(from).At || part > told && stop != start {
		g.old = nil
	}
	return g
}

// shown reports whether an event happens at a place the stage shows.
func (s *stage) shown(e trace.Event) bool {
	return e.What.Final() || isHost(s.t, e.At) || s.column(e.At) != nil
}

// heading is the direction of a packet on its lane: to the right, or back.
func (s *stage) heading(lane int, sent trace.ID) float32 {
	from := s.t.Event(sent).At
	if s.t.Nodes[from].Role.Host() {
		if lane < guestLanes {
			return direction(sideOf(s.t, from))
		}
		ends := s.lanes[lane].ends
		if s.where(lane, from) > (ends[0]+ends[1])/2 {
			return -1
		}
		return 1
	}
	// A router answers the host whose packet it did not let through.
	if id := s.t.Next(sent); id != 0 && s.where(lane, s.t.Event(id).At) < s.where(lane, from) {
		return -1
	}
	return 1
}

// where is the place of a node on a lane.
func (s *stage) where(lane int, n trace.Node) float32 {
	if lane < guestLanes {
		return s.place(s.t, n)
	}
	g, to := guestOf(lane)
	ends := s.lanes[lane].ends
	switch host := &s.film.guests[g]; {
	case n == host.node && (to == ServerSide || s.t.Nodes[n].Role.Further()):
		return ends[to.other()]
	case s.t.Nodes[n].Role == trace.RoleInternet && !host.left:
		return ends[to.other()] + (ends[to]-ends[to.other()])*.25
	}
	return clamp(s.place(s.t, n), ends[0], ends[1])
}

// direction is where a packet goes that starts on a side.
func direction(from Side) float32 {
	if from == ServerSide {
		return -1
	}
	return 1
}

// stop is where a packet comes to in an event: one that dies does so before
// the wall, not in it.
func (s *stage) stop(lane int, e trace.Event, dir float32) float32 {
	x := s.where(lane, e.At)
	if c := s.column(e.At); c != nil && e.What.Died() {
		return x - dir*(c.w/2)
	}
	return x
}

// ease starts and stops gently.
func ease(t float32) float32 { return t * t * (3 - 2*t) }

func laneIndex(c trace.Channel) int {
	if c == trace.Data {
		return 1
	}
	return 0
}

// packets draws those under way with what they carry. Where two would cover
// each other only the more telling one is named.
func (s *stage) packets() {
	for i := range s.legs {
		s.packet(&s.legs[i])
	}
	for i := range s.laneCount() {
		named := false
		for rank := telling; rank >= quiet; rank-- {
			if rank == quiet && named {
				break
			}
			for k := range s.legs {
				g := &s.legs[k]
				if g.lane != i || s.labelRank(g) != rank {
					continue
				}
				if s.pill(g, rank, s.carries(g.flight.Sent, g.packet)) {
					named = true
					if rank != telling {
						break // the leading one stands for those behind it
					}
				}
			}
		}
	}
}

// labelRank is how much a packet's name tells where it is now: a FIN behind
// the pieces of a file tells less than they do.
func (s *stage) labelRank(g *leg) int {
	rank := rankOf(s.t.Event(g.flight.Sent), g.packet)
	if rank != telling || g.packet.Flags&(trace.FIN|trace.SYN|trace.RST) != trace.FIN {
		return rank
	}
	for i := range s.legs {
		if o := &s.legs[i]; o.lane == g.lane && rankOf(s.t.Event(o.flight.Sent), o.packet) == bulk {
			return quiet
		}
	}
	return rank
}

// packet draws one packet: round on the command channel, square on the data
// channel, small where it only acknowledges.
func (s *stage) packet(g *leg) {
	e := s.t.Event(g.flight.Sent)
	rank := rankOf(e, g.packet)
	own, _, _ := colours(e.Channel)
	if g.packet.IsICMP() || g.packet.Flags.Has(trace.RST) {
		own = BlockedPaint
	}
	r := s.mark(7)
	if rank == quiet {
		r = s.mark(4)
	}
	at := Point{g.x, s.lanes[g.lane].line}
	if e.Channel == trace.Command {
		s.circle(at, r+2, Surface, 1)
		s.circle(at, r, own, 1)
	} else {
		s.fill(Rect{at.X - r - 2, at.Y - r - 2, 2*r + 4, 2*r + 4}, 2, Surface, 1)
		s.fill(Rect{at.X - r, at.Y - r, 2 * r, 2 * r}, 1, own, 1)
	}
	if len(s.legs) <= 24 { // beyond that nobody can point at one
		const reach = 12
		s.hit(packetID(e, g.flight.Sent), Rect{at.X - reach, at.Y - reach, 2 * reach, 2 * reach},
			s.Texts.Text("hit.packet", "packet", s.carries(g.flight.Sent, g.packet), "host", s.nodeName(e.At)), s.route(g.packet))
	}
}

func packetID(e trace.Event, sent trace.ID) HitID {
	return HitID{Kind: HitPacket, Node: uint8(e.At), Channel: uint8(e.Channel), N: uint32(sent)}
}

// pill names a packet above it, within the gap between the columns it is in.
func (s *stage) pill(g *leg, rank int, text string) bool {
	band := &s.lanes[g.lane].pills
	if !band.on || text == "" {
		return false
	}
	gap := s.lanes[g.lane].within(s.gap(g.x))
	own, on, _ := colours(s.t.Event(g.flight.Sent).Channel)
	l := label{text, MonoStrong, on, 1}
	switch {
	case rank == quiet:
		l, own = label{text, MonoSmall, Muted, 1}, Surface
	case g.packet.IsICMP() || g.packet.Flags.Has(trace.RST):
		l.paint, own = OnBlocked, BlockedPaint
	}
	if g.old != nil && s.rewritten(g, gap) {
		return true
	}
	l.text = s.brief(l.text, l.style, gap.to-gap.from-2*pillPad)
	width := s.Measure(l.text, l.style)
	switch {
	case rank == bulk && width+2*pillPad > gap.to-gap.from:
		return false // the next piece tells the same, in full
	case rank == quiet && (g.x < gap.from || g.x > gap.to):
		return false // it is passing a router, and not worth a name beside it
	}
	at, ok := s.room(band, gap, g.x, width)
	if !ok {
		return false
	}
	s.bubble(at, g, own)
	s.inPill(at, l)
	return true
}

// inPill writes a pill's text.
func (s *stage) inPill(r Rect, l label) {
	limit := r.W - 2*pillPad
	if s.Measure(l.text, l.style) <= limit+.5 {
		limit = 0
	}
	s.text(Point{r.X + r.W/2, r.Y + r.H/2}, Centre, limit, l)
}

const pillPad = 8

// room is the place for a pill with a text of a width, or a narrower one where
// the gap asks for it.
func (s *stage) room(b *band, gap span, x, width float32) (Rect, bool) {
	w := min(width+2*pillPad, gap.to-gap.from)
	if w < min(width+2*pillPad, 56*s.Scale) {
		return Rect{}, false
	}
	left := clamp(x-w/2, gap.from, gap.to-w)
	if !b.free(left-2, left+w+2) {
		return Rect{}, false
	}
	b.take(left-2, left+w+2)
	return Rect{left, b.y - b.h/2 + 1, w, b.h - 5}, true
}

// bubble is a pill's background with a tail towards its packet.
func (s *stage) bubble(r Rect, g *leg, paint Paint) {
	if paint == Surface {
		return
	}
	x := clamp(g.x, r.X+8, r.X+r.W-8)
	bottom := r.Y + r.H
	s.fill(r, 6, paint, 1)
	s.triangle(Point{x - 5, bottom - 1}, Point{x + 5, bottom - 1}, Point{x, bottom + 4}, paint, 1)
}

// rewritten names a packet by what a router has just changed: the old struck
// out, the new beside it.
func (s *stage) rewritten(g *leg, gap span) bool {
	old, now := s.change(g.old, g.packet)
	if old == now {
		return false
	}
	band := &s.lanes[g.lane].pills
	const between = 8
	oldW, nowW := s.Measure(old, MonoSmall), s.Measure(now, MonoStrong)
	all := oldW + between + nowW
	if all+2*pillPad > gap.to-gap.from {
		oldW, all = 0, nowW
	}
	if all+2*pillPad > gap.to-gap.from {
		return false
	}
	r, ok := s.room(band, gap, g.x, all)
	if !ok {
		return false
	}
	s.bubble(r, g, RewrittenTint)
	s.stroke(r, 6, 1, RewrittenPaint, 1)
	x, y := r.X+pillPad, r.Y+r.H/2
	if oldW > 0 {
		s.text(Point{x, y}, Left, 0, label{old, MonoSmall, Muted, 1})
		s.out.Shapes[len(s.out.Shapes)-1].Strike = true
		x += oldW + between
	}
	s.text(Point{x, y}, Left, 0, label{now, MonoStrong, RewrittenPaint, 1})
	return true
}

// gap is the free space between the columns that a packet at x is in.
func (s *stage) gap(x float32) span {
	g := span{s.edges[0] + 4, s.edges[1] - 4}
	for _, c := range s.columns[:s.n] {
		if x < c.x {
			g.to = min(g.to, c.x-c.w/2-4)
		} else {
			g.from = max(g.from, c.x+c.w/2+4)
		}
	}
	return g
}
