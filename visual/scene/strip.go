package scene

// guestGap keeps a strip off what stands above it.
const guestGap = 6

// guestWords leaves out who opened what below the guests' lanes.
func (l *layout) guestWords(p *painter) func() {
	return func() { l.eachGuestLane(p, func(r *laneRows) { r.words.on = false }) }
}

// guestPills leaves out what the packets on the guests' lanes carry.
func (l *layout) guestPills(p *painter) func() {
	return func() { l.eachGuestLane(p, func(r *laneRows) { r.pills.on = false }) }
}

// guestsOff leaves out the guests.
func (l *layout) guestsOff() {
	for i := range l.strips {
		l.strips[i].on = false
	}
}

func (l *layout) eachGuestLane(p *painter, do func(*laneRows)) {
	for i := guestLanes; i < guestLanes+2*len(p.Film.guests); i++ {
		do(&l.lanes[i])
	}
}

// stripH is the height of one guest's strip.
func (l *layout) stripH(p *painter, i int) float32 {
	if !l.strips[i].on {
		return 0
	}
	r := &l.lanes[guestLane(i, ServerSide)]
	h := l.chipH + 4
	if r.words.on && r.pills.on {
		h = max(h, p.lineHeight(BodyStrong)+p.lineHeight(MonoSmall)+8)
	}
	return guestGap + max(h, r.pills.height()+l.chipH+r.words.height())
}

func (l *layout) guestsH(p *painter) (h float32) {
	for i := range p.Film.guests {
		h += l.stripH(p, i)
	}
	return h
}

// putGuests gives each a strip below the channels: hosts on the Internet first,
// for whom both cards are drawn down, then those in the client's network, below
// its card.
func (l *layout) putGuests(p *painter) {
	y := l.bottom
	for _, left := range [2]bool{false, true} {
		for i := range p.Film.guests {
			g, s := &p.Film.guests[i], &l.strips[i]
			h := l.stripH(p, i)
			if g.left != left || h == 0 {
				continue
			}
			s.y, s.h = y+guestGap, h-guestGap
			y += h
			l.cards[ServerSide].H += h
			if left {
				s.card = Rect{l.cards[ClientSide].X, s.y, l.cardW, s.h}
			} else {
				l.cards[ClientSide].H += h
				at, _ := l.middle(p, g)
				s.card = Rect{at.from, s.y, at.to - at.from, s.h}
			}
			l.wireUp(p, i)
		}
	}
	l.bottom = y
}

// middle is the place of a card between the routers: in the middle of what its
// lines cross, as far as these leave room; ok: they leave some.
func (l *layout) middle(p *painter, g *guest) (at span, ok bool) {
	from, to := l.edges[0]+16, l.edges[1]-16
	for _, c := range l.columns[:l.n] {
		if sideOf(p.t, c.node) == ClientSide {
			from = max(from, c.x+c.w/2+6)
		} else {
			to = min(to, c.x-c.w/2-6)
		}
	}
	name, address := p.Measure(p.guestName(g), BodyStrong), p.Measure(g.addr.String(), MonoSmall)
	room := span{from, to}
	least := clamp((to-from-name)/4, 14, 40*p.Scale) // of a line that is to be seen
	if g.talks[ClientSide] {
		room.from += least
	}
	if g.talks[ServerSide] {
		room.to -= least
	}
	w := min(max(name, address)+2*l.inset+2, room.to-room.from)
	x := (from + to - w) / 2
	switch {
	case g.talks[ServerSide] && !g.talks[ClientSide]:
		x = room.from
	case g.talks[ClientSide] && !g.talks[ServerSide]:
		x = room.to - w
	}
	return span{x, x + w}, w >= min(name+2*l.inset, 48*p.Scale)
}

// wireUp puts a guest's lanes beside its card.
func (l *layout) wireUp(p *painter, i int) {
	g, s := &p.Film.guests[i], &l.strips[i]
	for side, ends := range [2][2]float32{
		{l.ends[0], s.card.X - 10},
		{s.card.X + s.card.W + 10, l.ends[1]},
	} {
		if !g.talks[side] {
			continue
		}
		r := &l.lanes[guestLane(i, Side(side))]
		r.ends = ends
		y := r.pills.at(s.y + (s.h-r.pills.height()-l.chipH-r.words.height())/2)
		r.line = y + l.chipH/2
		r.words.at(y + l.chipH)
	}
}

// wired reports whether a lane is drawn.
func (r *laneRows) wired() bool { return r.ends[1] > r.ends[0] }

// within is what of a gap lies along the lane.
func (r *laneRows) within(g span) span { return span{max(g.from, r.ends[0]-8), min(g.to, r.ends[1]+8)} }
