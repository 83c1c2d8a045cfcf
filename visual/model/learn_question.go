package model

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"ftpscope/lessons"
	"ftpscope/sim/trace"
)

// Points reports whether a question is answered by pointing at something.
func Points(q *lessons.Question) bool {
	switch q.Kind {
	case lessons.KindPort, lessons.KindHost, lessons.KindMessage, lessons.KindRule, lessons.KindAddresses:
		return true
	}
	return false
}

// looks reports whether a task's question is answered by looking at the run,
// which therefore is not hidden.
func looks(q *lessons.Question) bool { return Points(q) || q.Kind == lessons.KindEach }

// Question is the one of the open step, or of the task; nil: none.
func (l *Learn) Question() *lessons.Question {
	if l.AtTask() {
		return l.Task().Question
	}
	return l.Lesson.Steps[l.Step].Question
}

// Asking reports whether a question waits for its answer.
func (l *Learn) Asking() bool { return l.Question() != nil && !l.Answered() }

// Answered reports whether the question of the open step has its answer.
func (l *Learn) Answered() bool {
	q := l.Question()
	return q != nil && l.answer() != nil && q.Check(l.answer()).Right
}

// answer is the one that was given to the open question and kept.
func (l *Learn) answer() lessons.Answer {
	if l.Question() == nil {
		return nil
	}
	return l.state().Answers[l.name()]
}

// Choose takes an answer of one part.
func (l *Learn) Choose(answer string) { l.draft(lessons.Answer{answer}) }

// ChooseFor takes the answer for one item of an each question.
func (l *Learn) ChooseFor(item int, answer string) {
	d := slices.Clone(l.Draft)
	for len(d) < len(l.Question().Items) {
		d = append(d, "")
	}
	d[item] = answer
	l.draft(d)
}

// Order puts a choice behind those that have been put in order already, or, if
// it is one of them, takes it out again.
func (l *Learn) Order(choice string) {
	d := slices.Clone(l.Draft)
	if i := slices.Index(d, choice); i >= 0 {
		d = slices.Delete(d, i, i+1)
	} else {
		d = append(d, choice)
	}
	l.draft(d)
}

func (l *Learn) draft(d lessons.Answer) {
	if l.Asking() && !slices.Equal(d, l.Draft) {
		l.Draft, l.Feedback = d, nil
	}
}

// Complete reports whether all parts of the answer are there.
func (l *Learn) Complete() bool {
	q := l.Question()
	want := 1
	switch q.Kind {
	case lessons.KindEach:
		want = len(q.Items)
	case lessons.KindOrder:
		want = len(q.Choices)
	case lessons.KindAddresses:
		want = len(q.Right())
	}
	return len(l.Draft) == want && !slices.ContainsFunc(l.Draft, func(s string) bool { return strings.TrimSpace(s) == "" })
}

// Check judges the answer and keeps it.
func (l *Learn) Check() {
	if !l.Asking() || !l.Complete() {
		return
	}
	l.give(l.Draft)
}

// Give answers for the person, who has tried.
func (l *Learn) Give() {
	l.Draft = l.Question().Right()
	l.give(l.Draft)
	l.Given = true
}

func (l *Learn) give(a lessons.Answer) {
	f := l.Question().Check(a)
	l.Feedback, l.Given = &f, false
	l.change(func(s *lessons.State) {
		if s.Answers == nil {
			s.Answers = map[string]lessons.Answer{}
		}
		s.Answers[l.name()] = slices.Clone(a)
	})
	if l.AtTask() && f.Right {
		l.finish()
	}
}

// Tried reports whether an answer was given that is not right.
func (l *Learn) Tried() bool { return l.Asking() && l.Feedback != nil && !l.Feedback.Right }

// Unseen reports whether the run has not come yet to where the answer shows.
func (l *Learn) Unseen() bool {
	return l.Answered() && l.host.Cursor.N < l.Question().Reveal && l.host.Cursor.goalOr() < l.Question().Reveal
}

// Reveal lets the run go on to where the answer shows.
func (l *Learn) Reveal() { l.host.glideTo(l.Question().Reveal) }

// PointAtPort answers with a port, if a port is asked for, and reports whether.
func (l *Learn) PointAtPort(port uint16) bool {
	return l.point(lessons.KindPort, strconv.Itoa(int(port)))
}

// PointAtNode answers with a node likewise.
func (l *Learn) PointAtNode(node int) bool {
	return l.point(lessons.KindHost, l.host.Run.Trace.Nodes[node].Name)
}

// PointAtMessage answers with a message, by its index in the outline.
func (l *Learn) PointAtMessage(m int) bool {
	return m >= 0 && l.point(lessons.KindMessage, strconv.Itoa(m))
}

// PointAtRule answers with a rule, by its index in the trace.
func (l *Learn) PointAtRule(rule int) bool {
	return rule >= 0 && l.point(lessons.KindRule, l.host.Run.Trace.Rules[rule].Name)
}

// PointAtAddress answers with an address among others, or takes it back. Where
// all have been pointed at, the first gives way.
func (l *Learn) PointAtAddress(a netip.Addr) bool {
	if !l.Asks(lessons.KindAddresses) {
		return false
	}
	d := slices.Clone(l.Draft)
	if i := slices.Index(d, a.String()); i >= 0 {
		d = slices.Delete(d, i, i+1)
	} else {
		d = append(d, a.String())
	}
	l.draft(d[max(len(d)-len(l.Question().Right()), 0):])
	return true
}

func (l *Learn) point(kind, answer string) bool {
	if !l.Asks(kind) {
		return false
	}
	l.Choose(answer)
	return true
}

// Asks reports whether a question of a kind waits for its answer.
func (l *Learn) Asks(kind string) bool {
	return l.host.InLesson() && l.Asking() && l.Question().Kind == kind
}

// Unsolved reports whether a question hides what firewalls do, and why.
func (p *Player) Unsolved() bool {
	return p.InLesson() && p.Learn.Asking() && p.Learn.Question().HideRules
}

// KeepsRule reports whether a question asks, now or in a later step, for the
// rule that decided about what the caption tells.
func (p *Player) KeepsRule() bool { return p.keepsRule(p.decided()) }

func (p *Player) keepsRule(rule int) bool {
	switch l := p.Learn; {
	case !p.InLesson() || l.AtTask():
		return false
	case l.Asks(lessons.KindRule):
		return true
	case rule < 0:
		return false
	default:
		return slices.ContainsFunc(l.Lesson.Steps[l.Step+1:], func(s lessons.Step) bool {
			q := s.Question
			return q != nil && q.Kind == lessons.KindRule && s.Run.Trace == p.Run.Trace &&
				q.Right()[0] == p.Run.Trace.Rules[rule].Name && !q.Check(l.state().Answers[s.ID]).Right
		})
	}
}

// horizon is how many events of the run on show may be seen; hidden says that
// there are more.
func (p *Player) horizon() (n trace.ID, hidden bool) {
	all := trace.ID(p.Run.Trace.Len())
	if !p.InLesson() {
		return all, false
	}
	n = p.Learn.horizon()
	return n, n < all
}

func (l *Learn) horizon() trace.ID {
	if l.AtTask() {
		if q := l.Question(); q != nil && !looks(q) && l.Asking() {
			return 0
		}
		return trace.ID(l.host.Run.Trace.Len())
	}
	answers := l.state().Answers
	return l.Lesson.Horizon(l.Step, func(step string) bool {
		i := l.stepNamed(step)
		a, given := answers[step]
		return given && l.Lesson.Steps[i].Question.Check(a).Right
	})
}

// Hidden reports whether a question hides what comes, and after which event.
// Scenes cannot hide the very first event, which only says what the person
// typed.
func (p *Player) Hidden() (after trace.ID, hidden bool) {
	n, hidden := p.horizon()
	if !hidden {
		return 0, false
	}
	return max(n, 1), true
}
