package netmodel

import "net/netip"

// socket is what listeners and connections have in common.
type socket struct {
	node          *Node
	id            uint32
	local, remote AddrPort
	state         State
	tag           uint8
	conn          *Conn // nil: a listener
}

// Listener is a socket in LISTEN.
type Listener struct {
	socket
	app App
}

// Ports that the model chooses itself: net.ipv4.ip_local_port_range of Linux.
const (
	firstEphemeral = 32768
	lastEphemeral  = 60999
)

// Listen opens a port. An unspecified or zero address stands for all of the
// node's; port 0 is chosen from the seed. Connections inherit tag and app.
func (n *Node) Listen(local AddrPort, tag uint8, app App) (*Listener, error) {
	addr := local.Addr()
	if addr.IsValid() && !addr.IsUnspecified() && !n.isLocal(addr) {
		return nil, ErrAddressNotHere
	}
	if !addr.IsValid() {
		addr = netip.IPv4Unspecified()
	}
	port, ok := n.choosePort(local.Port(), func(p uint16) bool { return n.listenFree(addr, p) })
	if !ok {
		return nil, ErrAddressInUse
	}
	l := &Listener{app: app}
	l.socket = socket{node: n, local: netip.AddrPortFrom(addr, port), state: Closed, tag: tag}
	n.listens = append(n.listens, l)
	l.state = nextState[Closed][PassiveOpen]
	n.net.open(&l.socket)
	return l, nil
}

// choosePort returns the wanted port, or for 0 a free one, from a random start on.
func (n *Node) choosePort(want uint16, free func(uint16) bool) (uint16, bool) {
	if want != 0 {
		return want, free(want)
	}
	const span = lastEphemeral - firstEphemeral + 1
	start := n.net.rng.below(span)
	for i := range span {
		if p := uint16(firstEphemeral + (start+i)%span); free(p) {
			return p, true
		}
	}
	return 0, false
}

func (n *Node) listenFree(addr netip.Addr, port uint16) bool {
	for _, l := range n.listens {
		if l.local.Port() == port && (l.any() || !addr.IsValid() || addr.IsUnspecified() || l.local.Addr() == addr) {
			return false
		}
	}
	return true
}

func (l *Listener) any() bool { return l.local.Addr().IsUnspecified() }

// Addr is the local address and port.
func (l *Listener) Addr() AddrPort { return l.local }

// Tag is the label given to Listen.
func (l *Listener) Tag() uint8 { return l.tag }

// Close stops listening. Connections whose handshake is not complete go with
// it; the others stay.
func (l *Listener) Close() {
	if l.state != Listen {
		return
	}
	l.state = nextState[Listen][UserClose]
	for i, other := range l.node.listens {
		if other == l {
			l.node.listens = append(l.node.listens[:i:i], l.node.listens[i+1:]...)
			break
		}
	}
	net := l.node.net
	net.closed(&l.socket)
	for i := 0; i < len(net.sockets); i++ {
		if c := net.sockets[i].conn; c != nil && c.listener == l && c.state == SynReceived {
			c.finish(UserAbort)
			i--
		}
	}
}

// listener finds who takes a SYN to an address.
func (n *Node) listener(to AddrPort) *Listener {
	for _, l := range n.listens {
		if l.local == to || l.any() && l.local.Port() == to.Port() {
			return l
		}
	}
	return nil
}

// open enters a socket among those open and records it.
func (n *Network) open(s *socket) {
	n.socketNo++
	s.id = n.socketNo
	n.sockets = append(n.sockets, s)
	n.emitSocket(s, Created)
}

func (n *Network) closed(s *socket) {
	for i, other := range n.sockets {
		if other == s {
			n.sockets = append(n.sockets[:i], n.sockets[i+1:]...)
			break
		}
	}
	n.emitSocket(s, Destroyed)
}

func (n *Network) emitSocket(s *socket, what What) {
	n.socketInfo = s.info()
	n.record = Record{Socket: &n.socketInfo}
	n.emit(SocketRecord, what, s.node.id, n.cause)
}

func (s *socket) info() SocketInfo {
	return SocketInfo{ID: s.id, Node: s.node.id, Local: s.local, Remote: s.remote, State: s.state, Tag: s.tag}
}

// EachSocket calls f for every open socket, in order of opening.
func (n *Network) EachSocket(f func(*SocketInfo)) {
	for _, s := range n.sockets {
		info := s.info()
		f(&info)
	}
}
