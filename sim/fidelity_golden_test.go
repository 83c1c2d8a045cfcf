package sim

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

// The order of events in the simplest sessions, recorded with curl 7.88.1
// against vsftpd 3.0.3 and ProFTPD 1.3.8 on one machine.
func TestFidelityGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/fidelity/golden/*.txt")
	require.NoError(t, err)
	require.Len(t, files, 24)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt") // server-task-mode
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			tr, err := Run(goldenScenario(t, name))
			require.NoError(t, err)
			assert.Equal(t, settle(recordedSteps(string(text))), settle(modelSteps(tr)))
		})
	}
}

func goldenScenario(t *testing.T, name string) Scenario {
	part := strings.Split(name, "-")
	s := Default()
	s.Server.Profile = map[string]string{"vs": "vsftpd", "pro": "proftpd"}[part[0]]
	if part[0] == "pro" {
		s.Server.DataPort = 0 // without root privileges it cannot have port 20 (RootRevoke)
	}
	s.Task, s.Client.Mode = part[1], part[2]
	s.FileBytes, s.Link.Delay = 5000, 0
	require.NoError(t, s.Check())
	return s
}

var (
	goldenLine = regexp.MustCompile(`^(ctl|data) +([CS])->[CS] (.*)$`)
	goldenSYN  = regexp.MustCompile(`^SYN +\(from server port (\d+)`)
	goldenData = regexp.MustCompile(`^\d+ bytes$|^FIN,ACK \+\d+ bytes$`)
)

// recordedSteps reads a recorded session: one step a line, with commands cut to
// their verb, replies to their code, and data to the fact that they flow.
func recordedSteps(text string) []string {
	var out []string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		m := goldenLine.FindStringSubmatch(line)
		channel, sender, what := m[1], m[2], m[3]
		switch port := goldenSYN.FindStringSubmatch(what); {
		case port != nil:
			out = append(out, step(channel, sender, "SYN from "+portRole(port[1])))
		case strings.HasPrefix(what, "SYN "), what == "SYN":
			out = append(out, step(channel, sender, "SYN"))
		case goldenData.MatchString(what):
			out = append(out, step(channel, sender, "data"))
			if strings.HasPrefix(what, "FIN") {
				out = append(out, step(channel, sender, "FIN"))
			}
		case what == "FIN,ACK":
			out = append(out, step(channel, sender, "FIN"))
		default:
			word, _, _ := strings.Cut(what, " ")
			out = append(out, step(channel, sender, word))
		}
	}
	return out
}

func step(channel, sender, what string) string { return channel + " " + sender + " " + what }

func portRole(port string) string {
	if port == "20" {
		return "20"
	}
	return "high"
}

// modelSteps are the same steps of a trace.
func modelSteps(t *trace.Trace) []string {
	var out []string
	for _, p := range captures(t)[atClient] {
		sender, channel := "C", "data"
		if towardsClient(p.dst.Addr()) {
			sender = "S"
		}
		if p.src.Port() == 21 || p.dst.Port() == 21 {
			channel = "ctl"
		}
		flags := p.packet.Flags
		switch {
		case flags.Has(trace.SYN | trace.ACK):
			out = append(out, step(channel, sender, "SYN,ACK"))
		case flags.Has(trace.SYN) && sender == "S":
			out = append(out, step(channel, sender, "SYN from "+portRole(fmt.Sprint(p.src.Port()))))
		case flags.Has(trace.SYN):
			out = append(out, step(channel, sender, "SYN"))
		case len(p.packet.Payload) > 0 && channel == "ctl":
			word, _, _ := strings.Cut(strings.TrimSpace(string(p.packet.Payload)), " ")
			out = append(out, step(channel, sender, word))
		case len(p.packet.Payload) > 0:
			out = append(out, step(channel, sender, "data"))
		}
		if flags.Has(trace.FIN) {
			out = append(out, step(channel, sender, "FIN"))
		}
	}
	return out
}

// settle takes out what differs from run to run: how many segments data make,
// and which side's program hangs up first after 221.
func settle(steps []string) []string {
	var out []string
	for _, s := range steps {
		if n := len(out); n == 0 || out[n-1] != s || !strings.HasSuffix(s, " data") {
			out = append(out, s)
		}
	}
	if n := len(out); n >= 2 && out[n-2] == "ctl S FIN" && out[n-1] == "ctl C FIN" {
		out[n-2], out[n-1] = out[n-1], out[n-2]
	}
	return out
}
