package netmodel

// flight is a packet between its Sent and its end.
type flight struct {
	Packet
	slot       uint32
	last       ID     // its last record
	origin     NodeID // who sent it
	from       NodeID // where that stands
	node       *Node  // where it goes, or is
	in         *Iface // by which interface it comes in
	cable      *cable
	prev, next *flight

	// What connection tracking of the present node says of it.
	ct    CTState
	track *track
	dir   Direction
}

// newFlight takes a packet from the free list.
func (n *Network) newFlight() *flight {
	f, slot := n.flights.take()
	*f = flight{slot: slot}
	n.packetNo++
	f.No = n.packetNo
	f.TTL, f.ct = 64, CTUntracked
	return f
}

// enter puts a packet among those in flight.
func (n *Network) enter(f *flight) {
	n.live++
	f.prev = n.lastFlight
	if f.prev != nil {
		f.prev.next = f
	} else {
		n.firstFlight = f
	}
	n.lastFlight = f
}

// emitEnd records that a packet's life is over and takes it out of flight. The
// caller releases it when it has done with it.
func (n *Network) emitEnd(f *flight, what What, at NodeID, rule RuleRef) {
	n.live--
	if f.prev != nil {
		f.prev.next = f.next
	} else {
		n.firstFlight = f.next
	}
	if f.next != nil {
		f.next.prev = f.prev
	} else {
		n.lastFlight = f.prev
	}
	n.emitPacket(f, what, at, at, rule)
}

func (n *Network) emitPacket(f *flight, what What, at, next NodeID, rule RuleRef) {
	f.from = at
	n.hit(rule)
	cause := f.last
	if what == Sent {
		cause = n.cause
	}
	r := &n.record
	r.Next, r.Packet, r.Rule = next, &f.Packet, rule
	r.Socket, r.Track, r.Expect, r.Name = nil, nil, nil, ""
	f.last = n.emit(PacketRecord, what, at, cause)
}

// release gives the packet back once nothing refers to it.
func (n *Network) release(f *flight) {
	n.forget(f.track)
	f.Payload, f.ICMP, f.track = nil, nil, nil
	f.prev, f.next = nil, nil
	n.flights.give(f.slot)
}

// EachFlight calls f for every packet in flight, in order of sending, with the
// node at which its last record stands.
func (n *Network) EachFlight(f func(p *Packet, from NodeID)) {
	for p := n.firstFlight; p != nil; p = p.next {
		f(&p.Packet, p.from)
	}
}
