package sim

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ftpscope/sim/trace"
)

func TestAPayloadReadsAsTheOneInMemory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(0, 300).Draw(t, "size")
		offset, length := rapid.IntRange(0, 320).Draw(t, "offset"), rapid.IntRange(1, 100).Draw(t, "length")
		got, want := make([]byte, length), payload(size).whole()
		n, err := payload(size).ReadAt(got, int64(offset))
		if offset+length > size {
			assert.ErrorIs(t, err, io.EOF)
		} else {
			require.NoError(t, err)
		}
		assert.Equal(t, string(want[min(offset, size):min(offset+length, size)]), string(got[:n]))
	})
}

// large is a download of 40 MB that would take more than an hour.
func large(user ...string) Scenario {
	s := Default()
	s.Client.Program, s.User, s.FileBytes, s.Server.MaxRate, s.Watch = "plain", user, 40<<20, 8192, 20
	return s
}

func TestARunIsWatchedNoLongerThanAskedFor(t *testing.T) {
	s := large("open", "login ana", "get file.bin", "quit")
	tr, err := Run(s)
	require.NoError(t, err)
	assert.InDelta(t, 20, tr.Event(trace.ID(tr.Len())).T.Seconds(), 1)
	assert.False(t, tr.Outcome.OK)
	assert.Equal(t, 150, tr.Outcome.Reply)
	assert.InDelta(t, 20*8192, tr.Outcome.Bytes, 2*8192)
	assert.Equal(t, "diagnosis.unfinished", Diagnose(&s, tr).What.Key)
	s = large("open", "login ana", "quit")
	tr, err = Run(s)
	require.NoError(t, err)
	assert.True(t, tr.Outcome.OK, "what ends before is as it was")
	assert.Less(t, tr.Event(trace.ID(tr.Len())).T.Seconds(), 2.0)
}

func TestTheReplyToAnAbortIsNotToldAsTheEndOfAFile(t *testing.T) {
	s := large("open", "login ana", "get file.bin", "@4s abort", "noop", "quit")
	s.Server.Profile = "plain"
	tr, err := Run(s)
	require.NoError(t, err)
	o := trace.NewOutline(tr)
	var told []string
	for i := range o.Messages {
		if c := o.Messages[i].Code; c == 226 || c == 426 {
			_, why := o.Describe(i)
			told = append(told, why.Key)
		}
	}
	assert.Equal(t, []string{"caption.reply.426.why", "caption.reply.226.abor.why"}, told)
}

func TestALargeFileThatIsStoppedIsHardlyMade(t *testing.T) {
	s := large("open", "login ana", "get file.bin", "@4s abort", "noop", "quit")
	allocated := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			_, err := Run(s)
			require.NoError(b, err)
		}
	}).AllocedBytesPerOp()
	assert.Less(t, allocated, int64(2<<20))
}

func TestAFileThatIsNotInMemoryArrivesInEveryType(t *testing.T) {
	for _, commands := range [][]string{
		{"open", "login ana", "get notes.txt", "quit"}, // in TYPE A, as sessions begin
		{"open", "login ana", "binary", "get notes.txt", "quit"},
		{"open", "login ana", "put notes.txt", "quit"},
	} {
		s, err := Preset("passive")
		require.NoError(t, err)
		s.FileBytes, s.User = madeAhead+1, commands
		tr, err := Run(s)
		require.NoError(t, err)
		assert.True(t, tr.Outcome.OK, commands)
		assert.Equal(t, int64(madeAhead+1), tr.Outcome.Bytes, commands)
	}
}

// A command that was not answered yet did not succeed, whatever the reply before
// it was.
func TestARunCutInTheMiddleOfACommandDidNotSucceed(t *testing.T) {
	for watched, reply := range map[float64]int{0.1: 220, 0.15: 331} {
		s, err := Preset("active")
		require.NoError(t, err)
		s.Watch = watched
		tr, err := Run(s)
		require.NoError(t, err)
		assert.False(t, tr.Outcome.OK)
		assert.Equal(t, "login ana", tr.Outcome.Task)
		assert.Equal(t, reply, tr.Outcome.Reply)
		assert.Equal(t, "diagnosis.unfinished", Diagnose(&s, tr).What.Key)
	}
}
