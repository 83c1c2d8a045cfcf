package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ftpscope": main})
}

func TestCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("LANG", "C") // tests read English
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// Whoever has a trace has all it takes to make it again.
func TestScenarioInTheHeadOfATraceRunsToTheSameTrace(t *testing.T) {
	trace := func(scenario string) string {
		var out, complaint strings.Builder
		status := run([]string{"run", scenario, "--format", "json"}, &out, &complaint)
		require.Equal(t, exitFailed, status, complaint.String())
		return out.String()
	}
	first := trace("active-blocked")
	head, _, _ := strings.Cut(first, "\n")
	var read struct{ Scenario json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(head), &read))
	file := filepath.Join(t.TempDir(), "again.json")
	require.NoError(t, os.WriteFile(file, read.Scenario, 0o600))
	assert.Equal(t, first, trace(file))
}

// exits runs a program and demands its exit status: exits STATUS PROGRAM ARG...
// After wrong usage or a fault it also demands the one sentence on standard
// error that every complaint is.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS PROGRAM ARG...")
	}
	status := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		status = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	complaint := ts.ReadFile("stderr")
	if strconv.Itoa(status) != args[0] {
		ts.Fatalf("exit status %d, want %s\n%s", status, args[0], complaint)
	}
	if status != exitUsage && status != exitFault {
		return
	}
	if !strings.HasPrefix(complaint, "ftpscope: ") || strings.Count(complaint, "\n") != 1 {
		ts.Fatalf("want one line from ftpscope on standard error, have:\n%s", complaint)
	}
}

// A disk that is full is no wrong usage.
func TestAnOutputThatFailsIsAFault(t *testing.T) {
	for _, format := range []string{"text", "json", "pcapng", "nft"} {
		var complaint strings.Builder
		assert.Equal(t, exitFault, run([]string{"run", "passive", "--format", format}, full{}, &complaint), format)
		assert.Contains(t, complaint.String(), "no space left", format)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }
