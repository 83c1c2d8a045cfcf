package scene

import (
	"net/netip"
	"time"

	"ftpscope/sim/trace"
)

// The nodes of every story, in the order from client to server.
const (
	client = trace.Node(iota)
	clientRouter
	serverRouter
	server
	internet
)

// story tells a run by hand, as the network model would record it.
type story struct {
	r      *trace.Recorder
	t      time.Duration
	cause  trace.ID
	packet uint32
	nat    bool // the client's router translates
	seq    map[netip.AddrPort]uint32
	socket uint32
	ids    map[string]uint32
}

const natAddr = "198.51.100.1"

func newStory(rules ...trace.Rule) *story {
	addrs := func(texts ...string) (out []netip.Addr) {
		for _, t := range texts {
			out = append(out, netip.MustParseAddr(t))
		}
		return out
	}
	nodes := []trace.NodeInfo{
		{Name: "client", Role: trace.RoleClient, Addrs: addrs("192.168.1.2")},
		{Name: "client-router", Role: trace.RoleClientRouter, Addrs: addrs("192.168.1.1", natAddr)},
		{Name: "server-router", Role: trace.RoleServerRouter, Addrs: addrs("203.0.113.1", "198.51.100.2")},
		{Name: "server", Role: trace.RoleServer, Addrs: addrs("203.0.113.10")},
		{Name: "internet", Role: trace.RoleInternet},
	}
	return &story{
		r: trace.NewRecorder(nodes, rules), seq: map[netip.AddrPort]uint32{},
		ids: map[string]uint32{},
	}
}

func firewall(at trace.Node) []trace.Rule {
	return []trace.Rule{
		{At: at, Chain: "forward", Text: "ct state established accept", Name: "#1"},
		{At: at, Chain: "forward", Index: 1, Text: "drop", Name: "#2"},
	}
}

func masquerade() trace.Rule {
	return trace.Rule{At: clientRouter, Chain: "postrouting", Text: `oifname "wan" masquerade`, Name: "postrouting#1"}
}

func at(host trace.Node, port uint16) netip.AddrPort {
	addr := "192.168.1.2"
	if host == server {
		addr = "203.0.113.10"
	}
	return netip.AddrPortFrom(netip.MustParseAddr(addr), port)
}

func (s *story) stamp(n trace.Node, c trace.Channel) trace.Stamp {
	return trace.Stamp{T: s.t, Cause: s.cause, At: n, Channel: c}
}

// wait lets time pass. After a pause, what happens is no consequence of the
// last event but of some timer.
func (s *story) wait(d time.Duration) {
	s.t += d
	if d >= time.Second {
		s.cause = 0
	}
}

// state moves a host's socket on a channel to a state.
func (s *story) state(host trace.Node, c trace.Channel, local uint16, remote uint16, st trace.TCPState) {
	key := s.r.Trace().Nodes[host].Name + c.String() + at(host, local).String()
	if st == trace.Listen {
		key += "listener"
	}
	id, known := s.ids[key]
	if !known {
		s.socket++
		id = s.socket
		s.ids[key] = id
	}
	sock := trace.Socket{ID: id, State: st, Local: at(host, local)}
	if remote != 0 {
		sock.Remote = at(other(host), remote)
	}
	if host == server && remote != 0 && s.nat {
		sock.Remote = netip.AddrPortFrom(netip.MustParseAddr(natAddr), remote)
	}
	if st == trace.Closed {
		delete(s.ids, key)
	}
	s.cause = s.r.Socket(s.stamp(host, c), sock)
}

// unlisten closes a listener.
func (s *story) unlisten(host trace.Node, c trace.Channel, port uint16) {
	key := s.r.Trace().Nodes[host].Name + c.String() + at(host, port).String() + "listener"
	s.cause = s.r.Socket(s.stamp(host, c), trace.Socket{ID: s.ids[key], State: trace.Closed, Local: at(host, port)})
	delete(s.ids, key)
}

func other(host trace.Node) trace.Node { return server - host }

// send puts a packet on its way and returns its number.
func (s *story) send(from trace.Node, c trace.Channel, sport, dport uint16, flags trace.Flags, payload string) uint32 {
	src, dst := at(from, sport), at(other(from), dport)
	if from == server && s.nat {
		dst = netip.AddrPortFrom(netip.MustParseAddr(natAddr), dport)
	}
	seq := s.seq[src]
	s.packet++
	s.cause = s.r.PacketSent(s.stamp(from, c), src, dst, trace.Packet{No: s.packet, Flags: flags, Seq: seq, Payload: []byte(payload)}, 0)
	s.seq[src] = seq + uint32(len(payload))
	if flags&(trace.SYN|trace.FIN) != 0 {
		s.seq[src]++
	}
	return s.packet
}

func (s *story) move(no uint32, n trace.Node, c trace.Channel, w trace.What) {
	rule := uint16(0)
	if w == trace.Dropped || w == trace.Rejected {
		rule = 2
	}
	s.cause = s.r.PacketMoved(s.stamp(n, c), w, no, rule)
}

// fly takes a packet from host to host, or to where it ends.
func (s *story) fly(from trace.Node, c trace.Channel, sport, dport uint16, flags trace.Flags, payload string) {
	no := s.send(from, c, sport, dport, flags, payload)
	path := []trace.Node{clientRouter, serverRouter, server}
	if from == server {
		path = []trace.Node{serverRouter, clientRouter, client}
	}
	for i, n := range path {
		if i == 1 {
			s.wait(20 * time.Millisecond)
		}
		if n == clientRouter && s.nat {
			s.rewrite(no, from, c, sport, dport, flags, payload)
		}
		w := trace.Forwarded
		if i == 2 {
			w = trace.Arrived
		}
		s.move(no, n, c, w)
	}
}

func (s *story) rewrite(no uint32, from trace.Node, c trace.Channel, sport, dport uint16, flags trace.Flags, payload string) {
	src, dst := netip.AddrPortFrom(netip.MustParseAddr(natAddr), sport), at(server, dport)
	if from == server {
		src, dst = at(server, sport), at(client, dport)
	}
	p := trace.Packet{Flags: flags, Seq: s.seq[at(from, sport)], Payload: []byte(payload)}
	if payload == "PORT 192,168,1,2,7,209\r\n" {
		p.Payload = []byte("PORT 198,51,100,1,7,209\r\n")
	}
	s.cause = s.r.PacketRewritten(s.stamp(clientRouter, c), no, src, dst, p, 1)
}

// die sends a packet that ends at a node.
func (s *story) die(from trace.Node, c trace.Channel, sport, dport uint16, flags trace.Flags, where trace.Node, how trace.What) {
	no := s.send(from, c, sport, dport, flags, "")
	near, far := clientRouter, serverRouter
	if from == server {
		near, far = far, near
	}
	if where != near {
		s.move(no, near, c, trace.Forwarded)
		s.wait(20 * time.Millisecond)
	}
	if where == client || where == server {
		s.move(no, far, c, trace.Forwarded)
	}
	s.move(no, where, c, how)
}

// connect opens a connection between two ports.
func (s *story) connect(c trace.Channel, from trace.Node, sport, dport uint16) {
	to := other(from)
	s.state(from, c, sport, dport, trace.SynSent)
	s.fly(from, c, sport, dport, trace.SYN, "")
	s.state(to, c, dport, sport, trace.SynReceived)
	s.fly(to, c, dport, sport, trace.SYN|trace.ACK, "")
	s.state(from, c, sport, dport, trace.Established)
	s.fly(from, c, sport, dport, trace.ACK, "")
	s.state(to, c, dport, sport, trace.Established)
}

// close ends a connection in order, from's side first.
func (s *story) close(c trace.Channel, from trace.Node, sport, dport uint16) {
	to := other(from)
	s.state(from, c, sport, dport, trace.FinWait1)
	s.fly(from, c, sport, dport, trace.FIN|trace.ACK, "")
	s.state(to, c, dport, sport, trace.LastAck)
	s.fly(to, c, dport, sport, trace.FIN|trace.ACK, "")
	s.state(from, c, sport, dport, trace.TimeWait)
	s.fly(from, c, sport, dport, trace.ACK, "")
	s.state(to, c, dport, sport, trace.Closed)
}

func (s *story) say(from trace.Node, line string) {
	sport, dport := uint16(2000), uint16(21)
	if from == server {
		sport, dport = dport, sport
	}
	s.fly(from, trace.Command, sport, dport, trace.PSH|trace.ACK, line+"\r\n")
}

func (s *story) machine(host trace.Node, name, from, to string) {
	s.cause = s.r.Machine(s.stamp(host, trace.ChannelNone), trace.Machine{Machine: name, From: from, To: to})
}

// login is how every story begins.
func (s *story) login() {
	s.state(server, trace.Command, 21, 0, trace.Listen)
	s.connect(trace.Command, client, 2000, 21)
	s.machine(server, "pi", "wait connection", "wait user")
	s.say(server, "220 Service ready")
	s.say(client, "USER ana")
	s.say(server, "331 Need password")
	s.say(client, "PASS secret")
	s.say(server, "230 Logged in")
	s.machine(server, "pi", "wait password", "wait command")
	s.machine(client, "pi", "wait connection", "wait command")
}

// download sends a file over a data connection that stands, with a window of
// several segments.
func (s *story) download(port, serverPort uint16, segments int) {
	total := int64(segments) * 1460
	payload := string(make([]byte, 1460))
	var under []uint32
	for range segments {
		under = append(under, s.send(server, trace.Data, serverPort, port, trace.ACK, payload))
		s.move(under[len(under)-1], serverRouter, trace.Data, trace.Forwarded)
		s.wait(2 * time.Millisecond)
	}
	s.wait(18 * time.Millisecond)
	for i, no := range under {
		if s.nat {
			s.rewrite(no, server, trace.Data, serverPort, port, trace.ACK, payload)
		}
		s.move(no, clientRouter, trace.Data, trace.Forwarded)
		s.move(no, client, trace.Data, trace.Arrived)
		s.cause = s.r.Progress(s.stamp(client, trace.Data), trace.Progress{Bytes: int64(i+1) * 1460, Total: total})
		s.wait(2 * time.Millisecond)
	}
	s.fly(client, trace.Data, port, serverPort, trace.ACK, "")
}

// passive is a download in passive mode.
func (s *story) passive(port, serverPort uint16, segments int) *story {
	s.state(server, trace.Data, serverPort, 0, trace.Listen)
	s.say(client, "PASV")
	s.say(server, "227 Entering Passive Mode (203,0,113,10,4,210)")
	s.connect(trace.Data, client, port, serverPort)
	s.unlisten(server, trace.Data, serverPort)
	s.say(client, "RETR notes.txt")
	s.say(server, "150 Opening data connection")
	s.machine(server, "dtp", "connected", "sending")
	s.machine(client, "dtp", "connected", "receiving")
	s.download(port, serverPort, segments)
	s.close(trace.Data, server, serverPort, port)
	s.machine(server, "dtp", "sending", "idle")
	s.machine(client, "dtp", "receiving", "idle")
	s.say(server, "226 Transfer complete")
	return s
}

// active announces a port and lets the server call back.
func (s *story) active(try func()) *story {
	s.state(client, trace.Data, 2001, 0, trace.Listen)
	s.say(client, "PORT 192,168,1,2,7,209")
	s.say(server, "200 PORT OK")
	s.say(client, "RETR notes.txt")
	s.machine(server, "dtp", "idle", "wait connect")
	s.machine(client, "dtp", "idle", "wait accept")
	try()
	return s
}

func (s *story) outline() *trace.Outline { return trace.NewOutline(s.r.Trace()) }

// stories are the runs on which every property of the pictures is tried.
func stories() map[string]*trace.Outline {
	out := map[string]*trace.Outline{}

	s := newStory()
	s.login()
	out["passive, nothing between"] = s.passive(2001, 1234, 9).outline()

	s = newStory(firewall(clientRouter)...)
	s.login()
	s.passive(2001, 1234, 3)
	s.wait(time.Minute)
	s.state(client, trace.Data, 2001, 1234, trace.Closed)
	out["passive twice behind a firewall"] = s.passive(2002, 1235, 3).outline()

	s = newStory(firewall(clientRouter)...)
	s.login()
	out["active dropped"] = s.active(func() {
		s.state(server, trace.Data, 20, 2001, trace.SynSent)
		for _, pause := range []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second} {
			s.wait(pause)
			s.die(server, trace.Data, 20, 2001, trace.SYN, clientRouter, trace.Dropped)
		}
		s.wait(53 * time.Second)
		s.state(server, trace.Data, 20, 2001, trace.Closed)
		s.machine(server, "dtp", "wait connect", "idle")
		s.say(server, "425 Can't open data connection")
	}).outline()

	s = newStory(append(firewall(clientRouter), firewall(serverRouter)...)...)
	s.login()
	out["active rejected between two firewalls"] = s.active(func() {
		s.state(server, trace.Data, 20, 2001, trace.SynSent)
		s.die(server, trace.Data, 20, 2001, trace.SYN, clientRouter, trace.Rejected)
		s.reject()
		s.state(server, trace.Data, 20, 2001, trace.Closed)
		s.say(server, "425 Can't open data connection")
	}).outline()

	s = newStory(append(firewall(clientRouter), masquerade())...)
	s.nat = true
	s.login()
	s.active(func() {
		s.connect(trace.Data, server, 20, 2001)
		s.unlisten(client, trace.Data, 2001)
		s.download(2001, 20, 4)
		s.close(trace.Data, server, 20, 2001)
	})
	s.say(client, "QUIT")
	s.say(server, "221 Goodbye")
	s.close(trace.Command, server, 21, 2000)
	out["active behind NAT with a helper"] = s.outline()

	s = newStory(masquerade(), trace.Rule{At: server, Chain: "input", Text: "drop"}, trace.Rule{At: client, Chain: "input", Text: "accept"})
	s.login()
	s.state(client, trace.Data, 2001, 1234, trace.SynSent)
	s.die(client, trace.Data, 2001, 1234, trace.SYN, server, trace.Dropped)
	s.wait(time.Second)
	s.die(client, trace.Data, 2001, 1234, trace.SYN, internet, trace.Lost)
	s.wait(2 * time.Second)
	s.fly(client, trace.Data, 2001, 1234, trace.SYN, "")
	s.fly(server, trace.Data, 1234, 2001, trace.RST|trace.ACK, "")
	s.state(client, trace.Data, 2001, 1234, trace.Closed)
	s.fly(server, trace.Command, 21, 2000, trace.RST, "")
	s.state(client, trace.Command, 2000, 21, trace.Closed)
	s.state(server, trace.Command, 21, 2000, trace.Closed)
	out["refused, lost and reset before host firewalls"] = s.outline()

	out["another host steals the data connection"] = stolen()
	return out
}

// stolen is a passive session in which the client's machine calls from another
// of its addresses: the first call dies at the firewall, the second is taken.
func stolen() *trace.Outline {
	s := newStory(firewall(clientRouter)...)
	s.r.Trace().Nodes[client].Addrs = append(s.r.Trace().Nodes[client].Addrs, netip.MustParseAddr("192.168.1.3"))
	s.login()
	s.state(server, trace.Data, 1234, 0, trace.Listen)
	s.say(client, "PASV")
	s.say(server, "227 Entering Passive Mode (203,0,113,10,4,210)")
	thief := netip.MustParseAddrPort("192.168.1.3:34701")
	s.thieve(thief, client, trace.SYN, trace.Dropped)
	s.wait(time.Second)
	s.thieve(thief, client, trace.SYN, trace.Arrived)
	s.thieve(thief, server, trace.SYN|trace.ACK, trace.Arrived)
	s.thieve(thief, client, trace.ACK, trace.Arrived)
	s.unlisten(server, trace.Data, 1234)
	s.say(server, "425 Bad IP connecting")
	s.thieve(thief, server, trace.FIN|trace.ACK, trace.Arrived)
	s.thieve(thief, client, trace.FIN|trace.ACK, trace.Arrived)
	return s.outline()
}

// thieve sends a packet between another address of the client's machine and
// the server's passive port.
func (s *story) thieve(thief netip.AddrPort, from trace.Node, flags trace.Flags, end trace.What) {
	src, dst, path := thief, at(server, 1234), []trace.Node{clientRouter, serverRouter, server}
	if from == server {
		src, dst, path = dst, src, []trace.Node{serverRouter, clientRouter, client}
	}
	s.packet++
	s.cause = s.r.PacketSent(s.stamp(from, trace.Data), src, dst, trace.Packet{No: s.packet, Flags: flags}, 0)
	for _, n := range path {
		s.wait(10 * time.Millisecond)
		switch {
		case end == trace.Dropped:
			s.move(s.packet, n, trace.Data, end)
			return
		case n == client || n == server:
			s.move(s.packet, n, trace.Data, end)
		default:
			s.move(s.packet, n, trace.Data, trace.Forwarded)
		}
	}
}

// reject is the answer of the client's router to the server's SYN.
func (s *story) reject() {
	src, dst := at(client, 2001), at(server, 20)
	s.packet++
	s.cause = s.r.PacketSent(s.stamp(clientRouter, trace.Data), src, dst, trace.Packet{No: s.packet, Flags: trace.RST | trace.ACK}, 0)
	s.wait(20 * time.Millisecond)
	s.move(s.packet, serverRouter, trace.Data, trace.Forwarded)
	s.move(s.packet, server, trace.Data, trace.Arrived)
}
