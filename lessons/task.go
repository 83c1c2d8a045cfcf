package lessons

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/expr-lang/expr/vm"

	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// The kinds of tasks: how a person does them.
const (
	TaskLab      = "lab"      // by changing the scenario in the Lab
	TaskWrite    = "write"    // by writing a line as the client or the server
	TaskQuestion = "question" // by answering a question: pointing, passing or dropping, ordering
)

var taskKinds = []string{TaskLab, TaskWrite, TaskQuestion}

// Task is what a person does at the end of a lesson. A run judges it.
type Task struct {
	ID         string // "task", or beginning so
	Kind       string
	Title      string
	Text       Text
	Run        *Run      // that it begins with; its scenario is to be cloned before it is changed
	Form       string    // of a line to write: "PORT" for its argument, "227" for the whole reply
	Question   *Question // of a task that is one
	Conditions []Condition
	Hints      []Text // to be given one at a time
	Solution   Attempt

	wrong []wrongAttempt
}

// Condition is one thing that must be true of the run in the end.
type Condition struct {
	ID   string
	Text Text

	at      place
	program *vm.Program
	with    []string
}

// Attempt is a way to do a task; which field counts depends on its kind.
type Attempt struct {
	Scenario *sim.Scenario
	Set      []string // of a stored one: how the scenario was changed, as --set takes it
	Line     string
	Answer   Answer
}

// wrongAttempt is only of use to who checks the lesson, and made then.
type wrongAttempt struct {
	attemptDefinition
	at place
}

// Verdict says which conditions an attempt met.
type Verdict struct {
	Done    bool // all of them
	Results []Result
	Run     *Run // of the attempt
}

// Result is a condition, met or not.
type Result struct {
	ID   string
	Text Text
	Met  bool
}

// task makes one of the lesson's tasks.
func (o *opening) task(n int) error {
	d := o.def.Tasks[n]
	s := o.doc.sections[len(o.def.Steps)+n]
	where := fmt.Sprintf("task[%d]", n)
	t := &Task{ID: d.ID, Kind: d.Kind, Title: s.title, Text: s.text, Run: o.lesson.Run(d.Run), Form: d.Form, Hints: s.hints}
	o.lesson.Tasks = append(o.lesson.Tasks, t)
	if d.Kind == TaskQuestion {
		q, err := o.question(t.Run, 0, d.Question, s.question, where+".question")
		if err != nil {
			return err
		}
		q.Reveal = trace.ID(t.Run.Trace.Len())
		t.Question, t.Solution.Answer = q, q.Right()
		return nil
	}
	for i, c := range d.Conditions {
		at := o.def.at("%s.condition[%d].when", where, i)
		program, err := compile(at, c.When, vocabulary{}, reflect.TypeFor[bool]())
		if err != nil {
			return err
		}
		if _, err := change(*t.Run.Scenario, c.With); err != nil {
			return o.def.at("%s.condition[%d].with", where, i).wrap(err)
		}
		j := slices.IndexFunc(s.entries, func(e entry) bool { return e.key == c.ID })
		t.Conditions = append(t.Conditions, Condition{c.ID, s.entries[j].text, at, program, c.With})
	}
	var err error
	if t.Solution, err = t.attempt(*d.Solution, o.def.at("%s.solution.set", where)); err != nil {
		return err
	}
	for i, w := range d.Wrong {
		t.wrong = append(t.wrong, wrongAttempt{w, o.def.at("%s.wrong[%d].set", where, i)})
	}
	return nil
}

// attempt makes an attempt of what is stored of it.
func (t *Task) attempt(d attemptDefinition, at place) (Attempt, error) {
	if t.Kind == TaskWrite {
		return Attempt{Line: d.Line}, nil
	}
	s, err := change(*t.Run.Scenario, d.Set)
	if err != nil {
		return Attempt{}, at.wrap(err)
	}
	return Attempt{Scenario: &s, Set: d.Set}, nil
}

// Judge runs a scenario and says which conditions it meets. The error is about
// the scenario: it cannot run, or not within a lesson's bounds.
func (t *Task) Judge(s sim.Scenario) (*Verdict, error) {
	return t.JudgeContext(context.Background(), s)
}

// JudgeContext is Judge for whoever does not wait: it is given up when ctx ends.
func (t *Task) JudgeContext(ctx context.Context, s sim.Scenario) (*Verdict, error) {
	run, err := play(ctx, "attempt", s)
	if err != nil {
		return nil, err
	}
	v := &Verdict{Done: true, Run: run}
	for _, c := range t.Conditions {
		met, err := c.met(ctx, t.Run.Scenario, run)
		if err != nil {
			return nil, err
		}
		v.Results = append(v.Results, Result{c.ID, c.Text, met})
		v.Done = v.Done && met
	}
	return v, nil
}

// Varies reports whether a condition is judged by another run than the
// attempt's own.
func (c *Condition) Varies() bool { return len(c.with) > 0 }

// Variant is the scenario of the run that a condition is judged by.
func (c *Condition) Variant(attempt sim.Scenario) (sim.Scenario, error) {
	s, err := change(attempt, c.with)
	if err != nil {
		return s, trace.Err("error.lesson.condition", "id", c.ID, "why", err)
	}
	return s, nil
}

// met evaluates a condition in a run, or in a variant of it. A run that lacks
// what the expression looks for does not meet it.
func (c *Condition) met(ctx context.Context, start *sim.Scenario, run *Run) (bool, error) {
	if c.Varies() {
		s, err := c.Variant(*run.Scenario)
		if err != nil {
			return false, err
		}
		if run, err = play(ctx, c.ID, s); err != nil {
			return false, trace.Err("error.lesson.condition", "id", c.ID, "why", err)
		}
	}
	met, err := evaluate[bool](c.at, c.program, *run.words(start))
	return met && err == nil, nil
}

// Write judges a line that a person wrote for the client or the server. The
// error says why the line cannot be taken for what it should be.
func (t *Task) Write(line string) (*Verdict, error) {
	return t.WriteContext(context.Background(), line)
}

// WriteContext is Write for whoever does not wait, as JudgeContext is Judge.
func (t *Task) WriteContext(ctx context.Context, line string) (*Verdict, error) {
	if t.Kind != TaskWrite {
		return nil, trace.Err("error.lesson.no_line")
	}
	s, err := say(*t.Run.Scenario, t.Form, line)
	if err != nil {
		return nil, err
	}
	return t.JudgeContext(ctx, s)
}

// Try judges a whole attempt.
func (t *Task) Try(a Attempt) (*Verdict, error) {
	switch t.Kind {
	case TaskWrite:
		return t.Write(a.Line)
	case TaskQuestion:
		f := t.Question.Check(a.Answer)
		return &Verdict{Done: f.Right, Run: t.Run, Results: []Result{{"answer", f.Text, f.Right}}}, nil
	}
	return t.Judge(*a.Scenario)
}
