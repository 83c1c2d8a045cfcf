package trace

import "fmt"

// ID numbers the events of a trace from 1 in the order in which they happened;
// 0 means none.
type ID uint32

// Node is a place where something happens: an index into [Trace.Nodes].
type Node uint8

// Role says what a node is in the run.
type Role uint8

// The roles of nodes, from the client's side to the server's.
const (
	RoleClient Role = iota
	RoleClientRouter
	RoleInternet // the link between the routers, where packets can be lost
	RoleServerRouter
	RoleServer
	RoleAttacker
	RoleSecondServer
)

// Further reports whether a node is a host beside the two that the session is
// between.
func (r Role) Further() bool { return r == RoleAttacker || r == RoleSecondServer }

// Host reports whether a node is a host, and no router or link.
func (r Role) Host() bool { return r == RoleClient || r == RoleServer || r.Further() }

// Session tells the sessions of a run apart: one user and one server each.
type Session uint8

// The sessions there can be.
const (
	OwnSession      Session = iota // the client's, on its first control connection
	ProxySession                   // its second one, to move files between two servers (RFC 959 §5.2)
	AttackerSession                // somebody else's
)

var sessionNames = [...]string{"own", "proxy", "attacker"}

func (s Session) String() string { return name(sessionNames[:], int(s)) }

// Kind is the kind of an event.
type Kind uint8

// The kinds of events. Their names are those of the JSON form.
const (
	KindPacket Kind = iota
	KindSocket
	KindCommand
	KindReply
	KindMachine
	KindTrack
	KindData
	KindTimer
	KindUser
)

var kindNames = [...]string{"packet", "socket", "command", "reply", "machine", "track", "data", "timer", "user"}

func (k Kind) String() string { return name(kindNames[:], int(k)) }

// What tells what happened to the thing an event is about.
type What uint8

// What happens to packets, connection tracking entries and timers.
const (
	WhatNone What = iota

	Sent      // left its origin
	Forwarded // passed a router
	Rewritten // changed by NAT or the FTP helper on its way through a router
	Arrived   // reached a host, or the router it was meant for
	Dropped   // a firewall let it die without a word
	Rejected  // a firewall let it die and answered
	Lost      // a link lost it

	New     // a connection tracking entry appeared
	Update  // it changed state
	Destroy // it ended
	Expect  // the helper expects a connection
	Unexpect

	Set
	Fired
	Cancelled
)

var whatNames = [...]string{
	"", "sent", "forwarded", "rewritten", "arrived", "dropped", "rejected", "lost",
	"new", "update", "destroy", "expect", "unexpect", "set", "fired", "cancelled",
}

func (w What) String() string { return name(whatNames[:], int(w)) }

// Final reports whether a packet has no further event after this one.
func (w What) Final() bool { return w >= Arrived && w <= Lost }

// Died reports whether a packet ended here without reaching its destination.
func (w What) Died() bool { return w >= Dropped && w <= Lost }

// Channel tells the command connection from data connections.
type Channel uint8

// The channels of an FTP session.
const (
	ChannelNone Channel = iota
	Command
	Data
)

var channelNames = [...]string{"", "command", "data"}

func (c Channel) String() string { return name(channelNames[:], int(c)) }

// TCPState is a state of RFC 9293 §3.3.2.
type TCPState uint8

// The states of RFC 9293 §3.3.2, in the order of that section.
const (
	Closed TCPState = iota
	Listen
	SynSent
	SynReceived
	Established
	FinWait1
	FinWait2
	CloseWait
	Closing
	LastAck
	TimeWait
)

var stateNames = [...]string{
	"CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2",
	"CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT",
}

func (s TCPState) String() string { return name(stateNames[:], int(s)) }

// Flags are the control bits of RFC 9293 §3.1, at their places in the header.
type Flags uint8

// The control bits.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
)

// Has reports whether all bits of x are set.
func (f Flags) Has(x Flags) bool { return f&x == x }

// String writes the bits the short way, as tcpdump does: "S", "SA", "PA", "FA", "R".
func (f Flags) String() string {
	const letters = "FSRPAU"
	b := make([]byte, 0, len(letters))
	for _, bit := range []Flags{SYN, FIN, RST, PSH, ACK, URG} {
		if f&bit == 0 {
			continue
		}
		for i := range letters {
			if bit == 1<<i {
				b = append(b, letters[i])
			}
		}
	}
	return string(b)
}

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("?%d", i)
}
