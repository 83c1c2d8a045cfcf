package model

import (
	"net/netip"
	"slices"
	"sort"
	"strings"

	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// LineKind is what a line of the prompt's page is.
type LineKind uint8

// The kinds of lines.
const (
	LineAsked  LineKind = iota // a command, after ftp>
	LineReply                  // of the server
	LineListed                 // of a listing
	LineNote                   // what the client program says of itself
	LineWrong                  // likewise, where it could not do what it was asked
)

// PromptLine is a line that the person at the client sees. Say is used where
// Text is empty.
type PromptLine struct {
	Kind  LineKind
	At    trace.ID // events after which it is seen
	Text  string
	Say   trace.Sentence
	Timed bool // said at a moment of its own

	received []trace.ID // of a transfer: where it came further
}

// Session is what the person at the client has seen up to the cursor, put
// together from the run.
func (p *Player) Session() []PromptLine {
	all := p.Run.lines()
	n := sort.Search(len(all), func(i int) bool { return all[i].At > p.Cursor.N })
	return all[:n]
}

// Received is how far the transfer of a line has come, if it is one.
func (p *Player) Received(l *PromptLine) (trace.Progress, bool) {
	i := sort.Search(len(l.received), func(i int) bool { return l.received[i] > p.Cursor.N })
	if i == 0 {
		return trace.Progress{}, false
	}
	t := p.Run.Trace
	return *t.Progress(t.Event(l.received[i-1])), true
}

func newSession(r *Run) []PromptLine {
	b := sessionBuilder{t: r.Trace, wishes: r.Scenario.User, transfer: -1, lines: []PromptLine{}}
	b.timed = slices.ContainsFunc(b.wishes, func(w string) bool { return strings.HasPrefix(strings.TrimSpace(w), "@") })
	return b.build()
}

// sessionBuilder follows what reaches the client.
type sessionBuilder struct {
	t         *trace.Trace
	wishes    []string
	timed     bool
	lines     []PromptLine
	client    trace.Node
	connected bool
	opened    map[uint32]bool // sockets that were established
	lists     bool            // the command under way shows what the data connection brings
	transfer  int             // the line that tells of the transfer; -1: none
	early     []*trace.Packet // segments that came before their turn
	flow      uint32
	next      uint32 // sequence number of the next byte of the listing
	partial   string // of a line
}

func (b *sessionBuilder) build() []PromptLine {
	b.client, _ = b.t.NodeByRole(trace.RoleClient)
	b.opened = map[uint32]bool{}
	for id := trace.ID(1); int(id) <= b.t.Len(); id++ {
		e := b.t.Event(id)
		if e.At != b.client {
			continue
		}
		switch e.Kind {
		case trace.KindUser:
			b.asked(id, b.t.User(e))
		case trace.KindReply:
			l := b.t.Line(e)
			for _, text := range append([]string{l.Text}, l.More...) {
				b.add(PromptLine{Kind: LineReply, At: id, Text: text})
			}
		case trace.KindSocket:
			b.socket(id, b.t.Socket(e))
		case trace.KindData:
			b.progress(id)
		case trace.KindPacket:
			if b.lists && e.What == trace.Arrived && e.Channel == trace.Data {
				b.listing(id, b.t.Packet(e))
			}
		}
	}
	return b.lines
}

func (b *sessionBuilder) add(l PromptLine) { b.lines = append(b.lines, l) }

func (b *sessionBuilder) note(id trace.ID, kind LineKind, key string, args ...any) {
	b.add(PromptLine{Kind: kind, At: id, Say: trace.Sentence{Key: "prompt." + key, Args: args}})
}

func (b *sessionBuilder) asked(id trace.ID, text string) {
	timed := b.timed && slices.ContainsFunc(b.wishes, func(w string) bool { return w != untimed(w) && untimed(w) == text })
	b.add(PromptLine{Kind: LineAsked, At: id, Text: text, Timed: timed})
	verb, rest, _ := strings.Cut(text, " ")
	if !timed {
		b.lists, b.transfer, b.early, b.partial, b.flow = verb == "ls" || verb == "nlst", -1, nil, "", 0
	}
	switch err := sim.CheckWish(text); {
	case err != nil:
		key, args := err.(interface{ Say() (string, []any) }).Say()
		b.add(PromptLine{Kind: LineWrong, At: id, Say: trace.Sentence{Key: key, Args: args}})
	case sim.NeedsSession(text) && !b.connected:
		b.note(id, LineWrong, "not_connected")
	case verb == "passive":
		b.note(id, LineNote, "mode", "mode", "PASV")
	case verb == "active":
		b.note(id, LineNote, "mode", "mode", "PORT")
	case verb == "mode":
		b.note(id, LineNote, "mode", "mode", strings.ToUpper(strings.TrimSpace(rest)))
	}
}

func (b *sessionBuilder) socket(id trace.ID, s *trace.Socket) {
	switch {
	case s.State == trace.Established:
		b.opened[s.ID] = true
		if s.Channel == trace.Command {
			b.connected = true
			b.note(id, LineNote, "connected", "addr", s.Remote.String())
		}
	case s.State == trace.Closed && !b.opened[s.ID] && s.Remote != (netip.AddrPort{}):
		b.note(id, LineWrong, "no_answer", "addr", s.Remote.String())
	case s.Channel == trace.Command && s.State != trace.SynSent:
		b.connected = false
	}
}

func (b *sessionBuilder) progress(id trace.ID) {
	if b.lists {
		return // its lines tell
	}
	if b.transfer < 0 {
		b.transfer = len(b.lines)
		b.note(id, LineNote, "received")
	}
	l := &b.lines[b.transfer]
	l.received = append(l.received, id)
}

// listing puts the segments of a listing in order and cuts them into lines.
func (b *sessionBuilder) listing(id trace.ID, p *trace.Packet) {
	if len(p.Payload) == 0 {
		return
	}
	if len(b.early) == 0 && b.flow != p.Flow+1 {
		b.flow, b.next = p.Flow+1, b.t.FlowOf(p).ISN+1
	}
	b.early = append(b.early, p)
	for again := true; again; {
		again = false
		for i, p := range b.early {
			if at := int(int32(b.next - p.Seq)); at >= 0 {
				if at < len(p.Payload) {
					b.partial += string(p.Payload[at:])
					b.next += uint32(len(p.Payload) - at)
				}
				b.early = slices.Delete(b.early, i, i+1)
				again = true
				break
			}
		}
	}
	for {
		line, rest, whole := strings.Cut(b.partial, "\n")
		if !whole {
			return
		}
		b.partial = rest
		if line = strings.TrimRight(line, "\r"); strings.TrimSpace(line) != "" {
			b.add(PromptLine{Kind: LineListed, At: id, Text: line})
		}
	}
}
