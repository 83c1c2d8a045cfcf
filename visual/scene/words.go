package scene

import (
	"math"
	"time"

	"ftpscope/sim/trace"
)

// words says under each lane who opened it and, under a stamp, what became of
// the packet.
func (s *stage) words() {
	for i := range s.laneCount() {
		l, rows := &s.lane[i], &s.lanes[i]
		if !rows.wired() || i >= guestLanes && l.Phase == None {
			continue
		}
		from, to := s.edges[0]+4, s.edges[1]-4
		if i >= guestLanes {
			from, to = max(from, rows.ends[0]), min(to, rows.ends[1])
		}
		widest := rows.words.widest(from, to)
		if l.Died == 0 {
			s.opened(i, widest, false)
			continue
		}
		e := s.t.Event(l.Died)
		dir := s.heading(i, l.Sent)
		x := s.stop(i, e, dir)
		side := rows.within(s.gap(x - dir*4))
		fate := s.Texts.Text(verdictKeys[e.What])
		fates := [2]label{{fate, BodyStrong, BlockedPaint, 1}, {fate, SmallStrong, BlockedPaint, 1}}
		both := s.Measure(fate, BodyStrong) + s.Measure(s.Texts.Text(s.phaseKey(i)), BodyStrong) + 16
		elsewhere := side.to <= widest.from || side.from >= widest.to
		if elsewhere || both <= widest.to-widest.from {
			s.put(&rows.words, side.from, side.to, x, fates[:]...)
			s.opened(i, rows.words.widest(from, to), true)
			continue
		}
		below := s.put(&rows.fates, side.from, side.to, x, fates[:]...)
		s.opened(i, widest, !below)
		if !below {
			s.put(&rows.words, side.from, side.to, x, fates[:]...)
		}
	}
}

// opened writes who opened a lane, as large as the gap allows. Beside what became
// of a packet it does not begin with "by": nobody is to read "dropped by the client".
func (s *stage) opened(lane int, gap span, beside bool) {
	l, b := &s.lane[lane], &s.lanes[lane].words
	own, _, _ := colours(l.Channel)
	name := s.channelName(l.Channel)
	mid := (gap.from + gap.to) / 2
	if l.Phase == None {
		s.put(b, gap.from, gap.to, mid, label{name, BodyStrong, Muted, 1}, label{name, Small, Muted, 1})
		return
	}
	short := s.Texts.Text(s.phaseKey(lane))
	long := name + " · " + short
	least := label{s.by(lane), SmallStrong, own, 1}
	if beside {
		least.text = ""
	}
	s.put(b, gap.from, gap.to, mid, label{long, Title, own, 1}, label{long, Lead, own, 1}, label{long, BodyStrong, own, 1},
		label{short, Lead, own, 1}, label{short, BodyStrong, own, 1}, label{short, SmallStrong, own, 1},
		least, label{name, SmallStrong, own, 1})
}

// by names who opens a lane where there is room for no more.
func (s *stage) by(lane int) string {
	if p := s.lane[lane].Phase; p != Open && p != Opening && p != Blocked {
		return ""
	}
	return s.Texts.Text("lane.by." + s.party(lane, s.lane[lane].Opener))
}

// party is who stands at one end of a lane, as catalogue keys name it.
func (s *stage) party(lane int, end Side) string {
	if lane >= guestLanes {
		if i, to := guestOf(lane); end != to {
			switch s.t.Nodes[s.film.guests[i].node].Role {
			case trace.RoleAttacker:
				return "attacker"
			case trace.RoleSecondServer:
				return "second"
			}
			return "another"
		}
	}
	return [2]string{"client", "server"}[end]
}

// phaseKey is the sentence for a lane's phase.
func (s *stage) phaseKey(lane int) string {
	l := &s.lane[lane]
	who := s.party(lane, l.Opener)
	switch l.Phase {
	case Expected:
		return "lane.expected." + who
	case Opening:
		return "lane.opening." + who
	case Closing:
		return "lane.closing." + s.party(lane, l.Closer)
	case Reset:
		if c := &s.Outline.Conns[l.Conn]; !reached(c.Open, s.world.N) {
			return "lane.refused"
		}
		return "lane.reset"
	case Blocked:
		if l.GivenUp() {
			return "lane.failed." + who
		}
		return "lane.blocked." + who
	case Open:
		return "lane.open." + who
	}
	return "lane.none"
}

// wait says how much time was passed over.
func (s *stage) wait() {
	w, ok := s.film.WaitAt(s.pos)
	if !ok {
		return
	}
	text := s.Texts.Text("stage.later", "time", stretch(s.Texts, w.Virtual))
	gap := s.foot.widest(s.edges[0]+4, s.edges[1]-4)
	s.put(&s.foot, gap.from, gap.to, (gap.from+gap.to)/2, label{text, Title, Ink, 1}, label{text, BodyStrong, Ink, 1}, label{text, Small, Ink, 1})
}

// stretch writes a length of time in the unit that suits it.
func stretch(t Texts, d time.Duration) string {
	for _, u := range [...]struct {
		key  string
		unit time.Duration
	}{{"time.days", 24 * time.Hour}, {"time.hours", time.Hour}, {"time.minutes", time.Minute}} {
		if d >= 3*u.unit {
			return t.Text(u.key, "n", int(math.Round(float64(d)/float64(u.unit))))
		}
	}
	s := d.Seconds()
	if s < 9.95 {
		return t.Text("time.seconds", "n", math.Round(s*10)/10)
	}
	return t.Text("time.seconds", "n", int(math.Round(s)))
}
