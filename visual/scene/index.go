package scene

import (
	"net/netip"
	"slices"
	"sort"

	"ftpscope/sim/trace"
)

// index finds in logarithmic time what a frame needs of a long run.
type index struct {
	conns     [maxLanes][]uint32   // connections by lane, in the order of their beginning
	attempts  [maxLanes][]trace.ID // by lane, the sending of each SYN that opens or tries to
	deaths    [maxLanes][]death    // by lane, in their order
	stopped   [][]trace.ID         // by node, those in which its firewall did it
	transfers []transfer
	guests    []guest
	packets   []int8   // by packet number its lane, where there are guests
	rows      [2][]row // of the sequence diagram: by message and by packet
}

// death is the end of a packet that did not reach its destination.
type death struct{ event, sent trace.ID }

// row is a row of the sequence diagram: 2k+1 is message or packet k, and 2k
// the wait before it.
type row uint32

// messageRow is the row of a message; -1, none, comes before all rows.
func messageRow(i int) row { return row(max(2*i+1, 0)) }

func newIndex(o *trace.Outline, waits []Wait) index {
	x := index{guests: findGuests(o)}
	lanes := make([]int, len(o.Conns))
	for i := range o.Conns {
		k := x.laneOfConn(o.Trace, &o.Conns[i])
		if lanes[i] = k; k != noLane {
			x.conns[k] = append(x.conns[k], uint32(i))
		}
	}
	byEnds := x.lanesByEnds(o, lanes)
	messages := rowMaker{waits: waits}
	for i := range o.Messages {
		m := &o.Messages[i]
		messages.add(uint32(i), m.First)
		if m.Kind == trace.MsgOpen && m.Conn >= 0 && lanes[m.Conn] != noLane {
			x.attempts[lanes[m.Conn]] = append(x.attempts[lanes[m.Conn]], m.First)
		}
		if m.Kind == trace.MsgCommand && trace.IsTransfer(trace.Verb(m.Line)) {
			x.transfers = append(x.transfers, transferOf(m))
		}
	}
	for _, a := range &x.attempts {
		slices.Sort(a) // messages come in the order in which they are complete
	}
	packets := rowMaker{waits: waits}
	t := o.Trace
	var sent []trace.ID // by packet number
	x.stopped = make([][]trace.ID, len(t.Nodes))
	for id := trace.ID(1); int(id) <= t.Len(); id++ {
		e := t.Event(id)
		switch {
		case e.Kind == trace.KindData:
			if tr := x.transfer(id); tr != nil {
				tr.total = max(tr.total, t.Progress(e).Total) // only the sending side may know
			}
		case e.Kind != trace.KindPacket:
		case e.What == trace.Sent:
			packets.add(uint32(id), id)
			no := int(t.Packet(e).No)
			sent = append(sent, make([]trace.ID, max(no+1-len(sent), 0))...)
			sent[no] = id
			x.note(t, no, e, byEnds)
		case e.What.Died():
			end := death{id, sent[t.Packet(e).No]}
			if k := x.lane(t.Packet(e), e.Channel); k != noLane {
				x.deaths[k] = append(x.deaths[k], end)
			}
			if e.What != trace.Lost {
				x.stopped[e.At] = append(x.stopped[e.At], id)
			}
		}
	}
	x.rows = [2][]row{messages.rows, packets.rows}
	return x
}

// note finds the lane of a packet that is sent. An ICMP error flies where the
// packet did that it is about.
func (x *index) note(t *trace.Trace, no int, e trace.Event, byEnds map[[2]netip.AddrPort]int) {
	if len(x.guests) == 0 {
		return
	}
	p := t.Packet(e)
	f := t.FlowOf(p)
	lane, known := byEnds[[2]netip.AddrPort{f.Src, f.Dst}]
	switch {
	case p.IsICMP() && int(p.About) < len(x.packets):
		lane = int(x.packets[p.About])
	case !known:
		lane = laneIndex(e.Channel)
	}
	x.packets = append(x.packets, make([]int8, max(no+1-len(x.packets), 0))...)
	x.packets[no] = int8(lane)
}

// lane is where a packet flies.
func (x *index) lane(p *trace.Packet, c trace.Channel) int {
	if int(p.No) < len(x.packets) {
		return int(x.packets[p.No])
	}
	return laneIndex(c)
}

type rowMaker struct {
	waits []Wait // not yet told
	rows  []row
}

func (m *rowMaker) add(k uint32, first trace.ID) {
	waited := false
	for len(m.waits) > 0 && m.waits[0].Before <= first {
		m.waits, waited = m.waits[1:], true
	}
	if waited {
		m.rows = append(m.rows, row(2*k))
	}
	m.rows = append(m.rows, row(2*k+1))
}

// conn is the latest connection of a lane begun within the first n events, or -1.
func (x *index) conn(o *trace.Outline, lane int, n trace.ID) int {
	i := upToConn(o, x.conns[lane], n)
	if i == 0 {
		return -1
	}
	return int(x.conns[lane][i-1])
}

// upToConn is how many of the connections have begun within the first n events.
func upToConn(o *trace.Outline, of []uint32, n trace.ID) int {
	return sort.Search(len(of), func(i int) bool { return o.Conns[of[i]].First > n })
}

// attempt is when the latest SYN of a lane within the first n events was sent
// that opens a connection or tries to; 0: none.
func (x *index) attempt(lane int, n trace.ID) trace.ID {
	i := upTo(x.attempts[lane], n)
	if i == 0 {
		return 0
	}
	return x.attempts[lane][i-1]
}

// death is the latest one on a lane within the first n events, or zero.
func (x *index) death(lane int, n trace.ID) death {
	of := x.deaths[lane]
	i := sort.Search(len(of), func(i int) bool { return of[i].event > n })
	if i == 0 {
		return death{}
	}
	return of[i-1]
}

// blocked is how many packets a node's firewall has stopped within the first n events.
func (x *index) blocked(at trace.Node, n trace.ID) int { return upTo(x.stopped[at], n) }

// upTo is how many of the ascending ids are at most n.
func upTo(ids []trace.ID, n trace.ID) int {
	return sort.Search(len(ids), func(i int) bool { return ids[i] > n })
}
