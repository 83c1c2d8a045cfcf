package scene

import "ftpscope/sim/trace"

// dashes of the data channel's line, and of a lane nobody has called on.
var (
	dashed = [2]float32{12, 8}
	dotted = [2]float32{2, 7}
)

// tracks draws the lines between the ports.
func (s *stage) tracks() {
	for i := range s.laneCount() {
		if s.lanes[i].wired() {
			s.track(i)
		}
	}
}

func (s *stage) track(lane int) {
	l, rows := &s.lane[lane], &s.lanes[lane]
	y := rows.line
	opener, far := rows.ends[l.Opener], rows.ends[l.Opener.other()]
	switch l.Phase {
	case Expected:
		s.dots(far, opener, y)
	case Opening:
		head := s.head(lane)
		s.dots(head, far, y)
		s.run(l, opener, head, y, 1)
	case Open:
		s.run(l, opener, far, y, 1)
	case Closing:
		s.fading(l, rows)
	case Reset:
		s.snapped(l, rows)
	case Blocked:
		head := s.stop(lane, s.t.Event(l.Died), s.heading(lane, l.Sent))
		s.dots(head, far, y)
		alpha := float32(1)
		if l.GivenUp() {
			alpha = .45
		}
		s.run(l, opener, head, y, alpha)
	}
	if l.Conn >= 0 && l.Phase != Closing {
		s.openerArrow(l, rows)
	}
	if l.Phase != None {
		r := Rect{rows.ends[0], y - s.chipH/2, rows.ends[1] - rows.ends[0], s.chipH}
		s.hit(HitID{Kind: HitLane, Channel: uint8(l.Channel), N: hitNo(lane)}, r, s.channelName(l.Channel), s.Texts.Text(s.phaseKey(lane)))
	} else if lane >= guestLanes {
		s.dots(rows.ends[0], rows.ends[1], y)
	}
}

// run draws the line as far as it has come.
func (s *stage) run(l *Lane, from, to, y, alpha float32) {
	own, _, tint := colours(l.Channel)
	left, right := min(from, to), max(from, to)
	half := s.chipH * .28
	s.fill(Rect{left, y - half, right - left, 2 * half}, half, tint, alpha)
	s.line(Point{left, y}, Point{right, y}, s.mark(3), dash(l.Channel, dashed), own, alpha)
}

func (s *stage) dots(from, to, y float32) {
	s.line(Point{min(from, to), y}, Point{max(from, to), y}, s.mark(2), dotted, Faint, 1)
}

// dash is the pattern of a channel's line: only data's is dashed.
func dash(c trace.Channel, pattern [2]float32) [2]float32 {
	if c == trace.Data {
		return pattern
	}
	return [2]float32{}
}

// openerArrow points from the end that opened the connection to the other.
func (s *stage) openerArrow(l *Lane, rows *laneRows) {
	own, _, _ := colours(l.Channel)
	s.opener(l, rows, own, 1)
}

// opener draws that arrowhead, smaller on a short lane.
func (s *stage) opener(l *Lane, rows *laneRows, own Paint, alpha float32) {
	dir := direction(l.Opener)
	size := min(s.mark(22), (rows.ends[1]-rows.ends[0])*.6) / 22
	s.arrow(Point{rows.ends[l.Opener] + dir*22*size, rows.line}, dir, 16*size, 9*size, own, alpha)
}

// head is how far a connection that is being opened has come: to its SYN.
func (s *stage) head(lane int) float32 {
	l := &s.lane[lane]
	for i := range s.legs {
		g := &s.legs[i]
		if g.lane == lane && g.packet.Flags&(trace.SYN|trace.ACK) == trace.SYN && g.dir == direction(l.Opener) {
			return g.x
		}
	}
	return s.lanes[lane].ends[l.Opener.other()]
}

// fading draws a line that pales from the end that has closed it.
func (s *stage) fading(l *Lane, rows *laneRows) {
	own, _, tint := colours(l.Channel)
	from, to, y := rows.ends[l.Closer], rows.ends[l.Closer.other()], rows.line
	const parts = 8
	step := (to - from) / parts
	half := s.chipH * .28
	for i := range parts {
		a, b := from+float32(i)*step, from+float32(i+1)*step
		alpha := float32(i+1) / (parts + 1)
		left, right := min(a, b), max(a, b)
		s.fill(Rect{left, y - half, right - left, 2 * half}, 0, tint, alpha)
		s.line(Point{left, y}, Point{right, y}, s.mark(3), dash(l.Channel, dashed), own, alpha)
	}
	alpha := float32(1)
	if l.Opener == l.Closer {
		alpha = .3
	}
	s.opener(l, rows, own, alpha)
}

// snapped draws a line that a RST has torn: two ends that do not meet.
func (s *stage) snapped(l *Lane, rows *laneRows) {
	own, _, _ := colours(l.Channel)
	y := rows.line
	g := s.gap((rows.ends[0] + rows.ends[1]) / 2)
	g.from, g.to = max(g.from, rows.ends[0]), min(g.to, rows.ends[1])
	mid, tear := (g.from+g.to)/2, min(float32(16), (g.to-g.from)/4)
	for side, dir := range [2]float32{1, -1} {
		end := mid - dir*tear
		s.line(Point{rows.ends[side], y}, Point{end, y}, s.mark(3), dash(l.Channel, dashed), own, .55)
		s.out.Shapes = append(s.out.Shapes, Shape{
			Kind: Polyline, N: 4, Width: 2.5, Paint: BlockedPaint, Alpha: 1,
			P: [4]Point{{end, y - 12}, {end + dir*6, y - 4}, {end - dir*2, y + 3}, {end + dir*4, y + 12}},
		})
	}
}

// stamps marks where packets died.
func (s *stage) stamps() {
	for i := range s.laneCount() {
		if l := &s.lane[i]; l.Died != 0 && s.lanes[i].wired() {
			s.stamp(i, l.Died, l.Sent)
		}
	}
}

// stamp marks where one packet died.
func (s *stage) stamp(lane int, died, sent trace.ID) {
	e := s.t.Event(died)
	at := Point{s.stop(lane, e, s.heading(lane, sent)), s.lanes[lane].line}
	r := min(s.mark(14), s.chipH/2)
	s.circle(at, r+2, Surface, 1)
	if e.What == trace.Dropped || s.Unsolved {
		s.circle(at, r, BlockedPaint, 1)
		s.cross(at, r*.45, s.mark(3), OnBlocked, 1)
	} else { // an answer goes back: a ring, not a plug
		s.circle(at, r, BlockedTint, 1)
		s.ring(at, r, s.mark(2.5), BlockedPaint)
		s.cross(at, r*.4, s.mark(2.5), BlockedPaint, 1)
	}
	s.hit(packetID(s.t.Event(sent), sent), Rect{at.X - r, at.Y - r, 2 * r, 2 * r},
		s.Texts.Text("hit.died", "packet", s.carries(sent, s.t.Packet(e)), "node", s.nodeName(e.At)), s.Texts.Text(verdictKeys[e.What]))
}

var verdictKeys = map[trace.What]string{trace.Dropped: "verdict.dropped", trace.Rejected: "verdict.rejected", trace.Lost: "verdict.lost"}

func (s *stage) ring(c Point, r, width float32, paint Paint) {
	s.circle(c, r, paint, 1)
	s.out.Shapes[len(s.out.Shapes)-1].Width = width
}

// obituaries name the packets that died above their stamps, where those that
// are under way leave room.
func (s *stage) obituaries() {
	for i := range s.laneCount() {
		l, band := &s.lane[i], &s.lanes[i].pills
		if l.Died == 0 || !band.on || !s.lanes[i].wired() {
			continue
		}
		e := s.t.Event(l.Died)
		text := s.carries(l.Sent, s.t.Packet(e))
		dir := s.heading(i, l.Sent)
		x := s.stop(i, e, dir)
		r, ok := s.room(band, s.lanes[i].within(s.gap(x-dir*4)), x-dir*20, s.Measure(text, MonoStrong))
		if !ok {
			continue
		}
		s.fill(r, 6, BlockedTint, 1)
		s.stroke(r, 6, 1.5, BlockedPaint, 1)
		s.inPill(r, label{text, MonoStrong, Ink, 1})
	}
}
