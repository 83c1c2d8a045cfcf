package export

import (
	"net/netip"
	"time"

	"ftpscope/sim/trace"
)

// The nodes of the tests, as every run has them.
const (
	client trace.Node = iota
	clientRouter
	internet
	serverRouter
	server
	attacker
)

func nodes() []trace.NodeInfo {
	addr := netip.MustParseAddr
	return []trace.NodeInfo{
		{Name: "client", Role: trace.RoleClient, Addrs: []netip.Addr{addr("192.168.1.2")}},
		{Name: "client-router", Role: trace.RoleClientRouter, Addrs: []netip.Addr{addr("192.168.1.1"), addr("198.51.100.1")}},
		{Name: "internet", Role: trace.RoleInternet},
		{Name: "server-router", Role: trace.RoleServerRouter, Addrs: []netip.Addr{addr("203.0.113.1"), addr("198.51.100.2")}},
		{Name: "server", Role: trace.RoleServer, Addrs: []netip.Addr{addr("203.0.113.10")}},
		{Name: "attacker", Role: trace.RoleAttacker, Addrs: []netip.Addr{addr("192.168.1.3")}},
	}
}

var rules = []trace.Rule{
	{At: clientRouter, Chain: "forward", Index: 0, Text: "ct state established,related accept", Name: "client-router#1"},
	{At: clientRouter, Chain: "forward", Index: 1, Text: `iifname "wan" drop`, Note: "inbound", Name: "client-router#2"},
}

var (
	clientPI  = netip.MustParseAddrPort("192.168.1.2:2000")
	clientDTP = netip.MustParseAddrPort("192.168.1.2:2001")
	natPI     = netip.MustParseAddrPort("198.51.100.1:40000")
	serverPI  = netip.MustParseAddrPort("203.0.113.10:21")
	serverDTP = netip.MustParseAddrPort("203.0.113.10:20")
	otherEnd  = netip.MustParseAddrPort("192.168.1.3:5000")
)

// session writes a trace by hand, packet by packet.
type session struct {
	*trace.Recorder
	now     time.Duration
	packets uint32
	seq     map[netip.AddrPort]uint32
}

func newSession() *session {
	return &session{Recorder: trace.NewRecorder(nodes(), rules), seq: map[netip.AddrPort]uint32{}}
}

// hop is what becomes of a packet after it was sent.
type hop struct {
	what trace.What
	at   trace.Node
	rule uint16
	src  netip.AddrPort // after rewriting
	data string
}

func stampAt(s *session, at trace.Node, cause trace.ID, c trace.Channel) trace.Stamp {
	return trace.Stamp{T: s.now, At: at, Cause: cause, Channel: c}
}

// send records a segment and its way; each hop takes ten milliseconds.
func (s *session) send(at trace.Node, c trace.Channel, src, dst netip.AddrPort, flags trace.Flags, data string, way ...hop) trace.ID {
	s.packets++
	no := s.packets
	if flags.Has(trace.SYN) {
		s.seq[src] = 0
	}
	p := trace.Packet{No: no, Flags: flags, Seq: 1000 + s.seq[src], Ack: 1000 + s.seq[dst], Window: 65535, Payload: []byte(data)}
	s.seq[src] += uint32(len(data))
	if flags&(trace.SYN|trace.FIN) != 0 {
		s.seq[src]++
	}
	id := s.PacketSent(stampAt(s, at, 0, c), src, dst, p, 0)
	for _, h := range way {
		s.now += 10 * time.Millisecond
		if h.what == trace.Rewritten {
			q := p
			q.Payload = []byte(h.data)
			id = s.PacketRewritten(stampAt(s, h.at, id, c), no, h.src, dst, q, h.rule)
			continue
		}
		id = s.PacketMoved(stampAt(s, h.at, id, c), h.what, no, h.rule)
	}
	return id
}

func (s *session) toServer(c trace.Channel, src, dst netip.AddrPort, flags trace.Flags, data string) trace.ID {
	return s.send(client, c, src, dst, flags, data, hop{what: trace.Forwarded, at: clientRouter, rule: 1}, hop{what: trace.Arrived, at: server})
}

func (s *session) toClient(c trace.Channel, src, dst netip.AddrPort, flags trace.Flags, data string) trace.ID {
	return s.send(server, c, src, dst, flags, data, hop{what: trace.Forwarded, at: clientRouter, rule: 1}, hop{what: trace.Arrived, at: client})
}

// blocked is the heart of active mode behind a firewall.
func blocked() *trace.Trace {
	s := newSession()
	s.User(stampAt(s, client, 0, trace.ChannelNone), "get notes.txt")
	s.Socket(stampAt(s, client, 1, trace.Command), trace.Socket{ID: 1, State: trace.SynSent, Local: clientPI, Remote: serverPI})
	s.toServer(trace.Command, clientPI, serverPI, trace.SYN, "")
	s.toClient(trace.Command, serverPI, clientPI, trace.SYN|trace.ACK, "")
	s.toServer(trace.Command, clientPI, serverPI, trace.ACK, "")
	s.toClient(trace.Command, serverPI, clientPI, trace.PSH|trace.ACK, "220-Welcome\r\n220 Service ready\r\n")
	s.Reply(stampAt(s, client, 0, trace.Command), trace.Line{Code: 220, Text: "220-Welcome", More: []string{"220 Service ready"}})
	s.Machine(stampAt(s, client, 0, trace.ChannelNone), trace.Machine{Machine: "pi", From: "WAIT-220", To: "IDLE"})
	s.Command(stampAt(s, client, 0, trace.Command), "PORT 192,168,1,2,7,209")
	s.toServer(trace.Command, clientPI, serverPI, trace.PSH|trace.ACK, "PORT 192,168,1,2,7,209\r\n")
	s.toClient(trace.Command, serverPI, clientPI, trace.PSH|trace.ACK, "200 PORT OK\r\n")
	s.toServer(trace.Command, clientPI, serverPI, trace.PSH|trace.ACK, "RETR notes.txt\r\n")
	s.Timer(stampAt(s, server, 0, trace.ChannelNone), trace.Set, trace.Timer{Name: "connect", For: time.Minute})
	s.Track(stampAt(s, clientRouter, 0, trace.ChannelNone), trace.New, trace.Track{
		No: 1, State: "ESTABLISHED", Orig: trace.Ends{Src: clientPI, Dst: serverPI}, Reply: trace.Ends{Src: serverPI, Dst: clientPI},
		Flags: "ASSURED", Helper: "ftp",
	}, 0)
	drop := hop{what: trace.Dropped, at: clientRouter, rule: 2}
	at := s.now
	first := s.send(server, trace.Data, serverDTP, clientDTP, trace.SYN, "", drop)
	for _, later := range []time.Duration{time.Second, 3 * time.Second} {
		s.now = at + later
		s.send(server, trace.Data, serverDTP, clientDTP, trace.SYN, "", drop)
	}
	s.now = at + time.Minute
	s.toClient(trace.Command, serverPI, clientPI, trace.PSH|trace.ACK, "425 Can't open data connection\r\n")
	t := s.Trace()
	t.Outcome = trace.Outcome{Task: "get notes.txt", Reply: 425, Blocked: first}
	return t
}

// arrived is a passive transfer through NAT, an attacker's call, a lost packet and a reset.
func arrived() *trace.Trace {
	s := newSession()
	clientDTP, far := netip.MustParseAddrPort("192.168.1.2:2001"), netip.MustParseAddrPort("203.0.113.10:1234")
	s.send(client, trace.Command, clientPI, serverPI, trace.SYN, "",
		hop{what: trace.Rewritten, at: clientRouter, src: natPI}, hop{what: trace.Forwarded, at: clientRouter}, hop{what: trace.Arrived, at: server})
	s.send(server, trace.Command, serverPI, natPI, trace.SYN|trace.ACK, "", hop{what: trace.Arrived, at: client})
	s.toServer(trace.Command, clientPI, serverPI, trace.ACK, "")
	s.send(client, trace.Command, clientPI, serverPI, trace.PSH|trace.ACK, "PORT 192,168,1,2,7,209\r\n",
		hop{what: trace.Rewritten, at: clientRouter, src: natPI, data: "PORT 198,51,100,1,7,209\r\n"}, hop{what: trace.Arrived, at: server})
	s.toClient(trace.Command, serverPI, clientPI, trace.PSH|trace.ACK, "227 Entering Passive Mode (203,0,113,10,4,210) \x1b[2J and a lot more than fits\r\n")
	s.send(client, trace.Data, clientDTP, far, trace.SYN, "", hop{what: trace.Lost, at: internet})
	s.now += time.Second
	s.toServer(trace.Data, clientDTP, far, trace.SYN, "")
	s.toClient(trace.Data, far, clientDTP, trace.SYN|trace.ACK, "")
	s.toServer(trace.Data, clientDTP, far, trace.ACK, "")
	s.toClient(trace.Data, far, clientDTP, trace.PSH|trace.ACK, "four")
	s.Progress(stampAt(s, client, 0, trace.Data), trace.Progress{Bytes: 4, Total: 4})
	s.toClient(trace.Data, far, clientDTP, trace.FIN|trace.ACK, "")
	s.toServer(trace.Data, clientDTP, far, trace.FIN|trace.ACK, "")
	s.send(attacker, trace.Data, otherEnd, far, trace.SYN, "", hop{what: trace.Arrived, at: server})
	s.send(server, trace.Data, far, otherEnd, trace.RST|trace.ACK, "", hop{what: trace.Arrived, at: attacker})
	t := s.Trace()
	t.Outcome = trace.Outcome{OK: true, Task: "get notes.txt", Reply: 226, Bytes: 4}
	return t
}
