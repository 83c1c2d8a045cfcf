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

// Without a transfer, what is judged is the last thing wanted but for leaving.
func TestTaskWithoutATransferIsTheLastBeforeLeaving(t *testing.T) {
	for last, want := range map[string]struct {
		ok    bool
		reply int
	}{"pwd": {true, 257}, "cd /nope": {false, 550}, "quote STAT": {true, 211}} {
		s := Default()
		s.Client.Program, s.User = "plain", []string{"open", "login ana", last, "quit"}
		tr, err := Run(s)
		require.NoError(t, err)
		assert.Equal(t, last, tr.Outcome.Task)
		assert.Equal(t, want.reply, tr.Outcome.Reply, last)
		assert.Equal(t, want.ok, tr.Outcome.OK, last)
	}
}

// Where nobody replied, no reply says why.
func TestTheDiagnosisOfNoReplyNamesNone(t *testing.T) {
	s, err := Preset("active")
	require.NoError(t, err)
	s.User = []string{"get notes.txt", "quit"} // without open
	tr, err := Run(s)
	require.NoError(t, err)
	d := Diagnose(&s, tr)
	assert.Equal(t, "diagnosis.failed.silent", d.What.Key)
	assert.Equal(t, "diagnosis.silent", d.Why.Key)
}
