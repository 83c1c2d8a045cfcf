package scene

import (
	"strings"

	"ftpscope/sim/trace"
)

// hosts draws the two cards.
func (s *stage) hosts() {
	for side, role := range [2]trace.Role{trace.RoleClient, trace.RoleServer} {
		if n, ok := s.t.NodeByRole(role); ok {
			s.card(Side(side), n)
		}
	}
}

func (s *stage) card(side Side, n trace.Node) {
	r := s.cards[side]
	s.fill(r, 14, Panel, 1)
	s.stroke(r, 14, 1, Line, 1)
	x, limit := r.X+s.inset, r.W-2*s.inset
	name, address := s.nodeName(n), ""
	if addrs := s.t.Nodes[n].Addrs; len(addrs) > 0 {
		address = addrs[0].String()
	}
	room, beside := limit, false // the address has a line of its own
	if !s.addr.on && address != "" {
		room = limit - s.Measure(address, MonoSmall) - 8
		if beside = s.Measure(name, BodyStrong) <= room; !beside {
			room = limit
		}
	}
	if s.name.on {
		style := Title
		if s.Measure(name, style) > room || s.lineHeight(style) > s.name.h {
			style = BodyStrong
		}
		s.text(Point{x, s.name.y}, Left, room, label{name, style, Ink, 1})
	}
	switch a := (label{address, MonoSmall, Muted, 1}); {
	case s.addr.on && address != "":
		s.text(Point{x, s.addr.y}, Left, limit, a)
	case beside && s.name.on:
		s.text(Point{x + limit, s.name.y}, Right, limit, a)
	}
	state := s.machine(n)
	if s.foot.on && state != "" {
		s.activity(x, limit, s.Texts.Text(machineKeys[side]), state)
	}
	s.hit(HitID{Kind: HitHost, Node: uint8(n)}, r, s.Texts.Text("hit.host", "name", name, "address", address), state)
}

// activity writes what a host's machine is doing, below what the machine is;
// a long one takes both lines.
func (s *stage) activity(x, limit float32, machine, state string) {
	caption, l := label{machine, Small, Muted, 1}, label{state, BodyStrong, Ink, 1}
	if s.Measure(state, l.style) > limit {
		l.style = SmallStrong
	}
	if head, tail, ok := s.split(state, limit); ok && s.caption.on && s.Measure(state, l.style) > limit {
		caption, l.text = label{head, SmallStrong, Ink, 1}, tail
	}
	s.text(Point{x, s.foot.y}, Left, limit, l)
	if s.caption.on {
		s.text(Point{x, s.caption.y}, Left, limit, caption)
	}
}

// split breaks a text after the last word that fits.
func (s *stage) split(text string, limit float32) (head, tail string, ok bool) {
	for i := len(text) - 1; i > 0; i-- {
		if text[i] == ' ' && s.Measure(text[:i], SmallStrong) <= limit {
			return text[:i], text[i+1:], true
		}
	}
	return "", "", false
}

var machineKeys = [2]string{"stage.ftp-client", "stage.ftp-server"}

// machine says in words what the host's FTP machines are doing: the data
// transfer process where it has something to do, else the protocol interpreter.
func (s *stage) machine(n trace.Node) string {
	if dtp := s.world.MachineOf(n, "dtp"); dtp != "" && dtp != "idle" {
		return s.stateWords(dtp)
	}
	return s.stateWords(s.world.MachineOf(n, "pi"))
}

func (p *painter) stateWords(state string) string {
	if state == "" {
		return ""
	}
	slug := strings.ReplaceAll(strings.ToLower(state), " ", "-")
	for _, key := range [...]string{"state." + slug, "socket." + slug} {
		if words := p.Texts.Text(key); words != key {
			return words
		}
	}
	words := strings.ReplaceAll(slug, "-", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// chips draws the ports at the ends of both lanes.
func (s *stage) chips() {
	for i := range s.laneCount() {
		for side := range s.edges {
			if s.lane[i].Ends[side].Port != 0 && s.lanes[i].wired() && s.lanes[i].ends[side] == s.ends[side] {
				s.chip(i, Side(side)) // a guest has none on its card
			} else if i == dataLane && s.lane[i].Ends[side].Port != 0 && s.lanes[i].wired() {
				s.portAtRouter(i, Side(side))
			}
		}
	}
}

func (s *stage) chip(lane int, side Side) {
	l, rows := &s.lane[lane], &s.lanes[lane]
	end := l.Ends[side]
	own, _, _ := colours(l.Channel)
	r := Rect{s.edges[side] - s.chipW + protrude, rows.line - s.chipH/2, s.chipW, s.chipH}
	at, anchor, card := Point{s.edges[side] - 6, rows.words.y}, Right, s.cards[side]
	if side == ServerSide {
		r.X = s.edges[side] - protrude
		at.X, anchor = s.edges[side]+6, Left
	}
	ink, paint, width := Ink, own, float32(1.5)
	if end.State == trace.Closed {
		ink, paint, width = Muted, Line, 1
	}
	s.fill(r, 7, Raised, 1)
	s.stroke(r, 7, width, paint, 1)
	port := portText(end.Port)
	s.text(Point{r.X + r.W/2, rows.line}, Centre, 0, label{port, Mono, ink, 1})
	state := s.Texts.Text(socketKeys[end.State])
	if rows.words.on {
		s.text(at, anchor, card.W-12, label{state, Small, Muted, 1})
	}
	node, _ := s.t.NodeByRole([2]trace.Role{trace.RoleClient, trace.RoleServer}[side])
	s.hit(HitID{Kind: HitPort, Node: uint8(node), Channel: uint8(l.Channel), N: hitNo(lane)}, r,
		s.Texts.Text("hit.port", "port", int(end.Port), "host", s.nodeName(node), "channel", s.channelName(l.Channel)), state)
}

// portAtRouter names the port of a router that a line ends at.
func (s *stage) portAtRouter(lane int, side Side) {
	rows := &s.lanes[lane]
	x := rows.ends[side]
	from, to := s.edges[ClientSide], x
	if side == ServerSide {
		from, to = x, s.edges[ServerSide]
	}
	s.put(&rows.words, from, to, x, label{portText(s.lane[lane].Ends[side].Port), MonoSmall, Muted, 1})
}

var socketKeys = [...]string{
	trace.Closed: "socket.closed", trace.Listen: "socket.listen", trace.SynSent: "socket.syn-sent",
	trace.SynReceived: "socket.syn-received", trace.Established: "socket.established",
	trace.FinWait1: "socket.closing", trace.FinWait2: "socket.closing", trace.CloseWait: "socket.close-wait",
	trace.Closing: "socket.closing", trace.LastAck: "socket.closing", trace.TimeWait: "socket.time-wait",
}
