package visual

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"

	"gioui.org/io/key"
	"gioui.org/layout"
	"gioui.org/op"

	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// coursePage is the state of the map of the course.
type coursePage struct {
	open                      bool // it was on show in the frame before: when it comes the keyboard goes to the way on
	list                      layout.List
	resume, words, file, done widget.Button
	export, imports, reset    widget.Button
	cards                     buttons[string]
	path                      widget.Field
	glossary, progress, sure  bool  // what is open
	said                      error // what came of exporting or importing; nil: nothing to tell
	failed                    bool
}

// layoutCourse is the map of the course: its parts, and in each the lessons,
// with what is done, what is next, and what comes before what.
func (a *App) layoutCourse(gtx layout.Context) layout.Dimensions {
	k, page := &a.kit, &a.learn.course
	size := gtx.Constraints.Max
	pad := k.Dp(24)
	inner := gtx
	inner.Constraints = layout.Exact(image.Pt(min(size.X-2*pad, k.Sp(1240)), size.Y))
	macro := op.Record(gtx.Ops)
	s := &stack{gtx: inner, y: k.Dp(20)}
	s.add(a.courseHead)
	s.y += k.Dp(8)
	switch {
	case page.glossary:
		a.glossary(s)
	default:
		if page.progress {
			s.add(a.progressCard)
			s.y += k.Dp(8)
		}
		if err := a.Player.Learn.Problem; err != nil {
			s.add(func(gtx layout.Context) int { return a.words(gtx, a.texts.Error(err), scene.Body, scene.BlockedPaint) })
		}
		a.parts(s)
	}
	s.y += k.Dp(24)
	call := macro.Stop()
	page.list.Axis = layout.Vertical
	gtx.Constraints.Min = image.Point{}
	page.list.Layout(gtx, 1, func(gtx layout.Context, _ int) layout.Dimensions {
		defer op.Offset(image.Pt((size.X-inner.Constraints.Max.X)/2, 0)).Push(gtx.Ops).Pop()
		call.Add(gtx.Ops)
		return layout.Dimensions{Size: image.Pt(size.X, s.y)}
	})
	a.scrollMark(gtx, image.Rectangle{Max: size}, page.list.Position.Offset, s.y)
	if page.glossary || page.progress {
		a.escape(gtx, func() { page.glossary, page.progress = false, false })
	}
	return layout.Dimensions{Size: size}
}

// scrollMark shows at the edge of a page how far down it is scrolled.
func (a *App) scrollMark(gtx layout.Context, r image.Rectangle, offset, height int) {
	k := &a.kit
	room := r.Dy()
	if height <= room || room <= 0 {
		return
	}
	h := max(room*room/height, k.Dp(16))
	y := r.Min.Y + min(offset*room/height, room-h)
	k.Round(gtx.Ops, image.Rect(r.Max.X-k.Dp(6), y, r.Max.X-k.Dp(2), y+h), 2, scene.Line)
}

// courseHead is the page's title and what can be done with all of the course.
func (a *App) courseHead(gtx layout.Context) int {
	page, l := &a.learn.course, a.Player.Learn
	title := "learn.course"
	if page.glossary {
		title = "learn.glossary"
	}
	s := &stack{gtx: gtx}
	s.add(func(gtx layout.Context) int { return a.words(gtx, a.text(title), scene.Display, scene.Ink) })
	s.y += a.kit.Dp(12)
	if page.glossary {
		s.add(func(gtx layout.Context) int {
			return a.flow(gtx, []flowing{{&page.done, a.text("learn.to_course"), func() { page.glossary = false }, widget.Outlined}})
		})
		return s.y
	}
	var row []flowing
	for _, e := range l.Course() {
		if e.Next {
			key := "learn.begin"
			if e.Begun {
				key = "learn.resume"
			}
			row = append(row, flowing{&page.resume, a.text(key, "n", e.Number, "title", e.Title), func() { a.openLesson(e.ID) }, widget.Primary})
		}
	}
	row = append(row,
		flowing{&page.words, a.text("learn.glossary"), func() { page.glossary = true }, widget.Outlined},
		flowing{&page.file, a.text("learn.progress"), func() { page.progress, page.sure, page.said = !page.progress, false, nil }, widget.Outlined},
	)
	s.add(func(gtx layout.Context) int { return a.flow(gtx, row) })
	if !page.open {
		page.open = true
		gtx.Execute(key.FocusCmd{Tag: &page.resume.Clickable})
	}
	return s.y
}

// parts lays the lessons out, part by part.
func (a *App) parts(s *stack) {
	k := &a.kit
	course := a.Player.Learn.Course()
	gap := k.Dp(12)
	width := s.gtx.Constraints.Max.X
	columns := max((width+gap)/(k.Sp(270)+gap), 1)
	for i := 0; i < len(course); {
		n := i + 1
		for n < len(course) && course[n].Part == course[i].Part {
			n++
		}
		title := course[i].Part
		if title == "" {
			title = a.text("learn.own")
		}
		s.y += k.Dp(20)
		s.add(func(gtx layout.Context) int { return a.words(gtx, title, scene.Title, scene.Ink) })
		s.y += k.Dp(10)
		for ; i < n; i += columns {
			row := course[i:min(i+columns, n)]
			s.add(func(gtx layout.Context) int { return a.cards(gtx, row, columns, gap) })
			s.y += gap
		}
		i = n
	}
}

// cards are lessons side by side, equally high.
func (a *App) cards(gtx layout.Context, row []model.Entry, columns, gap int) int {
	w := (gtx.Constraints.Max.X - (columns-1)*gap) / columns
	inner := gtx
	inner.Constraints.Max.X = w
	high := 0
	calls := make([]op.CallOp, len(row))
	for i := range row {
		macro := op.Record(gtx.Ops)
		high = max(high, a.cardFace(inner, &row[i]))
		calls[i] = macro.Stop()
	}
	for i := range row {
		e := &row[i]
		at := op.Offset(image.Pt(i*(w+gap), 0)).Push(gtx.Ops)
		k, b := &a.kit, a.learn.course.cards.at(e.ID)
		size := image.Pt(w, high)
		look := widget.Look{Name: fmt.Sprintf("%d %s", e.Number, e.Title), State: a.entryState(e), Disabled: e.Problem != nil}
		k.Press(gtx, b, look, size, 8, func() { a.openLesson(e.ID) }, func(gtx layout.Context) {
			r := image.Rectangle{Max: size}
			ground, edge := scene.Panel, scene.Line
			if b.Hovered() && e.Problem == nil {
				ground = scene.Raised
			}
			if e.Next {
				edge = scene.Ink
			}
			k.Round(gtx.Ops, r, 8, ground)
			k.Edge(gtx.Ops, r, 8, 1, edge)
			calls[i].Add(gtx.Ops)
		})
		at.Pop()
	}
	return high
}

// cardFace draws what stands on a lesson's card and returns how high it is.
func (a *App) cardFace(gtx layout.Context, e *model.Entry) int {
	k := &a.kit
	pad := k.Dp(14)
	side := max(k.Sp(24), k.Width("00", scene.BodyStrong)+k.Dp(8))
	badge := image.Rect(pad, pad, pad+side, pad+side)
	radius := unitDp(k.Metric.PxPerDp, side/2)
	switch {
	case e.State.Done:
		k.Round(gtx.Ops, badge, radius, scene.AllowedTint)
		k.DrawIcon(gtx.Ops, badge, widget.IconCheck, scene.AllowedPaint)
	case e.Next:
		k.Round(gtx.Ops, badge, radius, scene.Ink)
		k.TextIn(gtx.Ops, badge, fmt.Sprint(e.Number), scene.BodyStrong, scene.Panel, scene.Centre)
	default:
		k.Edge(gtx.Ops, badge, radius, 1, scene.Muted)
		k.TextIn(gtx.Ops, badge, fmt.Sprint(e.Number), scene.BodyStrong, scene.Ink, scene.Centre)
	}
	left := badge.Max.X + k.Dp(12)
	inner := gtx
	inner.Constraints = layout.Constraints{Max: image.Pt(gtx.Constraints.Max.X-left-pad, gtx.Constraints.Max.Y)}
	defer op.Offset(image.Pt(left, 0)).Push(gtx.Ops).Pop()
	s := &stack{gtx: inner, y: pad + max((side-k.LineHeight(scene.Lead))/2, 0)}
	s.add(func(gtx layout.Context) int { return a.words(gtx, e.Title, scene.Lead, scene.Ink) })
	s.y += k.Dp(4)
	if e.Problem != nil {
		s.add(func(gtx layout.Context) int {
			return a.words(gtx, a.texts.Error(e.Problem), scene.Small, scene.BlockedPaint)
		})
		return s.y + pad
	}
	s.add(func(gtx layout.Context) int {
		return a.words(gtx, strings.ReplaceAll(e.Summary.String(), "\n", " "), scene.Body, scene.Muted)
	})
	if state := a.entryState(e); state != "" {
		paint := scene.Muted
		if e.State.Done {
			paint = scene.AllowedPaint
		}
		s.y += k.Dp(6)
		s.add(func(gtx layout.Context) int { return a.words(gtx, state, scene.SmallStrong, paint) })
	}
	return s.y + pad
}

// entryState is where the person stands with a lesson, in words.
func (a *App) entryState(e *model.Entry) string {
	var needs []string
	for _, n := range e.Needs {
		needs = append(needs, fmt.Sprint(n))
	}
	var parts []string
	switch {
	case e.State.Done && e.State.Shown():
		parts = append(parts, a.text("learn.state.done_shown"))
	case e.State.Done:
		parts = append(parts, a.text("learn.state.done"))
	case e.Next:
		parts = append(parts, a.text("learn.state.next"))
	case e.Begun:
		parts = append(parts, a.text("learn.state.begun"))
	}
	if len(needs) > 0 {
		parts = append(parts, a.text("learn.state.needs", "lessons", strings.Join(needs, ", ")))
	}
	return strings.Join(parts, " · ")
}

// glossary is every word of the course.
func (a *App) glossary(s *stack) {
	for _, t := range a.Player.Learn.Glossary() {
		s.y += a.kit.Dp(10)
		s.add(func(gtx layout.Context) int {
			gtx.Constraints.Max.X = min(gtx.Constraints.Max.X, a.kit.Sp(720))
			return a.prose(gtx, "glossary "+t.ID, t.Text, reading)
		})
	}
}

// progressCard saves progress elsewhere, takes it from there, or forgets it.
func (a *App) progressCard(gtx layout.Context) int {
	k, page := &a.kit, &a.learn.course
	if page.path.Editor.Text() == "" && page.said == nil {
		page.path.Editor.SetText(progressCopy())
	}
	return a.card(gtx, func(s *stack) {
		s.add(func(gtx layout.Context) int {
			return a.words(gtx, a.text("learn.progress.how"), scene.Body, scene.Muted)
		})
		s.y += k.Dp(8)
		s.add(func(gtx layout.Context) int {
			entry := widget.Entry{Name: a.text("learn.progress.file"), Wrong: page.failed, Change: func(string) { page.failed = false }, Done: func() { gtx.Execute(key.FocusCmd{}) }}
			return k.Field(gtx, &page.path, entry).Size.Y
		})
		s.y += k.Dp(8)
		reset := "learn.progress.reset"
		if page.sure {
			reset = "learn.progress.sure"
		}
		row := []flowing{
			{&page.export, a.text("learn.progress.export"), a.exportProgress, widget.Outlined},
			{&page.imports, a.text("learn.progress.import"), a.importProgress, widget.Outlined},
			{&page.reset, a.text(reset), a.resetProgress, widget.Outlined},
		}
		s.add(func(gtx layout.Context) int { return a.flow(gtx, row) })
		if page.said != nil {
			paint := scene.Ink
			if page.failed {
				paint = scene.BlockedPaint
			}
			s.y += k.Dp(8)
			s.add(func(gtx layout.Context) int { return a.words(gtx, a.texts.Error(page.said), scene.Body, paint) })
		}
	})
}

func (a *App) exportProgress() {
	file := a.learn.course.path.Editor.Text()
	err := a.Player.Learn.Export(file)
	if a.told(err, "learn.progress.exported"); err == nil {
		handOver(file)
	}
}

// importProgress takes progress from the file that is named or, where files
// have no names, from one that is chosen.
func (a *App) importProgress() {
	path := &a.learn.course.path.Editor
	if namesFiles || a.files.browse == nil {
		a.told(a.Player.Learn.Import(path.Text()), "learn.progress.imported")
		return
	}
	a.files.browse(false, path.Text(), func(file string, err error) {
		if err == nil {
			path.SetText(file)
			err = a.Player.Learn.Import(file)
		}
		a.told(err, "learn.progress.imported")
	})
}

// resetProgress forgets everything when it is asked for twice.
func (a *App) resetProgress() {
	page := &a.learn.course
	if page.sure = !page.sure; page.sure {
		return
	}
	a.Player.Learn.Reset()
	a.told(nil, "learn.progress.forgotten")
}

// told says what came of exporting or importing.
func (a *App) told(err error, key string) {
	page := &a.learn.course
	page.failed, page.said, page.sure = err != nil, trace.Err(key), false
	if err != nil {
		page.said = err
	}
}

// progressCopy is where progress is exported to unless another file is named.
func progressCopy() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, "ftpscope-progress.json")
}
