package netmodel

// queue appends a segment; flush sends it when its turn comes.
func (c *Conn) queue(s outSegment) { c.out = append(c.out, s) }

// flush sends what the state and the peer's window allow.
func (c *Conn) flush() {
	for c.next < len(c.out) {
		s := &c.out[c.next]
		if s.flags&SYN == 0 {
			if c.state == SynSent || c.state == SynReceived {
				return
			}
			if !c.fits(s) {
				break
			}
			s = &c.out[c.next] // fits may have split it
		}
		c.next++
		s.seq = c.sndNxt
		c.sndNxt += s.length()
		c.sendSegment(s)
	}
	c.armRetransmission()
}

// fits reports whether the window has room for the whole segment. When nothing
// is in flight a smaller window splits the segment, or nothing would ever move.
// While a segment is being repeated, nothing new goes out beside it: after a
// timeout the congestion window is one segment (RFC 5681 §3.1).
func (c *Conn) fits(s *outSegment) bool {
	flying := c.sndNxt - c.sndUna
	if flying > 0 && (c.backoff > 0 || c.waits(s)) {
		return false
	}
	if flying+s.length() <= c.sndWnd {
		return true
	}
	room := min(int(c.sndWnd), len(s.data)) // or only the FIN that rides along is too much
	if flying > 0 || room == 0 {
		return false
	}
	rest := *s
	s.data, rest.data = s.data[:room:room], s.data[room:]
	s.flags &^= FIN
	if len(rest.data) > 0 {
		s.flags &^= PSH | URG
	} else {
		rest.flags &^= PSH | URG
	}
	c.out = append(c.out, outSegment{})
	copy(c.out[c.next+2:], c.out[c.next+1:])
	c.out[c.next+1] = rest
	return true
}

// waits reports whether Nagle's rule holds a segment back. A FIN behind it says
// that no more will come to fill it.
func (c *Conn) waits(s *outSegment) bool {
	return c.nagle && len(s.data) < c.mss() && s.flags&URG == 0 && c.out[len(c.out)-1].flags&FIN == 0
}

// sendSegment sends a segment, for the first time or again.
func (c *Conn) sendSegment(s *outSegment) {
	f := c.packet(s.flags, s.seq)
	f.Payload = s.data
	f.Retransmission = s.tries > 0
	if s.flags&URG != 0 {
		f.Urgent = uint16(min(len(s.data), 65535))
	}
	s.tries++
	s.sentAt = c.node.net.now
	if len(s.data) > 0 && s.sentAt-c.heard < answeredSoon {
		c.chatting = true
	}
	s.sent = c.node.send(f)
}

// resend repeats a segment; its cause is the sending that was not answered.
func (c *Conn) resend(s *outSegment) {
	net := c.node.net
	before := net.cause
	if s.sent != 0 && before == 0 {
		net.cause = s.sent
	}
	c.sendSegment(s)
	net.cause = before
	c.rearm()
}

// sendEmpty sends a segment without data that is not itself acknowledged.
func (c *Conn) sendEmpty(flags Flags, seq uint32) {
	c.node.send(c.packet(flags, seq))
}

func (c *Conn) packet(flags Flags, seq uint32) *flight {
	f := c.node.net.newFlight()
	f.Src, f.Dst, f.Tag = c.local, c.remote, c.tag
	f.Flags, f.Seq = flags, seq
	f.Window = uint16(c.window())
	if flags&ACK != 0 {
		f.Ack = c.rcvNxt
		c.ackNow = false
	}
	return f
}

// sendReset answers a segment that has no connection (RFC 9293 §3.10.7.1), from
// the address it was sent to.
func (n *Node) sendReset(to *flight) {
	f := n.net.newFlight()
	f.Src, f.Dst, f.Tag = to.Dst, to.Src, to.Tag
	if to.Flags&ACK != 0 {
		f.Flags, f.Seq = RST, to.Ack
	} else {
		f.Flags, f.Ack = RST|ACK, to.Seq+to.segmentLength()
	}
	n.sendAbout(f, to, CTEstablished)
}

// acknowledge takes what the peer has acknowledged off the queue.
func (c *Conn) acknowledge(ack uint32) {
	c.sndUna = ack
	var sample *outSegment
	for c.head < c.next {
		s := &c.out[c.head]
		if after(s.seq+s.length(), ack) {
			if before(s.seq, ack) {
				s.data = s.data[ack-s.seq:]
				s.seq = ack
			}
			break
		}
		sample = s
		c.head++
	}
	if sample != nil {
		c.backoff = 0
		if sample.tries == 1 { // Karn: a repeated segment says nothing about the round trip
			c.sample(c.node.net.now-sample.sentAt, c.node.net.opt.SYNTiming)
		} else if sample.flags&SYN != 0 && c.node.net.opt.SYNTiming == ClassicSYN {
			c.rto = rtoAfterLostSYN
		}
	}
	if c.head == len(c.out) {
		clear(c.out)
		c.out, c.head, c.next = c.out[:0], 0, 0
	}
	c.rearm()
}
