package model

import (
	"sort"

	"ftpscope/sim/trace"
)

// Session is what the person at the client has seen up to the cursor, put
// together from the run.
func (p *Player) Session() []trace.Printed {
	all := p.Run.lines()
	n := sort.Search(len(all), func(i int) bool { return all[i].At > p.Cursor.N })
	return all[:n]
}

// Printed is all that the person at the client sees in the run.
func (p *Player) Printed() []trace.Printed { return p.Run.lines() }

// Received is how far the transfer of a line has come, if it is one.
func (p *Player) Received(l *trace.Printed) (trace.Progress, bool) {
	i := sort.Search(len(l.Received), func(i int) bool { return l.Received[i] > p.Cursor.N })
	if i == 0 {
		return trace.Progress{}, false
	}
	t := p.Run.Trace
	return *t.Progress(t.Event(l.Received[i-1])), true
}
