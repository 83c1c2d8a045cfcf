package model

import (
	"os"
	"slices"

	"ftpscope/lessons"
)

// Entry is a lesson on the map of the course.
type Entry struct {
	lessons.Info
	Number  int // from 1
	State   lessons.State
	Begun   bool
	Next    bool  // the one to go on with
	Missing []int // numbers of lessons that come before it and are not done
	Needs   []int // numbers of all lessons that come before it
}

// Course is every lesson in order, in the language of the window.
func (l *Learn) Course() []Entry {
	lang := l.host.Settings.Language
	if l.course.lang != lang {
		l.course.lang, l.course.lessons = lang, l.Library.List(lang)
	}
	out := make([]Entry, len(l.course.lessons))
	for i, info := range l.course.lessons {
		state := l.Progress.Of(info.ID)
		out[i] = Entry{Info: info, Number: i + 1, State: state, Begun: state.Step != "" && !state.Done}
		for _, id := range info.Requires {
			n := 1 + slices.IndexFunc(l.course.lessons, func(o lessons.Info) bool { return o.ID == id })
			out[i].Needs = append(out[i].Needs, n)
			if !l.Progress.Of(id).Done {
				out[i].Missing = append(out[i].Missing, n)
			}
		}
		slices.Sort(out[i].Needs)
	}
	if i := next(out, l.Progress.Latest); i >= 0 {
		out[i].Next = true
	}
	return out
}

// next is the lesson to go on with: the latest one while it is not done, else
// the first that is not done and has all that it needs.
func next(course []Entry, latest string) int {
	if i := slices.IndexFunc(course, func(e Entry) bool { return e.ID == latest && e.Begun && e.Problem == nil }); i >= 0 {
		return i
	}
	return slices.IndexFunc(course, func(e Entry) bool { return !e.State.Done && len(e.Missing) == 0 && e.Problem == nil })
}

// Number is the number of the open lesson in the course, from 1.
func (l *Learn) Number() int { return 1 + slices.Index(l.Library.IDs(), l.Lesson.ID) }

// Continue opens the lesson to go on with.
func (l *Learn) Continue() {
	if e, ok := l.GoesOn(); ok {
		l.OpenLesson(e.ID) // what is wrong is kept as Problem
		return
	}
	l.CloseLesson()
}

// GoesOn is the lesson to go on with: the one after the open lesson that is not
// done, else the next of the course; ok is false at the end of the course.
func (l *Learn) GoesOn() (e Entry, ok bool) {
	course := l.Course()
	for _, e := range course[l.Number():] {
		if !e.State.Done && e.Problem == nil {
			return e, true
		}
	}
	if l.Number() == len(course) {
		return Entry{}, false
	}
	if i := slices.IndexFunc(course, func(e Entry) bool { return e.Next }); i >= 0 {
		return course[i], true
	}
	return Entry{}, false
}

// Glossary is every word that the lessons explain, in the order of the lessons.
func (l *Learn) Glossary() []lessons.Term {
	lang := l.host.Settings.Language
	if g := &l.glossary; g.lang != lang {
		g.lang, g.terms = lang, l.Library.Glossary(lang)
	}
	return l.glossary.terms
}

// Explained is the word whose explanation is open.
func (l *Learn) Explained() (lessons.Term, bool) {
	all := l.Glossary()
	i := slices.IndexFunc(all, func(t lessons.Term) bool { return t.ID == l.Term })
	if i < 0 {
		return lessons.Term{}, false
	}
	return all[i], true
}

// state is where the person stands in the open lesson.
func (l *Learn) state() lessons.State { return l.Progress.Lessons[l.Lesson.ID] }

// change changes where the person stands, and keeps it.
func (l *Learn) change(f func(*lessons.State)) {
	s := l.Progress.Of(l.Lesson.ID)
	f(&s)
	l.Progress.Set(l.Lesson.ID, s)
	l.write()
}

// save keeps which step is open.
func (l *Learn) save() { l.change(func(s *lessons.State) { s.Step = l.name() }) }

// write writes progress to its file, with what another window has written there.
func (l *Learn) write() {
	if l.file != "" {
		if err := l.Progress.Join(l.file); err != nil {
			l.Problem = err
		}
	}
	l.replace()
}

// replace writes progress to its file, whatever stands there.
func (l *Learn) replace() {
	l.unsaved = false
	if l.file == "" {
		return
	}
	if err := l.Progress.Save(l.file); err != nil {
		l.Problem = err
	}
}

// Reset forgets how far the person has come.
func (l *Learn) Reset() {
	l.Progress.Reset()
	l.replace()
}

// Export writes progress to a file of the person's choice.
func (l *Learn) Export(file string) error { return l.Progress.Save(file) }

// Import takes progress from such a file.
func (l *Learn) Import(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	progress, err := lessons.ParseProgress(data)
	if err == nil {
		l.Progress = progress
		l.replace()
	}
	return err
}
