package netmodel

import "time"

// ID is the number of a record, given by the Recorder; 0 is none.
type ID uint32

// NodeID is the index of a node (host, router or named link) in order of creation.
type NodeID uint8

// Recorder is told everything the moment it has happened, with the state
// already changed, and numbers it. The Record and all it points to are reused:
// a recorder copies what it keeps.
type Recorder interface {
	Record(*Record) ID
}

// Kind says which fields of a Record are set.
type Kind uint8

// The kinds of record.
const (
	PacketRecord Kind = iota + 1 // Packet, Rule
	SocketRecord                 // Socket
	TrackRecord                  // Track and Rule, or Expect for Expect and Unexpect
	TimerRecord                  // Name, For
)

// What is what happened.
type What uint8

// What can happen to a packet, a socket or connection-tracking entry, an
// expectation, a timer.
const (
	Sent      What = iota + 1 // by the node that made it
	Forwarded                 // by a router
	Rewritten                 // by NAT or a helper; Forwarded follows unless it is dropped
	Arrived                   // at its destination
	Dropped
	Rejected // dropped, and the sender is told
	Lost     // on a link

	Created
	Updated
	Destroyed

	Expect
	Unexpect // Expectation.Used tells whether it was used or given up

	Set
	Fired
	Cancelled
)

var whatNames = [...]string{
	Sent: "sent", Forwarded: "forwarded", Rewritten: "rewritten", Arrived: "arrived",
	Dropped: "dropped", Rejected: "rejected", Lost: "lost",
	Created: "new", Updated: "update", Destroyed: "destroy",
	Expect: "expect", Unexpect: "unexpect",
	Set: "set", Fired: "fired", Cancelled: "cancelled",
}

func (w What) String() string {
	if int(w) < len(whatNames) && w != 0 {
		return whatNames[w]
	}
	return "unknown"
}

// Record is one change of observable state. A fold over records yields the
// model's own state after every one of them: Sent puts a packet in flight;
// Forwarded and Rewritten replace it; Arrived, Dropped, Rejected and Lost take
// it out. Every record that names a rule is one hit of that rule, and any can
// say that a connection tracking entry now expires later: the first one after it.
type Record struct {
	T     time.Duration
	Cause ID
	Kind  Kind
	What  What
	Node  NodeID // where it happened; for Lost on a named link, the link
	Next  NodeID // Sent, Forwarded: the node the packet is on its way to

	Packet *Packet
	Rule   RuleRef // the rule or policy that decided, or gave a Created entry its helper; zero: none
	Socket *SocketInfo
	Track  *Entry
	Expect *Expectation
	Kept   *Entry        // whose end a packet has put off, which changed nothing else of it; nil: none
	Name   string        // of a timer
	For    time.Duration // what the timer was set to
}

// SocketInfo is what is recorded of a socket: a line of `ss`.
type SocketInfo struct {
	ID            uint32
	Node          NodeID
	Local, Remote AddrPort // Remote is zero for a listening socket
	State         State
	Tag           uint8
}
