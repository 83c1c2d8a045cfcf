package nft

import "ftpscope/netmodel"

// Ruleset is a node's chains, keyed by place.
type Ruleset struct {
	Chains [netmodel.ChainCount]*netmodel.Rules // nil: no such chain
}

func Parse(text string) (Ruleset, error)           { return Ruleset{}, nil }
func ParseRule(line string) (netmodel.Rule, error) { return netmodel.Rule{}, nil }
func PrintRule(r netmodel.Rule) string             { return "" }
func Print(r Ruleset) string                       { return "" }
