package model

import (
	"context"
	"os"
	"slices"
	"time"

	"ftpscope/lessons"
	"ftpscope/sim/trace"
)

// Learn is the place where lessons are taken. While a lesson is open the player
// shows the lesson's run; what it showed before comes back afterwards.
type Learn struct {
	Library  *lessons.Library
	Progress *lessons.Progress
	Problem  error // why the latest thing could not be done
	Open     bool  // the place is on show

	Lesson   *lessons.Lesson // nil: the map of the course is on show
	Step     int             // of the lesson; behind the last one stand the tasks
	Draft    lessons.Answer  // the answer that is being given
	Feedback *lessons.Feedback
	Given    bool     // the answer was asked for
	Term     string   // the word whose explanation is open, or ""
	stay     trace.ID // where the cursor was when the language changed; 0: the step is begun
	put      bool     // a speaker has put the question of the task

	host    *Player
	file    string                // where progress is kept; "": nowhere
	unsaved bool                  // progress differs from what is in the file
	runs    map[*lessons.Run]*Run // as the player shows them
	before  *showing              // what the player shows where no lesson is; nil: the place is not on show
	undo    map[string]history    // of the attempts at tasks, by lesson and task
	asked   string                // the language that the lesson was last asked for in
	verdict judged
	course  struct {
		lang    string
		lessons []lessons.Info
	}
	glossary struct {
		lang  string
		terms []lessons.Term
	}
}

// showing is a run on show and the place in it.
type showing struct {
	run     Run
	cursor  Cursor
	history history
	lab     Lab
	edit    Edit
	job     *Job
}

// StartLearn gives the player lessons. Progress is kept in a file, where one is
// named, and written whenever it changes. A file that was set aside is told of
// in Learn.Problem.
func (p *Player) StartLearn(l *lessons.Library, file string) {
	progress, err := &lessons.Progress{}, error(nil)
	if file != "" {
		progress, err = lessons.LoadProgress(file)
	}
	p.Learn = &Learn{Library: l, Progress: progress, Problem: err, host: p, file: file, undo: map[string]history{}}
}

// Learning reports whether the place is on show.
func (p *Player) Learning() bool { return p.Learn != nil && p.Learn.Open && p.Compare == nil }

// InLesson reports whether a lesson is on show.
func (p *Player) InLesson() bool { return p.Learning() && p.Learn.Lesson != nil }

// Fixed reports whether the run on show may not be changed: it is a lesson's,
// which tells about it as it is.
func (p *Player) Fixed() bool { return p.InLesson() && !p.Learn.Labs() }

// Enter shows the place: the lesson that was open, else the map.
func (l *Learn) Enter() {
	if l.Open {
		return
	}
	l.Open = true
	l.keep()
	if l.Lesson != nil {
		l.show(l.Step, false)
	}
}

// Leave gives the player back what it showed before.
func (l *Learn) Leave() {
	if !l.Open {
		return
	}
	l.restore()
	l.Open = false
	l.Flush()
}

// OpenLesson opens a lesson where it was left.
func (l *Learn) OpenLesson(id string) error {
	return l.open(id, func() int { return l.stepNamed(l.state().Step) })
}

// OpenStep opens a lesson at a step, counted from 0; its tasks come after its
// steps.
func (l *Learn) OpenStep(id string, step int) error { return l.open(id, func() int { return step }) }

func (l *Learn) open(id string, step func() int) error {
	return l.read(id, func(lesson *lessons.Lesson) {
		l.leaveTask()
		l.Open, l.Problem = true, nil
		l.keep()
		l.take(lesson)
		l.show(min(max(step(), 0), l.Parts()-1), false)
		l.save()
	})
}

// read makes a lesson with its runs, in the language of the window.
func (l *Learn) read(id string, landed func(*lessons.Lesson)) error {
	language := l.host.Settings.Language
	fail := func(err error) {
		if err != ErrStopped {
			l.Problem = err
		}
	}
	err := l.host.beside(&Job{Kind: JobLesson}, func(ctx context.Context) (func(), error) {
		lesson, err := l.Library.LessonContext(ctx, id, language)
		return func() { landed(lesson) }, err
	}, fail)
	if err != nil {
		fail(err)
	}
	return err
}

// CloseLesson goes back to the map.
func (l *Learn) CloseLesson() {
	l.restore()
	l.keep()
	l.Lesson, l.Term = nil, ""
	l.Flush()
}

// take opens a lesson at its beginning: where the person was is a place in
// another one.
func (l *Learn) take(lesson *lessons.Lesson) {
	l.Lesson, l.Step, l.runs, l.verdict, l.Term = lesson, 0, map[*lessons.Run]*Run{}, judged{}, ""
}

// keep remembers what the player shows, unless that is a lesson's already. What
// is under way for it goes on meanwhile.
func (l *Learn) keep() {
	if l.before == nil {
		p := l.host
		p.Settle()
		l.before = &showing{p.Run, p.Cursor, p.history, p.Lab, p.Edit, p.job}
		p.job = nil
	}
}

func (l *Learn) restore() {
	if l.before == nil {
		return
	}
	p := l.host
	size := p.Cursor.Size
	l.Open = false // the run is no lesson's any more
	p.exhibit(l.before.run)
	p.history, p.Lab, p.Edit, p.job = l.before.history, l.before.lab, l.before.edit, l.before.job
	p.JumpTo(l.before.cursor.N)
	p.Cursor.Size = size
	l.before, l.Open = nil, true
}

// exhibit shows another run at its beginning.
func (p *Player) exhibit(r Run) {
	p.drop()
	p.load(r)
	p.history, p.Edit, p.Lab = history{}, Edit{}, Lab{saved: r.Scenario}
	p.Selected, p.Why = 0, Why{}
	p.Cursor = Cursor{Size: p.Cursor.Size}
}

// run is a run of the lesson as the player shows it.
func (l *Learn) run(r *lessons.Run) Run {
	if l.runs[r] == nil {
		made := newRun(r.Scenario.ID, *r.Scenario, r.Trace, r.Outline)
		l.runs[r] = &made
	}
	return *l.runs[r]
}

// show goes to a step: its run, at its place. Where the person comes from the
// step before, the run goes on to it.
func (l *Learn) show(step int, onward bool) { l.showAt(step, onward, 0) }

// showAt is show for who has been at the step, at a place; 0: has not.
func (l *Learn) showAt(step int, onward bool, stay trace.ID) {
	p := l.host
	l.stay = stay
	p.Settle()
	l.leaveTask()
	l.Step, l.Draft, l.Feedback, l.Term, l.Problem, l.put, l.Given = step, nil, nil, "", nil, false, false
	if a := l.answer(); a != nil {
		l.Draft = slices.Clone(a)
		f := l.Question().Check(a)
		l.Feedback = &f
	}
	run, at := l.place()
	if r := l.run(run); p.Run.Trace != r.Trace {
		p.exhibit(r)
		onward = false
	}
	p.history = history{}
	if onward && !l.AtTask() {
		p.glideTo(at)
	} else {
		p.JumpTo(at)
	}
	if l.AtTask() {
		l.enterTask()
	}
	if !p.MayAsk() {
		p.Why = Why{}
	}
}

// place is the run of the step, and where in it the step stands.
func (l *Learn) place() (*lessons.Run, trace.ID) {
	if !l.AtTask() {
		s := &l.Lesson.Steps[l.Step]
		return s.Run, s.At
	}
	t := l.Task()
	if t.Question != nil && looks(t.Question) {
		return t.Run, trace.ID(t.Run.Trace.Len())
	}
	return t.Run, 0
}

// Next goes on to the next step.
func (l *Learn) Next() { l.turn(1) }

// Back goes to the step before.
func (l *Learn) Back() { l.turn(-1) }

func (l *Learn) turn(by int) {
	to := l.Step + by
	if to < 0 || to >= l.Parts() {
		return
	}
	l.show(to, by > 0)
	l.save()
}

// AtTask reports whether one of the lesson's tasks is open.
func (l *Learn) AtTask() bool { return l.Step >= len(l.Lesson.Steps) }

// Task is the one that is open, or nil.
func (l *Learn) Task() *lessons.Task {
	if l.Lesson == nil || !l.AtTask() {
		return nil
	}
	return l.Lesson.Tasks[l.Step-len(l.Lesson.Steps)]
}

// More reports whether a task comes after the open step or task.
func (l *Learn) More() bool { return l.Step < l.Parts()-1 }

// Labs reports whether the open task is done by changing the run.
func (l *Learn) Labs() bool { return l.AtTask() && l.Task().Kind == lessons.TaskLab }

// Parts is how many steps the lesson has, its tasks included.
func (l *Learn) Parts() int { return len(l.Lesson.Steps) + len(l.Lesson.Tasks) }

// Passed reports whether a part of the lesson lies behind the person.
func (l *Learn) Passed(part int) bool {
	if n := part - len(l.Lesson.Steps); n >= 0 {
		return l.state().Tasks[l.Lesson.Tasks[n].ID].Done
	}
	return part < l.Step || l.allDone(l.state()) || part < l.stepNamed(l.state().Step)
}

func (l *Learn) stepNamed(id string) int {
	if i := slices.IndexFunc(l.Lesson.Tasks, func(t *lessons.Task) bool { return t.ID == id }); i >= 0 {
		return len(l.Lesson.Steps) + i
	}
	return slices.IndexFunc(l.Lesson.Steps, func(s lessons.Step) bool { return s.ID == id })
}

// name is what progress calls the open step.
func (l *Learn) name() string {
	if l.AtTask() {
		return l.Task().ID
	}
	return l.Lesson.Steps[l.Step].ID
}

// Follow puts the lesson into the language of the window, when that has changed.
func (l *Learn) Follow() {
	language := l.host.Settings.Language
	if l.Lesson == nil || l.Lesson.Language == language {
		l.asked = ""
	} else if l.asked != language && l.host.job == nil { // else it is on its way, or not to be had
		l.asked = language
		l.reopen()
	}
}

// reopen reads the lesson again and stays where the person is.
func (l *Learn) reopen() {
	l.read(l.Lesson.ID, func(lesson *lessons.Lesson) { // what is wrong is kept as Problem
		p := l.host
		name, at, draft, feedback, term, given := l.name(), p.Cursor.N, l.Draft, l.Feedback, l.Term, l.Given
		l.leaveTask()
		l.take(lesson)
		l.showAt(max(l.stepNamed(name), 0), false, at)
		l.Draft, l.Term, l.Given = draft, term, given
		if feedback != nil && l.Question() != nil {
			f := l.Question().Check(l.Draft)
			l.Feedback = &f
		}
		p.JumpTo(at)
	})
}

// Modified is when a file of the open lesson was changed last; zero for a lesson
// of the program, which does not change.
func (l *Learn) Modified() time.Time {
	var latest time.Time
	folder := l.Library.Folder(l.Lesson.ID)
	if folder == "" {
		return latest
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return latest
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.ModTime().After(latest) {
			latest = info.ModTime()
		}
	}
	return latest
}

// Reload reads the open lesson again after its files were changed.
func (l *Learn) Reload() {
	l.Library.Reload(l.Lesson.ID)
	l.course.lang = ""
	l.glossary.lang = ""
	l.Problem = nil
	l.reopen()
}
