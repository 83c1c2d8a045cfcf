package netmodel

import "time"

// Timer is an application's timer. The zero value is one that was never set.
type Timer struct{ t *timer }

type timer struct {
	node    *Node
	slot    uint32
	set     ID
	name    string
	wait    time.Duration
	do      func()
	stopped bool
	done    bool
}

// After calls f after d, at once if d is negative. Name and time stand in the records.
func (n *Node) After(d time.Duration, name string, f func()) Timer {
	d = max(d, 0)
	t := &timer{node: n, name: name, wait: d, do: f}
	t.slot = n.net.timers.add(t)
	n.net.schedule(n.net.now+d, timerFires, t.slot)
	n.net.live++
	t.set = n.net.emitTimer(t, Set, n.net.cause)
	return Timer{t}
}

// Stop cancels the timer; one that has fired or was stopped stays as it is.
func (t Timer) Stop() {
	if t.t == nil || t.t.done || t.t.stopped {
		return
	}
	n := t.t.node.net
	t.t.stopped = true
	n.live--
	n.emitTimer(t.t, Cancelled, n.cause)
}

func (n *Network) fire(t *timer) {
	t.done = true
	n.live--
	n.cause = n.emitTimer(t, Fired, t.set)
	do := t.do
	n.dropTimer(t)
	do()
}

func (n *Network) dropTimer(t *timer) {
	t.do = nil
	n.timers.give(t.slot)
}

func (n *Network) emitTimer(t *timer, what What, cause ID) ID {
	n.record = Record{Name: t.name, For: t.wait}
	return n.emit(TimerRecord, what, t.node.id, cause)
}
