package scene

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"ftpscope/sim/trace"
)

// arrow is what one row of the sequence diagram shows.
type arrow struct {
	text     string
	channel  trace.Channel
	from, to trace.Node
	aim      trace.Node // where it was going
	src, dst netip.AddrPort
	died     bool // at to
	open     bool // nothing may be said of where it ends
	stop     trace.ID
	future   bool
}

func (d *diagram) row(r row, y float32) {
	if r%2 == 0 {
		d.waited(r, y)
		return
	}
	var a arrow
	if d.packets {
		a = d.packetArrow(trace.ID(r / 2))
	} else {
		a = d.messageArrow(int(r / 2))
	}
	if d.highlit(r) {
		d.fill(Rect{4, y, d.W - 8, d.rowH}, 6, CursorTint, 1)
	}
	d.arrowRow(&a, y, d.highlit(r))
	stop := a.stop
	if d.HideAfter != 0 {
		stop = min(stop, d.HideAfter) // what it brings about is still hidden
	}
	d.hit(HitID{Kind: HitRow, Channel: uint8(a.channel), N: uint32(stop), Row: uint32(r)}, Rect{4, y, d.W - 8, d.rowH},
		d.Texts.Text("hit.row", "text", a.text, "from", d.nodeName(a.from)), d.ends(&a))
}

// highlit reports whether a row is the cursor's or the selected one.
func (d *diagram) highlit(r row) bool {
	return r == d.current || !d.packets && d.Selected >= 0 && r == messageRow(d.Selected)
}

func (d *diagram) messageArrow(i int) arrow {
	m := &d.Outline.Messages[i]
	a := arrow{channel: m.Channel, from: m.From, to: m.To, aim: m.To, src: m.Src, dst: m.Dst, stop: m.Stop, future: m.Done > d.now}
	if m.Died {
		a.died, a.to = true, d.t.Event(m.Last).At
	}
	a.text = d.says(m)
	return a
}

// says is a message in a few words; what is protocol stays as it is.
func (d *diagram) says(m *trace.Message) string {
	switch m.Kind {
	case trace.MsgCommand, trace.MsgReply:
		return m.Line
	case trace.MsgOpen:
		switch {
		case m.Retry > 0:
			return d.Texts.Text("seq.retry", "n", m.Retry)
		case m.Died || m.Conn < 0 || d.Outline.Conns[m.Conn].Open == 0:
			return "SYN"
		}
		return d.Texts.Text("seq.open")
	case trace.MsgChunk:
		name := d.Texts.Text("packet.data")
		if tr := d.Film.transfer(m.First); tr != nil {
			if name = tr.name; name == "" {
				name = d.Texts.Text("packet.listing")
			}
		}
		return name + " · " + amount(int64(m.Bytes), 0)
	case trace.MsgSealed:
		return sealedName + " · " + amount(int64(m.Bytes), 0)
	case trace.MsgClose:
		return d.Texts.Text("seq.close")
	case trace.MsgReset:
		return "RST"
	case trace.MsgICMP:
		e := d.t.Event(m.First)
		return icmpName(m.Src.Addr().Is6(), d.t.Packet(e))
	}
	if line := d.Outline.Repeated(m); line != "" {
		line = line[:strings.IndexAny(line+" ", " -")] // the verb, or the code: more has no room
		return d.Texts.Text("seq.again.line", "line", line)
	}
	return d.Texts.Text("seq.again")
}

func (d *diagram) packetArrow(sent trace.ID) arrow {
	e := d.t.Event(sent)
	pk := d.t.Packet(e)
	f := d.t.FlowOf(pk)
	a := arrow{text: d.carries(sent, pk), channel: e.Channel, from: e.At, src: f.Src, dst: f.Dst}
	end := sent
	for next := d.t.Next(sent); next != 0; next = d.t.Next(next) {
		end = next
	}
	last := d.t.Event(end)
	a.to, a.died = last.At, last.What.Died()
	if a.aim = a.to; a.died {
		a.aim, _ = d.t.NodeByAddr(f.Dst.Addr())
	}
	if last.At == e.At && !a.died { // the run ends while it is under way
		a.open = true
	}
	a.open = a.open || d.HideAfter != 0 && end > d.HideAfter
	a.future = sent > d.now
	stops := d.Outline.Stops(trace.ByPacket)
	i, _ := slices.BinarySearch(stops, end)
	if a.stop = end; i < len(stops) {
		a.stop = stops[i]
	}
	return a
}

// faintly is how the future is drawn: there, and still to be read.
const faintly = .7

// arrowRow draws the text, the arrow below it, and the ports at its ends.
func (d *diagram) arrowRow(a *arrow, y float32, lit bool) {
	alpha := float32(1)
	if a.future {
		alpha = faintly
	}
	own, _, _ := colours(a.channel)
	if a.died && !a.open {
		own = BlockedPaint
	}
	textH := d.lineHeight(MonoSmall)
	from, to := d.x(a.from), d.x(a.to)
	if a.open {
		to = d.openEnd(a, from)
	}
	dir := float32(1)
	if to < from {
		dir = -1
	}
	const slope = 4
	start, tip := Point{from, y + textH + 5}, Point{to, y + textH + 5 + slope}
	shaft := tip
	if !a.died && !a.open {
		shaft.X -= dir * d.mark(6)
	}
	d.line(start, shaft, d.mark(1.75), dash(a.channel, [2]float32{6, 4}), own, alpha)
	switch {
	case a.open:
	case a.died:
		d.cross(tip, d.mark(5), d.mark(2.25), own, alpha)
	default:
		d.arrow(tip, dir, d.mark(9), d.mark(4.5), own, alpha)
	}
	d.caption(a, y+textH/2+1, lit, alpha)
	d.ports(a, start.Y, alpha)
}

// openEnd is how far an arrow goes of which the end may not be shown.
func (d *diagram) openEnd(a *arrow, from float32) float32 {
	far := d.right()
	if from > (d.left()+d.right())/2 {
		far = d.left()
	}
	return from + (far-from)*.15
}

// caption writes the row's text on a background of its own, so that no line
// crosses it.
func (d *diagram) caption(a *arrow, y float32, lit bool, alpha float32) {
	limit := d.right() - d.left() - 16
	text := d.brief(a.text, MonoSmall, limit)
	w := min(d.Measure(text, MonoSmall), limit)
	x, h := (d.left()+d.right())/2, d.lineHeight(MonoSmall)
	d.fill(Rect{x - w/2 - 4, y - h/2, w + 8, h}, 0, Panel, 1)
	if lit {
		d.fill(Rect{x - w/2 - 4, y - h/2, w + 8, h}, 0, CursorTint, 1)
	}
	d.text(Point{x, y}, Centre, limit, label{text, MonoSmall, Ink, alpha})
}

// ports writes the port numbers outside the hosts' lifelines.
func (d *diagram) ports(a *arrow, y, alpha float32) {
	if a.src.Port() == 0 || a.dst.Port() == 0 {
		return // ICMP has none
	}
	if d.itself(a.from, a.src) || d.itself(a.aim, a.dst) {
		from, to := d.x(a.from), d.x(a.aim)
		d.port(a.src.Port(), from, to, y, alpha)
		d.port(a.dst.Port(), to, from, y, alpha)
		return
	}
	left, right := a.src.Port(), a.dst.Port()
	if sideOf(d.t, a.from) == ServerSide {
		left, right = right, left
	}
	d.port(left, d.left(), d.right(), y, alpha)
	d.port(right, d.right(), d.left(), y, alpha)
}

// itself reports whether a node beside the two hosts is the end of an arrow for
// itself: a further host, or a router that is called at its own address. For
// others a router only answers.
func (d *diagram) itself(n trace.Node, at netip.AddrPort) bool {
	node := &d.t.Nodes[n]
	return node.Role.Further() || !node.Role.Host() && slices.Contains(node.Addrs, at.Addr())
}

// port writes a number beside a lifeline, on the side that the arrow does not
// take, if the next lifeline leaves room for it.
func (d *diagram) port(port uint16, at, far, y, alpha float32) {
	text := strconv.Itoa(int(port))
	anchor, x, room := Right, at-6, at
	if at > far {
		anchor, x, room = Left, at+6, d.W-at
	}
	if at != d.left() && at != d.right() { // below the row's text, where rows are far enough apart
		h := d.lineHeight(MonoSmall)
		if y += .43*h - 3.5; h > 20 {
			return
		}
	}
	for _, l := range d.lines[:d.n] {
		if away := max(l.x-at, at-l.x); away > 0 && (l.x < at) == (at < far) {
			room = min(room, away-4)
		}
	}
	if d.Measure(text, MonoSmall)+6 <= room {
		d.text(Point{x, y}, anchor, 0, label{text, MonoSmall, Muted, alpha})
	}
}

// ends tells a screen reader where a row's arrow goes.
func (d *diagram) ends(a *arrow) string {
	if a.died && !a.open {
		return a.src.String() + " → " + a.dst.String() + ", ✕ " + d.nodeName(a.to)
	}
	return a.src.String() + " → " + a.dst.String()
}

// waited writes how much time passes before a row.
func (d *diagram) waited(r row, y float32) {
	l := label{d.pause(r), Small, Muted, 1}
	if l.text != "" {
		d.banner(y, l)
	}
}

// pause adds up the waits between a row and the one before it.
func (d *diagram) pause(r row) string {
	first := d.firstOf(r)
	i, _ := slices.BinarySearch(d.rows, r)
	before := trace.ID(0)
	if i > 0 {
		before = d.firstOf(d.rows[i-1])
	}
	var sum time.Duration
	for k := d.Film.waitAfter(before); k < len(d.Film.waits) && d.Film.waits[k].Before <= first; k++ {
		sum += d.Film.waits[k].Virtual
	}
	return d.Texts.Text("seq.wait", "time", stretch(d.Texts, sum))
}

// firstOf is the event with which a row's message or packet begins.
func (d *diagram) firstOf(r row) trace.ID {
	if d.packets {
		return trace.ID(r / 2)
	}
	return d.Outline.Messages[r/2].First
}
