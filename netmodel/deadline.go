package netmodel

import "time"

// deadline is a timer that is put off far more often than it fires: the event
// in the queue is left where it is and, when it comes up too early, set again.
type deadline struct {
	at     time.Duration // 0: not armed
	event  time.Duration // of the earliest event queued for it
	queued int           // events in the queue
}

func (d *deadline) set(n *Network, at time.Duration, kind eventKind, slot uint32) {
	d.at = at
	if d.queued == 0 || at < d.event {
		d.push(n, kind, slot)
	}
}

func (d *deadline) push(n *Network, kind eventKind, slot uint32) {
	d.event = d.at
	d.queued++
	n.schedule(d.at, kind, slot)
}

// due tells whether the event that came up is the deadline itself.
func (d *deadline) due(n *Network, e event) bool {
	d.queued--
	switch {
	case d.at == 0:
		return false
	case d.at > e.at:
		if d.queued == 0 || e.at == d.event {
			d.push(n, e.kind, e.slot)
		}
		return false
	}
	return true
}
