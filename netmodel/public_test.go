package netmodel

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Several cables of one name are one network: each host hangs on it by a cable
// of its own, and what any of them loses is lost in that one place.
func TestCablesOfOneNameAreOnePlace(t *testing.T) {
	n, log := newNetwork(t, Options{})
	public := Link{Name: "internet", Delay: 20 * time.Millisecond, Carries: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	var hosts []*Node
	for _, h := range []struct{ name, at string }{{"a", "192.0.2.1/24"}, {"b", "192.0.2.2/24"}, {"c", "192.0.2.3/24"}} {
		hosts = append(hosts, n.AddHost(h.name, netip.MustParsePrefix(h.at)))
	}
	for _, h := range hosts[1:] {
		n.Connect(hosts[0].Iface("eth0"), h.Iface("eth0"), public)
	}
	assert.Equal(t, "internet", n.NodeName(3))
	assert.Empty(t, n.NodeName(4), "there is one such place")
	for _, call := range []struct {
		from *Node
		to   string
	}{{hosts[1], "192.0.2.3:1"}, {hosts[2], "192.0.2.1:1"}, {hosts[2], "10.0.0.1:1"}} {
		call.from.AddRoute(netip.MustParsePrefix("10.0.0.0/8"), call.from.Iface("eth0"), hosts[0].Iface("eth0").Addr())
		_, err := call.from.Dial(AddrPort{}, netip.MustParseAddrPort(call.to), 0, &script{})
		require.NoError(t, err)
	}
	require.NoError(t, n.RunUntil(30*time.Millisecond))
	for _, host := range []*Node{hosts[2], hosts[0]} {
		arrived := log.of(host, Arrived)
		require.Len(t, arrived, 1)
		assert.Equal(t, 20*time.Millisecond, arrived[0].T, "each is one cable away from each")
	}
	lost := 0
	for _, r := range log.recs {
		if r.What == Lost {
			assert.Equal(t, NodeID(3), r.Node)
			lost++
		}
	}
	assert.Equal(t, 1, lost)
	assert.Equal(t, hosts[2], hosts[2].Iface("eth0").Node())
}
