package sim

import (
	"cmp"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ftpscope/netmodel"
	"ftpscope/sim/trace"
)

func (r *reduced) result() *result {
	out := &result{
		Outcome: "failed", ExitStatus: r.trace.Outcome.Exit, Control: r.control(), Transfers: []recordedTransfer{},
		Announcements: []announcement{}, Order: map[string][]string{}, Waits: map[string]map[string]int{},
		ClientRouter: r.router(trace.RoleClientRouter), ServerRouter: r.router(trace.RoleServerRouter),
	}
	out.Announcements = append(out.Announcements, r.announcements...)
	out.Transfers = append(out.Transfers, transfersOf(out.Control)...)
	if reply := finalReply(out.Control, out.Transfers); reply != "" {
		out.FinalReply = &reply
		if reply[0] == '2' && len(out.Transfers) > 0 {
			out.Outcome = "ok"
		}
	}
	for _, c := range r.conns {
		out.Connections = append(out.Connections, r.connection(c))
	}
	for _, id := range r.ids {
		out.Packets = append(out.Packets, r.packet(id))
	}
	for _, v := range []int{atClient, atMiddle, atServer} {
		out.Order[vantageNames[v]] = r.order(v)
	}
	for _, v := range []int{atClient, atServer} {
		out.Waits[vantageNames[v]] = r.waits(v)
	}
	return out
}

// control is the control channel as the client sees it.
func (r *reduced) control() []string {
	out := []string{}
	for _, id := range r.passed(atClient) {
		_, kind, _ := strings.Cut(id, ".")
		for _, line := range r.events[id].lines[atClient] {
			out = append(out, kind[:1]+"> "+line)
		}
	}
	return out
}

var reply = regexp.MustCompile(`^S> (\d{3}) `)

// transfersOf pairs the transfer commands with their replies, which come in the
// order of the commands.
func transfersOf(control []string) []recordedTransfer {
	pending := []recordedTransfer{{Command: "(greeting)"}}
	var found []recordedTransfer
	for _, line := range control {
		if command, ok := strings.CutPrefix(line, "C> "); ok {
			pending = append(pending, recordedTransfer{Command: command, Replies: []string{}})
			continue
		}
		m := reply.FindStringSubmatch(line)
		if m == nil || len(pending) == 0 {
			continue
		}
		pending[0].Replies = append(pending[0].Replies, m[1])
		if m[1][0] != '1' {
			found, pending = append(found, pending[0]), pending[1:]
		}
	}
	return slices.DeleteFunc(append(found, pending...), func(t recordedTransfer) bool { return !isTransfer(t.Command) })
}

// isTransfer reports whether the recordings count a command as a transfer.
func isTransfer(command string) bool {
	return slices.Contains([]string{"RETR", "STOR", "LIST", "NLST", "APPE", "STOU"}, trace.Verb(command))
}

// finalReply is the last reply to the last transfer command; without one, the
// last reply but that to QUIT.
func finalReply(control []string, transfers []recordedTransfer) string {
	var codes []string
	if len(transfers) > 0 {
		codes = transfers[len(transfers)-1].Replies
	} else {
		for _, line := range control {
			if m := reply.FindStringSubmatch(line); m != nil {
				codes = append(codes, m[1])
			}
		}
		if slices.Contains(control, "C> QUIT") && len(codes) > 0 && codes[len(codes)-1] == "221" {
			codes = codes[:len(codes)-1]
		}
	}
	if len(codes) == 0 {
		return ""
	}
	return codes[len(codes)-1]
}

func (r *reduced) connection(c *seenConn) connSummary {
	opener, answer := r.roles(c)
	out := connSummary{Name: c.name, OpenedBy: "client", Announcement: r.target(c), Result: "no answer"}
	end, back := atClient, "S"
	if !c.clientOpens {
		out.OpenedBy, end, back = "server", atServer, "C"
	}
	for v, text := range map[int]*string{atClient: &out.Client, atMiddle: &out.Middle, atServer: &out.Server} {
		if e := c.ends[v]; e != nil {
			*text = fmt.Sprintf("%s:%s > %s:%s", e.Src.Addr(), opener, e.Dst.Addr(), answer)
		}
	}
	if _, ok := c.events[end]["SYNACK"]; ok {
		out.Result = "established"
	} else if _, ok := c.events[end][back+".RST"]; ok {
		out.Result = "reset"
	} else {
		for event := range c.events[end] {
			if icmp, ok := strings.CutPrefix(event, back+"."); ok && strings.HasPrefix(icmp, "ICMP") {
				out.Result = icmp
			}
		}
	}
	return out
}

func (r *reduced) packet(id string) packetSummary {
	e, c := r.events[id], r.conn(id)
	sender := r.sender(id)
	opener, answer := r.roles(c)
	ports := [2]string{opener, answer}
	if !c.clientOpens {
		ports = [2]string{answer, opener}
	}
	out := packetSummary{
		ID: id, From: [2]string{"client", "server"}[sender], AgainAfter: e.again, Resent: e.resent, Untranslated: e.untranslated,
	}
	what := id[strings.LastIndex(id, ".")+1:]
	if icmp, ok := strings.CutPrefix(what, "ICMP "); ok {
		out.ICMP, out.About = icmp, c.name
	} else {
		out.SPort, out.DPort, out.Flags = ports[sender], ports[1-sender], "ACK"
		switch text := r.text(e, sender); {
		case what == "data":
			out.Len = r.length(c, sender)
		case text != "":
			out.Len, out.Text = "line", text
		default:
			out.Len, out.Flags = "0", cmp.Or(map[string]string{"SYNACK": "SYN,ACK", "FIN": "FIN,ACK"}[what], what)
		}
	}
	r.way(e, sender, &out)
	return out
}

// text is the first line of a command or reply as its sender wrote it.
func (r *reduced) text(e *seenEvent, sender int) string {
	for i := range vantages {
		v := i
		if sender == byServer {
			v = vantages - 1 - i
		}
		if e.lines[v] != nil {
			return e.lines[v][0]
		}
	}
	return ""
}

// way says where a packet was made, where it passed, and where it died.
func (r *reduced) way(e *seenEvent, sender int, out *packetSummary) {
	first, last := -1, -1
	for i := range vantages {
		v := i
		if sender == byServer {
			v = vantages - 1 - i
		}
		if e.at[v] == nil {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
	}
	segment := func(i int) string {
		if sender == byServer {
			return between[len(between)-1-i]
		}
		return between[i]
	}
	out.Born = out.From
	if first > 0 {
		out.Born = segment(first - 1)
	}
	if last < vantages-1 {
		died := segment(last)
		out.Died = &died
	}
	for v := range vantages {
		if v != atFar && e.at[v] != nil {
			out.Seen = append(out.Seen, vantageNames[v])
		}
	}
}

// length is the number of octets of a finished stream; a listing's is not kept,
// nor that of a stream that was cut short.
func (r *reduced) length(c *seenConn, sender int) any {
	if r.listing(c) {
		return "listing"
	}
	finished, broken, most := false, false, 0
	for v := range vantages {
		for event := range c.events[v] {
			finished = finished || event == letters[sender]+".FIN"
			broken = broken || strings.HasSuffix(event, "RST")
		}
		most = max(most, len(c.streams[v][sender].bytes))
	}
	if !finished || broken {
		return "partial"
	}
	return most
}

// listing reports whether the last transfer command before a connection's data
// asked for a listing.
func (r *reduced) listing(c *seenConn) bool {
	var start *moment
	for _, id := range r.ids {
		if strings.HasPrefix(id, c.name+".") && strings.HasSuffix(id, "data") {
			if m := r.events[id].first(); start == nil || m.before(*start) {
				start = &m
			}
		}
	}
	var last moment
	verb := ""
	for _, id := range r.ids {
		_, kind, _ := strings.Cut(id, ".")
		text := r.text(r.events[id], byClient)
		if kind[0] != 'C' || text == "" || !isTransfer(text) {
			continue
		}
		if m := r.events[id].first(); m.before(*start) && last.before(m) {
			last, verb = m, trace.Verb(text)
		}
	}
	return verb == "LIST" || verb == "NLST"
}

// router is what one router did and knew at the end.
func (r *reduced) router(role trace.Role) routerSummary {
	out := routerSummary{Rules: []ruleSummary{}, Conntrack: []entrySummary{}, Expectations: []string{}}
	node, _ := r.trace.NodeByRole(role)
	world := r.trace.World(trace.ID(r.trace.Len()))
	for i, rule := range r.trace.Rules {
		if rule.At == node && !rule.Policy {
			blocks := strings.Contains(rule.Text, "drop") || strings.Contains(rule.Text, "reject")
			out.Rules = append(out.Rules, ruleSummary{rule.Chain, rule.Note, blocks, world.Hits[i] > 0})
		}
	}
	chains := []string{
		netmodel.HelperChain.String(), netmodel.Forward.String(), netmodel.Input.String(),
		netmodel.Prerouting.String(), netmodel.Postrouting.String(),
	}
	slices.SortStableFunc(out.Rules, func(a, b ruleSummary) int {
		return slices.Index(chains, a.Chain) - slices.Index(chains, b.Chain)
	})
	for _, e := range world.Tracks {
		if e.At == node && !e.Expected {
			out.Conntrack = append(out.Conntrack, r.entry(e))
		}
	}
	slices.SortFunc(out.Conntrack, func(a, b entrySummary) int {
		return cmp.Or(cmp.Compare(a.Connection, b.Connection), cmp.Compare(a.State, b.State), cmp.Compare(a.Original, b.Original))
	})
	out.Expectations = append(out.Expectations, r.expectations(node)...)
	return out
}

func (r *reduced) entry(e trace.Track) entrySummary {
	out := entrySummary{State: e.State, Flags: []string{}}
	out.Connection, out.Original = r.tuple(e.Orig)
	_, out.Reply = r.tuple(e.Reply)
	if e.Flags != "" {
		out.Flags = append(out.Flags, e.Flags)
	}
	if e.Helper != "" {
		out.Helper = &e.Helper
	}
	return out
}

// tuple writes a tuple with roles for ports, and names its connection.
func (r *reduced) tuple(e trace.Ends) (name, text string) {
	for _, c := range r.conns {
		opener, answer := r.roles(c)
		for _, a := range c.ends {
			switch {
			case a == nil:
			case e.Src.Port() == a.Src.Port() && e.Dst.Port() == a.Dst.Port():
				return c.name, fmt.Sprintf("%s:%s > %s:%s", e.Src.Addr(), opener, e.Dst.Addr(), answer)
			case e.Src.Port() == a.Dst.Port() && e.Dst.Port() == a.Src.Port():
				return c.name, fmt.Sprintf("%s:%s > %s:%s", e.Src.Addr(), answer, e.Dst.Addr(), opener)
			}
		}
	}
	return "?", fmt.Sprintf("%s > %s", unknownPort(e.Src), unknownPort(e.Dst))
}

func unknownPort(a netip.AddrPort) string {
	if a.Port() > 1023 {
		return a.Addr().String() + ":?"
	}
	return a.Addr().String() + ":" + strconv.Itoa(int(a.Port()))
}

// expectations is what a helper expected, and when that was used up or given up.
func (r *reduced) expectations(node trace.Node) []string {
	ports := map[uint16]string{}
	for _, a := range r.announcements {
		for v := range vantages {
			if p, ok := r.ports[announcedAt{a.N, v}]; ok {
				ports[p] = fmt.Sprintf("<port %d>", a.N)
			}
		}
	}
	var out []string
	for id := trace.ID(1); int(id) <= r.trace.Len(); id++ {
		e := r.trace.Event(id)
		if e.At != node || e.Kind != trace.KindTrack || e.What != trace.Expect && e.What != trace.Unexpect {
			continue
		}
		what := map[trace.What]string{trace.Expect: "NEW", trace.Unexpect: "DESTROY"}[e.What]
		x := r.trace.Track(e).Orig
		out = append(out, fmt.Sprintf("%s %s > %s:%s", what, x.Src.Addr(), x.Dst.Addr(), cmp.Or(ports[x.Dst.Port()], "?")))
	}
	return out
}
