package trace

import (
	"net/netip"
	"slices"
	"strings"
)

// Outline is a run as a person walks through it: packets, the messages they
// make up, and the steps a teacher would tell. It is made once from a finished
// trace.
type Outline struct {
	Trace    *Trace
	Conns    []Conn
	Messages []Message // in the order in which they are complete
	Steps    []Step
	stops    [3][]ID
}

// Size is how far one step of the cursor goes.
type Size uint8

// The three sizes.
const (
	ByStep Size = iota
	ByMessage
	ByPacket
)

// Conn is one TCP connection, or the attempt at one.
type Conn struct {
	Channel  Channel
	Opener   Node
	Src, Dst netip.AddrPort // as the opener wrote them on its SYN
	FarSrc   netip.AddrPort // as they arrived, after NAT; zero when the SYN never did
	FarDst   netip.AddrPort
	First    ID // the first SYN leaves
	Open     ID // the opener knows that it is established; 0: never
	Ended    ID // the first FIN or RST leaves; 0: never
	Closing  ID // from here on an orderly close is all that is left to tell: what went before the FIN has arrived
	Closer   Node
	Reset    bool
	Attack   bool // the attacker opened it, or had it opened
}

// MessageKind is what a message is.
type MessageKind uint8

// The kinds of messages.
const (
	MsgOpen    MessageKind = iota // a TCP connection being opened, or one attempt at it
	MsgCommand                    // a command line
	MsgReply                      // a whole reply
	MsgChunk                      // a part of a file or listing
	MsgClose                      // an orderly close, both FINs
	MsgReset                      // a RST
	MsgICMP                       // an ICMP error
	MsgProbe                      // a segment sent again, or to nobody
	MsgSealed                     // bytes that nobody on the way can read (TLS): no line, only their number
)

// Message is a command, a reply, a connection, a piece of a file: the middle
// size.
type Message struct {
	Kind     MessageKind
	Channel  Channel
	Conn     int // index into Conns; -1: none
	From, To Node
	Src, Dst netip.AddrPort // as sent
	First    ID             // its first packet leaves
	Last     ID             // its decisive packet arrives or dies
	Done     ID             // events after which it has happened
	Stop     ID             // events after which all that it brings about at once is to be seen
	Line     string         // of a command or reply
	Code     int
	Bytes    int
	Died     bool
	Retry    int // how many times the same SYN went before
}

// StepKind is what a step is about; it names its caption.
type StepKind uint8

// The kinds of steps.
const (
	StepConnect  StepKind = iota // the command channel opens and the server greets
	StepLogin                    // USER, PASS and their replies
	StepAnnounce                 // PORT, PASV, EPRT, EPSV and the reply
	StepRequest                  // RETR, STOR, LIST …
	StepOpen                     // the data channel opens
	StepBlocked                  // the attempt to open it dies
	StepRetry                    // it is tried again and again
	StepTransfer                 // the file or listing moves
	StepDone                     // the data channel closes and 226 says so
	StepRefused                  // a 4xx or 5xx ends a transfer
	StepCommand                  // another command and its reply
	StepQuit                     // goodbye
)

// Step is a run of messages that belong together: the largest size.
type Step struct {
	Kind        StepKind
	First, Last int // messages
	Stop        ID
	Attack      bool // the attacker's doing
}

// NewOutline groups the events of a finished trace.
func NewOutline(t *Trace) *Outline {
	b := builder{o: &Outline{Trace: t}, conn: map[[2]netip.AddrPort]int{}, about: map[uint32]int{}}
	for id := ID(1); int(id) <= t.Len(); id++ {
		if e := t.events.at(int(id) - 1); e.Kind == KindPacket {
			b.packet(id, e)
		}
	}
	b.halves()
	b.o.finish()
	return b.o
}

// Stops are the moments at which a step of this size ends, as counts of events.
func (o *Outline) Stops(s Size) []ID { return o.stops[s] }

// MessageAt is the index of the latest message that has happened after n
// events, or -1.
func (o *Outline) MessageAt(n ID) int {
	i, _ := slices.BinarySearchFunc(o.Messages, n+1, func(m Message, n ID) int { return int(m.Stop) - int(n) })
	for i < len(o.Messages) && o.Messages[i].Done <= n {
		i++
	}
	return i - 1
}

func (o *Outline) finish() {
	t := o.Trace
	for i := range o.Messages {
		m := &o.Messages[i]
		m.Stop = o.complete(m)
		m.Done = min(m.Last, m.Stop)
	}
	o.closings()
	slices.SortStableFunc(o.Messages, func(a, b Message) int { return int(a.Stop) - int(b.Stop) })
	o.steps()
	var packets []ID
	for id := ID(1); int(id) <= t.Len(); id++ {
		if e := t.events.at(int(id) - 1); e.Kind == KindPacket && e.What.Final() {
			packets = append(packets, t.settled(id))
		}
	}
	o.stops[ByPacket] = withEnds(packets, t.Len())
	var messages, steps []ID
	for _, m := range o.Messages {
		messages = append(messages, m.Stop)
	}
	for _, s := range o.Steps {
		steps = append(steps, s.Stop)
	}
	o.stops[ByMessage] = withEnds(messages, t.Len())
	o.stops[ByStep] = withEnds(steps, t.Len())
}

// complete returns how many events must have happened for all of a message to
// be seen. A connection is open when its opener knows so, which may send the
// next message in the same breath (RFC 9293 §3.5): that one is not shown yet.
func (o *Outline) complete(m *Message) ID {
	t := o.Trace
	if m.Kind != MsgOpen || m.Conn < 0 {
		return t.settled(m.Last)
	}
	n := o.Conns[m.Conn].Open
	if m.Died || n < m.First || n > m.Last {
		return t.settled(m.Last)
	}
	for int(n) < t.Len() {
		e := t.events.at(int(n))
		if e.Kind != KindSocket && e.Kind != KindMachine && !(e.Kind == KindTimer && e.What != Fired) {
			break
		}
		n++
	}
	return n
}

// closings finds when closing each connection becomes the news about it: a FIN
// that follows right behind a file is not, until the file is there.
func (o *Outline) closings() {
	for i := range o.Conns {
		o.Conns[i].Closing = o.Conns[i].Ended
	}
	for i := range o.Messages {
		m := &o.Messages[i]
		if m.Kind != MsgChunk || m.Conn < 0 {
			continue
		}
		if c := &o.Conns[m.Conn]; !c.Reset && m.From == c.Closer && m.First < c.Ended {
			c.Closing = max(c.Closing, m.Stop+1)
		}
	}
}

// settled returns how many events must have happened for everything that id
// brings about at once to be seen: what its receiver concludes, and what it
// sends in answer, but not what becomes of that answer.
func (t *Trace) settled(id ID) ID {
	n := id
	for int(n) < t.Len() {
		e := t.events.at(int(n))
		hop := e.Kind == KindPacket && e.What != Sent
		if e.Cause < id || hop || e.Kind == KindTimer && e.What == Fired {
			break
		}
		n++
	}
	return n
}

func withEnds(stops []ID, n int) []ID {
	stops = append(stops, 0)
	slices.Sort(stops)
	stops = slices.Compact(stops)
	// What happens after the last packet (a TIME-WAIT that runs out) is no stop of its own
	// unless there is no other.
	if len(stops) == 1 && n > 0 {
		stops = append(stops, ID(n))
	}
	return stops
}

var (
	announceVerbs = []string{"PORT", "PASV", "EPRT", "EPSV"}
	loginVerbs    = []string{"USER", "PASS", "ACCT"}
	transferVerbs = []string{"RETR", "STOR", "LIST", "NLST", "APPE", "STOU", "MLSD"}
)

// Verb is the first word of a command line, in capitals.
func Verb(line string) string {
	verb, _, _ := strings.Cut(line, " ")
	return strings.ToUpper(verb)
}

// IsTransfer reports whether a verb asks for a data connection.
func IsTransfer(verb string) bool { return slices.Contains(transferVerbs, verb) }

// steps groups the messages. A reply belongs to the step of the command it
// answers, except that a transfer's replies tell how the transfer goes.
func (o *Outline) steps() {
	asked := map[int][]string{} // by connection, commands without a final reply
	var kind StepKind
	for i, m := range o.Messages {
		fresh := false // starts a step even after one of the same kind
		switch {
		case m.Kind == MsgOpen && m.Channel == Data:
			kind = openKind(m)
		case m.Kind == MsgOpen:
			kind = StepConnect
			asked[m.Conn] = append(asked[m.Conn], "")
		case m.Kind == MsgCommand:
			verb := Verb(m.Line)
			kind = commandKind(verb)
			fresh = kind != StepLogin
			asked[m.Conn] = append(asked[m.Conn], verb)
		case m.Kind == MsgReply:
			verb, of := "", asked[m.Conn]
			if len(of) > 0 {
				verb = of[0]
			}
			if m.Code >= 200 && len(of) > 0 {
				asked[m.Conn] = of[1:]
			}
			kind, fresh = replyKind(verb, m.Code, kind)
		case m.Kind == MsgChunk:
			kind = StepTransfer
		case m.Kind == MsgSealed && m.Channel == Command:
			kind = StepCommand
		case m.Kind == MsgClose && m.Channel == Data:
			kind = StepDone
		case m.Kind == MsgClose:
			kind = StepQuit
		}
		last := len(o.Steps) - 1
		attack := o.meddles(&m)
		if last >= 0 && o.Steps[last].Kind == kind && o.Steps[last].Attack == attack && !fresh {
			o.Steps[last].Last, o.Steps[last].Stop = i, m.Stop
			continue
		}
		o.Steps = append(o.Steps, Step{Kind: kind, First: i, Last: i, Stop: m.Stop, Attack: attack})
	}
}

// meddles reports whether a message is the attacker's doing.
// Destination is the node that a connection was opened to, if it is one of the
// run's.
func (o *Outline) Destination(c *Conn) (Node, bool) {
	if c.FarDst.IsValid() {
		return o.Trace.NodeByAddr(c.FarDst.Addr())
	}
	return o.Trace.NodeByAddr(c.Dst.Addr())
}

func (o *Outline) meddles(m *Message) bool {
	return m.Conn >= 0 && o.Conns[m.Conn].Attack
}

func openKind(m Message) StepKind {
	switch {
	case m.Retry > 0:
		return StepRetry
	case m.Died:
		return StepBlocked
	}
	return StepOpen
}

func commandKind(verb string) StepKind {
	switch {
	case slices.Contains(loginVerbs, verb):
		return StepLogin
	case slices.Contains(announceVerbs, verb):
		return StepAnnounce
	case IsTransfer(verb):
		return StepRequest
	case verb == "QUIT":
		return StepQuit
	}
	return StepCommand
}

// replyKind says which step a reply to verb belongs to; fresh, whether it
// begins it.
func replyKind(verb string, code int, now StepKind) (kind StepKind, fresh bool) {
	switch {
	case verb == "":
		return StepConnect, false
	case !IsTransfer(verb):
		return commandKind(verb), false
	case code < 200:
		return StepTransfer, false
	case code < 400:
		return StepDone, false
	}
	return StepRefused, now != StepRefused
}

// Repeated is the line that a segment sent again carries once more: "" where
// it carries none, or only a part of one.
func (o *Outline) Repeated(m *Message) string {
	again := o.Trace.Packet(o.Trace.Event(m.First))
	for i := range o.Messages {
		was := &o.Messages[i]
		same := was.Conn == m.Conn && was.From == m.From && was.First < m.First
		if same && was.Line != "" && o.Trace.Packet(o.Trace.Event(was.First)).Seq == again.Seq {
			return was.Line
		}
	}
	return ""
}
