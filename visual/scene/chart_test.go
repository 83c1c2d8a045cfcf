package scene

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// plotted is a machine of a real run: its table, and the way it took.
type plotted struct {
	name   string
	arrows []Arrow
	course *Course
	o      *trace.Outline
	f      *Film
}

func plots(t *testing.T) (out []plotted) {
	for _, preset := range []string{"active", "passive", "active-blocked"} {
		s, err := sim.Preset(preset)
		require.NoError(t, err)
		tr, err := sim.Run(s)
		require.NoError(t, err)
		o := trace.NewOutline(tr)
		f := NewFilm(o)
		for _, m := range sim.Machines() {
			p := plotted{name: preset + " " + m.Name, o: o, f: f}
			for _, a := range m.Arrows {
				p.arrows = append(p.arrows, Arrow(a))
			}
			if n, ok := tr.NodeByName(m.Side); ok {
				p.course = MachineCourse(tr, n, m.Part, m.Start)
				out = append(out, p)
				continue
			}
			for conn := range o.Conns {
				for side := range Side(2) {
					p.name = fmt.Sprint(preset, " tcp ", conn, " ", side)
					p.course = SocketCourse(o, conn, side)
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// interWide measures as Inter is wide on average.
func interWide(text string, s Style) float32 { return float32(len([]rune(text))) * s.Size() * .56 }

// unobstructed reports a label that covers a state's box, or a line that passes one.
func unobstructed(c *Chart) error {
	for _, b := range c.boxes {
		for _, l := range c.lines {
			if l.label != "" && overlap(l.at, b.rect) {
				return fmt.Errorf("%q covers %q", l.label, b.state)
			}
			own := b.state == c.boxes[l.from].state || b.state == c.boxes[l.to].state
			for i := 1; i < len(l.path); i++ {
				if !own && crosses(l.path[i-1], l.path[i], b.rect) {
					return fmt.Errorf("the line from %s to %s passes %q", c.boxes[l.from].state, c.boxes[l.to].state, b.state)
				}
			}
		}
	}
	return nil
}

func TestChartTextsKeepApart(t *testing.T) {
	for _, p := range plots(t) {
		t.Run(p.name, func(t *testing.T) {
			var out Scene
			for _, size := range [][2]float32{{240, 160}, {420, 240}, {600, 320}, {900, 600}, {1600, 1000}} {
				for _, scale := range scales {
					for _, lang := range assets.Languages() {
						v := newView(p.o, p.f, size[0], size[1], scale, lang)
						c := NewChart(v, p.arrows, p.course)
						require.NoError(t, unobstructed(c), "%v, scale %v, %s", size, scale, lang)
						for _, n := range []int{0, p.o.Trace.Len() / 2, p.o.Trace.Len()} {
							Diagram(v.seek(p.f.Pos(trace.ID(n))), c, &out)
							require.NoError(t, tidy(v, &out), "%v, scale %v, %s, after %d events", size, scale, lang, n)
						}
					}
				}
			}
		})
	}
}

func TestChartCountsWhatItDoesNotShow(t *testing.T) {
	for _, p := range plots(t) {
		for _, size := range [][2]float32{{420, 240}, {600, 320}, {2400, 1600}} {
			c := NewChart(newView(p.o, p.f, size[0], size[1], 1, "en"), p.arrows, p.course)
			states, arrows := c.states, c.arrows
			for _, b := range c.boxes {
				if b.state != AnyState {
					states++
				}
			}
			for _, l := range c.lines {
				arrows += len(l.on)
			}
			assert.Equal(t, countStates(p.arrows), states, "%s %v", p.name, size)
			assert.Equal(t, len(p.arrows), arrows, "%s %v", p.name, size)
		}
	}
}

func TestChartShowsTheWholeTravelledPathWithItsTriggers(t *testing.T) {
	for _, p := range plots(t) {
		v := newView(p.o, p.f, 600, 320, 1, "en")
		v.Measure = interWide
		c := NewChart(v, p.arrows, p.course)
		followed := 0
		for _, l := range c.lines {
			followed += len(l.moves)
			if len(l.moves) > 0 {
				assert.NotEmpty(t, l.label, p.name)
			}
		}
		assert.Equal(t, len(p.course.moves), followed, p.name)
	}
}

func TestChartLightsWhereTheMachineIs(t *testing.T) {
	for _, p := range plots(t) {
		v := newView(p.o, p.f, 900, 600, 1, "en")
		c := NewChart(v, p.arrows, p.course)
		var out Scene
		for _, m := range p.course.moves {
			Diagram(v.seek(p.f.Pos(m.at)), c, &out)
			now := slices.DeleteFunc(slices.Clone(out.Hits), func(h Hit) bool { return h.Description != "It is here now" })
			require.Len(t, now, 1, p.name)
			assert.Contains(t, now[0].Name, m.to)
			latest := slices.DeleteFunc(slices.Clone(out.Hits), func(h Hit) bool { return h.Description != "Taken last" })
			require.Len(t, latest, 1, p.name)
			assert.Equal(t, uint32(m.at), latest[0].ID.N)
		}
	}
}

func TestChartHidesThePathBehindAnOpenQuestion(t *testing.T) {
	for _, p := range plots(t) {
		v := newView(p.o, p.f, 420, 240, 1, "en")
		v.HideAfter = trace.ID(p.o.Trace.Len() / 2)
		c := NewChart(v, p.arrows, p.course)
		var now, later Scene
		Diagram(v.seek(p.f.Pos(v.HideAfter)), c, &now)
		Diagram(v.seek(p.f.Length()), c, &later)
		assert.Equal(t, now, later)
		known := &Course{Channel: p.course.Channel, Start: p.course.Start, moves: p.course.upTo(v.HideAfter)}
		alone := NewChart(v, p.arrows, known)
		assert.Equal(t, alone.boxes, c.boxes, "the layout gives nothing away either")
	}
}

// Any table at all is laid out without a line through a box.
func TestAnyTableCanBeDrawn(t *testing.T) {
	o := trace.NewOutline(trace.NewRecorder(nil, nil).Trace())
	f := NewFilm(o)
	rapid.Check(t, func(rt *rapid.T) {
		state := rapid.StringMatching("[a-f]|any")
		var arrows []Arrow
		course := &Course{Channel: trace.Command, Start: "a"}
		for i := range rapid.IntRange(0, 20).Draw(rt, "arrows") {
			a := Arrow{state.Draw(rt, "from"), rapid.StringMatching("[a-f]").Draw(rt, "to"), fmt.Sprint("trigger ", i)}
			arrows = append(arrows, a)
		}
		v := newView(o, f, 700, 500, 1, "en")
		c := NewChart(v, arrows, course)
		require.NoError(rt, unobstructed(c))
		var out Scene
		Diagram(v, c, &out)
		require.NoError(rt, tidy(v, &out))
	})
}

func TestSocketsOfASecondConnectionOnTheSamePorts(t *testing.T) {
	s := newStory()
	for range 2 {
		s.connect(trace.Data, client, 2001, 1234)
		s.close(trace.Data, client, 2001, 1234)
		s.state(client, trace.Data, 2001, 1234, trace.Closed)
	}
	o := s.outline()
	require.Len(t, o.Conns, 2)
	first, second := SocketCourse(o, 0, ClientSide), SocketCourse(o, 1, ClientSide)
	require.Len(t, first.moves, len(second.moves))
	assert.Equal(t, "TIME-WAIT", first.moves[len(first.moves)-2].to)
	assert.Less(t, first.moves[len(first.moves)-1].at, second.moves[0].at)
}
