package netmodel

import (
	"net/netip"
	"time"
)

// expectationLife is how long an expectation waits (nf_conntrack_ftp).
const expectationLife = 300 * time.Second

// expectation is one in place.
type expectation struct {
	Expectation
	slot   uint32
	gone   bool
	made   ID         // the record of its making
	caller netip.Addr // the address that the called side knows the caller by
}

// AttachHelper makes a helper known by the name that rules use.
func (n *Node) AttachHelper(name string, h Helper) { n.helpers[name] = h }

// Expect announces a connection: e.Src may call e.Dst, which leads to e.Real.
// Each connection has at most one expectation waiting, the newest. Where the
// sender's address is translated and somebody else expects a call at that port,
// another is chosen; the result says where the call will go.
func (s *HelperSegment) Expect(e Expectation) AddrPort {
	net, tr := s.node.net, s.node.tracking
	for _, old := range tr.hope {
		if old.Master == s.entry.No {
			net.dropExpectation(old, false, s.cause)
			break
		}
	}
	if s.Translated() {
		e.Dst = net.freeExpectation(tr, e)
	}
	x := &expectation{caller: s.tuple(s.Direction).Dst.Addr()}
	x.slot = net.expectations.add(x)
	net.expectationNo++
	e.No, e.Node, e.Master = net.expectationNo, s.node.id, s.entry.No
	e.Expires = net.now + expectationLife
	x.Expectation = e
	tr.hope = append(tr.hope, x)
	x.made = net.emitExpectation(x, Expect, s.cause)
	net.schedule(net.now+expectationLife, expectationAges, x.slot)
	return e.Dst
}

// freeExpectation finds a port at which nobody else expects a call.
func (n *Network) freeExpectation(tr *tracker, e Expectation) AddrPort {
	taken := func(to AddrPort) bool {
		for _, x := range tr.hope {
			if x.Dst == to && x.Src == e.Src {
				return true
			}
		}
		return false
	}
	for range 100 {
		if !taken(e.Dst) {
			break
		}
		e.Dst = netip.AddrPortFrom(e.Dst.Addr(), uint16(1024+n.rng.below(65536-1024)))
	}
	return e.Dst
}

func (t *tracker) expected(tuple Tuple) *expectation {
	for _, x := range t.hope {
		if x.Dst == tuple.Dst && x.Src == tuple.Src.Addr() {
			return x
		}
	}
	return nil
}

// meetExpectation makes a new connection the one that was expected. Under NAT
// it is led to the real end, as nf_nat_follow_master does, and no rule is asked.
func (n *Node) meetExpectation(f *flight, x *expectation) {
	t := f.track
	t.Master = x.Master
	n.net.dropExpectation(x, true, f.last)
	if x.Real == x.Dst && x.caller == x.Src {
		return
	}
	t.settled = true
	t.Reply.Src = x.Real
	t.Reply.Dst = n.freeSource(t, x.caller, PortRange{})
}

func (n *Network) ageExpectation(x *expectation) { n.dropExpectation(x, false, x.made) }

func (n *Network) expectationDue(x *expectation) bool {
	if x.gone {
		n.expectations.give(x.slot)
	}
	return !x.gone
}

// dropExpectation takes it off the list; its slot waits for the event.
func (n *Network) dropExpectation(x *expectation, used bool, cause ID) {
	tr := n.byID[x.Node].tracking
	for i, other := range tr.hope {
		if other == x {
			tr.hope = append(tr.hope[:i], tr.hope[i+1:]...)
			break
		}
	}
	x.gone, x.Used = true, used
	n.emitExpectation(x, Unexpect, cause)
}

func (n *Network) emitExpectation(x *expectation, what What, cause ID) ID {
	n.record = Record{Expect: &x.Expectation}
	return n.emit(TrackRecord, what, x.Node, cause)
}

// EachExpectation calls f for every expectation that waits at a node, in order
// of making.
func (n *Network) EachExpectation(node NodeID, f func(*Expectation)) {
	if at := n.byID[node]; at != nil && at.tracking != nil {
		for _, x := range at.tracking.hope {
			f(&x.Expectation)
		}
	}
}
