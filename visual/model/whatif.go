package model

import (
	"maps"
	"slices"
	"strconv"

	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// WhatIfs are the changed runs in which the packet that the caption is about
// fares otherwise: the rule that stopped it lets it through, or the router
// that rewrote it does not. There are none for any other packet.
func (p *Player) WhatIfs() []Comparison {
	t := p.Run.Trace
	var all []Comparison
	for id := p.PacketSent(); id != 0 && id <= p.Cursor.N; id = t.Next(id) {
		e := t.Event(id)
		switch {
		case e.What.Died() && e.Rule != 0:
			if c, ok := p.allowed(t.Rule(e)); ok {
				all = append(all, c)
			}
		case e.What.Died():
			all = append(all, p.remedies()...)
		case e.What == trace.Rewritten:
			if c, ok := p.untouched(e); ok && !slices.ContainsFunc(all, func(o Comparison) bool { return o.Title.Key == c.Title.Key }) {
				all = append(all, c)
			}
		}
	}
	return all
}

// allowed is the run in which a rule, or a policy, that blocks lets through.
func (p *Player) allowed(r *trace.Rule) (Comparison, bool) {
	at := p.Run.Trace.Nodes[r.At]
	title := trace.Sentence{Key: "compare.rule." + at.Name, Args: []any{"n", strconv.Itoa(r.Index + 1)}}
	if r.Policy {
		title.Key = "compare.policy." + at.Name
	}
	known := true
	c := p.altered(title, func(s *sim.Scenario) {
		f, input := &s.Client.Firewall, false
		switch at.Role {
		case trace.RoleClientRouter, trace.RoleServerRouter:
			router := &s.ClientRouter
			if at.Role == trace.RoleServerRouter {
				router = &s.ServerRouter
			}
			router.Firewall = s.Expand(router)
			f, input = &router.Firewall, r.Chain == "input"
		case trace.RoleServer:
			f = &s.Server.Firewall
		}
		rules := f.Rules
		if input {
			rules = f.Input
		}
		switch {
		case r.Policy && input:
			f.InputPolicy = "accept"
		case r.Policy:
			f.Policy = "accept"
		case r.Index < len(rules):
			rules[r.Index].Text = withVerdict(rules[r.Index].Text, "accept")
		default:
			known = false
		}
	})
	return c, known
}

// untouched is the run in which what rewrote a packet is switched off: the
// helper if it changed what the packet says, else NAT.
func (p *Player) untouched(e trace.Event) (Comparison, bool) {
	t := p.Run.Trace
	before := t.Event(e.Cause)
	said := before.Kind == trace.KindPacket && string(t.Packet(before).Payload) != string(t.Packet(e).Payload)
	role := t.Nodes[e.At].Role
	side := ClientSide
	if role == trace.RoleServerRouter {
		side = ServerSide
	}
	name := t.Nodes[e.At].Name
	r := router(&p.Run.Scenario, side)
	switch {
	case role != trace.RoleClientRouter && role != trace.RoleServerRouter:
		return Comparison{}, false
	case said && r.Helper:
		return p.altered(trace.Sentence{Key: "compare.helper." + name}, func(s *sim.Scenario) { router(s, side).Helper = false }), true
	case r.NAT:
		return p.altered(trace.Sentence{Key: "compare.nat." + name}, func(s *sim.Scenario) { router(s, side).NAT = false }), true
	case r.DNAT != "none":
		return p.altered(trace.Sentence{Key: "compare.dnat"}, func(s *sim.Scenario) { router(s, side).DNAT = "none" }), true
	}
	return Comparison{}, false
}

// remedies are the changes that would mend a failed run.
func (p *Player) remedies() []Comparison {
	var all []Comparison
	for _, r := range p.Diagnosis().Remedies {
		var err error
		c := p.altered(r.Say, func(s *sim.Scenario) {
			for _, key := range slices.Sorted(maps.Keys(r.Set)) {
				if err == nil {
					err = s.Set(key, r.Set[key])
				}
			}
		})
		if err == nil {
			all = append(all, c)
		}
	}
	return all
}
