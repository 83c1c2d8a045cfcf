package model

import (
	"strings"

	"ftpscope/lessons"
	"ftpscope/sim/trace"
)

// judged is the latest verdict and the run that it is on.
type judged struct {
	of      *trace.Trace
	verdict *lessons.Verdict
	err     error
}

// Verdict says which conditions the run on show meets. A line has to be written
// first: until then there is none.
func (l *Learn) Verdict() (*lessons.Verdict, error) {
	if l.Labs() && l.verdict.of != l.host.Run.Trace {
		v, err := l.Lesson.Task.Judge(l.host.Run.Scenario)
		l.verdict = judged{l.host.Run.Trace, v, err}
		l.finish(v)
	}
	return l.verdict.verdict, l.verdict.err
}

// Write tries a line as the client's or the server's.
func (l *Learn) Write() {
	if len(l.Draft) == 0 {
		return
	}
	v, err := l.Lesson.Task.Write(l.Draft[0])
	if v != nil {
		l.host.exhibit(l.run(v.Run))
	}
	l.verdict = judged{l.host.Run.Trace, v, err}
	l.finish(v)
}

// WriteDraft keeps the line as far as it is written.
func (l *Learn) WriteDraft(line string) { l.Draft, l.verdict.err = lessons.Answer{line}, nil }

func (l *Learn) finish(v *lessons.Verdict) {
	if v != nil && v.Done && !l.state().Done {
		l.change(func(s *lessons.State) { s.Done = true })
	}
}

// Commands is what the person at the client types in the task's run, in one
// line; "" where its client takes none.
func (l *Learn) Commands() string { return strings.Join(l.host.Run.Scenario.User, "; ") }

// Type has the person at the client type other commands.
func (l *Learn) Type(line string) {
	next := l.host.Run.Scenario.Clone()
	next.User = nil
	for _, command := range strings.Split(line, ";") {
		if command = strings.TrimSpace(command); command != "" {
			next.User = append(next.User, command)
		}
	}
	l.Problem = l.host.commit(next, "")
}

// Hints are those that were asked for, and more whether there is another.
func (l *Learn) Hints() (given []lessons.Text, more bool) {
	all := l.Lesson.Task.Hints
	n := min(l.state().Hints, len(all))
	return all[:n], n < len(all)
}

// Hint gives one more.
func (l *Learn) Hint() { l.change(func(s *lessons.State) { s.Hints++ }) }

// Solve shows the solution; progress remembers that it was asked for.
func (l *Learn) Solve() {
	t := l.Lesson.Task
	l.change(func(s *lessons.State) { s.Shown = true })
	switch t.Kind {
	case lessons.TaskLab:
		before := l.host.Run.Scenario
		if l.Problem = l.host.replace(t.Solution.Scenario.Clone()); l.Problem == nil {
			h := &l.host.history
			h.past, h.future, h.merge = append(h.past, before), nil, ""
		}
	case lessons.TaskWrite:
		l.Draft = lessons.Answer{t.Solution.Line}
		l.Write()
	case lessons.TaskQuestion:
		l.Give()
	}
}

// Shown reports whether the solution was asked for.
func (l *Learn) Shown() bool { return l.state().Shown }

// Done reports whether the task was done.
func (l *Learn) Done() bool { return l.state().Done }

// Again begins the lesson anew.
func (l *Learn) Again() {
	id := l.Lesson.ID
	l.Progress.Reset(id)
	l.verdict = judged{}
	if l.Problem = l.OpenLesson(id); l.Problem == nil {
		l.show(0, false)
	}
	l.save()
}

// speaking reports whether a lesson is being presented: then its steps are gone
// through with the keys of the run.
func (p *Player) speaking() bool { return p.InLesson() && p.Settings.Present }

func (p *Player) forward() {
	if p.speaking() && !p.Learn.AtTask() {
		p.Learn.Speak()
		return
	}
	p.Transport().Forward(p.Cursor.Size)
}

func (p *Player) back() {
	if p.speaking() && p.Cursor.N <= p.Learn.placeOf() {
		p.Learn.Back()
		return
	}
	p.Transport().Back(p.Cursor.Size)
}

// Speak goes on as one who presents the lesson does: from a question to its
// answer, from there to where the run shows it, and on to the next step.
func (l *Learn) Speak() {
	switch {
	case l.Asking():
		l.Give()
	case l.Unseen():
		l.Reveal()
	default:
		l.Next()
	}
}

func (l *Learn) placeOf() trace.ID {
	_, at := l.place()
	return at
}
