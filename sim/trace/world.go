package trace

import (
	"slices"
	"time"
)

// World is the state of everything after the first N events of a trace.
type World struct {
	N        ID
	T        time.Duration
	Sockets  []Socket // open ones, in the order of their making
	Flights  []Flight // packets under way, in the order of sending
	Tracks   []Track  // connection tracking entries and expectations, in the order of their making
	Machines []MachineState
	Hits     []uint32 // how often each of Trace.Rules decided
	Progress Progress // of the latest transfer of the client's
}

// Flight is a packet under way.
type Flight struct {
	Sent ID // the event with which it began
	Last ID // the latest event: where it is, or the node it left
}

// MachineState is the state one machine of one host is in.
type MachineState struct {
	At             Node
	Session        Session
	Machine, State string
}

// NewWorld is the world before the first event.
func NewWorld(t *Trace) *World { return &World{Hits: make([]uint32, len(t.Rules))} }

// Apply moves the world on by the next event of the trace it was made for.
func (w *World) Apply(t *Trace) {
	w.N++
	e := t.events.at(int(w.N) - 1)
	w.T = e.T
	if e.Rule != 0 {
		w.Hits[e.Rule-1]++
	}
	if e.kept != 0 {
		w.keep(t.keeps[e.kept-1])
	}
	switch e.Kind {
	case KindPacket:
		w.packet(t, e)
	case KindSocket:
		w.socket(*t.sockets.at(int(e.Ref)))
	case KindTrack:
		w.track(t.tracks[e.Ref], e.What == Destroy || e.What == Unexpect)
	case KindMachine:
		w.machine(e.At, e.Session, t.machines[e.Ref])
	case KindData:
		if e.Session != AttackerSession {
			w.Progress = *t.progress.at(int(e.Ref))
		}
	}
}

func (w *World) packet(t *Trace, e *Event) {
	if e.What == Sent {
		w.Flights = append(w.Flights, Flight{Sent: w.N, Last: w.N})
		return
	}
	no := t.packets.at(int(e.Ref)).No
	for i := range w.Flights {
		f := &w.Flights[i]
		if t.packets.at(int(t.events.at(int(f.Sent)-1).Ref)).No != no {
			continue
		}
		if e.What.Final() {
			w.Flights = slices.Delete(w.Flights, i, i+1)
		} else {
			f.Last = w.N
		}
		return
	}
}

func (w *World) socket(s Socket) {
	i := slices.IndexFunc(w.Sockets, func(o Socket) bool { return o.ID == s.ID })
	switch {
	case s.State == Closed && i >= 0:
		w.Sockets = slices.Delete(w.Sockets, i, i+1)
	case s.State == Closed:
	case i >= 0:
		w.Sockets[i] = s
	default:
		w.Sockets = append(w.Sockets, s)
	}
}

func (w *World) track(e Track, gone bool) {
	i := slices.IndexFunc(w.Tracks, func(o Track) bool { return o.No == e.No && o.Expected == e.Expected })
	switch {
	case gone && i >= 0:
		w.Tracks = slices.Delete(w.Tracks, i, i+1)
	case gone:
	case i >= 0:
		w.Tracks[i] = e
	default:
		w.Tracks = append(w.Tracks, e)
	}
}

// keep puts off the end of an entry.
func (w *World) keep(k Keep) {
	for i := range w.Tracks {
		if e := &w.Tracks[i]; e.No == k.No && !e.Expected {
			e.Expires = w.T + k.For
			return
		}
	}
}

// Same reports whether o is the same entry in the same state, if it does not
// expire at the same time.
func (e Track) Same(o Track) bool {
	e.Expires = o.Expires
	return e == o
}

// Left is how long an entry or expectation has to live at a moment.
func (e *Track) Left(now time.Duration) time.Duration { return max(e.Expires-now, 0) }

func (w *World) machine(at Node, session Session, m Machine) {
	for i := range w.Machines {
		if s := &w.Machines[i]; s.At == at && s.Session == session && s.Machine == m.Machine {
			s.State = m.To
			return
		}
	}
	w.Machines = append(w.Machines, MachineState{At: at, Session: session, Machine: m.Machine, State: m.To})
}

// MachineOf returns the state of a machine of a host, or "". Of several
// sessions the client's own counts, else the one begun first.
func (w *World) MachineOf(at Node, machine string) string {
	state := ""
	for _, m := range w.Machines {
		if m.At != at || m.Machine != machine {
			continue
		}
		if m.Session == OwnSession {
			return m.State
		}
		if state == "" {
			state = m.State
		}
	}
	return state
}

// copyFrom makes w equal to o, keeping w's storage.
func (w *World) copyFrom(o *World) {
	w.N, w.T, w.Progress = o.N, o.T, o.Progress
	w.Sockets = append(w.Sockets[:0], o.Sockets...)
	w.Flights = append(w.Flights[:0], o.Flights...)
	w.Tracks = append(w.Tracks[:0], o.Tracks...)
	w.Machines = append(w.Machines[:0], o.Machines...)
	w.Hits = append(w.Hits[:0], o.Hits...)
}
