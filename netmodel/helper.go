package netmodel

import "net/netip"

// Direction is that of a packet within a tracked connection.
type Direction uint8

// The directions.
const (
	Original Direction = iota
	Reply
)

// Helper reads the data of connections it is attached to (an application
// layer gateway, ALG).
type Helper interface {
	// Segment sees each data segment after connection tracking and before NAT.
	Segment(*HelperSegment) HelperVerdict
}

// HelperVerdict is what becomes of the segment.
type HelperVerdict uint8

// The verdicts.
const (
	HelperPass HelperVerdict = iota
	HelperDrop               // dropped, as Linux drops a command it cannot read
)

// HelperSegment is a data segment as the helper of a router sees it: the
// sender's own addresses in Tuple, the sender's own text in Payload.
type HelperSegment struct {
	Direction       Direction
	Original, Reply Tuple
	Seq             uint32
	Payload         []byte
	// AfterNewline: the octet before this segment ended a line. Linux's FTP
	// helper looks only there, so the very first line is never read.
	AfterNewline bool

	node  *Node
	entry *track
	text  []byte // replacement; nil: none
}

// Sender is the real address of whoever sent the segment.
func (s *HelperSegment) Sender() netip.Addr { return s.tuple(s.Direction).Src.Addr() }

// SenderSeen is the address by which the other side knows the sender; it
// differs from Sender under NAT.
func (s *HelperSegment) SenderSeen() netip.Addr { return s.tuple(1 - s.Direction).Dst.Addr() }

// Peer is the real address of the other side, from which the expected
// connection will come.
func (s *HelperSegment) Peer() netip.Addr { return s.tuple(1 - s.Direction).Src.Addr() }

// Translated reports whether NAT changes the sender's address.
func (s *HelperSegment) Translated() bool { return s.Sender() != s.SenderSeen() }

// Replace gives the segment another payload. The router keeps sequence numbers
// right in both directions from then on.
func (s *HelperSegment) Replace(payload []byte) { s.text = payload }

func (s *HelperSegment) tuple(d Direction) Tuple {
	if d == Original {
		return s.Original
	}
	return s.Reply
}
