package model

import (
	"context"
	"sync/atomic"

	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// Worker does work that may take long. It returns when the work is done, or
// when that takes longer than a person should wait: then the work goes on
// beside them, and done says whether it has ended.
type Worker func(work func()) (done func() bool)

// InPlace is the Worker of whoever waits.
func InPlace(work func()) func() bool {
	work()
	return func() bool { return true }
}

// JobKind is what a job is for; its sentence stands in the catalogue under
// "work." and the name.
type JobKind string

// The kinds of jobs.
const (
	JobChange  JobKind = "change"  // the run of a changed scenario
	JobOpen    JobKind = "open"    // another run in place of this one
	JobCompare JobKind = "compare" // two runs beside each other
	JobLesson  JobKind = "lesson"  // a lesson and its runs, or a task's verdict
)

// Job is work under way beside the window.
type Job struct {
	Kind JobKind

	scenario *sim.Scenario // of JobChange
	undone   standing      // of JobChange: what there was before the first change that is not run yet
	under    *Job          // a change that goes on when this has ended, unless this brings another run

	stop     context.CancelFunc
	progress atomic.Pointer[sim.Progress]
	done     func() bool
	land     func() // in place; made by the work
	err      error  // likewise
	failed   func(error)
}

// Errors that say why there is no run.
var (
	ErrStopped = trace.Err("error.stopped")
	ErrFixed   = trace.Err("error.lesson.fixed")
)

// Progress is how far the job has come.
func (j *Job) Progress() sim.Progress {
	if p := j.progress.Load(); p != nil {
		return *p
	}
	return sim.Progress{}
}

func (j *Job) report(p sim.Progress) { j.progress.Store(&p) }

// Job is the work under way, or nil.
func (p *Player) Job() *Job { return p.job }

// Scenario is what the person has made of the scenario: that of the run on show,
// or of the one that is on its way.
func (p *Player) Scenario() *sim.Scenario {
	if j := p.job.change(); j != nil {
		return j.scenario
	}
	return &p.Run.Scenario
}

// change is the change that is under way, also where something else interrupts it.
func (j *Job) change() *Job {
	for j != nil && j.scenario == nil {
		j = j.under
	}
	return j
}

// beside has work done that makes runs. What is there in a moment is put in
// place at once; the rest comes with Land, while everything stays as it is. It
// takes the place of what was under way, unless it fails at once; that a change
// is under way it only interrupts. The error is for now, failed for later; where
// failed is nil Problem keeps it.
func (p *Player) beside(j *Job, work func(context.Context) (land func(), err error), failed func(error)) error {
	ctx, stop := context.WithCancel(context.Background())
	j.stop, j.failed = stop, failed
	j.done = p.Worker(func() { j.land, j.err = work(ctx) })
	ended := j.done()
	if ended && j.err != nil {
		stop()
		return j.err
	}
	if j.Kind == JobChange { // built on what was under way
		p.drop()
	} else if p.job != nil && p.job.scenario == nil {
		p.job.stop()
		p.job = p.job.under
	}
	j.under, p.job = p.job, j
	if ended {
		p.Land()
	}
	return nil
}

// Land puts in place what has come of the job, if it has ended, and reports
// whether.
func (p *Player) Land() bool {
	j := p.job
	if j == nil || !j.done() {
		return false
	}
	j.stop()
	p.job = j.under
	switch {
	case j.err != nil:
		p.fail(j, j.err)
	case j.Kind == JobOpen:
		p.drop()
		j.land()
	default:
		j.land()
	}
	return true
}

// Stop gives the job up. Everything is as if it had not been begun, and what was
// typed for it stands where it was typed.
func (p *Player) Stop() {
	if j := p.job; j != nil {
		j.stop()
		p.job = j.under
		p.fail(j, ErrStopped)
	}
}

func (p *Player) fail(j *Job, err error) {
	switch {
	case j.failed != nil:
		j.failed(err)
	case err != ErrStopped:
		p.Problem = err
	}
}

// drop lets go of what is under way, for it is wanted no more.
func (p *Player) drop() {
	for ; p.job != nil; p.job = p.job.under {
		p.job.stop()
	}
}

// dropKind lets go of a job of a kind only.
func (p *Player) dropKind(k JobKind) {
	if j := p.job; j != nil && j.Kind == k {
		j.stop()
		p.job = j.under
	}
}
