package netmodel

// The way of a packet through a node, hook by hook: prerouting, then input or
// forward and postrouting; output and postrouting for what the node sends itself.

// arrive handles a packet at the end of a link.
func (n *Network) arrive(f *flight) {
	node := f.node
	f.ct, f.track = CTUntracked, nil
	if node.tracking != nil && !node.prerouting(f) {
		return
	}
	switch {
	case node.isLocal(f.Dst.Addr()):
		node.input(f)
	case node.router:
		node.forward(f)
	default:
		n.drop(f, node, RuleRef{})
	}
}

func (n *Network) drop(f *flight, at *Node, rule RuleRef) {
	n.emitEnd(f, Dropped, at.id, rule)
	n.release(f)
}

// decide carries out a verdict other than accept; it reports whether the packet
// may go on.
func (n *Node) decide(f *flight, v verdict) bool {
	switch v.verdict {
	case VerdictDrop:
		n.net.drop(f, n, v.rule)
		return false
	case VerdictReject:
		n.net.emitEnd(f, Rejected, n.id, v.rule)
		n.net.Under(f.last, func() { n.reject(f, v.with) })
		n.net.release(f)
		return false
	}
	return true
}

func (n *Node) input(f *flight) {
	v := n.walk(Input, f, f.in, nil)
	if v.verdict != VerdictAccept {
		n.decide(f, v)
		return
	}
	if n.tracking != nil && !n.confirmInput(f) {
		return
	}
	net := n.net
	net.emitEnd(f, Arrived, n.id, v.rule)
	net.cause = f.last
	if f.ICMP != nil {
		n.receiveICMP(f)
	} else {
		n.receiveTCP(f)
	}
	net.release(f)
}

func (n *Node) forward(f *flight) {
	if f.TTL <= 1 {
		n.net.emitEnd(f, Rejected, n.id, RuleRef{})
		n.net.Under(f.last, func() { n.sendError(f, timeExceeded) })
		n.net.release(f)
		return
	}
	out, next := n.lookup(f.Dst.Addr())
	if out == nil {
		n.unreachable(f, noRoute)
		return
	}
	in := f.in
	v := n.walk(Forward, f, in, out)
	if v.verdict != VerdictAccept {
		n.decide(f, v)
		return
	}
	if n.tracking != nil && !n.postrouting(f, in, out) {
		return
	}
	f.TTL--
	f.aim(out, next)
	n.net.emitPacket(f, Forwarded, n.id, f.node.id, v.rule)
	n.net.launch(f, out)
}

// sendAbout sends the answer to a packet that this node does not let through.
// It belongs to that packet's connection, even to one not in the table, so that
// NAT can give it the addresses the sender knows (nf_ct_attach).
func (n *Node) sendAbout(f, about *flight, state CTState) {
	if about.track != nil && (!about.track.confirmed || !n.isLocal(about.Dst.Addr())) {
		f.ct, f.track, f.dir = state, about.track, 1-about.dir
	}
	n.send(f)
}

// send gives a packet of the node's own to the network. It returns the record
// of its sending.
func (n *Node) send(f *flight) ID {
	net := n.net
	out, next := &n.loopback, f.Dst.Addr()
	if !n.isLocal(next) {
		out, next = n.lookup(next)
	}
	if out == nil { // the route went away under an open connection
		net.flights.give(f.slot)
		return 0
	}
	tracked := n.tracking != nil && f.track == nil
	var look look
	if tracked {
		look = n.look(f)
		f.ct = look.state
	}
	v := n.walk(Output, f, nil, out)
	f.origin = n.id
	net.enter(f)
	f.aim(out, next)
	told := tracked && look.keepsOnly(f)
	if told { // the record of the sending is the one to say so
		n.keep(look.t)
		net.kept = &look.t.Entry
	}
	if v.verdict != VerdictAccept {
		net.emitPacket(f, Sent, n.id, n.id, RuleRef{})
		sent := f.last
		if tracked {
			n.apply(f, &look)
		}
		if told {
			net.kept = nil
		}
		n.decide(f, v)
		return sent
	}
	net.emitPacket(f, Sent, n.id, f.node.id, v.rule)
	sent := f.last
	if tracked {
		n.apply(f, &look)
	} else if f.track != nil && f.ICMP != nil {
		n.translateError(f)
	}
	if told {
		net.kept = nil
	}
	if n.tracking != nil && !n.postrouting(f, nil, out) {
		return sent
	}
	net.launch(f, out)
	return sent
}

// unresolved ends a packet for which no neighbour answered.
func (n *Network) unresolved(f *flight) { f.node.unreachable(f, noNeighbour) }

// unreachable ends a packet that cannot go on from here, and says so.
func (n *Node) unreachable(f *flight, why icmpError) {
	n.net.emitEnd(f, Rejected, n.id, RuleRef{})
	n.net.Under(f.last, func() {
		if f.origin == n.id {
			n.connectError(Tuple{f.Src, f.Dst}, why.err(f.Src.Addr().Is4()))
		} else {
			n.sendError(f, why)
		}
	})
	n.net.release(f)
}
