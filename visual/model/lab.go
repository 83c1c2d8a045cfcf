package model

import (
	"errors"
	"maps"
	"reflect"
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
		of    *trace.Trace
		saved bool
	}
	session struct { // the lines of Session
		of    *trace.Trace
		lines []PromptLine
	}
	diagnosis struct { // the answer of Diagnosis
		of *trace.Trace
		sim.Diagnosis
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

// commit runs a changed scenario in place of the present one, and lets it be
// undone. A change with the same merge as the one before goes into its entry of
// the history. When the scenario cannot be run nothing changes.
func (p *Player) commit(next sim.Scenario, merge string) error {
	before := p.Run.Scenario
	if err := p.replace(next); err != nil {
		return err
	}
	h := &p.history
	if merge == "" || merge != h.merge {
		h.past = append(h.past, before)
	}
	h.merge, h.future = merge, nil
	return nil
}

// Diagnosis says how the run ended, and what would mend it.
func (p *Player) Diagnosis() sim.Diagnosis {
	d := &p.Lab.diagnosis
	if d.of != p.Run.Trace {
		d.of, d.Diagnosis = p.Run.Trace, sim.Diagnose(&p.Run.Scenario, p.Run.Trace)
	}
	return d.Diagnosis
}

// Apply makes the changes that a remedy consists of.
func (p *Player) Apply(r sim.Remedy) error {
	next := p.Run.Scenario.Clone()
	for _, key := range slices.Sorted(maps.Keys(r.Set)) {
		if err := next.Set(key, r.Set[key]); err != nil {
			return err
		}
	}
	p.Edit = Edit{}
	return p.commit(next, "")
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
	c := &p.Lab.changed
	if c.of != p.Run.Trace {
		c.of, c.saved = p.Run.Trace, reflect.DeepEqual(p.Run.Scenario.Table(), p.Lab.saved.Table())
	}
	return !c.saved
}

// Saved notes that the scenario stands in a file as it is now.
func (p *Player) Saved(file string) {
	p.Lab.File, p.Lab.saved = file, p.Run.Scenario
	p.Lab.changed.of = nil
}

// OpenScenario shows a scenario from a file at its beginning.
func (p *Player) OpenScenario(file string, s sim.Scenario) error {
	if err := p.rerun(s.ID, s); err != nil {
		return err
	}
	p.begin()
	p.Saved(file)
	return p.recompare()
}

// Restore shows unsaved work again: a scenario as it was, of the file or preset
// it came from.
func (p *Player) Restore(name, file string, s sim.Scenario) error {
	if err := p.rerun(name, s); err != nil {
		return err
	}
	p.begin()
	p.Lab.File = file
	return p.recompare()
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
