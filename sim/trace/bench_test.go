package trace

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// BenchmarkSeek moves to random moments of a run of a million events. It
// reports the 99th percentile, because a person notices the slow ones.
func BenchmarkSeek(b *testing.B) {
	h := newHands()
	for range 16 {
		h.Socket(Stamp{At: atClient}, Socket{ID: h.next + 1000, State: Established})
	}
	for h.Trace().Len() < 1_000_000 {
		h.fly(0, Data, backEnd, dataEnd, ACK, "payload", false)
	}
	t := h.Trace()
	w := t.World(0)
	rng := rand.New(rand.NewPCG(1, 2))
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		t.Seek(w, ID(rng.IntN(t.Len())))
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e6, "ms/seek-p99")
}
