package visual

import (
	"image"

	"gioui.org/io/event"
	"gioui.org/io/key"
	"gioui.org/layout"
	"gioui.org/op"

	"ftpscope/assets"
	"ftpscope/sim/trace"
	"ftpscope/visual/draw"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/theme"
	"ftpscope/visual/widget"
)

// App is everything the window shows, apart from the window.
type App struct {
	Player *model.Player

	kit     widget.Kit
	texts   *assets.Texts
	view    scene.View
	problem error       // why the latest change could not be made
	whole   image.Point // the window, in pixels
	tight   bool        // the window is too low for stage and inspector at once
	low     bool        // too low for a tall page beside the stage

	top       topBar
	stage     stagePane
	speaker   presentation
	sequence  sequencePane
	inspector inspector
	transport transport
	compare   comparePane
	sheet     keySheet
	form      formPane
	formWidth int // of the place it is laid out in, in pixels
	files     fileStrip
	work      workStrip
	busy      bool    // work under way is told of in place of the files
	keeper    *keeper // of unsaved work; nil: nobody keeps it
	learn     learnPane
}

// New shows a player.
func New(p *model.Player) *App {
	a := &App{Player: p}
	a.kit.Painter = draw.NewPainter(&theme.Palettes[p.Settings.Theme])
	a.sequence.follow = true
	a.inspector.tab = tabFirewall
	return a
}

// layouts is how often a frame is laid out at most: what a person asked for in
// one is done after it, and makes it out of date.
const layouts = 3

// Layout draws a frame and does what the person asked for meanwhile.
func (a *App) Layout(gtx layout.Context) {
	a.watchWork(gtx)
	a.busy = a.working(gtx.Now)
	a.Player.Advance(gtx.Now)
	a.keys(gtx)
	if err := a.Player.Problem; err != nil {
		a.problem, a.Player.Problem = err, nil
	}
	a.watchLesson(gtx)
	focus, acted := a.kit.Focus, false
	for i := 1; ; i++ {
		a.kit.Focus, a.kit.Focused = widget.FocusNone, ""
		macro := op.Record(gtx.Ops)
		a.frame(gtx)
		call := macro.Stop()
		more := a.kit.Act()
		acted = acted || more
		if !more || i == layouts {
			call.Add(gtx.Ops)
			break
		}
	}
	if a.keeper != nil {
		a.keeper.note(a)
	}
	a.keepAttempt(gtx)
	// What was started just now starts now; and which keys are listened to
	// depends on what has the focus, which an action may move.
	if a.Player.Advance(gtx.Now) || acted || a.kit.Focus != focus {
		gtx.Execute(op.InvalidateCmd{})
	}
}

func (a *App) frame(gtx layout.Context) {
	s := &a.Player.Settings
	a.busy = a.working(gtx.Now)
	gtx.Metric.PxPerSp *= a.textScale(gtx.Metric.PxToDp(gtx.Constraints.Max.Y))
	a.kit.Palette = &theme.Palettes[s.Theme]
	a.kit.Metric = gtx.Metric
	a.kit.Begin()
	a.texts = assets.Catalog(s.Language)
	if a.Player.Unsolved() {
		a.texts = a.texts.Unsolved()
	}
	if a.Player.Learning() {
		a.Player.Learn.Follow()
	}
	a.look(gtx, a.Player)

	k := &a.kit
	a.whole = gtx.Constraints.Max
	all := image.Rectangle{Max: a.whole}
	k.Fill(gtx.Ops, all, scene.Panel)
	p := a.places(all.Max)
	a.tight, a.low = p.tight, p.low
	if a.sheet.open(a) {
		widget.Place(gtx, all, a.layoutKeys)
		return
	}
	if s.Present {
		a.present(gtx)
		return
	}
	widget.Place(gtx, p.top, a.layoutTop)
	a.placeFocus()
	if a.Player.Compare != nil {
		a.layoutCompare(gtx, p)
		return
	}
	course := a.Player.Learning() && !a.Player.InLesson()
	a.learn.course.open = a.learn.course.open && course
	if course {
		widget.Clipped(gtx, p.strip, a.layoutStrip)
		widget.Clipped(gtx, image.Rect(0, max(p.top.Max.Y, p.strip.Max.Y), all.Max.X, all.Max.Y), a.layoutCourse)
		k.Fill(gtx.Ops, p.lines[0], scene.Line)
		return
	}
	widget.Clipped(gtx, p.strip, a.layoutStrip)
	a.formWidth = p.form.Dx()
	widget.Clipped(gtx, p.form, a.layoutForm)
	widget.Clipped(gtx, p.turns, a.layoutTurns)
	widget.Clipped(gtx, p.lesson, a.layoutLesson)
	widget.Clipped(gtx, p.stage, a.layoutStage)
	widget.Clipped(gtx, p.caption, a.layoutCaption)
	widget.Clipped(gtx, p.inspector, a.layoutInspector)
	widget.Clipped(gtx, p.sequence, a.layoutSequence)
	widget.Place(gtx, p.transport, a.layoutTransport)
	for _, line := range p.lines {
		k.Fill(gtx.Ops, line, scene.Line)
	}
}

// look prepares what the stage and the sequence diagram of a run have in common.
func (a *App) look(gtx layout.Context, p *model.Player) {
	a.view = scene.View{
		Outline: p.Run.Outline, World: p.World(), Film: p.Run.Film, Pos: p.Cursor.Pos,
		Scale:   min(max(gtx.Metric.PxPerSp/gtx.Metric.PxPerDp, 0.8), 2),
		Texts:   a.texts,
		Measure: a.kit.Measure,

		ReduceMotion: a.Player.Settings.ReduceMotion,
		Selected:     -1,
	}
	a.view.HideAfter, _ = p.Hidden()
	a.view.Asking = p.InLesson() && p.Learn.Asking()
	a.view.Unsolved = p.Unsolved()
}

// try makes a change and keeps what went wrong for the person to read.
func (a *App) try(err error) { a.problem = err }

// say puts a sentence of the trace into the language of the window.
func (a *App) say(s trace.Sentence) string { return a.texts.Text(s.Key, s.Args...) }

func (a *App) text(key string, args ...any) string { return a.texts.Text(key, args...) }

// filters are the keys that nothing that has the focus wants for itself. Enter
// goes on in a lesson, and Escape stops what is under way before all else.
func (a *App) filters() []event.Filter {
	all := filters(a.kit.Focus)
	if a.Player.InLesson() && a.kit.Focus == widget.FocusNone {
		all = append(all, key.Filter{Name: key.NameReturn})
	}
	if a.busy {
		all = append(all, key.Filter{Name: key.NameEscape})
	}
	return all
}

// keys does what the keyboard asks for, where nothing that has the focus wants
// the key for itself.
func (a *App) keys(gtx layout.Context) {
	for {
		e, ok := gtx.Event(a.filters()...)
		if !ok {
			return
		}
		if e, ok := e.(key.Event); ok && e.State == key.Press {
			if e.Name == key.NameReturn && a.Player.InLesson() {
				a.goOn()
			}
			if e.Name == key.NameEscape {
				a.Player.Do(model.ActStop)
			}
			if id, ok := actionFor(e); ok {
				a.Player.Do(id)
				a.speaker.black = false
			}
		}
	}
}
