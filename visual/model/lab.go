package model

import (
	"errors"
	"maps"
	"slices"

	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// Lab is what the person builds: a scenario of their own, from a form, a prompt
// and files.
type Lab struct {
	File   string // where the scenario was last saved or read; "": nowhere
	Ask    Ask
	Prompt Prompt

	saved sim.Scenario          // as it is in the file, or in the preset
	wrong map[string]wrongField // by path
	typed map[string]typedField // by path

	changed struct { // the answer of Changed
		of  *sim.Scenario
		run *trace.Trace
		yes bool
	}
}

// Ask is what the window asks the person about.
type Ask uint8

// What can be asked: nothing, where to save to, what file to open.
const (
	AskNothing Ask = iota
	AskSave
	AskOpen
)

// Diagnosis says how the run ended, and what would mend it.
func (p *Player) Diagnosis() sim.Diagnosis { return p.Run.diagnosis() }

// Apply makes the changes that a remedy consists of.
func (p *Player) Apply(r sim.Remedy) error {
	next := p.Scenario().Clone()
	for _, key := range slices.Sorted(maps.Keys(r.Set)) {
		if err := next.Set(key, r.Set[key]); err != nil {
			return err
		}
	}
	p.Edit = Edit{}
	return p.commit(next, "", nil)
}

// CompareRemedy sets the run beside the one that a remedy makes of it.
func (p *Player) CompareRemedy(r sim.Remedy) error {
	var err error
	c := p.altered(r.Say, func(s *sim.Scenario) {
		for _, key := range slices.Sorted(maps.Keys(r.Set)) {
			err = errors.Join(err, s.Set(key, r.Set[key]))
		}
	})
	if err != nil {
		return err
	}
	return p.OpenCompare(c)
}

// Changed reports whether the scenario is another than in its file or preset.
func (p *Player) Changed() bool {
	return p.Lab.differs(p.Scenario(), p.Run.Trace)
}

func (l *Lab) differs(s *sim.Scenario, run *trace.Trace) bool {
	c := &l.changed
	if c.of != s || c.run != run {
		c.of, c.run, c.yes = s, run, !same(s, &l.saved)
	}
	return c.yes
}

// Work is what the person has built in the Lab, also while a lesson is on show:
// its name and file, and whether it differs from that.
func (p *Player) Work() (name, file string, s *sim.Scenario, changed bool) {
	if p.Learn == nil || p.Learn.before == nil {
		return p.Run.Name, p.Lab.File, p.Scenario(), p.Changed()
	}
	b := p.Learn.before
	s = &b.run.Scenario
	if j := b.job.change(); j != nil {
		s = j.scenario
	}
	return b.run.Name, b.lab.File, s, b.lab.differs(s, b.run.Trace)
}

// Saved notes that the scenario stands in a file as it is now.
func (p *Player) Saved(file string) {
	p.Lab.File, p.Lab.saved = file, *p.Scenario()
	p.Lab.changed.of = nil
}

// OpenScenario shows a scenario from a file at its beginning; landed, unless
// nil, comes when it is to be seen.
func (p *Player) OpenScenario(file string, s sim.Scenario, landed func()) error {
	return p.another(s.ID, s, func() {
		p.Saved(file)
		call(landed)
	})
}

// Restore shows unsaved work again: a scenario as it was, of the file or preset
// it came from; landed likewise.
func (p *Player) Restore(name, file string, s sim.Scenario, landed func()) error {
	return p.another(name, s, func() {
		p.Lab.File = file
		call(landed)
	})
}

func call(f func()) {
	if f != nil {
		f()
	}
}

// begin is at the beginning of another run, with nothing to undo.
func (p *Player) begin() {
	p.history = history{}
	p.Edit = Edit{}
	p.Cursor = Cursor{Size: p.Cursor.Size}
	p.Selected, p.Why = 0, Why{}
	p.Lab = Lab{Prompt: Prompt{recent: p.Lab.Prompt.recent}}
}

// forget drops what was typed into fields before the scenario went another way.
func (p *Player) forget() { p.Lab.wrong, p.Lab.typed = nil, nil }
