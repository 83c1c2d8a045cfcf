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
	cause ID
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

// help shows a data segment to the helper and returns what to send in its place,
// nil if nothing; ok is false if it is to be dropped.
func (n *Node) help(f *flight) (replaced []byte, ok bool) {
	t := f.track
	s := HelperSegment{
		Direction: f.dir, Original: t.Original, Reply: t.Reply, Seq: f.Seq, Payload: f.Payload,
		AfterNewline: t.newlines[f.dir].has(f.Seq),
		node:         n, entry: t, cause: f.last,
	}
	if t.helper.Segment(&s) == HelperDrop {
		return nil, false
	}
	if last := len(f.Payload) - 1; f.Payload[last] == '\n' {
		t.newlines[f.dir].add(f.Seq + uint32(len(f.Payload)))
	}
	if s.text != nil {
		t.adjust[f.dir].set(f.Seq, len(s.text)-len(f.Payload))
	}
	return s.text, true
}

// newlines remembers after which two sequence numbers a line began
// (NUM_SEQ_TO_REMEMBER in nf_conntrack_ftp).
type newlines struct {
	seq   [2]uint32
	count int
}

func (l *newlines) has(seq uint32) bool {
	for _, s := range l.seq[:l.count] {
		if s == seq {
			return true
		}
	}
	return false
}

func (l *newlines) add(seq uint32) {
	switch {
	case l.has(seq):
	case l.count < len(l.seq):
		l.seq[l.count] = seq
		l.count++
	default:
		older := 0
		if after(l.seq[0], l.seq[1]) {
			older = 1
		}
		if after(seq, l.seq[older]) {
			l.seq[older] = seq
		}
	}
}
