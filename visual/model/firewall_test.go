package model_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
	"ftpscope/visual/model"
)

func TestALetInRuleMendsTheBlockedRunAtOnce(t *testing.T) {
	p := open(t, "active-blocked")
	require.False(t, p.Run.Trace.Outcome.OK)
	require.NoError(t, p.AddRule(model.ClientSide))
	assert.True(t, p.Run.Trace.Outcome.OK)
	assert.Equal(t, 2, p.Edit.Index, "before the rule that blocks the rest")

	p.Do(model.ActUndo)
	assert.False(t, p.Run.Trace.Outcome.OK)
	p.Do(model.ActRedo)
	assert.True(t, p.Run.Trace.Outcome.OK)
}

func TestAChangeKeepsTheSameMessage(t *testing.T) {
	p := open(t, "active-blocked")
	p.JumpToMessage(4)
	require.NoError(t, p.SetBlockWith(model.ClientSide, "reset"))
	assert.Equal(t, 4, p.Message())

	p.Do(model.ActEnd)
	require.NoError(t, p.SetBlockWith(model.ClientSide, "drop"))
	assert.LessOrEqual(t, p.Message(), len(p.Run.Outline.Messages)-1)
}

func TestTextThatCannotBeReadChangesNothing(t *testing.T) {
	p := open(t, "active-blocked")
	before := p.Run.Trace
	p.OpenRule(model.ClientSide, 2)
	p.WriteRule("tcp dprt 21 accept")
	assert.Error(t, p.Edit.Err)
	assert.Same(t, before, p.Run.Trace)
	assert.False(t, p.Action(model.ActUndo).Ready())

	p.WriteRule("accept")
	assert.NoError(t, p.Edit.Err)
	assert.NotSame(t, before, p.Run.Trace)
}

func TestWritingARuleIsOneUndo(t *testing.T) {
	p := open(t, "active-blocked")
	p.OpenRule(model.ClientSide, 2)
	for _, text := range []string{"tcp dport 2 drop", "tcp dport 20 drop", "tcp dport 200 drop"} {
		p.WriteRule(text)
		require.NoError(t, p.Edit.Err)
	}
	p.Do(model.ActUndo)
	assert.Equal(t, `iifname "wan" drop comment "inbound"`, p.Firewall(model.ClientSide).Rules[2].Text)
	assert.False(t, p.Action(model.ActUndo).Ready())
}

func TestRulesMoveSwitchOffAndGo(t *testing.T) {
	p := open(t, "active-blocked")
	rules := func() []sim.RuleText { return p.Firewall(model.ClientSide).Rules }
	first := rules()[0].Text
	require.NoError(t, p.MoveRule(model.ClientSide, 0, 1))
	assert.Equal(t, first, rules()[1].Text)
	require.NoError(t, p.MoveRule(model.ClientSide, 0, -1), "above the first there is nothing")
	assert.Equal(t, first, rules()[1].Text)
	require.NoError(t, p.ToggleRule(model.ClientSide, 1))
	assert.True(t, rules()[1].Off)
	require.NoError(t, p.RemoveRule(model.ClientSide, 0))
	assert.Len(t, rules(), 2)
}

func TestRejectRewritesTheRulesThatBlockAndNoOthers(t *testing.T) {
	p := open(t, "active-blocked")
	require.NoError(t, p.SetBlockWith(model.ClientSide, "icmp"))
	rules := p.Firewall(model.ClientSide).Rules
	assert.Equal(t, `iifname "wan" reject with icmpx type admin-prohibited comment "inbound"`, rules[2].Text)
	assert.Equal(t, `iifname "lan" accept comment "outbound"`, rules[1].Text)
	require.NoError(t, p.SetBlockWith(model.ClientSide, "drop"))
	assert.Equal(t, `iifname "wan" drop comment "inbound"`, p.Firewall(model.ClientSide).Rules[2].Text)
}

func TestHitsCountUpToTheCursor(t *testing.T) {
	p := open(t, "active-blocked")
	assert.Zero(t, p.Hits(model.ClientSide, 2))
	p.Do(model.ActEnd)
	assert.Equal(t, 6, p.Hits(model.ClientSide, 2), "the SYN and its five repetitions")
}

func TestColumns(t *testing.T) {
	for text, want := range map[string]model.RuleColumns{
		`ct state established,related accept comment "answers"`:  {State: "established,related", Verdict: "accept", Comment: "answers"},
		`iifname "wan" tcp sport 20 tcp dport 1024-65535 accept`: {From: "wan", Source: "20", Port: "1024-65535", Verdict: "accept"},
		`oifname "wan" tcp dport { 21, 990 } drop`:               {To: "wan", Port: "21, 990", Verdict: "drop"},
		`ip saddr 10.0.0.0/8 reject with tcp reset`:              {Address: "saddr 10.0.0.0/8", Verdict: "reject"},
		`tcp dport {`: {Port: ""},
		``:            {},
	} {
		assert.Equal(t, want, model.Columns(text), text)
	}
}
