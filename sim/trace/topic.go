package trace

import (
	"math"
	"slices"
	"strings"
)

// Topic is what a row of two compared runs is about. It names its title in the
// catalogue: "align.topic." and the topic.
type Topic uint8

// The topics, in the order in which a session comes to them.
const (
	TopicConnect Topic = iota // the command channel opens
	TopicLogin
	TopicOther   // commands that move no data
	TopicPorts   // PORT, PASV, EPRT, EPSV: who is to call whom
	TopicData    // the data channel opens, or does not
	TopicFile    // what was asked for, and how much of it came
	TopicVerdict // the reply that ends the transfer
	TopicQuit
	TopicOthers // what the attacker does
)

var topicNames = [...]string{"connect", "login", "other", "ports", "data", "file", "verdict", "quit", "others"}

func (t Topic) String() string { return name(topicNames[:], int(t)) }

var topics = [...]Topic{
	StepConnect: TopicConnect, StepLogin: TopicLogin, StepAnnounce: TopicPorts, StepRequest: TopicFile,
	StepOpen: TopicData, StepBlocked: TopicData, StepRetry: TopicData, StepTransfer: TopicFile,
	StepDone: TopicVerdict, StepRefused: TopicVerdict, StepCommand: TopicOther, StepQuit: TopicQuit,
}

// told is a run cut into parts, with its messages' signatures.
type told struct {
	rough, exact []string
	parts        []toldPart
}

type toldPart struct {
	topic    Topic
	task     string // filled in when its transfer is asked for
	messages []int
}

func (r *told) partKeys() []string {
	keys := make([]string, len(r.parts))
	for i, p := range r.parts {
		keys[i] = p.topic.String() + " " + p.task
	}
	return keys
}

func (r *told) topic(i int) (Topic, string) {
	if i < 0 {
		return 0, ""
	}
	return r.parts[i].topic, r.parts[i].task
}

// tell cuts a run into parts: those of the session, and for each transfer its
// ports, data channel, file and verdict.
func tell(o *Outline) *told {
	r := &told{}
	asked := map[int][]string{}
	for i := range o.Messages {
		m := &o.Messages[i]
		verb := ""
		switch {
		case m.Kind == MsgCommand:
			asked[m.Conn] = append(asked[m.Conn], Verb(m.Line))
		case m.Kind == MsgReply && len(asked[m.Conn]) > 0:
			verb = asked[m.Conn][0]
			if m.Code >= 200 {
				asked[m.Conn] = asked[m.Conn][1:]
			}
		}
		r.rough = append(r.rough, o.signature(m, verb, false))
		r.exact = append(r.exact, o.signature(m, verb, true))
	}
	task := transferParts{told: r}
	for i := range o.Steps {
		s := &o.Steps[i]
		topic := topics[s.Kind]
		if s.Attack {
			topic = TopicOthers
		}
		at := -1
		switch topic {
		case TopicPorts, TopicData, TopicFile, TopicVerdict:
			at = task.part(topic, s.Kind == StepRequest, o.Messages[s.First].Line)
		default:
			at = r.last(topic, o.Messages[s.First].Line)
		}
		for m := s.First; m <= s.Last; m++ {
			r.parts[at].messages = append(r.parts[at].messages, m)
		}
	}
	return r
}

// last is the part that goes on with a topic, or a new one.
func (r *told) last(topic Topic, line string) int {
	if topic == TopicOthers { // goes on beside everything else
		if i := slices.IndexFunc(r.parts, func(p toldPart) bool { return p.topic == topic }); i >= 0 {
			return i
		}
	}
	if n := len(r.parts) - 1; n >= 0 && r.parts[n].topic == topic && topic != TopicOther {
		return n
	}
	p := toldPart{topic: topic}
	if topic == TopicOther {
		p.task = line
	}
	r.parts = append(r.parts, p)
	return len(r.parts) - 1
}

// transferParts makes the four parts of each transfer, all of them, so that
// what did not happen is seen to be missing.
type transferParts struct {
	*told
	first     int
	under     bool
	requested bool
}

func (t *transferParts) part(topic Topic, request bool, line string) int {
	if !t.under || t.requested && (topic == TopicPorts || request) {
		t.first, t.under, t.requested = len(t.parts), true, false
		for _, topic := range [...]Topic{TopicPorts, TopicData, TopicFile, TopicVerdict} {
			t.parts = append(t.parts, toldPart{topic: topic})
		}
	}
	if request {
		t.requested = true
		for i := range 4 {
			t.parts[t.first+i].task = line
		}
	}
	return t.first + int(topic-TopicPorts)
}

// transfers are the first parts of each transfer.
func (r *told) transfers() (first []int) {
	for i, p := range r.parts {
		if p.topic == TopicPorts {
			first = append(first, i)
		}
	}
	return first
}

// takeTasks takes transfers that failed before they were asked for, as a client
// does that dials first, for those which the other run has in their place.
func (r *told) takeTasks(other *told) {
	theirs := other.transfers()
	for n, i := range r.transfers() {
		for k := i; k < i+4 && r.parts[k].task == "" && n < len(theirs); k++ {
			r.parts[k].task = other.parts[theirs[n]].task
		}
	}
}

// part says what became of one part of a run; -1: it has no such part.
func (o *Outline) part(r *told, i int) Part {
	if i < 0 || len(r.parts[i].messages) == 0 {
		return Part{Says: Sentence{Key: "align.nothing"}}
	}
	p := Part{Messages: r.parts[i].messages}
	for _, m := range p.Messages {
		p.Stop = max(p.Stop, o.Messages[m].Stop)
	}
	p.Says, p.Failed = o.sum(r.parts[i].topic, p.Messages)
	return p
}

// sum puts a part into a few words.
func (o *Outline) sum(topic Topic, messages []int) (says Sentence, failed bool) {
	switch topic {
	case TopicPorts:
		return o.sumPorts(messages)
	case TopicConnect, TopicData:
		return o.sumOpen(messages)
	case TopicFile:
		bytes := 0
		for _, i := range messages {
			bytes += o.Messages[i].Bytes
		}
		if bytes == 0 {
			return Sentence{Key: "align.nothing"}, true
		}
		return Sentence{Key: "align.bytes", Args: []any{"bytes", uint64(bytes)}}, false
	}
	if topic == TopicOthers {
		return o.sumOthers(messages), false
	}
	if i := o.lastReply(messages); i >= 0 {
		return o.sumReply(topic, i), o.Messages[i].Code >= 400
	}
	return Sentence{Key: "align.unanswered"}, true
}

// sumOthers says what the attacker got: bytes, else the last reply, else a
// connection.
func (o *Outline) sumOthers(messages []int) Sentence {
	if s, none := o.sum(TopicFile, messages); !none {
		return s
	}
	if i := o.lastReply(messages); i >= 0 {
		return o.sumReply(TopicOthers, i)
	}
	s, _ := o.sumOpen(messages)
	return s
}

func (o *Outline) lastReply(messages []int) int {
	for _, i := range slices.Backward(messages) {
		if o.Messages[i].Kind == MsgReply && !o.Messages[i].Died {
			return i
		}
	}
	return -1
}

// sumReply gives a reply, and how long a verdict was waited for.
func (o *Outline) sumReply(topic Topic, i int) Sentence {
	m := &o.Messages[i]
	if topic == TopicVerdict {
		for _, asked := range slices.Backward(o.Messages[:i]) {
			if asked.Kind != MsgCommand || !IsTransfer(Verb(asked.Line)) {
				continue
			}
			if s := (o.Trace.Event(m.Last).T - o.Trace.Event(asked.First).T).Seconds(); s >= 1 {
				return Sentence{Key: "align.verdict", Args: []any{"code", m.Code, "seconds", math.Round(s)}}
			}
			break
		}
	}
	return Sentence{Key: "align.reply", Args: []any{"code", m.Code}}
}

// sumPorts gives the command and, where the numbers stand in it, the reply.
func (o *Outline) sumPorts(messages []int) (Sentence, bool) {
	command := ""
	for _, i := range messages {
		if m := &o.Messages[i]; m.Kind == MsgCommand {
			command = m.Line
		}
	}
	i := o.lastReply(messages)
	if i < 0 {
		return Sentence{Key: "align.line", Args: []any{"line", command}}, true
	}
	m := &o.Messages[i]
	if m.Code == 200 {
		return Sentence{Key: "align.line", Args: []any{"line", command}}, false
	}
	reply := m.Line[:min(3, len(m.Line))]
	if at := strings.IndexByte(m.Line, '('); at >= 0 {
		reply += " " + m.Line[at:]
	}
	return Sentence{Key: "align.ports", Args: []any{"command", command, "reply", reply}}, m.Code >= 400
}

// sumOpen says who called whom, and whether the call came through.
func (o *Outline) sumOpen(messages []int) (Sentence, bool) {
	opener := ""
	for _, i := range messages {
		m := &o.Messages[i]
		if m.Kind != MsgOpen {
			continue
		}
		opener = o.side(m.From)
		if m.Conn >= 0 && o.Conns[m.Conn].Open != 0 {
			return Sentence{Key: "align.open." + opener}, false
		}
	}
	if opener == "" {
		return Sentence{Key: "align.nothing"}, true
	}
	return Sentence{Key: "align.tried." + opener}, true
}
