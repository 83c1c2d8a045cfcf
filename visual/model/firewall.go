package model

import (
	"slices"
	"strings"

	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// Side is the client's or the server's side of the network.
type Side uint8

// The sides.
const (
	ClientSide Side = iota
	ServerSide
	SideCount
)

// Role is the role of the router on a side.
func (s Side) Role() trace.Role {
	if s == ServerSide {
		return trace.RoleServerRouter
	}
	return trace.RoleClientRouter
}

// Chain is one of the tables of rules that a person can change: what a firewall
// thinks about one kind of packet.
type Chain uint8

// The chains of both sides: for packets through a router, for packets that are
// meant for the router itself, and of the firewall on a host.
const (
	ClientForward Chain = iota
	ClientInput
	ClientHost
	ServerForward
	ServerInput
	ServerHost
	ChainCount
)

// chainsASide is how many chains each side has.
const chainsASide = ChainCount / Chain(SideCount)

// Chains are those of a side.
func (s Side) Chains() []Chain {
	first := Chain(s) * chainsASide
	return []Chain{first, first + 1, first + 2}
}

// Side is the side that a chain is on.
func (c Chain) Side() Side { return Side(c / chainsASide) }

// OnHost reports whether a chain is the firewall of a host, not of a router.
func (c Chain) OnHost() bool { return c == ClientHost || c == ServerHost }

// Through reports whether a chain is for packets that pass a router.
func (c Chain) Through() bool { return c == ClientForward || c == ServerForward }

// hook is the chain's name in nftables and in a trace.
func (c Chain) hook() string {
	if c.Through() {
		return sim.ChainForward
	}
	return sim.ChainInput
}

// role is who has the chain.
func (c Chain) role() trace.Role {
	switch c {
	case ClientHost:
		return trace.RoleClient
	case ServerHost:
		return trace.RoleServer
	}
	return c.Side().Role()
}

// Blocks are the ways in which a firewall can block, as block_with of a
// scenario names them, and the verdicts they stand for.
var Blocks = []struct{ Name, Verdict string }{
	{"drop", "drop"},
	{"reset", "reject with tcp reset"},
	{"icmp", "reject with icmpx type admin-prohibited"},
}

// newRules are what a rule says when it is added: what active mode needs on the
// client's side and passive mode on the server's, and silence from the router.
var newRules = [ChainCount]string{
	ClientForward: `iifname "wan" tcp sport 20 accept`, ClientInput: `iifname "wan" drop`, ClientHost: `tcp sport 20 accept`,
	ServerForward: `iifname "wan" tcp sport 20 accept`, ServerInput: `iifname "wan" drop`, ServerHost: `tcp dport 21 accept`,
}

// Edit is the rule whose text is being written. What cannot be read yet is
// kept here and has not changed the run.
type Edit struct {
	Open  bool
	Chain Chain
	Index int
	Text  string
	Err   error
}

func router(s *sim.Scenario, side Side) *sim.Router {
	if side == ServerSide {
		return &s.ServerRouter
	}
	return &s.ClientRouter
}

// table is a chain's rules and policy where a scenario holds them. A preset is
// written out as rules there, so that they can be changed.
func table(s *sim.Scenario, c Chain) (rules *[]sim.RuleText, policy *string) {
	f := &s.Client.Firewall
	switch {
	case c == ServerHost:
		f = &s.Server.Firewall
	case c != ClientHost:
		r := router(s, c.Side())
		r.Firewall = s.Expand(r)
		f = &r.Firewall
	}
	if f.Preset != "" { // of a host: it has none but "none"
		*f = sim.Firewall{Policy: "accept"}
	}
	if c == ClientInput || c == ServerInput {
		return &f.Input, &f.InputPolicy
	}
	return &f.Rules, &f.Policy
}

// Rules are the rules of a chain, written out, and what becomes of packets that
// none of them matches: "accept" or "drop".
func (p *Player) Rules(c Chain) (rules []sim.RuleText, policy string) {
	return readTable(*p.Scenario(), c)
}

// readTable takes a scenario by value: table changes what stands in it, and not
// what it shares with others.
func readTable(s sim.Scenario, c Chain) (rules []sim.RuleText, policy string) {
	r, at := table(&s, c)
	if *at == "" {
		return *r, "accept"
	}
	return *r, *at
}

// BlockWith is how a side's firewall blocks: one of Blocks' names.
func (p *Player) BlockWith(side Side) string {
	return router(p.Scenario(), side).BlockWith
}

// RuleAt is the index among the trace's rules of rule i of a chain; i after the
// last rule is the policy. It is -1 where the run has none, or its chain is
// another while a change of it is under way.
func (p *Player) RuleAt(c Chain, i int) int {
	t := p.Run.Trace
	if s := p.Scenario(); s != &p.Run.Scenario {
		now, policy := readTable(*s, c)
		if then, was := readTable(p.Run.Scenario, c); policy != was || !slices.Equal(now, then) {
			return -1
		}
	}
	at, ok := t.NodeByRole(c.role())
	if !ok {
		return -1
	}
	return slices.IndexFunc(t.Rules, func(r trace.Rule) bool {
		return r.At == at && r.Chain == c.hook() && r.Index == i
	})
}

// ChainOf is the chain in which a rule of the trace stands, by its index; ok is
// false where nobody can change it.
func (p *Player) ChainOf(rule int) (c Chain, ok bool) {
	if rule < 0 || rule >= len(p.Run.Trace.Rules) {
		return 0, false
	}
	r := &p.Run.Trace.Rules[rule]
	for c := range ChainCount {
		if p.Run.Trace.Nodes[r.At].Role == c.role() && r.Chain == c.hook() {
			return c, true
		}
	}
	return 0, false
}

// Hits is how often rule i of a chain has decided up to the cursor.
func (p *Player) Hits(c Chain, i int) int {
	n := p.RuleAt(c, i)
	if n < 0 {
		return 0
	}
	return int(p.World().Hits[n])
}

// SetPolicy chooses what happens to what no rule matches.
func (p *Player) SetPolicy(c Chain, policy string) error {
	return p.change(c, "", func(_ *[]sim.RuleText, at *string) { *at = policy })
}

// SetBlockWith chooses how the firewall blocks, in every rule that does.
func (p *Player) SetBlockWith(side Side, name string) error {
	i := slices.IndexFunc(Blocks, func(b struct{ Name, Verdict string }) bool { return b.Name == name })
	next := p.Scenario().Clone()
	r := router(&next, side)
	r.Firewall = next.Expand(r)
	r.BlockWith = name
	for _, rules := range [][]sim.RuleText{r.Firewall.Rules, r.Firewall.Input} {
		for j := range rules {
			rules[j].Text = withVerdict(rules[j].Text, Blocks[i].Verdict)
		}
	}
	return p.commit(next, "", nil)
}

// withVerdict replaces the verdict of a blocking rule.
func withVerdict(text, verdict string) string {
	c := Columns(text)
	if c.Verdict != "drop" && c.Verdict != "reject" {
		return text
	}
	head, tail := text, ""
	if i := strings.Index(text, " comment "); i >= 0 {
		head, tail = text[:i], text[i:]
	}
	words := strings.Fields(head)
	at := slices.IndexFunc(words, func(w string) bool { return w == "drop" || w == "reject" })
	return strings.Join(append(words[:at:at], verdict), " ") + tail
}

// AddRule puts a new rule before the last one, which as a rule blocks the rest,
// and opens it for writing.
func (p *Player) AddRule(c Chain) error {
	at := 0
	err := p.change(c, "", func(rules *[]sim.RuleText, _ *string) {
		at = len(*rules)
		if at > 0 && Columns((*rules)[at-1].Text).Verdict != "accept" {
			at--
		}
		*rules = slices.Insert(*rules, at, sim.RuleText{Text: newRules[c]})
	})
	if err == nil {
		p.OpenRule(c, at)
	}
	return err
}

// RemoveRule takes a rule away.
func (p *Player) RemoveRule(c Chain, i int) error {
	p.Edit = Edit{}
	return p.change(c, "", func(rules *[]sim.RuleText, _ *string) { *rules = slices.Delete(*rules, i, i+1) })
}

// MoveRule moves a rule up (-1) or down (1).
func (p *Player) MoveRule(c Chain, i, by int) error {
	j := i + by
	if all, _ := p.Rules(c); j < 0 || j >= len(all) {
		return nil
	}
	err := p.change(c, "", func(rules *[]sim.RuleText, _ *string) {
		(*rules)[i], (*rules)[j] = (*rules)[j], (*rules)[i]
	})
	if e := &p.Edit; err == nil && e.Open && e.Chain == c && e.Index == i {
		e.Index = j
	}
	return err
}

// ToggleRule switches a rule off or on.
func (p *Player) ToggleRule(c Chain, i int) error {
	return p.change(c, "", func(rules *[]sim.RuleText, _ *string) { (*rules)[i].Off = !(*rules)[i].Off })
}

// OpenRule opens a rule for writing; CloseRule closes it.
func (p *Player) OpenRule(c Chain, i int) {
	rules, _ := p.Rules(c)
	p.Edit = Edit{Open: true, Chain: c, Index: i, Text: rules[i].Text}
	p.history.merge = ""
}

// CloseRule ends writing; a text with an error is given up.
func (p *Player) CloseRule() { p.Edit = Edit{} }

// WriteRule gives the open rule a text. The run changes as soon as the text
// can be read; until then Edit.Err says what is wrong.
func (p *Player) WriteRule(text string) {
	e := &p.Edit
	if !e.Open || text == e.Text {
		return
	}
	e.Text = text
	if e.Err = sim.CheckRule(e.Chain.hook(), text); e.Err != nil {
		return
	}
	e.Err = p.change(e.Chain, "text", func(rules *[]sim.RuleText, _ *string) { (*rules)[e.Index].Text = text })
}

// change makes one change to a chain and runs the scenario again, with the
// cursor at the corresponding place. When it cannot be run nothing changes.
func (p *Player) change(c Chain, merge string, f func(rules *[]sim.RuleText, policy *string)) error {
	next := p.Scenario().Clone()
	f(table(&next, c))
	return p.commit(next, merge, nil)
}
