package sim

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ftpscope/sim/trace"
)

// reduced is a run on its way to the stable form: everything kept has an id
// ("control.C3", "data1.SYN") and the moments at which it passed where.
type reduced struct {
	scenario *Scenario
	trace    *trace.Trace
	conns    []*seenConn
	events   map[string]*seenEvent
	ids      []string // of events, in a fixed order

	announcements []announcement
	ports         map[announcedAt]uint16
}

type seenEvent struct {
	at           [vantages]*moment
	lines        [vantages][]string // of a command or reply
	again        []int
	resent       bool
	untranslated bool
}

type announcedAt struct{ n, vantage int }

// first is when the event was seen first of all.
func (e *seenEvent) first() moment {
	var out *moment
	for _, m := range e.at {
		if m != nil && (out == nil || m.before(*out)) {
			out = m
		}
	}
	return *out
}

// reduce brings a trace into the form of the recordings. Those end some time
// after the client program did.
func reduce(s *Scenario, t *trace.Trace) *result {
	r := &reduced{scenario: s, trace: t, events: map[string]*seenEvent{}, ports: map[announcedAt]uint16{}}
	r.conns = seenConns(captures(t), uint16(s.Server.ControlPort))
	for _, c := range r.conns {
		r.collect(c)
	}
	for id := range r.events {
		r.ids = append(r.ids, id)
	}
	slices.SortFunc(r.ids, compareIDs)
	r.announce()
	for _, c := range r.conns {
		r.repeat(c)
	}
	return r.result()
}

func (r *reduced) event(id string, v int, at moment) *seenEvent {
	e := r.events[id]
	if e == nil {
		e = &seenEvent{}
		r.events[id] = e
	}
	if e.at[v] == nil {
		e.at[v] = &at
	}
	return e
}

func (r *reduced) collect(c *seenConn) {
	for v := range c.events {
		for event, at := range c.events[v] {
			e := r.event(c.name+"."+event, v, at)
			e.resent = e.resent || strings.HasSuffix(event, "FIN") && c.counts[v][event] > 2
			e.untranslated = e.untranslated || c.leaked[event]
		}
	}
	for v := range c.streams {
		for sender := range c.streams[v] {
			stream := &c.streams[v][sender]
			switch {
			case len(stream.bytes) == 0:
			case !c.control:
				r.event(c.name+"."+letters[sender]+".data", v, stream.at[0].moment)
			default:
				for n, m := range messages(stream, sender) {
					e := r.event(fmt.Sprintf("%s.%s%d", c.name, letters[sender], n+1), v, m.at)
					e.lines[v] = m.lines
					e.resent = e.resent || m.resent
				}
			}
		}
	}
}

type message struct {
	at     moment
	lines  []string
	resent bool
}

var password = regexp.MustCompile(`(?i)^PASS .*`)

// messages are the control channel's commands, or its whole replies.
func messages(s *seenStream, sender int) []message {
	var out []message
	var lines []string
	offset, start := 0, 0
	for _, raw := range strings.SplitAfter(string(s.bytes), "\n") {
		if raw == "" {
			break
		}
		if lines == nil {
			start = offset
		}
		offset += len(raw)
		text := strings.TrimRight(raw, "\r\n")
		text = strings.ReplaceAll(text, "\xff\xf4", "<IAC IP>")
		text = strings.ReplaceAll(text, "\xff\xf2", "<IAC DM>")
		lines = append(lines, password.ReplaceAllString(text, "PASS ***"))
		first := lines[0]
		if sender == byClient || len(first) < 4 || first[3] != '-' || len(lines) > 1 && strings.HasPrefix(text, first[:3]+" ") {
			out = append(out, message{s.when(start), lines, count(s.resent, start) > 1})
			lines = nil
		}
	}
	if lines != nil {
		out = append(out, message{s.when(start), append(lines, "<incomplete>"), false})
	}
	return out
}

func count(list []int, x int) (n int) {
	for _, y := range list {
		if x == y {
			n++
		}
	}
	return n
}

var announces = regexp.MustCompile(`(?i)^(?:PORT |227 .*\()(?:\d+,){4}((\d+),(\d+))|^(?:EPRT |229 .*\()\|(?:\d*\|[\d.]*)?\|(\d+)\|`)

// announced is the port that a line announces, and the line with a number in
// its place.
func announced(line string) (port uint16, blank func(n int) string, ok bool) {
	m := announces.FindStringSubmatchIndex(line)
	if m == nil {
		return 0, nil, false
	}
	from, to := m[2], m[3]
	if from >= 0 {
		high, _ := strconv.Atoi(line[m[4]:m[5]])
		low, _ := strconv.Atoi(line[m[6]:m[7]])
		port = uint16(high*256 + low)
	} else {
		from, to = m[8], m[9]
		n, _ := strconv.Atoi(line[from:to])
		port = uint16(n)
	}
	return port, func(n int) string { return fmt.Sprintf("%s<port %d>%s", line[:from], n, line[to:]) }, true
}

// announce numbers the announced ports in order, and puts the number in place
// of the port.
func (r *reduced) announce() {
	var ids []string
	for _, id := range r.ids {
		for _, lines := range r.events[id].lines {
			if lines == nil {
				continue
			}
			if _, _, ok := announced(lines[0]); ok {
				ids = append(ids, id)
				break
			}
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		if r.events[a].first().before(r.events[b].first()) {
			return -1
		}
		return 1
	})
	for i, id := range ids {
		a := announcement{N: i + 1, Event: id}
		texts, ports := map[string]bool{}, map[uint16]bool{}
		for v, lines := range r.events[id].lines {
			if lines == nil {
				continue
			}
			port, blank, ok := announced(lines[0])
			if !ok {
				continue
			}
			r.ports[announcedAt{a.N, v}] = port
			lines[0] = blank(a.N)
			texts[lines[0]], ports[port] = true, true
			switch v {
			case atClient:
				a.Client = lines[0]
			case atMiddle:
				a.Middle = lines[0]
			case atServer:
				a.Server = lines[0]
			}
		}
		a.Rewritten = len(texts)+len(ports) > 2
		r.announcements = append(r.announcements, a)
	}
}

// repeat notes the intervals after which a SYN was sent again.
func (r *reduced) repeat(c *seenConn) {
	syns := c.syns[c.firstSeen()]
	for i := 1; i < len(syns); i++ {
		gap := (syns[i].t - syns[i-1].t).Seconds()
		power := 0
		if gap > 0.9 {
			for power = 1; power*2 <= int(gap+0.1); power *= 2 {
			}
		}
		e := r.events[c.name+".SYN"]
		e.again = append(e.again, power)
	}
}

// target is the announcement that a data connection answers.
func (r *reduced) target(c *seenConn) *int {
	v := c.firstSeen()
	for i := len(r.announcements) - 1; i >= 0; i-- {
		a := r.announcements[i]
		at := r.events[a.Event].at[v]
		if port, ok := r.ports[announcedAt{a.N, v}]; ok && port == c.ends[v].Dst.Port() && at != nil && at.before(c.first) {
			return &a.N
		}
	}
	return nil
}

// roles are the names of the ports of the opening and of the answering side.
func (r *reduced) roles(c *seenConn) (opener, answer string) {
	ends := c.anyEnds()
	switch {
	case c.control:
		return "ctrl-client", strconv.Itoa(r.scenario.Server.ControlPort)
	case c.clientOpens && r.target(c) != nil:
		return "data-client", "pasv"
	case c.clientOpens:
		return "data-client", strconv.Itoa(int(ends.Dst.Port()))
	case int(ends.Src.Port()) == r.scenario.Server.DataPort:
		return strconv.Itoa(r.scenario.Server.DataPort), "data-client"
	}
	return "high", "data-client"
}

// compareIDs puts events into a fixed order: by connection, then by kind.
func compareIDs(a, b string) int {
	connA, kindA, _ := strings.Cut(a, ".")
	connB, kindB, _ := strings.Cut(b, ".")
	controlA, controlB := strings.HasPrefix(connA, "control"), strings.HasPrefix(connB, "control")
	if controlA != controlB {
		if controlA {
			return -1
		}
		return 1
	}
	rankA, rankB := rankOf(kindA), rankOf(kindB)
	for _, c := range []int{
		len(connA) - len(connB), strings.Compare(connA, connB), rankA[0] - rankB[0], rankA[1] - rankB[1], strings.Compare(kindA, kindB),
	} {
		if c != 0 {
			return c
		}
	}
	return 0
}

func rankOf(kind string) [2]int {
	n, _ := strconv.Atoi(strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, kind))
	i := slices.Index([]string{"SYN", "SYNACK", "ACK"}, kind)
	switch {
	case i >= 0:
	case n > 0:
		i = 3
	default:
		i = 4
	}
	return [2]int{i, n}
}
