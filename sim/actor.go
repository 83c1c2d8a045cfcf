package sim

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"ftpscope/netmodel"
	"ftpscope/sim/ftp"
	"ftpscope/sim/trace"
)

// machine is a client or server session of package ftp.
type machine interface{ Handle(ftp.Input) []ftp.Output }

// actor puts one machine on a host: it turns what the network does into inputs,
// and outputs into calls of the network. It is the App of all its connections.
type actor struct {
	net     *network
	node    *netmodel.Node
	machine machine
	session trace.Session
	rng     *rand.Rand // for ports out of a range

	control  *netmodel.Conn
	data     *netmodel.Conn
	partial  []byte                  // of the data, not yet a full segment
	up       map[*netmodel.Conn]bool // connections that were established
	unread   map[*netmodel.Conn]bool // connections the program has let go of
	tls      map[*netmodel.Conn]*tls
	listener *netmodel.Listener
	backlog  []*netmodel.Conn // data connections that came while there was one
	timers   map[ftp.TimerName]netmodel.Timer

	inputs []input // what happened while the machine was busy
	busy   bool

	nagle    bool // the program's small writes wait for each other
	resolve  func(host string) netip.Addr
	finished func(ftp.Finished)      // client only
	heard    func(ftp.ReplyReceived) // likewise; nil: nobody listens
}

// input is an input with the event that caused it.
type input struct {
	ftp.Input
	cause netmodel.ID
}

func newActor(n *network, node *netmodel.Node, m machine, seed uint64) *actor {
	return &actor{
		net: n, node: node, machine: m, timers: map[ftp.TimerName]netmodel.Timer{},
		up: map[*netmodel.Conn]bool{}, unread: map[*netmodel.Conn]bool{}, tls: map[*netmodel.Conn]*tls{},
		rng: rand.New(rand.NewPCG(seed, uint64(node.ID()))),
	}
}

// feed gives the machine an input. What follows from it can bring the next
// input at once (a listener is bound without delay); that waits its turn.
func (a *actor) feed(in ftp.Input) {
	a.inputs = append(a.inputs, input{in, a.net.Cause()})
	if a.busy {
		return
	}
	a.busy = true
	for i := 0; i < len(a.inputs); i++ {
		next := a.inputs[i]
		cause := next.cause
		for _, out := range a.machine.Handle(next.Input) {
			a.net.Under(cause, func() { cause = a.do(out, cause) })
		}
	}
	a.inputs = a.inputs[:0]
	a.busy = false
}

// do carries out one output and returns the event that causes those after it:
// a command that was understood causes the answer.
func (a *actor) do(out ftp.Output, cause netmodel.ID) netmodel.ID {
	stamp := trace.Stamp{T: a.net.Now(), Cause: trace.ID(cause), At: trace.Node(a.node.ID()), Channel: trace.Command, Session: a.session}
	rec := a.net.rec
	switch o := out.(type) {
	case ftp.CommandSent:
		return netmodel.ID(rec.Command(stamp, o.Line))
	case ftp.CommandParsed:
		return netmodel.ID(rec.Command(stamp, o.Line))
	case ftp.ReplySent:
		return netmodel.ID(rec.Reply(stamp, trace.Line{Text: o.Line, Code: o.Code, More: more(o.Lines)}))
	case ftp.ReplyReceived:
		id := netmodel.ID(rec.Reply(stamp, trace.Line{Text: o.Line, Code: o.Code, More: more(o.Lines)}))
		if a.heard != nil {
			a.net.Under(id, func() { a.heard(o) })
		}
		return id
	case ftp.StateChanged:
		if o.Machine == ftp.DTP {
			stamp.Channel = trace.Data
		}
		rec.Machine(stamp, trace.Machine{Machine: string(o.Machine), From: string(o.From), To: string(o.To)})
	case ftp.Progress:
		stamp.Channel = trace.Data
		rec.Progress(stamp, trace.Progress{Bytes: o.Bytes, Total: o.Total})
	case ftp.Finished:
		if a.finished != nil {
			a.finished(o)
		}
	case ftp.StartTimer:
		a.startTimer(o)
	case ftp.StopTimer:
		if t, ok := a.timers[o.Name]; ok {
			t.Stop()
			delete(a.timers, o.Name)
		}
	default:
		a.connect(out)
	}
	return cause
}

func more(lines []string) []string {
	if len(lines) < 2 {
		return nil
	}
	return lines[1:]
}

// connect carries out an output that is about connections.
func (a *actor) connect(out ftp.Output) {
	switch o := out.(type) {
	case ftp.DialControl:
		a.dialControl(o)
	case ftp.SendControl:
		a.sendControl(o)
	case ftp.CloseControl:
		if a.control != nil {
			a.letGo(a.control)
		}
	case ftp.AbortControl:
		if a.control != nil {
			a.control.Abort()
			a.control = nil
		}
	case ftp.Listen:
		a.listen(o)
	case ftp.StopListening:
		a.stopListening()
	case ftp.DialData:
		a.dialData(o)
	case ftp.SendData:
		a.sendData(o)
	case ftp.SendFile:
		a.sendFile(o)
	case ftp.CloseData:
		if a.data != nil {
			a.sendData(ftp.SendData{})
			a.letGo(a.data)
		}
	case ftp.StartTLS:
		a.startTLS(o)
	case ftp.StopTLS:
		delete(a.tls, a.control)
	case ftp.AbortData:
		if a.data != nil {
			a.data.Abort()
			a.setData(nil)
			a.promote()
		}
	}
}

// write ignores an error: a connection that cannot be written to any more has
// told the machine so, or will.
func (a *actor) write(c *netmodel.Conn, b []byte) { _ = c.Write(b) }

func (a *actor) sendControl(o ftp.SendControl) {
	switch {
	case a.control == nil:
	case o.Urgent && a.tls[a.control] == nil:
		_ = a.control.WriteUrgent(o.Raw)
	default:
		a.protect(a.control, o.Raw)
	}
}

func (a *actor) setData(c *netmodel.Conn) { a.data, a.partial = c, nil }

// letGo closes a connection for good, as close(2) does: nobody reads it any more.
func (a *actor) letGo(c *netmodel.Conn) {
	if !a.sayGoodbye(c) {
		return
	}
	a.unread[c] = true
	c.Close()
}

// sendData writes to the data connection. While more is to come, a segment that
// is not full waits for it.
func (a *actor) sendData(o ftp.SendData) {
	if a.data == nil {
		return
	}
	data := o.Data
	if len(a.partial) > 0 {
		data = slices.Concat(a.partial, data)
		a.partial = nil
	}
	if o.More && a.tls[a.data] == nil {
		whole := len(data) - len(data)%a.data.MSS()
		data, a.partial = data[:whole], data[whole:]
	}
	if len(data) > 0 {
		a.protect(a.data, data)
	}
	if o.Room {
		a.report(a.data, len(o.Data))
	}
}

// sendBuffer is what Linux gives a new connection (net.ipv4.tcp_wmem leaves
// room for two initial windows of ten segments, 2304 octets each with what they
// need in memory); a write of more waits. Observed: a file of 46,000 bytes is
// out of vsftpd's hands at once, one of 47,000 is not.
const sendBuffer = 46080

// report tells the machine, as acknowledgements make room, how much of what it
// sent is out of its hands.
func (a *actor) report(c *netmodel.Conn, octets int) {
	taken := 0
	var more func()
	more = func() {
		if a.data != c {
			return
		}
		waiting := max(int(c.Unacknowledged())-sendBuffer, 0)
		if n := octets - waiting - taken; n > 0 {
			taken += n
			a.feed(ftp.DataWritable{Taken: int64(n)})
		}
		if waiting > 0 {
			c.WhenLow(uint32(max(waiting, sendBuffer)), more)
		}
	}
	more()
}

func (a *actor) sendFile(o ftp.SendFile) {
	whole, ok := o.Content.Bytes()
	if p, test := o.Content.(payload); test {
		whole = p.whole() // it all goes out at once, and runs share it
	} else if !ok {
		whole = make([]byte, o.Content.Size())
		if n, err := o.Content.ReadAt(whole, 0); n < len(whole) {
			a.feed(ftp.DataWritable{Err: err})
			return
		}
	}
	part := whole[min(o.Offset, int64(len(whole))):]
	if a.data != nil {
		a.protect(a.data, part)
	}
	a.feed(ftp.DataWritable{Taken: int64(len(part))})
}

func (a *actor) dialControl(o ftp.DialControl) {
	remote := o.Remote
	if !remote.Addr().IsValid() {
		remote = netip.AddrPortFrom(a.resolve(o.Host), remote.Port())
	}
	if !remote.Addr().IsValid() {
		a.feed(ftp.ControlFailed{Reason: ftp.NotFound})
		return
	}
	c, err := a.node.Dial(o.Local, remote, tagCommand, a)
	if err != nil {
		a.feed(ftp.ControlFailed{Reason: failure(err)})
		return
	}
	c.SetNagle(a.nagle)
	a.control = c
	a.net.dialled[c.Local()] = a.session
}

func (a *actor) dialData(o ftp.DialData) {
	c, err := a.node.Dial(o.Local, o.Remote, tagData, a)
	if err != nil {
		a.feed(ftp.DataFailed{Reason: failure(err)})
		return
	}
	a.setData(c)
}

func (a *actor) listen(o ftp.Listen) {
	for _, port := range a.candidates(o) {
		l, err := a.node.Listen(netip.AddrPortFrom(o.Addr, port), tagData, a)
		if err == nil {
			a.listener = l
			a.feed(ftp.Listening{Addr: netip.AddrPortFrom(o.Addr, l.Addr().Port())})
			return
		}
	}
	a.feed(ftp.ListenFailed{Reason: ftp.NoPortFree})
}

// candidates are the ports to try for a listener, in order: the fixed ones,
// those of the range from a seeded place on, or any.
func (a *actor) candidates(o ftp.Listen) []uint16 {
	if len(o.Ports) > 0 {
		return o.Ports
	}
	if o.Range.First == 0 {
		return []uint16{0}
	}
	size := int(o.Range.Last) - int(o.Range.First) + 1
	start := a.rng.IntN(size)
	out := make([]uint16, size)
	for i := range out {
		out[i] = o.Range.First + uint16((start+i)%size)
	}
	return out
}

func (a *actor) stopListening() {
	if a.listener != nil {
		a.listener.Close()
		a.listener = nil
	}
	for _, c := range a.backlog {
		c.Abort()
	}
	a.backlog = nil
}

func (a *actor) startTimer(o ftp.StartTimer) {
	if t, ok := a.timers[o.Name]; ok {
		t.Stop()
	}
	d := time.Duration(o.Milliseconds) * time.Millisecond
	a.timers[o.Name] = a.node.After(d, string(o.Name), func() {
		delete(a.timers, o.Name)
		a.feed(ftp.TimerFired{Name: o.Name})
	})
}

// failure puts a network error into the machine's words.
func failure(err error) ftp.Failure {
	switch {
	case errors.Is(err, netmodel.ErrRefused):
		return ftp.Refused
	case errors.Is(err, netmodel.ErrTimedOut):
		return ftp.TimedOut
	case errors.Is(err, netmodel.ErrProhibited):
		return ftp.Prohibited
	case errors.Is(err, netmodel.ErrPairTaken):
		return ftp.PairTaken
	case errors.Is(err, netmodel.ErrAddressInUse):
		return ftp.PortInUse
	case errors.Is(err, netmodel.ErrReset):
		return ftp.WasReset
	}
	return ftp.Unreachable
}

// Connected implements netmodel.App.
func (a *actor) Connected(c *netmodel.Conn) {
	a.up[c] = true
	switch {
	case c == a.control || c.Tag() == tagCommand:
		a.control = c
		a.feed(ftp.ControlConnected{Local: c.Local(), Remote: c.Remote()})
	case c.Accepted() && a.data != nil:
		c.Pause()
		a.backlog = append(a.backlog, c)
	default:
		a.setData(c)
		a.feed(ftp.DataConnected{Local: c.Local(), Remote: c.Remote(), Accepted: c.Accepted()})
	}
}

// promote hands the machine the next data connection that has been waiting.
func (a *actor) promote() {
	if a.data != nil || len(a.backlog) == 0 {
		return
	}
	a.setData(a.backlog[0])
	a.backlog = a.backlog[1:]
	a.feed(ftp.DataConnected{Local: a.data.Local(), Remote: a.data.Remote(), Accepted: true})
	if a.data != nil {
		a.data.Resume()
	}
}

// Received implements netmodel.App.
func (a *actor) Received(c *netmodel.Conn, data []byte, urgent bool) {
	if a.unread[c] {
		c.Abort() // data for nobody (RFC 9293 §3.6.1)
		a.Ended(c, netmodel.ErrReset)
		return
	}
	if t := a.tls[c]; t != nil {
		a.unprotect(c, t, data)
		return
	}
	switch c {
	case a.control:
		a.feed(ftp.ControlReceived{Data: data, Urgent: urgent})
	case a.data:
		a.feed(ftp.DataReceived{Data: data, Shared: true}) // the model never changes a payload
	}
}

// PeerClosed implements netmodel.App.
func (a *actor) PeerClosed(c *netmodel.Conn) {
	if t := a.tls[c]; t != nil {
		t.peerClosed = true
	}
	switch c {
	case a.control:
		a.feed(ftp.ControlClosed{})
	case a.data:
		a.feed(ftp.DataPeerClosed{})
	}
}

// Acked implements netmodel.App.
func (a *actor) Acked(c *netmodel.Conn) {
	if t := a.tls[c]; t != nil && !t.ready {
		return // the handshake, which is none of the machine's business
	}
	if c == a.data {
		a.feed(ftp.DataAcked{})
	}
}

// Ended implements netmodel.App.
func (a *actor) Ended(c *netmodel.Conn, err error) {
	connected := a.up[c]
	delete(a.up, c)
	delete(a.unread, c)
	delete(a.tls, c)
	switch c {
	case a.control:
		a.control = nil
		switch {
		case err == nil:
		case connected:
			a.feed(ftp.ControlClosed{Reset: true})
		default:
			a.feed(ftp.ControlFailed{Reason: failure(err)})
		}
	case a.data:
		a.setData(nil)
		switch {
		case err == nil:
		case connected:
			a.feed(ftp.DataReset{})
		default:
			a.feed(ftp.DataFailed{Reason: failure(err)})
		}
		a.promote()
	}
}
