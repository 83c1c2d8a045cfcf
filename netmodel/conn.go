package netmodel

import (
	"net/netip"
	"time"
)

// Conn is one end of a TCP connection. The names of the sequence variables are
// those of RFC 9293 §3.3.1.
type Conn struct {
	socket
	app      App
	listener *Listener // nil: opened by Dial
	slot     uint32

	iss, sndUna, sndNxt    uint32
	sndWnd, sndWl1, sndWl2 uint32
	irs, rcvNxt            uint32

	out  []outSegment // sent and unanswered ones, then those to be sent
	head int          // first unanswered
	next int          // first never sent

	early   []earlySegment // out of order, by sequence number
	unread  [][]byte       // arrived while paused
	kept    uint32         // octets in early and unread
	paused  bool
	finHeld bool // FIN came while data was unread

	nagle     bool          // small segments wait while anything is unanswered
	chatting  bool          // what arrives is answered at once: acknowledgements wait for the answer (Linux: pingpong mode)
	heard     time.Duration // when data last arrived
	ackNow    bool          // something arrived that must be acknowledged
	connected bool          // the application knows of it
	ended     bool

	rtt
	timer      deadline
	waiting    bool          // the timer counts as something that may yet happen
	challenged time.Duration // when an empty segment was last answered with a challenge
	probes     int           // unanswered zero-window probes
	written    uint32        // octets of data given to Write
	low        uint32        // unacknowledged octets at which lowered is called
	lowered    func()        // nil: nobody waits
	timeWaitBy ID            // the record with which TIME-WAIT began
}

// outSegment is a segment to be sent, or sent and not yet acknowledged.
type outSegment struct {
	data   []byte
	seq    uint32 // once sent
	flags  Flags
	tries  int // times sent
	sentAt time.Duration
	sent   ID // record of the last sending
}

func (s *outSegment) length() uint32 {
	n := uint32(len(s.data))
	if s.flags&(SYN|FIN) != 0 {
		n++
	}
	return n
}

// Dial opens a connection; it is in SYN-SENT on return. A zero local address or
// port is chosen.
func (n *Node) Dial(local, remote AddrPort, tag uint8, app App) (*Conn, error) {
	addr, err := n.dialFrom(local.Addr(), remote.Addr())
	if err != nil {
		return nil, err
	}
	if local.Port() != 0 && !n.listenFree(addr, local.Port()) {
		return nil, ErrAddressInUse // bind(2), SO_REUSEADDR or not
	}
	port, ok := n.choosePort(local.Port(), func(p uint16) bool {
		return n.dialFree(Tuple{netip.AddrPortFrom(addr, p), remote}, local.Port() != 0)
	})
	if !ok {
		return nil, ErrPairTaken
	}
	c := n.newConn(netip.AddrPortFrom(addr, port), remote, tag, app)
	c.state = nextState[Closed][ActiveOpen]
	n.net.open(&c.socket)
	c.queue(outSegment{flags: SYN})
	c.flush()
	return c, nil
}

func (n *Node) dialFrom(local, remote netip.Addr) (netip.Addr, error) {
	if local.IsValid() && !local.IsUnspecified() {
		if !n.isLocal(local) {
			return local, ErrAddressNotHere
		}
		if out, _ := n.lookup(remote); out == nil && !n.isLocal(remote) {
			return local, ErrNetworkUnreachable
		}
		return local, nil
	}
	from := n.errorSource(remote)
	if !from.IsValid() {
		return from, ErrNetworkUnreachable
	}
	return from, nil
}

// dialFree reports whether the connection may be opened: a connection of the
// same four numbers, even one in TIME-WAIT, is in the way. With timestamps old
// segments can be told from new ones, and TIME-WAIT gives way (RFC 6191).
func (n *Node) dialFree(t Tuple, fixed bool) bool {
	if old := n.conns[t]; old != nil {
		if old.state != TimeWait || !n.net.opt.Timestamps || !fixed {
			return false
		}
		old.finish(ReceiveSYN)
	}
	return fixed || n.listenFree(t.Src.Addr(), t.Src.Port())
}

func (n *Node) newConn(local, remote AddrPort, tag uint8, app App) *Conn {
	c := &Conn{app: app, chatting: true}
	c.slot = n.net.conns.add(c)
	c.socket = socket{node: n, local: local, remote: remote, tag: tag, conn: c}
	c.iss = uint32(n.net.rng.next())
	c.sndUna, c.sndNxt = c.iss, c.iss
	c.rto = initialRTO
	n.conns[Tuple{local, remote}] = c
	return c
}

// SetNagle makes small segments wait while anything is unanswered, and go
// together (RFC 1122 §4.2.3.4): what a program gets that does not ask for
// TCP_NODELAY.
func (c *Conn) SetNagle(on bool) { c.nagle = on }

// Local is the local address and port.
func (c *Conn) Local() AddrPort { return c.local }

// Remote is the peer's address and port as this end knows them.
func (c *Conn) Remote() AddrPort { return c.remote }

// State is the connection's state.
func (c *Conn) State() State { return c.state }

// ID is the socket's number in the records.
func (c *Conn) ID() uint32 { return c.id }

// Tag is the connection's label.
func (c *Conn) Tag() uint8 { return c.tag }

// MSS is the largest number of octets that a segment of the connection carries.
func (c *Conn) MSS() int { return c.mss() }

// Accepted reports whether a listener took the connection.
func (c *Conn) Accepted() bool { return c.listener != nil }

// Write queues data and sends what the peer's window allows. The slice must not
// be changed afterwards.
func (c *Conn) Write(b []byte) error { return c.write(b, PSH|ACK) }

// WriteUrgent is Write with the urgent pointer after the last octet.
func (c *Conn) WriteUrgent(b []byte) error { return c.write(b, URG|PSH|ACK) }

func (c *Conn) write(b []byte, last Flags) error {
	switch c.state {
	case SynSent, SynReceived, Established, CloseWait:
	default:
		return ErrNotConnected
	}
	c.written += uint32(len(b))
	if c.joins(b) {
		waiting := &c.out[len(c.out)-1]
		waiting.data = append(append([]byte(nil), waiting.data...), b...)
		waiting.flags |= last
		return nil
	}
	for mss := c.mss(); len(b) > mss; b = b[mss:] {
		c.queue(outSegment{data: b[:mss:mss], flags: ACK})
	}
	if len(b) > 0 {
		c.queue(outSegment{data: b, flags: last})
	}
	c.flush()
	return nil
}

// Unacknowledged is how many octets were written and are not yet acknowledged:
// what fills the send buffer.
func (c *Conn) Unacknowledged() uint32 {
	acked := c.sndUna - c.iss
	if acked == 0 { // not even the SYN
		return c.written
	}
	return c.written - min(acked-1, c.written)
}

// WhenLow calls f once when no more than so many octets are unacknowledged.
func (c *Conn) WhenLow(octets uint32, f func()) { c.low, c.lowered = octets, f }

// joins reports whether data goes into a small segment that Nagle's rule holds back.
func (c *Conn) joins(b []byte) bool {
	last := len(c.out) - 1
	return c.nagle && last >= c.next && c.out[last].flags&(SYN|URG) == 0 && len(c.out[last].data)+len(b) < c.mss()
}

func (c *Conn) mss() int {
	if c.local.Addr().Is6() {
		return max(int(c.node.net.opt.MSS)-20, 1)
	}
	return int(c.node.net.opt.MSS)
}

// Close sends a FIN after what is queued. Receiving goes on.
func (c *Conn) Close() {
	if c.state == SynSent {
		c.ended = true
		c.finish(UserClose)
		return
	}
	if c.step(UserClose) {
		// Data that still waits takes the FIN along, as in Linux.
		if last := len(c.out) - 1; last >= c.next && c.out[last].flags&SYN == 0 {
			c.out[last].flags |= FIN
		} else {
			c.queue(outSegment{flags: FIN | ACK})
		}
		c.flush()
	}
}

// Abort throws the connection away and tells the peer by RST, where the state
// diagram says so. Ended is not called: the application knows.
func (c *Conn) Abort() {
	c.ended = true
	switch c.state {
	case Closed:
		return
	case SynReceived, Established, FinWait1, FinWait2, CloseWait:
		c.sendEmpty(RST|ACK, c.sndNxt)
	}
	c.finish(UserAbort)
}

// Pause stops reading: what arrives is kept, and the window closes.
func (c *Conn) Pause() { c.paused = true }

// Resume reads again, what was kept first, and tells the peer of the window.
func (c *Conn) Resume() {
	if !c.paused {
		return
	}
	c.paused = false
	before := c.window()
	for len(c.unread) > 0 && !c.paused {
		data := c.unread[0]
		c.unread = c.unread[1:]
		c.kept -= uint32(len(data))
		c.app.Received(c, data, false)
	}
	if c.paused {
		return
	}
	if c.state != Closed && before < uint32(c.mss()) && c.window() > before {
		c.sendEmpty(ACK, c.sndNxt)
	}
	if c.finHeld {
		c.finHeld = false
		c.app.PeerClosed(c)
	}
}

// step takes one arrow of the state diagram and records it; false: there is none.
func (c *Conn) step(on Trigger) bool {
	from, to := c.state, nextState[c.state][on]
	if to == noTransition {
		return false
	}
	c.state = to
	if to != Closed {
		c.node.net.emitSocket(&c.socket, Updated)
		return true
	}
	c.disarm()
	delete(c.node.conns, Tuple{c.local, c.remote})
	if c.node.lastConn == c {
		c.node.lastConn = nil
	}
	c.out, c.early = nil, nil
	c.head, c.next = 0, 0
	if on == UserAbort || from != TimeWait && from != LastAck && from != Closing {
		c.forget()
	}
	c.node.net.closed(&c.socket)
	c.releaseSlot()
	return true
}

// forget gives up what the application has not read. What both ends have closed
// can still be read to its end, as in Linux.
func (c *Conn) forget() { c.unread, c.finHeld = nil, false }

// finish closes without telling the application.
func (c *Conn) finish(on Trigger) { c.step(on) }

// end closes and tells the application, once.
func (c *Conn) end(on Trigger, err error) {
	if c.step(on) {
		if err != nil {
			c.forget()
		}
		c.tellEnded(err)
	}
}

func (c *Conn) tellEnded(err error) {
	if c.ended {
		return
	}
	c.ended = true
	if c.connected || c.listener == nil {
		c.app.Ended(c, err)
	}
}
