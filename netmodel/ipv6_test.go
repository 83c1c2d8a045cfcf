package netmodel

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newIPv6Net is client, router and server over IPv6.
func newIPv6Net(t *testing.T) (f *fourNodes, server AddrPort) {
	p := netip.MustParsePrefix
	n, log := newNetwork(t, Options{})
	f = &fourNodes{Network: n, log: log}
	f.client = n.AddHost("client", p("2001:db8:1::2/64"))
	f.clientRouter = n.AddRouter("router")
	f.server = n.AddHost("server", p("2001:db8:2::10/64"))
	n.Connect(f.client.Iface("eth0"), f.clientRouter.AddIface("lan", p("2001:db8:1::1/64")), Link{})
	n.Connect(f.clientRouter.AddIface("wan", p("2001:db8:2::1/64")), f.server.Iface("eth0"), Link{Delay: 20 * time.Millisecond})
	return f, netip.MustParseAddrPort("[2001:db8:2::10]:21")
}

func TestRejectionsOverIPv6(t *testing.T) {
	for with, c := range map[RejectWith]struct {
		want error
		code uint8
	}{
		PortUnreachable: {ErrRefused, 4},
		HostUnreachable: {ErrHostUnreachable, 3},
		AdminProhibited: {ErrProhibited, 1}, // EACCES, where IPv4 says EHOSTUNREACH
	} {
		f, server := newIPv6Net(t)
		require.NoError(t, f.clientRouter.SetChain(Forward, Rules{Rules: []Rule{{Verdict: VerdictReject, Reject: with}}}))
		var ended error
		_, err := f.client.Dial(AddrPort{}, server, 0, &script{ended: func(_ *Conn, err error) { ended = err }})
		require.NoError(t, err)
		require.NoError(t, f.Run())
		assert.Equal(t, c.want, ended)
		answer := f.log.of(f.clientRouter, Sent)[0].Packet
		assert.Equal(t, [2]uint8{1, c.code}, [2]uint8{answer.ICMP.Type, answer.ICMP.Code})
		assert.Equal(t, "2001:db8:1::1", answer.Src.Addr().String())
	}
}

func TestMasqueradeOverIPv6(t *testing.T) {
	f, server := newIPv6Net(t)
	require.NoError(t, f.clientRouter.SetChain(Postrouting, masquerade))
	var from AddrPort
	_, err := f.server.Listen(server, 0, &script{connected: func(c *Conn) { from = c.Remote() }})
	require.NoError(t, err)
	c, err := f.client.Dial(AddrPort{}, server, 0, &script{})
	require.NoError(t, err)
	require.NoError(t, f.Run())
	assert.Equal(t, Established, c.State())
	assert.Equal(t, "2001:db8:2::1", from.Addr().String())
}

// An ICMPv6 error about a translated packet comes to whom it concerns, and
// quotes what it sent (RFC 5508 §4.2 for IPv6 as for IPv4).
func TestAnErrorFindsItsWayBackThroughNAT66(t *testing.T) {
	f, server := newIPv6Net(t)
	require.NoError(t, f.clientRouter.SetChain(Postrouting, masquerade))
	require.NoError(t, f.server.SetChain(Input, Rules{Rules: []Rule{{Verdict: VerdictReject, Reject: AdminProhibited}}}))
	var ended error
	_, err := f.client.Dial(AddrPort{}, server, 0, &script{ended: func(_ *Conn, err error) { ended = err }})
	require.NoError(t, err)
	require.NoError(t, f.Run())
	assert.Equal(t, ErrProhibited, ended)
	sent := f.log.of(f.client, Sent)[0].Packet
	outside := f.log.of(f.server, Sent)[0].Packet
	assert.Equal(t, "2001:db8:2::1", outside.ICMP.Src.Addr().String())
	told := f.log.of(f.client, Arrived)[0].Packet
	assert.Equal(t, sent.Src, told.ICMP.Src)
	assert.Equal(t, "2001:db8:1::2", told.Dst.Addr().String())
}
