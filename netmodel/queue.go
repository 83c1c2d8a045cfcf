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

// queue orders events by time. Those due at once, every second hop over links
// without delay, wait in a row; the others in a 4-ary heap, which is half as
// deep as a binary one and keeps a node's children on the same cache lines.
type queue struct {
	heap  []event
	ready []event // all of one time, in order of setting
	head  int     // of ready
}

func (q *queue) empty() bool { return len(q.heap) == 0 && q.head == len(q.ready) }

// readyFirst reports whether the next event is in the row.
func (q *queue) readyFirst() bool {
	return q.head < len(q.ready) && (len(q.heap) == 0 || q.ready[q.head].before(&q.heap[0]))
}

// next is the time of the next event.
func (q *queue) next() time.Duration {
	if q.readyFirst() {
		return q.ready[q.head].at
	}
	return q.heap[0].at
}

func (q *queue) push(e event, now time.Duration) {
	if e.at <= now {
		q.ready = append(q.ready, e)
		return
	}
	h := append(q.heap, e)
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
	q.heap = h
}

func (q *queue) pop() event {
	if q.readyFirst() {
		e := q.ready[q.head]
		q.head++
		if q.head == len(q.ready) {
			q.ready, q.head = q.ready[:0], 0
		}
		return e
	}
	h := q.heap
	top, end := h[0], len(h)-1
	e := h[end]
	q.heap = h[:end]
	if end > 0 {
		sink(h[:end], e)
	}
	return top
}

// sink puts e in the place of the top and lets it down to where it belongs.
func sink(h []event, e event) {
	i, end := 0, len(h)
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
