package lessons

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
)

func unmet(v *Verdict) []string {
	var out []string
	for _, r := range v.Results {
		if !r.Met {
			out = append(out, r.ID)
		}
	}
	return out
}

func TestATaskNamesTheConditionsThatAreNotMet(t *testing.T) {
	task := open(t, "firewall").Tasks[0]
	for _, c := range []struct {
		set  []string
		want []string
	}{
		{nil, []string{"arrived"}},
		{[]string{"client.mode=pasv"}, nil},
		{[]string{"client_router.firewall=allow-from-20"}, []string{"untouched", "closed"}},
		{[]string{"client_router.firewall=none", "client.mode=pasv"}, []string{"untouched", "closed"}},
	} {
		s, err := change(*task.Run.Scenario, c.set)
		require.NoError(t, err)
		v, err := task.Judge(s)
		require.NoError(t, err)
		assert.Equal(t, c.want, unmet(v), "%v", c.set)
		assert.Equal(t, len(c.want) == 0, v.Done)
		assert.NotNil(t, v.Run.Trace)
	}
}

func TestALineIsJudgedByWhatTheMachinesMakeOfIt(t *testing.T) {
	for _, c := range []struct {
		lesson, line string
		want         []string
	}{
		{"active", "192,168,1,2,21,179", nil},
		{"active", " 192,168,1,2,21,179 ", nil},
		{"active", "192,168,1,2,7,209", []string{"to-5555"}},
		{"active", "PORT 5555", []string{"arrived", "to-5555"}},
		{"active", "192,168,1,2,21", []string{"arrived", "to-5555"}},
		{"active", "192,168,1,9,21,179", []string{"arrived", "to-5555"}},
		{"passive", "227 Entering Passive Mode (203,0,113,10,5,20)", nil},
		{"passive", "227 call me at 203,0,113,10,5,20", nil},
		{"passive", "227 Entering Passive Mode (203,0,113,10,4,210)", []string{"on-1300"}},
	} {
		v, err := open(t, c.lesson).Tasks[0].Write(c.line)
		require.NoError(t, err, c.line)
		assert.Equal(t, c.want, unmet(v), c.line)
	}
}

func TestALineThatIsNoneIsRefusedWithItsReason(t *testing.T) {
	for _, c := range []struct{ lesson, line, want string }{
		{"active", "", "write one line"},
		{"active", "1,2\r\nDELE x", "write one line"},
		{"passive", "PORT 1300", "begins with 227"},
		{"passive", "227 Entering Passive Mode (1300)", "227"},
		{"firewall", "anything", "this task takes no line"},
	} {
		_, err := open(t, c.lesson).Tasks[0].Write(c.line)
		assert.Contains(t, english(err), c.want, c.line)
	}
}

func TestAnAttemptIsBoundLikeALesson(t *testing.T) {
	task := open(t, "firewall").Tasks[0]
	s := *task.Run.Scenario
	s.FileBytes = 65 << 20
	_, err := task.Judge(s)
	assert.Contains(t, english(err), "at most 67108864 bytes")
	s.FileBytes = 4 << 20
	s.Client.Mode = "pasv"
	for range 60 {
		s.User = append([]string{"open", "login ana", "get notes.txt"}, s.User[2:]...)
	}
	_, err = task.Judge(s)
	assert.Contains(t, english(err), "the run does not end")
}

func TestWhetherAPortLetsStrangersInIsTriedOut(t *testing.T) {
	for _, c := range []struct {
		what string
		set  []string
		side string
		port int
		want bool
	}{
		{"nothing in the way", nil, "client", 6000, true},
		{"a firewall that lets nothing in", []string{"client_router.firewall=block-inbound"}, "client", 6000, false},
		{"one that trusts port 20", []string{"client_router.firewall=allow-from-20"}, "client", 6000, true},
		{"the helper does not help strangers", []string{"client_router.firewall=block-inbound", "client_router.helper=true"}, "client", 6000, false},
		{"NAT without forwarding", []string{"client_router.nat=true"}, "client", 6000, false},
		{"NAT with it", []string{"client_router.nat=true", "client_router.forward_range=[6000, 6009]"}, "client", 6000, true},
		{"a port beside it", []string{"client_router.nat=true", "client_router.forward_range=[6000, 6009]"}, "client", 6010, false},
		{"the command port", []string{"server_router.firewall=allow-21"}, "server", 21, true},
		{"a passive port behind it", []string{"server_router.firewall=allow-21"}, "server", 30000, false},
		{"the passive range", []string{"server_router.firewall=allow-21-passive"}, "server", 30000, true},
		{"a port above it", []string{"server_router.firewall=allow-21-passive"}, "server", 31000, false},
		{"the server's own firewall", []string{`server.host_firewall={policy="drop", rules=["tcp dport 21 accept"]}`}, "server", 20, false},
		{"a private server's forwarded port", []string{"server.address=private", "server_router.dnat=control"}, "server", 21, true},
		{"one that is not forwarded", []string{"server.address=private", "server_router.dnat=control"}, "server", 30000, false},
		{"IPv6, nothing in the way", []string{"server.address=ipv6", "client.mode=epsv"}, "client", 6000, true},
		{"IPv6, a firewall", []string{"server.address=ipv6", "client.mode=epsv", "client_router.firewall=block-inbound"}, "client", 6000, false},
		{"IPv6, a port of the server", []string{"server.address=ipv6", "client.mode=epsv", "server_router.firewall=allow-21"}, "server", 30000, false},
		{"a server that wants TLS", []string{"server.tls=required", "client.tls=true"}, "server", 30000, true},
		{"a forwarded range", []string{"server.address=private", "server_router.dnat=control+passive"}, "server", 30000, true},
	} {
		preset, err := sim.Preset("passive")
		require.NoError(t, err)
		s, err := change(preset, c.set)
		require.NoError(t, err)
		got, err := accepts(&s, c.side, c.port)
		require.NoError(t, err, c.what)
		assert.Equal(t, c.want, got, c.what)
	}
}

func TestSeveralTasksAreJudgedEachByItsOwnRun(t *testing.T) {
	lesson := open(t, "silence")
	require.Len(t, lesson.Tasks, 3)
	for i, want := range []Answer{{"icmp"}, {"drop"}, {"reset"}} {
		q := lesson.Tasks[i].Question
		assert.Equal(t, want, q.Right(), lesson.Tasks[i].ID)
		assert.True(t, q.HideRules)
		assert.NotEmpty(t, lesson.Tasks[i].Hints)
	}
	assert.Equal(t, "spoke", lesson.Tasks[1].Question.Check(Answer{"reset"}).Misconception)

	away := open(t, "server-nat").Tasks[1]
	v, err := away.Judge(*away.Run.Scenario)
	require.NoError(t, err)
	assert.Equal(t, []string{"arrived"}, unmet(v), "what was done in the task before does not count")
}
