package scene

import (
	"slices"
	"strings"

	"ftpscope/sim/trace"
)

// column is a router, or a host's own firewall, that stands across the lanes.
type column struct {
	node     trace.Node
	x, w     float32        // centre and width
	wall     bool           // it has firewall rules
	nat      bool           // it translates addresses
	helper   bool           // it has a helper for FTP
	host     bool           // it belongs to a host and stands before its card
	lanes    [maxLanes]bool // whether the wall lets that lane through
	from, to float32        // how far its heading may reach
}

// laneRows are the strips of one lane, from top to bottom.
type laneRows struct {
	pills band // what the packets carry
	line  float32
	words band       // who opened it; socket states
	fates band       // what became of a packet, where the words leave no room for it
	ends  [2]float32 // where its line begins and ends, left and right; both 0: there is no such lane
}

// strip is a guest's part of the stage, below the channels.
type strip struct {
	on   bool
	card Rect
	y, h float32
}

// layout is where everything on the stage stands. It depends on the run, the
// size and the text scale but never on the cursor, so that nothing but what
// happens moves.
type layout struct {
	top, bottom   float32 // of the cards
	cardW, inset  float32
	cards         [2]Rect
	edges         [2]float32 // inner edges of the cards
	ends          [2]float32 // where the lines begin and end, beside the chips
	chipW, chipH  float32
	name, addr    band // also the routers' names and addresses
	addr2         band
	caption, foot band // at the bottom: machine states, blocked packets, waits
	lanes         [maxLanes]laneRows
	strips        [maxGuests]strip
	wallTop       float32
	wallBottom    float32
	columns       [4]column
	n             int // of columns
}

const (
	protrude = 8    // how far a chip stands out of its card
	farthest = 1600 // beyond which the eye loses a lane's other end
)

// arrange lays the stage out.
func (p *painter) arrange() *layout {
	l := &layout{}
	l.width(p)
	l.findColumns(p)
	l.height(p)
	l.obstruct()
	return l
}

func (l *layout) width(p *painter) {
	margin := max(clamp(p.W*.025, 4, 24), (p.W-farthest*p.Scale)/2)
	l.chipW = p.Measure(":65535", Mono) + 16
	l.chipH = p.lineHeight(Mono) + 8
	l.inset = clamp(p.W*.012, 6, 16)
	l.cardW = max(l.chipW+8, min(190*p.Scale, p.W*.23), min(max(l.addressW(p), 160*p.Scale)+2*l.inset, p.W*.275))
	l.cards[ClientSide] = Rect{X: margin, W: l.cardW}
	l.cards[ServerSide] = Rect{X: p.W - margin - l.cardW, W: l.cardW}
	l.edges = [2]float32{margin + l.cardW, p.W - margin - l.cardW}
	l.ends = [2]float32{l.edges[0] + protrude + 4, l.edges[1] - protrude - 4}
	l.lanes[commandLane].ends, l.lanes[dataLane].ends = l.ends, l.ends
}

// addressW is the width of the longer of the hosts' addresses.
func (l *layout) addressW(p *painter) float32 {
	w := float32(0)
	for i := range p.t.Nodes {
		if n := &p.t.Nodes[i]; len(n.Addrs) > 0 && isHost(p.t, trace.Node(i)) {
			w = max(w, p.Measure(n.Addrs[0].String(), MonoSmall))
		}
	}
	return w + 1
}

// findColumns finds the routers that do something in this run, and host
// firewalls: those that have rules.
func (l *layout) findColumns(p *painter) {
	from, to := l.ends[0], l.ends[1]
	space := to - from
	wallW := clamp(space*.07, 12, 38)
	var has [4]column
	var found [4]bool
	for i := range p.t.Rules {
		r := &p.t.Rules[i]
		k := -1
		switch p.t.Nodes[r.At].Role {
		case trace.RoleClient:
			k = 0
		case trace.RoleClientRouter:
			k = 1
		case trace.RoleServerRouter:
			k = 2
		case trace.RoleServer:
			k = 3
		default:
			continue
		}
		found[k] = true
		has[k].node, has[k].w, has[k].host = r.At, wallW, k == 0 || k == 3
		has[k].wall = has[k].wall || filters(r)
		has[k].nat = has[k].nat || strings.HasSuffix(r.Chain, "routing") && !r.Policy
		has[k].helper = has[k].helper || r.Chain == "helper" && !r.Policy
	}
	side := float32(.27)
	if found[1] && found[2] {
		side = .18
	}
	places := [4]float32{from + wallW/2, from + space*side, to - space*side, to - wallW/2}
	for k := range has {
		if found[k] {
			has[k].x = places[k]
			l.columns[l.n] = has[k]
			l.n++
		}
	}
	for i := range l.n {
		c := &l.columns[i]
		c.from, c.to = l.edges[0]+4, l.edges[1]-4
		if i > 0 {
			c.from = (l.columns[i-1].x + c.x) / 2
		}
		if i+1 < l.n {
			c.to = (l.columns[i+1].x + c.x) / 2
		}
	}
}

// height gives the rows their places. What does not fit is left out, the
// least telling row first; before the words go, everything moves closer.
func (l *layout) height(p *painter) {
	pad, inner := clamp(p.H*.03, 4, 24), clamp(p.H*.025, 4, 14)
	l.rows(p)
	gap := float32(6)
	need := func() float32 {
		lane := l.lanes[0].pills.height() + l.chipH + l.lanes[0].words.height() + l.lanes[0].fates.height()
		top, bottom := l.name.height()+l.addr.height()+l.addr2.height(), l.caption.height()+l.foot.height()
		return 2*(pad+inner) + top + 2*lane + bottom + 3*gap + l.guestsH(p)
	}
	one, two := &l.lanes[commandLane], &l.lanes[dataLane]
	closer := func() {
		gap = 2
		l.name.h, l.chipH = p.lineHeight(BodyStrong), p.lineHeight(Mono)+4
		one.words.h, two.words.h = p.lineHeight(SmallStrong), p.lineHeight(SmallStrong)
	}
	off := func(bands ...*band) func() {
		return func() {
			for _, b := range bands {
				b.on = false
			}
		}
	}
	cuts := []func(){
		off(&one.fates, &two.fates), off(&l.caption), off(&l.addr2), off(&l.addr), off(&l.foot), off(&one.pills, &two.pills),
		closer, off(&one.words, &two.words), off(&l.name),
	}
	if len(p.Film.guests) > 0 { // a host more is more than what it says
		cuts = []func(){
			off(&one.fates, &two.fates), off(&l.caption), off(&l.addr2), l.guestWords(p), closer, off(&l.addr), l.guestPills(p),
			off(&l.foot), off(&one.pills, &two.pills), off(&one.words, &two.words), off(&l.name), l.guestsOff,
		}
	}
	if p.Scale <= 1.25 { // what is kept so has the width it needs
		cuts = slices.Insert(cuts, 2, closer)
	}
	for _, cut := range cuts {
		if need() <= p.H {
			break
		}
		cut()
	}
	total := need()
	spare := max(min(p.H-total, total*.7), 0)
	l.top = (p.H-total-spare)/2 + pad
	l.stack(l.top+inner, inner, gap, spare)
	l.putGuests(p)
}

// rows says how high each row is when all are there.
func (l *layout) rows(p *painter) {
	large := BodyStrong // the largest style the words come in
	if p.H >= 400*p.Scale {
		large = Title
	}
	small := p.lineHeight(Small)
	l.name, l.addr = band{on: true, h: p.lineHeight(Title)}, band{on: true, h: p.lineHeight(MonoSmall)}
	l.addr2 = band{on: l.n > 0, h: l.addr.h}
	l.caption, l.foot = band{on: true, h: small}, band{on: true, h: p.lineHeight(large)}
	for i := range l.lanes {
		r := &l.lanes[i]
		r.pills = band{on: true, h: p.lineHeight(Mono) + 8}
		r.words = band{on: true, h: p.lineHeight(large) + 2}
		r.fates = band{on: true, h: small}
		if i >= guestLanes { // what became of a packet stands among its words
			r.words.h, r.fates.on = p.lineHeight(SmallStrong)+2, false
		}
	}
	for i := range p.Film.guests {
		g := &p.Film.guests[i]
		_, fits := l.middle(p, g)
		l.strips[i].on = (fits || g.left) && (p.HideAfter == 0 || g.first <= p.HideAfter)
	}
}

// stack puts the rows below each other from y on.
func (l *layout) stack(y, inner, gap, spare float32) {
	for _, b := range [...]*band{&l.name, &l.addr, &l.addr2} {
		y = b.at(y)
	}
	l.wallTop = y + 2
	y += gap + spare*.3
	for i := range l.lanes[:guestLanes] {
		r := &l.lanes[i]
		y = r.pills.at(y)
		r.line = y + l.chipH/2
		y = r.fates.at(r.words.at(y+l.chipH)) + gap
		if i == 0 {
			y += spare * .4
		}
	}
	l.wallBottom = y + spare*.3 + l.caption.height() - 2
	y = l.foot.at(l.caption.at(y + spare*.3))
	l.bottom = y + inner
	for i := range l.cards {
		l.cards[i].Y, l.cards[i].H = l.top, l.bottom-l.top
	}
}

func (b *band) height() float32 {
	if b.on {
		return b.h
	}
	return 0
}

// at puts the band's top at y and returns its bottom.
func (b *band) at(y float32) float32 {
	b.y = y + b.height()/2
	return y + b.height()
}

// obstruct keeps texts off the columns.
func (l *layout) obstruct() {
	for _, c := range l.columns[:l.n] {
		for i := range l.lanes {
			for _, b := range [...]*band{&l.lanes[i].pills, &l.lanes[i].words, &l.lanes[i].fates} {
				b.take(c.x-c.w/2-2, c.x+c.w/2+2)
			}
		}
		if l.caption.on {
			l.caption.take(c.x-c.w/2-2, c.x+c.w/2+2)
		}
	}
}

// column is the column of a node, or nil.
func (l *layout) column(n trace.Node) *column {
	for i := range l.n {
		if l.columns[i].node == n {
			return &l.columns[i]
		}
	}
	return nil
}

// place is where a packet is when it is at a node.
func (l *layout) place(t *trace.Trace, n trace.Node) float32 {
	from, to := l.ends[0], l.ends[1]
	switch t.Nodes[n].Role {
	case trace.RoleClient:
		return from
	case trace.RoleServer:
		return to
	case trace.RoleInternet:
		return (from + to) / 2
	}
	if c := l.column(n); c != nil {
		return c.x
	}
	if sideOf(t, n) == ServerSide {
		return from + (to-from)*.78
	}
	return from + (to-from)*.22
}

func clamp(x, low, high float32) float32 { return min(max(x, low), high) }
