package netmodel

import "time"

// eventKind says what an event's slot is an index of.
type eventKind uint8

const (
	packetArrives    eventKind = iota // flights: at the other end of a link
	packetIsLost                      // flights: half way along a link
	packetUnresolved                  // flights: nobody answers for the next address
	timerFires                        // timers
	connTimer                         // conns
	trackAges                         // tracks
	expectationAges                   // expectations
)

// event is small and free of pointers: the heap is moved about a great deal.
type event struct {
	at   time.Duration
	seq  uint64 // order of setting decides among events of the same time
	slot uint32
	kind eventKind
}

func (e *event) before(o *event) bool {
	return e.at < o.at || e.at == o.at && e.seq < o.seq
}

// queue is a 4-ary heap: half as deep as a binary one, and a node's children
// share cache lines.
type queue []event

func (q *queue) push(e event) {
	h := append(*q, e)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 4
		if h[parent].before(&e) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = e
	*q = h
}

func (q *queue) pop() event {
	h := *q
	top := h[0]
	end := len(h) - 1
	e := h[end]
	h = h[:end]
	*q = h
	if end == 0 {
		return top
	}
	i := 0
	for {
		first := 4*i + 1
		if first >= end {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, end); c++ {
			if h[c].before(&h[least]) {
				least = c
			}
		}
		if e.before(&h[least]) {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = e
	return top
}

// slots hands out numbers for objects that events refer to, and keeps what is
// given back for reuse.
type slots[T any] struct {
	all  []*T
	free []uint32
}

// take returns an object, new or used before, and its slot.
func (s *slots[T]) take() (*T, uint32) {
	if last := len(s.free) - 1; last >= 0 {
		slot := s.free[last]
		s.free = s.free[:last]
		return s.all[slot], slot
	}
	t := new(T)
	s.all = append(s.all, t)
	return t, uint32(len(s.all) - 1)
}

// add gives an object a slot. Objects that outlive their slot, because someone
// may still hold them, come this way and are never handed out again.
func (s *slots[T]) add(t *T) uint32 {
	if last := len(s.free) - 1; last >= 0 {
		slot := s.free[last]
		s.free = s.free[:last]
		s.all[slot] = t
		return slot
	}
	s.all = append(s.all, t)
	return uint32(len(s.all) - 1)
}

func (s *slots[T]) give(slot uint32)  { s.free = append(s.free, slot) }
func (s *slots[T]) at(slot uint32) *T { return s.all[slot] }
