package visual

import (
	"slices"

	"gioui.org/layout"
	"gioui.org/unit"

	"ftpscope/lessons"
	"ftpscope/visual/model"
)

// learnAt tells one step, answered or not, from another.
type learnAt struct {
	lesson   string
	language string
	step     int
	answered bool
	replied  bool
}

// lessonAt is the step that is on show.
func (a *App) lessonAt() learnAt {
	l := a.Player.Learn
	return learnAt{l.Lesson.ID, l.Lesson.Language, l.Step, l.Answered(), l.Feedback != nil}
}

// scrollLesson begins a step at its top, and shows a reply when it has come.
func (a *App) scrollLesson(reply span, room int) {
	now, before := a.lessonAt(), a.learn.at
	a.learn.at = now
	at := &a.learn.list.Position
	switch {
	case now.lesson != before.lesson || now.step != before.step:
		a.learn.commands = ""
		a.kit.Do(func() {
			a.leadTo(now.lesson != before.lesson)
			a.inspector.scroll() // in the room that the page has now
			a.form.list.Position = layout.Position{}
			a.inspector.firewall.decided = 0 // a rule that decided is scrolled to anew
		})
		*at = layout.Position{BeforeEnd: true}
	case now.replied && (!before.replied || now.answered != before.answered):
		at.First, at.BeforeEnd = 0, true
		at.Offset = min(max(at.Offset, reply.to-room), reply.from)
	}
}

// stepPage is the inspector's page of the present step.
func (a *App) stepPage() tab {
	l, s := a.Player.Learn, a.Player.Scenario()
	if !l.AtTask() {
		if i := slices.Index(tabNames[:], l.Lesson.Steps[l.Step].Page); i >= 0 {
			return tab(i)
		}
	}
	switch client, server := &s.ClientRouter, &s.ServerRouter; {
	case !a.passesAll(model.ClientSide) || !a.passesAll(model.ServerSide):
		return tabFirewall
	case client.NAT || client.Helper || server.NAT || server.Helper || server.DNAT != "none":
		return tabConnections
	}
	return tabSockets
}

// leadTo opens the step's page of the inspector when that is another than
// before, or the one that a question is answered on, or a task done. Where the
// window is low the page covers the stage.
func (a *App) leadTo(begun bool) {
	in, l := &a.inspector, a.Player.Learn
	in.expanded = false
	page, ours := a.stepPage(), begun || in.tab == a.learn.led || !a.offered(in.tab)
	if ours = ours || page != a.learn.page; ours {
		in.tab = page
	}
	a.learn.page = page
	lead := func(t tab, least unit.Sp) { in.tab, in.expanded, ours = t, a.whole.Y < a.kit.Sp(least), true }
	switch {
	case l.Asks(lessons.KindRule):
		lead(tabFirewall, 700)
	case (l.Asks(lessons.KindMessage) || a.Player.Unsolved()) && !a.wide(a.whole.X):
		lead(tabSequence, 700)
	case l.Asks(lessons.KindAddresses):
		lead(tabPacket, 800)
	case l.Labs() && in.tab != tabPrompt:
		lead(tabNetwork, 800)
	}
	if a.learn.led = tabCount; ours { // else the person chose it, and it stays
		a.learn.led = in.tab
	}
}

// span is a stretch of a page from top to bottom, in pixels.
type span struct{ from, to int }

// offered reports whether a page of the inspector can be opened: in a lesson
// not those that change the run, unless that is the task, nor those that tell
// how it ends, or what firewalls do, while that is hidden.
func (a *App) offered(t tab) bool {
	switch _, hidden := a.Player.Hidden(); t {
	case tabNetwork, tabPrompt:
		return !a.Player.Fixed()
	case tabDiagnosis:
		return !hidden && !a.Player.Unsolved()
	case tabFirewall:
		return !a.Player.Unsolved()
	}
	return true
}
