package export

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ftpscope/sim/trace"
)

// Texts is a catalogue of sentences that also writes numbers its language's way.
type Texts interface {
	Text(key string, args ...any) string
	Decimal(v float64, digits int) string
	Integer(n int64) string
	Duration(d time.Duration) string
}

// A silence longer than waitFrom is told.
const waitFrom = 500 * time.Millisecond

// Text draws a run as a ladder eighty columns wide: the client on the left, the
// server on the right, an arrow for each message in the order of sending,
// solid on the command channel, dashed on the data channel, and an ✕ under the
// router where it died. Between them stands what the person typed at the client
// and what the client program said of itself. The verdict, sentences ready to
// print, comes last.
func Text(w io.Writer, o *trace.Outline, texts Texts, printed []trace.Printed, verdict []string) error {
	l := ladder{t: o.Trace, o: o, texts: texts}
	l.head()
	order := slices.Clone(o.Messages)
	slices.SortStableFunc(order, func(a, b trace.Message) int { return cmp.Compare(a.First, b.First) })
	for i := range order {
		m := &order[i]
		printed = l.printed(printed, m.First)
		l.wait(l.t.Event(m.First).T)
		l.message(m)
		l.busy = max(l.busy, l.t.Event(m.Last).T)
	}
	l.printed(printed, trace.ID(l.t.Len()))
	l.line("")
	for _, s := range verdict {
		l.paragraph(s)
	}
	_, err := w.Write(l.out)
	return err
}

// ladder gathers the lines.
type ladder struct {
	t     *trace.Trace
	o     *trace.Outline
	texts Texts
	out   []byte
	told  string        // the last death told: retries die of the same
	busy  time.Duration // until when something was under way
}

func (l *ladder) line(s string) {
	l.out = append(l.out, trimRight(s)...)
	l.out = append(l.out, '\n')
}

// paragraph writes a sentence in as many lines as it needs. It keeps its
// indentation; an item of a list hangs.
func (l *ladder) paragraph(s string) {
	indent := s[:len(s)-len(strings.TrimLeft(s, " "))]
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = indent + word
			if word == "•" {
				indent += "  "
			}
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > tableWidth:
			l.line(line)
			line = indent + word
		default:
			line += " " + word
		}
	}
	l.line(line)
}

func (l *ladder) message(m *trace.Message) {
	r := newRow()
	arrival := l.arrival(m)
	last := l.t.Event(m.Last)
	to := arrival.At
	if m.Died {
		to = last.At
	}
	start, end := l.ends(m.From, to)
	r.put(0, pad(l.texts.Decimal(l.t.Event(m.First).T.Seconds(), 3)+" s", timeWidth))
	if l.isHost(m.From) {
		r.port(start, m.Src.Port())
	}
	if !m.Died && l.isHost(to) && m.Kind != trace.MsgICMP {
		r.port(end, l.t.FlowOf(l.t.Packet(arrival)).Dst.Port())
	}
	r.arrow(start, end, m.Channel, m.Died, l.label(m))
	l.line(r.String())
	if sum := trace.Arithmetic(m.Line); len(sum) > 2 {
		l.note(l.texts.Text("ladder_port", sum...))
	}
	l.rewrites(m)
	if m.Died {
		if death := l.death(last); death != l.told {
			l.note(death)
			l.told = death
		}
	}
}

// arrival is what became of a message's first packet. Under NAT only that tells
// for whom a message was: its address may be a router's.
func (l *ladder) arrival(m *trace.Message) trace.Event {
	id := m.First
	for next := l.t.Next(id); next != 0; next = l.t.Next(id) {
		id = next
	}
	return l.t.Event(id)
}

func (l *ladder) label(m *trace.Message) string {
	label := l.what(m)
	if own := l.t.Nodes[m.From].Addrs; m.Kind == trace.MsgOpen && len(own) > 0 && own[0] != m.Src.Addr() {
		label = m.Src.Addr().String() + " " + label // another address of the same host
	}
	for _, n := range []trace.Node{m.From, m.To} {
		if l.t.Nodes[n].Role.Further() {
			label = l.t.Nodes[n].Name + ": " + label
		}
	}
	return label
}

func (l *ladder) what(m *trace.Message) string {
	switch m.Kind {
	case trace.MsgOpen:
		if !m.Died && m.Conn >= 0 && l.o.Conns[m.Conn].Open != 0 {
			return l.texts.Text("ladder_connect")
		}
		if m.Retry > 0 {
			return l.texts.Text("ladder_retry", "port", m.Dst.Port(), "number", m.Retry+1)
		}
		return l.texts.Text("ladder_attempt", "port", m.Dst.Port())
	case trace.MsgChunk:
		return l.texts.Text("ladder_bytes", "count", m.Bytes, "bytes", l.texts.Integer(int64(m.Bytes)))
	case trace.MsgClose:
		return l.texts.Text("ladder_close")
	case trace.MsgReset:
		return l.texts.Text("ladder_reset")
	case trace.MsgICMP:
		p := l.t.Packet(l.t.Event(m.First))
		return l.texts.Text("ladder_icmp", "type", int(p.ICMP), "code", int(p.Code))
	case trace.MsgProbe:
		if line := l.o.Repeated(m); line != "" {
			return l.texts.Text("ladder_probe_line", "line", printable(line))
		}
		return l.texts.Text("ladder_probe")
	case trace.MsgSealed:
		return "TLS, " + l.texts.Text("ladder_bytes", "count", m.Bytes, "bytes", l.texts.Integer(int64(m.Bytes)))
	}
	return printable(m.Line)
}

// death says where and by which rule a packet ended.
func (l *ladder) death(e trace.Event) string {
	at, rule := l.t.Nodes[e.At].Name, l.t.Rule(e)
	switch {
	case rule == nil && e.What == trace.Lost:
		return l.texts.Text("ladder_lost", "at", at)
	case rule == nil:
		return l.texts.Text("ladder_refused", "at", at)
	case e.What == trace.Rejected:
		return l.texts.Text("ladder_rejected", "rule", rule.Name, "text", rule.Text)
	}
	return l.texts.Text("ladder_dropped", "rule", rule.Name, "text", rule.Text)
}

// rewrites tells what NAT or the helper changed in a message on its way: the
// addresses once for each connection, the text of a line always.
func (l *ladder) rewrites(m *trace.Message) {
	before := l.t.Packet(l.t.Event(m.First))
	for id := l.t.Next(m.First); id != 0 && id <= m.Last; id = l.t.Next(id) {
		e := l.t.Event(id)
		if e.What != trace.Rewritten {
			continue
		}
		after := l.t.Packet(e)
		at := l.t.Nodes[e.At].Name
		was, is := l.t.FlowOf(before), l.t.FlowOf(after)
		if m.Kind == trace.MsgOpen && m.Retry == 0 {
			if was.Src != is.Src {
				l.note(l.texts.Text("ladder_rewritten", "at", at, "was", was.Src, "is", is.Src))
			}
			if was.Dst != is.Dst {
				l.note(l.texts.Text("ladder_rewritten", "at", at, "was", was.Dst, "is", is.Dst))
			}
		}
		if w, i := printable(string(before.Payload)), printable(string(after.Payload)); w != i && e.Channel == trace.Command {
			l.note(l.texts.Text("ladder_rewritten", "at", at, "was", w, "is", i))
		}
		before = after
	}
}

// wait tells of a silence before a moment.
func (l *ladder) wait(until time.Duration) {
	gap := until - l.busy
	if gap <= waitFrom {
		return
	}
	l.busy = until
	r := newRow()
	r.middle(l.texts.Text("ladder_later", "time", gap.Round(100*time.Millisecond)))
	l.line(r.String())
}

// printed writes what was seen at the client before an event, and returns the
// rest. Replies and listings are messages, which the ladder draws.
func (l *ladder) printed(lines []trace.Printed, before trace.ID) []trace.Printed {
	for len(lines) > 0 && lines[0].At <= before {
		p := &lines[0]
		lines = lines[1:]
		if !p.Own() {
			continue
		}
		text := printable(p.Text)
		switch {
		case p.Kind == trace.PrintAsked:
			text = "ftp> " + text
		case text == "":
			text = l.texts.Text(p.Say.Key, p.Say.Args...)
		}
		now := l.t.Event(p.At).T
		l.wait(now)
		r := newRow()
		r.put(0, pad(l.texts.Decimal(now.Seconds(), 3)+" s", timeWidth))
		r.put(timeWidth+1, text)
		l.line(r.String())
	}
	return lines
}

func (l *ladder) note(s string) {
	r := newRow()
	r.put(leftEdge+2, "└ "+s)
	l.line(r.String())
}
