package netmodel

import (
	"math"
	"net/netip"
)

// chain is a chain in place, with its counters.
type chain struct {
	Rules
	hits   []uint64
	policy uint64
}

// verdict is what a chain decided and which rule did.
type verdict struct {
	verdict Verdict
	with    RejectWith
	rule    RuleRef
}

// allowed says which verdicts make sense in a chain.
var allowed = [ChainCount]map[Verdict]bool{
	Prerouting:  {VerdictAccept: true, VerdictDrop: true, VerdictDNAT: true, VerdictRedirect: true},
	HelperChain: {VerdictAccept: true, VerdictSetHelper: true},
	Input:       {VerdictAccept: true, VerdictDrop: true, VerdictReject: true},
	Forward:     {VerdictAccept: true, VerdictDrop: true, VerdictReject: true},
	Output:      {VerdictAccept: true, VerdictDrop: true, VerdictReject: true},
	Postrouting: {VerdictAccept: true, VerdictDrop: true, VerdictSNAT: true, VerdictMasquerade: true},
}

// RuleError says which rule of a chain cannot be.
type RuleError struct {
	Chain  Chain
	Index  int // from 0; PolicyIndex: the policy
	Reason *Fault
}

// Say is the sentence that tells the error.
func (e *RuleError) Say() (key string, args []any) {
	if e.Index == PolicyIndex {
		return "error.rule.chain_policy", []any{"chain", e.Chain.String(), "why", e.Reason}
	}
	return "error.rule.chain_rule", []any{"chain", e.Chain.String(), "n", e.Index + 1, "why", e.Reason}
}

func (e *RuleError) Error() string {
	key, args := e.Say()
	return fault(key, args...).Error()
}

// SetChain puts rules into a chain, replacing what it held. Counters belong to
// places in the chain and go on.
func (n *Node) SetChain(c Chain, r Rules) error {
	if c == 0 || c >= ChainCount {
		return &RuleError{c, PolicyIndex, fault("error.rule.no_chain")}
	}
	if !allowed[c][r.Policy] || r.Policy != VerdictAccept && r.Policy != VerdictDrop {
		return &RuleError{c, PolicyIndex, fault("error.rule.policy")}
	}
	if len(r.Rules) > math.MaxInt16 { // RuleRef counts no further
		return &RuleError{c, math.MaxInt16, fault("error.rule.chain_long", "most", math.MaxInt16)}
	}
	for i := range r.Rules {
		if reason := r.Rules[i].Check(c); reason != nil {
			return &RuleError{c, i, reason}
		}
	}
	old := n.chains[c]
	if old == nil {
		old = &chain{}
		n.chains[c] = old
	}
	old.Rules = r
	old.hits = append(old.hits, make([]uint64, max(0, len(r.Rules)-len(old.hits)))...)
	n.updateTracking()
	return nil
}

// Check says why the rule cannot stand in a chain; nil if it can.
func (r *Rule) Check(c Chain) *Fault {
	switch {
	case c == 0 || c >= ChainCount:
		return fault("error.rule.no_chain")
	case !allowed[c][r.Verdict]:
		return fault("error.rule.verdict_chain")
	case r.OIf != "" && (c == Prerouting || c == HelperChain || c == Input):
		return fault("error.rule.oifname")
	case r.IIf != "" && (c == Output || c == Postrouting):
		return fault("error.rule.iifname")
	case r.Protocol == ICMP && (len(r.SPort) > 0 || len(r.DPort) > 0 || r.SYN || r.SYNBit || r.resets()):
		return fault("error.rule.icmp_ports")
	case r.Src.IsValid() && r.Dst.IsValid() && r.Src.Addr().Is4() != r.Dst.Addr().Is4():
		return fault("error.rule.versions")
	case r.Verdict == VerdictSetHelper && r.Helper == "":
		return fault("error.rule.helper_missing")
	}
	if reason := r.checkTarget(); reason != nil {
		return reason
	}
	return checkPorts(r.SPort, r.DPort)
}

func (r *Rule) checkTarget() *Fault {
	to := r.To
	switch {
	case (r.Verdict == VerdictSNAT || r.Verdict == VerdictDNAT) && !to.First.IsValid():
		return fault("error.rule.target_missing")
	case to.Last.IsValid() && (to.Last.Is4() != to.First.Is4() || to.Last.Less(to.First)):
		return fault("error.rule.address_range", "first", to.First, "last", to.Last)
	case to.First.IsValid() && r.Dst.IsValid() && r.Dst.Addr().Is4() != to.First.Is4(),
		to.First.IsValid() && r.Src.IsValid() && r.Src.Addr().Is4() != to.First.Is4():
		return fault("error.rule.target_versions")
	}
	return checkPorts([]PortRange{to.Ports})
}

func checkPorts(lists ...[]PortRange) *Fault {
	for _, ports := range lists {
		for _, p := range ports {
			if p.First > p.Last {
				return fault("error.rule.port_range", "first", p.First, "last", p.Last)
			}
		}
	}
	return nil
}

// needsTracking reports whether a chain has a rule that asks for connection tracking.
func (c *chain) needsTracking(at Chain) bool {
	if c == nil {
		return false
	}
	for i := range c.Rules.Rules {
		r := &c.Rules.Rules[i]
		if at == Prerouting || at == HelperChain || at == Postrouting || r.CT != 0 {
			return true
		}
	}
	return false
}

var accepted = verdict{verdict: VerdictAccept}

// walk takes a packet down a chain: the first rule that matches decides, then
// the policy.
func (n *Node) walk(at Chain, f *flight, in, out *Iface) verdict {
	c := n.chains[at]
	if c == nil {
		return accepted
	}
	for i := range c.Rules.Rules {
		r := &c.Rules.Rules[i]
		if r.matches(f, in, out) {
			return verdict{r.Verdict, r.Reject, RuleRef{n.id, at, int16(i)}}
		}
	}
	return verdict{c.Policy, 0, RuleRef{n.id, at, PolicyIndex}}
}

func (r *Rule) matches(f *flight, in, out *Iface) bool {
	switch {
	case r.Disabled,
		r.CT != 0 && r.CT&f.ct == 0,
		r.IIf != "" && (in == nil || in.name != r.IIf),
		r.OIf != "" && (out == nil || out.name != r.OIf),
		r.Src.IsValid() && !r.Src.Contains(f.Src.Addr()),
		r.Dst.IsValid() && !r.Dst.Contains(f.Dst.Addr()):
		return false
	}
	return r.matchesTransport(f)
}

func (r *Rule) matchesTransport(f *flight) bool {
	if f.ICMP != nil {
		return r.Protocol != TCP && len(r.SPort) == 0 && len(r.DPort) == 0 && !r.SYN && !r.SYNBit && !r.resets()
	}
	return r.Protocol != ICMP &&
		matchesPort(r.SPort, f.Src) && matchesPort(r.DPort, f.Dst) &&
		(!r.SYNBit || f.Flags&SYN != 0) && (!r.SYN || f.Flags&(FIN|SYN|RST|ACK) == SYN)
}

// resets: such a rule matches TCP only, as nftables adds by itself.
func (r *Rule) resets() bool { return r.Verdict == VerdictReject && r.Reject == TCPReset }

func matchesPort(ranges []PortRange, a netip.AddrPort) bool {
	for _, r := range ranges {
		if r.Contains(a.Port()) {
			return true
		}
	}
	return len(ranges) == 0
}

// hit counts a rule's hit; records and counters tell the same.
func (n *Network) hit(r RuleRef) {
	if r.Chain == 0 {
		return
	}
	c := n.byID[r.Node].chains[r.Chain]
	if r.Index == PolicyIndex {
		c.policy++
	} else {
		c.hits[r.Index]++
	}
}

// EachHit calls f for every rule and policy that was ever hit, in order of
// nodes, chains and rules; a policy after its rules.
func (n *Network) EachHit(f func(RuleRef, uint64)) {
	for _, node := range n.nodes {
		for at, c := range node.chains {
			if c == nil {
				continue
			}
			for i, hits := range c.hits {
				if hits > 0 {
					f(RuleRef{node.id, Chain(at), int16(i)}, hits)
				}
			}
			if c.policy > 0 {
				f(RuleRef{node.id, Chain(at), PolicyIndex}, c.policy)
			}
		}
	}
}
