package live

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"time"

	"ftpscope/sim/ftp"
)

// machine is the client's or the server's side of a session in package ftp.
type machine interface {
	Handle(ftp.Input) []ftp.Output
	State() (pi, dtp ftp.State)
}

// event is an input on its way to the session.
type event struct {
	in   ftp.Input
	from any             // the connection, listener or timer it comes from; stale ones are ignored
	done chan<- struct{} // told when the machine has dealt with it, unless nil
}

// Bounds of what a session waits for. Those of the protocol itself are timers
// of the machine.
const (
	controlBuffer    = 2 << 10
	writePatience    = 30 * time.Second // for a peer that does not read its replies
	handshakeTimeout = 15 * time.Second
	lingerTimeout    = 10 * time.Second // for the peer's FIN on a data connection
	hangUpTimeout    = 2 * time.Second  // for the peer's FIN on the control connection
)

// session is one machine on real sockets. Its fields belong to the goroutine
// in run, except where another is named.
type session struct {
	machine machine
	tls     *tls.Config    // nil: no TLS
	record  *sessionRecord // nil: none

	ctx    context.Context // of its dials
	cancel context.CancelFunc
	events chan event
	over   chan struct{}   // closed when no event is taken any more
	alive  *sync.WaitGroup // of the goroutines that belong to it

	control  *control
	data     *stream
	dialling *dial
	listener *listener
	timers   map[ftp.TimerName]*timer
	inputs   []event // what happened while the machine was busy

	whole bool // the peer ended its data in order: an upload is complete
	ended bool // the machine closed the control connection

	observe func(ftp.Output) // every output; client only
}

func newSession(ctx context.Context, m machine, config *tls.Config, alive *sync.WaitGroup) *session {
	s := &session{
		machine: m, tls: config, alive: alive,
		events: make(chan event), over: make(chan struct{}), timers: map[ftp.TimerName]*timer{},
	}
	s.ctx, s.cancel = context.WithCancel(ctx)
	return s
}

// tell brings an event to the session; false: it is over.
func (s *session) tell(e event) bool {
	select {
	case s.events <- e:
		return true
	case <-s.over:
		return false
	}
}

// tellAndWait brings an event whose data must stay untouched until the machine
// has dealt with it.
func (s *session) tellAndWait(e event, done chan struct{}) bool {
	e.done = done
	if !s.tell(e) {
		return false
	}
	select {
	case <-done:
		return true
	case <-s.over:
		return false
	}
}

// run works until the machine has closed the control connection, or stop says
// so.
func (s *session) run(stop func() bool) {
	for !stop() {
		jobs, next := s.data.next()
		select {
		case e := <-s.events:
			s.take(e)
		case jobs <- next:
			s.data.queue = s.data.queue[1:]
		case <-s.ctx.Done():
			s.take(event{in: ftp.Shutdown{}})
			s.ended = true
		}
	}
	s.close()
}

// close lets go of everything; what was written still leaves.
func (s *session) close() {
	close(s.over)
	s.cancel()
	for _, t := range s.timers {
		t.Stop()
	}
	s.stopListening()
	s.data.release()
	s.control.hangUp()
}

// take hands an event to the machine, and then what came of it at once.
func (s *session) take(e event) {
	for s.inputs = append(s.inputs, e); len(s.inputs) > 0; {
		e, s.inputs = s.inputs[0], s.inputs[1:]
		if s.current(e) {
			s.handle(e.in)
		}
		if e.done != nil {
			e.done <- struct{}{}
		}
	}
	s.inputs = nil
	if s.wantsData() {
		s.listener.acceptOne()
	}
}

// wantsData says whether the machine waits for somebody to connect. A client
// does once it has sent the transfer command; a server that dials sooner, as
// pyftpdlib does, waits in the backlog.
func (s *session) wantsData() bool {
	switch pi, dtp := s.machine.State(); dtp {
	case ftp.WaitDial:
		return true
	case ftp.WaitAccept:
		return pi == ftp.WaitTransfer || pi == ftp.WaitOpening || pi == ftp.WaitCompletion
	}
	return false
}

// feed gives the machine an input when it has done what it is doing.
func (s *session) feed(in ftp.Input) { s.inputs = append(s.inputs, event{in: in}) }

// current says whether an event is about something the session still has.
func (s *session) current(e event) bool {
	switch from := e.from.(type) {
	case *control:
		return from == s.control
	case *stream:
		return from == s.data
	case *dial:
		return s.dialled(from)
	case *accepted:
		return s.accepts(from)
	case *timer:
		name := e.in.(ftp.TimerFired).Name
		if s.timers[name] != from {
			return false
		}
		delete(s.timers, name)
	}
	return true
}

func (s *session) handle(in ftp.Input) {
	switch in.(type) {
	case ftp.DataConnected:
		s.whole = false
	case ftp.DataPeerClosed:
		s.whole = true
	}
	s.record.input(in)
	for _, out := range s.machine.Handle(in) {
		s.record.output(out)
		s.do(out)
		if s.observe != nil {
			s.observe(out)
		}
	}
}

// do carries out one output.
func (s *session) do(out ftp.Output) {
	switch o := out.(type) {
	case ftp.StartTimer:
		s.startTimer(o)
	case ftp.StopTimer:
		s.stopTimer(o.Name)
	case ftp.StateChanged:
		if o.Machine == ftp.DTP && (o.To == ftp.Sending || o.To == ftp.Receiving) {
			s.data.startReading()
		}
	case ftp.StartTLS:
		s.startTLS(o)
	case ftp.Listen:
		s.listen(o)
	case ftp.StopListening:
		s.stopListening()
	case ftp.DialData:
		s.dialData(o)
	case ftp.AbortData:
		s.abortDial()
		s.data.abort()
	case ftp.SendData, ftp.SendFile, ftp.CloseData:
		s.data.do(o)
	default:
		s.doControl(out)
	}
}

// doControl carries out an output for the control connection.
func (s *session) doControl(out ftp.Output) {
	switch o := out.(type) {
	case ftp.DialControl:
		s.dialControl(o)
	case ftp.SendControl:
		s.control.write(o)
	case ftp.StopTLS:
		s.control.stopTLS()
	case ftp.CloseControl:
		s.control.hangUp()
		s.ended = true
	case ftp.AbortControl:
		s.abortDial()
		s.control.abort()
		s.ended = true
	}
}

// timer is one running of a timer of the machine.
type timer struct{ *time.Timer }

func (s *session) startTimer(o ftp.StartTimer) {
	s.stopTimer(o.Name)
	t := &timer{}
	s.timers[o.Name] = t
	t.Timer = time.AfterFunc(time.Duration(o.Milliseconds)*time.Millisecond, func() {
		s.tell(event{in: ftp.TimerFired{Name: o.Name}, from: t})
	})
}

func (s *session) stopTimer(name ftp.TimerName) {
	if t := s.timers[name]; t != nil {
		t.Stop()
		delete(s.timers, name)
	}
}

// startTLS puts TLS over a connection. Its reader shakes hands.
func (s *session) startTLS(o ftp.StartTLS) {
	wrap := tls.Server
	if o.Role == ftp.TLSClient {
		wrap = tls.Client
	}
	if o.Channel == ftp.ControlChannel {
		s.control.startTLS(func(c net.Conn) *tls.Conn { return wrap(c, s.tls) })
		return
	}
	s.data.startTLS(func(c net.Conn) *tls.Conn { return wrap(c, s.tls) })
}
