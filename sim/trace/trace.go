package trace

import (
	"net/netip"
	"sync"
	"time"
)

// Trace is the complete record of one run.
type Trace struct {
	Nodes []NodeInfo
	Rules []Rule
	Flows []Flow

	events   log[Event]
	packets  log[Packet]
	sockets  log[Socket]
	lines    []Line
	machines []Machine
	tracks   []Track
	keeps    []Keep // each once
	progress log[Progress]
	timers   []Timer
	users    []string

	Opened []byte // what the last data connection brought, when it was encrypted on its way; else nil

	keysOnce sync.Once
	keys     []*World // keys[i] is the world after i*keyEvery events
	Outcome  Outcome
}

// Outcome is how the task of a run ended.
type Outcome struct {
	OK      bool
	Task    string // the last wish that moves data, else the last wish
	Reply   int    // the last reply to the task's transfer command, 0 for none
	Exit    int    // exit status of the client program, where it has one
	Blocked ID     // the event in which the decisive packet died; 0 for none
	Bytes   int64  // of the last transfer, arrived at the receiving side
}

// Len is the number of events.
func (t *Trace) Len() int { return t.events.len() }

// Event returns the event with the given number, which must lie in 1..Len.
func (t *Trace) Event(id ID) Event { return *t.events.at(int(id) - 1) }

// Packet returns the packet of an event of KindPacket, in the form it has after that event.
func (t *Trace) Packet(e Event) *Packet { return t.packets.at(int(e.Ref)) }

// Socket returns the socket of an event of KindSocket.
func (t *Trace) Socket(e Event) *Socket { return t.sockets.at(int(e.Ref)) }

// Line returns the line of an event of KindCommand or KindReply.
func (t *Trace) Line(e Event) *Line { return &t.lines[e.Ref] }

// Machine returns the transition of an event of KindMachine.
func (t *Trace) Machine(e Event) *Machine { return &t.machines[e.Ref] }

// Track returns the entry of an event of KindTrack.
func (t *Trace) Track(e Event) *Track { return &t.tracks[e.Ref] }

// Keep returns what an event of any kind did to the end of an entry of
// connection tracking; ok is false for one that did nothing to it.
func (t *Trace) Keep(e Event) (k Keep, ok bool) {
	if e.kept == 0 {
		return Keep{}, false
	}
	return t.keeps[e.kept-1], true
}

// Progress returns the progress of an event of KindData.
func (t *Trace) Progress(e Event) *Progress { return t.progress.at(int(e.Ref)) }

// LastProgress is how far the last transfer came.
func (t *Trace) LastProgress() Progress {
	if t.progress.len() == 0 {
		return Progress{}
	}
	return *t.progress.at(t.progress.len() - 1)
}

// Timer returns the timer of an event of KindTimer.
func (t *Trace) Timer(e Event) *Timer { return &t.timers[e.Ref] }

// User returns what the person did in an event of KindUser.
func (t *Trace) User(e Event) string { return t.users[e.Ref] }

// Rule returns the rule that decided an event, or nil.
func (t *Trace) Rule(e Event) *Rule {
	if e.Rule == 0 {
		return nil
	}
	return &t.Rules[e.Rule-1]
}

// Origin returns the node that sent the packet of an event of KindPacket.
func (t *Trace) Origin(e Event) Node {
	for e.What != Sent {
		e = t.Event(e.Cause) // a packet's hop is caused by the one before
	}
	return e.At
}

// byAttacker reports whether an event comes from something the attacker did.
func (t *Trace) byAttacker(id ID) bool {
	attacker, ok := t.NodeByRole(RoleAttacker)
	for ; ok && id != 0; id = t.Event(id).Cause {
		if t.Event(id).At == attacker {
			return true
		}
	}
	return false
}

// Next returns the next event of the same packet, or 0.
func (t *Trace) Next(id ID) ID { return t.events.at(int(id) - 1).next }

// FlowOf returns both ends of a packet.
func (t *Trace) FlowOf(p *Packet) *Flow { return &t.Flows[p.Flow] }

// Relative returns the packet's sequence and acknowledgement numbers counted
// from the initial ones, as Wireshark shows them.
func (t *Trace) Relative(p *Packet) (seq, ack uint32) {
	f := t.Flows[p.Flow]
	seq = p.Seq - f.ISN
	if p.Flags.Has(ACK) {
		ack = p.Ack - t.Flows[f.reverse].ISN
	}
	return seq, ack
}

// NodeByName finds a node; ok is false where there is none of that name.
func (t *Trace) NodeByName(name string) (n Node, ok bool) {
	for i := range t.Nodes {
		if t.Nodes[i].Name == name {
			return Node(i), true
		}
	}
	return 0, false
}

// NodeByRole finds the first node with a role.
func (t *Trace) NodeByRole(r Role) (n Node, ok bool) {
	for i := range t.Nodes {
		if t.Nodes[i].Role == r {
			return Node(i), true
		}
	}
	return 0, false
}

// NodeByAddr finds the node that has an address.
func (t *Trace) NodeByAddr(a netip.Addr) (n Node, ok bool) {
	for i := range t.Nodes {
		for _, own := range t.Nodes[i].Addrs {
			if own == a {
				return Node(i), true
			}
		}
	}
	return 0, false
}

// End is the time of the last event.
func (t *Trace) End() time.Duration {
	if t.Len() == 0 {
		return 0
	}
	return t.Event(ID(t.Len())).T
}

// Why returns the chain of causes from an event back to its first cause, the
// event itself first.
func (t *Trace) Why(id ID) []ID {
	var chain []ID
	for ; id != 0; id = t.Event(id).Cause {
		chain = append(chain, id)
	}
	return chain
}
