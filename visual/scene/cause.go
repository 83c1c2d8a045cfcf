package scene

import (
	"math"
	"sort"

	"ftpscope/sim/trace"
)

// Cause is one link of the chain from an event back to what the person did.
type Cause struct {
	Event   trace.ID
	Stop    trace.ID // events after which it has just happened
	Message int      // what it is part of, or -1
	What    trace.Sentence
	Because trace.Sentence // of a packet that died: which rule; else empty
	Channel trace.Channel
	Died    bool
}

// Causes tells why an event happened: itself first, then what led to it, back
// to the person's wish. What only passes on, hop by hop and reply by reply, is
// left out. A long run has long chains: this is done once for an event, not for
// every frame.
func Causes(o *trace.Outline, id trace.ID) []Cause {
	c := causes{o: o, t: o.Trace}
	chain := o.Trace.Why(id)
	told := uint32(0) // the number of the latest packet: its hops are one link
	for i, link := range chain {
		e := o.Trace.Event(link)
		switch {
		case e.Kind == trace.KindUser:
			key := "why.user"
			if e.Session == trace.AttackerSession {
				key = "why.attacker"
			}
			c.add(Cause{Event: link, Stop: link, Message: -1, What: say(key, "wish", o.Trace.User(e))})
			return c.out
		case e.Kind == trace.KindTimer && e.What == trace.Fired:
			c.ranOut(link, chain[i+1:])
		case e.Kind == trace.KindPacket && o.Trace.Packet(e).No == told:
		case e.Kind == trace.KindPacket:
			told = o.Trace.Packet(e).No
			c.packet(link, e, i == 0)
		case i == 0:
			c.itself(link, e)
		}
	}
	return c.out
}

func say(key string, args ...any) trace.Sentence { return trace.Sentence{Key: key, Args: args} }

type causes struct {
	o   *trace.Outline
	t   *trace.Trace
	out []Cause
}

func (c *causes) add(n Cause) { c.out = append(c.out, n) }

// packet adds the message a packet belongs to, if it tells something.
func (c *causes) packet(id trace.ID, e trace.Event, asked bool) {
	i := messageOf(c.o, id)
	switch {
	case i < 0 && asked:
		c.add(Cause{Event: id, Stop: id, Message: -1, Channel: e.Channel, What: say("why.packet", "flags", flagNames(c.t.Packet(e)))})
	case i >= 0 && (asked || c.tells(&c.o.Messages[i])):
		c.message(i)
	}
}

// message adds a message unless it is there already.
func (c *causes) message(i int) {
	m := &c.o.Messages[i]
	for _, n := range c.out {
		if n.Message == i {
			return
		}
	}
	what, because := c.o.Describe(i)
	if !m.Died {
		because = trace.Sentence{}
	}
	c.add(Cause{Event: m.Last, Stop: m.Stop, Message: i, What: what, Because: because, Channel: m.Channel, Died: m.Died})
}

// tells reports whether a message is more than a link that passes on: the
// command that the event asked about answers, what announces or asks for data,
// what names a port, and whatever went wrong.
func (c *causes) tells(m *trace.Message) bool {
	switch m.Kind {
	case trace.MsgCommand:
		if len(c.out) == 1 {
			return true
		}
		switch verb := trace.Verb(m.Line); verb {
		case "PORT", "PASV", "EPRT", "EPSV":
			return true
		default:
			return trace.IsTransfer(verb)
		}
	case trace.MsgReply:
		return m.Code >= 400 || m.Code == 227 || m.Code == 229 || m.Died
	case trace.MsgOpen:
		return m.Retry == 0 // the others only repeat it
	case trace.MsgChunk:
		return len(c.out) == 0
	}
	return true
}

// toldTimers are those of the FTP machines that have a sentence of their own.
var toldTimers = map[string]bool{"connect": true, "accept": true, "data": true, "idle": true}

// ranOut adds a timer that fired, and the packet whose death kept it waiting.
func (c *causes) ranOut(id trace.ID, before []trace.ID) {
	if len(before) == 0 {
		return
	}
	e, set := c.t.Event(id), c.t.Event(before[0])
	key := "why.timer.other"
	if name := c.t.Timer(e).Name; toldTimers[name] {
		key = "why.timer." + name
	}
	c.add(Cause{Event: id, Stop: id, Message: -1, Channel: e.Channel, What: say(key, "seconds", math.Round((e.T - set.T).Seconds()))})
	lost := -1
	for i := range c.o.Messages {
		if m := &c.o.Messages[i]; m.Died && m.First > set.Cause && m.Last < id && c.shares(m.First, set.Cause) {
			lost = i
			break // the retries only repeat it
		}
	}
	if lost >= 0 {
		c.message(lost)
	}
}

// shares reports whether an event comes from another.
func (c *causes) shares(id, cause trace.ID) bool {
	for id > cause {
		id = c.t.Event(id).Cause
	}
	return id == cause && id != 0
}

// itself adds the event that is asked about where it is no packet.
func (c *causes) itself(id trace.ID, e trace.Event) {
	n := Cause{Event: id, Stop: id, Message: -1, Channel: e.Channel}
	switch e.Kind {
	case trace.KindMachine:
		n.What = say("why.machine", "from", c.t.Machine(e).From, "to", c.t.Machine(e).To)
	case trace.KindSocket:
		s := c.t.Socket(e)
		n.What = say("why.socket", "port", int(s.Local.Port()), "state", s.State.String())
	case trace.KindTrack:
		n.What = say("why.track", "state", c.t.Track(e).State)
	case trace.KindTimer:
		n.What = say("why.timer-set", "timer", c.t.Timer(e).Name)
	case trace.KindData:
		n.What = say("why.data", "bytes", c.t.Progress(e).Bytes)
	default:
		return // a command or reply: the packet that carries it follows
	}
	c.add(n)
}

// messageOf is the message a packet's event belongs to, or -1.
func messageOf(o *trace.Outline, id trace.ID) int {
	t := o.Trace
	e := t.Event(id)
	sent := id
	for sent > 0 && t.Event(sent).What != trace.Sent {
		if sent = t.Event(sent).Cause; sent == 0 || t.Event(sent).Kind != trace.KindPacket {
			return -1
		}
	}
	p := t.Packet(t.Event(sent))
	f := t.FlowOf(p)
	from := t.Event(sent).At
	for i := sort.Search(len(o.Messages), func(i int) bool { return o.Messages[i].Stop >= sent }); i < len(o.Messages); i++ {
		m := &o.Messages[i]
		if m.First > sent || m.Last < sent || m.Channel != e.Channel {
			continue
		}
		same := m.From == from && m.Src == f.Src && m.Dst == f.Dst
		switch m.Kind {
		case trace.MsgOpen:
			if same && p.Flags.Has(trace.SYN) || !same && p.Flags.Has(trace.SYN|trace.ACK) || same && len(p.Payload) == 0 && p.Flags == trace.ACK {
				return i
			}
		case trace.MsgClose:
			if p.Flags.Has(trace.FIN) {
				return i
			}
		case trace.MsgCommand, trace.MsgReply, trace.MsgChunk, trace.MsgProbe:
			if same && len(p.Payload) > 0 {
				return i
			}
		default:
			if m.First == sent {
				return i
			}
		}
	}
	return -1
}

// flagNames writes a segment's control bits in full.
func flagNames(p *trace.Packet) string {
	names := ""
	for _, b := range flagBits {
		if p.Flags.Has(b.flag) {
			if names != "" {
				names += ", "
			}
			names += b.name
		}
	}
	return names
}

// flagBits are the control bits in the order of the header (RFC 9293 §3.1).
var flagBits = [...]struct {
	flag trace.Flags
	name string
}{
	{trace.URG, "URG"}, {trace.ACK, "ACK"}, {trace.PSH, "PSH"}, {trace.RST, "RST"}, {trace.SYN, "SYN"}, {trace.FIN, "FIN"},
}
