package sim

import (
	"net/netip"
	"slices"
	"strings"

	"ftpscope/sim/trace"
)

// Session is what the person at the client sees of a run: the commands, the
// replies, the listings, and what the client program says of itself. The
// window's prompt, its transcript and the run as text all tell it from here.
func Session(s *Scenario, t *trace.Trace) []trace.Printed {
	b := sessionBuilder{t: t, wishes: s.User, scripted: s.Client.Program == "raw", transfer: -1, lines: []trace.Printed{}}
	b.timed = slices.ContainsFunc(b.wishes, func(w string) bool { return strings.HasPrefix(strings.TrimSpace(w), "@") })
	return b.build()
}

// sessionBuilder follows what reaches the client.
type sessionBuilder struct {
	t         *trace.Trace
	wishes    []string
	timed     bool
	scripted  bool // what is asked are steps of a script, not a person's commands
	lines     []trace.Printed
	client    trace.Node
	session   trace.Session            // that the latest open is for: the person's first, or the one behind proxy
	sessions  map[uint32]trace.Session // by control connection
	connected [2]bool                  // of these sessions
	opened    map[uint32]bool          // sockets that were established
	lists     bool                     // the command under way shows what the data connection brings
	transfer  int                      // the line that tells of the transfer; -1: none
	early     []*trace.Packet          // segments that came before their turn
	flow      uint32
	next      uint32 // sequence number of the next byte of the listing
	partial   string // of a line
}

func (b *sessionBuilder) build() []trace.Printed {
	b.client, _ = b.t.NodeByRole(trace.RoleClient)
	b.opened, b.sessions = map[uint32]bool{}, map[uint32]trace.Session{}
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
				b.add(trace.Printed{Kind: trace.PrintReply, At: id, Text: text})
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

func (b *sessionBuilder) add(l trace.Printed) { b.lines = append(b.lines, l) }

func (b *sessionBuilder) note(id trace.ID, kind trace.PrintKind, key string, args ...any) {
	b.add(trace.Printed{Kind: kind, At: id, Say: trace.Sentence{Key: "prompt." + key, Args: args}})
}

func (b *sessionBuilder) asked(id trace.ID, text string) {
	timed := b.timed && slices.ContainsFunc(b.wishes, func(w string) bool { return w != Untimed(w) && Said(w) == text })
	b.add(trace.Printed{Kind: trace.PrintAsked, At: id, Text: text, Timed: timed})
	command, session := text, trace.OwnSession
	if behind, ok := strings.CutPrefix(text, "proxy "); ok {
		command, session = strings.TrimSpace(behind), trace.ProxySession
	}
	verb, rest, _ := strings.Cut(command, " ")
	if verb == "open" {
		b.session = session
	}
	if !timed {
		b.lists, b.transfer, b.early, b.partial, b.flow = verb == "ls" || verb == "nlst", -1, nil, "", 0
	}
	switch err := CheckWish(text); {
	case b.scripted:
	case err != nil:
		key, args := err.(interface{ Say() (string, []any) }).Say()
		b.add(trace.Printed{Kind: trace.PrintWrong, At: id, Say: trace.Sentence{Key: key, Args: args}})
	case b.lacks(command, session):
		b.note(id, trace.PrintWrong, "not_connected")
	case verb == "passive":
		b.note(id, trace.PrintNote, "mode", "mode", "PASV")
	case verb == "active":
		b.note(id, trace.PrintNote, "mode", "mode", "PORT")
	case verb == "mode":
		b.note(id, trace.PrintNote, "mode", "mode", strings.ToUpper(strings.TrimSpace(rest)))
	}
}

// lacks reports whether a command is for a session that there is not: what two
// servers move between themselves needs both.
func (b *sessionBuilder) lacks(command string, of trace.Session) bool {
	verb, _, _ := strings.Cut(command, " ")
	both := of == trace.ProxySession && (verb == "get" || verb == "put")
	return NeedsSession(command) && !b.connected[of] || both && !b.connected[trace.OwnSession]
}

func (b *sessionBuilder) socket(id trace.ID, s *trace.Socket) {
	session, known := b.sessions[s.ID]
	if s.Channel == trace.Command && !known {
		session = b.session
		b.sessions[s.ID] = session
	}
	switch {
	case s.State == trace.Established:
		b.opened[s.ID] = true
		if s.Channel == trace.Command {
			b.connected[session] = true
			b.note(id, trace.PrintNote, "connected", "addr", s.Remote.String())
		}
	case s.State == trace.Closed && !b.opened[s.ID] && s.Remote != (netip.AddrPort{}):
		b.note(id, trace.PrintWrong, "no_answer", "addr", s.Remote.String())
	case s.Channel == trace.Command && s.State != trace.SynSent:
		b.connected[session] = false
	}
}

func (b *sessionBuilder) progress(id trace.ID) {
	if b.lists {
		return // its lines tell
	}
	if b.transfer < 0 {
		b.transfer = len(b.lines)
		b.note(id, trace.PrintNote, "received")
	}
	l := &b.lines[b.transfer]
	l.Received = append(l.Received, id)
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
			b.add(trace.Printed{Kind: trace.PrintListed, At: id, Text: line})
		}
	}
}
