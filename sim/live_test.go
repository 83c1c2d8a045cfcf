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

// The fold over the events equals the model's own state after every event.
func TestReplayEqualsLive(t *testing.T) {
	for _, name := range Presets() {
		t.Run(name, func(t *testing.T) {
			s, err := Preset(name)
			require.NoError(t, err)
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
