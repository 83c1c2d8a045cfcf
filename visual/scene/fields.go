package scene

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"unicode"

	"ftpscope/sim/trace"
)

// field is one box of a header.
type field struct {
	name, value string
	more        string // a second line, quieter
	address     netip.Addr
	lit         bool
	paint       Paint // of a lit one
	on          Paint
}

// Packet draws the packet of an event, header field by header field as RFC 9293
// §3.1 sets them out, what it carries, and what became of it on its way,
// scrolled down by scroll, on a ground of Panel. It returns how high all of it
// is. What happens to the packet after the cursor is not shown.
func Packet(v *View, id trace.ID, scroll float32, out *Scene) (contentHeight float32) {
	out.Reset(v.W, v.H)
	t := v.Outline.Trace
	if id == 0 || v.HideAfter != 0 && id > v.HideAfter || t.Event(id).Kind != trace.KindPacket {
		return 0
	}
	limit := max(id, v.World.N)
	if v.HideAfter != 0 {
		limit = min(limit, v.HideAfter)
	}
	f := fieldPainter{painter: painter{v, t, out}, scroll: scroll, y: 4}
	f.forms = formsOf(t, id, limit)
	last := f.forms[len(f.forms)-1]
	pk := t.Packet(t.Event(last))
	f.title(pk)
	f.addresses(pk)
	if pk.IsICMP() {
		f.icmp(pk)
	} else {
		f.segment(pk)
	}
	f.payload(pk)
	f.changes()
	return f.y + 4
}

// formsOf are the events within a limit in which a packet got each of its
// forms: its sending, and what routers made of it.
func formsOf(t *trace.Trace, id, limit trace.ID) []trace.ID {
	for t.Event(id).What != trace.Sent { // the cause of a move is the move before
		before := t.Event(id).Cause
		if before == 0 || t.Event(before).Kind != trace.KindPacket {
			break
		}
		id = before
	}
	forms := []trace.ID{id}
	for next := t.Next(id); next != 0 && next <= limit; next = t.Next(next) {
		if t.Event(next).What == trace.Rewritten {
			forms = append(forms, next)
		}
	}
	return forms
}

type fieldPainter struct {
	painter
	scroll, y float32
	forms     []trace.ID
	n         uint32 // of fields so far
}

const fieldMargin = 12

// next takes room for a block and says where it is, and whether all of it can
// be seen: nothing is cut off.
func (f *fieldPainter) next(h float32) (top float32, seen bool) {
	top = f.y - f.scroll
	f.y += h
	return top, top >= -.5 && top+h <= f.H+.5
}

// words writes a text, over several lines where it may.
func (f *fieldPainter) words(l label, wrap bool) {
	lines := []string{l.text}
	if wrap {
		lines = f.wrap(l.text, l.style, f.W-2*fieldMargin)
	}
	for _, text := range lines {
		h := f.lineHeight(l.style)
		if top, seen := f.next(h); seen {
			f.text(Point{fieldMargin, top + h/2}, Left, f.W-2*fieldMargin, label{text, l.style, l.paint, 1})
		}
	}
}

func (f *fieldPainter) title(pk *trace.Packet) {
	sent := f.forms[0]
	e := f.t.Event(sent)
	own, _, _ := colours(e.Channel)
	f.words(label{f.carries(sent, pk), MonoStrong, own, 1}, false)
	f.words(label{f.Texts.Text("field.from", "node", f.nodeName(e.At), "number", int(pk.No)), Small, Muted, 1}, false)
	f.y += 6
}

// row draws fields beside each other, or below each other where they would
// become too narrow.
func (f *fieldPainter) row(fields ...field) {
	least := float32(0)
	for _, x := range fields {
		least = max(least, f.Measure(x.name, Small), f.Measure(x.value, Mono), f.Measure(x.more, MonoSmall))
	}
	least += 16
	n := len(fields)
	for n > 1 && (f.W-2*fieldMargin)/float32(n) < least {
		n = (n + 1) / 2
	}
	w := (f.W - 2*fieldMargin) / float32(n)
	for i := 0; i < len(fields); i += n {
		f.boxes(fields[i:min(i+n, len(fields))], w)
	}
}

func (f *fieldPainter) boxes(fields []field, w float32) {
	small, mono := f.lineHeight(Small), f.lineHeight(Mono)
	h := 8 + mono
	for _, x := range fields {
		if x.value != "" {
			h = max(h, 8+small+mono)
		}
		if x.more != "" {
			h = max(h, 8+small+mono+f.lineHeight(MonoSmall))
		}
	}
	top, seen := f.next(h)
	for i, x := range fields {
		f.n++
		r := Rect{fieldMargin + float32(i)*w, top, w, h}
		if seen {
			f.box(r, x)
		}
	}
}

func (f *fieldPainter) box(r Rect, x field) {
	limit := r.W - 12
	if x.lit {
		f.fill(r, 0, x.paint, 1)
	}
	f.stroke(Rect{r.X, r.Y, r.W + 1, r.H + 1}, 0, 1, Line, 1) // neighbours share an edge
	f.hit(HitID{Kind: HitField, N: f.n}, r, x.name, strings.TrimSpace(x.value+" "+x.more))
	f.names(x.address)
	if x.value == "" { // a flag
		l := label{x.name, MonoSmall, Muted, 1}
		if x.lit {
			l.paint = x.on
		}
		f.text(Point{r.X + r.W/2, r.Y + r.H/2}, Centre, limit, l)
		return
	}
	y := r.Y + 4
	for _, l := range [...]label{{x.name, Small, Muted, 1}, {x.value, Mono, Ink, 1}, {x.more, MonoSmall, Muted, 1}} {
		h := f.lineHeight(l.style)
		if l.text != "" {
			f.text(Point{r.X + 6, y + h/2}, Left, limit, l)
		}
		y += h
	}
}

// names says of the latest region that it names an address.
func (f *fieldPainter) names(a netip.Addr) { f.out.Hits[len(f.out.Hits)-1].Address = a }

func (f *fieldPainter) field(key, value string) field {
	return field{name: f.Texts.Text("field." + key), value: value}
}

func (f *fieldPainter) addresses(pk *trace.Packet) {
	flow := f.t.FlowOf(pk)
	fields := []field{f.field("source", flow.Src.Addr().String()), f.field("destination", flow.Dst.Addr().String())}
	fields[0].address, fields[1].address = flow.Src.Addr(), flow.Dst.Addr()
	if !pk.IsICMP() {
		fields = append(fields, f.field("source-port", strconv.Itoa(int(flow.Src.Port()))), f.field("destination-port", strconv.Itoa(int(flow.Dst.Port()))))
	}
	f.row(fields...)
}

func (f *fieldPainter) segment(pk *trace.Packet) {
	seq, ack := f.t.Relative(pk)
	number := func(key string, relative, absolute uint32) field {
		x := f.field(key, strconv.FormatUint(uint64(relative), 10))
		x.more = f.Texts.Text("field.absolute", "n", strconv.FormatUint(uint64(absolute), 10))
		return x
	}
	acks := f.field("ack", "–")
	if pk.Flags.Has(trace.ACK) {
		acks = number("ack", ack, pk.Ack)
	}
	f.row(number("seq", seq, pk.Seq), acks, f.field("window", strconv.Itoa(int(pk.Window))), f.field("length", strconv.Itoa(len(pk.Payload))))
	own, on, _ := colours(f.t.Event(f.forms[0]).Channel)
	if pk.Flags.Has(trace.RST) {
		own, on = BlockedPaint, OnBlocked
	}
	var flags []field
	for _, b := range flagBits {
		flags = append(flags, field{name: b.name, lit: pk.Flags.Has(b.flag), paint: own, on: on})
	}
	f.row(flags...)
}

func (f *fieldPainter) icmp(pk *trace.Packet) {
	f.row(f.field("icmp-type", strconv.Itoa(int(pk.ICMP))), f.field("icmp-code", strconv.Itoa(int(pk.Code))))
	f.words(label{f.Texts.Text("field.about", "number", int(pk.About)), Body, Ink, 1}, true)
}

// mostLines of a payload are shown.
const mostLines = 6

// payload writes what a segment carries as text, and does the sum that a
// host-port form asks for.
func (f *fieldPainter) payload(pk *trace.Packet) {
	if len(pk.Payload) == 0 {
		return
	}
	f.y += 8
	f.words(label{f.Texts.Text("field.payload"), Small, Muted, 1}, false)
	f.y += 2
	lines := payloadLines(pk.Payload, f.t.Event(f.forms[0]).Channel == trace.Command)
	for _, line := range lines[:min(len(lines), mostLines)] {
		top, h := f.y-f.scroll, f.lineHeight(Mono)
		f.words(label{line, Mono, Ink, 1}, false)
		if a := trace.Announced(line); a.IsValid() && top >= 0 && top+h <= f.H {
			f.n++
			f.hit(HitID{Kind: HitField, N: f.n}, Rect{fieldMargin - 4, top, f.Measure(line, Mono) + 8, h}, f.Texts.Text("field.payload"), line)
			f.names(a)
		}
	}
	if len(lines) > mostLines {
		f.words(label{f.Texts.Text("field.more-lines", "n", len(lines)-mostLines), Small, Muted, 1}, false)
	}
	if f.t.Event(f.forms[0]).Channel != trace.Command {
		return
	}
	for _, line := range lines {
		switch args := trace.Arithmetic(line); len(args) {
		case 0:
		case 2: // EPRT and 229 write the port as it is
			f.words(label{f.Texts.Text("field.port", args...), BodyStrong, Ink, 1}, true)
		default:
			f.words(label{f.Texts.Text("field.arithmetic", args...), BodyStrong, Ink, 1}, true)
		}
	}
}

// payloadLines makes text of what a packet carries, with passwords hidden
// (RFC 959 §4.1.1).
func payloadLines(payload []byte, command bool) (lines []string) {
	if trace.IsTLS(payload) {
		return []string{sealedName}
	}
	const longest = 16 << 10
	text := bytes.TrimRight(payload[:min(len(payload), longest)], "\r\n")
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		if command {
			lines = append(lines, firstLine(line))
			continue
		}
		line = line[:min(len(line), 120)]
		lines = append(lines, strings.Map(func(r rune) rune {
			if unicode.IsPrint(r) {
				return r
			}
			return '·'
		}, strings.ToValidUTF8(string(bytes.TrimRight(line, "\r")), "·")))
	}
	return lines
}

// changes tells what routers have made of the packet: the old struck out, the
// new below it.
func (f *fieldPainter) changes() {
	for i := 1; i < len(f.forms); i++ {
		e := f.t.Event(f.forms[i])
		a, b := f.t.Packet(f.t.Event(f.forms[i-1])), f.t.Packet(e)
		f.y += 8
		f.words(label{f.Texts.Text("field.rewritten", "node", f.nodeName(e.At)), Small, RewrittenPaint, 1}, true)
		from, to := f.t.FlowOf(a), f.t.FlowOf(b)
		f.replaced(from.Src.String(), to.Src.String())
		f.replaced(from.Dst.String(), to.Dst.String())
		f.replaced(hostPort(firstLine(a.Payload)), hostPort(firstLine(b.Payload)))
	}
}

func (f *fieldPainter) replaced(old, now string) {
	if old == now {
		return
	}
	before := len(f.out.Shapes)
	f.words(label{old, Mono, Muted, 1}, false)
	for k := before; k < len(f.out.Shapes); k++ {
		f.out.Shapes[k].Strike = true
	}
	f.words(label{now, MonoStrong, RewrittenPaint, 1}, false)
}
