package model

import (
	"context"
	"slices"
	"strings"

	"ftpscope/lessons"
	"ftpscope/sim/trace"
)

// judged is the latest verdict and the run that it is on.
type judged struct {
	by      *lessons.Task
	of      *trace.Trace
	verdict *lessons.Verdict
	err     error
}

// Verdict says which conditions the run on show meets. While it is being judged,
// and until a line is written where one has to be, there is none.
func (l *Learn) Verdict() (*lessons.Verdict, error) {
	if l.verdict.by != l.Task() || l.Labs() && l.verdict.of != l.host.Run.Trace {
		return nil, nil
	}
	return l.verdict.verdict, l.verdict.err
}

// ShowVariant sets the run that a condition is judged by beside the attempt's.
func (l *Learn) ShowVariant(c lessons.Condition) {
	x, err := judgedBy(c, &l.host.Run)
	if err == nil {
		err = l.host.OpenCompare(x)
	}
	l.Problem = err
}

// judgedBy is a run beside the one that a condition judges it by.
func judgedBy(c lessons.Condition, r *Run) (x Comparison, err error) {
	x = Comparison{
		Title: trace.Sentence{Key: "compare.condition", Args: []any{"text", c.Text.String()}}, Sides: [2]string{"attempt", "judged"},
		again: func(r *Run) (Comparison, error) { return judgedBy(c, r) },
	}
	x.scenarios[0] = r.Scenario
	x.scenarios[1], err = c.Variant(r.Scenario)
	return x, err
}

// judge judges a run by a task; nil: there is none.
func judge(ctx context.Context, t *lessons.Task, r *Run) judged {
	if t == nil {
		return judged{}
	}
	v, err := t.JudgeContext(ctx, r.Scenario)
	return judged{t, r.Trace, v, err}
}

// note takes note of a verdict on the run on show.
func (l *Learn) note(t *lessons.Task, v judged) {
	if l != nil && t != nil && l.Lesson != nil && l.Task() == t {
		l.verdict = v
		if v.verdict != nil && v.verdict.Done {
			l.finish()
		}
	}
}

// Write tries a line as the client's or the server's, and plays what it brings
// about.
func (l *Learn) Write() {
	if len(l.Draft) == 0 {
		return
	}
	d := l.doing()
	d.Tried = l.Draft[0]
	l.do(d)
	l.write()
	l.tryLine(l.host.playTo)
}

// again shows a line that was tried before: the last word on it or, in another
// language, the place where the person was.
func (l *Learn) again(last trace.ID) {
	if l.stay > 0 {
		last = l.stay
	}
	l.host.JumpTo(last)
}

// tryLine tries the line; show goes to where the last word on it is said.
func (l *Learn) tryLine(show func(trace.ID)) {
	t, line := l.Task(), l.Draft[0]
	fail := func(err error) { l.verdict = judged{t, l.host.Run.Trace, nil, err} }
	err := l.host.beside(&Job{Kind: JobLesson}, func(ctx context.Context) (func(), error) {
		v, err := t.WriteContext(ctx, line)
		return func() {
			l.host.exhibit(l.run(v.Run))
			l.note(t, judged{t, v.Run.Trace, v, nil})
			from, to := effect(t.Run.Outline, v.Run.Outline)
			l.host.JumpTo(from)
			show(to)
		}, err
	}, fail)
	if err != nil {
		fail(err)
	}
}

// effect is where in a run the line is said that makes it another than before,
// and where the last word on it: the last reply but the farewell.
func effect(before, now *trace.Outline) (from, to trace.ID) {
	for i := range now.Messages {
		if i >= len(before.Messages) || now.Messages[i].Line != before.Messages[i].Line {
			break
		}
		from = now.Messages[i].Stop
	}
	for i := range now.Messages {
		if m := &now.Messages[i]; m.Kind == trace.MsgReply && m.Code != 221 {
			to = m.Stop
		}
	}
	return from, max(from, to)
}

// WriteDraft keeps the line as far as it is written.
func (l *Learn) WriteDraft(line string) {
	l.Draft, l.verdict.err = lessons.Answer{line}, nil
	l.keepAttempt(line)
}

// doing is how far the person has come with the open task.
func (l *Learn) doing() lessons.Doing { return l.state().Tasks[l.Task().ID] }

// do notes that.
func (l *Learn) do(d lessons.Doing) {
	s := l.Progress.Of(l.Lesson.ID)
	if s.Tasks == nil {
		s.Tasks = map[string]lessons.Doing{}
	}
	s.Tasks[l.Task().ID] = d
	if l.allDone(s) {
		s.Finish()
	}
	l.Progress.Set(l.Lesson.ID, s)
}

// allDone reports whether every task of the lesson is done.
func (l *Learn) allDone(s lessons.State) bool {
	return !slices.ContainsFunc(l.Lesson.Tasks, func(t *lessons.Task) bool { return !s.Tasks[t.ID].Done })
}

// finish notes that the open task is done.
func (l *Learn) finish() {
	if d := l.doing(); !d.Done {
		d.Done = true
		l.do(d)
		l.write()
	}
}

// Commands is what the person at the client types in the task's run, in one
// line; "" where its client takes none.
func (l *Learn) Commands() string { return strings.Join(l.host.Scenario().User, "; ") }

// Type has the person at the client type other commands.
func (l *Learn) Type(line string) {
	next := l.host.Scenario().Clone()
	next.User = nil
	for _, command := range strings.Split(line, ";") {
		if command = strings.TrimSpace(command); command != "" {
			next.User = append(next.User, command)
		}
	}
	l.Problem = l.host.commit(next, "", nil)
}

// Hints are those that were asked for, and more whether there is another.
func (l *Learn) Hints() (given []lessons.Text, more bool) {
	all := l.Task().Hints
	n := min(l.doing().Hints, len(all))
	return all[:n], n < len(all)
}

// Hint gives one more.
func (l *Learn) Hint() {
	d := l.doing()
	d.Hints++
	l.do(d)
	l.write()
}

// Solve shows the solution; progress remembers that it was asked for.
func (l *Learn) Solve() {
	t, d := l.Task(), l.doing()
	d.Shown = true
	l.do(d)
	l.write()
	switch t.Kind {
	case lessons.TaskLab:
		l.Problem = l.host.commit(t.Solution.Scenario.Clone(), "", nil)
	case lessons.TaskWrite:
		l.WriteDraft(t.Solution.Line)
		l.Write()
	case lessons.TaskQuestion:
		l.Give()
	}
}

// Finish does what the step or the task asks for, and goes to where that shows.
func (l *Learn) Finish() {
	if l.AtTask() {
		l.Solve()
	} else {
		l.Give()
	}
	if q := l.Question(); q != nil {
		l.host.JumpTo(q.Reveal)
	} else {
		l.host.JumpTo(trace.ID(l.host.Run.Trace.Len()))
	}
}

// Shown reports whether the solution was asked for.
func (l *Learn) Shown() bool { return l.doing().Shown }

// Done reports whether the open task was done.
func (l *Learn) Done() bool { return l.doing().Done }

// Again begins the lesson anew.
func (l *Learn) Again() {
	l.Progress.Again(l.Lesson.ID)
	for _, t := range l.Lesson.Tasks {
		delete(l.undo, l.Lesson.ID+" "+t.ID)
	}
	l.verdict = judged{}
	l.Step = 0 // there is no attempt any more that could be left
	l.show(0, false)
	l.save()
}

// speaking reports whether a lesson is being presented: then its steps are gone
// through with the keys of the run.
func (p *Player) speaking() bool { return p.InLesson() && p.Settings.Present }

func (p *Player) forward() {
	if n, _ := p.horizon(); p.speaking() && (!p.Learn.AtTask() || p.Learn.Question() != nil && (p.Learn.put || p.Cursor.N >= n)) {
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
// answer, from there to where the run shows it, and on to the next step. A task
// begins with the run, since that is what its question is about.
func (l *Learn) Speak() {
	switch {
	case l.AtTask() && !l.put && l.Asking():
		l.put = true
	case l.Asking():
		l.Give()
	case l.Unseen():
		l.put = false
		l.Reveal()
	default:
		l.put = false // behind the last task the run comes back
		l.Next()
	}
}

// Put reports whether a question is to be presented alone: that of a step from
// when it is asked until the run goes on to show its answer.
func (l *Learn) Put() bool {
	if l.AtTask() {
		return l.put
	}
	return l.Asking() || l.Unseen()
}

func (l *Learn) placeOf() trace.ID {
	_, at := l.place()
	return at
}
