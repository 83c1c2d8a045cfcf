package capture_test

import (
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket/layers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

// host is an address as ICMP packets have it: without a port.
func host(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr(), 0) }

// quoted4 decodes what an ICMP error quotes, the IP header and what follows it.
func quoted4(t *testing.T, p captured) (ip *layers.IPv4, segment *layers.TCP) {
	t.Helper()
	icmp, ok := p.Layer(layers.LayerTypeICMPv4).(*layers.ICMPv4)
	require.True(t, ok, "no ICMP in %v", p)
	inner := decode(t, icmp.Payload, layers.LayerTypeIPv4)
	return inner.NetworkLayer().(*layers.IPv4), tcp(t, inner)
}

func TestAnErrorQuotesThePacketAsItWasThere(t *testing.T) {
	r := newRun()
	refused := r.send(client, here, there, syn,
		hop{what: trace.Rewritten, at: clientRouter, src: nat, dst: there}, hop{what: trace.Forwarded, at: clientRouter},
		hop{what: trace.Forwarded, at: serverRouter}, hop{what: trace.Rejected, at: server, rule: byInput})
	r.send(server, host(there), host(nat), trace.Packet{ICMP: 3, Code: 13, About: refused},
		hop{what: trace.Forwarded, at: serverRouter},
		hop{what: trace.Rewritten, at: clientRouter, src: host(there), dst: host(here)}, hop{what: trace.Forwarded, at: clientRouter},
		hop{what: trace.Arrived, at: client})

	for at, want := range map[string]struct {
		dst, src string // whom the error goes to; who sent the packet that it quotes
		ttl      uint8
	}{
		"client":        {"192.168.1.2", "192.168.1.2:2000", 62},
		"client-router": {"192.168.1.2", "192.168.1.2:2000", 62},
		"middle":        {"198.51.100.1", "198.51.100.1:2000", 63},
		"server-router": {"198.51.100.1", "198.51.100.1:2000", 63},
		"server":        {"198.51.100.1", "198.51.100.1:2000", 64},
	} {
		t.Run(at, func(t *testing.T) {
			got := see(t, r.Trace(), at)
			require.Len(t, got, 2)
			outer := got[1].NetworkLayer().(*layers.IPv4)
			assert.Equal(t, "203.0.113.10", outer.SrcIP.String())
			assert.Equal(t, want.dst, outer.DstIP.String())
			assert.Equal(t, want.ttl, outer.TTL)
			assert.EqualValues(t, 0xc0, outer.TOS, "precedence internetwork control")
			assert.Equal(t, layers.CreateICMPv4TypeCode(3, 13), got[1].Layer(layers.LayerTypeICMPv4).(*layers.ICMPv4).TypeCode)

			ip, segment := quoted4(t, got[1])
			assert.Equal(t, want.src, netip.AddrPortFrom(netip.MustParseAddr(ip.SrcIP.String()), uint16(segment.SrcPort)).String())
			assert.EqualValues(t, 62, ip.TTL, "as at the host that refused it")
			assert.EqualValues(t, refused, ip.Id)
			assert.EqualValues(t, 1000, segment.Seq)
		})
	}
}

func TestTheForwardChainQuotesTheTTLItWouldHaveSent(t *testing.T) {
	r := newRun()
	refused := r.send(client, here, there, syn, hop{what: trace.Rejected, at: clientRouter, rule: byForward})
	router := netip.MustParseAddrPort("192.168.1.1:0")
	r.send(clientRouter, router, host(here), trace.Packet{ICMP: 3, Code: 13, About: refused}, hop{what: trace.Arrived, at: client})
	got := see(t, r.Trace(), "client")
	require.Len(t, got, 2)
	ip, _ := quoted4(t, got[1])
	assert.EqualValues(t, 63, ip.TTL)
}

func TestAnErrorAboutWhatNeverPassedQuotesItAsItDied(t *testing.T) {
	r := newRun()
	refused := r.send(server, there, nat, syn, hop{what: trace.Forwarded, at: serverRouter},
		hop{what: trace.Rewritten, at: clientRouter, src: there, dst: here}, hop{what: trace.Rejected, at: clientRouter, rule: byForward})
	r.send(clientRouter, netip.MustParseAddrPort("192.168.1.1:0"), host(here), trace.Packet{ICMP: 3, Code: 1, About: refused},
		hop{what: trace.Arrived, at: client}) // sent to the wrong side
	got := see(t, r.Trace(), "client")
	require.Len(t, got, 1)
	ip, _ := quoted4(t, got[0])
	assert.Equal(t, "192.168.1.2", ip.DstIP.String())
}

func TestAnErrorKeepsWithinWhatEveryHostAccepts(t *testing.T) {
	long := trace.Packet{Flags: trace.ACK, Payload: make([]byte, 1400)}
	for _, c := range []struct {
		name     string
		src, dst netip.AddrPort
		icmp     trace.Packet
		want     int
	}{
		{"IPv4: 576 octets", here, there, trace.Packet{ICMP: 3, Code: 1}, 576},
		{"IPv6: 1280 octets", here6, far6, trace.Packet{ICMP: 1, Code: 1}, 1280},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRun()
			c.icmp.About = r.send(client, c.src, c.dst, long,
				hop{what: trace.Forwarded, at: clientRouter}, hop{what: trace.Rejected, at: serverRouter})
			r.send(serverRouter, host(c.dst), host(c.src), c.icmp, toClient()[1:]...)
			got := see(t, r.Trace(), "client")
			require.Len(t, got, 2)
			assert.Len(t, got[1].Data(), c.want)
		})
	}
}

func TestICMPv6ErrorsQuoteToo(t *testing.T) {
	r := newRun()
	refused := r.send(client, here6, far6, syn, hop{what: trace.Rejected, at: clientRouter, rule: byForward})
	router := netip.MustParseAddrPort("[2001:db8:1::1]:0")
	r.send(clientRouter, router, host(here6), trace.Packet{ICMP: 1, Code: 4, About: refused}, hop{what: trace.Arrived, at: client})
	got := see(t, r.Trace(), "client")
	require.Len(t, got, 2)
	icmp, ok := got[1].Layer(layers.LayerTypeICMPv6).(*layers.ICMPv6)
	require.True(t, ok)
	assert.Equal(t, layers.CreateICMPv6TypeCode(1, 4), icmp.TypeCode)
	require.Greater(t, len(icmp.Payload), 4)
	assert.Equal(t, []byte{0, 0, 0, 0}, icmp.Payload[:4], "unused")

	inner := decode(t, icmp.Payload[4:], layers.LayerTypeIPv6)
	ip := inner.NetworkLayer().(*layers.IPv6)
	assert.Equal(t, here6.Addr().String(), ip.SrcIP.String())
	assert.EqualValues(t, 63, ip.HopLimit)
	assert.EqualValues(t, 1000, tcp(t, inner).Seq)
}
