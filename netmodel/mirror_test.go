package netmodel

import (
	"bytes"
	"maps"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// mirror is a fold over records. After every record it must hold what the
// network itself holds.
type mirror struct {
	sockets map[uint32]SocketInfo
	flights map[uint32]inFlight
	tracks  map[uint32]Entry
	expects map[uint32]Expectation
	hits    map[RuleRef]uint64
	ends    map[uint32]int // times a packet came to its end
	sent    int
}

type inFlight struct {
	Packet
	from NodeID
}

func (a inFlight) equal(b inFlight) bool {
	same := bytes.Equal(a.Payload, b.Payload)
	a.Payload, b.Payload = nil, nil
	return same && reflect.DeepEqual(a, b)
}

func newMirror() *mirror {
	return &mirror{
		map[uint32]SocketInfo{}, map[uint32]inFlight{}, map[uint32]Entry{}, map[uint32]Expectation{},
		map[RuleRef]uint64{}, map[uint32]int{}, 0,
	}
}

func (m *mirror) apply(r *Record) {
	if r.Rule != (RuleRef{}) {
		m.hits[r.Rule]++
	}
	if r.Kept != nil {
		e := m.tracks[r.Kept.No]
		e.Expires = r.Kept.Expires
		m.tracks[r.Kept.No] = e
	}
	switch {
	case r.Packet != nil:
		m.applyPacket(r)
	case r.Socket != nil && r.What == Destroyed:
		delete(m.sockets, r.Socket.ID)
	case r.Socket != nil:
		m.sockets[r.Socket.ID] = *r.Socket
	case r.Track != nil && r.What == Destroyed:
		delete(m.tracks, r.Track.No)
	case r.Track != nil:
		m.tracks[r.Track.No] = *r.Track
	case r.Expect != nil && r.What == Unexpect:
		delete(m.expects, r.Expect.No)
	case r.Expect != nil:
		m.expects[r.Expect.No] = *r.Expect
	}
}

func (m *mirror) applyPacket(r *Record) {
	switch r.What {
	case Sent:
		m.sent++
		fallthrough
	case Forwarded, Rewritten:
		m.flights[r.Packet.No] = inFlight{*r.Packet, r.Node}
	default:
		m.ends[r.Packet.No]++
		delete(m.flights, r.Packet.No)
	}
}

// check compares the fold with the network.
func (m *mirror) check(t testing.TB, n *Network) {
	sockets, flights, tracks := map[uint32]SocketInfo{}, map[uint32]inFlight{}, map[uint32]Entry{}
	expects, hits := map[uint32]Expectation{}, map[RuleRef]uint64{}
	n.EachSocket(func(s *SocketInfo) { sockets[s.ID] = *s })
	n.EachFlight(func(p *Packet, from NodeID) { flights[p.No] = inFlight{*p, from} })
	for _, node := range n.nodes {
		n.EachTrack(node.id, func(e *Entry) { tracks[e.No] = *e })
		n.EachExpectation(node.id, func(e *Expectation) { expects[e.No] = *e })
	}
	n.EachHit(func(r RuleRef, hits64 uint64) { hits[r] = hits64 })
	same := maps.EqualFunc(flights, m.flights, inFlight.equal)
	if same && maps.Equal(sockets, m.sockets) && maps.Equal(tracks, m.tracks) && maps.Equal(expects, m.expects) && maps.Equal(hits, m.hits) {
		return
	}
	// Slow, but tells the difference.
	require.Equal(t, sockets, m.sockets)
	require.Equal(t, flights, m.flights)
	require.Equal(t, tracks, m.tracks)
	require.Equal(t, expects, m.expects)
	require.Equal(t, hits, m.hits)
}

// conserved: every packet sent came to exactly one end, unless it is on its way.
func (m *mirror) conserved(t testing.TB) {
	require.Equal(t, m.sent, len(m.ends)+len(m.flights))
	for no, ends := range m.ends {
		require.Equal(t, 1, ends, "packet %d", no)
	}
}
