package visual

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
)

// benchRuns are the runs that the window is measured with.
var benchRuns = []struct {
	name    string
	options func(b *testing.B) Options
}{
	{"small", func(*testing.B) Options { return Options{Run: "active-blocked"} }},
	{"100000packets", func(b *testing.B) Options { return Options{Scenario: longRun(b)} }},
}

// longRun is the download of a file of 70 MiB: some 50,000 segments, and as
// many that acknowledge them.
func longRun(b *testing.B) *sim.Scenario {
	s, err := sim.Preset("active")
	require.NoError(b, err)
	s.FileBytes = 70 << 20
	return &s
}

// eachRun measures with every run in a window of 1600×1000.
func eachRun(b *testing.B, f func(b *testing.B, d *desk)) {
	for _, run := range benchRuns {
		b.Run(run.name, func(b *testing.B) {
			d := open(b, run.options(b), 1600, 1000)
			d.settle()
			f(b, d)
		})
	}
}

// stopwatch keeps how long each of many things took, on one thread.
type stopwatch struct{ times []time.Duration }

func (s *stopwatch) time(f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := spent()
	f()
	s.times = append(s.times, spent()-start)
}

// report gives the median and the 99th percentile in milliseconds.
func (s *stopwatch) report(b *testing.B, what string) {
	slices.Sort(s.times)
	at := func(part float64) float64 {
		return s.times[int(part*float64(len(s.times)-1))].Seconds() * 1000
	}
	b.ReportMetric(at(.5), "ms/"+what)
	b.ReportMetric(at(.99), "ms/"+what+"-p99")
}

// BenchmarkFrame is a frame while the run is played, 60 of them a second.
func BenchmarkFrame(b *testing.B) {
	eachRun(b, func(b *testing.B, d *desk) {
		var w stopwatch
		p := d.app.Player
		for b.Loop() {
			if !p.Playing() {
				p.TogglePlay()
			}
			d.now = d.now.Add(time.Second / 60)
			w.time(d.frame)
		}
		w.report(b, "frame")
	})
}

// BenchmarkStep is the picture after a step to the next message, back and forth.
func BenchmarkStep(b *testing.B) {
	eachRun(b, func(b *testing.B, d *desk) {
		var w stopwatch
		p := d.app.Player
		p.Settings.ReduceMotion = true // at the next stop at once
		p.JumpTo(p.Run.Outline.Stops(trace.ByMessage)[3])
		for i := 0; b.Loop(); i++ {
			w.time(func() {
				if i/8%2 == 0 {
					p.Forward(trace.ByMessage)
				} else {
					p.Back(trace.ByMessage)
				}
				d.frame()
			})
		}
		w.report(b, "step")
	})
}

// BenchmarkScrub is the picture at a place anywhere in the run.
func BenchmarkScrub(b *testing.B) {
	eachRun(b, func(b *testing.B, d *desk) {
		var w stopwatch
		p := d.app.Player
		r := rand.New(rand.NewPCG(3, 4))
		for b.Loop() {
			pos := r.Float64() * p.Run.Film.Length()
			w.time(func() {
				p.Scrub(pos)
				d.frame()
			})
		}
		w.report(b, "scrub")
	})
}

// BenchmarkRuleEdit is the picture of the run that another rule makes.
func BenchmarkRuleEdit(b *testing.B) {
	d := open(b, Options{Run: "active-blocked"}, 1600, 1000)
	p := d.app.Player
	p.JumpTo(trace.ID(p.Run.Trace.Len()))
	p.OpenRule(model.ClientForward, 2)
	rules := []string{`iifname "wan" tcp sport 20 accept`, `iifname "wan" drop`}
	var w stopwatch
	for i := 0; b.Loop(); i++ {
		w.time(func() {
			p.WriteRule(rules[i%2])
			d.frame()
		})
		require.NoError(b, p.Edit.Err)
	}
	w.report(b, "edit")
}

// BenchmarkOpeningALesson is from the press of a button to the first frame, the
// lesson's runs included.
func BenchmarkOpeningALesson(b *testing.B) {
	d := student(b, "", 1280, 720)
	for _, id := range d.app.Player.Learn.Library.IDs() {
		b.Run(id, func(b *testing.B) {
			var w stopwatch
			for b.Loop() {
				w.time(func() {
					require.NoError(b, d.app.Player.Learn.OpenLesson(id))
					d.frame()
				})
			}
			w.report(b, "lesson")
		})
	}
}
