package trace

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// Received puts together what the last data connection brought to its
// receiving side, out of the segments that arrived there; where it was
// encrypted, as that side has read it. What the attacker sent or got is not
// meant.
func (t *Trace) Received() []byte {
	if t.Opened != nil {
		return t.Opened
	}
	var segments []*Packet
	var isn uint32
	attacker, meddled := t.NodeByRole(RoleAttacker)
	for id := ID(t.Len()); id > 0; id-- {
		e := t.events.at(int(id) - 1)
		if e.Kind != KindPacket || e.Channel != Data || e.What != Arrived || meddled && (e.At == attacker || t.Origin(*e) == attacker) {
			continue
		}
		p := t.Packet(*e)
		switch {
		case len(p.Payload) > 0:
			segments = append(segments, p)
			isn = t.Flows[p.Flow].ISN
		case p.Flags.Has(SYN) && len(segments) > 0 && p.Flow == segments[0].Flow:
			return join(segments, p.Seq+1)
		case p.Flags&(SYN|ACK) == SYN && len(segments) == 0:
			return nil // the last connection carried nothing
		}
	}
	return join(segments, isn+1)
}

func join(segments []*Packet, start uint32) []byte {
	slices.SortStableFunc(segments, func(a, b *Packet) int { return int(int32(a.Seq - b.Seq)) })
	size := 0
	for _, p := range segments {
		size += len(p.Payload)
	}
	out := make([]byte, 0, size)
	for _, p := range segments {
		at := int(int32(p.Seq - start))
		if at > len(out) {
			break // a hole: nothing after it reached the application
		}
		if at+len(p.Payload) > len(out) {
			out = append(out, p.Payload[len(out)-at:]...)
		}
	}
	return out
}

// SHA256 is the digest of [Trace.Received], in hexadecimal.
func (t *Trace) SHA256() string {
	sum := sha256.Sum256(t.Received())
	return hex.EncodeToString(sum[:])
}
