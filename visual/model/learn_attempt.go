package model

import (
	"context"

	"ftpscope/lessons"
	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// attempted is the task whose attempt is the scenario on show, or nil.
func (l *Learn) attempted() *lessons.Task {
	if l == nil || !l.Open || l.Lesson == nil || !l.Labs() {
		return nil
	}
	return l.Task()
}

// attempt is what progress keeps of the attempt at the open task.
func (l *Learn) attempt() string {
	if l.attempted() == nil {
		return ""
	}
	return l.doing().Attempt
}

// try keeps the scenario as the attempt at the open task, if it is one.
func (l *Learn) try(s *sim.Scenario) {
	t := l.attempted()
	switch {
	case t == nil:
	case same(s, t.Run.Scenario):
		l.keepAttempt("")
	default:
		if text, err := sim.Marshal(*s); err == nil {
			l.keepAttempt(string(text))
		}
	}
}

// keepAttempt keeps an attempt as text. It is written to the file with Flush:
// people type faster than files are written.
func (l *Learn) keepAttempt(text string) {
	if l == nil || l.Lesson == nil || !l.AtTask() || l.doing().Attempt == text {
		return
	}
	d := l.doing()
	d.Attempt = text
	l.do(d)
	l.unsaved = true
}

// Unsaved reports whether there is something for Flush to write.
func (l *Learn) Unsaved() bool { return l.unsaved }

// Flush writes what is not in the file yet.
func (l *Learn) Flush() {
	if l.unsaved {
		l.write()
	}
}

// leaveTask keeps what the attempt at the task is left with.
func (l *Learn) leaveTask() {
	if l.attempted() != nil {
		l.undo[l.Lesson.ID+" "+l.Task().ID] = l.host.history
	}
	if l.Lesson != nil && l.AtTask() { // what is under way is about it
		l.host.drop()
	}
}

// enterTask takes up the attempt where it was left, else judges the run that the
// task begins with.
func (l *Learn) enterTask() {
	p, t := l.host, l.Task()
	kept := l.doing().Attempt
	if t.Kind == lessons.TaskWrite {
		l.verdict = judged{} // on a line that may be another now
	}
	switch {
	case t.Kind == lessons.TaskWrite && kept != "":
		if l.Draft = (lessons.Answer{kept}); kept == l.doing().Tried { // what it brought about is seen again
			l.tryLine(l.again)
		}
	case t.Kind != lessons.TaskLab:
	case kept != "":
		if err := l.takeUp(kept); err != nil {
			l.Problem = trace.Err("error.attempt", "why", err)
		}
	default:
		r := p.Run
		l.Problem = p.beside(&Job{Kind: JobLesson}, func(ctx context.Context) (func(), error) {
			v := judge(ctx, t, &r)
			return func() { l.note(t, v) }, ctx.Err()
		}, nil)
	}
}

func (l *Learn) takeUp(kept string) error {
	s, err := sim.Parse([]byte(kept), l.Task().Run.Scenario.ID+".toml")
	if err != nil {
		return err
	}
	h, known := l.undo[l.Lesson.ID+" "+l.Task().ID]
	if !known {
		h.past = []sim.Scenario{l.host.Run.Scenario}
	}
	return l.host.replace(s, h, nil)
}

// Begun reports whether there is an attempt to start over from.
func (l *Learn) Begun() bool { return l.attempted() != nil && l.attempt() != "" }

// StartOver goes back to what the task began with; undo leads back to the
// attempt.
func (l *Learn) StartOver() {
	l.host.forget()
	l.host.Edit = Edit{}
	l.Problem = l.host.commit(l.Task().Run.Scenario.Clone(), "", nil)
}
