package sim

import (
	"fmt"
	"net/netip"
	"slices"

	"ftpscope/sim/ftp"
)

// action is one thing that can happen next.
type action struct {
	what  string // "carry", "cut", "refuse", "fire", "abort"
	wire  int
	from  side
	alarm int
}

// describe says in words what an action is.
func (w *wires) describe(a action) string {
	switch a.what {
	case "fire":
		return fmt.Sprintf("%s: %s timer", w.alarms[a.alarm].of, w.alarms[a.alarm].name)
	case "abort":
		return "the user says abort"
	}
	c := w.wires[a.wire]
	return fmt.Sprintf("%s %s of the %s connection from %s", a.what, c.queue[a.from][0].kind, c, a.from)
}

// actions are all things that can happen next, always in the same order.
func (w *wires) actions() []action {
	var out []action
	for i, c := range w.wires {
		for from, queue := range c.queue {
			if len(queue) == 0 {
				continue
			}
			a := action{what: "carry", wire: i, from: side(from)}
			out = append(out, a)
			if w.left.losses > 0 && queue[0].kind != rst {
				a.what = "cut"
				out = append(out, a)
				if queue[0].kind == syn {
					a.what = "refuse"
					out = append(out, a)
				}
			}
		}
	}
	if len(w.alarms) > 0 && (len(out) == 0 || w.left.early > 0) {
		first := 0
		for i, a := range w.alarms {
			if a.at < w.alarms[first].at {
				first = i
			}
		}
		out = append(out, action{what: "fire", alarm: first})
	}
	if w.abort1() {
		out = append(out, action{what: "abort"})
	}
	return out
}

// abort1 says whether the user may break off now.
func (w *wires) abort1() bool {
	_, dtp := w.client.State()
	return w.tale.abort && !w.aborted && dtp != ftp.Idle
}

func (w *wires) underWay() bool {
	return slices.ContainsFunc(w.wires, func(c *wire) bool { return len(c.queue[0])+len(c.queue[1]) > 0 })
}

// act lets one thing happen.
func (w *wires) act(a action) {
	switch a.what {
	case "carry":
		w.carry(w.wires[a.wire], a.from)
	case "cut":
		w.left.losses--
		c := w.wires[a.wire]
		c.cut = true
		for from, queue := range c.queue {
			for _, s := range queue {
				w.giveUpLater(c, side(from), s.kind)
			}
		}
		c.queue = [2][]segment{}
	case "refuse":
		w.left.losses--
		c := w.wires[a.wire]
		c.queue[a.from] = nil
		w.reset(c, a.from)
	case "fire":
		if w.underWay() {
			w.left.early--
		}
		w.fire(a.alarm)
	case "abort":
		w.aborted = true
		w.feed(clientSide, ftp.Wish{Text: "abort"})
	}
	w.wires = slices.DeleteFunc(w.wires, func(c *wire) bool {
		return c.ended[0] && c.ended[1] && len(c.queue[0])+len(c.queue[1]) == 0
	})
}

// fire lets the time of an alarm come.
func (w *wires) fire(i int) {
	a := w.alarms[i]
	w.alarms = slices.Delete(w.alarms, i, i+1)
	w.now = max(w.now, a.at)
	if a.giveUp == nil {
		w.feed(a.of, ftp.TimerFired{Name: a.name})
		return
	}
	w.broken(a.giveUp, a.of, ftp.TimedOut)
}

// carry moves the first segment of a queue one place on.
func (w *wires) carry(c *wire, from side) {
	s := &c.queue[from][0]
	if s.hop++; s.hop < w.bounds.hops {
		return
	}
	arrived := *s
	c.queue[from] = slices.Delete(slices.Clone(c.queue[from]), 0, 1)
	w.arrived(c, from.other(), arrived)
}

// arrived is a segment at its destination.
func (w *wires) arrived(c *wire, at side, s segment) {
	h := &w.hosts[at]
	switch {
	case s.kind == rst:
		w.reset(c, at)
		return
	case s.kind == syn:
		w.called(c, at)
		return
	case c.ended[at]:
		if s.kind != finAck && s.kind != handshake {
			w.send(c, at, segment{kind: rst})
		}
		return
	case slices.Contains(h.backlog, c):
		c.held = append(c.held, s)
		return
	}
	switch s.kind {
	case synAck:
		c.up[at] = true
		w.send(c, at, segment{kind: handshake})
		w.connected(c, at)
	case handshake:
		w.accepted(c, at)
	case bytesSent:
		w.received(c, at, s)
	case fin:
		c.finGot[at] = true
		w.send(c, at, segment{kind: finAck})
		if c == h.control {
			w.feed(at, ftp.ControlClosed{})
		} else if c == h.data {
			w.feed(at, ftp.DataPeerClosed{})
		}
	case finAck:
		c.finAcked[at] = true
		if c == h.data {
			w.feed(at, ftp.DataAcked{})
		}
	}
	if c.finGot[at] && c.finAcked[at] && !c.ended[at] {
		w.end(c, at)
	}
}

// called is a SYN at its destination: somebody listens there or not.
func (w *wires) called(c *wire, at side) {
	h := &w.hosts[at]
	if !c.control && h.listener != c.remote || c.control && at != serverSide {
		c.ended[at] = true
		c.queue[at] = append(c.queue[at], segment{kind: rst})
		return
	}
	w.send(c, at, segment{kind: synAck})
}

func (w *wires) connected(c *wire, at side) {
	h := &w.hosts[at]
	switch c {
	case h.control:
		w.feed(at, ftp.ControlConnected{Local: c.local, Remote: c.remote})
	case h.data:
		w.feed(at, ftp.DataConnected{Local: c.local, Remote: c.remote})
	}
}

// accepted is the end of the handshake on a listener.
func (w *wires) accepted(c *wire, at side) {
	h := &w.hosts[at]
	c.up[at] = true
	switch {
	case c.control:
		h.control = c
		w.feed(at, ftp.ControlConnected{Local: c.remote, Remote: c.local})
	case h.listener != c.remote: // closed meanwhile
		w.abort(c, at)
	case h.data != nil:
		h.backlog = append(h.backlog, c)
	default:
		w.take(c, at)
	}
}

func (w *wires) received(c *wire, at side, s segment) {
	switch h := &w.hosts[at]; c {
	case h.control:
		w.feed(at, ftp.ControlReceived{Data: []byte(s.data), Urgent: s.urgent})
	case h.data:
		w.feed(at, ftp.DataReceived{Data: []byte(s.data)})
	}
}

// reset is an RST at its destination.
func (w *wires) reset(c *wire, at side) {
	if !c.ended[at] {
		w.broken(c, at, ftp.Refused)
	}
}

// broken ends a connection on one side without the machine's doing.
func (w *wires) broken(c *wire, at side, why ftp.Failure) {
	h := &w.hosts[at]
	control, data, up := c == h.control, c == h.data, c.up[at]
	h.backlog = slices.DeleteFunc(h.backlog, func(b *wire) bool { return b == c })
	if data {
		h.data = nil
	}
	if control {
		h.control = nil
	}
	switch {
	case control && up:
		w.feed(at, ftp.ControlClosed{Reset: true})
	case control:
		w.feed(at, ftp.ControlFailed{Reason: why})
	case data && up:
		w.feed(at, ftp.DataReset{})
	case data:
		w.feed(at, ftp.DataFailed{Reason: why})
	}
	w.end(c, at)
	if data && h.data == nil && len(h.backlog) > 0 {
		next := h.backlog[0]
		h.backlog = h.backlog[1:]
		w.take(next, at)
	}
}

// wrong says what must not be in a state; over: nothing more can happen.
func (w *wires) wrong(over bool) string {
	switch {
	case w.fault != "":
		return w.fault
	case w.inUse() > 1:
		return "two data connections"
	}
	for _, h := range w.hosts {
		if err := ftp.CheckTranscript(h.said); err != nil {
			return err.Error()
		}
	}
	for _, f := range w.finished {
		if reason := w.harmed(f); reason != "" {
			return reason
		}
	}
	if !over {
		return ""
	}
	return w.hangs()
}

// inUse counts the data connections that both programs hold and neither has
// begun to close.
func (w *wires) inUse() int {
	n := 0
	for _, c := range w.wires {
		if !c.control && c == w.hosts[0].data && c == w.hosts[1].data && !c.finSent[0] && !c.finSent[1] {
			n++
		}
	}
	return n
}

// harmed holds a transfer that was called complete against the file.
func (w *wires) harmed(f ftp.Finished) string {
	if !f.OK || f.Err != nil {
		return ""
	}
	switch f.Wish {
	case "get f":
		if got, _ := w.client.File("f"); string(got) != string(exploreContent) {
			return fmt.Sprintf("%q was reported complete with %q", f.Wish, got)
		}
	case "put up":
		content, err := w.store.Open("/up")
		if err != nil {
			return fmt.Sprintf("%q was reported complete: %v", f.Wish, err)
		}
		if got, _ := content.Bytes(); string(got) != string(exploreContent) {
			return fmt.Sprintf("%q was reported complete, stored was %q", f.Wish, got)
		}
	}
	return ""
}

// hangs says who waits for something that will never come.
func (w *wires) hangs() string {
	wishes, done := len(w.tale.wishes), 0
	for _, f := range w.finished {
		if f.Wish != "abort" { // which ends with the transfer, unless there is none
			done++
		}
	}
	server, _ := w.hosts[serverSide].machine.(*ftp.Server).State()
	pi, dtp := w.client.State()
	switch {
	case done < wishes:
		return fmt.Sprintf("the client waits for ever (%s, %s): %d of %d wishes done", pi, dtp, done, wishes)
	case server != ftp.Closed && server != ftp.WaitConnection && server != ftp.WaitClose: // its kernel clears away what the program has closed
		return fmt.Sprintf("the server waits for ever (%s)", server)
	case w.hosts[0].listener != netip.AddrPort{} || w.hosts[1].listener != netip.AddrPort{}:
		return "a listener is left behind"
	}
	return ""
}
