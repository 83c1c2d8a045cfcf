package netmodel

// seqAdjust keeps one direction's sequence numbers right when a helper has
// changed the length of a payload (Linux's nf_conntrack_seqadj). Only the last
// change is kept apart; the sum of those before it holds for older segments.
type seqAdjust struct {
	at            uint32 // the segment last changed
	before, after int32  // shift up to it, and beyond
}

// set notes that the segment at seq grew by diff. A repetition of that segment
// changes nothing.
func (a *seqAdjust) set(seq uint32, diff int) {
	if diff != 0 && (a.before == a.after || before(a.at, seq)) {
		a.at = seq
		a.before = a.after
		a.after += int32(diff)
	}
}

// apply turns a sender's number into the one the other side sees.
func (a *seqAdjust) apply(seq uint32) uint32 {
	if after(seq, a.at) {
		return seq + uint32(a.after)
	}
	return seq + uint32(a.before)
}

// undo turns an acknowledged number back into the sender's.
func (a *seqAdjust) undo(ack uint32) uint32 {
	if after(ack-uint32(a.before), a.at) {
		return ack - uint32(a.after)
	}
	return ack - uint32(a.before)
}
