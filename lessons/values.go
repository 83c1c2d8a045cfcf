package lessons

import (
	"strings"

	"ftpscope/sim/trace"
)

// Message is what expressions see of a message of the outline. The fields whose
// names begin with far are those of its first packet as it reached its
// destination, after NAT and the helper; they are zero when it never did.
type Message struct {
	Index     int     `expr:"index"`   // position in the outline, from 0
	Kind      string  `expr:"kind"`    // open, command, reply, data, close, reset, icmp, again, sealed
	Channel   string  `expr:"channel"` // command or data
	From      string  `expr:"from"`    // name of a node
	To        string  `expr:"to"`
	SrcIP     string  `expr:"src_ip"`
	SrcPort   int     `expr:"src_port"`
	DstIP     string  `expr:"dst_ip"`
	DstPort   int     `expr:"dst_port"`
	Line      string  `expr:"line"` // of a command or reply
	Verb      string  `expr:"verb"` // of a command, in capitals
	Code      int     `expr:"code"` // of a reply
	Bytes     int     `expr:"bytes"`
	Retry     int     `expr:"retry"` // how many times the same SYN went before
	Died      bool    `expr:"died"`
	DiedAt    string  `expr:"died_at"`   // name of the node where it died
	How       string  `expr:"how"`       // dropped, rejected or lost
	Rule      string  `expr:"rule"`      // that decided its death, as "client-router#3"
	RuleText  string  `expr:"rule_text"` // the same, in nftables' syntax
	Seconds   float64 `expr:"seconds"`   // when it left
	Seq       int     `expr:"seq"`       // relative sequence number of its first byte
	Length    int     `expr:"length"`    // of its first packet's payload
	FarSrcIP  string  `expr:"far_src_ip"`
	FarLine   string  `expr:"far_line"`
	FarSeq    int     `expr:"far_seq"`
	FarLength int     `expr:"far_length"`
}

// Connection is a TCP connection, or the attempt at one.
type Connection struct {
	Channel string `expr:"channel"`
	Opener  string `expr:"opener"` // name of the node that sent the SYN
	Closer  string `expr:"closer"` // who sent the first FIN or RST
	SrcIP   string `expr:"src_ip"`
	SrcPort int    `expr:"src_port"`
	DstIP   string `expr:"dst_ip"`
	DstPort int    `expr:"dst_port"`
	Open    bool   `expr:"open"` // it was established
	Reset   bool   `expr:"reset"`
}

// Rule is one rule of a firewall or NAT, or a chain's policy.
type Rule struct {
	Name   string `expr:"name"` // as "client-router#3"
	At     string `expr:"at"`
	Chain  string `expr:"chain"`  // forward, input, prerouting, postrouting
	Policy bool   `expr:"policy"` // it is what the chain does where no rule matches
	Text   string `expr:"text"`
	Note   string `expr:"note"`
	Hits   int    `expr:"hits"` // how often it decided
}

// Expectation is a connection that a helper expected.
type Expectation struct {
	At      string `expr:"at"`
	SrcIP   string `expr:"src_ip"`
	DstIP   string `expr:"dst_ip"`
	DstPort int    `expr:"dst_port"`
}

// Outcome is how a run ended.
type Outcome struct {
	OK    bool   `expr:"ok"`
	Task  string `expr:"task"`
	Reply int    `expr:"reply"`
	Bytes int    `expr:"bytes"`
	Rule  string `expr:"rule"` // that stopped the decisive packet, or ""
	At    string `expr:"at"`   // where the decisive packet died, or ""
}

var messageKinds = [...]string{
	trace.MsgOpen: "open", trace.MsgCommand: "command", trace.MsgReply: "reply", trace.MsgChunk: "data",
	trace.MsgClose: "close", trace.MsgReset: "reset", trace.MsgICMP: "icmp", trace.MsgProbe: "again", trace.MsgSealed: "sealed",
}

func (r *Run) message(i int) Message {
	t, m := r.Trace, &r.Outline.Messages[i]
	out := Message{
		Index: i, Kind: messageKinds[m.Kind], Channel: m.Channel.String(), From: r.node(m.From), To: r.node(m.To),
		SrcIP: m.Src.Addr().String(), SrcPort: int(m.Src.Port()), DstIP: m.Dst.Addr().String(), DstPort: int(m.Dst.Port()),
		Line: m.Line, Code: m.Code, Bytes: m.Bytes, Retry: m.Retry, Died: m.Died, Seconds: t.Event(m.First).T.Seconds(),
	}
	if m.Kind == trace.MsgCommand {
		out.Verb = trace.Verb(m.Line)
	}
	first := t.Event(m.First)
	p := t.Packet(first)
	seq, _ := t.Relative(p)
	out.Seq, out.Length = int(seq), len(p.Payload)
	last := m.First
	for t.Next(last) != 0 {
		last = t.Next(last)
	}
	e := t.Event(last)
	if e.What == trace.Arrived {
		far := t.Packet(e)
		seq, _ = t.Relative(far)
		out.FarSrcIP, out.FarSeq, out.FarLength = t.FlowOf(far).Src.Addr().String(), int(seq), len(far.Payload)
		if m.Line != "" {
			out.FarLine, _, _ = strings.Cut(string(far.Payload), "\r\n")
		}
	}
	if end := t.Event(m.Last); m.Died {
		out.DiedAt, out.How = r.node(end.At), end.What.String()
		if rule := t.Rule(end); rule != nil {
			out.Rule, out.RuleText = rule.Name, rule.Text
		}
	}
	return out
}

// hears is the event with which the client first reads a reply, encrypted on
// its way or not; 0: never.
func (r *Run) hears(code int) int {
	client, _ := r.Trace.NodeByRole(trace.RoleClient)
	for id := trace.ID(1); int(id) <= r.Trace.Len(); id++ {
		if e := r.Trace.Event(id); e.Kind == trace.KindReply && e.At == client && r.Trace.Line(e).Code == code {
			return int(id)
		}
	}
	return 0
}

func (r *Run) node(n trace.Node) string { return r.Trace.Nodes[n].Name }

func (r *Run) connection(c trace.Conn) Connection {
	out := Connection{
		Channel: c.Channel.String(), Opener: r.node(c.Opener), Open: c.Open != 0, Reset: c.Reset,
		SrcIP: c.Src.Addr().String(), SrcPort: int(c.Src.Port()), DstIP: c.Dst.Addr().String(), DstPort: int(c.Dst.Port()),
	}
	if c.Ended != 0 {
		out.Closer = r.node(c.Closer)
	}
	return out
}

func (r *Run) rules() []Rule {
	hits := r.Trace.World(trace.ID(r.Trace.Len())).Hits
	var out []Rule
	for i, rule := range r.Trace.Rules {
		out = append(out, Rule{Name: rule.Name, At: r.node(rule.At), Chain: rule.Chain, Policy: rule.Policy, Text: rule.Text, Note: rule.Note, Hits: int(hits[i])})
	}
	return out
}

func (r *Run) expectations() []Expectation {
	var out []Expectation
	for id := trace.ID(1); int(id) <= r.Trace.Len(); id++ {
		if e := r.Trace.Event(id); e.Kind == trace.KindTrack && e.What == trace.Expect {
			x := r.Trace.Track(e)
			out = append(out, Expectation{
				At: r.node(x.At), SrcIP: x.Orig.Src.Addr().String(), DstIP: x.Orig.Dst.Addr().String(), DstPort: int(x.Orig.Dst.Port()),
			})
		}
	}
	return out
}

func (r *Run) outcome() Outcome {
	o := r.Trace.Outcome
	out := Outcome{OK: o.OK, Task: o.Task, Reply: o.Reply, Bytes: int(o.Bytes)}
	if o.Blocked != 0 {
		e := r.Trace.Event(o.Blocked)
		out.At = r.node(e.At)
		if rule := r.Trace.Rule(e); rule != nil {
			out.Rule = rule.Name
		}
	}
	return out
}
