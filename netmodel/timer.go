package netmodel

import "time"

// Timer is an application's timer. The zero value is one that was never set.
type Timer struct{ t *timer }

type timer struct {
	node    *Node
	slot    uint32
	set     ID
	name    string
	do      func()
	stopped bool
	done    bool
}

// After calls f after d. The name stands in the records.
func (n *Node) After(d time.Duration, name string, f func()) Timer {
	t := &timer{node: n, name: name, do: f}
	t.slot = n.net.timers.add(t)
	n.net.schedule(n.net.now+max(d, 0), timerFires, t.slot)
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
	n.record = Record{Name: t.name}
	return n.emit(TimerRecord, what, t.node.id, cause)
}
