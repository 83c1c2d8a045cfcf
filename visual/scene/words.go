package scene

import (
	"math"
	"time"
)

// words says under each lane who opened it and, under a stamp, what became of
// the packet.
func (s *stage) words() {
	for i := range s.lane {
		l, rows := &s.lane[i], &s.lanes[i]
		widest := rows.words.widest(s.edges[0]+4, s.edges[1]-4)
		if l.Died == 0 {
			s.opened(l, &rows.words, widest)
			continue
		}
		e := s.t.Event(l.Died)
		x, dir := s.stop(e, s.heading(l.Sent)), s.heading(l.Sent)
		side := s.gap(x - dir*4)
		fate := s.Texts.Text(verdictKeys[e.What])
		fates := [2]label{{fate, BodyStrong, BlockedPaint, 1}, {fate, SmallStrong, BlockedPaint, 1}}
		both := s.Measure(fate, BodyStrong) + s.Measure(s.Texts.Text(s.phaseKey(l)), BodyStrong) + 16
		elsewhere := side.to <= widest.from || side.from >= widest.to
		if elsewhere || both <= widest.to-widest.from {
			s.put(&rows.words, side.from, side.to, x, fates[:]...)
			s.opened(l, &rows.words, rows.words.widest(s.edges[0]+4, s.edges[1]-4))
			continue
		}
		s.opened(l, &rows.words, widest)
		if !s.put(&rows.fates, side.from, side.to, x, fates[:]...) {
			s.put(&rows.words, side.from, side.to, x, fates[:]...)
		}
	}
}

// opened writes who opened a lane, as large as the gap allows.
func (s *stage) opened(l *Lane, b *band, gap span) {
	own, _, _ := colours(l.Channel)
	name := s.channelName(l.Channel)
	mid := (gap.from + gap.to) / 2
	if l.Phase == None {
		s.put(b, gap.from, gap.to, mid, label{name, BodyStrong, Muted, 1}, label{name, Small, Muted, 1})
		return
	}
	short := s.Texts.Text(s.phaseKey(l))
	long := name + " · " + short
	s.put(b, gap.from, gap.to, mid, label{long, Title, own, 1}, label{long, Lead, own, 1}, label{long, BodyStrong, own, 1},
		label{short, Lead, own, 1}, label{short, BodyStrong, own, 1}, label{short, SmallStrong, own, 1},
		label{s.by(l), SmallStrong, own, 1}, label{name, SmallStrong, own, 1})
}

// by names who opens a lane where there is room for no more.
func (s *stage) by(l *Lane) string {
	switch {
	case l.Phase != Open && l.Phase != Opening && l.Phase != Blocked:
		return ""
	case l.Opener == ServerSide:
		return s.Texts.Text("lane.by.server")
	}
	return s.Texts.Text("lane.by.client")
}

// phaseKey is the sentence for a lane's phase.
func (s *stage) phaseKey(l *Lane) string {
	who := "client"
	if l.Opener == ServerSide {
		who = "server"
	}
	switch l.Phase {
	case Expected:
		return "lane.expected." + who
	case Opening:
		return "lane.opening." + who
	case Closing:
		who = "client"
		if l.Closer == ServerSide {
			who = "server"
		}
		return "lane.closing." + who
	case Reset:
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
