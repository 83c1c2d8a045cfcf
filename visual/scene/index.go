package scene

import (
	"sort"

	"ftpscope/sim/trace"
)

// index finds in logarithmic time what a frame needs of a long run.
type index struct {
	conns  [3][]uint32   // connections by channel, in the order of their beginning
	deaths [3][]trace.ID // by channel, the events in which packets died
	rows   [2][]row      // of the sequence diagram: by message and by packet
}

// row is a row of the sequence diagram: 2k+1 is message or packet k, and 2k
// the wait before it.
type row uint32

func newIndex(o *trace.Outline, waits []Wait) index {
	var x index
	for i, c := range o.Conns {
		x.conns[c.Channel] = append(x.conns[c.Channel], uint32(i))
	}
	messages := rowMaker{waits: waits}
	for i, m := range o.Messages {
		messages.add(uint32(i), m.First)
	}
	packets := rowMaker{waits: waits}
	t := o.Trace
	for id := trace.ID(1); int(id) <= t.Len(); id++ {
		e := t.Event(id)
		if e.Kind != trace.KindPacket {
			continue
		}
		if e.What == trace.Sent {
			packets.add(uint32(id), id)
		}
		if e.What.Died() {
			x.deaths[e.Channel] = append(x.deaths[e.Channel], id)
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

// death is the latest event within the first n in which a packet of the
// channel died, or 0.
func (x *index) death(c trace.Channel, n trace.ID) trace.ID {
	of := x.deaths[c]
	i := sort.Search(len(of), func(i int) bool { return of[i] > n })
	if i == 0 {
		return 0
	}
	return of[i-1]
}
