package model

import (
	"context"
	"reflect"

	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/scene"
)

// Run is a scenario and what came of it.
type Run struct {
	Name     string // of the preset it started from
	Scenario sim.Scenario
	Trace    *trace.Trace
	Outline  *trace.Outline
	Film     *scene.Film

	told *told
}

// told is what is said about a run, once somebody asks.
type told struct {
	lines     []trace.Printed
	diagnosis *sim.Diagnosis
}

// longRun is from how many events on a run is told of when it is made: later
// the window would stand still for it.
const longRun = 20_000

func newRun(name string, s sim.Scenario, t *trace.Trace, o *trace.Outline) Run {
	r := Run{Name: name, Scenario: s, Trace: t, Outline: o, Film: scene.NewFilm(o), told: &told{}}
	if t.Len() >= longRun {
		r.lines()
		r.diagnosis()
		t.World(trace.ID(t.Len())) // makes the keyframes
	}
	return r
}

// simulate makes the run of a scenario.
func simulate(ctx context.Context, made Simulator, j *Job, name string, s sim.Scenario) (Run, error) {
	t, err := made.Run(ctx, s, j.report)
	if err != nil {
		return Run{}, err
	}
	return newRun(name, s, t, trace.NewOutline(t)), nil
}

// lines are what the person at the client sees in the whole run.
func (r *Run) lines() []trace.Printed {
	if r.told.lines == nil {
		r.told.lines = sim.Session(&r.Scenario, r.Trace)
	}
	return r.told.lines
}

func (r *Run) diagnosis() sim.Diagnosis {
	if r.told.diagnosis == nil {
		d := sim.Diagnose(&r.Scenario, r.Trace)
		r.told.diagnosis = &d
	}
	return *r.told.diagnosis
}

// same reports whether two scenarios are the same to the last field.
func same(a, b *sim.Scenario) bool { return reflect.DeepEqual(a.Table(), b.Table()) }
