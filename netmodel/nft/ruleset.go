package nft

import "ftpscope/netmodel"

// Ruleset is the chains of one node.
type Ruleset struct {
	Chains    [netmodel.ChainCount]*netmodel.Rules // nil: no such chain
	NATFamily string                               // of table nat: "ip" (also when empty), "ip6" or "inet"
}

// place is where a chain of the model stands in nftables.
type place struct {
	chain    netmodel.Chain
	kind     string // type of the chain
	hook     string
	priority string
}

// The chains in the order in which they are written; those of type nat are in a
// table of their own.
var places = []place{
	{netmodel.HelperChain, "filter", "prerouting", "filter"},
	{netmodel.Forward, "filter", "forward", "filter"},
	{netmodel.Input, "filter", "input", "filter"},
	{netmodel.Output, "filter", "output", "filter"},
	{netmodel.Prerouting, "nat", "prerouting", "dstnat"},
	{netmodel.Postrouting, "nat", "postrouting", "srcnat"},
}

// states in the order in which they are written.
var states = []struct {
	name string
	bit  netmodel.CTState
}{
	{"established", netmodel.CTEstablished},
	{"related", netmodel.CTRelated},
	{"new", netmodel.CTNew},
	{"invalid", netmodel.CTInvalid},
	{"untracked", netmodel.CTUntracked},
}

// rejections by the reason's name, per protocol of the error message.
var rejections = map[string]map[string]netmodel.RejectWith{
	"icmpx": {
		"port-unreachable": netmodel.PortUnreachable,
		"host-unreachable": netmodel.HostUnreachable,
		"admin-prohibited": netmodel.AdminProhibited,
	},
	"icmp": {
		"port-unreachable": netmodel.PortUnreachable,
		"host-unreachable": netmodel.HostUnreachable,
		"admin-prohibited": netmodel.AdminProhibited,
	},
	"icmpv6": {
		"port-unreachable": netmodel.PortUnreachable,
		"addr-unreachable": netmodel.HostUnreachable,
		"admin-prohibited": netmodel.AdminProhibited,
	},
}
