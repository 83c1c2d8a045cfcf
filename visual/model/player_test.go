package model_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
)

type simulator struct{}

func (simulator) Presets() []string                        { return sim.Presets() }
func (simulator) Preset(name string) (sim.Scenario, error) { return sim.Preset(name) }
func (simulator) Run(ctx context.Context, s sim.Scenario, report func(sim.Progress)) (*trace.Trace, error) {
	return sim.RunContext(ctx, s, report)
}

var languages = []string{"en", "pt-BR", "es"}

func open(t require.TestingT, name string) *model.Player {
	p, err := model.New(simulator{}, name, languages)
	require.NoError(t, err)
	return p
}

func TestForwardAndBackVisitEveryStop(t *testing.T) {
	for _, size := range []trace.Size{trace.ByStep, trace.ByMessage, trace.ByPacket} {
		p := open(t, "active-blocked")
		p.Cursor.Size = size
		stops := p.Run.Outline.Stops(size)
		for _, want := range stops[1:] {
			p.Forward(size)
			p.Settle()
			assert.Equal(t, want, p.Cursor.N)
		}
		for i := len(stops) - 2; i >= 0; i-- {
			p.Back(size)
			assert.Equal(t, stops[i], p.Cursor.N)
		}
	}
}

func TestSwitchingTheSizeKeepsThePlace(t *testing.T) {
	p := open(t, "active")
	p.JumpToMessage(5)
	n := p.Cursor.N
	for _, id := range []model.ActionID{model.ActByPacket, model.ActByMessage, model.ActByStep} {
		p.Do(id)
		assert.Equal(t, n, p.Cursor.N)
	}
}

// play advances by frames of 20 ms until nothing moves, and returns how long
// that took.
func play(p *model.Player) time.Duration {
	now := time.Unix(0, 0)
	p.Advance(now)
	for n := 0; p.Moving() && n < 100_000; n++ {
		now = now.Add(20 * time.Millisecond)
		p.Advance(now)
	}
	return now.Sub(time.Unix(0, 0))
}

func TestPlayTakesTheFilmsLengthAndStopsAtTheEnd(t *testing.T) {
	p := open(t, "active")
	p.TogglePlay()
	took := play(p)
	assert.True(t, p.AtEnd())
	stops := p.Run.Outline.Stops(trace.ByPacket)
	assert.InDelta(t, p.Run.Film.Pos(stops[len(stops)-1]), took.Seconds(), 0.1)
}

func TestSpeedShortensPlay(t *testing.T) {
	slow, fast := open(t, "active"), open(t, "active")
	fast.Do(model.ActFaster)
	slow.TogglePlay()
	fast.TogglePlay()
	assert.InDelta(t, 2, float64(play(slow))/float64(play(fast)), 0.05)
}

func TestAWindowThatWasHeldUpGoesOnWhereItWas(t *testing.T) {
	p := open(t, "active")
	p.TogglePlay()
	p.Advance(time.Unix(0, 0))
	p.Advance(time.Unix(3600, 0))
	assert.LessOrEqual(t, p.Cursor.Pos, 0.1)
	assert.True(t, p.Playing())
}

func TestAStepGlidesAndASecondOneDoesNotWait(t *testing.T) {
	p := open(t, "active")
	stops := p.Run.Outline.Stops(trace.ByStep)
	p.Do(model.ActForward)
	assert.True(t, p.Moving())
	assert.Less(t, p.Cursor.N, stops[1])
	p.Do(model.ActForward)
	assert.Equal(t, stops[1], p.Cursor.N, "the first step is over at once")
	assert.LessOrEqual(t, play(p), 2200*time.Millisecond, "a long step is hurried")
	assert.Equal(t, stops[2], p.Cursor.N)
}

func TestReducedMotionCuts(t *testing.T) {
	p := open(t, "active")
	p.Settings.ReduceMotion = true
	p.Do(model.ActForward)
	assert.False(t, p.Moving())
	assert.Equal(t, p.Run.Outline.Stops(trace.ByStep)[1], p.Cursor.N)
}

func TestSeparateRulesLightUpForTheConnectionAndItsAnswers(t *testing.T) {
	p := open(t, "active-blocked")
	at := func(m int) string {
		p.JumpToMessage(m)
		i := p.DecidedBy()
		require.GreaterOrEqual(t, i, 0)
		return p.Run.Trace.Rules[i].Name
	}
	assert.Equal(t, "client-router#2", at(0), "the connection goes out")
	assert.Equal(t, "client-router#1", at(1), "the greeting belongs to it")
	for i, m := range p.Run.Outline.Messages {
		if m.Died {
			assert.Equal(t, "client-router#3", at(i), "the call from outside dies")
		}
	}
}

func TestChoosingAnotherRunBeginsAtItsBeginning(t *testing.T) {
	p := open(t, "active")
	p.Do(model.ActEnd)
	require.NoError(t, p.Choose("passive"))
	assert.True(t, p.AtStart())
	assert.False(t, p.Action(model.ActUndo).Ready())
	assert.Error(t, p.Choose("nonsense"))
	assert.Equal(t, "passive", p.Run.Name)
}

// TestWhateverIsDoneThePlayerStaysWhole does random things in random order,
// while runs take as long as they like, and fail if they like.
func TestWhateverIsDoneThePlayerStaysWhole(t *testing.T) {
	// A large file takes long, and a run that meets its bounds is refused: both are meant.
	left := []string{"file_bytes", "max_events", "max_time_s"}
	fields := slices.DeleteFunc(sim.Fields(), func(f sim.Field) bool { return slices.Contains(left, f.Path) })
	rapid.Check(t, func(t *rapid.T) {
		p, work := slow(t, rapid.SampledFrom(sim.Presets()).Draw(t, "run"))
		work.quick = true
		now := time.Unix(0, 0)
		side := rapid.SampledFrom([]model.Side{model.ClientSide, model.ServerSide})
		chain := rapid.Custom(func(t *rapid.T) model.Chain {
			return model.Chain(rapid.IntRange(0, int(model.ChainCount)-1).Draw(t, "chain"))
		})
		onRule := func(f func(model.Chain, int)) func(*rapid.T) {
			return func(t *rapid.T) {
				c := chain.Draw(t, "chain")
				n := len(rulesOf(p, c))
				if n == 0 {
					t.Skip("no rule to change")
				}
				f(c, rapid.IntRange(0, n-1).Draw(t, "rule"))
			}
		}
		ids := []model.ActionID{
			model.ActPlay, model.ActForward, model.ActBack, model.ActForwardPacket, model.ActBackPacket, model.ActHome, model.ActEnd,
			model.ActByStep, model.ActByMessage, model.ActByPacket, model.ActFaster, model.ActSlower, model.ActUndo, model.ActRedo,
			model.ActLanguage, model.ActTheme, model.ActLarger, model.ActSmaller, model.ActKeys, model.ActStop, model.ActWhatIf,
		}
		t.Repeat(map[string]func(*rapid.T){
			"act": func(t *rapid.T) { p.Do(rapid.SampledFrom(ids).Draw(t, "action")) },
			"advance": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "ms")) * time.Millisecond)
				p.Advance(now)
			},
			"scrub": func(t *rapid.T) { p.Scrub(rapid.Float64Range(-1, 200).Draw(t, "to")) },
			"jump":  func(t *rapid.T) { p.JumpToMessage(rapid.IntRange(-1, 40).Draw(t, "message")) },
			"add":   func(t *rapid.T) { require.NoError(t, p.AddRule(chain.Draw(t, "chain"))) },
			"write": func(t *rapid.T) {
				p.WriteRule(rapid.SampledFrom([]string{"tcp dport 21 accept", "nonsense", "", "drop", "tcp dport 70000 accept"}).Draw(t, "text"))
			},
			"policy": func(t *rapid.T) {
				require.NoError(t, p.SetPolicy(chain.Draw(t, "chain"), rapid.SampledFrom([]string{"accept", "drop"}).Draw(t, "policy")))
			},
			"block": func(t *rapid.T) {
				require.NoError(t, p.SetBlockWith(side.Draw(t, "side"), rapid.SampledFrom([]string{"drop", "reset", "icmp"}).Draw(t, "with")))
			},
			"remove": onRule(func(c model.Chain, i int) { require.NoError(t, p.RemoveRule(c, i)) }),
			"move":   onRule(func(c model.Chain, i int) { require.NoError(t, p.MoveRule(c, i, 1)) }),
			"toggle": onRule(func(c model.Chain, i int) { require.NoError(t, p.ToggleRule(c, i)) }),
			"open":   onRule(p.OpenRule),
			"field": func(t *rapid.T) {
				f := rapid.SampledFrom(fields).Draw(t, "field")
				p.WriteField(f, rapid.SampledFrom(append([]string{"", "1", "70000", "true", "x; y", "20ms", "5 %", "2000, 2001", "10.0.0.1"}, f.Choices...)).Draw(t, "text"))
				_ = p.FieldText(f)
			},
			"say": func(t *rapid.T) {
				p.Write(rapid.SampledFrom([]string{"open", "user ana", "ls", "get notes.txt", "put notes.txt", "passive", "active", "abort", "quote NOOP", "close", "bye", "nonsense", "help", "@1s noop"}).Draw(t, "command"))
				p.Complete()
				p.Say()
				_ = p.Session()
			},
			"recall": func(t *rapid.T) { p.Recall(rapid.IntRange(-3, 3).Draw(t, "by")) },
			"remedy": func(t *rapid.T) {
				for _, r := range p.Diagnosis().Remedies {
					_ = p.Apply(r)
					break
				}
			},
			"choose": func(t *rapid.T) { require.NoError(t, p.Choose(rapid.SampledFrom(sim.Presets()).Draw(t, "preset"))) },
			"go": func(t *rapid.T) {
				require.NoError(t, p.Go(rapid.SampledFrom([]model.Place{model.PlaceLab, model.PlaceCompare}).Draw(t, "place")))
			},
			"quick": func(*rapid.T) {
				work.finish()
				work.quick = true
			},
			"slow":   func(*rapid.T) { work.quick = false },
			"finish": func(*rapid.T) { work.finish() },
			"fail": func(*rapid.T) {
				if work.quick {
					t.Skip("what fails at once is refused")
				}
				work.broken = true
				work.finish()
				work.broken = false
			},
			"land": func(*rapid.T) { p.Land() },
			"":     func(t *rapid.T) { whole(t, p) },
		})
		work.finish()
		for work.quick = true; p.Land(); {
			whole(t, p)
		}
		require.Same(t, &p.Run.Scenario, p.Scenario(), "what came of it all is on show")
		for p.Do(model.ActUndo) {
			whole(t, p)
		}
		require.False(t, p.Changed(), "all of it can be taken back")
	})
}

func whole(t *rapid.T, p *model.Player) {
	require.NoError(t, p.Scenario().Check())
	if p.Job() == nil {
		require.Same(t, &p.Run.Scenario, p.Scenario())
	}
	n := p.Run.Trace.Len()
	require.LessOrEqual(t, int(p.Cursor.N), n)
	require.GreaterOrEqual(t, p.Cursor.Pos, 0.0)
	require.LessOrEqual(t, p.Cursor.Pos, p.Run.Film.Length())
	require.Equal(t, p.Cursor.N, p.World().N)
	if !p.AtStart() { // which is before the event that happens in the first moment
		require.Equal(t, p.Run.Film.Events(p.Cursor.Pos), p.Cursor.N, "place on the film and count of events agree")
	}
	at, of := p.Place()
	require.True(t, at >= 0 && at <= of)
	s := p.Settings
	require.True(t, s.TextSize.Value >= 80 && s.TextSize.Value <= 200)
	require.Contains(t, languages, s.Language)
	if p.Edit.Open {
		require.Less(t, p.Edit.Index, len(rulesOf(p, p.Edit.Chain)))
	}
}
