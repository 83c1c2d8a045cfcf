package netmodel

import (
	"net/netip"
	"time"
)

// Link is what joins interfaces.
type Link struct {
	Name    string         // a named link has a NodeID of its own, at which packets are Lost; links of one name share it
	Delay   time.Duration  // one way
	Rate    uint64         // octets a second; 0: no limit
	Loss    float64        // probability of losing a packet, 0 to 1
	Carries []netip.Prefix // packets with source or destination outside these are lost; empty: carries all
}

// cable is a link in place.
type cable struct {
	Link
	id    NodeID
	named bool
}

func (l *cable) carries(a netip.Addr) bool {
	for _, p := range l.Carries {
		if p.Contains(a) {
			return true
		}
	}
	return len(l.Carries) == 0
}

// segment is the interfaces that reach each other directly: two, or a LAN.
type segment struct{ members []member }

// member is an interface and the cable by which it joined.
type member struct {
	iface *Iface
	cable *cable
}

// Connect joins two interfaces. Where one of them is connected already, the
// other joins its segment by this link: that is a LAN.
func (n *Network) Connect(a, b *Iface, l Link) {
	if a.segment == nil && b.segment != nil {
		a, b = b, a
	}
	c := &cable{Link: l}
	if l.Name != "" {
		c.id, c.named = n.linkID(l.Name), true
	}
	if a.segment == nil {
		a.segment = &segment{members: []member{{a, c}}}
	}
	a.segment.members = append(a.segment.members, member{b, c})
	b.segment = a.segment
}

// linkID is the number of a named link: the cables of one network, a public one
// say, are one place.
func (n *Network) linkID(name string) NodeID {
	for id, known := range n.names {
		if known == name && n.byID[id] == nil {
			return NodeID(id)
		}
	}
	return n.addName(name)
}

// resolve finds who on the interface's segment answers for an address. With no
// address any router will do: a route that names only the interface.
func (i *Iface) resolve(next netip.Addr) (to *Iface, over *cable) {
	if i.segment == nil {
		return nil, nil
	}
	mine := 0
	for k, m := range i.segment.members {
		if m.iface == i {
			mine = k
			break
		}
	}
	for k, m := range i.segment.members {
		if m.iface == i {
			continue
		}
		if next.IsValid() && m.iface.has(next) || !next.IsValid() && m.iface.node.router {
			return m.iface, i.segment.members[max(k, mine, 1)].cable
		}
	}
	return nil, nil
}

// resolveTimeout is how long Linux looks for a neighbour: three probes, a second each.
const resolveTimeout = 3 * time.Second

// aim sets where the packet goes next: by out, to whoever answers for next.
func (f *flight) aim(out *Iface, next netip.Addr) {
	if out == &out.node.loopback {
		f.in, f.node, f.cable = out, out.node, nil
		return
	}
	f.in, f.cable = out.resolve(next)
	f.node = out.node
	if f.in != nil {
		f.node = f.in.node
	}
}

// launch puts an aimed packet on its way, after its record.
func (n *Network) launch(f *flight, out *Iface) {
	over := f.cable
	f.track = nil // of the node it leaves
	switch {
	case f.in == nil:
		n.schedule(n.now+resolveTimeout, packetUnresolved, f.slot)
		return
	case over == nil:
		n.schedule(n.now, packetArrives, f.slot)
		return
	}
	departs := n.now
	switch {
	case over.Rate > 0:
		departs = max(departs, out.busy) + time.Duration(f.wireLength()*uint64(time.Second)/over.Rate)
		out.busy = departs
	case over.Delay > 0: // one after the other on any wire: the first of a row can be answered before the last is there
		departs = max(departs, out.busy)
		out.busy = departs + 1
	}
	if over.Loss > 0 && n.rng.chance(over.Loss) || !over.carries(f.Src.Addr()) || !over.carries(f.Dst.Addr()) {
		n.schedule(departs+over.Delay/2, packetIsLost, f.slot)
		return
	}
	n.schedule(departs+over.Delay, packetArrives, f.slot)
}

// wireLength is the length with IP and TCP headers, without options.
func (f *flight) wireLength() uint64 {
	n := uint64(len(f.Payload)) + 40
	if f.Src.Addr().Is6() {
		n += 20
	}
	return n
}

func (n *Network) lose(f *flight) {
	at := f.from
	if f.cable.named {
		at = f.cable.id
	}
	n.emitEnd(f, Lost, at, RuleRef{})
	n.release(f)
}
