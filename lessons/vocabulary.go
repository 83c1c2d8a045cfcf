package lessons

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"ftpscope/sim"
	"ftpscope/sim/ftp"
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

// vocabulary is all that an expression can name.
type vocabulary struct {
	Messages     []Message     `expr:"messages"`
	Connections  []Connection  `expr:"connections"`
	Rules        []Rule        `expr:"rules"`
	Expectations []Expectation `expr:"expectations"`
	Outcome      Outcome       `expr:"outcome"`
	Items        []Message     `expr:"items"` // of a question about each of some
	Start        int           `expr:"start"`
	End          int           `expr:"end"`

	Command   func(verb string) []Message               `expr:"command"`
	Reply     func(code int) []Message                  `expr:"reply"`
	Opening   func(channel string) []Message            `expr:"opening"`
	Closing   func(channel string) []Message            `expr:"closing"`
	First     func(list any) (Message, error)           `expr:"first"`
	Last      func(list any) (Message, error)           `expr:"last"`
	Before    func(m Message) int                       `expr:"before"`
	Leaves    func(m Message) int                       `expr:"leaves"`
	Arrives   func(m Message) int                       `expr:"arrives"`
	After     func(m Message) int                       `expr:"after"`
	BlockedBy func(node string) bool                    `expr:"blocked_by"`
	Setting   func(name string) (any, error)            `expr:"setting"`
	Unchanged func(names ...string) (bool, error)       `expr:"unchanged"`
	Accepts   func(side string, port int) (bool, error) `expr:"accepts_new_from_outside"`
	Verdict   func(m Message, node string) string       `expr:"verdict"`
	Heard     func(code int) bool                       `expr:"heard"`
	Hears     func(code int) (int, error)               `expr:"hears"`
	Announced func(line string) (int, error)            `expr:"announced_port"`
	Named     func(line string) (string, error)         `expr:"announced_address"`
	Legal     func(list any) (bool, error)              `expr:"legal"`
	Succeeds  func(settings ...string) (bool, error)    `expr:"succeeds_with"`

	nodes []string // their names
}

// words makes the vocabulary of one run. start is the scenario that a task
// began with; in other runs it is the run's own.
func (r *Run) words(start *sim.Scenario) *vocabulary {
	v := &vocabulary{End: r.Trace.Len(), Outcome: r.outcome()}
	for i := range r.Outline.Messages {
		v.Messages = append(v.Messages, r.message(i))
	}
	for _, c := range r.Outline.Conns {
		v.Connections = append(v.Connections, r.connection(c))
	}
	v.Rules, v.Expectations = r.rules(), r.expectations()
	for _, n := range r.Trace.Nodes {
		v.nodes = append(v.nodes, n.Name)
	}
	stops := r.Outline.Messages
	v.Command = v.those(func(m *Message, verb string) bool { return m.Kind == "command" && m.Verb == strings.ToUpper(verb) })
	v.Opening = v.those(func(m *Message, channel string) bool { return m.Kind == "open" && m.Channel == channel })
	v.Closing = v.those(func(m *Message, channel string) bool { return m.Kind == "close" && m.Channel == channel })
	v.Reply = func(code int) []Message {
		return filter(v.Messages, func(m *Message) bool { return m.Kind == "reply" && m.Code == code })
	}
	v.First = func(list any) (Message, error) { return pick(list, func(int) int { return 0 }) }
	v.Last = func(list any) (Message, error) { return pick(list, func(n int) int { return n - 1 }) }
	v.Before = func(m Message) int { return int(stops[m.Index].First) - 1 }
	v.Leaves = func(m Message) int { return int(stops[m.Index].First) }
	v.Arrives = func(m Message) int { return int(stops[m.Index].Last) }
	v.After = func(m Message) int { return int(stops[m.Index].Stop) }
	v.BlockedBy = func(node string) bool { return v.Outcome.At == node }
	v.Setting = func(name string) (any, error) { return setting(r.Scenario, name) }
	v.Unchanged = func(names ...string) (bool, error) { return unchanged(start, r.Scenario, names) }
	probes := 0
	try := func() error {
		if probes++; probes > maxProbes {
			return trace.Err("error.lesson.probes", "most", maxProbes)
		}
		return nil
	}
	v.Accepts = func(side string, port int) (bool, error) {
		if err := try(); err != nil {
			return false, err
		}
		return accepts(r.Scenario, side, port)
	}
	v.Verdict = func(m Message, node string) string {
		if m.Died && m.DiedAt == node {
			return "drop"
		}
		return "pass"
	}
	v.Announced, v.Named, v.Legal = announcedPort, announcedAddress, legal
	v.Succeeds = func(settings ...string) (bool, error) {
		if err := try(); err != nil {
			return false, err
		}
		return succeeds(*r.Scenario, settings)
	}
	v.Heard = func(code int) bool { return r.hears(code) > 0 }
	v.Hears = func(code int) (int, error) {
		n := r.hears(code)
		if n == 0 {
			return 0, trace.Err("error.lesson.never_heard", "code", code)
		}
		return n, nil
	}
	return v
}

func (v *vocabulary) clone() *vocabulary {
	c := *v
	return &c
}

func (v *vocabulary) those(is func(m *Message, word string) bool) func(string) []Message {
	return func(word string) []Message {
		return filter(v.Messages, func(m *Message) bool { return is(m, word) })
	}
}

func filter(list []Message, keep func(m *Message) bool) []Message {
	var out []Message
	for i := range list {
		if keep(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}

// messagesOf takes the messages of a list, which is one of anything when it
// comes out of a predicate.
func messagesOf(list any) ([]Message, error) {
	v := reflect.ValueOf(list)
	if v.Kind() != reflect.Slice {
		return nil, trace.Err("error.lesson.no_messages", "list", fmt.Sprint(list))
	}
	out := make([]Message, v.Len())
	for i := range out {
		m, ok := v.Index(i).Interface().(Message)
		if !ok {
			return nil, trace.Err("error.lesson.no_messages", "list", fmt.Sprint(list))
		}
		out[i] = m
	}
	return out, nil
}

// pick takes a message out of a list.
func pick(list any, which func(n int) int) (Message, error) {
	messages, err := messagesOf(list)
	if err == nil && len(messages) == 0 {
		err = trace.Err("error.lesson.no_message")
	}
	if err != nil {
		return Message{}, err
	}
	return messages[which(len(messages))], nil
}

// legal reports whether commands and replies, in the order of the list, follow
// the state diagrams of RFC 959 §6. A list that begins with a command is what
// came after the greeting.
func legal(list any) (bool, error) {
	messages, err := messagesOf(list)
	if err != nil {
		return false, err
	}
	var said []ftp.Said
	if len(messages) > 0 && messages[0].Kind == "command" {
		said = append(said, ftp.Said{Server: true, Text: "220 "})
	}
	for _, m := range messages {
		said = append(said, ftp.Said{Server: m.Kind == "reply", Text: m.Line})
	}
	return ftp.CheckTranscript(said) == nil, nil
}

// succeeds reports whether a scenario succeeds with other settings.
func succeeds(s sim.Scenario, settings []string) (bool, error) {
	s, err := change(s, settings)
	if err != nil {
		return false, err
	}
	run, err := play(context.Background(), "variant", s)
	return err == nil && run.Trace.Outcome.OK, nil
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

// setting looks a scenario's field up by its dotted name, as --set takes it.
func setting(s *sim.Scenario, name string) (any, error) {
	var at any = s.Table()
	for _, part := range strings.Split(name, ".") {
		table, ok := at.(map[string]any)
		if ok {
			at, ok = table[part]
		}
		if !ok {
			return nil, trace.Err("error.lesson.setting_unknown", "name", strconv.Quote(name))
		}
	}
	return at, nil
}

// unchanged reports whether settings are as they were; with no names, all of them.
func unchanged(before, after *sim.Scenario, names []string) (bool, error) {
	if len(names) == 0 {
		names = slices.Sorted(maps.Keys(before.Table()))
	}
	for _, name := range names {
		was, err := setting(before, name)
		if err != nil {
			return false, err
		}
		is, err := setting(after, name)
		if err != nil || fmt.Sprint(was) != fmt.Sprint(is) {
			return false, err
		}
	}
	return true, nil
}
