package trace

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Sentence is a text of the catalogue: its key, and pairs of name and value.
type Sentence struct {
	Key  string
	Args []any
}

// Say gives key and arguments to whoever puts a sentence into another.
func (s Sentence) Say() (key string, args []any) { return s.Key, s.Args }

func say(key string, args ...any) Sentence { return Sentence{Key: "caption." + key, Args: args} }

// Caption tells what the latest complete message after n events was, and why
// it came about.
func (o *Outline) Caption(n ID) (what, why Sentence) {
	i := o.MessageAt(n)
	if i < 0 && o.sent(n) {
		return say("first"), say("first.why")
	}
	if i < 0 {
		return say("start"), say("start.why")
	}
	return o.Describe(i)
}

// sent reports whether any packet was sent in the first n events.
func (o *Outline) sent(n ID) bool {
	for id := ID(1); id <= n; id++ {
		if o.Trace.Event(id).Kind == KindPacket {
			return true
		}
	}
	return false
}

// Describe tells what a message was, and why it came about.
func (o *Outline) Describe(i int) (what, why Sentence) {
	m := &o.Messages[i]
	who := o.side(m.From)
	args := []any{"src", port(m.Src.Port()), "dst", port(m.Dst.Port()), "line", strings.TrimRight(m.Line, ".: "), "addr", m.Dst.Addr().String()}
	if who != "router" && o.beside(m) {
		who = "other"
		to := o.party(m.To, m.Dst.Addr())
		args = append(args, "who", say("who."+o.party(m.From, m.Src.Addr())), "of", say("of."+to), "to", say("to."+to))
	}
	if m.Died {
		return o.died(m, who, args)
	}
	switch m.Kind {
	case MsgOpen:
		return o.opened(m, who, args)
	case MsgCommand:
		return o.command(m, who, args)
	case MsgReply:
		return o.reply(m, who, args)
	case MsgChunk:
		args = append(args, "bytes", uint64(m.Bytes))
		return say("chunk."+who, args...), o.passed(m, say("chunk.why", args...))
	case MsgSealed:
		return o.sealed(m, who, args)
	case MsgClose:
		if m.Channel == Data {
			return say("close.data."+who, args...), say("close.data.why")
		}
		return say("close.command."+who, args...), say("close.command.why")
	case MsgReset:
		return say("reset."+who, args...), say("reset.why."+o.bornAt(m.First), args...)
	case MsgICMP:
		return say("icmp."+icmpName(o.Trace.Packet(o.Trace.Event(m.First))), args...), say("icmp.why")
	}
	return say("probe."+who, args...), say("probe.why")
}

// sealed tells of bytes whose meaning only the two ends know.
func (o *Outline) sealed(m *Message, who string, args []any) (what, why Sentence) {
	key := "sealed"
	if p := o.Trace.Packet(o.Trace.Event(m.First)); IsHandshake(p.Payload) {
		key = "handshake"
	}
	return say(key+"."+who, append(args, "bytes", uint64(m.Bytes))...), say(key + ".why")
}

// side names a node in catalogue keys.
func (o *Outline) side(n Node) string {
	switch o.Trace.Nodes[n].Role {
	case RoleClient:
		return "client"
	case RoleServer:
		return "server"
	case RoleAttacker:
		return "attacker"
	case RoleSecondServer:
		return "second"
	}
	return "router"
}

// beside reports whether a message is from or to a host beside the client and
// the server: one of its own, or the client's machine under another address.
func (o *Outline) beside(m *Message) bool {
	for _, p := range [2]string{o.party(m.From, m.Src.Addr()), o.party(m.To, m.Dst.Addr())} {
		if p == "attacker" || p == "second" || p == "another" {
			return true
		}
	}
	return false
}

// party names a host of a message in catalogue keys.
func (o *Outline) party(n Node, a netip.Addr) string {
	if info := &o.Trace.Nodes[n]; info.Role == RoleClient && slices.Index(info.Addrs, a) > 0 {
		return "another"
	}
	return o.side(n)
}

// bornAt tells whether a host or a router on the way made a packet.
func (o *Outline) bornAt(id ID) string {
	if o.side(o.Trace.Event(id).At) == "router" {
		return "router"
	}
	return "host"
}

func port(p uint16) string { return strconv.Itoa(int(p)) }

func (o *Outline) opened(m *Message, who string, args []any) (what, why Sentence) {
	switch {
	case m.Channel != Data && who == "other":
		return say("open.command.other", args...), o.passed(m, say("open.command.why", args...))
	case m.Channel != Data:
		return say("open.command", args...), o.passed(m, say("open.command.why", args...))
	case who == "other" && o.side(m.From) != "server" && o.Trace.Nodes[m.From].Role != RoleSecondServer:
		return say("open.data.other", args...), o.passed(m, say("open.data.other.why", args...))
	case who == "other" && o.unnamed(m):
		return say("open.data.other", args...), o.passed(m, say("open.data.default.why", args...))
	case who == "other":
		return say("open.data.other", args...), o.passed(m, say("open.data.named.why", args...))
	case who == "server" && o.unnamed(m):
		return say("open.data.server", args...), o.passed(m, say("open.data.default.why", args...))
	case who == "server" && o.callsRouter(m):
		key := "open.data.server.at"
		if o.meddles(m) {
			key = "open.data.bounced.at"
		}
		args = append(args, "named", o.Conns[m.Conn].Dst.Addr().String())
		return say(key, args...), o.passed(m, say(key+".why", args...))
	case who == "server" && o.meddles(m):
		return say("open.data.bounced", args...), o.passed(m, say("open.data.bounced.why", args...))
	}
	return say("open.data."+who, args...), o.passed(m, say("open.data."+who+".why", args...))
}

// callsRouter reports whether a connection is opened to a router itself.
func (o *Outline) callsRouter(m *Message) bool {
	if m.Conn < 0 {
		return false
	}
	n, ok := o.Destination(&o.Conns[m.Conn])
	return ok && !o.Trace.Nodes[n].Role.Host()
}

// passed tells which rule let the first packet of a message through, the last
// of several, as the table of rules shows it; or plain where nothing stood in
// the way.
func (o *Outline) passed(m *Message, plain Sentence) Sentence {
	told := plain
	for id := m.First; id != 0; id = o.Trace.Next(id) {
		e := o.Trace.Event(id)
		if e.What != Forwarded && e.What != Arrived {
			continue
		}
		if r := o.Trace.Rule(e); r != nil && !r.Policy {
			told = say("passed."+o.sideOf(r.At), append(o.ruleArgs(r), plain.Args...)...)
		}
	}
	return told
}

func (o *Outline) ruleArgs(r *Rule) []any {
	return []any{"rule", r.Index + 1, "note", r.Told()}
}

// ownComments are those that the program gives its rules, and what their
// sentences are called.
var ownComments = map[string]string{
	"established": "established", "related": "related", "answers": "answers", "inbound": "inbound", "outbound": "outbound",
	"default": "default", "to the router itself": "itself",
	"control in": "control.in", "passive in": "passive.in", "control out": "control.out", "forward": "forward",
	"from port 20": "from.20", "control": "control", "passive": "passive", "helper": "helper",
}

// Comment is a rule's comment as it is told: in the person's own language where
// the program wrote it.
func Comment(text string) any {
	if key, own := ownComments[text]; own {
		return say("rule." + key)
	}
	return text
}

// Told is what a rule is called in sentences: its comment, else its text.
func (r *Rule) Told() any {
	if r.Note == "" {
		return r.Text
	}
	return Comment(r.Note)
}

// sideOf tells whose router or host a rule belongs to.
func (o *Outline) sideOf(n Node) string {
	switch o.Trace.Nodes[n].Role {
	case RoleClient, RoleClientRouter:
		return "client"
	}
	return "server"
}

func (o *Outline) died(m *Message, who string, args []any) (what, why Sentence) {
	last := o.Trace.Event(m.Last)
	r := o.Trace.Rule(last)
	kind := "segment"
	if m.Kind == MsgOpen {
		kind = "syn"
	}
	if last.What == Lost {
		if routable := o.Trace.FlowOf(o.Trace.Packet(last)).Dst.Addr(); routable.IsPrivate() {
			return say("lost.private."+kind+"."+who, args...), say("lost.private.why", args...)
		}
		return say("lost."+kind+"."+who, args...), say("lost.why", args...)
	}
	if r != nil {
		args = append(args, o.ruleArgs(r)...)
	}
	if m.Retry > 0 {
		first := m.First
		for _, other := range o.Messages {
			if other.Kind == MsgOpen && other.Conn == m.Conn && other.Retry == 0 {
				first = other.First
			}
		}
		since := (o.Trace.Event(m.First).T - o.Trace.Event(first).T).Seconds()
		args = append(args, "n", m.Retry, "seconds", strconv.FormatFloat(since, 'f', 0, 64))
		return say("retry."+who, args...), o.blame("retry.why", r, args)
	}
	if kind == "syn" {
		who += "." + o.sideOf(last.At)
	}
	return say(last.What.String()+"."+kind+"."+who, args...), o.blame(last.What.String()+".why", r, args)
}

// blame says which rule decided, or that none matched and the policy did.
func (o *Outline) blame(key string, r *Rule, args []any) Sentence {
	switch {
	case r == nil || r.Chain == HelperChain: // the rule only called the helper, which decided
		return say(key+".helper", args...)
	case r.Policy:
		return say(key+".policy", args...)
	}
	return say(key+".rule", args...)
}

// Told apart by verb: the commands on which the subject turns have sentences of
// their own.
var toldVerbs = map[string]bool{
	"USER": true, "PASS": true, "PORT": true, "PASV": true, "EPRT": true, "EPSV": true, "TYPE": true, "RETR": true, "STOR": true,
	"LIST": true, "NLST": true, "QUIT": true, "ABOR": true, "SIZE": true,
}

func (o *Outline) command(m *Message, who string, args []any) (what, why Sentence) {
	verb := Verb(m.Line)
	key := "other"
	if toldVerbs[verb] {
		key = verb
	}
	_, argument, _ := strings.Cut(m.Line, " ")
	args = append(args, "verb", verb, "argument", argument)
	args = append(args, Arithmetic(m.Line)...)
	what, why = say("command."+key, args...), say("command."+key+".why", args...)
	if verb == "RETR" && o.passive(m) {
		key += ".passive"
		why = say("command."+key+".why", args...)
	}
	if (verb == "PORT" || verb == "EPRT") && o.deaf(m) {
		why = say("command."+key+".deaf.why", args...)
	}
	if who == "other" {
		what, why = say("command.by", args...), beside("command."+key, args)
	}
	if a, foreign := o.named(m); foreign {
		why = say("command.PORT.foreign.why", append(args, "named", a)...)
	}
	return what, why
}

// Codes with sentences of their own; the others are told by their first digit.
var toldCodes = map[int]bool{
	120: true, 125: true, 150: true, 200: true, 220: true, 221: true, 226: true, 227: true, 229: true, 230: true, 331: true,
	421: true, 425: true, 426: true, 500: true, 501: true, 502: true, 503: true, 504: true, 522: true, 530: true, 550: true,
}

func (o *Outline) reply(m *Message, who string, args []any) (what, why Sentence) {
	key := fmt.Sprint(m.Code)
	if !toldCodes[m.Code] {
		key = fmt.Sprint(m.Code/100) + "xx"
	}
	if m.Code == 226 && o.replyBefore(m) == 426 { // it answers ABOR, not the transfer
		key = "226.abor"
	}
	args = append(args, "code", m.Code)
	args = append(args, Arithmetic(m.Line)...)
	if who == "other" {
		return say("reply.by", args...), beside("reply."+key, args)
	}
	return say("reply", args...), say("reply."+key+".why", args...)
}

// Told apart beside the session between client and server: what is true only
// of these two, such as who is going to call.
var toldBeside = map[string]bool{"command.PASV": true, "command.STOR": true, "command.RETR.passive": true, "reply.227": true, "reply.230": true}

// beside is why a command or a reply of a session with a further host came about.
func beside(key string, args []any) Sentence {
	if toldBeside[key] {
		key += ".by"
	}
	return say(key+".why", args...)
}

// replyBefore is the code of the reply before a message, on the same connection;
// 0: none.
func (o *Outline) replyBefore(m *Message) (code int) {
	for i := range o.Messages {
		before := &o.Messages[i]
		if before == m {
			break
		}
		if before.Kind == MsgReply && before.Conn == m.Conn {
			code = before.Code
		}
	}
	return code
}

var icmpNames = map[[2]uint8]string{
	{3, 0}: "net", {3, 1}: "host", {3, 3}: "port", {3, 9}: "prohibited", {3, 10}: "prohibited", {3, 13}: "prohibited",
	{1, 0}: "net", {1, 1}: "prohibited", {1, 3}: "host", {1, 4}: "port", // ICMPv6 (RFC 4443 §3.1)
}

// icmpName is the last part of the catalogue key of an ICMP error.
func icmpName(p *Packet) string {
	if name, ok := icmpNames[[2]uint8{p.ICMP, p.Code}]; ok {
		return name
	}
	return "other"
}
