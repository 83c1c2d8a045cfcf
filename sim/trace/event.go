package trace

import (
	"net/netip"
	"time"
)

// Event is one thing that happened. It is kept small, because a bulk transfer
// has a million of them; what only one kind carries stands in a side table,
// where Ref points.
type Event struct {
	T       time.Duration // since the start of the run
	Cause   ID
	Ref     uint32 // index into the side table of Kind
	next    ID     // of the same packet, 0 while or where there is none
	kept    uint32 // index into Trace.keeps plus one; 0: it put no entry's end off
	Rule    uint16 // index into Trace.Rules plus one; 0: no rule decided
	Kind    Kind
	What    What
	At      Node
	Channel Channel
	Session Session // of commands, replies, machines, data and users
}

// Flow is one direction of a connection as seen on the wire: after NAT it is
// another flow.
type Flow struct {
	Src, Dst netip.AddrPort
	ISN      uint32 // initial sequence number, as the SYN of this flow carried it
	reverse  uint32
}

// Packet is a TCP segment or an ICMP error. A packet that was rewritten on its
// way has one entry for each form, all with the same No.
type Packet struct {
	No      uint32 // from 1, in the order of sending
	Flow    uint32 // index into Trace.Flows
	Seq     uint32 // absolute
	Ack     uint32 // absolute
	Window  uint16
	Flags   Flags
	Again   bool // a retransmission
	ICMP    uint8
	Code    uint8
	About   uint32 // No of the packet an ICMP error is about
	Payload []byte // shared with the sender's buffer, never changed
}

// IsICMP reports whether the packet is an ICMP error rather than a segment.
func (p *Packet) IsICMP() bool { return p.ICMP != 0 }

// Socket is one end of a connection, or a listener, in the state it has entered.
type Socket struct {
	ID      uint32
	At      Node
	Channel Channel
	State   TCPState
	Local   netip.AddrPort
	Remote  netip.AddrPort // zero for a listener
}

// Line is a command or a reply as a person reads it; passwords are masked.
type Line struct {
	Text string // the first line of a reply of several lines
	Code int    // of a reply; 0 for a command
	More []string
}

// Machine is a transition of an FTP machine: the protocol interpreter "pi" or
// the data transfer process "dtp" (RFC 959 §2.3).
type Machine struct{ Machine, From, To string }

// Track is an entry of connection tracking or an expectation, as it is after
// the event.
type Track struct {
	No       uint32 // identity within the run
	At       Node
	State    string // as conntrack -L prints it
	Orig     Ends   // of the first packet, as it came in; for an expectation who may call whom
	Reply    Ends   // of the answer: differs from Orig turned round under NAT
	Flags    string // "UNREPLIED", "ASSURED" or ""
	Helper   string
	Expected bool // an expectation, not an entry

	Expires time.Duration // when it is forgotten unless a packet comes, since the start of the run
}

// Keep says that an entry of connection tracking has so long to live again,
// and that nothing else of it changed: what most packets do.
type Keep struct {
	No  uint32
	For time.Duration
}

// Ends are the two ends of one direction of a connection.
type Ends struct{ Src, Dst netip.AddrPort }

// Progress is how far a transfer has come: at its receiver the bytes that
// arrived, at its sender those handed to TCP. Total is -1 where it is not known.
type Progress struct{ Bytes, Total int64 }

// Timer is a named timer of an FTP machine.
type Timer struct {
	Name string
	For  time.Duration // what it was set to
}

// HelperChain is the chain of the rules that give a connection to a helper.
const HelperChain = "helper"

// Rule is one line of a firewall's or NAT's rule set, or a chain's policy.
type Rule struct {
	At    Node
	Chain string // "forward", "input", "output", "prerouting", "postrouting", "helper"
	Index int    // position in its chain, from 0; the policy comes after the last rule
	Text  string // in nftables' syntax; "policy drop" for a policy
	Note  string // the rule's comment
	Name  string // as the JSON form names it: "client-router#3"
	Off   bool   // switched off
	// Policy marks the chain's policy, which decides where no rule matched.
	Policy bool
}

// NodeInfo describes a node.
type NodeInfo struct {
	Name  string // stable, as in the JSON form: "client", "client-router", …
	Role  Role
	Addrs []netip.Addr // the inner first
	// Inside: a further host that is in the client's network, not on the Internet.
	Inside bool
}
