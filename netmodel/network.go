package netmodel

import (
	"fmt"
	"time"
)

// SYNTiming is the schedule on which an unanswered SYN is repeated.
type SYNTiming uint8

// The schedules.
const (
	ClassicSYN SYNTiming = iota // RFC 6298: 0, 1, 3, 7, 15, 31 s, given up at 63 s
	LinuxSYN                    // Linux since 6.5: 0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 68 s, given up at 133 s
)

// Options of a Network. The zero value is a sensible network.
type Options struct {
	Seed        uint64 // of ports not fixed, initial sequence numbers and loss
	SYNTiming   SYNTiming
	Timestamps  bool   // TCP timestamps: a new SYN may reuse a port in TIME-WAIT (RFC 6191)
	Window      uint16 // receive window in octets; 0: 65535
	MSS         uint16 // over IPv4; IPv6 has 20 less; 0: 1460
	DataRetries int    // retransmissions of one segment before giving up; 0: 8 classic, 15 linux

	MaxEvents uint64        // 0: 10 million
	MaxTime   time.Duration // 0: 24 h
}

func (o Options) withDefaults() Options {
	if o.Window == 0 {
		o.Window = 65535
	}
	if o.MSS == 0 {
		o.MSS = 1460
	}
	if o.DataRetries == 0 {
		o.DataRetries = 8
		if o.SYNTiming == LinuxSYN {
			o.DataRetries = 15 // net.ipv4.tcp_retries2
		}
	}
	if o.MaxEvents == 0 {
		o.MaxEvents = 10_000_000
	}
	if o.MaxTime == 0 {
		o.MaxTime = 24 * time.Hour
	}
	return o
}

// BoundError says that a run was stopped by one of its bounds.
type BoundError struct {
	Bound string // "MaxEvents", "MaxTime"
	Limit string
}

// Say is the sentence that tells the error.
func (e *BoundError) Say() (key string, args []any) {
	return "error.bound", []any{"bound", e.Bound, "limit", e.Limit}
}

func (e *BoundError) Error() string {
	key, args := e.Say()
	return fault(key, args...).Error()
}

// Network is the whole model: clock, event queue, nodes.
type Network struct {
	// Watch, when set, is called every few hundred events; an error from it ends
	// the run.
	Watch func() error

	rec   Recorder
	opt   Options
	rng   random
	now   time.Duration
	cause ID

	queue  queue
	seq    uint64
	events uint64
	live   int // packets in flight and timers that may yet do something; ageing is not counted

	nodes []*Node
	byID  []*Node  // by NodeID; nil for a link
	names []string // by NodeID

	flights                 slots[flight]
	firstFlight, lastFlight *flight // in order of sending
	conns                   slots[Conn]
	sockets                 []*socket // open ones, in order of opening
	timers                  slots[timer]
	tracks                  slots[track]
	expectations            slots[expectation]
	packetNo, socketNo      uint32
	trackNo, expectationNo  uint32
	record                  Record // reused for every record
	kept                    *Entry // put off, and no record has said so yet
	socketInfo              SocketInfo
}

// New makes an empty network. rec may be nil.
func New(rec Recorder, opt Options) *Network {
	return &Network{rec: rec, opt: opt.withDefaults(), rng: random(opt.Seed)}
}

// Now is the virtual time since the start.
func (n *Network) Now() time.Duration { return n.now }

// Cause is the record that is being handled; what is recorded now has it as cause.
func (n *Network) Cause() ID { return n.cause }

// Under runs f with everything it does caused by record id.
func (n *Network) Under(id ID, f func()) {
	before := n.cause
	n.cause = id
	f()
	n.cause = before
}

// Run runs until nothing is left but ageing: sockets in TIME-WAIT and
// connection tracking entries that will time out if nobody uses them. Those
// that time out before the last other event do so in their turn.
func (n *Network) Run() error { return n.RunWhile(func() bool { return true }) }

// RunWhile is Run for as long as a condition holds.
func (n *Network) RunWhile(goOn func() bool) error {
	for n.live > 0 && goOn() {
		if err := n.checkBounds(); err != nil {
			return err
		}
		n.Step()
	}
	return nil
}

// RunUntil runs everything up to and including time t, ageing too, and sets the
// clock to t.
func (n *Network) RunUntil(t time.Duration) error {
	for !n.queue.empty() && n.queue.next() <= t {
		if err := n.checkBounds(); err != nil {
			return err
		}
		n.handle(n.queue.pop())
	}
	n.now = max(n.now, t)
	return nil
}

// Step handles the next event; false when there is none.
func (n *Network) Step() bool {
	for !n.queue.empty() {
		if n.handle(n.queue.pop()) {
			return true
		}
	}
	return false
}

// watchEvery is how many events pass between two calls of Watch.
const watchEvery = 512

func (n *Network) checkBounds() error {
	if n.Watch != nil && n.events%watchEvery == 0 {
		if err := n.Watch(); err != nil {
			return err
		}
	}
	if n.events >= n.opt.MaxEvents {
		return &BoundError{"MaxEvents", fmt.Sprint(n.opt.MaxEvents)}
	}
	if !n.queue.empty() && n.queue.next() > n.opt.MaxTime {
		return &BoundError{"MaxTime", n.opt.MaxTime.String()}
	}
	return nil
}

func (n *Network) schedule(at time.Duration, kind eventKind, slot uint32) {
	n.seq++
	n.queue.push(event{at: at, seq: n.seq, kind: kind, slot: slot}, n.now)
}

// handle runs one event and reports whether there was anything to do: timers
// that were stopped or put off meanwhile leave their old event behind.
func (n *Network) handle(e event) bool {
	if !n.due(e) {
		return false
	}
	n.events++
	n.now = e.at
	n.cause = 0
	switch e.kind {
	case packetArrives:
		n.arrive(n.flights.at(e.slot))
	case packetIsLost:
		n.lose(n.flights.at(e.slot))
	case packetUnresolved:
		n.unresolved(n.flights.at(e.slot))
	case timerFires:
		n.fire(n.timers.at(e.slot))
	case connTimer:
		n.conns.at(e.slot).timeout()
	case trackAges:
		n.ageTrack(n.tracks.at(e.slot))
	case expectationAges:
		n.ageExpectation(n.expectations.at(e.slot))
	}
	n.cause = 0
	return true
}

func (n *Network) due(e event) bool {
	switch e.kind {
	case timerFires:
		t := n.timers.at(e.slot)
		if t.stopped {
			n.dropTimer(t)
			return false
		}
	case connTimer:
		return n.conns.at(e.slot).timerDue(e)
	case trackAges:
		return n.trackDue(n.tracks.at(e.slot), e)
	case expectationAges:
		return n.expectationDue(n.expectations.at(e.slot))
	}
	return true
}

// emit hands the record under construction to the recorder.
func (n *Network) emit(kind Kind, what What, node NodeID, cause ID) ID {
	if n.rec == nil {
		return 0
	}
	r := &n.record
	r.T, r.Cause, r.Kind, r.What, r.Node = n.now, cause, kind, what, node
	r.Kept, n.kept = n.kept, nil
	return n.rec.Record(r)
}

// random is SplitMix64: small, seeded, the same everywhere.
type random uint64

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number in [0, n).
func (r *random) below(n int) int { return int(r.next() >> 1 % uint64(n)) }

// chance is true with probability p.
func (r *random) chance(p float64) bool { return float64(r.next()>>11)/(1<<53) < p }
