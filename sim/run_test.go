package sim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

func mustRun(t testing.TB, preset string) (*Scenario, *trace.Trace, *trace.Outline) {
	t.Helper()
	s, err := Preset(preset)
	require.NoError(t, err)
	tr, err := Run(s)
	require.NoError(t, err)
	return &s, tr, trace.NewOutline(tr)
}

// dialogueOf lists the messages of a run the way a person would tell them.
func dialogueOf(o *trace.Outline) []string {
	var out []string
	for _, m := range o.Messages {
		from := o.Trace.Nodes[m.From].Name
		ends := fmt.Sprintf("%s %d>%d", from, m.Src.Port(), m.Dst.Port())
		switch m.Kind {
		case trace.MsgOpen:
			if m.Died {
				ends += " dies"
			}
			out = append(out, ends+" open")
		case trace.MsgCommand, trace.MsgReply:
			out = append(out, m.Line)
		case trace.MsgChunk:
			out = append(out, fmt.Sprintf("%s %d bytes", ends, m.Bytes))
		case trace.MsgClose:
			out = append(out, ends+" close")
		default:
			out = append(out, fmt.Sprintf("%s message %d", ends, m.Kind))
		}
	}
	return out
}

func TestPresetsTellTheRunningExample(t *testing.T) {
	login := []string{
		"client 2000>21 open", "220 Service ready", "USER ana", "331 Need password", "PASS ••••••", "230 Logged in",
	}
	quit := []string{"QUIT", "221 Goodbye", "server 21>2000 close"}
	port := []string{"PORT 192,168,1,2,7,209", "200 PORT OK", "RETR notes.txt"}
	active := []string{
		"server 20>2001 open", "150 Opening data connection", "server 20>2001 12288 bytes", "server 20>2001 close", "226 Transfer complete",
	}
	passive := []string{
		"PASV", "227 Entering Passive Mode (203,0,113,10,4,210)", "client 2001>1234 open", "RETR notes.txt",
		"150 Opening data connection", "server 1234>2001 12288 bytes", "server 1234>2001 close", "226 Transfer complete",
	}
	dies := "server 20>2001 dies open"
	blocked := []string{dies, dies, dies, dies, dies, dies, "425 Can't open data connection"}
	join := func(parts ...[]string) (all []string) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	for name, want := range map[string][]string{
		"active":                  join(login, port, active, quit),
		"passive":                 join(login, passive, quit),
		"active-blocked":          join(login, port, blocked, quit),
		"passive-behind-firewall": join(login, passive, quit),
	} {
		t.Run(name, func(t *testing.T) {
			_, _, o := mustRun(t, name)
			assert.Equal(t, want, dialogueOf(o))
		})
	}
}

func TestOutcomeOfThePresets(t *testing.T) {
	want := sha256.Sum256(payload(12288).whole())
	for name, ok := range map[string]bool{"active": true, "passive": true, "active-blocked": false, "passive-behind-firewall": true} {
		_, tr, _ := mustRun(t, name)
		assert.Equal(t, ok, tr.Outcome.OK, name)
		assert.Equal(t, "get notes.txt", tr.Outcome.Task)
		if ok {
			assert.Equal(t, 226, tr.Outcome.Reply)
			assert.EqualValues(t, 12288, tr.Outcome.Bytes)
			assert.Equal(t, hex.EncodeToString(want[:]), tr.SHA256())
			assert.Zero(t, tr.Outcome.Blocked)
			continue
		}
		assert.Equal(t, 425, tr.Outcome.Reply)
		assert.Zero(t, tr.Outcome.Bytes)
		assert.Equal(t, "client-router#3", tr.Rule(tr.Event(tr.Outcome.Blocked)).Name)
	}
}

// RFC 6298's doubling: the SYN goes again after 1, 3, 7, 15 and 31 s, and the
// server gives up after 60 s, without ever having said 150.
func TestBlockedServerTriesAgainAndGivesUp(t *testing.T) {
	_, tr, o := mustRun(t, "active-blocked")
	var at []int
	var first, answered float64
	for _, m := range o.Messages {
		when := tr.Event(m.First).T.Seconds()
		switch {
		case m.Kind == trace.MsgOpen && m.Channel == trace.Data:
			if m.Retry == 0 {
				first = when
			}
			at = append(at, int(when-first+0.001))
		case m.Code == 425:
			answered = when
		case m.Code == 150:
			assert.Fail(t, "150 was said though the data channel never opened")
		}
	}
	assert.Equal(t, []int{0, 1, 3, 7, 15, 31}, at)
	assert.InDelta(t, 60, answered-first, 0.001)
}

func TestWhyOf425LeadsToTheWishThroughTheDeadSYN(t *testing.T) {
	_, tr, o := mustRun(t, "active-blocked")
	for _, m := range o.Messages {
		if m.Code != 425 {
			continue
		}
		chain := tr.Why(m.Last)
		var kinds []trace.Kind
		for _, id := range chain {
			kinds = append(kinds, tr.Event(id).Kind)
		}
		assert.Equal(t, trace.KindUser, kinds[len(kinds)-1])
		assert.Contains(t, kinds, trace.KindTimer)
		return
	}
	t.Fatal("no 425")
}

func TestChangingTheFirewallChangesTheRun(t *testing.T) {
	for name, c := range map[string]struct {
		key, value string
		ok         bool
	}{
		"the blocking rule switched off, policy accept": {"client_router.firewall", `{policy = "accept", rules = ['# iifname "wan" drop']}`, true},
		"reject with reset":                             {"client_router.firewall", `{rules = ['ct state established accept', 'iifname "lan" accept', 'reject with tcp reset']}`, false},
		"a hole for port 2001":                          {"client_router.firewall", `{policy = "drop", rules = ['ct state established accept', 'iifname "lan" accept', 'iifname "wan" tcp dport 2001 accept']}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Preset("active-blocked")
			require.NoError(t, err)
			require.NoError(t, s.Set(c.key, c.value))
			tr, err := Run(s)
			require.NoError(t, err)
			assert.Equal(t, c.ok, tr.Outcome.OK)
		})
	}
}

// REJECT answers at once: no waiting for a minute.
func TestRejectIsKnownAtOnce(t *testing.T) {
	s, err := Preset("active-blocked")
	require.NoError(t, err)
	require.NoError(t, s.Set("client_router.firewall", `{rules = ['ct state established accept', 'iifname "lan" accept', 'reject with tcp reset']}`))
	tr, err := Run(s)
	require.NoError(t, err)
	assert.Equal(t, 425, tr.Outcome.Reply)
	assert.Less(t, tr.End().Seconds(), 3.0)
}

func TestRunStopsAtItsBounds(t *testing.T) {
	s, err := Preset("active-blocked")
	require.NoError(t, err)
	s.MaxTime = 10
	_, err = Run(s)
	assert.Equal(t, "max_time_s: the run reached its bound of 10s; raise it if the scenario is meant to go on", english(err))
	s.MaxTime, s.MaxEvents = 1000, 20
	_, err = Run(s)
	assert.Equal(t, "max_events: the run reached its bound of 20; raise it if the scenario is meant to go on", english(err))
}

// fingerprint is a trace as text, to the last field.
func fingerprint(tr *trace.Trace) string {
	var b bytes.Buffer
	for id := trace.ID(1); int(id) <= tr.Len(); id++ {
		e := tr.Event(id)
		fmt.Fprintf(&b, "%d %d %d %s %s %d %d %d", id, e.T, e.Cause, e.Kind, e.What, e.At, e.Channel, e.Rule)
		switch e.Kind {
		case trace.KindPacket:
			fmt.Fprintf(&b, " %+v %+v", *tr.Packet(e), *tr.FlowOf(tr.Packet(e)))
		case trace.KindSocket:
			fmt.Fprintf(&b, " %+v", *tr.Socket(e))
		case trace.KindCommand, trace.KindReply:
			fmt.Fprintf(&b, " %+v", *tr.Line(e))
		case trace.KindMachine:
			fmt.Fprintf(&b, " %+v", *tr.Machine(e))
		case trace.KindTrack:
			fmt.Fprintf(&b, " %+v", *tr.Track(e))
		case trace.KindData:
			fmt.Fprintf(&b, " %+v", *tr.Progress(e))
		case trace.KindTimer:
			fmt.Fprintf(&b, " %+v", *tr.Timer(e))
		case trace.KindUser:
			b.WriteString(" " + tr.User(e))
		}
		b.WriteByte('\n')
	}
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:])
}

// Same scenario, same trace, to the byte: run twice, and against what was
// stored. A change of the model changes the stored hash, and must be meant.
func TestSameScenarioSameTrace(t *testing.T) {
	const file = "testdata/traces.sha256"
	var now string
	for _, name := range Presets() {
		_, first, _ := mustRun(t, name)
		_, second, _ := mustRun(t, name)
		require.Equal(t, fingerprint(first), fingerprint(second), name)
		now += fingerprint(first) + "  " + name + "\n"
	}
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, []byte(now), 0o644))
	}
	stored, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(stored), now, "run with UPDATE=1 when the change is meant")
}

// Whoever asks why a transfer was given up is told how long was waited.
func TestTimersAreRecordedWithTheirTime(t *testing.T) {
	_, tr, _ := mustRun(t, "active-blocked")
	fired := map[string]time.Duration{}
	for id := trace.ID(1); int(id) <= tr.Len(); id++ {
		if e := tr.Event(id); e.Kind == trace.KindTimer && e.What == trace.Fired {
			fired[tr.Timer(e).Name] = tr.Timer(e).For
		}
	}
	assert.Equal(t, map[string]time.Duration{"connect": time.Minute}, fired)
}

// Of a message that died, the outline tells the place where it died; what comes
// after is a message of its own.
func TestADeadMessageEndsWhereItDied(t *testing.T) {
	died := 0
	for seed := range uint64(20) {
		s, err := Preset("active")
		require.NoError(t, err)
		s.Link.Loss, s.Seed = 0.3, seed
		tr, err := Run(s)
		require.NoError(t, err)
		for _, m := range trace.NewOutline(tr).Messages {
			if m.Died {
				died++
				assert.True(t, tr.Event(m.Last).What.Died(), "seed %d: %+v ends with %v", seed, m, tr.Event(m.Last).What)
			}
		}
	}
	assert.Positive(t, died)
}

// Facts §2.5: without TCP timestamps a port pair in TIME-WAIT cannot be used
// again, and the second download to one client port gets its 425 at once
// (net.ipv4.tcp_timestamps=0, observed with vsftpd).
func TestAPairInTimeWaitIsRefusedAtOnce(t *testing.T) {
	for timestamps, want := range map[string]int{"true": 226, "false": 425} {
		s, err := Preset("active")
		require.NoError(t, err)
		for _, kv := range [][2]string{
			{"client.ports", "[2000, 2001, 2001]"}, {"tcp.timestamps", timestamps}, {"server.profile", "vsftpd"},
			{"user", `["open", "login", "get notes.txt", "get notes.txt again.txt", "quit"]`},
		} {
			require.NoError(t, s.Set(kv[0], kv[1]), kv[0])
		}
		tr, err := Run(s)
		require.NoError(t, err)
		said := strings.Join(dialogueOf(trace.NewOutline(tr)), "\n")
		assert.Equal(t, want == 226, strings.Count(said, "\n226 ") == 2, said)
		assert.Equal(t, want == 425, strings.Contains(said, "\n425 Failed to establish connection."), said)
		assert.Less(t, tr.End(), 5*time.Second)
	}
}

func TestWhatTheHelperDropsIsNotLaidAtARule(t *testing.T) {
	_, _, o := changed(t, "passive", "client_router.nat=true", "client_router.helper=true", `user=["open", "login ana", "quote PORT  192,168,1,2,7,209", "quit"]`)
	i := slices.IndexFunc(o.Messages, func(m trace.Message) bool { return m.Died })
	require.GreaterOrEqual(t, i, 0)
	_, why := o.Describe(i)
	assert.Equal(t, "caption.dropped.why.helper", why.Key, "the rule only called it")
	var again []string
	for i := range o.Messages {
		if m := &o.Messages[i]; m.Kind == trace.MsgProbe && !slices.Contains(again, o.Repeated(m)) {
			again = append(again, o.Repeated(m))
		}
	}
	assert.Equal(t, []string{"230 Logged in", "PORT  192,168,1,2,7,209"}, again, "its acknowledgement rode on the packet that died")
}

func TestOfTwoFirewallsOnTheWayTheLastIsNamed(t *testing.T) {
	_, _, o := changed(t, "passive-behind-firewall", "server_router.firewall=allow-21")
	_, why := o.Describe(0)
	assert.Equal(t, "caption.passed.server", why.Key, "its table is the one that is shown")
	_, _, o = changed(t, "passive-behind-firewall")
	_, why = o.Describe(0)
	assert.Equal(t, "caption.passed.client", why.Key)
}

func TestEveryCommentThatTheProgramWritesIsToldInThePersonsLanguage(t *testing.T) {
	for _, preset := range FirewallPresets {
		_, tr, _ := changed(t, "passive", "client_router.firewall="+preset, "server_router.firewall="+preset,
			"client_router.helper=true", "server.address=private", "server_router.dnat=control+passive", "client_router.forward_range=[1024, 2047]")
		for _, r := range tr.Rules {
			if r.Note != "" && r.Note != "masquerade" { // nftables' own word
				assert.IsType(t, trace.Sentence{}, r.Told(), "%s: %q", preset, r.Note)
			}
		}
	}
}
