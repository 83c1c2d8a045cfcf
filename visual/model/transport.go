package model

import "ftpscope/sim/trace"

// Transport is what the bar below the picture moves: the cursor of one run, or
// that of two compared ones.
type Transport interface {
	TogglePlay()
	Playing() bool
	Forward(trace.Size)
	Back(trace.Size)
	Home()
	End()
	AtStart() bool
	AtEnd() bool
	Place() (at, of int)
	Scrub(pos float64)
	Film() (pos, length float64) // the cursor, in film seconds
}

// Transport is that of the picture on show.
func (p *Player) Transport() Transport {
	if p.Compare != nil {
		return p.Compare
	}
	return p
}

// Home goes to the beginning.
func (p *Player) Home() { p.JumpTo(0) }

// End goes to where nothing more happens.
func (p *Player) End() { p.JumpTo(p.lastStop()) }

// Film is the cursor on the run's film, and how long that is.
func (p *Player) Film() (pos, length float64) { return p.Cursor.Pos, p.Run.Film.Length() }
