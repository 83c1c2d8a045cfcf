package model

import (
	"slices"

	"ftpscope/sim"
)

// history holds the scenarios to go back and forward to.
type history struct {
	past, future []sim.Scenario
	merge        string // a change of the same name goes into the latest entry
}

// standing is what a change that is given up leads back to.
type standing struct {
	history history
	attempt string // at a lesson's task
}

// commit runs a changed scenario in place of the present one, and lets it be
// undone. A change with the same merge as the one before goes into its entry of
// the history. When the scenario cannot be run nothing changes; landed, unless
// nil, comes after the run.
func (p *Player) commit(next sim.Scenario, merge string, landed func()) error {
	h := p.history
	if merge == "" || merge != h.merge {
		h.past = append(slices.Clip(h.past), *p.Scenario())
	}
	h.merge, h.future = merge, nil
	return p.replace(next, h, landed)
}

// replace runs another form of the scenario and keeps the place: the same
// message, or the last there is. What the person may undo is known at once, also
// while the run is on its way.
func (p *Player) replace(next sim.Scenario, h history, landed func()) error {
	before := standing{p.history, p.Learn.attempt()}
	if j := p.job.change(); j != nil {
		before = j.undone
		if same(&next, &p.Run.Scenario) { // the way back to what is on show
			p.drop()
			p.settle(h)
			return nil
		}
	}
	j := &Job{Kind: JobChange, scenario: &next, undone: before}
	err := p.remake(j, p.Run.Name, next, func(message int) {
		p.Lab.Prompt.unheard = ""
		p.keepPlace(message)
		call(landed)
	}, func(err error) { p.revert(before, &next, err) })
	if err == nil {
		p.settle(h)
	}
	return err
}

// keepPlace puts the cursor at the message where it stood in the run before, or
// at the last there is.
func (p *Player) keepPlace(message int) {
	switch last := len(p.Run.Outline.Messages) - 1; {
	case message < 0 || last < 0:
		p.JumpTo(0)
	default:
		p.JumpToMessage(min(message, last))
	}
}

// settle takes note of a change that is made or under way.
func (p *Player) settle(h history) {
	p.history = h
	p.Learn.try(p.Scenario())
}

// revert leads back from changes that could not be run, or were stopped. What
// was typed for them stays where it was typed, with the reason.
func (p *Player) revert(to standing, from *sim.Scenario, err error) {
	p.history = to.history
	p.Learn.keepAttempt(to.attempt)
	told := p.untype(from, err)
	if e := &p.Edit; e.Open {
		rules, _ := p.Rules(e.Chain)
		switch {
		case e.Index >= len(rules):
			p.Edit = Edit{}
		case rules[e.Index].Text != e.Text && e.Err == nil:
			e.Err, told = err, true
		}
	}
	if p.Lab.Prompt.unsay(err) {
		told = true
	}
	if !told && err != ErrStopped {
		p.Problem = err
	}
}

// Undo takes the latest change back.
func (p *Player) Undo() {
	h := p.history
	if last := len(h.past) - 1; last >= 0 {
		to := h.past[last]
		h.past, h.future = h.past[:last:last], append(slices.Clip(h.future), *p.Scenario())
		p.travel(to, h)
	}
}

// Redo makes it again.
func (p *Player) Redo() {
	h := p.history
	if last := len(h.future) - 1; last >= 0 {
		to := h.future[last]
		h.future, h.past = h.future[:last:last], append(slices.Clip(h.past), *p.Scenario())
		p.travel(to, h)
	}
}

func (p *Player) travel(to sim.Scenario, h history) {
	h.merge = ""
	if p.replace(to, h, nil) == nil {
		p.Edit = Edit{}
		p.forget()
	}
}
