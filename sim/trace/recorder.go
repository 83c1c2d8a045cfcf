package trace

import (
	"net/netip"
	"time"
)

// Recorder fills a trace. Each method records one event and returns its
// number, by which later events name it as their cause.
type Recorder struct {
	t      *Trace
	last   log[ID] // last event of each packet, by packet number
	flows  map[[2]netip.AddrPort]uint32
	recent [2]uint32 // flows of the last packets: data and its acknowledgements alternate
	keeps  map[Keep]uint32

	// Observe, when set, is called after every event with its number.
	Observe func(ID)
}

// NewRecorder starts a trace among the given nodes and rules.
func NewRecorder(nodes []NodeInfo, rules []Rule) *Recorder {
	r := &Recorder{
		t:     &Trace{Nodes: nodes, Rules: rules},
		flows: make(map[[2]netip.AddrPort]uint32),
		keeps: make(map[Keep]uint32),
	}
	return r
}

// Trace returns what has been recorded. It must not be read by Seek before
// the last event is in.
func (r *Recorder) Trace() *Trace { return r.t }

func (r *Recorder) push(e Event) ID {
	id := ID(r.t.events.push(e) + 1)
	if r.Observe != nil {
		r.Observe(id)
	}
	return id
}

// Stamp is what every event has: when, why and where.
type Stamp struct {
	T       time.Duration
	Cause   ID
	At      Node
	Channel Channel
	Session Session
	Keep    Keep // No 0: none
}

// event is what a stamp and what else there is make.
func (r *Recorder) event(s Stamp, kind Kind, what What, ref, rule int) Event {
	return Event{
		T: s.T, Cause: s.Cause, At: s.At, Channel: s.Channel, Session: s.Session, Kind: kind, What: what, Ref: uint32(ref), Rule: uint16(rule), kept: r.keep(s.Keep),
	}
}

// keep numbers what became of an entry's end, from 1. Few differ: a connection
// is given the same time again and again.
func (r *Recorder) keep(k Keep) uint32 {
	if k.No == 0 {
		return 0
	}
	for i := len(r.t.keeps); i > max(len(r.t.keeps)-2, 0); i-- { // data and its acknowledgements alternate
		if r.t.keeps[i-1] == k {
			return uint32(i)
		}
	}
	no, known := r.keeps[k]
	if !known {
		r.t.keeps = append(r.t.keeps, k)
		no = uint32(len(r.t.keeps))
		r.keeps[k] = no
	}
	return no
}

// PacketSent records a packet leaving its origin. The source of events numbers
// its packets, densely from 1.
func (r *Recorder) PacketSent(s Stamp, src, dst netip.AddrPort, p Packet, rule uint16) ID {
	p.Flow = r.flow(src, dst, &p)
	ref := r.t.packets.push(p)
	for r.last.len() <= int(p.No) {
		r.last.push(0)
	}
	*r.last.at(int(p.No)) = ID(r.t.events.len() + 1)
	return r.push(r.event(s, KindPacket, Sent, ref, int(rule)))
}

// PacketMoved records what happened to packet no after it was sent.
func (r *Recorder) PacketMoved(s Stamp, what What, no uint32, rule uint16) ID {
	prev := r.t.events.at(int(*r.last.at(int(no))) - 1)
	return r.moved(s, what, no, prev.Ref, rule)
}

// PacketRewritten records the form packet no has taken on its way.
func (r *Recorder) PacketRewritten(s Stamp, no uint32, src, dst netip.AddrPort, p Packet, rule uint16) ID {
	p.No = no
	p.Flow = r.flow(src, dst, &p)
	return r.moved(s, Rewritten, no, uint32(r.t.packets.push(p)), rule)
}

func (r *Recorder) moved(s Stamp, what What, no, ref uint32, rule uint16) ID {
	id := ID(r.t.events.len() + 1)
	last := r.last.at(int(no))
	r.t.events.at(int(*last) - 1).next = id
	*last = id
	return r.push(r.event(s, KindPacket, what, int(ref), int(rule)))
}

// flow numbers one direction of a connection and learns its initial sequence number.
func (r *Recorder) flow(src, dst netip.AddrPort, p *Packet) uint32 {
	for _, i := range r.recent {
		if int(i) < len(r.t.Flows) && r.t.Flows[i].Src == src && r.t.Flows[i].Dst == dst {
			r.learn(i, p)
			return i
		}
	}
	i, known := r.flows[[2]netip.AddrPort{src, dst}]
	if !known {
		i = uint32(len(r.t.Flows))
		f := Flow{Src: src, Dst: dst, ISN: p.Seq, reverse: i}
		if back, ok := r.flows[[2]netip.AddrPort{dst, src}]; ok {
			f.reverse = back
			r.t.Flows[back].reverse = i
		}
		r.t.Flows = append(r.t.Flows, f)
		r.flows[[2]netip.AddrPort{src, dst}] = i
	}
	r.learn(i, p)
	r.recent[0], r.recent[1] = i, r.recent[0]
	return i
}

// A port pair can serve two connections one after the other: the newer SYN counts.
func (r *Recorder) learn(i uint32, p *Packet) {
	if p.Flags&SYN != 0 {
		r.t.Flows[i].ISN = p.Seq
	}
}

// Socket records a socket entering a state; Closed ends it.
func (r *Recorder) Socket(s Stamp, sock Socket) ID {
	sock.At, sock.Channel = s.At, s.Channel
	return r.simple(s, KindSocket, WhatNone, r.t.sockets.push(sock))
}

// Command records a command line: sent at the client, received at the server.
func (r *Recorder) Command(s Stamp, text string) ID {
	r.t.lines = append(r.t.lines, Line{Text: text})
	return r.simple(s, KindCommand, WhatNone, len(r.t.lines)-1)
}

// Reply records a reply: sent at the server, received at the client.
func (r *Recorder) Reply(s Stamp, l Line) ID {
	r.t.lines = append(r.t.lines, l)
	return r.simple(s, KindReply, WhatNone, len(r.t.lines)-1)
}

// Machine records a transition of an FTP machine.
func (r *Recorder) Machine(s Stamp, m Machine) ID {
	r.t.machines = append(r.t.machines, m)
	return r.simple(s, KindMachine, WhatNone, len(r.t.machines)-1)
}

// Track records a change of connection tracking or of an expectation, and the
// rule that brought it about: the one that gave a connection its helper.
func (r *Recorder) Track(s Stamp, what What, e Track, rule uint16) ID {
	e.At = s.At
	r.t.tracks = append(r.t.tracks, e)
	return r.push(r.event(s, KindTrack, what, len(r.t.tracks)-1, int(rule)))
}

// Progress records bytes of a file reaching its receiver.
func (r *Recorder) Progress(s Stamp, p Progress) ID {
	return r.simple(s, KindData, WhatNone, r.t.progress.push(p))
}

// Timer records a timer of an FTP machine being set, firing or being cancelled.
func (r *Recorder) Timer(s Stamp, what What, tm Timer) ID {
	r.t.timers = append(r.t.timers, tm)
	return r.simple(s, KindTimer, what, len(r.t.timers)-1)
}

// User records what the person in front of the client did.
func (r *Recorder) User(s Stamp, text string) ID {
	r.t.users = append(r.t.users, text)
	return r.simple(s, KindUser, WhatNone, len(r.t.users)-1)
}

func (r *Recorder) simple(s Stamp, k Kind, what What, ref int) ID {
	return r.push(r.event(s, k, what, ref, 0))
}
