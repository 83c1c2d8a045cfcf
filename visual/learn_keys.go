package visual

import (
	"slices"

	"gioui.org/io/event"
	"gioui.org/io/key"
	"gioui.org/layout"

	"ftpscope/lessons"
	"ftpscope/visual/model"
)

// takeUp gives the keyboard to the way on when a step begins and when it is
// answered, or where the way is not open yet to the place before what is asked
// for: Tab would have to come from the top of the window each time. What stands
// there does nothing by itself, so that the keys of the player keep their meaning.
// From where something was pointed at, the way to the button is long as well.
func (a *App) takeUp(gtx layout.Context) {
	p := &a.learn
	now := a.lessonAt()
	began := now.lesson != p.at.lesson || now.step != p.at.step || now.answered && !p.at.answered
	_, _, can := a.onward()
	if began && can {
		p.asked = away
		gtx.Execute(key.FocusCmd{Tag: &p.primary.Clickable})
	}
	if l := a.Player.Learn; l.Asking() && model.Points(l.Question()) && !slices.Equal(l.Draft, p.pointed) {
		if p.pointed = slices.Clone(l.Draft); can && !began && !gtx.Focused(&p.field.Editor) {
			gtx.Execute(key.FocusCmd{Tag: &p.primary.Clickable})
		}
	}
	for more := true; more; {
		_, more = gtx.Event(key.FocusFilter{Target: p})
	}
	switch has := gtx.Focused(p); {
	case began && !can:
		p.asked = comes
		gtx.Execute(key.FocusCmd{Tag: p})
	case has:
		p.asked = here
	case p.asked == here:
		p.asked = away
	}
	if p.asked != away { // else Tab would stop there
		event.Op(gtx.Ops, p)
	}
}

// keyboard is whether the keyboard is at the place before what is asked for.
type keyboard uint8

const (
	away keyboard = iota
	comes
	here
)

// escape does something when Escape is pressed.
func (a *App) escape(gtx layout.Context, do func()) {
	for {
		e, ok := gtx.Event(key.Filter{Name: key.NameEscape})
		if !ok {
			return
		}
		if e.(key.Event).State == key.Press {
			a.kit.Do(do)
		}
	}
}

// onward is the way on: what it is called, what it does, and whether it can be
// gone now.
func (a *App) onward() (label string, do func(), can bool) {
	l := a.Player.Learn
	last := l.Step == len(l.Lesson.Steps)-1
	switch {
	case l.Asking():
		return a.text("learn.check"), l.Check, l.Complete()
	case l.Unseen():
		return a.text("learn.reveal"), func() { l.Reveal(); a.learn.text = false }, true
	case last:
		return a.text("learn.to_task"), l.Next, true
	case !l.AtTask():
		return a.text("learn.next"), l.Next, true
	case l.Done() && l.More():
		return a.text("learn.next_task"), l.Next, true
	case l.Done():
		words := "learn.next_lesson"
		if _, ok := l.GoesOn(); !ok {
			words = "learn.to_course"
		}
		return a.text(words), func() { l.Continue(); a.reset(); a.learn.text = true }, true
	case l.Task().Kind == lessons.TaskWrite:
		return a.text("learn.try"), l.Write, len(l.Draft) > 0
	}
	return "", nil, false
}

// goOn does what the way on does; Enter does it where nothing has the focus.
func (a *App) goOn() {
	if label, do, can := a.onward(); label != "" && can {
		do()
	}
}
