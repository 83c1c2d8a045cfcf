package visual

import (
	"fmt"
	"image"
	"strings"

	"gioui.org/io/key"
	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/op/clip"

	"ftpscope/lessons"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// taskBody is what a lesson's task has beyond its text; it returns where the
// latest verdict stands.
func (a *App) taskBody(s *stack, reply span) span {
	k, l := &a.kit, a.Player.Learn
	t := l.Task()
	switch t.Kind {
	case lessons.TaskWrite:
		s.y += k.Dp(16)
		s.add(func(gtx layout.Context) int {
			return a.words(gtx, a.text("learn.write."+t.Form), scene.Body, scene.Muted)
		})
		s.y += k.Dp(4)
		s.add(func(gtx layout.Context) int { return a.answerField(gtx, t.Title) })
	case lessons.TaskLab:
		s.y += k.Dp(12)
		s.add(func(gtx layout.Context) int { return a.words(gtx, a.text("learn.lab"), scene.Body, scene.Muted) })
		if l.Commands() != "" {
			s.y += k.Dp(12)
			s.add(a.commands)
		}
	}
	if t.Kind != lessons.TaskQuestion {
		s.y += k.Dp(16)
		from := s.y
		s.add(a.conditions)
		reply = span{from, s.y}
	}
	if l.Done() {
		s.y += k.Dp(12)
		s.add(func(gtx layout.Context) int {
			done := "learn.done"
			switch v, _ := l.Verdict(); {
			case v != nil && !v.Done:
				done = "learn.done_before"
			case l.Shown():
				done = "learn.done_shown"
			}
			return a.words(gtx, a.text(done), scene.Lead, scene.AllowedPaint)
		})
	} else if l.Shown() {
		s.y += k.Dp(12)
		s.add(func(gtx layout.Context) int {
			return a.words(gtx, a.text("learn.shown"), scene.Body, scene.Muted)
		})
	}
	a.hints(s)
	s.y += k.Dp(20)
	s.add(func(gtx layout.Context) int {
		return a.words(gtx, a.text("learn.sources")+" "+sources(l.Lesson.Sources), scene.Small, scene.Muted)
	})
	return reply
}

// sources lists sources so that no line ends between "RFC 959" and its section.
func sources(list []string) string {
	kept := make([]string, len(list))
	for i, source := range list {
		kept[i] = strings.ReplaceAll(source, " ", "\u00a0")
	}
	return strings.Join(kept, ", ")
}

// commands is the line with everything that is typed at the client.
func (a *App) commands(gtx layout.Context) int {
	l, f := a.Player.Learn, &a.learn.field
	if now := l.Commands(); a.learn.commands != now {
		a.learn.commands = now
		f.Editor.SetText(now)
	}
	f.Editor.ReadOnly = false // as an answered question leaves it
	s := &stack{gtx: gtx}
	s.add(func(gtx layout.Context) int { return a.words(gtx, a.text("learn.commands"), scene.Body, scene.Ink) })
	s.y += a.kit.Dp(4)
	s.add(func(gtx layout.Context) int {
		entry := widget.Entry{
			Name: a.text("learn.commands"), Wrong: l.Problem != nil, Wrap: true, Change: func(string) {},
			Done:  func() { l.Type(f.Editor.Text()) },
			Leave: func() { gtx.Execute(key.FocusCmd{}) },
		}
		return a.kit.Field(gtx, f, entry).Size.Y
	})
	return s.y
}

// conditions are what the task asks for, each met or not.
func (a *App) conditions(gtx layout.Context) int {
	k, l := &a.kit, a.Player.Learn
	verdict, err := l.Verdict()
	s := &stack{gtx: gtx}
	if err != nil {
		s.add(func(gtx layout.Context) int { return a.words(gtx, a.texts.Error(err), scene.Body, scene.BlockedPaint) })
		s.y += k.Dp(8)
	}
	for i, c := range l.Task().Conditions {
		met := verdict != nil && verdict.Results[i].Met
		s.add(func(gtx layout.Context) int { return a.condition(gtx, c, verdict != nil, met) })
		s.y += k.Dp(6)
	}
	return s.y
}

func (a *App) condition(gtx layout.Context, c lessons.Condition, judged, met bool) int {
	k := &a.kit
	side := k.Icon(widget.IconCheck)
	line := k.LineHeight(scene.Body)
	box := image.Rect(0, 0, side, line)
	state := "learn.open"
	switch {
	case met:
		state = "learn.met"
		k.DrawIcon(gtx.Ops, box, widget.IconCheck, scene.AllowedPaint)
	case judged:
		state = "learn.unmet"
		k.DrawIcon(gtx.Ops, box, widget.IconRemove, scene.BlockedPaint)
	default:
		k.Edge(gtx.Ops, image.Rect(k.Sp(4), line/2-k.Sp(6), k.Sp(16), line/2+k.Sp(6)), 2, 1, scene.Muted)
	}
	at := op.Offset(image.Pt(side+k.Dp(8), 0)).Push(gtx.Ops)
	inner := gtx
	inner.Constraints.Max.X -= side + k.Dp(8)
	see := k.ControlHeight()
	if c.Varies() && judged {
		inner.Constraints.Max.X -= see
	}
	h := a.prose(inner, "condition "+c.ID, c.Text, remark)
	at.Pop()
	if c.Varies() && judged {
		look := widget.Look{Icon: widget.IconPlay, Name: a.text("learn.judged_by", "text", c.Text.String()), Kind: widget.Plain}
		x := gtx.Constraints.Max.X
		h = max(h, see)
		widget.Place(gtx, image.Rect(x-see, 0, x, see), func(gtx layout.Context) layout.Dimensions {
			return k.Button(gtx, a.learn.judged.at(c.ID), look, func() { a.Player.Learn.ShowVariant(c) })
		})
	}
	area := clip.Rect(image.Rect(0, 0, gtx.Constraints.Max.X, h)).Push(gtx.Ops)
	semantic.LabelOp(c.Text.String()).Add(gtx.Ops)
	semantic.DescriptionOp(a.text(state)).Add(gtx.Ops)
	area.Pop()
	return h
}

// met says how many of its conditions a task meets.
func (a *App) met(v *lessons.Verdict) string {
	n := 0
	for _, r := range v.Results {
		if r.Met {
			n++
		}
	}
	return a.text("learn.met_of", "n", n, "of", len(v.Results))
}

// hints are given one at a time; the solution is shown when it is asked for.
func (a *App) hints(s *stack) {
	k, l := &a.kit, a.Player.Learn
	given, more := l.Hints()
	for i, h := range given {
		s.y += k.Dp(10)
		s.add(func(gtx layout.Context) int {
			label := a.words(gtx, a.text("learn.hint_n", "n", i+1), scene.SmallStrong, scene.Muted)
			defer op.Offset(image.Pt(0, label)).Push(gtx.Ops).Pop()
			return label + a.prose(gtx, fmt.Sprint("hint ", i), h, remark)
		})
	}
	s.y += k.Dp(16)
	var row []flowing
	if more && !l.Done() {
		row = append(row, flowing{&a.learn.hint, a.text("learn.hint", "n", len(given)+1, "of", len(l.Task().Hints)), l.Hint, widget.Outlined})
	}
	if l.Begun() {
		row = append(row, flowing{&a.learn.over, a.text("learn.start_over"), l.StartOver, widget.Outlined})
	}
	if !l.Done() {
		row = append(row, flowing{&a.learn.solve, a.text("learn.solve"), l.Solve, widget.Outlined})
	} else {
		row = append(row, flowing{&a.learn.again, a.text("learn.again"), func() { l.Again(); a.reset() }, widget.Outlined})
	}
	s.add(func(gtx layout.Context) int { return a.flow(gtx, row) })
}

// flowing is a button of a row that goes on in the next line where it must.
type flowing struct {
	state *widget.Button
	label string
	do    func()
	kind  widget.Kind
}

func (a *App) flow(gtx layout.Context, row []flowing) int {
	k := &a.kit
	x, y, h := 0, 0, k.ControlHeight()
	for _, b := range row {
		w := min(k.Width(b.label, scene.Body)+2*k.Dp(12), gtx.Constraints.Max.X)
		if x > 0 && x+w > gtx.Constraints.Max.X {
			x, y = 0, y+h+k.Dp(8)
		}
		widget.Place(gtx, image.Rect(x, y, x+w, y+h), func(gtx layout.Context) layout.Dimensions {
			return k.Button(gtx, b.state, widget.Look{Label: b.label, Kind: b.kind}, b.do)
		})
		x += w + k.Dp(8)
	}
	return y + h
}
