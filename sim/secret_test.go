package sim

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/export"
	"ftpscope/sim/trace"
)

// A password is typed in clear, and what is kept of a run does not show it.
func TestPasswordsDoNotShowInARecord(t *testing.T) {
	s := Default()
	s.Client.Program = "plain"
	s.User = []string{"open", "@0.3s user ana hunter2", "@0.6s quote PASS hunter2", "proxy user ana hunter2", "user ana hunter2"}
	s.Attacker.Place, s.Attacker.Script = "internet", []string{"open", "cmd USER ana", "@0.4s cmd PASS hunter2"}
	s.MaxTime = 60
	s.Watch = 5
	typed := s.Clone()
	run, err := Run(s)
	require.NoError(t, err)
	assert.Equal(t, "quote PASS ••••••", run.Outcome.Task, "it came last")

	var out strings.Builder
	require.NoError(t, export.JSON(&out, run, s.Masked().Table()))
	assert.Contains(t, out.String(), `"@0.3s user ana ••••••"`, "the scenario at the head")
	assert.Contains(t, out.String(), `"text":"cmd PASS ••••••"`)
	assert.NotContains(t, out.String(), "hunter2")

	session := Session(&s, run)
	shown, err := json.Marshal(session)
	require.NoError(t, err)
	assert.Contains(t, string(shown), "user ana ••••••")
	assert.NotContains(t, string(shown), "hunter2")
	for _, l := range session {
		if l.Kind == trace.PrintAsked && strings.HasPrefix(l.Text, "quote PASS") {
			assert.True(t, l.Timed, "a masked command is still known for one with a moment of its own")
		}
	}
	assert.Equal(t, typed.Table(), s.Table(), "what was typed stays as it is, to be saved and run again")
}
