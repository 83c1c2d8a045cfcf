package netmodel

import "net/netip"

// icmpError is a kind of ICMP error, with its type and code in both families
// and what Linux makes of it for a connecting socket (icmp_err_convert,
// tcp_v6_err).
type icmpError uint8

const (
	noRoute icmpError = iota
	noNeighbour
	hostUnreachable
	portUnreachable
	adminProhibited
	timeExceeded
)

var icmpErrors = [...]struct {
	v4Type, v4Code uint8
	v4             error
	v6Type, v6Code uint8
	v6             error
}{
	noRoute:         {3, 0, ErrNetworkUnreachable, 1, 0, ErrNetworkUnreachable},
	noNeighbour:     {3, 1, ErrHostUnreachable, 1, 3, ErrHostUnreachable},
	hostUnreachable: {3, 1, ErrHostUnreachable, 1, 3, ErrHostUnreachable},
	portUnreachable: {3, 3, ErrRefused, 1, 4, ErrRefused},
	adminProhibited: {3, 13, ErrHostUnreachable, 1, 1, ErrProhibited},
	timeExceeded:    {11, 0, ErrHostUnreachable, 3, 0, ErrHostUnreachable},
}

func (e icmpError) err(v4 bool) error {
	if v4 {
		return icmpErrors[e].v4
	}
	return icmpErrors[e].v6
}

// Err is what a connecting socket is told of the message; nil for one that it
// does not know.
func (e *ICMPError) Err() error {
	for _, known := range icmpErrors {
		switch {
		case e.Src.Addr().Is4() && known.v4Type == e.Type && known.v4Code == e.Code:
			return known.v4
		case e.Src.Addr().Is6() && known.v6Type == e.Type && known.v6Code == e.Code:
			return known.v6
		}
	}
	return nil
}

// reject answers a packet that a rule rejected.
func (n *Node) reject(f *flight, with RejectWith) {
	switch with {
	case TCPReset:
		if f.ICMP == nil && f.Flags&RST == 0 {
			n.sendReset(f) // as if from the destination
		}
	case HostUnreachable:
		n.sendError(f, hostUnreachable)
	case AdminProhibited:
		n.sendError(f, adminProhibited)
	default:
		n.sendError(f, portUnreachable)
	}
}

// sendError tells a packet's sender why it went no further, from the node's own
// address. No error is sent about an error (RFC 1122 §3.2.2).
func (n *Node) sendError(about *flight, why icmpError) {
	if about.ICMP != nil {
		return
	}
	to := about.Src.Addr()
	from := n.errorSource(to)
	if !from.IsValid() {
		return
	}
	e := &ICMPError{About: about.No, Src: about.Src, Dst: about.Dst, Seq: about.Seq}
	e.Type, e.Code = icmpErrors[why].v4Type, icmpErrors[why].v4Code
	if to.Is6() {
		e.Type, e.Code = icmpErrors[why].v6Type, icmpErrors[why].v6Code
	}
	f := n.net.newFlight()
	f.Src, f.Dst, f.Tag, f.ICMP = netip.AddrPortFrom(from, 0), netip.AddrPortFrom(to, 0), about.Tag, e
	n.sendAbout(f, about, CTRelated)
}

func (n *Node) errorSource(to netip.Addr) netip.Addr {
	if n.isLocal(to) {
		return to
	}
	out, next := n.lookup(to)
	if out == nil {
		return netip.Addr{}
	}
	if next.IsValid() {
		return out.source(next)
	}
	return out.source(to)
}

// receiveICMP hands an error to the connection it is about.
func (n *Node) receiveICMP(f *flight) {
	if err := f.ICMP.Err(); err != nil {
		n.connectError(Tuple{f.ICMP.Src, f.ICMP.Dst}, err)
	}
}

// connectError fails a connection attempt. Later in a connection's life such
// errors are soft and TCP goes on trying (RFC 5461; Linux without IP_RECVERR).
func (n *Node) connectError(t Tuple, err error) {
	c := n.conns[t]
	if c != nil && c.state == SynSent {
		c.end(ReceiveUnreachable, err)
	}
}
