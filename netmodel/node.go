package netmodel

import (
	"net/netip"
	"time"
)

// Node is a host or a router.
type Node struct {
	net    *Network
	id     NodeID
	name   string
	router bool

	ifaces   []*Iface
	loopback Iface
	routes   []route

	chains   [ChainCount]*chain
	tracking *tracker // nil: no rule needs connection tracking
	sysctl   sysctls
	helpers  map[string]Helper

	conns    map[Tuple]*Conn // Src local, Dst remote
	lastConn *Conn           // the one found last: segments come in rows
	listens  []*Listener
}

// Iface is a network interface.
type Iface struct {
	node    *Node
	name    string
	addrs   []netip.Prefix
	segment *segment
	busy    time.Duration // until when it transmits, on a link with a rate
}

// Addr is the interface's first address.
func (i *Iface) Addr() netip.Addr { return i.addrs[0].Addr() }

// Node is the node that has the interface.
func (i *Iface) Node() *Node { return i.node }

type route struct {
	to  netip.Prefix
	out *Iface
	via netip.Addr
	// onLink: the destination itself is the neighbour to look for.
	onLink bool
}

// AddHost adds a host with an interface eth0 that has the given addresses and
// carries its default routes.
func (n *Network) AddHost(name string, addrs ...netip.Prefix) *Node {
	h := n.addNode(name)
	h.SetDefault(h.AddIface("eth0", addrs...))
	return h
}

// AddRouter adds a node that forwards; it gets its interfaces by AddIface.
func (n *Network) AddRouter(name string) *Node {
	r := n.addNode(name)
	r.router = true
	return r
}

func (n *Network) addNode(name string) *Node {
	node := &Node{
		net: n, id: n.addName(name), name: name,
		conns:   map[Tuple]*Conn{},
		helpers: map[string]Helper{},
		sysctl:  defaultSysctls,
	}
	n.byID[node.id] = node
	node.loopback = Iface{node: node, name: "lo"}
	n.nodes = append(n.nodes, node)
	return node
}

func (n *Network) addName(name string) NodeID {
	n.names = append(n.names, name)
	n.byID = append(n.byID, nil)
	return NodeID(len(n.names) - 1)
}

// NodeName is the name of a node or named link.
func (n *Network) NodeName(id NodeID) string {
	if int(id) < len(n.names) {
		return n.names[id]
	}
	return ""
}

// RuleName names a rule for people: "client-router#3".
func (n *Network) RuleName(r RuleRef) string { return r.Format(n.NodeName(r.Node)) }

// ID is the node's number.
func (n *Node) ID() NodeID { return n.id }

// Name is the node's name.
func (n *Node) Name() string { return n.name }

// AddIface adds an interface with its addresses and the routes to the networks
// they lie in.
func (n *Node) AddIface(name string, addrs ...netip.Prefix) *Iface {
	i := &Iface{node: n, name: name, addrs: addrs}
	n.ifaces = append(n.ifaces, i)
	for _, a := range addrs {
		n.routes = append(n.routes, route{to: a.Masked(), out: i, onLink: true})
	}
	return i
}

// Iface finds an interface by name; nil if there is none.
func (n *Node) Iface(name string) *Iface {
	for _, i := range n.ifaces {
		if i.name == name {
			return i
		}
	}
	return nil
}

// AddRoute adds a route. With no via it leads to the router at the other end of
// the interface.
func (n *Node) AddRoute(to netip.Prefix, out *Iface, via netip.Addr) {
	n.routes = append(n.routes, route{to: to, out: out, via: via})
}

// SetDefault makes out the default route of IPv4 and IPv6.
func (n *Node) SetDefault(out *Iface) {
	n.AddRoute(netip.PrefixFrom(netip.IPv4Unspecified(), 0), out, netip.Addr{})
	n.AddRoute(netip.PrefixFrom(netip.IPv6Unspecified(), 0), out, netip.Addr{})
}

// lookup finds the way to an address: the longest prefix wins, then the route
// set first. A nil interface means that there is no way.
func (n *Node) lookup(a netip.Addr) (out *Iface, next netip.Addr) {
	var best *route
	for i := range n.routes {
		r := &n.routes[i]
		if r.to.Contains(a) && (best == nil || r.to.Bits() > best.to.Bits()) {
			best = r
		}
	}
	switch {
	case best == nil:
		return nil, netip.Addr{}
	case best.onLink:
		return best.out, a
	}
	return best.out, best.via
}

// isLocal reports whether the node itself has the address.
func (n *Node) isLocal(a netip.Addr) bool {
	for _, i := range n.ifaces {
		if i.has(a) {
			return true
		}
	}
	return false
}

func (i *Iface) has(a netip.Addr) bool {
	for _, p := range i.addrs {
		if p.Addr() == a {
			return true
		}
	}
	return false
}

// source chooses the address from which to call a: of the same family, in the
// neighbour's network if possible.
func (i *Iface) source(a netip.Addr) netip.Addr {
	var found netip.Addr
	for _, p := range i.addrs {
		if p.Addr().Is4() != a.Is4() {
			continue
		}
		if p.Contains(a) {
			return p.Addr()
		}
		if !found.IsValid() {
			found = p.Addr()
		}
	}
	return found
}
