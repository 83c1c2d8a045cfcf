package sim

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Pure-FTPd says 226 when it has written everything, not when it has arrived.
func TestA226AloneIsNoSuccess(t *testing.T) {
	s := Default()
	s.Server.Profile = "pureftpd"
	s.FileBytes, s.Link.Rate, s.TCP.Window = 40_000, 1000, 1000
	s.Client.MaxTime = 20
	tr, err := Run(s)
	require.NoError(t, err)
	assert.Equal(t, 226, tr.Outcome.Reply)
	assert.False(t, tr.Outcome.OK)
	assert.Positive(t, tr.Outcome.Bytes)
	assert.Less(t, tr.Outcome.Bytes, int64(40_000))
}

// What a server reports to have sent is not what arrived.
func TestOutcomeCountsWhatArrived(t *testing.T) {
	for task, bytes := range map[string]int64{"retr": 12288, "stor": 12288} {
		s := Default()
		s.Task = task
		tr, err := Run(s)
		require.NoError(t, err)
		assert.True(t, tr.Outcome.OK, task)
		assert.Equal(t, bytes, tr.Outcome.Bytes, task)
	}
}
