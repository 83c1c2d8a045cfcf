package model_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
)

func field(t *testing.T, path string) sim.Field {
	for _, f := range sim.Fields() {
		if f.Path == path {
			return f
		}
	}
	require.Fail(t, "no field "+path)
	return sim.Field{}
}

func TestTheFormHoldsEveryFieldOnce(t *testing.T) {
	var got []string
	for _, g := range model.Form() {
		assert.NotEmpty(t, g.Fields, g.Name)
		for _, f := range g.Fields {
			got = append(got, f.Path)
		}
	}
	for _, f := range sim.Fields() {
		n := 0
		for _, path := range got {
			if path == f.Path {
				n++
			}
		}
		want := 1
		if slices.Contains([]string{"id", "title", "user"}, f.Path) {
			want = 0
		}
		assert.Equal(t, want, n, f.Path)
	}
}

func TestAFieldTakesWhatPeopleWrite(t *testing.T) {
	for _, c := range []struct {
		path, text string
		want       any
		shown      string // after another change
	}{
		{"client.ports", "3000 3001", []any{3000, 3001}, "3000, 3001"},
		{"client.ports", "", nil, ""},
		{"client.port_range", "5000-5010", []any{5000, 5010}, "5000–5010"},
		{"link.delay", "35 ms", "35ms", "35ms"},
		{"link.loss", "2.5 %", 0.025, "2.5 %"},
		{"link.loss", "0.1", 0.1, "10 %"},
		{"file_bytes", "1 000", 1000, "1000"},
		{"server.pasv_address", "198.51.100.7", "198.51.100.7", "198.51.100.7"},
		{"client_router.sysctl", "net.netfilter.nf_conntrack_tcp_loose = 0", map[string]string{"net.netfilter.nf_conntrack_tcp_loose": "0"}, "net.netfilter.nf_conntrack_tcp_loose = 0"},
	} {
		p := open(t, "active")
		f := field(t, c.path)
		p.WriteField(f, c.text)
		require.NoError(t, p.FieldErr(c.path), "%s = %q", c.path, c.text)
		assert.Equal(t, c.want, p.Run.Scenario.Get(c.path))
		assert.Equal(t, c.text, p.FieldText(f), "what was typed stays as it was typed")
		p.SetField("client_router.nat", true)
		p.Undo()
		assert.Equal(t, c.shown, p.FieldText(f))
	}
}

func TestAWrongValueIsKeptWithItsErrorAndChangesNothing(t *testing.T) {
	for path, text := range map[string]string{
		"server.control_port": "70000", "link.delay": "soon", "client.ports": "2000, x", "server.pasv_address": "here",
		"server.pasv_min": "65000", "client.port_range": "9-5", "link.loss": "200 %", "client_router.sysctl": "a",
	} {
		p := open(t, "active")
		before := p.Run.Trace
		f := field(t, path)
		p.WriteField(f, text)
		require.Error(t, p.FieldErr(path), path)
		assert.NotContains(t, english(p.FieldErr(path)), path, "it stands beside the field")
		assert.Equal(t, text, p.FieldText(f))
		assert.Same(t, before, p.Run.Trace)
		assert.False(t, p.Action(model.ActUndo).Ready())
	}
}

func TestAFieldTakesWhatItCouldNotBeforeAnotherChanged(t *testing.T) {
	p := open(t, "passive")
	low, high := field(t, "server.pasv_min"), field(t, "server.pasv_max")
	p.WriteField(low, "50000")
	require.Error(t, p.FieldErr(low.Path), "the highest is lower still")
	for _, text := range []string{"5", "50", "500", "5000", "50009"} {
		p.WriteField(high, text)
	}
	require.NoError(t, p.FieldErr(high.Path))
	require.NoError(t, p.FieldErr(low.Path))
	assert.Equal(t, []any{50000, 50009}, []any{p.Scenario().Get(low.Path), p.Scenario().Get(high.Path)})
	assert.Equal(t, p.Scenario().Server, p.Run.Scenario.Server)
}

func TestAFieldTakesItAlsoWhenASwitchMadeItRight(t *testing.T) {
	p := open(t, "passive")
	script := field(t, "client.script")
	p.WriteField(script, "open; send NOOP")
	require.Error(t, p.FieldErr(script.Path), "only the raw client has a script")
	p.SetField("client.program", "raw")
	assert.NoError(t, p.FieldErr(script.Path))
	assert.Equal(t, []string{"open", "send NOOP"}, p.Scenario().Client.Script)
}

func TestTypingIntoAFieldIsOneChangeToUndo(t *testing.T) {
	p := open(t, "active")
	for _, text := range []string{"1", "10", "100", "1000"} {
		p.WriteField(field(t, "file_bytes"), text)
	}
	p.WriteField(field(t, "seed"), "9")
	p.Undo()
	assert.Equal(t, 1000, p.Run.Scenario.FileBytes)
	p.Undo()
	assert.Equal(t, 12288, p.Run.Scenario.FileBytes)
	assert.False(t, p.Changed())
	p.Redo()
	assert.True(t, p.Changed())
}

func TestAChoiceThatDoesNotFitSaysWhy(t *testing.T) {
	p := open(t, "active")
	p.SetField("server_router.dnat", "control")
	assert.Contains(t, english(p.FieldErr("server_router.dnat")), "needs server.address private")
	p.SetField("server.address", "private")
	p.SetField("server_router.dnat", "control")
	assert.NoError(t, p.FieldErr("server_router.dnat"))
}

func TestHowItBlocksIsWrittenIntoOwnRules(t *testing.T) {
	p := open(t, "active-blocked")
	p.SetField("client_router.block_with", "reset")
	rules := p.Run.Scenario.ClientRouter.Firewall.Rules
	assert.Contains(t, rules[len(rules)-1].Text, "reject with tcp reset")
	p.SetField("client_router.firewall", "block-inbound")
	p.SetField("client_router.block_with", "icmp")
	assert.Equal(t, "block-inbound", p.Run.Scenario.ClientRouter.Firewall.Preset, "a name stays a name")
}

func TestAnotherProgramTakesTheTypedCommandsAwayAndUndoBringsThemBack(t *testing.T) {
	p := open(t, "active")
	p.SetField("client.program", "curl")
	require.NoError(t, p.FieldErr("client.program"))
	assert.Empty(t, p.Run.Scenario.User)
	p.Undo()
	assert.NotEmpty(t, p.Run.Scenario.User)
}

func say(p *model.Player, text string) {
	p.Write(text)
	p.Say()
}

func TestACommandIsSaidWhereTheCursorStands(t *testing.T) {
	p := open(t, "active")
	p.Settings.ReduceMotion = true
	p.JumpToMessage(4) // after the login
	say(p, "pwd")
	require.NoError(t, p.Lab.Prompt.Err)
	assert.Equal(t, []string{"open", "login ana", "pwd", "get notes.txt", "quit"}, p.Run.Scenario.User)
	lines := p.Session()
	assert.Contains(t, lines[len(lines)-1].Text, "257", "the run is shown up to the answer")
	say(p, "dir")
	assert.Equal(t, []string{"open", "login ana", "pwd", "ls", "get notes.txt", "quit"}, p.Run.Scenario.User)
	assert.True(t, slices.ContainsFunc(p.Session(), func(l trace.Printed) bool {
		return l.Kind == trace.PrintListed && strings.HasSuffix(l.Text, "notes.txt")
	}), "%v", p.Session())
	p.Undo()
	p.Undo()
	assert.Equal(t, []string{"open", "login ana", "get notes.txt", "quit"}, p.Run.Scenario.User)
}

func TestAtTheEndACommandComesBeforeQuit(t *testing.T) {
	p := open(t, "passive")
	p.Do(model.ActEnd)
	say(p, "size notes.txt")
	assert.Equal(t, []string{"open", "login ana", "get notes.txt", "size notes.txt", "quit"}, p.Run.Scenario.User)
	assert.True(t, p.Playing(), "the answer is played")
	play(p)
	lines := p.Session()
	assert.Equal(t, "213 12288", lines[len(lines)-1].Text)
}

// A line with a password counts as said, though what is kept of it does not show
// the password; and it can be recalled as it was typed.
func TestALineWithAPasswordIsSaidWhereTheCursorStands(t *testing.T) {
	p := open(t, "passive")
	p.Settings.ReduceMotion = true
	p.Do(model.ActEnd)
	say(p, "user ana secret")
	require.NoError(t, p.Lab.Prompt.Err)
	p.Do(model.ActEnd)
	say(p, "pwd")
	assert.Equal(t, []string{"open", "login ana", "get notes.txt", "user ana secret", "pwd", "quit"}, p.Run.Scenario.User)
	p.Recall(2)
	assert.Equal(t, "user ana secret", p.Lab.Prompt.Text)
	for _, l := range p.Printed() {
		assert.NotContains(t, l.Text, "secret")
	}
}

func TestAbortIsForWhatIsGoingOn(t *testing.T) {
	p := open(t, "passive")
	p.Settings.ReduceMotion = true
	p.WriteField(field(t, "file_bytes"), "400000")
	tr := p.Run.Trace
	for id := trace.ID(1); int(id) <= tr.Len(); id++ {
		if e := tr.Event(id); e.Kind == trace.KindData && tr.Progress(e).Bytes > 20_000 {
			p.JumpTo(id)
			break
		}
	}
	moment := p.World().T
	say(p, "abort")
	require.NoError(t, p.Lab.Prompt.Err)
	tr = p.Run.Trace
	sent := false
	for id := trace.ID(1); int(id) <= tr.Len(); id++ {
		if e := tr.Event(id); e.Kind == trace.KindCommand && tr.Line(e).Text == "ABOR" && !sent {
			assert.Equal(t, moment, e.T, "at the moment the cursor stood at")
			sent = true
		}
	}
	assert.True(t, sent)
	lines := p.Session()
	assert.Contains(t, lines[len(lines)-1].Text, "22")
}

func TestALineThatNoClientTakesStaysWithItsError(t *testing.T) {
	p := open(t, "active")
	before := p.Run.Trace
	for text, want := range map[string]string{"fetch notes.txt": "no such command", "get": "usage"} {
		say(p, text)
		assert.Contains(t, english(p.Lab.Prompt.Err), want)
		assert.Equal(t, text, p.Lab.Prompt.Text)
		assert.Same(t, before, p.Run.Trace)
	}
	say(p, "help")
	assert.True(t, p.Lab.Prompt.Help)
	assert.Same(t, before, p.Run.Trace)
}

func TestACommandWithoutASessionSaysSo(t *testing.T) {
	p := open(t, "active")
	p.Settings.ReduceMotion = true
	say(p, "pwd") // before open
	lines := p.Session()
	require.NotEmpty(t, lines)
	assert.Equal(t, "prompt.not_connected", lines[len(lines)-1].Say.Key)
}

func TestACommandBetweenTwoServersNeedsBothSessions(t *testing.T) {
	missing := func(lines ...string) bool {
		p := open(t, "two-servers")
		p.Settings.ReduceMotion = true
		for _, line := range lines {
			say(p, line)
		}
		return slices.ContainsFunc(p.Session(), func(l trace.Printed) bool { return l.Say.Key == "prompt.not_connected" })
	}
	assert.True(t, missing("proxy pwd"))
	assert.True(t, missing("proxy get notes.txt"))
	assert.True(t, missing("open", "login ana", "proxy get notes.txt"))
	assert.True(t, missing("proxy open second-server", "proxy login ana", "proxy put notes.txt"))
	assert.True(t, missing("proxy open second-server", "pwd"), "the first session is another")
	assert.False(t, missing("open", "proxy open second-server", "pwd", "proxy pwd", "proxy close", "pwd"))
}

func TestThePromptTakesOverFromCurl(t *testing.T) {
	s := sim.Default()
	p, err := model.Open(simulator{}, "own", s, languages)
	require.NoError(t, err)
	p.Settings.ReduceMotion = true
	p.Do(model.ActEnd)
	say(p, "pwd")
	require.NoError(t, p.Lab.Prompt.Err)
	assert.Equal(t, "plain", p.Run.Scenario.Client.Program)
	assert.Contains(t, p.Run.Scenario.User, "pwd")
	assert.Contains(t, p.Run.Scenario.User, "get file.bin")
}

func TestTheArrowsRecallAndTabCompletes(t *testing.T) {
	p := open(t, "active")
	say(p, "help")
	say(p, "passive")
	p.Recall(1)
	assert.Equal(t, "passive", p.Lab.Prompt.Text)
	p.Recall(1)
	assert.Equal(t, "help", p.Lab.Prompt.Text)
	p.Recall(-1)
	p.Recall(-1)
	assert.Equal(t, "", p.Lab.Prompt.Text)
	for text, want := range map[string]string{
		"ge": "get ", "get no": "get notes.txt ", "m": "m", "pas": "passive ", "zzz": "zzz", "ren": "rename ", "re": "re", "cd in": "cd incoming ",
	} {
		p.Write(text)
		p.Complete()
		assert.Equal(t, want, p.Lab.Prompt.Text)
	}
}

func TestARemedyMendsTheRun(t *testing.T) {
	p := open(t, "active-blocked")
	d := p.Diagnosis()
	require.False(t, d.OK)
	require.NotEmpty(t, d.Remedies)
	for i := range d.Remedies {
		require.NoError(t, p.Apply(p.Diagnosis().Remedies[i]))
		assert.True(t, p.Diagnosis().OK, d.Remedies[i].Say.Key)
		p.Undo()
		assert.False(t, p.Diagnosis().OK)
	}
}

func TestASavedScenarioIsUnchangedUntilItChanges(t *testing.T) {
	p := open(t, "active")
	p.SetField("client_router.nat", true)
	require.True(t, p.Changed())
	p.Saved("mine.toml")
	assert.False(t, p.Changed())
	p.Undo()
	assert.True(t, p.Changed())
	require.NoError(t, p.OpenScenario("other.toml", sim.Default(), nil))
	assert.False(t, p.Changed())
	assert.Equal(t, "other.toml", p.Lab.File)
	require.NoError(t, p.Restore("x", "mine.toml", sim.Default(), nil))
	assert.True(t, p.Changed(), "restored work is still unsaved")
}
