package netmodel

import "time"

// Segment arrives: RFC 9293 §3.10.7, in its order.

// Sequence numbers are compared modulo 2^32 (RFC 9293 §3.4).
func before(a, b uint32) bool { return int32(a-b) < 0 }
func after(a, b uint32) bool  { return before(b, a) }

// receiveTCP finds the socket a segment is for.
func (n *Node) receiveTCP(f *flight) {
	if c := n.connection(Tuple{f.Dst, f.Src}); c != nil {
		if c.state == TimeWait && c.givesWay(f) {
			c.finish(ReceiveSYN)
		} else {
			c.arrive(f)
			return
		}
	}
	if f.Flags&(SYN|ACK|RST) == SYN {
		if l := n.listener(f.Dst); l != nil {
			l.accept(f)
			return
		}
	}
	if f.Flags&RST == 0 {
		n.sendReset(f)
	}
}

func (n *Node) connection(t Tuple) *Conn {
	if c := n.lastConn; c != nil && c.remote == t.Dst && c.local == t.Src {
		return c
	}
	c := n.conns[t]
	if c != nil {
		n.lastConn = c
	}
	return c
}

// givesWay: with timestamps a new SYN may take the place of a connection in
// TIME-WAIT (RFC 6191).
func (c *Conn) givesWay(f *flight) bool {
	return c.node.net.opt.Timestamps && f.Flags&(SYN|ACK|RST) == SYN && after(f.Seq, c.rcvNxt-1)
}

// accept answers a SYN with a socket of its own.
func (l *Listener) accept(f *flight) {
	c := l.node.newConn(f.Dst, f.Src, l.tag, l.app)
	c.listener = l
	c.state = nextState[Listen][ReceiveSYN]
	c.irs, c.rcvNxt = f.Seq, f.Seq+1
	c.sndWnd, c.sndWl1, c.sndWl2 = uint32(f.Window), f.Seq, c.iss
	l.node.net.open(&c.socket)
	c.queue(outSegment{flags: SYN | ACK})
	c.flush()
}

func (c *Conn) arrive(f *flight) {
	if c.state == SynSent {
		c.arriveSynSent(f)
		return
	}
	if !c.acceptable(f) {
		c.refuse(f)
		return
	}
	switch {
	case f.Flags&RST != 0:
		c.arriveReset(f)
		return
	case f.Flags&SYN != 0: // RFC 5961
		c.challenge(f)
		return
	case f.Flags&ACK == 0:
		return
	}
	if !c.arriveACK(f) {
		return
	}
	c.arriveText(f)
	c.answer()
}

// answer sends what is to be sent now: data if the window allows, which carries
// the acknowledgement along, else the acknowledgement alone.
func (c *Conn) answer() {
	if c.state == Closed {
		return
	}
	c.flush()
	if c.ackNow {
		c.chatting = false
		c.sendEmpty(ACK, c.sndNxt)
	}
}

func (c *Conn) arriveSynSent(f *flight) {
	acked := f.Flags&ACK != 0
	if acked && (!after(f.Ack, c.iss) || after(f.Ack, c.sndNxt)) {
		if f.Flags&RST == 0 {
			c.node.sendReset(f)
		}
		return
	}
	switch {
	case f.Flags&RST != 0:
		if acked {
			c.end(ReceiveRST, ErrRefused)
		}
		return
	case f.Flags&SYN == 0:
		return
	}
	c.irs, c.rcvNxt = f.Seq, f.Seq+1
	c.sndWnd, c.sndWl1, c.sndWl2 = uint32(f.Window), f.Seq, f.Ack
	if !acked { // simultaneous open: both sent a SYN
		c.step(ReceiveSYN)
		c.out[c.head].flags = SYN | ACK
		c.resend(&c.out[c.head])
		return
	}
	c.acknowledge(f.Ack)
	c.step(ReceiveSYNACK)
	c.sendEmpty(ACK, c.sndNxt)
	c.connect()
	if c.state != Closed {
		c.flush()
	}
}

func (c *Conn) connect() {
	c.connected = true
	c.app.Connected(c)
}

// acceptable is the test of RFC 9293 §3.4: some of the segment lies in the window.
func (c *Conn) acceptable(f *flight) bool {
	window, length := c.window(), f.segmentLength()
	first, end := f.Seq, f.Seq+length
	inWindow := func(seq uint32) bool { return !before(seq, c.rcvNxt) && before(seq, c.rcvNxt+window) }
	switch {
	case window == 0:
		return first == c.rcvNxt && length == 0
	case length == 0:
		return inWindow(first)
	}
	return inWindow(first) || inWindow(end-1) || before(first, c.rcvNxt) && after(end, c.rcvNxt+window)
}

// refuse answers a segment outside the window, so that the peer can set itself
// right: it may be a repetition of something whose acknowledgement was lost.
func (c *Conn) refuse(f *flight) {
	if f.Flags&RST != 0 {
		return
	}
	if c.window() == 0 && f.Flags&ACK != 0 && f.Seq == c.rcvNxt {
		// A closed window still lets acknowledgements in.
		if !c.arriveACK(f) {
			return
		}
	}
	if c.state == SynReceived && f.Flags&SYN != 0 && c.listener != nil {
		c.resend(&c.out[c.head]) // as Linux: its SYN came again, so our SYN,ACK is missing
		return
	}
	if c.state == TimeWait && f.Flags&FIN != 0 {
		c.startTimeWait()
	}
	c.challenge(f)
}

// challenge answers what does not fit with an acknowledgement. Empty segments
// are answered twice a second at most, as in Linux, or two ends that disagree
// would do so for ever.
func (c *Conn) challenge(f *flight) {
	now := c.node.net.now
	if f.segmentLength() == 0 {
		if c.challenged != 0 && now-c.challenged < 500*time.Millisecond {
			return
		}
		c.challenged = max(now, 1)
	}
	c.sendEmpty(ACK, c.sndNxt)
}

// arriveReset: only a RST at exactly the next number counts, others in the
// window are challenged (RFC 9293 §3.5.2, RFC 5961).
func (c *Conn) arriveReset(f *flight) {
	if f.Seq != c.rcvNxt {
		c.challenge(f)
		return
	}
	err := ErrReset
	switch c.state {
	case SynReceived:
		err = ErrRefused
	case Closing, LastAck, TimeWait:
		if c.unansweredData() == 0 {
			err = nil // both sides have closed and all data has arrived
		}
	}
	c.end(ReceiveRST, err)
}

// unansweredData is octets of data, without SYN and FIN, sent or to be sent.
func (c *Conn) unansweredData() int {
	n := 0
	for i := c.head; i < len(c.out); i++ {
		n += len(c.out[i].data)
	}
	return n
}

// arriveACK handles the acknowledgement; false: the segment goes no further.
func (c *Conn) arriveACK(f *flight) bool {
	if c.state == SynReceived {
		if !after(f.Ack, c.sndUna) || after(f.Ack, c.sndNxt) {
			c.node.sendReset(f)
			return false
		}
		c.sndWnd, c.sndWl1, c.sndWl2 = uint32(f.Window), f.Seq, f.Ack
		c.acknowledge(f.Ack)
		c.step(ReceiveACKOfSYN)
		c.connect()
		return c.state != Closed
	}
	if after(f.Ack, c.sndNxt) {
		c.challenge(f)
		return false
	}
	c.probes = 0
	if !before(f.Ack, c.sndUna) && (before(c.sndWl1, f.Seq) || c.sndWl1 == f.Seq && !before(f.Ack, c.sndWl2)) {
		c.sndWnd, c.sndWl1, c.sndWl2 = uint32(f.Window), f.Seq, f.Ack
	}
	if !after(f.Ack, c.sndUna) {
		return true
	}
	return c.newlyAcknowledged(f.Ack)
}

// newlyAcknowledged tells state machine and application of progress.
func (c *Conn) newlyAcknowledged(ack uint32) bool {
	fin := c.next > c.head && c.out[len(c.out)-1].flags&FIN != 0 && c.next == len(c.out) && ack == c.sndNxt
	c.acknowledge(ack)
	if fin {
		wasClosing := c.state == Closing
		last := c.state == LastAck
		if last {
			c.app.Acked(c)
			if c.state == LastAck {
				c.end(ReceiveACKOfFIN, nil)
			}
			return false
		}
		c.step(ReceiveACKOfFIN)
		if wasClosing {
			c.startTimeWait()
			c.app.Acked(c)
			c.tellEnded(nil)
			return false
		}
	}
	if f := c.lowered; f != nil && c.Unacknowledged() <= c.low {
		c.lowered = nil
		f()
	}
	if len(c.out) == 0 {
		c.app.Acked(c)
	}
	return c.state != Closed
}

// arriveText handles data and FIN of a segment that is in the window.
func (c *Conn) arriveText(f *flight) {
	switch c.state {
	case Established, FinWait1, FinWait2:
	default:
		return
	}
	if len(f.Payload) == 0 && f.Flags&FIN == 0 {
		return
	}
	c.ackNow = true
	seg := earlySegment{seq: f.Seq, data: f.Payload, fin: f.Flags&FIN != 0, urgent: f.Flags&URG != 0}
	if !seg.trim(c.rcvNxt, c.window()) {
		return
	}
	if seg.seq != c.rcvNxt {
		c.keep(seg)
		return
	}
	c.take(seg)
	c.takeEarly()
}

// take consumes a segment that is next in order.
func (c *Conn) take(seg earlySegment) {
	if len(seg.data) > 0 {
		c.rcvNxt += uint32(len(seg.data))
		c.heard = c.node.net.now
		if !c.chatting && c.node.net.opt.SYNTiming == LinuxSYN {
			c.sendEmpty(ACK, c.sndNxt)
		}
		if c.paused {
			c.unread = append(c.unread, seg.data)
			c.kept += uint32(len(seg.data))
		} else {
			c.app.Received(c, seg.data, seg.urgent)
		}
	}
	if seg.fin && c.state != Closed {
		c.takeFIN()
	}
}

func (c *Conn) takeFIN() {
	c.rcvNxt++
	c.ackNow = true
	switch c.state {
	case SynReceived, Established, FinWait1:
		c.step(ReceiveFIN)
		c.tellPeerClosed()
	case FinWait2:
		c.step(ReceiveFIN)
		c.startTimeWait()
		c.tellPeerClosed()
		c.answer()
		c.tellEnded(nil)
	}
}

func (c *Conn) tellPeerClosed() {
	if c.paused {
		c.finHeld = true
		return
	}
	c.app.PeerClosed(c)
}
