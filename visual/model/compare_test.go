package model_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ftpscope/sim/trace"
	"ftpscope/visual/model"
)

func compare(t require.TestingT, run string, key string) (*model.Player, *model.Compare) {
	p := open(t, run)
	p.End()
	for _, c := range p.Comparisons() {
		if c.Title.Key == key {
			require.NoError(t, p.OpenCompare(c))
			return p, p.Compare
		}
	}
	require.Fail(t, "no such comparison", key)
	return nil, nil
}

func TestActiveStandsOverPassiveInTheSameNetwork(t *testing.T) {
	_, c := compare(t, "active-blocked", "compare.modes")
	assert.Equal(t, [2]string{"active", "passive"}, c.Sides)
	assert.False(t, c.Players[0].Run.Trace.Outcome.OK)
	assert.True(t, c.Players[1].Run.Trace.Outcome.OK)
	assert.Equal(t, c.Players[0].Run.Scenario.Table()["client_router"], c.Players[1].Run.Scenario.Table()["client_router"])
}

func TestOneCursorMovesBothRunsToTheirEnds(t *testing.T) {
	p, c := compare(t, "active-blocked", "compare.modes")
	for _, size := range []trace.Size{trace.ByStep, trace.ByMessage, trace.ByPacket} {
		p.Cursor.Size = size
		c.Home()
		for _, one := range c.Players {
			assert.True(t, one.AtStart())
		}
		steps := 0
		for ; !c.AtEnd(); steps++ {
			require.Less(t, steps, 10_000)
			before := [2]trace.ID{c.Players[0].Cursor.N, c.Players[1].Cursor.N}
			p.Do(model.ActForward)
			for now := time.Unix(0, 0); p.Advance(now); now = now.Add(50 * time.Millisecond) {
			}
			assert.False(t, c.Players[0].Cursor.N < before[0] || c.Players[1].Cursor.N < before[1], "it never goes back")
		}
		_, of := c.Place()
		assert.Equal(t, of, steps)
		for _, one := range c.Players {
			assert.True(t, one.AtEnd())
		}
		for range steps {
			p.Do(model.ActBack)
		}
		assert.True(t, c.AtStart())
	}
}

func TestWhatIsCommonIsReachedTogether(t *testing.T) {
	_, c := compare(t, "active-blocked", "compare.modes")
	for _, m := range c.Alignment.Messages {
		if m.A < 0 || m.B < 0 {
			continue
		}
		c.JumpTo(0, c.Players[0].Run.Outline.Messages[m.A].Stop)
		assert.Equal(t, m.A, c.Players[0].Message())
		assert.Equal(t, m.B, c.Players[1].Message())
	}
}

func TestARowShowsAllOfItInBothRuns(t *testing.T) {
	_, c := compare(t, "active-blocked", "compare.modes")
	for row := range c.Alignment.Pairs {
		c.JumpToRow(row)
		assert.Equal(t, row, c.Row())
		pair := &c.Alignment.Pairs[row]
		assert.GreaterOrEqual(t, c.Players[0].Cursor.N, pair.A.Stop)
		assert.GreaterOrEqual(t, c.Players[1].Cursor.N, pair.B.Stop)
	}
}

func TestEitherRunIsWhereTheCommonFilmSays(t *testing.T) {
	p, c := compare(t, "active-blocked", "compare.modes")
	rapid.Check(t, func(t *rapid.T) {
		_, length := c.Film()
		a := rapid.Float64Range(0, length).Draw(t, "a")
		b := rapid.Float64Range(a, length).Draw(t, "b")
		c.Scrub(a)
		first := [2]trace.ID{c.Players[0].Cursor.N, c.Players[1].Cursor.N}
		c.Scrub(b)
		second := [2]trace.ID{c.Players[0].Cursor.N, c.Players[1].Cursor.N}
		c.Scrub(a)
		assert.Equal(t, first, [2]trace.ID{c.Players[0].Cursor.N, c.Players[1].Cursor.N}, "the same place, the same moment")
		assert.True(t, first[0] <= second[0] && first[1] <= second[1])
		assert.True(t, p.AtEnd(), "the run alone stays where it was left")
	})
}

func TestARuleThatStoppedAPacketLetsItThrough(t *testing.T) {
	p := open(t, "active-blocked")
	for i, m := range p.Run.Outline.Messages {
		if p.JumpToMessage(i); m.Died {
			break
		}
	}
	place := p.Cursor.N
	require.True(t, p.Do(model.ActWhatIf))
	require.NoError(t, p.Problem)
	assert.Equal(t, "compare.rule.client-router", p.Compare.Title.Key)
	assert.Equal(t, place, p.Compare.Players[0].Cursor.N, "where the run was")
	assert.False(t, p.Compare.Players[0].Run.Trace.Outcome.OK)
	assert.True(t, p.Compare.Players[1].Run.Trace.Outcome.OK)
	p.CloseCompare()
	assert.Equal(t, place, p.Cursor.N)
	assert.False(t, p.Run.Trace.Outcome.OK, "the run itself has not changed")
}

func TestWhatWouldMendARunIsSetBesideIt(t *testing.T) {
	for _, key := range []string{"diagnosis.use.passive", "diagnosis.use.helper.client"} {
		_, c := compare(t, "active-blocked", key)
		assert.Equal(t, [2]string{"before", "after"}, c.Sides)
		assert.True(t, c.Players[1].Run.Trace.Outcome.OK, key)
	}
}

func TestARewrittenPacketCouldHavePassedAsItWas(t *testing.T) {
	s, err := simulator{}.Preset("active")
	require.NoError(t, err)
	require.NoError(t, s.Set("client_router.nat", "true"))
	require.NoError(t, s.Set("client_router.helper", "true"))
	p, err := model.Open(simulator{}, "mine", s, languages)
	require.NoError(t, err)
	keys := map[string]bool{}
	for i := range p.Run.Outline.Messages {
		p.JumpToMessage(i)
		for _, c := range p.WhatIfs() {
			keys[c.Title.Key] = true
			assert.NoError(t, p.OpenCompare(c))
			p.CloseCompare()
		}
	}
	assert.Equal(t, map[string]bool{"compare.nat.client-router": true, "compare.helper.client-router": true}, keys)
}

func TestAPacketThatNothingHappenedToOffersNoOtherWay(t *testing.T) {
	p := open(t, "passive")
	for i := range p.Run.Outline.Messages {
		p.JumpToMessage(i)
		assert.Empty(t, p.WhatIfs())
		assert.False(t, p.Action(model.ActWhatIf).Ready())
	}
}

func TestCausesLeadBackToWhatWasTyped(t *testing.T) {
	p := open(t, "active-blocked")
	p.End()
	require.True(t, p.Do(model.ActWhy))
	about := p.Asked()
	require.NotZero(t, about)
	p.FollowCause(3)
	assert.Equal(t, trace.ID(3), p.Cursor.N)
	assert.Equal(t, about, p.Asked(), "the chain stays while its links are followed")
	p.Forward(trace.ByMessage)
	p.Settle()
	assert.Equal(t, p.Event(), p.Asked(), "stepping on asks about what is new")
	p.Do(model.ActWhy)
	assert.False(t, p.Why.Open)
}

func TestWhatChangesTheRunChangesTheComparison(t *testing.T) {
	p := open(t, "active-blocked")
	require.NoError(t, p.ToggleRule(model.ClientForward, 2))
	require.NoError(t, p.OpenCompare(p.Comparisons()[0]))
	off := func(side int) bool { return p.Compare.Players[side].Run.Scenario.ClientRouter.Firewall.Rules[2].Off }
	assert.True(t, off(0) && off(1))
	p.Undo()
	assert.False(t, off(0) || off(1))
	require.NoError(t, p.Choose("passive"))
	assert.True(t, p.Compare.Players[0].Run.Trace.Outcome.OK)
}
