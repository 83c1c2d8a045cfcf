package netmodel

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// logbook is a Recorder that writes each record as one line and checks that
// causes come before their effects.
type logbook struct {
	t      testing.TB
	n      *Network
	lines  []string
	recs   []Record
	mirror *mirror
}

func (l *logbook) Record(r *Record) ID {
	id := ID(len(l.lines) + 1)
	if r.Cause >= id {
		l.t.Errorf("record %d has a later cause %d", id, r.Cause)
	}
	copied := *r
	var p Packet
	if r.Packet != nil {
		p = *r.Packet
		copied.Packet = &p
	}
	if r.Socket != nil {
		s := *r.Socket
		copied.Socket = &s
	}
	if r.Track != nil {
		e := *r.Track
		copied.Track = &e
	}
	if r.Expect != nil {
		e := *r.Expect
		copied.Expect = &e
	}
	l.recs = append(l.recs, copied)
	l.lines = append(l.lines, l.line(id, r))
	l.mirror.apply(r)
	l.mirror.check(l.t, l.n)
	return id
}

func (l *logbook) line(id ID, r *Record) string {
	s := fmt.Sprintf("%d<%d %v %s %s", id, r.Cause, r.T, l.n.NodeName(r.Node), r.What)
	switch {
	case r.Packet != nil:
		p := r.Packet
		s += fmt.Sprintf(" #%d %v>%v", p.No, p.Src, p.Dst)
		if p.ICMP != nil {
			s += fmt.Sprintf(" icmp %d/%d", p.ICMP.Type, p.ICMP.Code)
		} else {
			s += fmt.Sprintf(" %v seq=%d ack=%d win=%d len=%d", p.Flags, p.Seq, p.Ack, p.Window, len(p.Payload))
		}
		if r.Rule != (RuleRef{}) {
			s += " by " + l.n.RuleName(r.Rule)
		}
	case r.Socket != nil:
		s += fmt.Sprintf(" socket %d %v %v %v", r.Socket.ID, r.Socket.Local, r.Socket.Remote, r.Socket.State)
	case r.Track != nil:
		e := r.Track
		s += fmt.Sprintf(" entry %d %v>%v %v>%v %v replied=%v assured=%v %s", e.No, e.Original.Src, e.Original.Dst, e.Reply.Src, e.Reply.Dst, e.State, e.Replied, e.Assured, e.Helper)
	case r.Expect != nil:
		s += fmt.Sprintf(" expectation %v > %v (%v) used=%v", r.Expect.Src, r.Expect.Dst, r.Expect.Real, r.Expect.Used)
	default:
		s += fmt.Sprintf(" timer %s %v", r.Name, r.For)
	}
	return s
}

func (l *logbook) String() string { return strings.Join(l.lines, "\n") + "\n" }

// script is an App made of functions; nil ones do nothing.
type script struct {
	connected  func(*Conn)
	received   func(*Conn, []byte, bool)
	peerClosed func(*Conn)
	acked      func(*Conn)
	ended      func(*Conn, error)
}

func (s *script) Connected(c *Conn) {
	if s.connected != nil {
		s.connected(c)
	}
}

func (s *script) Received(c *Conn, b []byte, urgent bool) {
	if s.received != nil {
		s.received(c, b, urgent)
	}
}

func (s *script) PeerClosed(c *Conn) {
	if s.peerClosed != nil {
		s.peerClosed(c)
	}
}

func (s *script) Acked(c *Conn) {
	if s.acked != nil {
		s.acked(c)
	}
}

func (s *script) Ended(c *Conn, err error) {
	if s.ended != nil {
		s.ended(c, err)
	}
}

// fourNodes is the network of all pictures: client, its router, the Internet,
// the server's router, server.
type fourNodes struct {
	*Network
	log                                        *logbook
	client, clientRouter, serverRouter, server *Node
}

var (
	clientAddr = netip.MustParseAddr("192.168.1.2")
	serverAddr = netip.MustParseAddr("203.0.113.10")
)

func newNetwork(t testing.TB, opt Options) (*Network, *logbook) {
	log := &logbook{t: t, mirror: newMirror()}
	log.n = New(log, opt)
	return log.n, log
}

// of lists what happened at a node.
func (l *logbook) of(node *Node, whats ...What) (found []Record) {
	for _, r := range l.recs {
		for _, w := range whats {
			if r.What == w && r.Node == node.id {
				found = append(found, r)
			}
		}
	}
	return found
}

func newFourNodes(t testing.TB, opt Options) *fourNodes {
	n, log := newNetwork(t, opt)
	f := &fourNodes{Network: n, log: log}
	f.build(20 * time.Millisecond)
	return f
}

func (f *fourNodes) build(delay time.Duration) {
	n := f.Network
	p := netip.MustParsePrefix
	f.client = n.AddHost("client", p("192.168.1.2/24"))
	f.clientRouter = n.AddRouter("client-router")
	f.serverRouter = n.AddRouter("server-router")
	f.server = n.AddHost("server", p("203.0.113.10/24"))
	clan := f.clientRouter.AddIface("lan", p("192.168.1.1/24"))
	cwan := f.clientRouter.AddIface("wan", p("198.51.100.1/24"))
	swan := f.serverRouter.AddIface("wan", p("198.51.100.2/24"))
	slan := f.serverRouter.AddIface("lan", p("203.0.113.1/24"))
	f.clientRouter.SetDefault(cwan)
	f.serverRouter.SetDefault(swan)
	n.Connect(f.client.Iface("eth0"), clan, Link{})
	n.Connect(cwan, swan, Link{Name: "internet", Delay: delay})
	n.Connect(slan, f.server.Iface("eth0"), Link{})
}

func TestSYNIsRepeatedOnSchedule(t *testing.T) {
	seconds := func(n ...int) (d []time.Duration) {
		for _, s := range n {
			d = append(d, time.Duration(s)*time.Second)
		}
		return d
	}
	for name, c := range map[string]struct {
		timing SYNTiming
		at     []time.Duration
		end    time.Duration
	}{
		"classic": {ClassicSYN, seconds(0, 1, 3, 7, 15, 31), 63 * time.Second},
		"linux":   {LinuxSYN, seconds(0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 68), 133 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFourNodes(t, Options{SYNTiming: c.timing})
			require.NoError(t, f.clientRouter.SetChain(Forward, Rules{Policy: VerdictDrop}))
			at, ended := f.attempt(21)
			require.Equal(t, ErrTimedOut, ended)
			require.Equal(t, c.end, at)
			var sent []time.Duration
			for _, r := range f.log.of(f.client, Sent) {
				sent = append(sent, r.T)
			}
			require.Equal(t, c.at, sent)
		})
	}
}

// attempt dials the server from the client and tells how it ended.
func (f *fourNodes) attempt(port uint16) (at time.Duration, ended error) {
	_, err := f.client.Dial(AddrPort{}, netip.AddrPortFrom(serverAddr, port), 1, &script{
		ended: func(_ *Conn, err error) { ended, at = err, f.Now() },
	})
	require.NoError(f.log.t, err)
	require.NoError(f.log.t, f.Run())
	return at, ended
}

func ports(first, last uint16) []PortRange { return []PortRange{{first, last}} }
