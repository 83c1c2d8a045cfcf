package netmodel

// earlySegment is a segment's text, kept until what comes before it has arrived.
type earlySegment struct {
	seq         uint32
	data        []byte
	fin, urgent bool
}

// trim cuts off what arrived before and what lies beyond the window; false:
// nothing is left.
func (s *earlySegment) trim(next, window uint32) bool {
	if before(s.seq, next) {
		old := min(next-s.seq, uint32(len(s.data)))
		s.data = s.data[old:]
		s.seq += old
		if s.seq != next {
			return false // FIN and all came before
		}
	}
	if room := next + window - s.seq; uint32(len(s.data)) > room {
		s.data, s.fin = s.data[:room], false
	}
	return len(s.data) > 0 || s.fin
}

// keep stores an out-of-order segment in its place; what overlaps is sorted out
// when its turn comes.
func (c *Conn) keep(s earlySegment) {
	at := len(c.early)
	for at > 0 && before(s.seq, c.early[at-1].seq) {
		at--
	}
	if at > 0 && c.early[at-1].seq == s.seq && len(c.early[at-1].data) >= len(s.data) {
		return
	}
	c.early = append(c.early, earlySegment{})
	copy(c.early[at+1:], c.early[at:])
	c.early[at] = s
}

// takeEarly takes what was kept and is now in order.
func (c *Conn) takeEarly() {
	for len(c.early) > 0 && !after(c.early[0].seq, c.rcvNxt) && c.state != Closed {
		s := c.early[0]
		c.early = c.early[:copy(c.early, c.early[1:])]
		if s.trim(c.rcvNxt, c.window()) {
			c.take(s)
		}
	}
}

// window is RCV.WND: what is kept unread takes room. Out-of-order data does not
// narrow it, since it lies inside.
func (c *Conn) window() uint32 {
	full := uint32(c.node.net.opt.Window)
	if c.kept >= full {
		return 0
	}
	return full - c.kept
}
