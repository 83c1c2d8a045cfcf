package scene

import (
	"bytes"
	"sort"
	"strconv"
	"strings"

	"ftpscope/sim/trace"
)

// How much a packet tells, which decides whose name is shown.
const (
	quiet   = iota // a pure acknowledgement
	bulk           // a piece of a file
	telling        // all others
)

func rankOf(e trace.Event, p *trace.Packet) int {
	switch {
	case p.IsICMP() || p.Flags&(trace.SYN|trace.RST) != 0:
		return telling
	case len(p.Payload) > 0 && e.Channel == trace.Data:
		return bulk
	case len(p.Payload) == 0 && p.Flags&trace.FIN == 0:
		return quiet
	}
	return telling
}

// carries says in a few characters what a packet is.
func (p *painter) carries(sent trace.ID, pk *trace.Packet) string {
	e, f := p.t.Event(sent), p.t.FlowOf(pk)
	switch {
	case pk.IsICMP():
		return icmpName(f.Src.Addr().Is6(), pk)
	case pk.Flags.Has(trace.RST):
		return "RST"
	case pk.Flags.Has(trace.SYN | trace.ACK):
		return "SYN, ACK"
	case pk.Flags.Has(trace.SYN):
		return "SYN " + strconv.Itoa(int(f.Src.Port())) + "→" + strconv.Itoa(int(f.Dst.Port()))
	case len(pk.Payload) > 0 && e.Channel == trace.Data:
		return p.piece(sent, pk)
	case len(pk.Payload) > 0:
		return firstLine(pk.Payload)
	case pk.Flags.Has(trace.FIN):
		return "FIN"
	}
	return "ACK"
}

var (
	icmp4 = map[uint8]string{
		0: "net unreachable", 1: "host unreachable", 3: "port unreachable",
		9: "admin prohibited", 10: "admin prohibited", 13: "admin prohibited",
	}
	icmp6 = map[uint8]string{0: "no route", 1: "admin prohibited", 3: "address unreachable", 4: "port unreachable"}
)

// icmpName names an ICMP error by its code (RFC 792, RFC 1812 §5.2.7.1, RFC 4443 §3.1).
func icmpName(v6 bool, pk *trace.Packet) string {
	names, unreachable := icmp4, uint8(3)
	if v6 {
		names, unreachable = icmp6, 1
	}
	name, ok := names[pk.Code]
	if !ok || pk.ICMP != unreachable {
		name = strconv.Itoa(int(pk.ICMP)) + "/" + strconv.Itoa(int(pk.Code))
	}
	return "ICMP " + name
}

// sealedName stands for what nobody on the way can read.
const sealedName = "TLS"

// firstLine is the first line of what a packet carries on the command channel,
// with the password of PASS hidden (RFC 959 §4.1.1).
func firstLine(payload []byte) string {
	if trace.IsTLS(payload) {
		return sealedName
	}
	const longest = 120
	line, _, _ := bytes.Cut(payload, []byte("\n"))
	line = bytes.TrimRight(line[:min(len(line), longest)], "\r")
	text := strings.ToValidUTF8(string(line), "�")
	if trace.Verb(text) == "PASS" && len(text) > 5 {
		return text[:5] + "••••••"
	}
	return text
}

// piece says how far a packet of a file or listing brings its transfer.
func (p *painter) piece(sent trace.ID, pk *trace.Packet) string {
	seq, _ := p.t.Relative(pk)
	sofar := int64(seq) - 1 + int64(len(pk.Payload))
	name, total := p.Texts.Text("packet.data"), int64(0)
	if tr := p.Film.transfer(sent); tr != nil {
		total = tr.total
		if name = tr.name; name == "" {
			name = p.Texts.Text("packet.listing")
		}
	}
	return name + " " + amount(sofar, total)
}

// amount writes "4/12 KB", or "4 KB" where the total is not known.
func amount(n, total int64) string {
	unit, size := " B", int64(1)
	switch most := max(n, total); {
	case most >= 10<<20:
		unit, size = " MB", 1<<20
	case most >= 1<<10:
		unit, size = " KB", 1<<10
	}
	up := func(n int64) string { return strconv.FormatInt((n+size-1)/size, 10) }
	if total < n {
		return up(n) + unit
	}
	return up(n) + "/" + up(total) + unit
}

// change is what differs between two forms of a packet, the old and the new.
func (p *painter) change(a, b *trace.Packet) (old, now string) {
	fa, fb := p.t.FlowOf(a), p.t.FlowOf(b)
	switch {
	case !bytes.Equal(a.Payload, b.Payload):
		return hostPort(firstLine(a.Payload)), hostPort(firstLine(b.Payload))
	case fa.Src != fb.Src:
		return fa.Src.String(), fb.Src.String()
	}
	return fa.Dst.String(), fb.Dst.String()
}

// hostPort is the part of a PORT or 227 line that a helper changes.
func hostPort(line string) string {
	if i := strings.IndexAny(line, "(|"); i >= 0 {
		return line[i:]
	}
	if i := strings.LastIndexByte(line, ' '); i >= 0 {
		return line[i+1:]
	}
	return line
}

// route is where a packet goes, in full.
func (p *painter) route(pk *trace.Packet) string {
	f := p.t.FlowOf(pk)
	if pk.IsICMP() {
		return f.Src.Addr().String() + " → " + f.Dst.Addr().String()
	}
	return f.Src.String() + " → " + f.Dst.String()
}

// transfer is a file or listing that was asked for.
type transfer struct {
	asked trace.ID
	name  string // "": a listing
	total int64  // 0: not known
}

// transfer is the latest one asked for before event n, or nil.
func (x *index) transfer(n trace.ID) *transfer {
	i := sort.Search(len(x.transfers), func(i int) bool { return x.transfers[i].asked > n })
	if i == 0 {
		return nil
	}
	return &x.transfers[i-1]
}

// transferOf reads a transfer command.
func transferOf(m *trace.Message) transfer {
	verb, name, _ := strings.Cut(m.Line, " ")
	if i := strings.LastIndexAny(name, "/\\"); i >= 0 {
		name = name[i+1:]
	}
	switch strings.ToUpper(verb) {
	case "LIST", "NLST", "MLSD":
		name = ""
	}
	return transfer{asked: m.First, name: name}
}
