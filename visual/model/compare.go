package model

import (
	"context"
	"math"
	"slices"
	"sort"
	"time"

	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// Comparison is a pair of runs that can be set beside each other.
type Comparison struct {
	Title trace.Sentence // what makes the difference
	Sides [2]string      // what each is called: "active", "passive", "before", "after"

	scenarios [2]sim.Scenario
	again     func(*Run) (Comparison, error) // of another run; nil: that of its title, if it is offered
}

// Compare is two runs moved by one cursor. They are aligned by what happens in
// them; each run's moment is a function of the common one.
type Compare struct {
	Comparison
	Players   [2]*Player
	Alignment *trace.Alignment

	host   *Player
	axis   *axis
	rows   [2][]int // by side and message: its row among Alignment.Pairs
	pos    float64
	chosen int // the row last jumped to, counted from 1, while the cursor stays there
	motion motion
	goal   float64
	rate   float64
	last   time.Time
}

// Comparisons are those that the present run offers: one with the data
// connection opened from either side, what would happen if the packet that the
// caption is about had fared otherwise, and what would mend the run.
func (p *Player) Comparisons() []Comparison {
	all := []Comparison{p.modes()}
	all = append(all, p.WhatIfs()...)
	for _, r := range p.remedies() {
		if !slices.ContainsFunc(all, func(c Comparison) bool { return c.Title.Key == r.Title.Key }) {
			all = append(all, r)
		}
	}
	return all
}

// modes are the present scenario in active and in passive mode.
func (p *Player) modes() Comparison {
	c := Comparison{Title: trace.Sentence{Key: "compare.modes"}, Sides: [2]string{"active", "passive"}}
	modes := [2]string{"port", "pasv"}
	if m := p.Run.Scenario.Client.Mode; m == "eprt" || m == "epsv" {
		modes = [2]string{"eprt", "epsv"}
	}
	for side, mode := range modes {
		c.scenarios[side] = p.Run.Scenario.Clone()
		c.scenarios[side].Client.Mode = mode
	}
	return c
}

// altered is the present run beside one that a change makes of it.
func (p *Player) altered(title trace.Sentence, f func(*sim.Scenario)) Comparison {
	c := Comparison{Title: title, Sides: [2]string{"before", "after"}}
	c.scenarios = [2]sim.Scenario{p.Run.Scenario, p.Run.Scenario.Clone()}
	f(&c.scenarios[1])
	return c
}

// OpenCompare sets the two runs of a comparison beside each other, with the
// cursor where the present run is; CloseCompare goes back to that.
func (p *Player) OpenCompare(c Comparison) error {
	r, made, j := p.Run, p.sim, &Job{Kind: JobCompare}
	return p.beside(j, func(ctx context.Context) (func(), error) {
		x, err := compare(ctx, made, j, &r, c)
		return func() { p.showCompare(x) }, err
	}, nil)
}

// compare makes what a comparison with a run needs.
func compare(ctx context.Context, made Simulator, j *Job, r *Run, c Comparison) (*Compare, error) {
	x := &Compare{Comparison: c}
	for side := range x.Players {
		run, err := *r, error(nil)
		if !same(&c.scenarios[side], &r.Scenario) {
			run, err = simulate(ctx, made, j, r.Name, c.scenarios[side])
		}
		if err != nil {
			return nil, err
		}
		x.Players[side] = &Player{}
		x.Players[side].load(run)
	}
	a, b := &x.Players[0].Run, &x.Players[1].Run
	x.Alignment = trace.Align(a.Outline, b.Outline)
	x.axis = newAxis(x.Alignment, [2]*Run{a, b})
	x.findRows()
	return x, nil
}

// showCompare puts two runs in place of what is on show, where the run is.
func (p *Player) showCompare(x *Compare) {
	x.host = p
	for _, one := range x.Players {
		one.Settings = p.Settings
	}
	p.Settle()
	p.Cursor.motion = still
	if side := x.present(); side >= 0 {
		x.jump(x.axis.from(side, p.Cursor.Pos))
	}
	p.Compare = x
	if x.again != nil { // it is about how the run ended
		x.End()
	}
}

// showAgain sets what the run has become beside its counterpart; nil: two runs
// were not on show when it was made.
func (p *Player) showAgain(x *Compare) {
	if x == nil {
		c, err := p.Run.comparison(p.Compare.Comparison, p.Message())
		if err == nil {
			err = p.OpenCompare(c)
		}
		p.Problem = err
		return
	}
	p.showCompare(x)
}

// comparison is the one that was on show, else the first, that a run offers at a
// message.
func (r *Run) comparison(was Comparison, message int) (Comparison, error) {
	if was.again != nil {
		return was.again(r)
	}
	one := &Player{}
	one.load(*r)
	one.keepPlace(message)
	all := one.Comparisons()
	i := slices.IndexFunc(all, func(c Comparison) bool { return c.Title.Key == was.Title.Key })
	return all[max(i, 0)], nil
}

// present is the side that is the run compared from, or -1.
func (c *Compare) present() int {
	return slices.IndexFunc(c.Players[:], func(one *Player) bool {
		return one.Run.Trace.Len() == c.host.Run.Trace.Len() && one.Run.Scenario.Client.Mode == c.host.Run.Scenario.Client.Mode
	})
}

// CloseCompare goes back to the run alone, where it was left.
func (p *Player) CloseCompare() {
	p.dropKind(JobCompare)
	p.Compare = nil
}

func (c *Compare) findRows() {
	for side, one := range c.Players {
		c.rows[side] = make([]int, len(one.Run.Outline.Messages))
		for i := range c.Alignment.Pairs {
			for _, m := range c.part(side, i).Messages {
				c.rows[side][m] = i
			}
		}
	}
}

func (c *Compare) part(side, row int) *trace.Part {
	if side == 0 {
		return &c.Alignment.Pairs[row].A
	}
	return &c.Alignment.Pairs[row].B
}

// Row is the row of the alignment that the cursor is about; -1 at the beginning.
func (c *Compare) Row() int {
	switch i := c.axis.piece(c.pos); {
	case c.pos <= 0:
		return -1
	case c.chosen > 0:
		return c.chosen - 1
	default:
		for ; i >= 0; i-- { // the last piece has no message
			for side, m := range c.axis.pieces[i] {
				if m >= 0 {
					return c.rows[side][m]
				}
			}
		}
	}
	return -1
}

// JumpToRow puts both runs where all of a row is to be seen.
func (c *Compare) JumpToRow(row int) {
	to := 0.0
	for side, one := range c.Players {
		if stop := c.part(side, row).Stop; stop != 0 {
			to = max(to, c.axis.from(side, one.Run.Film.Pos(stop)))
		}
	}
	c.jump(to)
	c.chosen = row + 1
}

// JumpTo puts one run where n events have happened, and the other beside it.
func (c *Compare) JumpTo(side int, n trace.ID) {
	c.jump(c.axis.from(side, c.Players[side].Run.Film.Pos(n)))
}

// Marks are the moments of a run's messages on the common film.
func (c *Compare) Marks(side int) []float64 {
	messages := c.Players[side].Run.Outline.Messages
	at := make([]float64, len(messages))
	for i := range messages {
		at[i] = c.axis.from(side, c.Players[side].Run.Film.Pos(messages[i].Stop))
	}
	return at
}

func (c *Compare) jump(pos float64) {
	c.move(pos)
	c.motion = still
}

// move puts the common cursor somewhere, and either run's where that is for it.
func (c *Compare) move(pos float64) {
	c.chosen = 0
	c.pos = min(max(pos, 0), c.axis.length())
	for side, one := range c.Players {
		if c.pos == 0 {
			one.JumpTo(0)
			continue
		}
		one.place(c.axis.to(side, c.pos))
	}
}

// TogglePlay plays or pauses. At the end it plays from the beginning.
func (c *Compare) TogglePlay() {
	if c.motion == playing {
		c.motion = still
		return
	}
	if c.AtEnd() {
		c.Home()
	}
	c.motion, c.last = playing, time.Time{}
}

// Playing reports whether the runs are being played.
func (c *Compare) Playing() bool { return c.motion == playing }

// Forward glides to the next stop of either run.
func (c *Compare) Forward(size trace.Size) {
	if c.motion == gliding {
		c.jump(c.goal)
	}
	stops := c.axis.stops[size]
	i := sort.Search(len(stops), func(i int) bool { return stops[i] > c.pos+nearly })
	if i == len(stops) {
		c.End()
		return
	}
	if c.host.Settings.ReduceMotion {
		c.jump(stops[i])
		return
	}
	c.motion, c.goal, c.last = gliding, stops[i], time.Time{}
	c.rate = max(Speeds[c.host.Settings.Speed.Value], (stops[i]-c.pos)/longestGlide)
}

// Back is at the previous stop at once.
func (c *Compare) Back(size trace.Size) {
	stops := c.axis.stops[size]
	i := sort.Search(len(stops), func(i int) bool { return stops[i] >= c.pos-nearly })
	c.jump(stops[max(i-1, 0)])
}

// Home goes to the beginning, End to the end of both runs.
func (c *Compare) Home() { c.jump(0) }

// End goes to the end of both runs.
func (c *Compare) End() { c.jump(c.axis.length()) }

// AtStart reports whether nothing has happened yet.
func (c *Compare) AtStart() bool { return c.pos == 0 }

// AtEnd reports whether nothing more will happen in either run.
func (c *Compare) AtEnd() bool { return c.pos >= c.axis.length()-nearly }

// Place is which step of the present size is shown, and how many there are.
func (c *Compare) Place() (at, of int) {
	stops := c.axis.stops[c.host.Cursor.Size]
	last := len(stops) - 1
	return min(sort.Search(len(stops), func(i int) bool { return stops[i] >= c.pos-nearly }), last), last
}

// Scrub puts the cursor at a place on the common film.
func (c *Compare) Scrub(pos float64) { c.jump(pos) }

// Film is the cursor on the common film, and how long that is.
func (c *Compare) Film() (pos, length float64) { return c.pos, c.axis.length() }

// advance moves a playing or gliding cursor on to the moment now and reports
// whether it is still moving.
func (c *Compare) advance(now time.Time) bool {
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
		rate, goal = Speeds[c.host.Settings.Speed.Value], math.Inf(1)
	}
	if goal = min(goal, c.axis.length()); c.pos+passed*rate >= goal {
		c.jump(goal)
		return false
	}
	c.move(c.pos + passed*rate)
	return true
}
