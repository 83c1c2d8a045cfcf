package visual

import (
	"fmt"
	"image"
	"slices"

	"gioui.org/io/key"
	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/unit"

	"ftpscope/lessons"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// card frames what it holds.
func (a *App) card(gtx layout.Context, content func(s *stack)) int {
	k := &a.kit
	pad := k.Dp(16)
	inner := gtx
	inner.Constraints.Max.X -= 2 * pad
	macro := op.Record(gtx.Ops)
	s := &stack{gtx: inner, y: pad}
	content(s)
	s.y += pad
	call := macro.Stop()
	r := image.Rect(0, 0, gtx.Constraints.Max.X, s.y)
	k.Round(gtx.Ops, r, 8, scene.Surface)
	k.Edge(gtx.Ops, r, 8, 1, scene.Line)
	defer op.Offset(image.Pt(pad, 0)).Push(gtx.Ops).Pop()
	call.Add(gtx.Ops)
	return s.y
}

// questionCard asks, and takes the answer.
func (a *App) questionCard(gtx layout.Context) int {
	k, q := &a.kit, a.Player.Learn.Question()
	return a.card(gtx, func(s *stack) {
		s.add(func(gtx layout.Context) int { return a.words(gtx, q.Prompt, scene.Lead, scene.Ink) })
		if len(q.Text) > 0 {
			s.y += k.Dp(8)
			s.add(func(gtx layout.Context) int { return a.prose(gtx, "question", q.Text, remark) })
		}
		s.y += k.Dp(12)
		switch q.Kind {
		case lessons.KindChoice:
			a.choiceAnswers(s, q)
		case lessons.KindEach:
			a.eachAnswers(s, q)
		case lessons.KindOrder:
			a.orderAnswers(s, q)
		case lessons.KindNumber, lessons.KindLine:
			s.add(func(gtx layout.Context) int { return a.answerField(gtx, q.Prompt) })
		case lessons.KindPort:
			a.pointed(s, q)
			s.y += k.Dp(8)
			s.add(func(gtx layout.Context) int { return a.answerField(gtx, q.Prompt) })
		default:
			a.pointed(s, q)
		}
	})
}

// option is one thing that can be chosen.
type option struct {
	key      string
	text     lessons.Text
	mark     string // in its circle
	selected bool
	said     judgement
	choose   func()
}

// judgement is what has been said about an option.
type judgement uint8

const (
	noJudgement judgement = iota
	isRight
	isWrong
)

func (a *App) choiceAnswers(s *stack, q *lessons.Question) {
	l := a.Player.Learn
	for i, c := range q.Choices {
		if i > 0 {
			s.y += a.kit.Dp(8)
		}
		o := option{key: c.ID, text: c.Text, selected: slices.Contains(l.Draft, c.ID), choose: func() { l.Choose(c.ID) }}
		if o.selected && l.Feedback != nil {
			o.said = isWrong
			if l.Feedback.Right {
				o.said = isRight
			}
		}
		s.add(func(gtx layout.Context) int { return a.option(gtx, o) })
	}
}

// orderAnswers are pressed one after the other, in the order that is meant.
func (a *App) orderAnswers(s *stack, q *lessons.Question) {
	l := a.Player.Learn
	s.add(func(gtx layout.Context) int { return a.words(gtx, a.text("learn.order"), scene.Small, scene.Muted) })
	for _, c := range q.Choices {
		s.y += a.kit.Dp(8)
		o := option{key: c.ID, text: c.Text, choose: func() { l.Order(c.ID) }}
		if i := slices.Index(l.Draft, c.ID); i >= 0 {
			o.selected, o.mark = true, fmt.Sprint(i+1)
		}
		s.add(func(gtx layout.Context) int { return a.option(gtx, o) })
	}
}

// option lays out one thing that can be chosen.
func (a *App) option(gtx layout.Context, o option) int {
	k, l := &a.kit, a.Player.Learn
	circle := k.Sp(16)
	left := k.Dp(12) + max(circle, k.Width("00", scene.Small)) + k.Dp(10)
	macro := op.Record(gtx.Ops)
	inner := gtx
	inner.Constraints.Max.X -= left + k.Dp(10)
	h := a.prose(inner, o.key, o.text, remark)
	text := macro.Stop()
	size := image.Pt(gtx.Constraints.Max.X, max(h+2*k.Dp(8), k.ControlHeight()))
	b := a.learn.choices.at(o.key)
	look := widget.Look{Name: o.text.String(), State: o.mark, Selected: o.selected, Class: semantic.RadioButton, Disabled: !l.Asking()}
	switch o.said {
	case isRight:
		look.State = a.text("learn.right")
	case isWrong:
		look.State = a.text("learn.wrong")
	}
	k.Press(gtx, b, look, size, 6, o.choose, func(gtx layout.Context) {
		r := image.Rectangle{Max: size}
		a.optionFace(gtx, o, r, b.Hovered() && l.Asking())
		mid := size.Y / 2
		ring := image.Rect(k.Dp(12), mid-circle/2, k.Dp(12)+circle, mid-circle/2+circle)
		a.optionMark(gtx, o, ring)
		defer op.Offset(image.Pt(left, (size.Y-h)/2)).Push(gtx.Ops).Pop()
		text.Add(gtx.Ops)
	})
	return size.Y
}

// unitDp is a length in pixels as one in dp.
func unitDp(scale float32, px int) unit.Dp { return unit.Dp(float32(px) / scale) }

func (a *App) optionFace(gtx layout.Context, o option, r image.Rectangle, hot bool) {
	k := &a.kit
	edge := scene.Line
	switch {
	case o.said == isRight:
		k.Round(gtx.Ops, r, 6, scene.AllowedTint)
		edge = scene.AllowedPaint
	case o.said == isWrong:
		k.Round(gtx.Ops, r, 6, scene.BlockedTint)
		edge = scene.BlockedPaint
	case o.selected:
		k.Round(gtx.Ops, r, 6, scene.CursorTint)
		edge = scene.FocusPaint
	case hot:
		k.Round(gtx.Ops, r, 6, scene.Raised)
	}
	k.Edge(gtx.Ops, r, 6, 1, edge)
}

func (a *App) optionMark(gtx layout.Context, o option, ring image.Rectangle) {
	k := &a.kit
	radius := unitDp(k.Metric.PxPerDp, ring.Dx()/2)
	switch {
	case o.said == isRight:
		k.DrawIcon(gtx.Ops, ring, widget.IconCheck, scene.AllowedPaint)
	case o.said == isWrong:
		k.DrawIcon(gtx.Ops, ring, widget.IconRemove, scene.BlockedPaint)
	case o.mark != "":
		k.TextIn(gtx.Ops, ring.Inset(-k.Dp(4)), o.mark, scene.BodyStrong, scene.Ink, scene.Centre)
	case o.selected:
		k.Round(gtx.Ops, ring, radius, scene.FocusPaint)
		dot := ring.Inset(ring.Dx() / 3)
		k.Round(gtx.Ops, dot, unitDp(k.Metric.PxPerDp, dot.Dx()/2), scene.Panel)
	default:
		k.Edge(gtx.Ops, ring, radius, 1, scene.Muted)
	}
}

// eachAnswers ask the same of every item.
func (a *App) eachAnswers(s *stack, q *lessons.Question) {
	k, l := &a.kit, a.Player.Learn
	for len(a.learn.items) < len(q.Items) {
		a.learn.items = append(a.learn.items, widget.Segments{})
	}
	for i := range q.Items {
		if i > 0 {
			s.y += k.Dp(12)
		}
		label := itemLabel(&q.Items[i])
		s.add(func(gtx layout.Context) int { return a.words(gtx, label, scene.MonoSmall, scene.Ink) })
		s.y += k.Dp(4)
		var choices []widget.Segment
		for _, c := range q.Choices {
			choices = append(choices, widget.Segment{
				Label: c.Text.String(), Name: label + ": " + c.Text.String(), Selected: i < len(l.Draft) && l.Draft[i] == c.ID,
				Choose: func() { l.ChooseFor(i, c.ID) },
			})
		}
		if k.SegmentsWidth(labels(choices)...) <= s.gtx.Constraints.Max.X {
			s.add(func(gtx layout.Context) int { return k.Segments(gtx, &a.learn.items[i], choices).Size.Y })
			continue
		}
		for j, c := range q.Choices {
			s.y += k.Dp(4) * min(j, 1)
			o := option{key: fmt.Sprint(i, " ", c.ID), text: c.Text, selected: choices[j].Selected, choose: choices[j].Choose}
			s.add(func(gtx layout.Context) int { return a.option(gtx, o) })
		}
	}
}

// itemLabel is a message as the wire shows it.
func itemLabel(m *lessons.Message) string {
	what := m.Line
	if what == "" {
		what = map[string]string{"open": "SYN", "close": "FIN", "reset": "RST", "icmp": "ICMP"}[m.Kind]
	}
	if what == "" {
		what = fmt.Sprintf("%d bytes", m.Bytes)
	}
	return fmt.Sprintf("%s:%d → %s:%d  %s", m.SrcIP, m.SrcPort, m.DstIP, m.DstPort, what)
}

// answerField is a line to write the answer in.
func (a *App) answerField(gtx layout.Context, name string) int {
	l := a.Player.Learn
	text := ""
	if len(l.Draft) > 0 {
		text = l.Draft[0]
	}
	f := &a.learn.field
	if f.Editor.Text() != text {
		f.Editor.SetText(text)
	}
	take := l.Choose
	if l.Question() == nil {
		take = l.WriteDraft
	}
	f.Editor.ReadOnly = l.Answered()
	entry := widget.Entry{
		Name: name, Wrong: l.Tried(), Wrap: true,
		Change: take, Done: a.goOn, Leave: func() { gtx.Execute(key.FocusCmd{}) },
	}
	return a.kit.Field(gtx, f, entry).Size.Y
}

// replyTo is what is said to the answer, and the way to be told the right one.
func (a *App) replyTo(s *stack) span {
	k, l := &a.kit, a.Player.Learn
	if l.Feedback == nil {
		return span{}
	}
	s.y += k.Dp(12)
	from := s.y
	s.add(func(gtx layout.Context) int { return a.note(gtx, "reply", l.Feedback.Text, l.Feedback.Right) })
	if l.Tried() && !l.AtTask() { // a task has its solution to show
		s.y += k.Dp(8)
		s.add(func(gtx layout.Context) int {
			return k.Button(gtx, &a.learn.help, widget.Look{Label: a.text("learn.give")}, l.Give).Size.Y
		})
	}
	return span{from, s.y + k.Dp(16)}
}

// note is a reply, with a bar and a mark that say whether it is good news.
func (a *App) note(gtx layout.Context, name string, t lessons.Text, good bool) int {
	k := &a.kit
	paint, icon, head := scene.BlockedPaint, widget.IconRemove, a.text("learn.wrong")
	if good {
		paint, icon, head = scene.AllowedPaint, widget.IconCheck, a.text("learn.right")
	}
	if good && a.Player.Learn.Given {
		head = a.text("learn.given")
	}
	pad := k.Dp(12)
	macro := op.Record(gtx.Ops)
	inner := gtx
	inner.Constraints.Max.X -= 2*pad + k.Dp(4)
	s := &stack{gtx: inner, y: k.Dp(10)}
	s.add(func(gtx layout.Context) int {
		h := k.LineHeight(scene.BodyStrong)
		side := k.Icon(icon)
		k.DrawIcon(gtx.Ops, image.Rect(0, 0, side, h), icon, paint)
		k.TextIn(gtx.Ops, image.Rect(side+k.Dp(6), 0, gtx.Constraints.Max.X, h), head, scene.BodyStrong, scene.Ink, scene.Left)
		return h
	})
	s.y += k.Dp(4)
	s.add(func(gtx layout.Context) int { return a.prose(gtx, name, t, remark) })
	s.y += k.Dp(10)
	call := macro.Stop()
	r := image.Rect(0, 0, gtx.Constraints.Max.X, s.y)
	k.Round(gtx.Ops, r, 6, scene.Raised)
	k.Fill(gtx.Ops, image.Rect(0, 0, k.Dp(4), s.y), paint)
	defer op.Offset(image.Pt(pad+k.Dp(4), 0)).Push(gtx.Ops).Pop()
	call.Add(gtx.Ops)
	return s.y
}

// open are the marks of the time bar that no question hides.
func (a *App) open(marks []widget.Mark) []widget.Mark {
	after, hidden := a.Player.Hidden()
	if !hidden {
		return marks
	}
	end := float32(a.Player.Run.Film.Pos(after) / max(a.Player.Run.Film.Length(), 1e-9))
	n := slices.IndexFunc(marks, func(m widget.Mark) bool { return m.At > end })
	if n < 0 {
		return marks
	}
	return marks[:n]
}

// keptBack is said in place of the caption's second sentence where that could
// answer a question: which rule it was, or what follows. "": nothing.
func (a *App) keptBack(p *model.Player) string {
	if !p.InLesson() {
		return ""
	}
	switch _, hidden := p.Hidden(); {
	case p.Learn.Asks(lessons.KindRule), hidden && p.Learn.Asking():
		return "learn.answer_first"
	case p.KeepsRule():
		return "learn.rule_comes"
	case hidden && p.Cursor.N == 0:
		return "learn.waits"
	}
	return ""
}

// presentQuestion shows the question alone, and under it the answer when that
// has been given.
func (a *App) presentQuestion(gtx layout.Context) layout.Dimensions {
	k := &a.kit
	size := gtx.Constraints.Max
	inner := gtx
	inner.Constraints = layout.Constraints{Max: image.Pt(min(size.X-2*k.Dp(32), k.Sp(720)), size.Y)}
	macro := op.Record(gtx.Ops)
	s := &stack{gtx: inner}
	s.add(a.questionCard)
	if a.Player.Learn.Answered() {
		a.replyTo(s)
	}
	call := macro.Stop()
	defer op.Offset(image.Pt((size.X-inner.Constraints.Max.X)/2, max((size.Y-s.y)/2, k.Dp(12)))).Push(gtx.Ops).Pop()
	call.Add(gtx.Ops)
	return layout.Dimensions{Size: size}
}
