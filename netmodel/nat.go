package netmodel

import "net/netip"

// prerouting: connection tracking, destination NAT, helper assignment. False:
// the packet is gone.
func (n *Node) prerouting(f *flight) bool {
	l := n.look(f)
	n.apply(f, &l)
	t := f.track
	if t == nil {
		return true
	}
	var rule RuleRef
	if !t.confirmed {
		if !t.settled {
			v := n.destination(f)
			if v.verdict == VerdictDrop {
				n.net.drop(f, n, v.rule)
				return false
			}
			rule = v.translation()
		}
		n.assignHelper(f)
	}
	switch {
	case f.ICMP != nil:
		n.translateError(f)
	default:
		if to := t.tuple(1 - f.dir).Src; f.Dst != to || rule.Chain != 0 {
			f.Dst = to
			n.net.emitPacket(f, Rewritten, n.id, n.id, rule)
		}
	}
	return true
}

// translation is the rule if it is one that translates, even where that
// changes nothing: its counter goes up, and the record says so.
func (v verdict) translation() RuleRef {
	switch v.verdict {
	case VerdictSNAT, VerdictDNAT, VerdictMasquerade, VerdictRedirect:
		return v.rule
	}
	return RuleRef{}
}

// destination asks the prerouting chain where a new connection shall go.
func (n *Node) destination(f *flight) verdict {
	t := f.track
	if inner := n.coned(f); inner.IsValid() {
		t.Reply.Src = inner
		return accepted
	}
	v := n.walk(Prerouting, f, f.in, nil)
	if v.verdict != VerdictDNAT && v.verdict != VerdictRedirect {
		return v
	}
	target := n.chains[Prerouting].Rules.Rules[v.rule.Index].To
	addr := f.Dst.Addr()
	if v.verdict == VerdictDNAT {
		addr = n.pick(target.First, target.Last)
	} else if own := f.in.source(f.Src.Addr()); own.IsValid() {
		addr = own
	}
	port := f.Dst.Port()
	if target.Ports != (PortRange{}) && !target.Ports.Contains(port) {
		port = target.Ports.First + uint16(n.net.rng.below(int(target.Ports.Last-target.Ports.First)+1))
	}
	t.Reply.Src = netip.AddrPortFrom(addr, port)
	return v
}

// coned finds the inner end behind a mapping that others may call.
func (n *Node) coned(f *flight) (inner AddrPort) {
	for _, t := range n.tracking.all {
		if t.mapping != FullConeMapping && t.mapping != RestrictedMapping || t.Reply.Dst != f.Dst {
			continue
		}
		if t.mapping == FullConeMapping || t.Reply.Src.Addr() == f.Src.Addr() {
			return t.Original.Src
		}
	}
	return AddrPort{}
}

// assignHelper lets the helper chain attach a helper to a new connection.
func (n *Node) assignHelper(f *flight) {
	v := n.walk(HelperChain, f, f.in, nil)
	if v.verdict != VerdictSetHelper {
		return
	}
	name := n.chains[HelperChain].Rules.Rules[v.rule.Index].Helper
	if h := n.helpers[name]; h != nil {
		f.track.helper, f.track.Helper, f.track.HelperBy = h, name, v.rule
	}
}

// postrouting: source NAT, helper, sequence numbers; then the connection enters
// the table. False: the packet is gone.
func (n *Node) postrouting(f *flight, in, out *Iface) bool {
	t := f.track
	if t == nil {
		return true // invalid packets leave as they are, even with a private address
	}
	var rule RuleRef
	if !t.confirmed && !t.settled && f.dir == Original {
		v := n.source(f, in, out)
		if v.verdict == VerdictDrop {
			n.net.drop(f, n, v.rule)
			return false
		}
		rule = v.translation()
	}
	if !t.confirmed && f.dir == Reply && f.ICMP == nil {
		// A RST that refuses a connection is the first to come this way: the rules see it.
		rule = n.walk(Postrouting, f, in, out).translation()
	}
	from := t.tuple(1 - f.dir).Dst
	if f.ICMP != nil {
		if f.Src.Addr() != from.Addr() && t.tuple(f.dir).Src != from {
			f.Src = netip.AddrPortFrom(from.Addr(), 0)
			n.net.emitPacket(f, Rewritten, n.id, n.id, rule)
		}
		return true
	}
	return n.finish(f, from, rule)
}

// finish is what happens last before a packet leaves or is delivered: the
// helper reads it, and all that is to be changed is changed at once.
func (n *Node) finish(f *flight, from AddrPort, rule RuleRef) bool {
	t := f.track
	text := f.Payload
	if t.helper != nil && t.confirmed && t.Replied && len(text) > 0 {
		replaced, ok := n.help(f)
		if !ok {
			n.net.drop(f, n, t.HelperBy)
			return false
		}
		if replaced != nil {
			text, rule = replaced, t.HelperBy
		}
	}
	seq, ack := t.adjust[f.dir].apply(f.Seq), f.Ack
	if f.Flags&ACK != 0 {
		ack = t.adjust[1-f.dir].undo(ack)
	}
	if f.Src != from || seq != f.Seq || ack != f.Ack || rule.Chain != 0 {
		f.Src, f.Seq, f.Ack, f.Payload = from, seq, ack, text
		n.net.emitPacket(f, Rewritten, n.id, n.id, rule)
	}
	n.confirm(f)
	return true
}

func (n *Node) confirmInput(f *flight) bool {
	if f.track == nil || f.ICMP != nil {
		return true
	}
	return n.finish(f, f.Src, RuleRef{})
}

// source asks the postrouting chain as whom a new connection shall go out.
func (n *Node) source(f *flight, in, out *Iface) verdict {
	v := n.walk(Postrouting, f, in, out)
	t := f.track
	if v.verdict != VerdictSNAT && v.verdict != VerdictMasquerade {
		if !n.sourceFree(t, t.Reply.Dst) { // a connection to the inner address itself has the same answers
			t.Reply.Dst = n.freeSource(t, t.Reply.Dst.Addr(), PortRange{})
		}
		return v
	}
	target := n.chains[Postrouting].Rules.Rules[v.rule.Index].To
	if v.verdict == VerdictSNAT {
		t.Reply.Dst = n.freeSource(t, n.pick(target.First, target.Last), target.Ports)
		return v
	}
	addr := out.source(f.Dst.Addr())
	if !addr.IsValid() {
		return verdict{verdict: VerdictDrop, rule: v.rule} // nothing to hide behind: Linux drops
	}
	t.mapping = target.Mapping
	t.Reply.Dst = n.masquerade(t, addr, target.Ports)
	return v
}

// pick takes an address of a range, from the seed.
func (n *Node) pick(first, last netip.Addr) netip.Addr {
	if !last.IsValid() || last == first {
		return first
	}
	count := 1
	for a := first; a != last && count < 65536; a = a.Next() {
		count++
	}
	for range n.net.rng.below(count) {
		first = first.Next()
	}
	return first
}

// masquerade chooses the outer address and port by the rule's kind of mapping.
func (n *Node) masquerade(t *track, addr netip.Addr, ports PortRange) AddrPort {
	switch t.mapping {
	case FullConeMapping, RestrictedMapping:
		for _, other := range n.tracking.all {
			if other.mapping == t.mapping && other.Original.Src == t.Original.Src {
				return other.Reply.Dst
			}
		}
	case SymmetricMapping:
		if ports == (PortRange{}) {
			ports = PortRange{1024, 65535}
		}
		return n.randomSource(t, addr, ports)
	}
	return n.freeSource(t, addr, ports)
}

// freeSource keeps the source port where the answers can still be told apart,
// and else takes another of the same class (privileged or not), as Linux does.
func (n *Node) freeSource(t *track, addr netip.Addr, ports PortRange) AddrPort {
	keep := netip.AddrPortFrom(addr, t.Original.Src.Port())
	if (ports == (PortRange{}) || ports.Contains(keep.Port())) && n.sourceFree(t, keep) {
		return keep
	}
	if ports == (PortRange{}) {
		switch port := keep.Port(); {
		case port < 512:
			ports = PortRange{1, 511}
		case port < 1024:
			ports = PortRange{600, 1023}
		default:
			ports = PortRange{1024, 65535}
		}
	}
	return n.randomSource(t, addr, ports)
}

func (n *Node) randomSource(t *track, addr netip.Addr, ports PortRange) AddrPort {
	span := int(ports.Last-ports.First) + 1
	start := n.net.rng.below(span)
	for i := range span {
		if a := netip.AddrPortFrom(addr, ports.First+uint16((start+i)%span)); n.sourceFree(t, a) {
			return a
		}
	}
	return netip.AddrPortFrom(addr, ports.First)
}

func (n *Node) sourceFree(t *track, a AddrPort) bool {
	_, taken := n.tracking.table[Tuple{t.Reply.Src, a}]
	if taken || t.mapping == LinuxMapping {
		return !taken
	}
	for _, other := range n.tracking.all { // an outer port of a cone is for one inner port
		if other.Reply.Dst == a {
			return false
		}
	}
	return true
}

// translateError gives an ICMP error back its private addresses, outside and in
// what it quotes.
func (n *Node) translateError(f *flight) {
	sent := f.track.tuple(1 - f.dir)
	if f.ICMP.Src == sent.Src && f.ICMP.Dst == sent.Dst {
		return
	}
	quoted := *f.ICMP
	quoted.Src, quoted.Dst = sent.Src, sent.Dst
	f.ICMP = &quoted
	f.Dst = netip.AddrPortFrom(sent.Src.Addr(), 0)
	n.net.emitPacket(f, Rewritten, n.id, n.id, RuleRef{})
}
