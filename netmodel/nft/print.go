package nft

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"ftpscope/netmodel"
)

// Print writes a ruleset as a file for nft -f.
func Print(set Ruleset) string {
	var b strings.Builder
	b.WriteString("table inet filter {\n")
	for _, helper := range usedHelpers(set) {
		fmt.Fprintf(&b, "  ct helper %s { type %q protocol tcp; }\n", helper, helper)
	}
	printChains(&b, set, "filter", "inet")
	b.WriteString("}\n")
	if set.Chains[netmodel.Prerouting] != nil || set.Chains[netmodel.Postrouting] != nil {
		family := natFamily(set)
		fmt.Fprintf(&b, "table %s nat {\n", family)
		printChains(&b, set, "nat", family)
		b.WriteString("}\n")
	}
	return b.String()
}

// natFamily is the table's own, or one that can hold all addresses.
func natFamily(set Ruleset) string {
	if set.NATFamily != "" {
		return set.NATFamily
	}
	for _, chain := range []netmodel.Chain{netmodel.Prerouting, netmodel.Postrouting} {
		if set.Chains[chain] == nil {
			continue
		}
		for _, r := range set.Chains[chain].Rules {
			if r.To.First.Is6() || r.Src.Addr().Is6() || r.Dst.Addr().Is6() {
				return "inet"
			}
		}
	}
	return "ip"
}

func usedHelpers(set Ruleset) (names []string) {
	chain := set.Chains[netmodel.HelperChain]
	if chain == nil {
		return nil
	}
	seen := map[string]bool{}
	for i := range chain.Rules {
		if r := &chain.Rules[i]; r.Verdict == netmodel.VerdictSetHelper && !r.Disabled && !seen[r.Helper] {
			seen[r.Helper] = true
			names = append(names, r.Helper)
		}
	}
	return names
}

func printChains(b *strings.Builder, set Ruleset, kind, family string) {
	for _, p := range places {
		rules := set.Chains[p.chain]
		if p.kind != kind || rules == nil {
			continue
		}
		policy := "accept"
		if rules.Policy == netmodel.VerdictDrop {
			policy = "drop"
		}
		fmt.Fprintf(b, "  chain %s {\n    type %s hook %s priority %s; policy %s;\n", p.chain, p.kind, p.hook, p.priority, policy)
		for i := range rules.Rules {
			if rules.Rules[i].Disabled {
				b.WriteString("    # ")
			} else {
				b.WriteString("    ")
			}
			b.WriteString(printRule(&rules.Rules[i], family))
			b.WriteByte('\n')
		}
		b.WriteString("  }\n")
	}
}

// PrintRule writes one rule, with its counter and comment.
func PrintRule(r netmodel.Rule) string { return printRule(&r, "ip") }

func printRule(r *netmodel.Rule, family string) string {
	var words []string
	add := func(format string, args ...any) { words = append(words, fmt.Sprintf(format, args...)) }
	if r.IIf != "" {
		add(`iifname "%s"`, r.IIf)
	}
	if r.OIf != "" {
		add(`oifname "%s"`, r.OIf)
	}
	if r.CT != 0 {
		add("ct state %s", printStates(r.CT))
	}
	if r.Src.IsValid() {
		add("%s saddr %s", familyOf(r.Src.Addr()), printPrefix(r.Src))
	}
	if r.Dst.IsValid() {
		add("%s daddr %s", familyOf(r.Dst.Addr()), printPrefix(r.Dst))
	}
	switch {
	case r.Protocol == netmodel.ICMP:
		add("meta l4proto { icmp, ipv6-icmp }")
	case r.Protocol == netmodel.TCP || r.To.Ports != (netmodel.PortRange{}) && !matchesTCP(r):
		// A translation of ports needs to know whose ports they are.
		add("meta l4proto tcp")
	}
	if r.SYN {
		add("tcp flags & (fin | syn | rst | ack) == syn")
	}
	if r.SYNBit {
		add("tcp flags syn")
	}
	set := r.PortSet || len(r.SPort) > 1 || len(r.DPort) > 1
	if len(r.SPort) > 0 {
		add("tcp sport %s", printPorts(r.SPort, set))
	}
	if len(r.DPort) > 0 {
		add("tcp dport %s", printPorts(r.DPort, set))
	}
	add("counter")
	add("%s", printVerdict(r, family))
	if comment := cleanComment(r.Comment); comment != "" {
		add(`comment "%s"`, comment)
	}
	return strings.Join(words, " ")
}

func matchesTCP(r *netmodel.Rule) bool {
	return r.SYN || r.SYNBit || len(r.SPort) > 0 || len(r.DPort) > 0
}

func printStates(set netmodel.CTState) string {
	var names []string
	for _, s := range states {
		if set&s.bit != 0 {
			names = append(names, s.name)
		}
	}
	return strings.Join(names, ",")
}

func familyOf(a netip.Addr) string {
	if a.Is6() {
		return "ip6"
	}
	return "ip"
}

func printPrefix(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

func printPorts(ports []netmodel.PortRange, set bool) string {
	var names []string
	for _, p := range ports {
		names = append(names, printRange(p))
	}
	if set {
		return "{ " + strings.Join(names, ", ") + " }"
	}
	return names[0]
}

func printRange(p netmodel.PortRange) string {
	if p.First == p.Last {
		return fmt.Sprint(p.First)
	}
	return fmt.Sprintf("%d-%d", p.First, p.Last)
}

func printVerdict(r *netmodel.Rule, family string) string {
	switch r.Verdict {
	case netmodel.VerdictDrop:
		return "drop"
	case netmodel.VerdictReject:
		return printReject(r.Reject)
	case netmodel.VerdictSNAT:
		return "snat " + printTarget(&r.To, family)
	case netmodel.VerdictDNAT:
		return "dnat " + printTarget(&r.To, family)
	case netmodel.VerdictMasquerade:
		text := "masquerade" + printToPorts(r.To.Ports)
		if r.To.Mapping == netmodel.SymmetricMapping {
			text += " fully-random"
		}
		return text
	case netmodel.VerdictRedirect:
		return "redirect" + printToPorts(r.To.Ports)
	case netmodel.VerdictSetHelper:
		return fmt.Sprintf("ct helper set %q", r.Helper)
	}
	return "accept"
}

func printReject(with netmodel.RejectWith) string {
	switch with {
	case netmodel.TCPReset:
		return "reject with tcp reset"
	case netmodel.HostUnreachable:
		return "reject with icmpx type host-unreachable"
	case netmodel.AdminProhibited:
		return "reject with icmpx type admin-prohibited"
	}
	return "reject"
}

func printToPorts(p netmodel.PortRange) string {
	if p == (netmodel.PortRange{}) {
		return ""
	}
	return " to :" + printRange(p)
}

// printTarget names the family only where the table has none of its own.
func printTarget(to *netmodel.NATTarget, family string) string {
	text := "to "
	if family == "inet" {
		text = familyOf(to.First) + " to "
	}
	address := func(a netip.Addr) string {
		if a.Is6() && to.Ports != (netmodel.PortRange{}) {
			return "[" + a.String() + "]"
		}
		return a.String()
	}
	text += address(to.First)
	if to.Last.IsValid() && to.Last != to.First {
		text += "-" + address(to.Last)
	}
	if to.Ports != (netmodel.PortRange{}) {
		text += ":" + printRange(to.Ports)
	}
	return text
}

// cleanComment makes a text fit for nft's quotes, which know no escape.
func cleanComment(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case c == '"':
			return '\''
		case c == utf8.RuneError || unicode.IsControl(c):
			return ' '
		}
		return c
	}, s)
	for len(s) > maxComment {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
