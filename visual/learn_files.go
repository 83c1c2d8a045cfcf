package visual

import (
	"time"

	"gioui.org/layout"
	"gioui.org/op"
)

// keepAttempt writes the attempt at a task down a moment after it changed.
func (a *App) keepAttempt(gtx layout.Context) {
	l, kept := a.Player.Learn, &a.learn.kept
	switch {
	case l == nil:
	case !l.Unsaved():
		*kept = time.Time{}
	case kept.IsZero():
		*kept = gtx.Now
		gtx.Execute(op.InvalidateCmd{At: gtx.Now.Add(unsavedPause)})
	case gtx.Now.Before(kept.Add(unsavedPause)):
		gtx.Execute(op.InvalidateCmd{At: kept.Add(unsavedPause)})
	default:
		l.Flush()
		*kept = time.Time{}
	}
}

// flush writes down what is not written yet, before the window goes.
func (a *App) flush() {
	if l := a.Player.Learn; l != nil {
		l.Flush()
	}
}

// watchLesson reads a lesson from a folder again when its files were changed. It
// looks once a second, and only while such a lesson is open.
func (a *App) watchLesson(gtx layout.Context) {
	w, p := &a.learn.watch, a.Player
	if !p.InLesson() || p.Learn.Library.Folder(p.Learn.Lesson.ID) == "" {
		w.lesson = ""
		return
	}
	if id := p.Learn.Lesson.ID; w.lesson != id || !gtx.Now.Before(w.next) {
		latest := p.Learn.Modified()
		if w.lesson == id && latest.After(w.seen) {
			p.Learn.Reload()
		}
		w.lesson, w.seen, w.next = id, latest, gtx.Now.Add(time.Second)
	}
	gtx.Execute(op.InvalidateCmd{At: w.next})
}
