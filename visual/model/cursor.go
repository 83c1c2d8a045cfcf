package model

import (
	"sort"
	"time"

	"ftpscope/sim/trace"
)

// Cursor is the place in the run that the window shows.
type Cursor struct {
	N    trace.ID // events that have happened
	Pos  float64  // film seconds; between two events while something moves
	Size trace.Size

	motion motion
	last   time.Time // of the latest Advance while moving
	goal   trace.ID  // where a glide ends
	until  trace.ID  // where playing ends; 0: with the run
	rate   float64   // film seconds a second of the glide
}

type motion uint8

const (
	still   motion = iota
	gliding        // on the way to the next stop
	playing        // until the end or a pause
)

// longestGlide is how many seconds one step may take to watch: a login of four
// lines is hurried, a single packet is not.
const longestGlide = 2.0

// longestFrame bounds how far one frame moves: a window that was hidden or held
// up goes on where it was.
const longestFrame = 100 * time.Millisecond

// Playing reports whether the run is being played.
func (p *Player) Playing() bool { return p.Cursor.motion == playing }

// Moving reports whether the next frame will differ from this one.
func (p *Player) Moving() bool { return p.Cursor.motion != still }

// AtStart reports whether the cursor stands before the first event.
func (p *Player) AtStart() bool { return p.Cursor.N == 0 && p.Cursor.Pos == 0 }

// AtEnd reports whether there is nothing more to step to.
func (p *Player) AtEnd() bool { return p.Cursor.N >= p.lastStop() }

// lastStop is the last of the run, or where a question hides the rest.
func (p *Player) lastStop() trace.ID {
	stops := p.Run.Outline.Stops(trace.ByPacket)
	horizon, _ := p.horizon()
	return min(stops[len(stops)-1], horizon)
}

// JumpTo puts the cursor where n events have happened.
func (p *Player) JumpTo(n trace.ID) {
	c := &p.Cursor
	horizon, _ := p.horizon()
	c.N = min(n, horizon)
	c.Pos = p.Run.Film.Pos(c.N)
	if c.N == 0 {
		c.Pos = 0
	}
	c.motion, c.until = still, 0
	p.Selected, p.Why.About = 0, 0
}

// JumpToMessage puts the cursor where all of a message is to be seen.
func (p *Player) JumpToMessage(m int) {
	if m >= 0 && m < len(p.Run.Outline.Messages) {
		p.JumpTo(p.Run.Outline.Messages[m].Stop)
	}
}

// Scrub puts the cursor at a place on the film.
func (p *Player) Scrub(pos float64) {
	p.place(pos)
	p.Cursor.motion = still
	p.Selected, p.Why.About = 0, 0
}

func (p *Player) place(pos float64) {
	c := &p.Cursor
	horizon, _ := p.horizon()
	c.Pos = min(max(pos, 0), p.Run.Film.Pos(horizon))
	c.N = min(p.Run.Film.Events(c.Pos), horizon)
}

// Forward glides to the next stop. Called again on the way it is there at once
// and starts for the one after: an impatient person never waits.
func (p *Player) Forward(size trace.Size) {
	c := &p.Cursor
	if c.motion == gliding {
		p.JumpTo(c.goal)
	}
	stops := p.Run.Outline.Stops(size)
	i := sort.Search(len(stops), func(i int) bool { return stops[i] > c.N })
	if i == len(stops) {
		p.JumpTo(p.lastStop())
		return
	}
	p.glideTo(stops[i])
}

// glideTo lets the run go on until n events have happened.
func (p *Player) glideTo(n trace.ID) {
	c := &p.Cursor
	p.Selected, p.Why.About = 0, 0
	horizon, _ := p.horizon()
	n = min(n, horizon)
	far := p.Run.Film.Pos(n) - c.Pos
	if p.Settings.ReduceMotion || far <= 0 {
		p.JumpTo(n)
		return
	}
	c.motion, c.goal, c.last = gliding, n, time.Time{}
	c.rate = max(Speeds[p.Settings.Speed.Value], far/longestGlide)
}

// goalOr is where a glide ends; without one it is where the cursor stands.
func (c *Cursor) goalOr() trace.ID {
	if c.motion == gliding {
		return c.goal
	}
	return c.N
}

// Back is at the previous stop at once: looking back is looking up, not
// watching again.
func (p *Player) Back(size trace.Size) {
	stops := p.Run.Outline.Stops(size)
	i := sort.Search(len(stops), func(i int) bool { return stops[i] >= p.Cursor.N })
	p.JumpTo(stops[max(i-1, 0)])
}

// TogglePlay plays or pauses. At the end it plays from the beginning.
func (p *Player) TogglePlay() {
	c := &p.Cursor
	if c.motion == playing {
		c.motion = still
		return
	}
	if p.AtEnd() {
		p.JumpTo(0)
	}
	p.Selected, p.Why.About = 0, 0
	c.motion, c.last, c.until = playing, time.Time{}, 0
}

// playTo plays until n events have happened.
func (p *Player) playTo(n trace.ID) {
	c := &p.Cursor
	if p.Settings.ReduceMotion || p.Run.Film.Pos(n) <= c.Pos {
		p.JumpTo(n)
		return
	}
	c.motion, c.last, c.until = playing, time.Time{}, n
}

// Settle ends a glide where it was going.
func (p *Player) Settle() {
	if p.Cursor.motion == gliding {
		p.JumpTo(p.Cursor.goal)
	}
}

// Advance moves a playing or gliding cursor on to the moment now and reports
// whether it is still moving.
func (p *Player) Advance(now time.Time) bool {
	if p.Compare != nil {
		return p.Compare.advance(now)
	}
	c := &p.Cursor
	if c.motion == still {
		return false
	}
	if c.last.IsZero() {
		c.last = now
	}
	passed := min(max(now.Sub(c.last), 0), longestFrame).Seconds()
	c.last = now
	rate, goal := c.rate, c.goal
	if c.motion == playing {
		rate, goal = Speeds[p.Settings.Speed.Value], p.lastStop()
		if c.until != 0 {
			goal = c.until
		}
	}
	pos := c.Pos + passed*rate
	if pos >= p.Run.Film.Pos(goal) {
		p.JumpTo(goal)
		return false
	}
	p.place(pos)
	return true
}

// Place is which step of the present size is shown, done or under way, and how
// many there are; 0 is the beginning.
func (p *Player) Place() (at, of int) {
	stops := p.Run.Outline.Stops(p.Cursor.Size)
	horizon, _ := p.horizon()
	last := sort.Search(len(stops), func(i int) bool { return stops[i] > horizon }) - 1
	return min(sort.Search(len(stops), func(i int) bool { return stops[i] >= p.Cursor.N }), last), last
}
