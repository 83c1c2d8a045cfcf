package sim

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/netmodel"
	"ftpscope/sim/trace"
)

// silent is an application that has nothing to say.
type silent struct{ last *netmodel.Conn }

func (s *silent) Connected(c *netmodel.Conn)            { s.last = c }
func (s *silent) Received(*netmodel.Conn, []byte, bool) {}
func (s *silent) PeerClosed(*netmodel.Conn)             {}
func (s *silent) Acked(*netmodel.Conn)                  {}
func (s *silent) Ended(*netmodel.Conn, error)           {}

// The kinds of NAT (RFC 3489 §5): which outer port a connection gets, and
// whether the server that was called may call it there from another port, and a
// host that was not.
func TestNATMapsAsTheScenarioAsks(t *testing.T) {
	for mapping, want := range map[string]struct{ keepsPort, letsIn, anybody bool }{
		"linux": {true, false, false}, "symmetric": {false, false, false}, "restricted": {true, true, false}, "full-cone": {true, true, true},
	} {
		s := Default()
		require.NoError(t, s.Set("client_router.nat", "true"))
		require.NoError(t, s.Set("client_router.nat_mapping", mapping))
		require.NoError(t, s.Set("attacker.place", "internet"))
		n, err := build(&s)
		require.NoError(t, err)
		called := &silent{}
		_, err = n.server.Listen(netip.MustParseAddrPort("0.0.0.0:21"), 0, called)
		require.NoError(t, err)
		_, err = n.client.Dial(netip.MustParseAddrPort("192.168.1.2:2000"), netip.MustParseAddrPort("203.0.113.10:21"), 0, &silent{})
		require.NoError(t, err)
		require.NoError(t, n.RunUntil(1e9))
		outer := called.last.Remote()
		assert.Equal(t, want.keepsPort, outer.Port() == 2000, mapping)

		for _, caller := range []*netmodel.Node{n.server, n.attacker} {
			_, err = caller.Dial(netip.AddrPort{}, outer, 0, &silent{})
			require.NoError(t, err)
		}
		require.NoError(t, n.RunUntil(2e9))
		tr := n.rec.Trace()
		arrived := map[string]bool{}
		for id := trace.ID(1); int(id) <= tr.Len(); id++ {
			e := tr.Event(id)
			if e.Kind == trace.KindPacket && e.What == trace.Arrived && tr.Nodes[e.At].Name == "client" {
				if p := tr.Packet(e); p.Flags.Has(trace.SYN) && !p.Flags.Has(trace.ACK) {
					arrived[tr.Nodes[tr.Origin(e)].Name] = true
				}
			}
		}
		assert.Equal(t, want.letsIn, arrived["server"], mapping)
		assert.Equal(t, want.anybody, arrived["attacker"], mapping)
	}
}
