package model

import (
	"ftpscope/sim/trace"
)

// Why is the question for the causes of an event.
type Why struct {
	Open  bool
	About trace.ID // 0: what the cursor is about
}

// ToggleWhy asks why what the cursor is about happened, or takes the question back.
func (p *Player) ToggleWhy() { p.Why = Why{Open: !p.Why.Open} }

// Ask asks why an event happened.
func (p *Player) Ask(id trace.ID) {
	if p.MayAsk() {
		p.Why = Why{Open: true, About: id}
	}
}

// MayAsk reports whether no question of a lesson keeps the causes back.
func (p *Player) MayAsk() bool {
	return !p.KeepsRule() && !p.Unsolved()
}

// Asked is the event that is asked about.
func (p *Player) Asked() trace.ID {
	if p.Why.About != 0 {
		return p.Why.About
	}
	return p.Event()
}

// FollowCause jumps to a link of the chain of causes, n events having happened
// there; the chain stays that of the same event.
func (p *Player) FollowCause(n trace.ID) {
	about := p.Asked()
	p.JumpTo(n)
	p.Ask(about)
}

// Event is the one the cursor is about: the end of its message, or the latest
// of its packet; 0 before the first.
func (p *Player) Event() trace.ID {
	m := p.Message()
	if p.Selected == 0 && p.Cursor.Size != trace.ByPacket && m >= 0 {
		return p.Run.Outline.Messages[m].Last
	}
	last := trace.ID(0)
	for id := p.PacketSent(); id != 0 && id <= p.Cursor.N; id = p.Run.Trace.Next(id) {
		last = id
	}
	return last
}

// Before is the world one step of the present size before the cursor: what
// differs from it has just changed.
func (p *Player) Before() *trace.World {
	stops := p.Run.Outline.Stops(p.Cursor.Size)
	at, _ := p.Place()
	p.Run.Trace.Seek(p.before, stops[max(at-1, 0)])
	return p.before
}
