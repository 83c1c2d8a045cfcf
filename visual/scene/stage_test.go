package scene

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/sim/trace"
)

var (
	sizes  = [][2]float32{{420, 240}, {880, 200}, {560, 300}, {700, 420}, {860, 520}, {1280, 720}, {2400, 1400}}
	scales = []float32{.8, 1, 1.25, 1.6, 2}
)

// box is the room a text takes.
func box(s *Shape, measure func(string, Style) float32, scale float32) Rect {
	w := measure(s.Text, s.Style)
	if s.MaxWidth > 0 {
		w = min(w, s.MaxWidth)
	}
	h := s.Style.Size() * scale * 1.2
	x := s.P[0].X
	switch s.Anchor {
	case Centre:
		x -= w / 2
	case Right:
		x -= w
	}
	return Rect{x, s.P[0].Y - h/2, w, h}
}

func overlap(a, b Rect) bool {
	const touch = .1
	return a.X < b.X+b.W-touch && b.X < a.X+a.W-touch && a.Y < b.Y+b.H-touch && b.Y < a.Y+a.H-touch
}

func inside(a, b Rect) bool {
	const touch = .1
	return a.X >= b.X-touch && a.Y >= b.Y-touch && a.X+a.W <= b.X+b.W+touch && a.Y+a.H <= b.Y+b.H+touch
}

// tidy reports what is wrong with the places of a scene's texts.
func tidy(v *View, s *Scene) error {
	var boxes []Rect
	var texts []string
	whole := Rect{0, 0, s.W, s.H}
	for i := range s.Shapes {
		if s.Shapes[i].Kind != Text {
			continue
		}
		b := box(&s.Shapes[i], v.Measure, v.Scale)
		if !inside(b, whole) {
			return fmt.Errorf("%q leaves the scene: %v", s.Shapes[i].Text, b)
		}
		for k, other := range boxes {
			if overlap(b, other) {
				return fmt.Errorf("%q %v covers %q %v", s.Shapes[i].Text, b, texts[k], other)
			}
		}
		boxes, texts = append(boxes, b), append(texts, s.Shapes[i].Text)
	}
	for i, b := range boxes {
		for _, h := range s.Hits {
			crosses := overlap(b, h.Rect)
			switch h.ID.Kind {
			case HitHost, HitPort:
				crosses = crosses && !inside(b, h.Rect)
				if h.ID.Kind == HitHost && crosses && slices.ContainsFunc(s.Hits, func(c Hit) bool {
					return c.ID.Kind == HitPort && inside(b, c.Rect)
				}) {
					crosses = false // a chip stands out of its card
				}
			case HitLane:
			default:
				continue
			}
			if crosses {
				return fmt.Errorf("%q %v crosses %q %v", texts[i], b, h.Name, h.Rect)
			}
		}
		for _, w := range s.Shapes {
			router := w.Paint == Raised && w.Radius == 6
			if w.Kind == FillRect && (w.Paint == WallPaint || router) && overlap(b, w.Rect) {
				return fmt.Errorf("%q stands over a wall or router", texts[i])
			}
		}
	}
	return nil
}

func TestStageTextsKeepApart(t *testing.T) {
	eachStory(t, func(t *testing.T, o *trace.Outline, f *Film) {
		var out Scene
		all := moments(f, o.Trace.Len())
		turn := 0
		for _, size := range sizes {
			for _, scale := range scales {
				for _, lang := range assets.Languages() {
					v := newView(o, f, size[0], size[1], scale, lang)
					turn++
					for i := turn % 2; i < len(all); i += 2 {
						Stage(v.seek(all[i]), &out)
						require.NoError(t, tidy(v, &out), "%v, scale %v, %s, at %.3f", size, scale, lang, all[i])
					}
				}
			}
		}
	})
}

func TestSequenceTextsKeepApart(t *testing.T) {
	eachStory(t, func(t *testing.T, o *trace.Outline, f *Film) {
		var out Scene
		for _, size := range [][2]float32{{260, 240}, {366, 900}, {700, 400}} {
			for _, scale := range scales {
				for _, lang := range assets.Languages() {
					for _, by := range []trace.Size{trace.ByMessage, trace.ByPacket} {
						v := newView(o, f, size[0], size[1], scale, lang).seek(f.Length() / 2)
						for scroll := float32(0); scroll < 2000; scroll += 333 {
							Sequence(v, by, scroll, &out)
							require.NoError(t, tidy(v, &out), "%v, scale %v, %s, scrolled by %v", size, scale, lang, scroll)
						}
					}
				}
			}
		}
	})
}

func TestSameInputSameShapes(t *testing.T) {
	eachStory(t, func(t *testing.T, o *trace.Outline, f *Film) {
		v := newView(o, f, 860, 520, 1, "en")
		draw := func(n trace.ID) (stage, sequence Scene) {
			v.seek(f.Pos(n))
			Stage(v, &stage)
			Sequence(v, trace.ByPacket, 0, &sequence)
			return
		}
		stops := o.Stops(trace.ByPacket)
		var stages, sequences []Scene
		for _, n := range stops {
			a, b := draw(n)
			stages, sequences = append(stages, a), append(sequences, b)
		}
		for i, n := range slices.Backward(stops) { // and all the way back
			a, b := draw(n)
			require.Equal(t, stages[i], a, "stage after %d events", n)
			require.Equal(t, sequences[i], b, "sequence after %d events", n)
		}
	})
}

func TestNothingIsSeenBehindAnOpenQuestion(t *testing.T) {
	eachStory(t, func(t *testing.T, o *trace.Outline, f *Film) {
		for _, hide := range o.Stops(trace.ByMessage)[1:] {
			v := newView(o, f, 860, 520, 1, "en")
			v.HideAfter = hide
			var now, later Scene
			Stage(v.seek(f.Pos(hide)), &now)
			Stage(v.seek(f.Length()), &later)
			require.Equal(t, now, later)
			for _, by := range []trace.Size{trace.ByMessage, trace.ByPacket} {
				h := Sequence(v.seek(f.Pos(hide)), by, 0, &now)
				for _, hit := range now.Hits {
					if by == trace.ByMessage {
						require.LessOrEqual(t, hit.ID.N, uint32(hide), hit.Name)
					}
				}
				require.Equal(t, h, Sequence(v.seek(f.Length()), by, 0, &later))
				require.Equal(t, now, later)
			}
		}
	})
}

func TestWallOpensOnlyWhereSomethingPasses(t *testing.T) {
	s := newStory(firewall(clientRouter)...)
	s.login()
	s.active(s.blocked)
	o := s.outline()
	v := newView(o, NewFilm(o), 860, 520, 1, "en")
	st := stage{painter: painter{v, o.Trace, &Scene{}}, film: v.Film}
	for n := range trace.ID(o.Trace.Len() + 1) {
		v.seek(v.Film.Pos(n))
		st.find()
		if reached(o.Conns[0].Open, n) {
			assert.True(t, st.columns[0].lanes[0], "after %d events", n)
		}
		assert.False(t, st.columns[0].lanes[1], "after %d events", n)
	}
}

func TestStampTellsDropFromReject(t *testing.T) {
	tests := []struct{ story, words string }{
		{"active dropped", "dropped"},
		{"active rejected between two firewalls", "rejected"},
	}
	for _, tt := range tests {
		t.Run(tt.words, func(t *testing.T) {
			o := stories()[tt.story]
			f := NewFilm(o)
			d := f.deaths[dataLane][0].event
			var out Scene
			Stage(newView(o, f, 860, 520, 1, "en").seek(f.Pos(d)), &out)
			assert.True(t, slices.ContainsFunc(out.Shapes, func(s Shape) bool { return s.Text == tt.words }))
			ring := slices.ContainsFunc(out.Shapes, func(s Shape) bool { return s.Kind == Circle && s.Width > 0 })
			assert.Equal(t, tt.words == "rejected", ring)

			v := newView(o, f, 860, 520, 1, "en").seek(f.Pos(d))
			v.Unsolved, v.Texts = true, assets.Catalog("en").Unsolved()
			Stage(v, &out)
			assert.False(t, slices.ContainsFunc(out.Shapes, func(s Shape) bool { return s.Kind == Circle && s.Width > 0 }), "while it is to be found out")
			assert.True(t, slices.ContainsFunc(out.Shapes, func(s Shape) bool { return s.Text == "stopped" }))
		})
	}
}

// The one fact the whole subject turns on.
func TestStageSaysWhoOpens(t *testing.T) {
	tests := []struct {
		story string
		want  string
	}{
		{"passive, nothing between", "opened by the client"},
		{"active behind NAT with a helper", "opened by the server"},
		{"active dropped", "the server tries to open it"},
		{"active rejected between two firewalls", "the server tries to open it"},
	}
	for _, tt := range tests {
		t.Run(tt.story, func(t *testing.T) {
			o := stories()[tt.story]
			f := NewFilm(o)
			n := o.Conns[1].Open
			if n == 0 {
				n = f.deaths[dataLane][0].event
			}
			for _, size := range [][3]float32{{760, 420, 1}, {1280, 720, 1.6}, {1600, 1000, 1}} {
				v := newView(o, f, size[0], size[1], size[2], "en").seek(f.Pos(n))
				v.Measure = func(text string, s Style) float32 { // Inter's own mean
					return float32(len([]rune(text))) * s.Size() * .56 * v.Scale
				}
				var out Scene
				Stage(v, &out)
				var said []string
				for _, s := range words(&out) {
					said = append(said, strings.TrimPrefix(s, "Data channel · "))
				}
				assert.Contains(t, said, tt.want, "%v", size)
			}
		})
	}
}

func TestReducedMotionCuts(t *testing.T) {
	o := stories()["passive, nothing between"]
	f := NewFilm(o)
	v := newView(o, f, 860, 520, 1, "en")
	v.ReduceMotion = true
	sent := o.Messages[2].First
	next := o.Trace.Next(o.Trace.Next(o.Trace.Next(sent))) // nothing stands between: one way from host to host
	var a, b Scene
	from, to := f.Pos(o.Trace.Next(o.Trace.Next(sent)))+.01, f.Pos(next)-.01
	Stage(v.seek(from), &a)
	Stage(v.seek(to), &b)
	assert.Equal(t, a, b)
	v.ReduceMotion = false
	Stage(v.seek(from), &a)
	assert.NotEqual(t, a, b)
}
