package netmodel

import (
	"net/netip"
	"time"
)

// Tuple names one direction of a connection.
type Tuple struct{ Src, Dst AddrPort }

// Inverse is the tuple of the answer where nothing is translated.
func (t Tuple) Inverse() Tuple { return Tuple{Src: t.Dst, Dst: t.Src} }

// TrackState is Linux's connection tracking state of a TCP connection.
type TrackState uint8

// The states, as `conntrack -L` prints them.
const (
	TrackNone TrackState = iota
	TrackSynSent
	TrackSynRecv
	TrackEstablished
	TrackFinWait
	TrackCloseWait
	TrackLastAck
	TrackTimeWait
	TrackClose
	TrackSynSent2
	trackStateCount
)

var trackStateNames = [trackStateCount]string{
	"NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT",
	"LAST_ACK", "TIME_WAIT", "CLOSE", "SYN_SENT2",
}

func (s TrackState) String() string {
	if s < trackStateCount {
		return trackStateNames[s]
	}
	return "INVALID"
}

// Entry is a line of a router's connection tracking table.
type Entry struct {
	No       uint32 // of the entry, in the whole network
	Node     NodeID
	Original Tuple // of the first packet, as it came in
	Reply    Tuple // of the answer, as it comes in: differs from Original's inverse under NAT
	State    TrackState
	Replied  bool // false: conntrack prints [UNREPLIED]
	Assured  bool
	Helper   string  // name of the helper attached; empty: none
	HelperBy RuleRef // the rule that attached it
	Master   uint32  // the entry whose helper expected this connection; 0: none
	Tag      uint8
	Expires  time.Duration // when it is forgotten unless a packet comes
}

// Expectation is a connection that a helper has announced. Exactly one
// connection from Src (any port) to Dst uses it up.
type Expectation struct {
	No     uint32
	Node   NodeID
	Master uint32     // the entry whose helper made it
	Src    netip.Addr // who may call
	Dst    AddrPort   // where it will call
	Real   AddrPort   // where the call is led to; equals Dst without NAT
	Used   bool       // with Unexpect: by the connection it was made for

	Expires time.Duration // when it is given up
}
