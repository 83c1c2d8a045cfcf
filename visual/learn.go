package visual

import (
	"image"
	"time"

	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/op/clip"
	"gioui.org/unit"

	"ftpscope/lessons"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// learnPane is the state of the place where lessons are taken.
type learnPane struct {
	links    buttons[linkKey]
	list     layout.List
	at       learnAt // what the pane was scrolled to last
	page     tab     // of the inspector that the step is read beside
	led      tab     // that it led to; tabCount: the person chose another
	field    widget.Field
	commands string         // that stand in the field
	pointed  lessons.Answer // when the keyboard was given to the way on last
	asked    keyboard       // of the pane itself, when a question is put
	text     bool           // where text and run take turns: the text is on show
	pages    widget.Segments

	up, back, primary, help, hint, over, solve, again, close widget.Button
	choices, judged                                          buttons[string]
	items                                                    []widget.Segments

	kept   time.Time // when an attempt that is not in the file yet was first seen; zero: there is none
	course coursePage
	watch  struct { // a lesson from a folder, for changes to its files
		lesson string
		seen   time.Time // of its latest file
		next   time.Time // when to look again
	}
}

// leastColumn is how wide a lesson's text is at least, and leastBeside how wide
// the run beside it.
const (
	leastColumn unit.Dp = 300
	leastBeside unit.Dp = 560
)

// lessonColumn is how wide the lesson's text is; turns says that text and run
// take turns, for there is no room for both.
func (a *App) lessonColumn(width int) (column int, turns bool) {
	if !a.Player.InLesson() {
		return 0, false
	}
	k := &a.kit
	column = max(min(width*21/100, k.Sp(380)), k.Dp(leastColumn), k.Sp(272))
	if width-column < max(k.Dp(leastBeside), k.Sp(480)) {
		return 0, true
	}
	return column, false
}

// lessonPlace takes the place of the lesson's text out of the body.
func (a *App) lessonPlace(p *places, body image.Rectangle) image.Rectangle {
	k := &a.kit
	column, turns := a.lessonColumn(body.Dx())
	line := max(k.Dp(1), 1)
	switch {
	case turns:
		p.turns = body
		p.turns.Max.Y = body.Min.Y + k.ControlHeight() + k.Dp(16)
		body.Min.Y = p.turns.Max.Y
		if a.learn.text {
			p.lesson = body
		}
	case column > 0:
		p.lesson = body
		p.lesson.Max.X = body.Min.X + column
		p.lines = append(p.lines, image.Rect(p.lesson.Max.X, body.Min.Y, p.lesson.Max.X+line, body.Max.Y))
		body.Min.X = p.lesson.Max.X + line
	}
	return body
}

// layoutTurns chooses between text and run.
func (a *App) layoutTurns(gtx layout.Context) layout.Dimensions {
	k, l := &a.kit, &a.learn
	pages := []widget.Segment{
		{Label: a.text("learn.text"), Selected: l.text, Choose: func() { l.text = true }},
		{Label: a.text("learn.run"), Selected: !l.text, Choose: func() { l.text = false }},
	}
	size := gtx.Constraints.Max
	widget.Place(gtx, image.Rect(k.Dp(16), k.Dp(8), size.X-k.Dp(16), size.Y-k.Dp(8)), func(gtx layout.Context) layout.Dimensions {
		return k.Segments(gtx, &l.pages, pages)
	})
	return layout.Dimensions{Size: size}
}

// openLesson opens a lesson and begins it with its text.
func (a *App) openLesson(id string) {
	a.Player.Learn.OpenLesson(id) // what is wrong is kept there
	a.reset()
	a.learn.text = true
}

// stack lays things out one below the other.
type stack struct {
	gtx layout.Context
	y   int
}

// add lays out what says how high it is.
func (s *stack) add(f func(gtx layout.Context) int) {
	at := op.Offset(image.Pt(0, s.y)).Push(s.gtx.Ops)
	gtx := s.gtx
	gtx.Constraints.Min = image.Point{}
	s.y += f(gtx)
	at.Pop()
}

// layoutLesson is the column with the lesson's text.
func (a *App) layoutLesson(gtx layout.Context) layout.Dimensions {
	k, l := &a.kit, a.Player.Learn
	size := gtx.Constraints.Max
	pad := k.Dp(20)
	inner := gtx
	inner.Constraints = layout.Exact(image.Pt(size.X-2*pad, size.Y))

	foot := op.Record(gtx.Ops)
	footHeight := a.lessonFoot(inner)
	footCall := foot.Stop()
	term, termHeight := a.explanation(inner, size.Y/2)

	body := op.Record(gtx.Ops)
	s := &stack{gtx: inner, y: k.Dp(20)}
	reply := a.lessonBody(s)
	s.y += k.Dp(16)
	bodyCall := body.Stop()

	room := image.Rect(0, 0, size.X, max(size.Y-footHeight-termHeight-2*k.Dp(12), 0))
	a.scrollLesson(reply, room.Dy())
	widget.Clipped(gtx, room, func(gtx layout.Context) layout.Dimensions {
		list := &a.learn.list
		list.Axis = layout.Vertical
		gtx.Constraints.Min = image.Point{}
		list.Layout(gtx, 1, func(gtx layout.Context, _ int) layout.Dimensions {
			defer op.Offset(image.Pt(pad, 0)).Push(gtx.Ops).Pop()
			bodyCall.Add(gtx.Ops)
			return layout.Dimensions{Size: image.Pt(size.X, s.y)}
		})
		a.scrollMark(gtx, image.Rectangle{Max: room.Max}, list.Position.Offset, s.y)
		return layout.Dimensions{Size: room.Max}
	})
	at := op.Offset(image.Pt(pad, room.Max.Y)).Push(gtx.Ops)
	term.Add(gtx.Ops)
	at.Pop()
	k.Fill(gtx.Ops, image.Rect(0, size.Y-footHeight-2*k.Dp(12), size.X, size.Y-footHeight-2*k.Dp(12)+max(k.Dp(1), 1)), scene.Line)
	at = op.Offset(image.Pt(pad, size.Y-footHeight-k.Dp(12))).Push(gtx.Ops)
	footCall.Add(gtx.Ops)
	at.Pop()
	if l.Term != "" {
		a.escape(gtx, func() { l.Term = "" })
	}
	return layout.Dimensions{Size: size}
}

// lessonBody is everything that scrolls; it returns where the reply to an
// answer stands.
func (a *App) lessonBody(s *stack) span {
	k, l := &a.kit, a.Player.Learn
	s.add(func(gtx layout.Context) int {
		label := a.text("learn.step", "lesson", l.Number(), "at", l.Step+1, "of", l.Parts())
		return a.words(gtx, label, scene.Small, scene.Muted)
	})
	s.y += k.Dp(4)
	var title string
	var text lessons.Text
	if t := l.Task(); t != nil {
		title, text = t.Title, t.Text
	} else {
		title, text = l.Lesson.Steps[l.Step].Title, l.Lesson.Steps[l.Step].Text
	}
	s.add(func(gtx layout.Context) int { return a.words(gtx, title, scene.Display, scene.Ink) })
	s.y += k.Dp(12)
	s.add(a.lessonProgress)
	s.y += k.Dp(16)
	if err := l.Problem; err != nil {
		s.add(func(gtx layout.Context) int { return a.words(gtx, a.texts.Error(err), scene.Body, scene.BlockedPaint) })
		s.y += k.Dp(12)
	}
	s.add(func(gtx layout.Context) int { return a.prose(gtx, "step", text, reading) })
	a.takeUp(s.gtx)
	var reply span
	if l.Question() != nil {
		s.y += k.Dp(16)
		s.add(a.questionCard)
		reply = a.replyTo(s)
	}
	if l.AtTask() {
		reply = a.taskBody(s, reply)
	}
	return reply
}

// words sets a text of the window in as many lines as it needs.
func (a *App) words(gtx layout.Context, text string, style scene.Style, paint scene.Paint) int {
	return a.kit.Paragraph(gtx, text, style, paint, 12).Size.Y
}

// lessonProgress shows how far the lesson is, a bar for each step.
func (a *App) lessonProgress(gtx layout.Context) int {
	k, l := &a.kit, a.Player.Learn
	n, gap := l.Parts(), k.Dp(4)
	w, h := gtx.Constraints.Max.X, k.Dp(4)
	for i := range n {
		paint := scene.Line
		switch {
		case i == l.Step:
			paint = scene.Ink
		case l.Passed(i):
			paint = scene.AllowedPaint
		}
		k.Round(gtx.Ops, image.Rect(i*(w+gap)/n, 0, (i+1)*(w+gap)/n-gap, h), 2, paint)
	}
	return h
}

// lessonFoot holds the ways back and on.
func (a *App) lessonFoot(gtx layout.Context) int {
	k, l, p := &a.kit, a.Player.Learn, &a.learn
	back := widget.Look{Label: a.text("learn.back"), Disabled: l.Step == 0}
	on, do, can := a.onward()
	primary := widget.Look{Label: on, Kind: widget.Primary}
	if !can {
		primary.Kind, primary.Disabled = widget.Outlined, true
	}
	width, h := gtx.Constraints.Max.X, k.ControlHeight()
	w := min(k.Width(on, scene.Body)+2*k.Dp(12), width)
	bw := min(k.Width(back.Label, scene.Body)+2*k.Dp(12), width)
	rows := h
	at := image.Rect(width-w, 0, width, h)
	if w+bw+k.Dp(8) > width {
		rows += h + k.Dp(8)
		at = image.Rect(0, 0, width, h)
		primary.Width = width
	}
	widget.Place(gtx, image.Rect(0, rows-h, bw, rows), func(gtx layout.Context) layout.Dimensions {
		return k.Button(gtx, &p.back, back, l.Back)
	})
	if on != "" {
		widget.Place(gtx, at, func(gtx layout.Context) layout.Dimensions { return k.Button(gtx, &p.primary, primary, do) })
	} else if verdict, _ := l.Verdict(); verdict != nil { // where the list of conditions is longer than the page
		r := image.Rect(bw+k.Dp(8), rows-h, width, rows)
		met := a.met(verdict)
		k.TextIn(gtx.Ops, r, met, scene.Body, scene.Muted, scene.Right)
		area := clip.Rect(r).Push(gtx.Ops)
		semantic.LabelOp(met).Add(gtx.Ops)
		area.Pop()
	}
	return rows
}

// explanation is a word of the glossary, above the buttons. It returns how high
// it is.
func (a *App) explanation(gtx layout.Context, most int) (op.CallOp, int) {
	k, l := &a.kit, a.Player.Learn
	macro := op.Record(gtx.Ops)
	term, ok := l.Explained()
	if !ok {
		return macro.Stop(), 0
	}
	inner := op.Record(gtx.Ops)
	pad := k.Dp(12)
	text := gtx
	text.Constraints.Max.X -= 2 * pad
	h := a.prose(text, "term", term.Text, remark)
	call := inner.Stop()
	done := a.text("window.close")
	size := image.Pt(gtx.Constraints.Max.X, min(h+2*pad+k.ControlHeight()+k.Dp(4), most))
	k.Round(gtx.Ops, image.Rectangle{Max: size}, 8, scene.Raised)
	semantic.LabelOp(term.Text.String()).Add(gtx.Ops)
	at := op.Offset(image.Pt(pad, pad)).Push(gtx.Ops)
	call.Add(gtx.Ops)
	at.Pop()
	w := k.Width(done, scene.Body) + 2*k.Dp(12)
	widget.Place(gtx, image.Rect(size.X-w-k.Dp(4), size.Y-k.ControlHeight()-k.Dp(4), size.X-k.Dp(4), size.Y-k.Dp(4)), func(gtx layout.Context) layout.Dimensions {
		return k.Button(gtx, &a.learn.close, widget.Look{Label: done, Kind: widget.Plain}, func() { l.Term = "" })
	})
	return macro.Stop(), size.Y
}

// lessonCrumbs lead back to the course, and say which lesson this is.
func (a *App) lessonCrumbs(gtx layout.Context, r image.Rectangle) {
	k, l := &a.kit, a.Player.Learn
	if l.Lesson == nil {
		return
	}
	course := a.text("learn.course")
	w, h := k.Width(course, scene.Body)+2*k.Dp(8), k.ControlHeight()
	y := (r.Min.Y + r.Max.Y - h) / 2
	widget.Place(gtx, image.Rect(r.Min.X, y, r.Min.X+w, y+h), func(gtx layout.Context) layout.Dimensions {
		look := widget.Look{Label: course, Name: a.text("learn.to_course")}
		return k.Press(gtx, &a.learn.up, look, image.Pt(w, h), 6, func() { l.CloseLesson(); a.reset() }, func(gtx layout.Context) {
			ink := scene.Muted
			if a.learn.up.Hovered() {
				ink = scene.Ink
			}
			k.TextIn(gtx.Ops, image.Rect(0, 0, w, h), course, scene.Body, ink, scene.Centre)
		})
	})
	r.Min.X += w
	crumb := "› " + a.text("learn.crumb", "n", l.Number(), "title", l.Lesson.Title)
	if k.Width(crumb, scene.BodyStrong) > r.Dx() {
		return // the lesson says itself which it is
	}
	area := clip.Rect(r).Push(gtx.Ops)
	semantic.LabelOp(crumb).Add(gtx.Ops)
	area.Pop()
	k.TextIn(gtx.Ops, r, crumb, scene.BodyStrong, scene.Ink, scene.Left)
}
