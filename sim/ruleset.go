package sim

import (
	"strconv"

	"ftpscope/netmodel"
	"ftpscope/netmodel/nft"
	"ftpscope/sim/trace"
)

// routerChain is one chain of a router: its rules in nftables' syntax.
type routerChain struct {
	chain  netmodel.Chain
	rules  []RuleText
	policy string
}

// chains are all chains that a router has, those of its filter first.
func (s *Scenario) chains(r *Router) []routerChain {
	var out []routerChain
	f := s.Expand(r)
	if len(f.Rules) > 0 || f.Policy == "drop" {
		out = append(out, routerChain{netmodel.Forward, f.Rules, f.Policy})
	}
	if len(f.Input) > 0 || f.InputPolicy == "drop" {
		out = append(out, routerChain{netmodel.Input, f.Input, f.InputPolicy})
	}
	if before, after := s.prerouting(r), s.postrouting(r); len(before)+len(after) > 0 {
		out = append(out, routerChain{netmodel.Prerouting, before, "accept"}, routerChain{netmodel.Postrouting, after, "accept"})
	}
	if rules := helperRules(r); len(rules) > 0 {
		out = append(out, routerChain{netmodel.HelperChain, rules, "accept"})
	}
	return out
}

// Ruleset writes the firewall, NAT and helper of a router as a file for nft -f.
// The router is "client_router" or "server_router".
func Ruleset(s *Scenario, router string) (string, error) {
	routers := map[string]*Router{"client_router": &s.ClientRouter, "server_router": &s.ServerRouter}
	r := routers[router]
	if r == nil {
		return "", trace.Err("error.scenario.router", "name", strconv.Quote(router))
	}
	var set nft.Ruleset
	if s.ipv6() {
		set.NATFamily = "ip6"
	}
	for _, c := range s.chains(r) {
		rules, err := chain(router, c.chain, c.rules, c.policy)
		if err != nil {
			return "", err
		}
		set.Chains[c.chain] = &rules
	}
	return nft.Print(set), nil
}
