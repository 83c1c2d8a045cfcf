package scene

import (
	"sort"

	"ftpscope/sim/trace"
)

// Course is the way a machine took through its states in one run.
type Course struct {
	Channel trace.Channel // whose colour it has
	Start   string
	moves   []move
}

type move struct {
	at       trace.ID
	from, to string
}

// MachineCourse is the way of an FTP machine of a host: "pi" or "dtp".
func MachineCourse(t *trace.Trace, n trace.Node, machine, start string) *Course {
	c := &Course{Channel: trace.Command, Start: start}
	if machine == "dtp" {
		c.Channel = trace.Data
	}
	for id := trace.ID(1); int(id) <= t.Len(); id++ {
		e := t.Event(id)
		if e.Kind != trace.KindMachine || e.At != n || e.Session != trace.OwnSession {
			continue
		}
		if m := t.Machine(e); m.Machine == machine {
			c.moves = append(c.moves, move{id, m.From, m.To})
		}
	}
	return c
}

// SocketCourse is the way of one end of a connection. The end that was called
// begins as the child of a listener (RFC 9293 §3.10.7.2).
func SocketCourse(o *trace.Outline, conn int, side Side) *Course {
	t, of := o.Trace, &o.Conns[conn]
	c := &Course{Channel: of.Channel, Start: trace.Closed.String()}
	if side != sideOf(t, of.Opener) {
		c.Start = trace.Listen.String()
	}
	var own uint32
	nearest := trace.ID(t.Len() + 1)
	eachSocket(t, func(id trace.ID, s *trace.Socket) {
		if s.State == trace.Listen || sideOf(t, s.At) != side || !belongs(s, of) {
			return
		}
		// The same two ports can have served another connection: the socket made
		// nearest to the SYN is meant.
		if away := max(id, of.First) - min(id, of.First); away < nearest {
			own, nearest = s.ID, away
		}
	})
	if own == 0 {
		return c
	}
	state := c.Start
	eachSocket(t, func(id trace.ID, s *trace.Socket) {
		if s.ID == own && s.State.String() != state {
			c.moves = append(c.moves, move{id, state, s.State.String()})
			state = s.State.String()
		}
	})
	return c
}

func eachSocket(t *trace.Trace, do func(trace.ID, *trace.Socket)) {
	for id := trace.ID(1); int(id) <= t.Len(); id++ {
		if e := t.Event(id); e.Kind == trace.KindSocket {
			do(id, t.Socket(e))
		}
	}
}

// upTo are the moves within the first n events.
func (c *Course) upTo(n trace.ID) []move {
	return c.moves[:sort.Search(len(c.moves), func(i int) bool { return c.moves[i].at > n })]
}

// State is where the machine is after n events.
func (c *Course) State(n trace.ID) string {
	if moves := c.upTo(n); len(moves) > 0 {
		return moves[len(moves)-1].to
	}
	return c.Start
}
