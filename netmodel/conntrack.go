package netmodel

// Connection tracking, as a packet meets it: looked up on its way in, entered
// into the table only when it has passed all chains.

// tracker is a node's connection tracking table.
type tracker struct {
	table map[Tuple]trackRef // both directions of every entry
	all   []*track           // in order of creation
	last  trackRef           // the one found last
	hope  []*expectation     // in order of creation
}

type trackRef struct {
	t   *track
	dir Direction
}

// track is an entry with what only the kernel sees of it.
type track struct {
	Entry
	slot      uint32
	confirmed bool
	gone      bool
	timer     deadline
	touched   ID // the last packet record that put the timeout off
	seen      [2]trackWindow
	repeated  repetition
	helper    Helper
	adjust    [2]seqAdjust
	newlines  [2]newlines
	settled   bool // an expectation has said what is translated: no rule is asked
	mapping   Mapping
}

func (t *track) tuple(d Direction) Tuple {
	if d == Original {
		return t.Original
	}
	return t.Reply
}

// look is what the table says of a packet, before anything is changed.
type look struct {
	trackRef
	state  CTState
	next   TrackState // of the entry
	fresh  bool       // a new entry is to be made
	reopen bool       // the entry found is a closed one, whose tuple is used again
	expect *expectation
}

// updateTracking switches connection tracking on where a rule needs it.
func (n *Node) updateTracking() {
	needed := false
	for at, c := range n.chains {
		needed = needed || c.needsTracking(Chain(at))
	}
	if needed && n.tracking == nil {
		n.tracking = &tracker{table: map[Tuple]trackRef{}}
	}
}

func (t *tracker) find(tuple Tuple) trackRef {
	if l := t.last; l.t != nil {
		if l.t.tuple(l.dir) == tuple {
			return l
		}
		if other := 1 - l.dir; l.t.tuple(other) == tuple {
			t.last.dir = other
			return t.last
		}
	}
	ref := t.table[tuple]
	if ref.t != nil {
		t.last = ref
	}
	return ref
}

// look classifies a packet.
func (n *Node) look(f *flight) look {
	if f.ICMP != nil {
		return n.lookICMP(f)
	}
	tuple := Tuple{f.Src, f.Dst}
	ref := n.tracking.find(tuple)
	if ref.t == nil {
		return n.lookNew(f, tuple)
	}
	t := ref.t
	next := trackTable[ref.dir][packetKind(f.Flags)][t.State]
	switch {
	case next == trackInvalid:
		return look{state: CTInvalid}
	case next == TrackSynSent && (t.State == TrackTimeWait || t.State == TrackClose):
		l := n.lookNew(f, tuple)
		l.trackRef, l.reopen = ref, true
		return l
	case next == trackIgnore:
		next = t.State
	case !n.inWindow(ref, f):
		return look{state: CTInvalid}
	}
	return look{trackRef: ref, state: t.ctState(ref.dir), next: next}
}

// ctState is how rules see a packet of a known connection.
func (t *track) ctState(d Direction) CTState {
	switch {
	case d == Reply || t.Replied:
		return CTEstablished
	case t.Master != 0:
		return CTRelated
	}
	return CTNew
}

func (n *Node) lookNew(f *flight, tuple Tuple) look {
	kind := packetKind(f.Flags)
	next := trackTable[Original][kind][TrackNone]
	if next == trackInvalid || kind == kindACK && !n.sysctl.loose {
		return look{state: CTInvalid}
	}
	l := look{state: CTNew, next: next, fresh: true}
	if l.expect = n.tracking.expected(tuple); l.expect != nil {
		l.state = CTRelated
	}
	return l
}

// lookICMP finds the connection an error is about by the segment it quotes: the
// error travels against it.
func (n *Node) lookICMP(f *flight) look {
	quoted := Tuple{f.ICMP.Src, f.ICMP.Dst}
	ref := n.tracking.find(quoted.Inverse())
	if ref.t == nil {
		return look{state: CTInvalid}
	}
	return look{trackRef: ref, state: CTRelated, next: ref.t.State}
}

// apply changes the table as the packet just seen demands.
func (n *Node) apply(f *flight, l *look) {
	f.ct, f.track, f.dir = l.state, l.t, l.dir
	if l.reopen {
		n.net.destroyTrack(l.t, f.last)
	}
	switch {
	case l.fresh:
		n.startTrack(f, l)
	case l.t != nil && f.ICMP == nil:
		n.updateTrack(f, l)
	}
}

// startTrack makes an entry that is not yet in the table.
func (n *Node) startTrack(f *flight, l *look) {
	t, slot := n.net.tracks.take()
	*t = track{slot: slot}
	t.Node, t.State, t.Tag = n.id, l.next, f.Tag
	t.Original = Tuple{f.Src, f.Dst}
	t.Reply = t.Original.Inverse()
	t.startWindow(f)
	f.track, f.dir = t, Original
	if l.expect != nil {
		n.meetExpectation(f, l.expect)
	}
}

// updateTrack moves a known entry on, and puts its end off.
func (n *Node) updateTrack(f *flight, l *look) {
	t := l.t
	if l.dir == Reply && !t.Replied && f.Flags&RST != 0 {
		// Nothing but a RST came back: Linux forgets such a connection at once.
		// The RST itself is still translated as one of its packets.
		n.net.destroyTrack(t, f.last)
		return
	}
	t.touched = f.last
	if after := t.after(l); after != t.standing() {
		t.State, t.Replied, t.Assured = after.state, after.replied, after.assured
		n.keep(t)
		n.net.emitTrack(t, Updated, f.last)
		return
	}
	if l.keepsOnly(f) {
		n.keep(t)
		n.net.kept = &t.Entry
	}
}

// standing is how far a connection has come in the eyes of the table.
type standing struct {
	state            TrackState
	replied, assured bool
}

func (t *track) standing() standing { return standing{t.State, t.Replied, t.Assured} }

// after is where a packet brings a known connection.
func (t *track) after(l *look) standing {
	s := standing{l.next, t.Replied || l.dir == Reply, t.Assured}
	s.assured = s.assured || s.replied && l.next == TrackEstablished && (t.State == TrackSynRecv || t.State == TrackEstablished)
	return s
}

// keepsOnly reports whether a packet puts the end of a known connection off and
// does nothing else to it. A SYN that comes again does not even that: or a client
// could keep an entry alive that nobody ever answered (nf_conntrack_proto_tcp.c).
func (l *look) keepsOnly(f *flight) bool {
	if l.t == nil || l.fresh || f.ICMP != nil || l.t.after(l) != l.t.standing() {
		return false
	}
	return packetKind(f.Flags) != kindSYN || l.t.State != TrackSynSent || l.t.Replied
}

// keep puts the end of an entry off.
func (n *Node) keep(t *track) {
	t.timer.set(n.net, n.net.now+n.trackTimeout(t), trackAges, t.slot)
	t.Expires = t.timer.at
}

// confirm enters a new connection into the table once its first packet has
// passed every chain.
func (n *Node) confirm(f *flight) {
	t := f.track
	if t == nil || t.confirmed || t.gone || f.dir != Original {
		return
	}
	n.net.trackNo++
	t.No, t.confirmed, t.touched = n.net.trackNo, true, f.last
	tr := n.tracking
	tr.table[t.Original] = trackRef{t, Original}
	tr.table[t.Reply] = trackRef{t, Reply}
	tr.all = append(tr.all, t)
	n.keep(t)
	n.net.emitTrack(t, Created, f.last)
}

// forget gives back an entry that was never confirmed.
func (n *Network) forget(t *track) {
	if t != nil && !t.confirmed && !t.gone {
		t.gone = true
		n.tracks.give(t.slot)
	}
}

func (n *Network) ageTrack(t *track) { n.destroyTrack(t, t.touched) }

func (n *Network) trackDue(t *track, e event) bool {
	due := t.timer.due(n, e)
	if t.gone {
		n.releaseTrack(t)
		return false
	}
	return due
}

func (n *Network) releaseTrack(t *track) {
	if t.timer.queued == 0 {
		n.tracks.give(t.slot)
	}
}

func (n *Network) destroyTrack(t *track, cause ID) {
	tr := n.byID[t.Node].tracking
	delete(tr.table, t.Original)
	delete(tr.table, t.Reply)
	if tr.last.t == t {
		tr.last = trackRef{}
	}
	for i, other := range tr.all {
		if other == t {
			tr.all = append(tr.all[:i], tr.all[i+1:]...)
			break
		}
	}
	t.gone, t.timer.at = true, 0
	n.emitTrack(t, Destroyed, cause)
	for i := len(tr.hope) - 1; i >= 0; i-- { // what its helper expected goes with it
		if x := tr.hope[i]; x.Master == t.No {
			n.dropExpectation(x, false, cause)
		}
	}
	n.releaseTrack(t)
}

func (n *Network) emitTrack(t *track, what What, cause ID) {
	n.record = Record{Track: &t.Entry}
	if what == Created {
		n.record.Rule = t.HelperBy
		n.hit(t.HelperBy)
	}
	n.emit(TrackRecord, what, t.Node, cause)
}

// EachTrack calls f for every entry of a node's table, in order of creation.
func (n *Network) EachTrack(node NodeID, f func(*Entry)) {
	if at := n.byID[node]; at != nil && at.tracking != nil {
		for _, t := range at.tracking.all {
			f(&t.Entry)
		}
	}
}
