package capture

import "ftpscope/sim/trace"

// The TTL, or hop limit, of every packet at its origin: Linux's default, and
// the network model's.
const initialTTL = 64

// wire is one interface in one run.
type wire struct {
	*trace.Trace
	node trace.Node
	side side
	host trace.Role // whom a router's inner interface faces
}

func newWire(t *trace.Trace, v vantage, node trace.Node) *wire {
	host := trace.RoleClient
	if v.role == trace.RoleServerRouter {
		host = trace.RoleServer
	}
	return &wire{Trace: t, node: node, side: v.side, host: host}
}

// passage is a packet passing the interface, in the form it has there.
type passage struct {
	id     trace.ID // the event with which it came in or went out
	packet *trace.Packet
	ttl    uint8
}

// follow appends the passages of the packet that was sent with an event.
func (w *wire) follow(sent trace.ID, list []passage) []passage {
	ttl := uint8(initialTTL)
	before := w.Event(sent)
	for id := sent; id != 0; id = w.Next(id) {
		e := w.Event(id)
		if e.At == w.node && before.At != w.node && w.faces(before.At) {
			list = append(list, passage{id, w.Packet(before), ttl}) // seen before NAT and firewall
		}
		if e.What == trace.Forwarded {
			ttl--
		}
		if e.At == w.node && w.leaves(id, e) {
			list = append(list, passage{id, w.Packet(e), ttl})
		}
		before = e
	}
	return list
}

// leaves reports whether a packet goes out by the interface after an event at
// its node. A firewall's output hook comes before the interface: what dies
// there was never on the wire, and what goes to the node itself is not either.
func (w *wire) leaves(id trace.ID, e trace.Event) bool {
	if e.What.Final() {
		return false
	}
	next := w.Next(id)
	if next == 0 {
		return w.leadsTo(e) // still under way when the run ended
	}
	then := w.Event(next)
	if then.At == w.node {
		return then.What == trace.Lost && w.leadsTo(e) // by a link without a name
	}
	return w.faces(then.At)
}

// leadsTo reports whether the way to a packet's destination is by the interface.
func (w *wire) leadsTo(e trace.Event) bool {
	to, known := w.NodeByAddr(w.FlowOf(w.Packet(e)).Dst.Addr())
	if !known {
		return w.side != inner
	}
	return to != w.node && w.faces(to)
}

// faces reports whether another node is reached by the interface.
func (w *wire) faces(other trace.Node) bool {
	n := &w.Nodes[other]
	return w.side == only || (w.side == inner) == (n.Role == w.host || n.Inside && w.host == trace.RoleClient)
}
