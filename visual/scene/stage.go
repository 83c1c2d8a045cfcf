package scene

import "ftpscope/sim/trace"

// stage is what drawing one stage needs.
type stage struct {
	painter
	*layout
	film  *Film
	world *trace.World
	pos   float64
	lane  [maxLanes]Lane
	legs  []leg
}

// Stage draws the hosts, the routers between them and the two channels, on a
// ground of Surface.
func Stage(v *View, out *Scene) {
	out.Reset(v.W, v.H)
	s := stage{painter: painter{v, v.Outline.Trace, out}, film: v.Film}
	s.find()
	s.hosts()
	s.guestCards()
	s.routers()
	s.tracks()
	s.walls()
	s.chips()
	s.stamps()
	s.packets()
	s.obituaries()
	s.words()
	s.wait()
}

// find works out what there is to draw, and where.
func (s *stage) find() {
	s.world, s.pos = s.visible()
	s.layout = s.arrange()
	for i, c := range [...]trace.Channel{commandLane: trace.Command, dataLane: trace.Data} {
		s.lane[i] = LaneOf(s.Outline, s.film, s.world, s.pos, c)
	}
	s.shorten()
	for i := guestLanes; i < s.laneCount(); i++ {
		s.lane[i] = guestLaneOf(s.Outline, s.film, s.world, s.pos, i)
	}
	s.findLegs()
	s.openWalls()
}

// laneCount is how many lanes there are.
func (s *stage) laneCount() int { return guestLanes + 2*len(s.film.guests) }

// visible is the world and the moment that may be shown.
func (v *View) visible() (*trace.World, float64) {
	if v.HideAfter == 0 || v.World.N < v.HideAfter {
		return v.World, v.Pos
	}
	pos := min(v.Pos, v.Film.Pos(v.HideAfter))
	if v.World.N == v.HideAfter {
		return v.World, pos
	}
	return v.Outline.Trace.World(v.HideAfter), pos
}

// now is how many events have happened.
func (s *stage) now() trace.ID { return s.world.N }

// shorten lets the data channel's line end at a router where the connection
// was opened to the router itself, as a PORT can ask for. Of its outer address
// that is known only when the call is there: it might be passed on.
func (s *stage) shorten() {
	l := &s.lane[dataLane]
	if l.Conn < 0 {
		return
	}
	conn := &s.Outline.Conns[l.Conn]
	n, ok := s.Outline.Destination(conn)
	c := s.column(n)
	if !ok || c == nil || s.t.Nodes[n].Role.Host() {
		return
	}
	if inner := conn.Dst.Addr() == s.t.Nodes[n].Addrs[0]; inner || s.ended(conn.First, n) {
		s.lanes[dataLane].ends[l.Opener.other()] = c.x
	}
}

// ended reports whether a packet's way has ended at a node by now.
func (s *stage) ended(sent trace.ID, n trace.Node) bool {
	for id := sent; id != 0 && id <= s.now(); id = s.t.Next(id) {
		if e := s.t.Event(id); e.At == n && e.What.Final() {
			return true
		}
	}
	return false
}
