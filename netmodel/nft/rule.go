package nft

import (
	"net/netip"
	"strconv"
	"strings"

	"ftpscope/netmodel"
)

// rule reads matches, counter, verdict and comment of one rule. helpers maps
// the names of helper objects to their types; nil: any name is a type.
func (p *parser) rule(helpers map[string]string) (netmodel.Rule, error) {
	var r netmodel.Rule
	verdict := false
	for !p.ruleEnds() {
		t := p.peek()
		var err error
		switch done, verr := p.verdict(&r, helpers); {
		case verr != nil:
			err = verr
		case done && verdict:
			err = fault(t, "error.rule.two_verdicts")
		case done:
			verdict = true
		case verdict && !t.is("comment"):
			err = wantedAt(t, "error.rule.want.after_verdict")
		case t.is(","):
			err = fault(t, "error.rule.braces")
		default:
			err = p.statement(&r)
		}
		if err != nil {
			return r, err
		}
	}
	if !verdict {
		return r, p.wanted("error.rule.want.verdict")
	}
	return r, p.endStatement()
}

func (p *parser) ruleEnds() bool {
	t := p.peek()
	return t.kind == endOfLine || t.kind == endOfText || t.is(";") || t.is("}")
}

func (p *parser) statement(r *netmodel.Rule) (err error) {
	t := p.take()
	switch {
	case t.is("counter"):
		return p.counter()
	case t.is("comment"):
		r.Comment, err = p.comment()
	case t.is("iifname"):
		r.IIf, err = p.iface()
	case t.is("oifname"):
		r.OIf, err = p.iface()
	case t.is("ct"):
		if err = p.expect("state"); err == nil {
			r.CT, err = p.states()
		}
	case t.is("ip"), t.is("ip6"):
		err = p.address(r, t.text)
	case t.is("meta"):
		if err = p.expect("l4proto"); err == nil {
			r.Protocol, err = p.protocol()
		}
	case t.is("tcp"):
		err = p.tcp(r)
	default:
		err = wantedAt(t, "error.rule.want.statement")
	}
	return err
}

// counter also takes the counts that `nft list` prints.
func (p *parser) counter() error {
	if !p.accept("packets") {
		return nil
	}
	for _, next := range []string{"bytes", ""} {
		t, err := p.word("error.rule.want.number")
		if err != nil {
			return err
		}
		if _, err := strconv.ParseUint(t.text, 10, 64); err != nil {
			return wantedAt(t, "error.rule.want.number")
		}
		if next != "" {
			if err := p.expect(next); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxComment is what the kernel keeps of a comment, with its closing zero.
const maxComment = 127

func (p *parser) comment() (string, error) {
	t, err := p.text("error.rule.want.comment")
	if err == nil && len(t.text) > maxComment {
		err = fault(t, "error.rule.comment_long")
	}
	if err == nil && cleanComment(t.text) != t.text {
		err = fault(t, "error.rule.comment_line")
	}
	return t.text, err
}

// iface takes a name in quotes or without.
func (p *parser) iface() (string, error) {
	t := p.peek()
	if t.kind != word && t.kind != quoted {
		return "", p.wanted("error.rule.want.interface")
	}
	p.at++
	if !validIface(t.text) {
		return "", fault(t, "error.rule.interface")
	}
	return t.text, nil
}

func validIface(name string) bool {
	return len(name) >= 1 && len(name) <= 15 && name == cleanComment(name) && !strings.ContainsAny(name, " \t/*\\")
}

func (p *parser) states() (set netmodel.CTState, err error) {
	braces := p.accept("{")
	for {
		t := p.take()
		bit := netmodel.CTState(0)
		for _, s := range states {
			if t.is(s.name) {
				bit = s.bit
			}
		}
		if bit == 0 {
			return 0, wantedAt(t, "error.rule.want.ct_state")
		}
		set |= bit
		if !p.accept(",") {
			break
		}
	}
	if braces {
		err = p.expect("}")
	}
	return set, err
}

// address reads what follows ip or ip6: saddr, daddr, protocol.
func (p *parser) address(r *netmodel.Rule, family string) error {
	field := p.take()
	if field.is("protocol") && family == "ip" {
		var err error
		r.Protocol, err = p.protocol()
		return err
	}
	if !field.is("saddr") && !field.is("daddr") {
		return wantedAt(field, "error.rule.want.address_field")
	}
	t, err := p.word("error.rule.want.address")
	if err != nil {
		return err
	}
	prefix, err := parsePrefix(t.text)
	if err != nil || prefix.Addr().Is4() != (family == "ip") {
		return wantedAt(t, "error.rule.want.address_of", "family", family)
	}
	if field.is("saddr") {
		r.Src = prefix
	} else {
		r.Dst = prefix
	}
	return nil
}

func parsePrefix(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		p, err := netip.ParsePrefix(text)
		if err == nil && p.Addr().Is4In6() {
			return netip.Prefix{}, strconv.ErrSyntax
		}
		return p.Masked(), err
	}
	a, err := parseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

func parseAddr(text string) (netip.Addr, error) {
	a, err := netip.ParseAddr(text)
	if err == nil && (a.Zone() != "" || a.Is4In6()) {
		return a, strconv.ErrSyntax
	}
	return a, err
}

func (p *parser) protocol() (netmodel.Protocol, error) {
	braces := p.accept("{")
	t := p.take()
	protocol := netmodel.ICMP
	switch {
	case t.is("tcp") && !braces:
		return netmodel.TCP, nil
	case t.is("icmp") || t.is("ipv6-icmp") || t.is("icmpv6"):
	default:
		return 0, wantedAt(t, "error.rule.want.protocol")
	}
	if !braces {
		return protocol, nil
	}
	if p.accept(",") {
		if t := p.take(); !t.is("icmp") && !t.is("ipv6-icmp") && !t.is("icmpv6") {
			return 0, wantedAt(t, "error.rule.want.icmp")
		}
	}
	return protocol, p.expect("}")
}

func (p *parser) tcp(r *netmodel.Rule) (err error) {
	t := p.take()
	switch {
	case t.is("sport"):
		r.SPort, err = p.ports(r)
	case t.is("dport"):
		r.DPort, err = p.ports(r)
	case t.is("flags"):
		err = p.flags(r)
	default:
		err = wantedAt(t, "error.rule.want.tcp_field")
	}
	return err
}

// flags reads the two forms that are known: syn, and & (fin|syn|rst|ack) == syn.
func (p *parser) flags(r *netmodel.Rule) error {
	if p.accept("syn") {
		r.SYNBit = true
		return nil
	}
	open := p.peek()
	if err := p.expect("&", "("); err != nil {
		return err
	}
	seen := map[string]bool{}
	for {
		t := p.take()
		if !t.is("fin") && !t.is("syn") && !t.is("rst") && !t.is("ack") {
			return wantedAt(t, "error.rule.want.flag")
		}
		seen[t.text] = true
		if !p.accept("|") {
			break
		}
	}
	if len(seen) != 4 {
		return fault(open, "error.rule.flags")
	}
	r.SYN = true
	return p.expect(")", "=", "=", "syn")
}

const maxPorts = 256

func (p *parser) ports(r *netmodel.Rule) ([]netmodel.PortRange, error) {
	if !p.accept("{") {
		one, err := p.portRange()
		return []netmodel.PortRange{one}, err
	}
	r.PortSet = true
	var set []netmodel.PortRange
	for {
		start := p.peek()
		one, err := p.portRange()
		if err != nil {
			return nil, err
		}
		for _, other := range set {
			if one.First <= other.Last && other.First <= one.Last {
				return nil, fault(start, "error.rule.port_twice")
			}
		}
		if set = append(set, one); len(set) > maxPorts {
			return nil, fault(start, "error.rule.set_long")
		}
		if !p.accept(",") {
			return set, p.expect("}")
		}
	}
}

func (p *parser) portRange() (netmodel.PortRange, error) {
	t, err := p.word("error.rule.want.port")
	if err != nil {
		return netmodel.PortRange{}, err
	}
	r, ok := parsePorts(t.text)
	if !ok {
		return r, wantedAt(t, "error.rule.want.port_range")
	}
	return r, nil
}

func parsePorts(text string) (r netmodel.PortRange, ok bool) {
	first, last, ranged := strings.Cut(text, "-")
	if !ranged {
		last = first
	}
	a, err1 := strconv.ParseUint(first, 10, 16)
	b, err2 := strconv.ParseUint(last, 10, 16)
	return netmodel.PortRange{First: uint16(a), Last: uint16(b)}, err1 == nil && err2 == nil && a <= b
}
