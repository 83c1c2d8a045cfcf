package scene

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ftpscope/sim/trace"
)

func TestFilmGivesEveryEventAMomentOfItsOwn(t *testing.T) {
	eachStory(t, func(t *testing.T, o *trace.Outline, f *Film) {
		last := -1.0
		for n := range trace.ID(o.Trace.Len() + 1) {
			if n == 1 { // the first event may stand at the very beginning
				last = -1
			}
			require.Greater(t, f.Pos(n), last, "event %d", n)
			last = f.Pos(n)
			if n > 0 {
				require.Equal(t, n, f.Events(f.Pos(n)), "event %d", n)
			}
		}
		assert.Equal(t, f.Length(), last)
	})
}

func TestFilmCountsEventsMonotonously(t *testing.T) {
	o := stories()["active behind NAT with a helper"]
	f := NewFilm(o)
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Float64Range(-1, f.Length()+1).Draw(t, "a")
		b := rapid.Float64Range(a, f.Length()+2).Draw(t, "b")
		if f.Events(a) > f.Events(b) {
			t.Fatalf("%d events by %v, %d by %v", f.Events(a), a, f.Events(b), b)
		}
	})
}

func TestFilmShowsAFlightLongEnoughToFollow(t *testing.T) {
	eachStory(t, func(t *testing.T, o *trace.Outline, f *Film) {
		for id := trace.ID(1); int(id) <= o.Trace.Len(); id++ {
			e := o.Trace.Event(id)
			if e.Kind != trace.KindPacket {
				continue
			}
			if next := o.Trace.Next(id); next != 0 {
				took := f.Pos(next) - f.Pos(id)
				assert.GreaterOrEqual(t, took, .15-1e-9, "event %d", id)
				if o.Trace.Event(next).T-e.T >= 20*time.Millisecond {
					assert.GreaterOrEqual(t, took, .9-1e-9, "event %d", id)
				}
			}
		}
	})
}

func TestFilmShortensPausesAndSaysSo(t *testing.T) {
	tests := []struct {
		pause   time.Duration
		wait    bool
		atMost  float64
		atLeast float64
	}{
		{10 * time.Millisecond, false, .45, .45},
		{20 * time.Millisecond, false, .9, .9},
		{40 * time.Millisecond, false, 1.8, 1.8},
		{150 * time.Millisecond, false, 2.1, 1.8},
		{200 * time.Millisecond, true, 2.2, 1.8},
		{time.Second, true, 2.6, 2.2},
		{time.Minute, true, 3, 3},
		{24 * time.Hour, true, 3, 3},
	}
	for _, tt := range tests {
		t.Run(tt.pause.String(), func(t *testing.T) {
			r := trace.NewRecorder([]trace.NodeInfo{{Name: "client"}}, nil)
			r.User(trace.Stamp{}, "get notes.txt")
			r.User(trace.Stamp{T: tt.pause}, "quit")
			f := NewFilm(trace.NewOutline(r.Trace()))
			took := f.Pos(2) - f.Pos(1)
			assert.LessOrEqual(t, took, tt.atMost+.001)
			assert.GreaterOrEqual(t, took, tt.atLeast-.001)
			w, ok := f.WaitAt(f.Pos(2))
			assert.Equal(t, tt.wait, ok)
			if tt.wait {
				assert.Equal(t, Wait{From: f.Pos(1), To: f.Pos(2), Virtual: tt.pause, Before: 2}, w)
				_, ok = f.WaitAt(f.Pos(1))
				assert.False(t, ok, "a wait is not told before it has begun")
				_, ok = f.WaitAt(f.Pos(2) + 2)
				assert.False(t, ok, "nor long after it")
			}
		})
	}
}

func TestFilmBetween(t *testing.T) {
	o := stories()["passive, nothing between"]
	f := NewFilm(o)
	a, b := f.Pos(3), f.Pos(4)
	assert.Zero(t, f.Between(3, 4, a-1))
	assert.Zero(t, f.Between(3, 4, a))
	assert.InDelta(t, .5, f.Between(3, 4, (a+b)/2), 1e-6)
	assert.EqualValues(t, 1, f.Between(3, 4, b))
	assert.EqualValues(t, 1, f.Between(3, 4, b+1))
	assert.EqualValues(t, 1, f.Between(3, 3, a), "no way at all is a way gone")
}

func TestFilmOfAnEmptyRun(t *testing.T) {
	o := trace.NewOutline(trace.NewRecorder(nil, nil).Trace())
	f := NewFilm(o)
	assert.Zero(t, f.Length())
	assert.Zero(t, f.Pos(7))
	assert.Zero(t, f.Events(7))
	var out Scene
	v := newView(o, f, 800, 500, 1, "en")
	assert.NotPanics(t, func() { Stage(v, &out); Sequence(v, trace.ByMessage, 0, &out) })
}

func TestTheClockRunsWhileNothingHappens(t *testing.T) {
	eachStory(t, func(t *testing.T, o *trace.Outline, f *Film) {
		for _, w := range f.Waits() {
			start := o.Trace.Event(w.Before - 1).T
			assert.Zero(t, f.Waited(w.From))
			assert.InDelta(t, w.Virtual/2, f.Waited((w.From+w.To)/2), float64(max(w.Virtual/waitTicks, 100*time.Millisecond)))
			assert.LessOrEqual(t, start+f.Waited(w.To-1e-6), o.Trace.Event(w.Before).T, "it never runs ahead")
			assert.Zero(t, f.Waited(w.To))
		}
	})
}
