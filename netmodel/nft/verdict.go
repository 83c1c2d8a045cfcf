package nft

import (
	"net/netip"
	"strings"

	"ftpscope/netmodel"
)

// verdict reads a verdict if one is next.
func (p *parser) verdict(r *netmodel.Rule, helpers map[string]string) (bool, error) {
	t := p.peek()
	switch {
	case p.accept("accept"):
		r.Verdict = netmodel.VerdictAccept
	case p.accept("drop"):
		r.Verdict = netmodel.VerdictDrop
	case p.accept("reject"):
		r.Verdict = netmodel.VerdictReject
		return true, p.reject(r)
	case p.accept("snat"):
		r.Verdict = netmodel.VerdictSNAT
		return true, p.target(r)
	case p.accept("dnat"):
		r.Verdict = netmodel.VerdictDNAT
		return true, p.target(r)
	case p.accept("masquerade"):
		r.Verdict = netmodel.VerdictMasquerade
		return true, p.masquerade(r)
	case p.accept("redirect"):
		r.Verdict = netmodel.VerdictRedirect
		return true, p.toPorts(r)
	case t.is("ct") && p.tokens[p.at+1].is("helper"):
		p.at += 2
		r.Verdict = netmodel.VerdictSetHelper
		return true, p.setHelper(r, helpers)
	default:
		return false, nil
	}
	return true, nil
}

func (p *parser) reject(r *netmodel.Rule) error {
	if !p.accept("with") {
		return nil
	}
	if p.accept("tcp") {
		r.Reject = netmodel.TCPReset
		return p.expect("reset")
	}
	t := p.take()
	reasons := rejections[t.text]
	if reasons == nil {
		return wantedAt(t, "error.rule.want.reject")
	}
	p.accept("type")
	reason, err := p.word("error.rule.want.reason")
	if err != nil {
		return err
	}
	with, ok := reasons[reason.text]
	if !ok {
		return wantedAt(reason, "error.rule.want.reasons")
	}
	r.Reject = with
	return nil
}

// target reads: [ip|ip6] to ADDR[-ADDR][:PORT[-PORT]], IPv6 with ports in brackets.
func (p *parser) target(r *netmodel.Rule) error {
	if !p.accept("ip") {
		p.accept("ip6")
	}
	if err := p.expect("to"); err != nil {
		return err
	}
	t, err := p.word("error.rule.want.target")
	if err != nil {
		return err
	}
	if !parseTarget(t.text, &r.To) {
		return wantedAt(t, "error.rule.want.target_form")
	}
	return nil
}

func parseTarget(text string, to *netmodel.NATTarget) bool {
	addrs, ports := text, ""
	switch end := strings.LastIndex(text, "]"); {
	case end >= 0 && strings.HasPrefix(text, "["):
		ports = strings.TrimPrefix(text[end+1:], ":")
		if ports == "" || ports == text[end+1:] && text[end+1:] != "" {
			return false
		}
		addrs = strings.NewReplacer("[", "", "]", "").Replace(text[:end])
	case strings.Count(text, ":") == 1:
		addrs, ports, _ = strings.Cut(text, ":")
		if ports == "" {
			return false
		}
	}
	if ports != "" {
		var ok bool
		if to.Ports, ok = parsePorts(ports); !ok || to.Ports.First == 0 {
			return false
		}
	}
	first, last, ranged := strings.Cut(addrs, "-")
	var err error
	if to.First, err = parseAddr(first); err != nil {
		return false
	}
	if !ranged {
		return true
	}
	to.Last, err = netip.ParseAddr(last)
	return err == nil && to.Last.Is4() == to.First.Is4() && to.First.Less(to.Last) && !to.Last.Is4In6() && to.Last.Zone() == ""
}

func (p *parser) masquerade(r *netmodel.Rule) error {
	if err := p.toPorts(r); err != nil {
		return err
	}
	if p.accept("fully-random") || p.accept("random") {
		r.To.Mapping = netmodel.SymmetricMapping
	}
	return nil
}

// toPorts reads: [to :PORT[-PORT]]
func (p *parser) toPorts(r *netmodel.Rule) error {
	if !p.accept("to") {
		return nil
	}
	t, err := p.word("error.rule.want.colon_port")
	if err != nil {
		return err
	}
	text, colon := strings.CutPrefix(t.text, ":")
	ports, ok := parsePorts(text)
	if !colon || !ok || ports.First == 0 {
		return wantedAt(t, "error.rule.want.colon_port_form")
	}
	r.To.Ports = ports
	return nil
}

func (p *parser) setHelper(r *netmodel.Rule, helpers map[string]string) error {
	if err := p.expect("set"); err != nil {
		return err
	}
	t, err := p.text("error.rule.want.helper_quoted")
	if err != nil {
		return err
	}
	if r.Helper = t.text; helpers != nil {
		r.Helper = helpers[t.text]
	}
	if r.Helper == "" || !validHelper(r.Helper) {
		return fault(t, "error.rule.helper_unknown")
	}
	return nil
}

// validHelper: the type also serves as the object's name when it is written.
func validHelper(name string) bool {
	if name == "" || len(name) > 15 || name[0] < 'a' || name[0] > 'z' {
		return false
	}
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
