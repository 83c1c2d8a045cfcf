package model_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
)

func TestALetInRuleMendsTheBlockedRunAtOnce(t *testing.T) {
	p := open(t, "active-blocked")
	require.False(t, p.Run.Trace.Outcome.OK)
	require.NoError(t, p.AddRule(model.ClientForward))
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
	p.OpenRule(model.ClientForward, 2)
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
	p.OpenRule(model.ClientForward, 2)
	for _, text := range []string{"tcp dport 2 drop", "tcp dport 20 drop", "tcp dport 200 drop"} {
		p.WriteRule(text)
		require.NoError(t, p.Edit.Err)
	}
	p.Do(model.ActUndo)
	assert.Equal(t, `iifname "wan" drop comment "inbound"`, rulesOf(p, model.ClientForward)[2].Text)
	assert.False(t, p.Action(model.ActUndo).Ready())
}

func TestRulesMoveSwitchOffAndGo(t *testing.T) {
	p := open(t, "active-blocked")
	rules := func() []sim.RuleText { return rulesOf(p, model.ClientForward) }
	first := rules()[0].Text
	require.NoError(t, p.MoveRule(model.ClientForward, 0, 1))
	assert.Equal(t, first, rules()[1].Text)
	require.NoError(t, p.MoveRule(model.ClientForward, 0, -1), "above the first there is nothing")
	assert.Equal(t, first, rules()[1].Text)
	require.NoError(t, p.ToggleRule(model.ClientForward, 1))
	assert.True(t, rules()[1].Off)
	require.NoError(t, p.RemoveRule(model.ClientForward, 0))
	assert.Len(t, rules(), 2)
}

func TestRejectRewritesTheRulesThatBlockAndNoOthers(t *testing.T) {
	p := open(t, "active-blocked")
	require.NoError(t, p.SetBlockWith(model.ClientSide, "icmp"))
	rules := rulesOf(p, model.ClientForward)
	assert.Equal(t, `iifname "wan" reject with icmpx type admin-prohibited comment "inbound"`, rules[2].Text)
	assert.Equal(t, `iifname "lan" accept comment "outbound"`, rules[1].Text)
	require.NoError(t, p.SetBlockWith(model.ClientSide, "drop"))
	assert.Equal(t, `iifname "wan" drop comment "inbound"`, rulesOf(p, model.ClientForward)[2].Text)
}

func TestHitsCountUpToTheCursor(t *testing.T) {
	p := open(t, "active-blocked")
	assert.Zero(t, p.Hits(model.ClientForward, 2))
	p.Do(model.ActEnd)
	assert.Equal(t, 6, p.Hits(model.ClientForward, 2), "the SYN and its five repetitions")
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

// Each chain judges its own packets: those through a router, those to the router
// itself, those that arrive at a host.
func TestEveryChainIsEditedAndJudges(t *testing.T) {
	for _, c := range []struct {
		name   string
		chain  model.Chain
		preset string
		set    map[string]string
		rule   string // that blocks
		field  string // where the scenario holds it
	}{
		{"through the client's router", model.ClientForward, "active", nil, `iifname "wan" tcp sport 20 drop`, "client_router.firewall"},
		{"through the server's router", model.ServerForward, "passive", nil, "tcp dport 1024-65535 drop", "server_router.firewall"},
		{"on the client", model.ClientHost, "active", nil, "tcp sport 20 drop", "client.host_firewall"},
		{"on the server", model.ServerHost, "passive", nil, "tcp dport 1024-65535 drop", "server.host_firewall"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := open(t, c.preset)
			require.True(t, p.Run.Trace.Outcome.OK)
			require.NoError(t, p.AddRule(c.chain))
			p.WriteRule(c.rule)
			require.NoError(t, p.Edit.Err)
			require.False(t, p.Run.Trace.Outcome.OK)
			p.Do(model.ActEnd)
			assert.Positive(t, p.Hits(c.chain, 0))
			of, ok := p.ChainOf(p.RuleAt(c.chain, 0))
			assert.True(t, ok)
			assert.Equal(t, c.chain, of)
			assert.Contains(t, p.Run.Scenario.Get(c.field).(map[string]any)["rules"], c.rule)

			require.NoError(t, p.ToggleRule(c.chain, 0))
			assert.True(t, p.Run.Trace.Outcome.OK, "switched off")
			require.NoError(t, p.ToggleRule(c.chain, 0))
			require.NoError(t, p.AddRule(c.chain))
			p.WriteRule("accept")
			assert.True(t, p.Run.Trace.Outcome.OK, "the first that matches decides")
			require.NoError(t, p.MoveRule(c.chain, 0, 1))
			assert.False(t, p.Run.Trace.Outcome.OK)
			require.NoError(t, p.RemoveRule(c.chain, 0))
			assert.True(t, p.Run.Trace.Outcome.OK)
			p.Do(model.ActUndo)
			assert.False(t, p.Run.Trace.Outcome.OK)

			require.NoError(t, p.RemoveRule(c.chain, 0))
			require.NoError(t, p.RemoveRule(c.chain, 0))
			require.NoError(t, p.SetPolicy(c.chain, "drop"))
			assert.False(t, p.Run.Trace.Outcome.OK, "nothing passes")
			rules, policy := p.Rules(c.chain)
			assert.Empty(t, rules)
			assert.Equal(t, "drop", policy)
		})
	}
}

// Behind NAT without a helper the server calls the router's own address.
func TestWhatIsMeantForTheRouterItselfIsJudgedByItsInput(t *testing.T) {
	p := open(t, "active")
	s := sim.Default()
	for _, kv := range [][2]string{
		{"client.program", "raw"}, {"client.mode", "port"}, {"client.port_address", "198.51.100.1"}, {"client_router.nat", "true"}, {"server.port_promiscuous", "true"}, {"server.profile", "plain"},
	} {
		require.NoError(t, s.Set(kv[0], kv[1]))
	}
	require.NoError(t, p.OpenScenario("", s, nil))
	end := func() trace.What {
		for id := trace.ID(p.Run.Trace.Len()); id > 0; id-- {
			e := p.Run.Trace.Event(id)
			if at := p.Run.Trace.Nodes[e.At].Role; e.Kind == trace.KindPacket && e.Channel == trace.Data && at == trace.RoleClientRouter && (e.What.Died() || e.What == trace.Arrived) {
				return e.What
			}
		}
		return trace.WhatNone
	}
	assert.Equal(t, trace.Arrived, end(), "nobody listens there, which a RST says")
	require.NoError(t, p.AddRule(model.ClientInput))
	assert.Equal(t, trace.Dropped, end())
	require.NoError(t, p.RemoveRule(model.ClientInput, 0))
	require.NoError(t, p.SetPolicy(model.ClientInput, "drop"))
	assert.Equal(t, trace.Dropped, end())
	assert.Equal(t, "drop", p.Run.Scenario.Get("client_router.firewall").(map[string]any)["input_policy"])
}

func TestARuleSaysWhereItCannotStand(t *testing.T) {
	p := open(t, "active")
	require.NoError(t, p.AddRule(model.ServerHost))
	before := p.Run.Trace
	p.WriteRule(`oifname "wan" drop`)
	assert.Equal(t, "oifname is not known before routing", english(p.Edit.Err))
	assert.Same(t, before, p.Run.Trace)
}

// A rule that rejects does so in both chains of a router.
func TestHowItBlocksIsWrittenIntoBothChainsOfARouter(t *testing.T) {
	p := open(t, "active")
	require.NoError(t, p.Apply(sim.Remedy{Set: map[string]string{"client_router.firewall": "block-inbound"}}))
	require.NoError(t, p.SetPolicy(model.ClientForward, "accept")) // its rules become one's own
	require.NoError(t, p.SetBlockWith(model.ClientSide, "reset"))
	for _, c := range []model.Chain{model.ClientForward, model.ClientInput} {
		rules := rulesOf(p, c)
		assert.Contains(t, rules[len(rules)-1].Text, "reject with tcp reset")
	}
}
