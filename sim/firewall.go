package sim

import (
	"fmt"
	"slices"
	"strings"

	"ftpscope/netmodel"
	"ftpscope/netmodel/nft"
	"ftpscope/sim/trace"
)

// Firewall is the rule set of a router's or a host's filter: the name of a
// well-known one, or rules of one's own. A name stands for rules; [Scenario.Rules]
// shows which.
type Firewall struct {
	Preset string // "" when Rules count
	Policy string // "accept" or "drop": what happens to a packet that no rule matches
	Rules  []RuleText

	// Of a router: for packets to the router itself.
	Input       []RuleText
	InputPolicy string // likewise; "" is accept
}

// RuleText is one rule in nftables' syntax. One that is off keeps its place;
// in files it is written as a comment, "# tcp dport 21 accept".
type RuleText struct {
	Text string
	Off  bool
}

// Clone returns a copy that shares nothing with f.
func (f Firewall) Clone() Firewall {
	f.Rules = slices.Clone(f.Rules)
	f.Input = slices.Clone(f.Input)
	return f
}

// ParseRuleText reads a rule as files hold it.
func ParseRuleText(s string) RuleText {
	s = strings.TrimSpace(s)
	if off, ok := strings.CutPrefix(s, "#"); ok {
		return RuleText{Text: strings.TrimSpace(off), Off: true}
	}
	return RuleText{Text: s}
}

func (r RuleText) String() string {
	if r.Off {
		return "# " + r.Text
	}
	return r.Text
}

// FirewallPresets are the names a firewall can have, client's side first.
var FirewallPresets = []string{
	"none", "block-inbound", "only-21-out", "allow-from-20",
	"allow-21", "allow-21-passive", "allow-21-no-out", "allow-21-passive-no-out",
}

// Expand writes out the rules that a preset stands for on a router of this
// scenario; rules of one's own are returned as they are.
func (s *Scenario) Expand(r *Router) Firewall {
	f := r.Firewall
	if f.Preset == "" {
		return f.Clone()
	}
	if f.Preset == "none" {
		return Firewall{Policy: "accept"}
	}
	block := map[string]string{
		"drop": "drop", "reset": "reject with tcp reset", "icmp": "reject with icmpx type admin-prohibited",
	}[r.BlockWith]
	rule := func(text, comment string) RuleText {
		return RuleText{Text: fmt.Sprintf("%s comment %q", text, comment)}
	}
	stateful := []RuleText{
		rule("ct state established accept", "established"),
		rule("ct state related accept", "related"),
	}
	ports := slices.Concat([]int{21}, r.ExtraPorts)
	slices.Sort(ports)
	set := strings.Trim(strings.ReplaceAll(fmt.Sprint(slices.Compact(ports)), " ", ", "), "[]")

	forward := slices.Clone(stateful)
	if r.ForwardRange != nil {
		forward = append(forward, rule(fmt.Sprintf(`iifname "wan" tcp dport %d-%d accept`, r.ForwardRange[0], r.ForwardRange[1]), "forward"))
	}
	if strings.HasPrefix(f.Preset, "allow-21") {
		forward = append(forward, rule(fmt.Sprintf(`iifname "wan" tcp dport { %s } accept`, set), "control in"))
	}
	if strings.HasPrefix(f.Preset, "allow-21-passive") {
		forward = append(forward, rule(fmt.Sprintf(`iifname "wan" tcp dport %d-%d accept`, s.Server.PasvMin, s.Server.PasvMax), "passive in"))
	}
	end := rule(block, "default")
	switch f.Preset {
	case "block-inbound":
		forward = append(forward, rule(`iifname "lan" accept`, "outbound"))
		end = rule(block, "inbound")
	case "allow-from-20":
		forward = append(forward, rule(`iifname "lan" accept`, "outbound"),
			rule(`iifname "wan" tcp sport 20 tcp dport 1024-65535 accept`, "from port 20"))
		end = rule(block, "inbound")
	case "only-21-out":
		forward = append(forward, rule(fmt.Sprintf(`iifname "lan" tcp dport { %s } accept`, set), "control out"))
	case "allow-21", "allow-21-passive":
		forward = append(forward, rule(`iifname "lan" accept`, "outbound"))
	}
	return Firewall{
		Policy: "accept",
		Rules:  append(forward, end),
		Input:  append(stateful, rule(`iifname "wan" `+block, "to the router itself")),
	}
}

// chain turns the texts of one chain of a node into rules of the network model.
func chain(node string, at netmodel.Chain, texts []RuleText, policy string) (netmodel.Rules, error) {
	out := netmodel.Rules{}
	if policy == "drop" {
		out.Policy = netmodel.VerdictDrop
	}
	for i, t := range texts {
		r, err := nft.ParseRule(t.Text)
		if err != nil {
			return out, trace.Err("error.rule.in_chain", "node", node, "chain", at.String(), "n", i+1, "why", err)
		}
		r.Disabled = t.Off
		out.Rules = append(out.Rules, r)
	}
	return out, nil
}

// The filter chains that have rules of one's own, by their names in a trace.
const (
	ChainForward = "forward" // of a router
	ChainInput   = "input"   // of a router or a host
)

var filterChains = map[string]netmodel.Chain{ChainForward: netmodel.Forward, ChainInput: netmodel.Input}

// CheckRule says what is wrong with a rule of a filter chain, or nil.
func CheckRule(chain, text string) error {
	r, err := nft.ParseRule(text)
	if err != nil {
		return err
	}
	switch r.Verdict {
	case netmodel.VerdictAccept, netmodel.VerdictDrop, netmodel.VerdictReject:
	default:
		return trace.Err("error.rule.filter")
	}
	if why := r.Check(filterChains[chain]); why != nil {
		return why
	}
	return nil
}
