package sim

import (
	"net/netip"

	"ftpscope/netmodel"
	"ftpscope/sim/trace"
)

// The tags that this package puts on connections.
const (
	tagCommand = uint8(trace.Command)
	tagData    = uint8(trace.Data)
)

// recorder writes what the network model tells it into a trace.
type recorder struct {
	*trace.Recorder
	rules [][]uint16 // by node and chain: the number of the chain's first rule in the trace, from 1
	sizes [][]uint16 // by node and chain: how many rules it has; its policy follows them
}

// Record implements netmodel.Recorder.
func (r *recorder) Record(n *netmodel.Record) netmodel.ID {
	s := trace.Stamp{T: n.T, Cause: trace.ID(n.Cause), At: trace.Node(n.Node)}
	if n.Kept != nil {
		s.Keep = trace.Keep{No: n.Kept.No, For: n.Kept.Expires - n.T}
	}
	switch n.Kind {
	case netmodel.PacketRecord:
		s.Channel = trace.Channel(n.Packet.Tag)
		return netmodel.ID(r.packet(s, n))
	case netmodel.SocketRecord:
		s.Channel = trace.Channel(n.Socket.Tag)
		sock := trace.Socket{
			ID: n.Socket.ID, State: trace.TCPState(n.Socket.State), Local: n.Socket.Local, Remote: n.Socket.Remote,
		}
		return netmodel.ID(r.Recorder.Socket(s, sock))
	case netmodel.TrackRecord:
		return netmodel.ID(r.track(s, n))
	default:
		return netmodel.ID(r.Timer(s, whats[n.What], trace.Timer{Name: n.Name, For: n.For}))
	}
}

var whats = [...]trace.What{
	netmodel.Sent: trace.Sent, netmodel.Forwarded: trace.Forwarded, netmodel.Rewritten: trace.Rewritten,
	netmodel.Arrived: trace.Arrived, netmodel.Dropped: trace.Dropped, netmodel.Rejected: trace.Rejected, netmodel.Lost: trace.Lost,
	netmodel.Created: trace.New, netmodel.Updated: trace.Update, netmodel.Destroyed: trace.Destroy,
	netmodel.Expect: trace.Expect, netmodel.Unexpect: trace.Unexpect,
	netmodel.Set: trace.Set, netmodel.Fired: trace.Fired, netmodel.Cancelled: trace.Cancelled,
}

func (r *recorder) packet(s trace.Stamp, n *netmodel.Record) trace.ID {
	rule := r.rule(n.Rule)
	switch n.What {
	case netmodel.Sent:
		return r.PacketSent(s, n.Packet.Src, n.Packet.Dst, packet(n.Packet), rule)
	case netmodel.Rewritten:
		return r.PacketRewritten(s, n.Packet.No, n.Packet.Src, n.Packet.Dst, packet(n.Packet), rule)
	}
	return r.PacketMoved(s, whats[n.What], n.Packet.No, rule)
}

func packet(p *netmodel.Packet) trace.Packet {
	out := trace.Packet{
		No: p.No, Seq: p.Seq, Ack: p.Ack, Window: p.Window, Flags: trace.Flags(p.Flags), Again: p.Retransmission, Payload: p.Payload,
	}
	if p.ICMP != nil {
		out.ICMP, out.Code, out.About = p.ICMP.Type, p.ICMP.Code, p.ICMP.About
	}
	return out
}

func (r *recorder) track(s trace.Stamp, n *netmodel.Record) trace.ID {
	if n.What == netmodel.Expect || n.What == netmodel.Unexpect {
		e := n.Expect
		s.Channel = trace.Data
		return r.Track(s, whats[n.What], expectation(e), 0)
	}
	s.Channel = trace.Channel(n.Track.Tag)
	return r.Track(s, whats[n.What], entry(n.Track), r.rule(n.Rule))
}

func entry(e *netmodel.Entry) trace.Track {
	t := trace.Track{
		No: e.No, At: trace.Node(e.Node), State: e.State.String(), Helper: e.Helper,
		Orig: trace.Ends{Src: e.Original.Src, Dst: e.Original.Dst}, Reply: trace.Ends{Src: e.Reply.Src, Dst: e.Reply.Dst},
		Expires: e.Expires,
	}
	switch {
	case e.Assured:
		t.Flags = "ASSURED"
	case !e.Replied:
		t.Flags = "UNREPLIED"
	}
	return t
}

func expectation(e *netmodel.Expectation) trace.Track {
	caller := netip.AddrPortFrom(e.Src, 0)
	return trace.Track{
		No: e.No, At: trace.Node(e.Node), Expected: true, Expires: e.Expires,
		Orig: trace.Ends{Src: caller, Dst: e.Dst}, Reply: trace.Ends{Src: e.Real, Dst: caller},
	}
}

// rule is the number of a rule in the trace, from 1; 0: none decided.
func (r *recorder) rule(ref netmodel.RuleRef) uint16 {
	if ref.Chain == 0 || int(ref.Node) >= len(r.rules) || r.rules[ref.Node] == nil {
		return 0
	}
	first := r.rules[ref.Node][ref.Chain]
	if first == 0 {
		return 0
	}
	if ref.Index == netmodel.PolicyIndex {
		return first + r.sizes[ref.Node][ref.Chain]
	}
	return first + uint16(ref.Index)
}
