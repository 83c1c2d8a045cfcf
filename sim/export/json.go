package export

import (
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"

	"ftpscope/sim/trace"
)

// flushAt is how much of the output is gathered before it is written.
const flushAt = 64 << 10

// JSON writes a run as JSON lines: the head with the scenario it came from,
// each event in order, the outcome. Field names and their order are stable; a
// field that says nothing (no cause, no rule, not a retransmission, a transfer
// whose total nobody knows) is left out. Sequence numbers count from the initial
// ones, as Wireshark shows them.
//
// An entry of connection tracking has in "expires_ns" the moment at which it is
// forgotten unless a packet comes, counted from the start like "t_ns". A packet
// that puts that moment off, and changes nothing else of the entry, says so
// itself: "kept":{"no":1,"expires_ns":…}.
func JSON(w io.Writer, t *trace.Trace, scenario any) error {
	head, err := json.Marshal(scenario)
	if err != nil {
		return fmt.Errorf("scenario as JSON: %w", err)
	}
	e := encoder{t: t, buf: make([]byte, 0, flushAt+4096)}
	e.raw(`{"format":"ftpscope-trace","version":1,"scenario":`).raw(string(head)).raw("}\n")
	steps := trace.NewOutline(t).Steps
	step := 0
	for id := trace.ID(1); int(id) <= t.Len(); id++ {
		for step+1 < len(steps) && steps[step].Stop < id {
			step++
		}
		e.event(id, step+1)
		if len(e.buf) < flushAt {
			continue
		}
		if _, err := w.Write(e.buf); err != nil {
			return err
		}
		e.buf = e.buf[:0]
	}
	e.outcome()
	_, err = w.Write(e.buf)
	return err
}

// encoder appends to a buffer by hand: reflection would take longer than the
// simulation did.
type encoder struct {
	t   *trace.Trace
	buf []byte
}

func (e *encoder) raw(s string) *encoder {
	e.buf = append(e.buf, s...)
	return e
}

func (e *encoder) name(name string) {
	if last := e.buf[len(e.buf)-1]; last != '{' {
		e.buf = append(e.buf, ',')
	}
	e.buf = append(e.buf, '"')
	e.raw(name).raw(`":`)
}

func (e *encoder) int(name string, v int64) {
	e.name(name)
	e.buf = strconv.AppendInt(e.buf, v, 10)
}

func (e *encoder) some(name string, v int64) {
	if v != 0 {
		e.int(name, v)
	}
}

func (e *encoder) bool(name string, v bool) {
	e.name(name)
	e.buf = strconv.AppendBool(e.buf, v)
}

func (e *encoder) str(name, v string) {
	e.name(name)
	e.quote(v)
}

func (e *encoder) quote(v string) {
	plain := !slices.ContainsFunc([]byte(v), func(c byte) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' })
	if plain {
		e.buf = append(e.buf, '"')
		e.raw(v).raw(`"`)
		return
	}
	quoted, _ := json.Marshal(v) // a string always can
	e.buf = append(e.buf, quoted...)
}

func (e *encoder) list(name string, v []string) {
	e.name(name)
	for i, s := range v {
		if i == 0 {
			e.raw("[")
		} else {
			e.raw(",")
		}
		e.quote(s)
	}
	e.raw("]")
}

func (e *encoder) addr(name string, v netip.AddrPort) {
	if !v.IsValid() {
		return
	}
	e.name(name)
	e.buf = append(v.AppendTo(append(e.buf, '"')), '"')
}

func (e *encoder) event(id trace.ID, step int) {
	ev := e.t.Event(id)
	e.raw("{")
	e.int("id", int64(id))
	e.int("t_ns", int64(ev.T))
	e.some("cause", int64(ev.Cause))
	e.int("step", int64(step))
	e.str("kind", ev.Kind.String())
	if ev.What != trace.WhatNone {
		e.str("what", ev.What.String())
	}
	e.str("at", e.t.Nodes[ev.At].Name)
	if ev.Session != trace.OwnSession {
		e.str("session", ev.Session.String())
	}
	e.body(ev)
	if k, ok := e.t.Keep(ev); ok {
		e.name("kept")
		e.raw("{")
		e.int("no", int64(k.No))
		e.int("expires_ns", int64(ev.T+k.For))
		e.raw("}")
	}
	e.raw("}\n")
}

func (e *encoder) body(ev trace.Event) {
	t := e.t
	switch ev.Kind {
	case trace.KindPacket:
		e.packet(ev)
	case trace.KindSocket:
		e.socket(ev)
	case trace.KindCommand:
		e.str("line", t.Line(ev).Text)
	case trace.KindReply:
		l := t.Line(ev)
		e.int("code", int64(l.Code))
		e.str("line", l.Text)
		if len(l.More) > 0 {
			e.list("more", l.More)
		}
	case trace.KindMachine:
		m := t.Machine(ev)
		e.str("machine", m.Machine)
		e.str("from", m.From)
		e.str("to", m.To)
	case trace.KindTrack:
		e.track(t.Track(ev), ev.What == trace.Destroy || ev.What == trace.Unexpect)
	case trace.KindData:
		p := t.Progress(ev)
		e.int("bytes", p.Bytes)
		if p.Total >= 0 {
			e.int("total", p.Total)
		}
	case trace.KindTimer:
		tm := t.Timer(ev)
		e.str("name", tm.Name)
		e.some("for_ns", int64(tm.For))
	case trace.KindUser:
		e.str("text", t.User(ev))
	}
}

func (e *encoder) packet(ev trace.Event) {
	p := e.t.Packet(ev)
	f := e.t.FlowOf(p)
	e.int("packet", int64(p.No))
	e.channel(ev.Channel)
	e.addr("src", f.Src)
	e.addr("dst", f.Dst)
	if p.IsICMP() {
		e.int("icmp", int64(p.ICMP))
		e.int("code", int64(p.Code))
		e.some("about", int64(p.About))
	} else {
		seq, ack := e.t.Relative(p)
		e.str("flags", p.Flags.String())
		e.int("seq", int64(seq))
		e.int("ack", int64(ack))
		e.int("window", int64(p.Window))
		e.int("len", int64(len(p.Payload)))
	}
	if p.Again {
		e.bool("again", true)
	}
	if r := e.t.Rule(ev); r != nil {
		e.str("rule", r.Name)
	}
}

func (e *encoder) channel(c trace.Channel) {
	if c != trace.ChannelNone {
		e.str("channel", c.String())
	}
}

func (e *encoder) socket(ev trace.Event) {
	s := e.t.Socket(ev)
	e.int("socket", int64(s.ID))
	e.channel(ev.Channel)
	e.addr("local", s.Local)
	e.addr("remote", s.Remote)
	e.str("state", s.State.String())
}

func (e *encoder) track(k *trace.Track, gone bool) {
	e.name("entry")
	e.raw("{")
	e.int("no", int64(k.No))
	if k.State != "" {
		e.str("state", k.State)
	}
	e.ends("orig", k.Orig)
	e.ends("reply", k.Reply)
	if k.Flags != "" {
		e.str("flags", k.Flags)
	}
	if k.Helper != "" {
		e.str("helper", k.Helper)
	}
	if k.Expected {
		e.bool("expected", true)
	}
	if !gone {
		e.some("expires_ns", int64(k.Expires))
	}
	e.raw("}")
}

func (e *encoder) ends(name string, v trace.Ends) {
	if !v.Src.IsValid() && !v.Dst.IsValid() {
		return
	}
	e.name(name)
	e.raw("{")
	e.addr("src", v.Src)
	e.addr("dst", v.Dst)
	e.raw("}")
}

func (e *encoder) outcome() {
	o := &e.t.Outcome
	e.raw("{")
	e.str("kind", "outcome")
	e.bool("ok", o.OK)
	e.str("task", o.Task)
	e.int("reply", int64(o.Reply))
	e.int("exit", int64(o.Exit))
	if o.Blocked != 0 {
		e.name("blocked")
		e.raw("{")
		e.int("event", int64(o.Blocked))
		if r := e.t.Rule(e.t.Event(o.Blocked)); r != nil {
			e.str("rule", r.Name)
		}
		e.raw("}")
	}
	e.int("bytes", o.Bytes)
	e.str("sha256", e.t.SHA256())
	e.raw("}\n")
}
