package trace

import (
	"fmt"
	"net/netip"
	"strings"
)

// chunkBytes is how much of a file makes one message: small files are one
// arrow, large ones advance visibly.
const chunkBytes = 64 << 10

type builder struct {
	o     *Outline
	conn  map[[2]netip.AddrPort]int // by both ends as either side writes them
	about map[uint32]int            // packet number to connection, for ICMP errors
	open  []connBuild
}

// connBuild is what the grouping of one connection's packets remembers.
type connBuild struct {
	syns              int
	opening, closing  int // message index, -1: none
	chunk             int
	partial           [2]string // control text without its line end yet, by direction (0: from the opener)
	partialFirst      [2]ID
	multi             [2]string // first line of an unfinished reply
	multiFirst        [2]ID
	established, done bool
	secure            bool // TLS has begun
}

func (b *builder) packet(id ID, e *Event) {
	t := b.o.Trace
	p := t.packets.at(int(e.Ref))
	f := t.Flows[p.Flow]
	switch {
	case e.What == Arrived && p.Flags&(SYN|ACK) == SYN:
		if c, ok := b.about[p.No]; ok {
			conn := &b.o.Conns[c]
			conn.FarSrc, conn.FarDst = f.Src, f.Dst
			if i := b.open[c].opening; i >= 0 { // it was on its way to the address before NAT
				b.o.Messages[i].To = e.At
			}
			b.conn[[2]netip.AddrPort{f.Dst, f.Src}] = c
			b.conn[[2]netip.AddrPort{f.Src, f.Dst}] = c
		}
	case e.What != Sent:
	case p.IsICMP():
		b.icmp(id, e, p)
	default:
		b.segment(id, e, p, f)
	}
}

// end follows a packet to its last event.
func (t *Trace) end(id ID) ID {
	for {
		next := t.Next(id)
		if next == 0 {
			return id
		}
		id = next
	}
}

func (b *builder) segment(id ID, e *Event, p *Packet, f Flow) {
	key := [2]netip.AddrPort{f.Src, f.Dst}
	c, known := b.conn[key]
	if p.Flags&(SYN|ACK) == SYN && (!known || b.open[c].done || b.open[c].established) {
		c, known = b.newConn(id, e, f), true
	}
	if !known {
		b.add(b.message(MsgReset, id, e, f, -1))
		return
	}
	b.about[p.No] = c
	cb, conn := &b.open[c], &b.o.Conns[c]
	fromOpener := e.At == conn.Opener
	switch {
	case p.Flags&RST != 0:
		if conn.Ended == 0 {
			conn.Ended, conn.Closer = id, e.At
		}
		conn.Reset, cb.done = true, true
		b.add(b.message(MsgReset, id, e, f, c))
	case p.Flags&(SYN|ACK) == SYN:
		m := b.message(MsgOpen, id, e, f, c)
		m.Retry = cb.syns
		cb.syns++
		if i := b.add(m); !m.Died || cb.opening < 0 { // a repetition that died opened nothing
			cb.opening = i
		}
	case p.Flags.Has(SYN | ACK):
		b.extend(cb.opening, id)
	case len(p.Payload) > 0 && p.Again:
		b.add(b.message(MsgProbe, id, e, f, c))
	case b.sealed(cb, p, e.Channel):
		m := b.message(MsgSealed, id, e, f, c)
		m.Bytes = len(p.Payload)
		b.add(m)
	case len(p.Payload) > 0 && e.Channel == Data:
		b.chunk(cb, id, e, p, f, c)
	case len(p.Payload) > 0:
		b.text(cb, id, e, p, f, c, fromOpener)
	case !cb.established && fromOpener:
		cb.established = true
		conn.Open = id
		b.extend(cb.opening, id)
	}
	if p.Flags&FIN != 0 {
		b.fin(cb, conn, id, e, f, c)
	}
}

func (b *builder) newConn(id ID, e *Event, f Flow) int {
	c := len(b.o.Conns)
	b.o.Conns = append(b.o.Conns, Conn{Channel: e.Channel, Opener: e.At, Src: f.Src, Dst: f.Dst, First: id, Attack: b.o.Trace.byAttacker(id)})
	b.open = append(b.open, connBuild{opening: -1, closing: -1, chunk: -1})
	b.conn[[2]netip.AddrPort{f.Src, f.Dst}] = c
	b.conn[[2]netip.AddrPort{f.Dst, f.Src}] = c
	return c
}

func (b *builder) message(k MessageKind, id ID, e *Event, f Flow, c int) Message {
	t := b.o.Trace
	last := t.end(id)
	m := Message{Kind: k, Channel: e.Channel, Conn: c, From: e.At, Src: f.Src, Dst: f.Dst, First: id, Last: last}
	m.Died = t.Event(last).What.Died()
	m.To = b.target(e.At, f, c)
	return m
}

// target is where a packet from a node was going, even when it died on the way.
func (b *builder) target(from Node, f Flow, c int) Node {
	t := b.o.Trace
	if c >= 0 {
		conn := &b.o.Conns[c]
		if from != conn.Opener {
			return conn.Opener
		}
		if n, ok := t.NodeByAddr(conn.FarDst.Addr()); ok {
			return n
		}
	}
	if n, ok := t.NodeByAddr(f.Dst.Addr()); ok {
		return n
	}
	other := RoleServer
	if t.Nodes[from].Role == RoleServer {
		other = RoleClient
	}
	n, _ := t.NodeByRole(other)
	return n
}

func (b *builder) add(m Message) int {
	b.o.Messages = append(b.o.Messages, m)
	return len(b.o.Messages) - 1
}

// extend makes a message last until the packet sent at id has ended.
func (b *builder) extend(i int, id ID) {
	if i >= 0 {
		m := &b.o.Messages[i]
		m.Last = max(m.Last, b.o.Trace.end(id))
	}
}

func (b *builder) chunk(cb *connBuild, id ID, e *Event, p *Packet, f Flow, c int) {
	if cb.chunk >= 0 {
		if m := &b.o.Messages[cb.chunk]; !m.Died && m.From == e.At && m.Bytes+len(p.Payload) <= chunkBytes {
			m.Bytes += len(p.Payload)
			b.extend(cb.chunk, id)
			return
		}
	}
	m := b.message(MsgChunk, id, e, f, c)
	m.Bytes = len(p.Payload)
	cb.chunk = b.add(m)
}

func (b *builder) fin(cb *connBuild, conn *Conn, id ID, e *Event, f Flow, c int) {
	if conn.Ended == 0 {
		conn.Ended, conn.Closer = id, e.At
	}
	cb.done = true
	if cb.closing >= 0 && !b.o.Messages[cb.closing].Died { // a dead one is told where it died
		b.extend(cb.closing, id)
		return
	}
	cb.closing = b.add(b.message(MsgClose, id, e, f, c))
}

func (b *builder) icmp(id ID, e *Event, p *Packet) {
	c, ok := b.about[p.About]
	if !ok {
		c = -1
	}
	f := b.o.Trace.Flows[p.Flow]
	b.add(b.message(MsgICMP, id, e, f, c))
}

// sealed says whether a segment is part of a TLS handshake, or of what is said
// under its protection. It begins with a ClientHello (RFC 8446 §4.1.2), whose
// first octets no line of FTP can begin with. On a data connection only the
// handshake is told apart: what follows is the file.
func (b *builder) sealed(cb *connBuild, p *Packet, channel Channel) bool {
	if len(p.Payload) < 3 {
		return cb.secure && channel == Command && len(p.Payload) > 0
	}
	if IsHandshake(p.Payload) {
		cb.secure = true
	}
	return cb.secure && (channel == Command || IsHandshake(p.Payload))
}

// Content types of TLS records (RFC 8446 §5.1): the first two come during a
// handshake.
const (
	changeCipherSpec = 20
	handshake        = 22
	applicationData  = 23
)

// IsTLS reports whether a segment begins with a TLS record.
func IsTLS(payload []byte) bool {
	return len(payload) > 2 && payload[0] >= changeCipherSpec && payload[0] <= applicationData && payload[1] == 3
}

// IsHandshake reports whether a segment begins with a record of a TLS handshake.
func IsHandshake(payload []byte) bool {
	return IsTLS(payload) && (payload[0] == handshake || payload[0] == changeCipherSpec)
}

// withoutSignals leaves out the Telnet signals that mark ABOR as urgent (IAC IP
// IAC DM, RFC 959 §4.1.3): they are no part of the command.
func withoutSignals(line string) string {
	for len(line) > 1 && line[0] == 0xff {
		line = line[2:]
	}
	return line
}

// text cuts the command channel's bytes into command lines and whole replies.
// A message begins with the packet that holds its first byte and ends with the
// one that holds its last.
func (b *builder) text(cb *connBuild, id ID, e *Event, p *Packet, f Flow, c int, fromOpener bool) {
	dir := 1
	if fromOpener {
		dir = 0
	}
	if cb.partial[dir] == "" {
		cb.partialFirst[dir] = id
	}
	cb.partial[dir] += string(p.Payload)
	for {
		line, rest, whole := strings.Cut(cb.partial[dir], "\n")
		if !whole {
			return
		}
		first := cb.partialFirst[dir]
		cb.partial[dir], cb.partialFirst[dir] = rest, id
		line = strings.TrimRight(line, "\r")
		m := b.message(MsgCommand, first, e, f, c)
		m.Last = b.o.Trace.end(id)
		m.Died = b.o.Trace.Event(m.Last).What.Died()
		m.Line = mask(withoutSignals(line))
		if !fromOpener {
			if !b.reply(cb, dir, &m, line, first) {
				continue
			}
		}
		b.add(m)
	}
}

// halves makes messages of lines that never came to their end, because the
// segment that begins them died each time it was sent.
func (b *builder) halves() {
	t := b.o.Trace
	for c := range b.open {
		for dir, text := range b.open[c].partial {
			id := b.open[c].partialFirst[dir]
			if text == "" || !t.Event(t.end(id)).What.Died() {
				continue
			}
			e := t.events.at(int(id) - 1)
			p := t.packets.at(int(e.Ref))
			m := b.message(MsgCommand, id, e, t.Flows[p.Flow], c)
			m.Line = mask(withoutSignals(strings.TrimRight(string(p.Payload), "\r\n"))) + "…"
			if dir == 1 {
				m.Kind = MsgReply
				fmt.Sscanf(text, "%3d", &m.Code)
			}
			b.add(m)
		}
	}
}

// reply fills m when line ends a reply (RFC 959 §4.2).
func (b *builder) reply(cb *connBuild, dir int, m *Message, line string, first ID) (whole bool) {
	code := 0
	if len(line) >= 3 {
		for _, d := range []byte(line[:3]) {
			if d < '0' || d > '9' {
				code = 0
				break
			}
			code = code*10 + int(d-'0')
		}
	}
	if start := cb.multi[dir]; start != "" {
		if len(line) < 4 || line[:4] != start[:3]+" " {
			return false
		}
		m.Line, m.First, cb.multi[dir] = start, cb.multiFirst[dir], ""
	} else if len(line) > 3 && line[3] == '-' {
		cb.multi[dir], cb.multiFirst[dir] = line, first
		return false
	}
	m.Kind, m.Code = MsgReply, code
	return true
}

// mask hides the argument of PASS (RFC 959 §4.1.1).
func mask(line string) string {
	if Verb(line) == "PASS" && len(line) > 5 {
		return line[:5] + "••••••"
	}
	return line
}
