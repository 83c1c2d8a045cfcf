package model

import (
	"reflect"
	"slices"
	"strings"

	"ftpscope/lessons"
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

// Blocks are the ways in which a firewall can block, as block_with of a
// scenario names them, and the verdicts they stand for.
var Blocks = []struct{ Name, Verdict string }{
	{"drop", "drop"},
	{"reset", "reject with tcp reset"},
	{"icmp", "reject with icmpx type admin-prohibited"},
}

// newRule is what a rule says when it is added: the one that active mode needs.
const newRule = `iifname "wan" tcp sport 20 accept`

// Edit is the rule whose text is being written. What cannot be read yet is
// kept here and has not changed the run.
type Edit struct {
	Open  bool
	Side  Side
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

// Firewall is the rule set of a side, written out.
func (p *Player) Firewall(side Side) sim.Firewall {
	s := p.Scenario()
	return s.Expand(router(s, side))
}

// BlockWith is how a side's firewall blocks: one of Blocks' names.
func (p *Player) BlockWith(side Side) string {
	return router(p.Scenario(), side).BlockWith
}

// RuleAt is the index among the trace's rules of rule i of a side's firewall;
// i after the last rule is the policy. It is -1 where the run has none, or its
// firewall is another while a change of it is under way.
func (p *Player) RuleAt(side Side, i int) int {
	t := p.Run.Trace
	if s := p.Scenario(); s != &p.Run.Scenario && !reflect.DeepEqual(p.Firewall(side), p.Run.Scenario.Expand(router(&p.Run.Scenario, side))) {
		return -1
	}
	at, ok := t.NodeByRole(side.Role())
	if !ok {
		return -1
	}
	return slices.IndexFunc(t.Rules, func(r trace.Rule) bool {
		return r.At == at && r.Chain == "forward" && r.Index == i
	})
}

// Hits is how often rule i of a side's firewall has decided up to the cursor.
func (p *Player) Hits(side Side, i int) int {
	n := p.RuleAt(side, i)
	if n < 0 || p.Learn != nil && p.Learn.Asks(lessons.KindRule) {
		return 0
	}
	return int(p.World().Hits[n])
}

// SetPolicy chooses what happens to what no rule matches.
func (p *Player) SetPolicy(side Side, policy string) error {
	return p.change(side, "", func(r *sim.Router) { r.Firewall.Policy = policy })
}

// SetBlockWith chooses how the firewall blocks, in every rule that does.
func (p *Player) SetBlockWith(side Side, name string) error {
	i := slices.IndexFunc(Blocks, func(b struct{ Name, Verdict string }) bool { return b.Name == name })
	return p.change(side, "", func(r *sim.Router) {
		r.BlockWith = name
		for j := range r.Firewall.Rules {
			rule := &r.Firewall.Rules[j]
			rule.Text = withVerdict(rule.Text, Blocks[i].Verdict)
		}
	})
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
func (p *Player) AddRule(side Side) error {
	at := 0
	err := p.change(side, "", func(r *sim.Router) {
		at = len(r.Firewall.Rules)
		if at > 0 && Columns(r.Firewall.Rules[at-1].Text).Verdict != "accept" {
			at--
		}
		r.Firewall.Rules = slices.Insert(r.Firewall.Rules, at, sim.RuleText{Text: newRule})
	})
	if err == nil {
		p.OpenRule(side, at)
	}
	return err
}

// RemoveRule takes a rule away.
func (p *Player) RemoveRule(side Side, i int) error {
	p.Edit = Edit{}
	return p.change(side, "", func(r *sim.Router) { r.Firewall.Rules = slices.Delete(r.Firewall.Rules, i, i+1) })
}

// MoveRule moves a rule up (-1) or down (1).
func (p *Player) MoveRule(side Side, i, by int) error {
	j := i + by
	if j < 0 || j >= len(p.Firewall(side).Rules) {
		return nil
	}
	err := p.change(side, "", func(r *sim.Router) {
		r.Firewall.Rules[i], r.Firewall.Rules[j] = r.Firewall.Rules[j], r.Firewall.Rules[i]
	})
	if e := &p.Edit; err == nil && e.Open && e.Side == side && e.Index == i {
		e.Index = j
	}
	return err
}

// ToggleRule switches a rule off or on.
func (p *Player) ToggleRule(side Side, i int) error {
	return p.change(side, "", func(r *sim.Router) { r.Firewall.Rules[i].Off = !r.Firewall.Rules[i].Off })
}

// OpenRule opens a rule for writing; CloseRule closes it.
func (p *Player) OpenRule(side Side, i int) {
	p.Edit = Edit{Open: true, Side: side, Index: i, Text: p.Firewall(side).Rules[i].Text}
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
	if e.Err = sim.CheckRule(text); e.Err != nil {
		return
	}
	e.Err = p.change(e.Side, "text", func(r *sim.Router) { r.Firewall.Rules[e.Index].Text = text })
}

// change makes one change to a firewall and runs the scenario again, with the
// cursor at the corresponding place. When it cannot be run nothing changes.
func (p *Player) change(side Side, merge string, f func(*sim.Router)) error {
	next := p.Scenario().Clone()
	r := router(&next, side)
	r.Firewall = next.Expand(r)
	f(r)
	return p.commit(next, merge, nil)
}
