package lessons

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// Lesson is an open lesson in one language: its runs have happened, its steps
// have their places, its questions their answers.
type Lesson struct {
	ID       string
	Language string
	Title    string
	Summary  Text
	Runs     []*Run
	Steps    []Step
	Tasks    []*Task  // done one after the other, at the end
	Terms    []Term   // that it explains
	Sources  []string // RFC and section
}

// Step is one thing to read, at its place in a run.
type Step struct {
	ID       string
	Title    string
	Text     Text
	Run      *Run
	At       trace.ID  // how many events of the run have happened
	Page     string    // on show beside the run; empty: what is of use there
	Question *Question // or nil
}

// Lesson opens a lesson in the language nearest to the one asked for. The
// error, where the lesson itself is wrong, is a [Problem].
func (l *Library) Lesson(id, lang string) (*Lesson, error) {
	return l.LessonContext(context.Background(), id, lang)
}

// LessonContext is Lesson for whoever does not wait for its runs: they are given
// up when ctx ends.
func (l *Library) LessonContext(ctx context.Context, id, lang string) (*Lesson, error) {
	s := l.shelf(id)
	if s == nil {
		return nil, &unknownError{"error.lesson.unknown", id}
	}
	def, err := s.definition()
	if err != nil {
		return nil, err
	}
	if err := l.order(s, def); err != nil {
		return nil, err
	}
	lang = assets.Match(lang)
	doc, err := s.document(lang)
	if err != nil {
		return nil, err
	}
	if problems := def.compare(doc); len(problems) > 0 {
		return nil, s.named(problems[0])
	}
	o := &opening{ctx: ctx, def: def, doc: doc, lesson: &Lesson{
		ID: id, Language: lang, Title: doc.title, Summary: doc.summary, Terms: doc.terms(id), Sources: slices.Clone(def.Sources),
	}}
	return o.lesson, s.named(o.open(s))
}

// opening is a lesson on its way from definition and text to what a person
// sees.
type opening struct {
	ctx    context.Context
	def    *definition
	doc    *document
	lesson *Lesson
}

func (o *opening) open(s *shelf) error {
	for i, r := range o.def.Runs {
		run, err := o.run(s, r)
		if err != nil {
			var p *Problem
			if errors.As(err, &p) {
				return err
			}
			return o.def.at("run[%d]", i).problem("error.lesson.run", "run", strconv.Quote(r.ID), "why", err)
		}
		o.lesson.Runs = append(o.lesson.Runs, run)
	}
	for i := range o.def.Steps {
		if err := o.step(i); err != nil {
			return err
		}
	}
	for i := range o.def.Tasks {
		if err := o.task(i); err != nil {
			return err
		}
	}
	return nil
}

func (o *opening) run(s *shelf, r runDefinition) (*Run, error) {
	var start sim.Scenario
	var err error
	if r.Preset != "" {
		start, err = sim.Preset(r.Preset)
	} else {
		var data []byte
		if data, err = read(s.files, s.dir, r.File); err == nil {
			start, err = sim.Parse(data, r.File)
		}
	}
	if err != nil {
		return nil, err
	}
	if start, err = change(start, r.Set); err != nil {
		return nil, err
	}
	return play(o.ctx, r.ID, start)
}

// Run is the run with a name; without a name the first.
func (l *Lesson) Run(id string) *Run {
	for _, r := range l.Runs {
		if r.ID == id {
			return r
		}
	}
	return l.Runs[0]
}

func (o *opening) step(i int) error {
	d := o.def.Steps[i]
	run := o.lesson.Run(d.Run)
	section := o.doc.sections[i]
	at, err := o.place(run, d.At, o.def.at("step[%d].at", i))
	if err != nil {
		return err
	}
	step := Step{ID: d.ID, Title: section.title, Text: section.text, Run: run, At: at, Page: d.Page}
	if d.Page == "" && i > 0 {
		step.Page = o.lesson.Steps[i-1].Page
	}
	if d.Question != nil {
		step.Question, err = o.question(run, at, d.Question, section.question, fmt.Sprintf("step[%d].question", i))
	}
	o.lesson.Steps = append(o.lesson.Steps, step)
	return err
}

// place computes a place in a run from its expression.
func (o *opening) place(run *Run, source string, p place) (trace.ID, error) {
	words := run.vocabulary()
	program, err := compile(p, source, *words, reflect.TypeFor[int]())
	if err != nil {
		return 0, err
	}
	n, err := evaluate[int](p, program, *words)
	if err == nil && (n < 0 || n > run.Trace.Len()) {
		err = p.problem("error.lesson.place", "n", n, "events", run.Trace.Len())
	}
	return trace.ID(n), err
}

// Horizon is how many events of a step's run may be seen anywhere: those before
// the first question from this step on that has no answer yet. answered tells
// of each step with a question whether it has.
func (l *Lesson) Horizon(step int, answered func(step string) bool) trace.ID {
	run := l.Steps[step].Run
	horizon := trace.ID(run.Trace.Len())
	for _, s := range l.Steps[step:] {
		if s.Run == run && s.Question != nil && !answered(s.ID) {
			horizon = min(horizon, max(s.At, l.Steps[step].At))
		}
	}
	return horizon
}
