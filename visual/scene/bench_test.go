package scene

import (
	"testing"
	"time"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// BenchmarkFrame draws stage and sequence diagram of a run at moments all over
// it, as scrubbing does.
func BenchmarkFrame(b *testing.B) {
	b.Run("lesson", func(b *testing.B) { frames(b, stories()["active behind NAT with a helper"]) })
	b.Run("100000 messages", func(b *testing.B) {
		s := newStory(firewall(clientRouter)...)
		s.login()
		for range 50_000 {
			s.say(client, "NOOP")
			s.say(server, "200 Command okay")
		}
		frames(b, s.outline())
	})
	b.Run("bulk transfer", func(b *testing.B) {
		s := newStory(firewall(clientRouter)...)
		s.login()
		s.passive(2001, 1234, 20_000)
		frames(b, s.outline())
	})
}

func frames(b *testing.B, o *trace.Outline) {
	start := time.Now()
	f := NewFilm(o)
	made := time.Since(start)
	v := newView(o, f, 900, 560, 1, "en")
	v.Texts = assets.Catalog("en")
	var stage, sequence Scene
	const steps = 97
	var worlds []*trace.World
	for i := range steps {
		worlds = append(worlds, o.Trace.World(f.Events(f.Length()*float64(i)/steps)))
	}
	i := 0
	took := time.Duration(0)
	for b.Loop() {
		i = (i + 1) % steps
		v.World, v.Pos = worlds[i], f.Length()*float64(i)/steps
		began := time.Now()
		Stage(v, &stage)
		v.W, v.H = 366, 900
		_, _ = RowAt(v, trace.ByPacket)
		Sequence(v, trace.ByPacket, 0, &sequence)
		v.W, v.H = 900, 560
		took += time.Since(began)
	}
	b.ReportMetric(float64(made.Nanoseconds())/float64(o.Trace.Len()), "ns/event-to-make-the-film")
	b.ReportMetric(float64(took.Microseconds())/1000/float64(b.N), "ms/frame")
}

// BenchmarkDiagram draws the largest state machine at the end of its way, and
// BenchmarkChart lays it out, which happens once for a size.
func BenchmarkDiagram(b *testing.B) {
	v, arrows, course := largest()
	c := NewChart(v, arrows, course)
	var out Scene
	for b.Loop() {
		Diagram(v, c, &out)
	}
}

func BenchmarkChart(b *testing.B) {
	v, arrows, course := largest()
	for b.Loop() {
		NewChart(v, arrows, course)
	}
}

func largest() (*View, []Arrow, *Course) {
	o := stories()["passive, nothing between"]
	f := NewFilm(o)
	v := newView(o, f, 900, 600, 1, "en").seek(f.Length())
	v.Texts = assets.Catalog("en")
	var arrows []Arrow
	for _, m := range sim.Machines() {
		if m.Part == "tcp" {
			for _, a := range m.Arrows {
				arrows = append(arrows, Arrow(a))
			}
		}
	}
	return v, arrows, SocketCourse(o, 1, ClientSide)
}

// BenchmarkCauses follows the causes of the last event of a run of 100,000
// messages back to its first, and BenchmarkWhy draws such a chain.
func BenchmarkCauses(b *testing.B) {
	s := newStory(firewall(clientRouter)...)
	s.login()
	for range 50_000 {
		s.say(client, "NOOP")
		s.say(server, "200 Command okay")
	}
	o := s.outline()
	for b.Loop() {
		Causes(o, trace.ID(o.Trace.Len()))
	}
}

func BenchmarkWhy(b *testing.B) {
	o := stories()["passive, nothing between"]
	causes := Causes(o, trace.ID(o.Trace.Len()))
	v := newView(o, NewFilm(o), 400, 600, 1, "en")
	v.Texts = assets.Catalog("en")
	var out Scene
	for b.Loop() {
		Why(v, causes, 0, &out)
	}
}
