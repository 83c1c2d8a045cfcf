package netmodel

import "time"

// trackWindow is what is known of the numbers one direction may use: the
// td_ fields of Linux's ip_ct_tcp_state, after Guido van Rooij's "Real Stateful
// TCP Packet Filtering in IP Filter".
type trackWindow struct {
	end     uint32 // highest octet sent, plus one
	maxEnd  uint32 // highest octet that the other side will take, plus one
	maxWin  uint32 // largest window announced; 0: nothing seen yet
	maxAck  uint32
	acked   bool // maxAck is set
	unacked bool // data was sent that is not acknowledged
	liberal bool // picked up in the middle: the numbers prove nothing
}

// ackWindow is how far back an acknowledgement may lie (MAXACKWINCONST).
const ackWindow = 66000

// startWindow begins with the first packet of a connection.
func (t *track) startWindow(f *flight) {
	s := &t.seen[Original]
	s.end = f.Seq + f.segmentLength()
	s.maxWin = max(uint32(f.Window), 1)
	s.maxEnd = s.end
	if f.Flags&SYN == 0 {
		s.maxEnd += s.maxWin
		s.liberal = true
		t.seen[Reply].liberal = true
	}
}

// inWindow judges a packet by its numbers and learns from it.
func (n *Node) inWindow(ref trackRef, f *flight) bool {
	t := ref.t
	sender, receiver := &t.seen[ref.dir], &t.seen[1-ref.dir]
	seq, ack, win := f.Seq, f.Ack, uint32(f.Window)
	end := seq + f.segmentLength()
	if f.Flags&RST != 0 && receiver.acked && before(seq, receiver.maxAck) {
		return false // a RST from the past
	}
	if f.Flags&ACK != 0 {
		ack = t.adjust[1-ref.dir].undo(ack)
	}
	sender.learn(receiver, f, end, ack, t.State)
	if f.Flags&ACK == 0 || ack == 0 && f.Flags&RST != 0 {
		ack = receiver.end
	}
	if f.Flags&RST != 0 && seq == 0 && t.State == TrackSynSent {
		seq, end = sender.end, sender.end // a RST that answers a SYN has no number of its own
	}
	valid := !after(seq, sender.maxEnd) &&
		!before(end, sender.end-receiver.maxWin) &&
		!after(ack, receiver.end) &&
		!before(ack, receiver.end-max(sender.maxWin, ackWindow))
	if !valid {
		return sender.liberal || n.sysctl.liberal && f.Flags&RST == 0
	}
	sender.advance(receiver, f.Flags, end, ack, win)
	t.countRepetition(ref.dir, f, end)
	return true
}

// learn starts the window of a sender seen for the first time, or starting anew.
func (s *trackWindow) learn(receiver *trackWindow, f *flight, end, ack uint32, state TrackState) {
	syn := f.Flags&SYN != 0
	switch {
	case s.maxWin != 0 && (!syn || state != TrackSynSent && state != TrackSynRecv || !after(end, s.end)):
		return
	case syn:
		s.end, s.maxEnd = end, end
		s.maxWin = max(uint32(f.Window), 1)
	default:
		s.end = end
		s.maxWin = max(uint32(f.Window), 1)
		s.maxEnd = end + s.maxWin
		if receiver.maxWin == 0 {
			receiver.end = ack
		}
	}
}

func (s *trackWindow) advance(receiver *trackWindow, flags Flags, end, ack, win uint32) {
	s.maxWin = max(s.maxWin, win)
	if after(end, s.maxEnd) && receiver.maxWin != 0 {
		receiver.maxWin += end - s.maxEnd
	}
	if after(end, s.end) {
		s.end, s.unacked = end, true
	}
	if flags&ACK != 0 && (!s.acked || after(ack, s.maxAck)) {
		s.maxAck, s.acked = ack, true
	}
	if !before(ack+win, receiver.maxEnd) {
		receiver.maxEnd = ack + max(win, 1)
	}
	if ack == receiver.end {
		receiver.unacked = false
	}
}

// repetition is the last pure data or ACK packet of a connection.
type repetition struct {
	dir           Direction
	seq, end, ack uint32
	window        uint16
	count         int
}

func (t *track) countRepetition(d Direction, f *flight, end uint32) {
	if packetKind(f.Flags) != kindACK {
		return
	}
	this := repetition{d, f.Seq, end, f.Ack, f.Window, t.repeated.count}
	if this == t.repeated {
		t.repeated.count++
		return
	}
	this.count = 0
	t.repeated = this
}

// trackTimeout is how long an entry lives from now on if nothing comes.
func (n *Node) trackTimeout(t *track) time.Duration {
	s := &n.sysctl
	timeout := s.timeouts[t.State]
	switch {
	case t.repeated.count >= s.retransCount && timeout > s.maxRetrans:
		return s.maxRetrans
	case (t.seen[Original].unacked || t.seen[Reply].unacked || t.State == TrackEstablished && !t.Replied) && timeout > s.unacknowledged:
		return s.unacknowledged
	}
	return timeout
}
