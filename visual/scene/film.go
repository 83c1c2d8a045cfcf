package scene

import (
	"math"
	"sort"
	"time"

	"ftpscope/sim/trace"
)

// How virtual time becomes film time.
const (
	slowdown  = 45                     // 20 ms under way take 0.9 s
	linear    = 40 * time.Millisecond  // up to here; longer gaps grow with their logarithm
	longest   = 3 * time.Second        // on film, reached by a gap of a minute
	waitFrom  = 200 * time.Millisecond // from here on a gap is said to be one
	minHop    = 150                    // ms on film from one place to the next, however quick the link
	waitTicks = 40                     // how often the clock moves on during a wait, at most
	afterglow = 1500                   // ms on film for which a wait that is over is still told
)

// Wait is a gap in which nothing happens, shortened on film.
type Wait struct {
	From, To float64 // film seconds
	Virtual  time.Duration
	Before   trace.ID // the event that ends it
}

// Film is the time axis of a run as a person watches it. Each event has a
// moment of its own, so that counts of events and moments map to each other
// exactly.
type Film struct {
	moments []uint32 // of event i+1, in milliseconds, strictly ascending
	waits   []Wait
	index
}

// NewFilm lays a run out in film time.
func NewFilm(o *trace.Outline) *Film {
	t := o.Trace
	f := &Film{moments: make([]uint32, t.Len())}
	var last time.Duration
	var now uint32
	for id := trace.ID(1); int(id) <= t.Len(); id++ {
		e := t.Event(id)
		gap := e.T - last
		last = e.T
		// A moment that the packet's previous hop asked for stands there already.
		moment := max(now+onFilm(gap), f.moments[id-1])
		if id > 1 {
			moment = max(moment, now+1)
		}
		if gap >= waitFrom {
			f.waits = append(f.waits, Wait{From: seconds(now), To: seconds(moment), Virtual: gap, Before: id})
		}
		now = moment
		f.moments[id-1] = now
		if e.Kind == trace.KindPacket {
			if next := t.Next(id); next != 0 {
				f.moments[next-1] = now + minHop
			}
		}
	}
	f.index = newIndex(o, f.waits)
	return f
}

// onFilm is how many milliseconds of film a gap in virtual time takes.
func onFilm(gap time.Duration) uint32 {
	if gap <= linear {
		return uint32(slowdown * gap / time.Millisecond)
	}
	const full = slowdown * linear
	part := math.Log(float64(gap)/float64(linear)) / math.Log(float64(time.Minute)/float64(linear))
	return uint32((full + time.Duration(min(part, 1)*float64(longest-full))) / time.Millisecond)
}

func seconds(ms uint32) float64 { return float64(ms) / 1000 }

// Length is the film time of the last event.
func (f *Film) Length() float64 { return f.Pos(trace.ID(len(f.moments))) }

// Pos is the moment at which event n has just happened; 0 is before the first.
func (f *Film) Pos(n trace.ID) float64 {
	if n == 0 || len(f.moments) == 0 {
		return 0
	}
	return seconds(f.moments[min(int(n), len(f.moments))-1])
}

// Events is how many events have happened by pos.
func (f *Film) Events(pos float64) trace.ID {
	return trace.ID(sort.Search(len(f.moments), func(i int) bool { return seconds(f.moments[i]) > pos }))
}

// Between is how far pos has come from event a to event b, from 0 to 1.
func (f *Film) Between(a, b trace.ID, pos float64) float32 {
	from, to := f.Pos(a), f.Pos(b)
	if to <= from {
		return 1
	}
	return float32(min(max((pos-from)/(to-from), 0), 1))
}

// WaitAt is the wait that pos lies in or has just come out of, so that someone
// who steps over it is told of it too.
func (f *Film) WaitAt(pos float64) (w Wait, ok bool) {
	i := sort.Search(len(f.waits), func(i int) bool { return f.waits[i].From >= pos }) - 1
	if i < 0 || pos > f.waits[i].To+afterglow/1000.0 {
		return Wait{}, false
	}
	return f.waits[i], true
}

// Waited is how much of a wait has passed at pos, which lies in it; 0 where
// something goes on. It goes forward in steps: every number is a text to set.
func (f *Film) Waited(pos float64) time.Duration {
	i := sort.Search(len(f.waits), func(i int) bool { return f.waits[i].From >= pos }) - 1
	if i < 0 || pos >= f.waits[i].To {
		return 0
	}
	w := f.waits[i]
	passed := time.Duration((pos - w.From) / (w.To - w.From) * float64(w.Virtual))
	return passed.Truncate(max(w.Virtual/waitTicks, 100*time.Millisecond))
}

// waitAfter is the first wait that a later event than n ends.
func (f *Film) waitAfter(n trace.ID) int {
	return sort.Search(len(f.waits), func(i int) bool { return f.waits[i].Before > n })
}

// Waits are all waits of the run in order.
func (f *Film) Waits() []Wait { return f.waits }
