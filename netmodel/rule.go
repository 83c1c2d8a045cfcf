package netmodel

import (
	"fmt"
	"net/netip"
)

// Chain names one of a node's base chains.
type Chain uint8

// The chains, in the order in which a packet can meet them. Prerouting and
// Postrouting are chains of type nat and see only the first packet of a
// connection; HelperChain is a filter chain at prerouting after it, whose rules
// attach connection tracking helpers.
const (
	Prerouting Chain = iota + 1
	HelperChain
	Input
	Forward
	Output
	Postrouting
	ChainCount // length of an array indexed by Chain
)

var chainNames = [ChainCount]string{
	Prerouting: "prerouting", HelperChain: "helper", Input: "input",
	Forward: "forward", Output: "output", Postrouting: "postrouting",
}

func (c Chain) String() string {
	if c > 0 && c < ChainCount {
		return chainNames[c]
	}
	return "none"
}

// PolicyIndex is the Index of a RuleRef that means the chain's policy.
const PolicyIndex = -1

// RuleRef names a rule by its place. The zero value is none.
type RuleRef struct {
	Node  NodeID
	Chain Chain
	Index int16 // from 0, or PolicyIndex
}

// Format writes the reference for people, with the node's name:
// "client-router#3" is the third rule of its forward chain, other chains are
// named ("client-router input#1"), and "#policy" is the policy.
func (r RuleRef) Format(node string) string {
	if r.Chain == 0 {
		return ""
	}
	if r.Chain != Forward {
		node += " " + r.Chain.String()
	}
	if r.Index == PolicyIndex {
		return node + "#policy"
	}
	return fmt.Sprintf("%s#%d", node, r.Index+1)
}

// String is Format with the node's number; Network.RuleName knows the name.
func (r RuleRef) String() string { return r.Format(fmt.Sprint(r.Node)) }

// Verdict is what a rule does with a packet that it matches.
type Verdict uint8

// The verdicts. Accept is the zero value, as in nftables' policies. SNAT, DNAT,
// Masquerade and Redirect belong in the nat chains, VerdictSetHelper in HelperChain.
const (
	VerdictAccept Verdict = iota
	VerdictDrop
	VerdictReject
	VerdictSNAT
	VerdictDNAT
	VerdictMasquerade
	VerdictRedirect
	VerdictSetHelper
)

// RejectWith is what a rejected packet is answered with.
type RejectWith uint8

// The answers; nftables' default is port-unreachable.
const (
	PortUnreachable RejectWith = iota
	HostUnreachable
	AdminProhibited
	TCPReset
)

// Protocol is the protocol a rule matches.
type Protocol uint8

// The protocols of the model.
const (
	AnyProtocol Protocol = iota
	TCP
	ICMP // ICMP over IPv4 and ICMPv6 alike
)

// CTState is a set of connection tracking states, as `ct state` matches them.
type CTState uint8

// The states. Untracked is that of a packet where nothing needs tracking.
const (
	CTNew CTState = 1 << iota
	CTEstablished
	CTRelated
	CTInvalid
	CTUntracked
)

// PortRange is an inclusive range of ports.
type PortRange struct{ First, Last uint16 }

// Contains reports whether p lies in the range.
func (r PortRange) Contains(p uint16) bool { return r.First <= p && p <= r.Last }

// Mapping is how a masquerade rule chooses and opens ports; the names are RFC 3489's.
type Mapping uint8

// LinuxMapping keeps the source port where the connection stays unique, and lets
// in only answers. The others are what home routers do instead.
const (
	LinuxMapping      Mapping = iota
	FullConeMapping           // one outer port per inner address and port; anyone may call it
	RestrictedMapping         // likewise; only hosts that were called may call
	SymmetricMapping          // another, random port for every connection
)

// NATTarget is where snat, dnat or redirect turn a connection to.
type NATTarget struct {
	First, Last netip.Addr // invalid: address kept (redirect). Last invalid: First alone
	Ports       PortRange  // zero: port kept where possible
	Mapping     Mapping    // masquerade
}

// Rule is one line of a chain: it matches a packet of which every given field
// is true, and then decides. Fields left zero match everything.
type Rule struct {
	IIf, OIf     string // names of interfaces
	Src, Dst     netip.Prefix
	Protocol     Protocol
	SPort, DPort []PortRange // any of them; TCP only
	CT           CTState     // any of them
	SYN          bool        // tcp flags & (fin|syn|rst|ack) == syn: opens a connection
	SYNBit       bool        // tcp flags syn: also the SYN,ACK that answers

	Verdict Verdict
	Reject  RejectWith // VerdictReject
	To      NATTarget  // nat verdicts
	Helper  string     // VerdictSetHelper
	Comment string

	PortSet  bool // the ports were written as a set: tcp dport { 21 }
	Disabled bool // switched off: kept in place, matches nothing
}

// Rules are a chain's ordered rules and its policy: accept or drop.
type Rules struct {
	Rules  []Rule
	Policy Verdict
}
