package sim

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ftpscope/netmodel"
	"ftpscope/sim/trace"
)

// live reads the model's own state in the form in which a trace replays it.
func live(n *network, t *trace.Trace) *trace.World {
	w := trace.NewWorld(t)
	n.EachSocket(func(s *netmodel.SocketInfo) {
		w.Sockets = append(w.Sockets, trace.Socket{
			ID: s.ID, At: trace.Node(s.Node), Channel: trace.Channel(s.Tag), State: trace.TCPState(s.State), Local: s.Local, Remote: s.Remote,
		})
	})
	for i := range t.Nodes {
		if t.Nodes[i].Role == trace.RoleInternet {
			continue
		}
		n.EachTrack(netmodel.NodeID(i), func(e *netmodel.Entry) { w.Tracks = append(w.Tracks, entry(e)) })
		n.EachExpectation(netmodel.NodeID(i), func(e *netmodel.Expectation) { w.Tracks = append(w.Tracks, expectation(e)) })
	}
	n.EachHit(func(ref netmodel.RuleRef, hits uint64) {
		if rule := n.rec.rule(ref); rule != 0 {
			w.Hits[rule-1] = uint32(hits)
		}
	})
	return w
}

// flying lists the packets under way by number and place.
func flying(n *network) map[uint32]netmodel.NodeID {
	out := map[uint32]netmodel.NodeID{}
	n.EachFlight(func(p *netmodel.Packet, from netmodel.NodeID) { out[p.No] = from })
	return out
}

func replayed(t *trace.Trace, w *trace.World) map[uint32]netmodel.NodeID {
	out := map[uint32]netmodel.NodeID{}
	for _, f := range w.Flights {
		e := t.Event(f.Last)
		out[t.Packet(e).No] = netmodel.NodeID(e.At)
	}
	return out
}

// replays are the presets, and runs in which connection tracking has more to do.
var replays = []struct {
	name   string
	preset string
	set    [][2]string
}{
	{"active", "active", nil},
	{"passive", "passive", nil},
	{"active-blocked", "active-blocked", nil},
	{"passive-behind-firewall", "passive-behind-firewall", nil},
	{"NAT and a helper", "active", [][2]string{{"client_router.nat", "true"}, {"client_router.helper", "true"}}},
	{"hosts that keep track of what they send", "passive", [][2]string{
		{"client.host_firewall", `{policy = "drop", rules = ["ct state established accept"]}`},
		{"server.host_firewall", `{policy = "drop", rules = ["ct state established,related accept", "tcp dport 1024-65535 accept", "tcp dport 21 accept"]}`},
	}},
	{"loss, so that data waits for its acknowledgement", "passive-behind-firewall", [][2]string{{"link.loss", "0.2"}, {"seed", "7"}}},
	{"entries that expire", "active-blocked", [][2]string{
		{"client_router.sysctl.net.netfilter.nf_conntrack_tcp_timeout_established", "5"}, {"settle_s", "400"},
	}},
}

// The fold over the events equals the model's own state after every event.
func TestReplayEqualsLive(t *testing.T) {
	for _, c := range replays {
		t.Run(c.name, func(t *testing.T) {
			s, err := Preset(c.preset)
			require.NoError(t, err)
			for _, kv := range c.set {
				require.NoError(t, s.Set(kv[0], kv[1]))
			}
			var fold *trace.World
			_, err = run(s, func(n *network, id trace.ID) {
				tr := n.rec.Trace()
				if fold == nil {
					fold = trace.NewWorld(tr)
				}
				fold.Apply(tr)
				require.Equal(t, id, fold.N)
				now := live(n, tr)
				require.ElementsMatch(t, now.Sockets, fold.Sockets, "sockets after event %d", id)
				require.ElementsMatch(t, now.Tracks, fold.Tracks, "connection tracking after event %d", id)
				require.Equal(t, now.Hits, fold.Hits, "rule hits after event %d", id)
				require.Equal(t, flying(n), replayed(tr, fold), "packets under way after event %d", id)
			}, nil)
			require.NoError(t, err)
			require.NotNil(t, fold)
		})
	}
}
