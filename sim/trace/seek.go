package trace

import (
	"sort"
	"time"
)

// keyEvery is how many events lie between two keyframes: replaying half of
// them takes a few tens of microseconds, and a keyframe is a few kilobytes.
const keyEvery = 1024

// Seek moves w to the state after the first n events. It goes on from where w
// is when that is nearer than the keyframe before n.
func (t *Trace) Seek(w *World, n ID) {
	n = min(n, ID(t.Len()))
	t.keyframes()
	key := t.keys[n/keyEvery]
	if w.N > n || w.N < key.N || len(w.Hits) != len(t.Rules) {
		w.copyFrom(key)
	}
	for w.N < n {
		w.Apply(t)
	}
}

// World returns the state after the first n events.
func (t *Trace) World(n ID) *World {
	w := NewWorld(t)
	t.Seek(w, n)
	return w
}

// At returns how many events have happened by time d.
func (t *Trace) At(d time.Duration) ID {
	return ID(sort.Search(t.Len(), func(i int) bool { return t.events.at(i).T > d }))
}

// keyframes folds over the whole log once, when the first seek asks for it: a
// run that is only written to a file never pays for it.
func (t *Trace) keyframes() {
	t.keysOnce.Do(func() {
		w := NewWorld(t)
		t.keys = append(t.keys, NewWorld(t))
		for int(w.N) < t.Len() {
			w.Apply(t)
			if w.N%keyEvery == 0 {
				k := NewWorld(t)
				k.copyFrom(w)
				t.keys = append(t.keys, k)
			}
		}
	})
}
