package visual

import (
	"image"
	"sync/atomic"
	"time"

	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/op/clip"

	"ftpscope/sim"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// moment is how long the window waits for work before it goes on without: two
// frames, which nobody sees.
const moment = 30 * time.Millisecond

// beside has work done that the window waits for a moment only; wake is called
// when work has ended that went on after that.
func beside(wake func()) model.Worker {
	return func(work func()) func() bool {
		ended := make(chan struct{})
		var left atomic.Bool // the window has gone on
		go func() {
			work()
			close(ended)
			if left.Load() {
				wake()
			}
		}()
		select {
		case <-ended:
		case <-time.After(moment):
			left.Store(true)
		}
		return func() bool {
			select {
			case <-ended:
				return true
			default:
				return false
			}
		}
	}
}

// workStrip is the state of the strip that tells of work under way.
type workStrip struct {
	since  time.Time // that there is any
	job    *model.Job
	button widget.Button
}

// worth is how long work must have been under way to be told of, and tick how
// often it is told how far it has come.
const (
	worth = 200 * time.Millisecond
	tick  = 100 * time.Millisecond
)

// watchWork puts in place what has ended, and draws frames while there is more.
func (a *App) watchWork(gtx layout.Context) {
	p, w := a.Player, &a.work
	kind := model.JobChange
	if w.job != nil {
		kind = w.job.Kind
	}
	if p.Land() {
		if err := p.Problem; err != nil {
			a.files.say, p.Problem = err, nil
		} else if kind != model.JobChange {
			a.reset()
		}
	}
	job := p.Job()
	if job != nil && w.job == nil {
		w.since = gtx.Now
	}
	if w.job = job; job == nil {
		return
	}
	next := gtx.Now.Add(tick)
	if told := w.since.Add(worth); gtx.Now.Before(told) {
		next = told
	}
	gtx.Execute(op.InvalidateCmd{At: next})
}

// working reports whether work under way is told of.
func (a *App) working(now time.Time) bool {
	return a.work.job != nil && a.work.job == a.Player.Job() && !now.Before(a.work.since.Add(worth)) && !a.Player.Settings.Present
}

// workText says what is under way, and how far it has come.
func (a *App) workText(p sim.Progress) string {
	what := a.text("work." + string(a.work.job.Kind))
	if p.Events == 0 {
		return what
	}
	args := []any{"what", what, "bytes", uint64(p.Bytes), "total", uint64(p.Total), "events", uint64(p.Events), "time", a.texts.Duration(p.Time.Round(tick))}
	if p.Bytes == 0 || p.Total == 0 {
		return a.text("work.events", args...)
	}
	return a.text("work.bytes", args...)
}

// workHeight is how high the strip is, whatever numbers come to stand in it.
func (a *App) workHeight(width int) int {
	total := max(a.work.job.Progress().Total, 1)
	widest := sim.Progress{Events: 9_999_999, Time: 10_000 * time.Second, Bytes: total, Total: total}
	words := a.kit.Painter.Paragraph(a.workText(widest), scene.Body, a.workWidth(width), 4)
	return max(int(words.Height+.5), a.kit.ControlHeight()) + a.kit.Dp(16)
}

func (a *App) workWidth(width int) int { return width - 2*a.kit.Dp(20) - a.workButton() - a.kit.Dp(16) }

func (a *App) workButton() int { return a.kit.Width(a.text("files.cancel"), scene.Body) + a.kit.Dp(24) }

// layoutWork tells how far the work has come, and lets it be stopped.
func (a *App) layoutWork(gtx layout.Context) layout.Dimensions {
	k, size := &a.kit, gtx.Constraints.Max
	pad, h := k.Dp(20), k.ControlHeight()
	progress := a.work.job.Progress()
	text := a.workText(progress)
	area := clip.Rect{Max: size}.Push(gtx.Ops)
	semantic.LabelOp(text).Add(gtx.Ops)
	area.Pop()
	k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Raised)
	words := k.Painter.Paragraph(text, scene.Body, a.workWidth(size.X), 4)
	words.Paint(gtx.Ops, fpt(float32(pad), (float32(size.Y)-words.Height)/2), k.Palette[scene.Ink])
	y := (size.Y - h) / 2
	widget.Place(gtx, image.Rect(size.X-pad-a.workButton(), y, size.X-pad, y+h), func(gtx layout.Context) layout.Dimensions {
		look := widget.Look{Label: a.text("files.cancel"), Name: a.text("action.stop"), Kind: widget.Outlined}
		return k.Button(gtx, &a.work.button, look, func() { a.Player.Do(model.ActStop) })
	})
	if progress.Total > 0 {
		done := int(progress.Bytes * int64(size.X) / progress.Total)
		k.Fill(gtx.Ops, image.Rect(0, size.Y-k.Dp(3), done, size.Y), scene.DataPaint)
	}
	return layout.Dimensions{Size: size}
}
