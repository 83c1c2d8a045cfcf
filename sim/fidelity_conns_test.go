package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"ftpscope/sim/trace"
)

// seenConn is one connection as seen at all vantage points. Its identity is the
// SYN's sequence number, which NAT keeps.
type seenConn struct {
	first       moment
	clientOpens bool
	control     bool
	name        string
	ends        [vantages]*trace.Ends // of the SYN
	syns        [vantages][]moment
	streams     [vantages][2]seenStream // by sender
	events      [vantages]map[string]moment
	counts      [vantages]map[string]int
	leaked      map[string]bool // events of packets that kept their private address
}

// The senders of a stream.
const (
	byClient = iota
	byServer
)

var letters = [2]string{"C", "S"}

// seenStream is one direction of one connection at one vantage point.
type seenStream struct {
	based  bool
	base   uint32
	bytes  []byte
	at     []segmentAt
	resent []int
}

type segmentAt struct {
	offset int
	moment
}

func (s *seenStream) add(p *sighting) {
	if !s.based || len(p.packet.Payload) == 0 {
		return
	}
	start := int(int32(p.packet.Seq - s.base))
	switch {
	case start == len(s.bytes):
		s.at = append(s.at, segmentAt{start, p.moment})
		s.bytes = append(s.bytes, p.packet.Payload...)
	case start < len(s.bytes):
		s.resent = append(s.resent, start)
	}
}

// when is the time at which the octet at an offset passed.
func (s *seenStream) when(offset int) moment {
	i := len(s.at) - 1
	for i > 0 && s.at[i].offset > offset {
		i--
	}
	return s.at[i].moment
}

type endPair [2]netip.AddrPort

func pairOf(a, b netip.AddrPort) endPair {
	if a.Compare(b) > 0 {
		a, b = b, a
	}
	return endPair{a, b}
}

// seenConns sorts what passed the vantage points into connections, the control
// connections first, each kind in the order of their first SYN.
func seenConns(caught [vantages][]sighting, controlPort uint16) []*seenConn {
	bySeq, anywhere, byNo := map[uint32]*seenConn{}, map[endPair]*seenConn{}, map[uint32]*seenConn{}
	var all []*seenConn
	for v := range caught {
		known := map[endPair]*seenConn{}
		for i := range caught[v] {
			p := &caught[v][i]
			sender := byClient
			if towardsClient(p.dst.Addr()) {
				sender = byServer
			}
			if p.packet.IsICMP() {
				if c := byNo[p.packet.About]; c != nil {
					c.mark(v, letters[sender]+".ICMP "+icmpName(p.packet), p.moment)
				}
				continue
			}
			pair := pairOf(p.src, p.dst)
			if p.packet.Flags&(trace.SYN|trace.ACK) == trace.SYN {
				c := bySeq[p.packet.Seq]
				if c == nil {
					c = &seenConn{first: p.moment, clientOpens: sender == byClient, leaked: map[string]bool{}}
					bySeq[p.packet.Seq] = c
					all = append(all, c)
				}
				c.syn(v, p, controlPort)
				known[pair], anywhere[pair] = c, c
			}
			switch {
			case known[pair] != nil:
				known[pair].account(v, p, sender)
				byNo[p.packet.No] = known[pair]
			case anywhere[pair] != nil:
				anywhere[pair].leak(v, p, sender)
			}
		}
	}
	name(all)
	return all
}

func icmpName(p *trace.Packet) string {
	if n, ok := icmpNames[[2]uint8{p.ICMP, p.Code}]; ok {
		return n
	}
	return fmt.Sprintf("%d/%d", p.ICMP, p.Code)
}

func name(all []*seenConn) {
	slices.SortFunc(all, func(a, b *seenConn) int {
		switch {
		case a.control != b.control && a.control:
			return -1
		case a.control != b.control:
			return 1
		case a.first.before(b.first):
			return -1
		}
		return 1
	})
	controls, datas := 0, 0
	for _, c := range all {
		if c.control {
			controls++
			c.name = "control"
			if controls > 1 {
				c.name += strconv.Itoa(controls)
			}
			continue
		}
		datas++
		c.name = fmt.Sprintf("data%d", datas)
	}
}

func (c *seenConn) syn(v int, p *sighting, controlPort uint16) {
	if p.before(c.first) {
		c.first = p.moment
	}
	c.control = c.clientOpens && p.dst.Port() == controlPort
	if c.ends[v] == nil {
		c.ends[v] = &trace.Ends{Src: p.src, Dst: p.dst}
	}
	c.syns[v] = append(c.syns[v], p.moment)
}

func (c *seenConn) mark(v int, event string, at moment) {
	if c.events[v] == nil {
		c.events[v], c.counts[v] = map[string]moment{}, map[string]int{}
	}
	if _, seen := c.events[v][event]; !seen {
		c.events[v][event] = at
	}
	c.counts[v][event]++
}

// account notes what one packet means to its connection.
func (c *seenConn) account(v int, p *sighting, sender int) {
	stream := &c.streams[v][sender]
	flags := p.packet.Flags
	switch {
	case flags.Has(trace.RST):
		c.mark(v, letters[sender]+".RST", p.moment)
		return
	case flags.Has(trace.SYN | trace.ACK):
		stream.based, stream.base = true, p.packet.Seq+1
		c.mark(v, "SYNACK", p.moment)
		return
	case flags.Has(trace.SYN):
		stream.based, stream.base = true, p.packet.Seq+1
		c.mark(v, "SYN", p.moment)
		return
	}
	_, answered := c.events[v]["SYNACK"]
	_, acked := c.events[v]["ACK"]
	if c.clientOpens == (sender == byClient) && answered && !acked {
		c.mark(v, "ACK", p.moment)
	}
	stream.add(p)
	if flags.Has(trace.FIN) {
		c.mark(v, letters[sender]+".FIN", p.moment)
	}
}

// leak notes a packet that NAT let pass as it was.
func (c *seenConn) leak(v int, p *sighting, sender int) {
	event := letters[sender] + ".stray"
	switch {
	case p.packet.Flags.Has(trace.RST):
		event = letters[sender] + ".RST"
	case p.packet.Flags.Has(trace.FIN):
		event = letters[sender] + ".FIN"
	}
	c.mark(v, event, p.moment)
	c.leaked[event] = true
}

// firstSeen is the vantage point that saw the connection's SYN first.
func (c *seenConn) firstSeen() int {
	best := -1
	for v := range c.syns {
		if len(c.syns[v]) > 0 && (best < 0 || c.syns[v][0].before(c.syns[best][0])) {
			best = v
		}
	}
	return best
}

// anyEnds are the ends of the SYN at the leftmost vantage point that saw it.
func (c *seenConn) anyEnds() trace.Ends {
	for _, e := range c.ends {
		if e != nil {
			return *e
		}
	}
	return trace.Ends{}
}
