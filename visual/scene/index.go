package scene

import (
	"slices"
	"sort"

	"ftpscope/sim/trace"
)

// index finds in logarithmic time what a frame needs of a long run.
type index struct {
	conns     [3][]uint32   // connections by channel, in the order of their beginning
	attempts  [3][]trace.ID // by channel, the sending of each SYN that opens or tries to
	deaths    [3][]death    // by channel, in their order
	stopped   [][]trace.ID  // by node, those in which its firewall did it
	transfers []transfer
	guest     guest
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
	x := index{guest: findGuest(o)}
	for i, c := range o.Conns {
		if x.guest.has(i) {
			continue
		}
		x.conns[c.Channel] = append(x.conns[c.Channel], uint32(i))
	}
	messages := rowMaker{waits: waits}
	for i := range o.Messages {
		m := &o.Messages[i]
		messages.add(uint32(i), m.First)
		if m.Kind == trace.MsgOpen && !x.guest.has(m.Conn) {
			x.attempts[m.Channel] = append(x.attempts[m.Channel], m.First)
		}
		if m.Kind == trace.MsgCommand && trace.IsTransfer(trace.Verb(m.Line)) {
			x.transfers = append(x.transfers, transferOf(m))
		}
	}
	for _, a := range x.attempts {
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
		case e.What.Died():
			end := death{id, sent[t.Packet(e).No]}
			if x.guest.flows[t.Packet(e).Flow] {
				x.guest.deaths = append(x.guest.deaths, end)
			} else {
				x.deaths[e.Channel] = append(x.deaths[e.Channel], end)
			}
			if e.What != trace.Lost {
				x.stopped[e.At] = append(x.stopped[e.At], id)
			}
		}
	}
	x.rows = [2][]row{messages.rows, packets.rows}
	return x
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

// conn is the latest connection of a channel begun within the first n events, or -1.
func (x *index) conn(o *trace.Outline, c trace.Channel, n trace.ID) int {
	of := x.conns[c]
	i := sort.Search(len(of), func(i int) bool { return o.Conns[of[i]].First > n })
	if i == 0 {
		return -1
	}
	return int(of[i-1])
}

// attempt is when the latest SYN of a channel within the first n events was
// sent that opens a connection or tries to; 0: none.
func (x *index) attempt(c trace.Channel, n trace.ID) trace.ID {
	i := upTo(x.attempts[c], n)
	if i == 0 {
		return 0
	}
	return x.attempts[c][i-1]
}

// death is the latest one on a channel within the first n events, or zero.
func (x *index) death(c trace.Channel, n trace.ID) death {
	of := x.deaths[c]
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
