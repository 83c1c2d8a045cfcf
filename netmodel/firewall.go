package netmodel

import (
	"errors"
	"fmt"
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
	Reason string
}

func (e *RuleError) Error() string {
	if e.Index == PolicyIndex {
		return fmt.Sprintf("chain %s, policy: %s", e.Chain, e.Reason)
	}
	return fmt.Sprintf("chain %s, rule %d: %s", e.Chain, e.Index+1, e.Reason)
}

// SetChain puts rules into a chain, replacing what it held. Counters belong to
// places in the chain and go on.
func (n *Node) SetChain(c Chain, r Rules) error {
	if c == 0 || c >= ChainCount {
		return &RuleError{c, PolicyIndex, "no such chain"}
	}
	if !allowed[c][r.Policy] || r.Policy != VerdictAccept && r.Policy != VerdictDrop {
		return &RuleError{c, PolicyIndex, "a policy is accept or drop; the helper chain only accepts"}
	}
	if len(r.Rules) > math.MaxInt16 { // RuleRef counts no further
		return &RuleError{c, math.MaxInt16, fmt.Sprintf("a chain has at most %d rules", math.MaxInt16)}
	}
	for i := range r.Rules {
		if reason := r.Rules[i].check(c); reason != "" {
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
func (r *Rule) Check(c Chain) error {
	if reason := r.check(c); reason != "" {
		return errors.New(reason)
	}
	return nil
}

func (r *Rule) check(c Chain) string {
	switch {
	case c == 0 || c >= ChainCount:
		return "no such chain"
	case !allowed[c][r.Verdict]:
		return "this verdict has no meaning in this chain"
	case r.OIf != "" && (c == Prerouting || c == HelperChain || c == Input):
		return "oifname is not known before routing"
	case r.IIf != "" && (c == Output || c == Postrouting):
		return "iifname is not known for what the node sends"
	case r.Protocol == ICMP && (len(r.SPort) > 0 || len(r.DPort) > 0 || r.SYN || r.SYNBit || r.resets()):
		return "ICMP has neither ports nor flags; match tcp or nothing"
	case r.Src.IsValid() && r.Dst.IsValid() && r.Src.Addr().Is4() != r.Dst.Addr().Is4():
		return "source and destination are of different IP versions"
	case r.Verdict == VerdictSetHelper && r.Helper == "":
		return "the helper's name is missing"
	}
	if reason := r.checkTarget(); reason != "" {
		return reason
	}
	return checkPorts(r.SPort, r.DPort)
}

func (r *Rule) checkTarget() string {
	to := r.To
	switch {
	case (r.Verdict == VerdictSNAT || r.Verdict == VerdictDNAT) && !to.First.IsValid():
		return "an address to translate to is missing"
	case to.Last.IsValid() && (to.Last.Is4() != to.First.Is4() || to.Last.Less(to.First)):
		return fmt.Sprintf("address range %v-%v is upside down", to.First, to.Last)
	case to.First.IsValid() && r.Dst.IsValid() && r.Dst.Addr().Is4() != to.First.Is4(),
		to.First.IsValid() && r.Src.IsValid() && r.Src.Addr().Is4() != to.First.Is4():
		return "addresses of different IP versions"
	}
	return checkPorts([]PortRange{to.Ports})
}

func checkPorts(lists ...[]PortRange) string {
	for _, ports := range lists {
		for _, p := range ports {
			if p.First > p.Last {
				return fmt.Sprintf("port range %d-%d is upside down", p.First, p.Last)
			}
		}
	}
	return ""
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
