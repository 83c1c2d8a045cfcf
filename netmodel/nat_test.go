package netmodel

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var masquerade = Rules{Rules: []Rule{{OIf: "wan", Verdict: VerdictMasquerade}}}

// newNATNet: the Internet between the routers loses the client's addresses.
func newNATNet(t *testing.T, opt Options) *fourNodes {
	f := newFourNodes(t, opt)
	f.clientRouter.Iface("wan").segment.members[1].cable.Carries = []netip.Prefix{
		netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	}
	return f
}

func TestPrivateAddressesAreLostOnTheInternet(t *testing.T) {
	f := newNATNet(t, Options{})
	_, ended := f.attempt(21)
	assert.Equal(t, ErrTimedOut, ended)
	assert.Contains(t, f.log.String(), "internet lost #1")
}

func TestMasqueradeHidesTheClient(t *testing.T) {
	f := newNATNet(t, Options{})
	require.NoError(t, f.clientRouter.SetChain(Postrouting, masquerade))
	client, server := f.session(21)
	assert.Equal(t, netip.AddrPortFrom(netip.MustParseAddr("198.51.100.1"), client.Local().Port()), server.Remote(), "the port is kept")
	assert.Equal(t, serverAddr, client.Remote().Addr())
	first := f.log.of(f.clientRouter, Rewritten)[0]
	assert.Equal(t, "client-router postrouting#1", f.RuleName(first.Rule))
	for _, r := range f.log.of(f.clientRouter, Rewritten)[1:] {
		assert.Zero(t, r.Rule, "nat rules see the first packet only")
	}
	client.Close()
	require.NoError(t, f.Run())
	assert.Equal(t, TimeWait, client.State())
}

func TestMasqueradeChoosesAnotherPortWhenTakenAndBothWork(t *testing.T) {
	f := newNATNet(t, Options{})
	require.NoError(t, f.clientRouter.SetChain(Postrouting, masquerade))
	second := f.AddHost("second", netip.MustParsePrefix("192.168.1.3/24"))
	f.Connect(second.Iface("eth0"), f.clientRouter.Iface("lan"), Link{})
	var seen []uint16
	_, err := f.server.Listen(netip.AddrPortFrom(netip.Addr{}, 21), 0, &script{connected: func(c *Conn) {
		seen = append(seen, c.Remote().Port())
		c.Write([]byte("hello"))
	}})
	require.NoError(t, err)
	got := map[*Node]string{}
	for _, host := range []*Node{f.client, second} {
		_, err := host.Dial(netip.AddrPortFrom(netip.Addr{}, 4000), netip.AddrPortFrom(serverAddr, 21), 0, &script{
			received: func(c *Conn, b []byte, _ bool) { got[host] += string(b) },
		})
		require.NoError(t, err)
	}
	require.NoError(t, f.Run())
	require.Len(t, seen, 2)
	assert.Contains(t, seen, uint16(4000))
	assert.NotEqual(t, seen[0], seen[1])
	assert.Equal(t, map[*Node]string{f.client: "hello", second: "hello"}, got)
}

// newDNATNet has the server behind its router's public address.
func newDNATNet(t *testing.T, rules ...Rule) *fourNodes {
	p := netip.MustParsePrefix
	n, log := newNetwork(t, Options{})
	f := &fourNodes{Network: n, log: log}
	f.client = n.AddHost("client", p("198.51.100.9/24"))
	f.serverRouter = n.AddRouter("server-router")
	f.server = n.AddHost("server", p("10.0.0.10/24"))
	wan := f.serverRouter.AddIface("wan", p("198.51.100.2/24"))
	lan := f.serverRouter.AddIface("lan", p("10.0.0.1/24"))
	n.Connect(f.client.Iface("eth0"), wan, Link{Delay: 20 * time.Millisecond})
	n.Connect(lan, f.server.Iface("eth0"), Link{})
	require.NoError(t, f.serverRouter.SetChain(Prerouting, Rules{Rules: rules}))
	return f
}

func dnat(to string, first, last uint16, outer uint16) Rule {
	return Rule{IIf: "wan", DPort: ports(outer, outer), Verdict: VerdictDNAT, To: NATTarget{First: netip.MustParseAddr(to), Ports: PortRange{first, last}}}
}

func TestPortForwarding(t *testing.T) {
	f := newDNATNet(t, dnat("10.0.0.10", 21, 21, 2121))
	_, err := f.server.Listen(netip.AddrPortFrom(netip.Addr{}, 21), 0, &script{connected: func(c *Conn) { c.Write([]byte("hi")) }})
	require.NoError(t, err)
	var got []byte
	c, err := f.client.Dial(AddrPort{}, netip.MustParseAddrPort("198.51.100.2:2121"), 0, &script{received: func(_ *Conn, b []byte, _ bool) { got = b }})
	require.NoError(t, err)
	require.NoError(t, f.Run())
	assert.Equal(t, "hi", string(got))
	assert.Equal(t, "198.51.100.2:2121", c.Remote().String())
}

func TestPortNotForwardedIsRefusedByTheRouterItself(t *testing.T) {
	f := newDNATNet(t, dnat("10.0.0.10", 21, 21, 21))
	var ended error
	_, err := f.client.Dial(AddrPort{}, netip.MustParseAddrPort("198.51.100.2:30000"), 0, &script{ended: func(_ *Conn, err error) { ended = err }})
	require.NoError(t, err)
	require.NoError(t, f.Run())
	assert.Equal(t, ErrRefused, ended)
	assert.Len(t, f.log.of(f.serverRouter, Arrived), 1)
	assert.Empty(t, f.tracks(f.serverRouter), "nothing but a RST came back")
}

func TestRejectedForwardedPortAnswersWithThePublicAddress(t *testing.T) {
	for _, with := range []RejectWith{TCPReset, PortUnreachable} {
		f := newDNATNet(t, dnat("10.0.0.10", 21, 21, 2121))
		require.NoError(t, f.serverRouter.SetChain(Forward, Rules{Rules: []Rule{{Verdict: VerdictReject, Reject: with}}}))
		var ended error
		_, err := f.client.Dial(AddrPort{}, netip.MustParseAddrPort("198.51.100.2:2121"), 0, &script{ended: func(_ *Conn, err error) { ended = err }})
		require.NoError(t, err)
		require.NoError(t, f.Run())
		assert.Equal(t, ErrRefused, ended, f.log.String())
		assert.Empty(t, f.tracks(f.serverRouter))
	}
}

func TestRedirectLeadsToTheRouterItself(t *testing.T) {
	f := newDNATNet(t, Rule{DPort: ports(21, 21), Verdict: VerdictRedirect, To: NATTarget{Ports: PortRange{2121, 2121}}})
	_, err := f.serverRouter.Listen(netip.AddrPortFrom(netip.Addr{}, 2121), 0, &script{})
	require.NoError(t, err)
	c, err := f.client.Dial(AddrPort{}, netip.MustParseAddrPort("10.0.0.10:21"), 0, &script{})
	require.NoError(t, err)
	require.NoError(t, f.Run())
	assert.Equal(t, Established, c.State())
}

func TestHairpin(t *testing.T) {
	f := newDNATNet(t, Rule{Dst: netip.MustParsePrefix("198.51.100.2/32"), DPort: ports(21, 21), Verdict: VerdictDNAT, To: NATTarget{First: netip.MustParseAddr("10.0.0.10")}})
	require.NoError(t, f.serverRouter.SetChain(Postrouting, Rules{Rules: []Rule{
		{OIf: "lan", Src: netip.MustParsePrefix("10.0.0.0/24"), Verdict: VerdictSNAT, To: NATTarget{First: netip.MustParseAddr("10.0.0.1")}},
	}}))
	inside := f.AddHost("inside", netip.MustParsePrefix("10.0.0.11/24"))
	f.Connect(inside.Iface("eth0"), f.serverRouter.Iface("lan"), Link{})
	var from AddrPort
	_, err := f.server.Listen(netip.AddrPortFrom(netip.Addr{}, 21), 0, &script{connected: func(c *Conn) { from = c.Remote() }})
	require.NoError(t, err)
	c, err := inside.Dial(AddrPort{}, netip.MustParseAddrPort("198.51.100.2:21"), 0, &script{})
	require.NoError(t, err)
	require.NoError(t, f.Run())
	assert.Equal(t, Established, c.State())
	assert.Equal(t, "10.0.0.1", from.Addr().String())
}

func TestMappingsOfHomeRouters(t *testing.T) {
	stranger := netip.MustParseAddrPort("203.0.113.11:5000")
	for name, c := range map[string]struct {
		mapping                      Mapping
		samePort, stranger, sameHost bool
	}{
		"linux":      {LinuxMapping, true, false, false},
		"full cone":  {FullConeMapping, true, true, true},
		"restricted": {RestrictedMapping, true, false, true},
		"symmetric":  {SymmetricMapping, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newNATNet(t, Options{Seed: 3})
			require.NoError(t, f.clientRouter.SetChain(Postrouting, Rules{Rules: []Rule{{OIf: "wan", Verdict: VerdictMasquerade, To: NATTarget{Mapping: c.mapping}}}}))
			other := f.AddHost("stranger", netip.PrefixFrom(stranger.Addr(), 24))
			f.Connect(other.Iface("eth0"), f.serverRouter.Iface("lan"), Link{})
			var outer []AddrPort
			for _, port := range []uint16{21, 22} {
				_, err := f.server.Listen(netip.AddrPortFrom(netip.Addr{}, port), 0, &script{connected: func(c *Conn) { outer = append(outer, c.Remote()) }})
				require.NoError(t, err)
				_, err = f.client.Dial(netip.AddrPortFrom(netip.Addr{}, 4000), netip.AddrPortFrom(serverAddr, port), 0, &script{})
				require.NoError(t, err)
			}
			_, err := f.client.Listen(netip.AddrPortFrom(netip.Addr{}, 4000), 0, &script{})
			require.NoError(t, err)
			require.NoError(t, f.Run())
			require.Len(t, outer, 2)
			assert.Equal(t, c.samePort, outer[0] == outer[1])
			calls := func(from *Node) bool {
				conn, err := from.Dial(netip.AddrPortFrom(netip.Addr{}, 5000), outer[0], 0, &script{})
				require.NoError(t, err)
				require.NoError(t, f.Run())
				return conn.State() == Established
			}
			assert.Equal(t, c.stranger, calls(other), "a stranger calls the outer port")
			assert.Equal(t, c.sameHost, calls(f.server), "the host that was called calls back from another port")
		})
	}
}

func TestICMPErrorFindsItsWayBackThroughNAT(t *testing.T) {
	f := newNATNet(t, Options{})
	require.NoError(t, f.clientRouter.SetChain(Postrouting, masquerade))
	require.NoError(t, f.clientRouter.SetChain(Forward, stateful))
	require.NoError(t, f.serverRouter.SetChain(Forward, Rules{Rules: []Rule{{Verdict: VerdictReject, Reject: AdminProhibited}}}))
	at, ended := f.attempt(21)
	assert.Equal(t, ErrHostUnreachable, ended)
	assert.Equal(t, 40*time.Millisecond, at)
	arrived := f.log.of(f.client, Arrived)[0]
	assert.Equal(t, "192.168.1.2:0", arrived.Packet.Dst.String())
	assert.Equal(t, "198.51.100.2:0", arrived.Packet.Src.String())
	assert.Equal(t, clientAddr, arrived.Packet.ICMP.Src.Addr())
	forwarded := f.log.of(f.clientRouter, Forwarded)
	assert.Equal(t, "client-router#2", f.RuleName(forwarded[len(forwarded)-1].Rule), "by the rule for related")
}

// The recorded case raw-idle-nat: NAT without a firewall forgets the idle
// control connection.
func TestNATForgetsAnIdleConnection(t *testing.T) {
	f := newNATNet(t, Options{SYNTiming: LinuxSYN})
	require.NoError(t, f.clientRouter.SetChain(Postrouting, masquerade))
	require.NoError(t, f.clientRouter.SetSysctl("net.netfilter.nf_conntrack_tcp_timeout_established", "5"))
	client, server := f.session(21)
	require.NoError(t, f.RunUntil(f.Now()+9*time.Second))
	server.Write([]byte("226 Transfer complete.\r\n"))
	require.NoError(t, f.Run())
	assert.Equal(t, Closed, server.State(), "the router answers for itself, with a RST")
	assert.Equal(t, Established, client.State())
	assert.Empty(t, f.tracks(f.clientRouter))
	client.Close()
	require.NoError(t, f.RunUntil(f.Now()+time.Second))
	lost := f.log.of(f.byName("internet"), Lost)
	require.NotEmpty(t, lost)
	assert.Equal(t, clientAddr, lost[0].Packet.Src.Addr(), "the FIN is invalid and goes out untranslated")
	assert.Equal(t, FIN|ACK, lost[0].Packet.Flags)
}

func (f *fourNodes) byName(name string) *Node {
	for id, n := range f.names {
		if n == name {
			return &Node{id: NodeID(id)}
		}
	}
	return nil
}

// announcer is a helper for a toy protocol: a line "CALL addr:port" announces
// that the peer will call there.
type announcer struct{}

func (a announcer) Segment(s *HelperSegment) HelperVerdict {
	if bytes.HasPrefix(s.Payload, []byte("BAD")) {
		return HelperDrop
	}
	text, ok := bytes.CutPrefix(bytes.TrimSpace(s.Payload), []byte("CALL "))
	to, err := netip.ParseAddrPort(string(text))
	if !ok || err != nil || !s.AfterNewline || to.Addr() != s.Sender() {
		return HelperPass
	}
	seen := s.Expect(Expectation{Src: s.Peer(), Dst: netip.AddrPortFrom(s.SenderSeen(), to.Port()), Real: to})
	if s.Translated() {
		s.Replace([]byte("CALL " + seen.String() + "\r\n"))
	}
	return HelperPass
}

func (f *fourNodes) attach(t *testing.T, port uint16) {
	f.clientRouter.AttachHelper("toy", announcer{})
	require.NoError(t, f.clientRouter.SetChain(HelperChain, Rules{Rules: []Rule{{DPort: ports(port, port), Verdict: VerdictSetHelper, Helper: "toy"}}}))
}

func TestHelperOpensTheWayForWhatItExpects(t *testing.T) {
	for name, c := range map[string]struct {
		nat        bool
		controlled uint16
		first      string
		calls      int
		want       int
	}{
		"behind a firewall":           {false, 21, "hello\r\n", 1, 1},
		"behind NAT":                  {true, 21, "hello\r\n", 1, 1},
		"used once only":              {true, 21, "hello\r\n", 2, 1},
		"on another port":             {true, 2121, "hello\r\n", 1, 0},
		"not in the very first line":  {true, 21, "", 1, 0},
		"not in the middle of a line": {true, 21, "hello ", 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			f := newNATNet(t, Options{})
			if !c.nat {
				f = newFourNodes(t, Options{})
			} else {
				require.NoError(t, f.clientRouter.SetChain(Postrouting, masquerade))
			}
			require.NoError(t, f.clientRouter.SetChain(Forward, stateful))
			f.attach(t, c.controlled)
			client, server := f.session(21)
			var line []byte
			server.app.(*script).received = func(_ *Conn, b []byte, _ bool) { line = b }
			_, err := f.client.Listen(netip.AddrPortFrom(clientAddr, 40001), 0, &script{})
			require.NoError(t, err)
			if c.first != "" {
				client.Write([]byte(c.first))
			}
			client.Write([]byte("CALL 192.168.1.2:40001\r\n"))
			require.NoError(t, f.Run())
			to, err := netip.ParseAddrPort(string(bytes.TrimSpace(bytes.TrimPrefix(line, []byte("CALL ")))))
			require.NoError(t, err)
			open := 0
			for range c.calls {
				conn, err := f.server.Dial(AddrPort{}, to, 0, &script{})
				require.NoError(t, err)
				require.NoError(t, f.Run())
				if conn.State() == Established {
					open++
				}
			}
			assert.Equal(t, c.want, open, f.log.String())
		})
	}
}

func TestSequenceNumbersStayRightWhenALineGrows(t *testing.T) {
	f := newNATNet(t, Options{})
	require.NoError(t, f.clientRouter.SetChain(Postrouting, masquerade))
	f.attach(t, 21)
	client, server := f.session(21)
	var got []byte
	server.app.(*script).received = func(c *Conn, b []byte, _ bool) { got = append(got, b...); c.Write([]byte("ok\r\n")) }
	for _, l := range []string{"hello\r\n", "CALL 192.168.1.2:40001\r\n", "more\r\n", "CALL 192.168.1.2:40002\r\n", "end\r\n"} {
		client.Write([]byte(l))
		require.NoError(t, f.Run())
	}
	assert.Equal(t, "hello\r\nCALL 198.51.100.1:40001\r\nmore\r\nCALL 198.51.100.1:40002\r\nend\r\n", string(got))
	client.Close()
	require.NoError(t, f.Run())
	assert.Equal(t, TimeWait, client.State())
	assert.Equal(t, Closed, server.State())
}

func TestSequenceNumbersStayRightWhenSegmentsAreLost(t *testing.T) {
	for seed := range uint64(20) {
		f := newNATNet(t, Options{Seed: seed, SYNTiming: LinuxSYN})
		require.NoError(t, f.clientRouter.SetChain(Postrouting, masquerade))
		require.NoError(t, f.clientRouter.SetChain(Forward, stateful))
		f.attach(t, 21)
		client, server := f.session(21)
		f.clientRouter.Iface("wan").segment.members[1].cable.Loss = 0.2
		var got []byte
		server.app.(*script).received = func(c *Conn, b []byte, _ bool) { got = append(got, b...); c.Write([]byte("ok\r\n")) }
		lines := []string{"CALL 192.168.1.2:40001\r\n", "more\r\n"}
		client.app.(*script).received = func(c *Conn, _ []byte, _ bool) { // the next line after each answer
			if len(lines) == 0 {
				c.Close()
				return
			}
			c.Write([]byte(lines[0]))
			lines = lines[1:]
		}
		client.Write([]byte("hello\r\n"))
		require.NoError(t, f.Run())
		require.Equal(t, "hello\r\nCALL 198.51.100.1:40001\r\nmore\r\n", string(got), "seed %d", seed)
	}
}

func TestOnlyTheNewestExpectationWaitsAndNotForEver(t *testing.T) {
	f := newNATNet(t, Options{})
	require.NoError(t, f.clientRouter.SetChain(Postrouting, masquerade))
	f.attach(t, 21)
	client, _ := f.session(21)
	for _, l := range []string{"hello\r\n", "CALL 192.168.1.2:40001\r\n", "CALL 192.168.1.2:40002\r\n"} {
		client.Write([]byte(l))
		require.NoError(t, f.Run())
	}
	var waiting []string
	list := func() {
		waiting = nil
		f.EachExpectation(f.clientRouter.id, func(e *Expectation) { waiting = append(waiting, e.Dst.String()) })
	}
	list()
	assert.Equal(t, []string{"198.51.100.1:40002"}, waiting)
	require.NoError(t, f.RunUntil(f.Now()+expectationLife))
	list()
	assert.Empty(t, waiting)
}

func TestSegmentThatTheHelperRefusesIsDroppedForEver(t *testing.T) {
	f := newFourNodes(t, Options{DataRetries: 2})
	f.attach(t, 21)
	client, _ := f.session(21)
	client.Write([]byte("BAD\r\n"))
	require.NoError(t, f.Run())
	dropped := f.log.of(f.clientRouter, Dropped)
	require.Len(t, dropped, 3)
	assert.Equal(t, "client-router helper#1", f.RuleName(dropped[0].Rule))
	assert.Equal(t, Closed, client.State())
}
