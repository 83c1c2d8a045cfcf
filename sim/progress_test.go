package sim

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

func long(t *testing.T) Scenario {
	s, err := Preset("passive")
	require.NoError(t, err)
	s.FileBytes = 3_000_000
	return s
}

func TestARunTellsHowFarItHasCome(t *testing.T) {
	var told []Progress
	tr, err := RunContext(t.Context(), long(t), func(p Progress) { told = append(told, p) })
	require.NoError(t, err)
	require.Greater(t, len(told), 5)
	for i := 1; i < len(told); i++ {
		assert.GreaterOrEqual(t, told[i].Events, told[i-1].Events)
		assert.GreaterOrEqual(t, told[i].Time, told[i-1].Time)
		assert.GreaterOrEqual(t, told[i].Bytes, told[i-1].Bytes)
	}
	last := told[len(told)-1]
	assert.EqualValues(t, 3_000_000, last.Total)
	assert.InDelta(t, 3_000_000, last.Bytes, 400_000)
	assert.InDelta(t, tr.Len(), last.Events, 2500)
}

func TestBeingWatchedChangesNothing(t *testing.T) {
	s := long(t)
	alone, err := Run(s)
	require.NoError(t, err)
	watched, err := RunContext(t.Context(), s, func(Progress) {})
	require.NoError(t, err)
	require.Equal(t, alone.Len(), watched.Len())
	for id := 1; id <= alone.Len(); id += 7 {
		require.Equal(t, alone.Event(trace.ID(id)), watched.Event(trace.ID(id)))
	}
	assert.Equal(t, alone.Outcome, watched.Outcome)
}

func TestARunIsStoppedOnTheWay(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	calls := 0
	tr, err := RunContext(ctx, long(t), func(Progress) {
		if calls++; calls == 3 {
			stop()
		}
	})
	assert.Nil(t, tr)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 3, calls, "it goes no further")
}
