package sim

import (
	"net/netip"
	"slices"
	"time"

	"ftpscope/sim/trace"
)

// The vantage points of the recordings, from left to right: the hosts'
// interfaces, and the outer interfaces of both routers.
const (
	atClient = iota
	atMiddle
	atFar
	atServer
	vantages
)

var (
	vantageNames = [vantages]string{"client", "middle", "far", "server"}
	between      = [vantages - 1]string{"client_router", "internet", "server_router"}
)

// moment orders what happens at the same time by the number of its event.
type moment struct {
	t  time.Duration
	id trace.ID
}

func (m moment) before(o moment) bool { return m.t < o.t || m.t == o.t && m.id < o.id }

// sighting is a packet passing a vantage point, in the form it has there.
type sighting struct {
	moment
	src, dst netip.AddrPort
	packet   *trace.Packet
}

// captures is what somebody who watches the vantage points sees of a run.
func captures(t *trace.Trace) [vantages][]sighting {
	var out [vantages][]sighting
	see := func(vantage int, id trace.ID, form trace.Event) {
		p := t.Packet(form)
		f := t.FlowOf(p)
		out[vantage] = append(out[vantage], sighting{moment{t.Event(id).T, id}, f.Src, f.Dst, p})
	}
	for id := trace.ID(1); int(id) <= t.Len(); id++ {
		if e := t.Event(id); e.Kind == trace.KindPacket && e.What == trace.Sent {
			follow(t, id, see)
		}
	}
	for v := range out {
		slices.SortFunc(out[v], func(a, b sighting) int {
			if a.before(b.moment) {
				return -1
			}
			return 1
		})
	}
	return out
}

// follow reports the vantage points that a packet passes on its way.
func follow(t *trace.Trace, id trace.ID, see func(vantage int, id trace.ID, form trace.Event)) {
	for {
		e, next := t.Event(id), t.Next(id)
		here := place(t, e.At)
		switch {
		case next == 0 && e.What.Final():
			return
		case next == 0 && (here == 0 || here == 3):
			return // the next node is at no distance: nobody answers for the address
		case next == 0: // still under way when the run ended
			to := here + 1
			if towardsClient(t.FlowOf(t.Packet(e)).Dst.Addr()) {
				to = here - 1
			}
			see(leaving(here, to), id, e)
			return
		}
		if there := t.Event(next).At; there != e.At {
			to := place(t, there)
			if t.Nodes[there].Role == trace.RoleInternet {
				see(here, id, e)
				return
			}
			if to != 0 && to != 3 {
				see(leaving(here, to), id, e)
			}
			if here != 0 && here != 3 {
				see(leaving(to, here), next, e)
			}
		}
		id = next
	}
}

// place counts the nodes from left to right.
func place(t *trace.Trace, n trace.Node) int {
	switch t.Nodes[n].Role {
	case trace.RoleClient:
		return 0
	case trace.RoleClientRouter:
		return 1
	case trace.RoleServerRouter:
		return 2
	}
	return 3
}

// leaving is the vantage point on the way from one node to the next: between a
// host and its router there is one, between the routers each has its own.
func leaving(from, to int) int {
	switch {
	case from == 0 || to == 0:
		return atClient
	case from == 3 || to == 3:
		return atServer
	}
	return from
}

// towardsClient reports whether an address lies on the client's side.
func towardsClient(a netip.Addr) bool {
	return clientAddr.Contains(a) || a == clientWAN.Addr()
}

var icmpNames = map[[2]uint8]string{
	{3, 0}: "net unreachable", {3, 1}: "host unreachable", {3, 3}: "port unreachable", {3, 9}: "net prohibited",
	{3, 10}: "host prohibited", {3, 13}: "admin prohibited", {11, 0}: "ttl exceeded",
}
