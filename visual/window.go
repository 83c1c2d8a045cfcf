package visual

import (
	"context"
	"os"
	"runtime"

	"gioui.org/app"
	"gioui.org/io/input"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/op/paint"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/theme"
)

// ErrNoDisplay says that there is nowhere to open a window.
var ErrNoDisplay = trace.Err("error.no_display")

// simulator is package sim as the model sees it.
type simulator struct{}

func (simulator) Presets() []string                        { return sim.Presets() }
func (simulator) Preset(name string) (sim.Scenario, error) { return sim.Preset(name) }

func (simulator) Run(ctx context.Context, s sim.Scenario, report func(sim.Progress)) (*trace.Trace, error) {
	return sim.RunContext(ctx, s, report)
}

// hasDisplay reports whether a window can be opened. Gio would end the program
// where there is no display, so it is asked before.
func hasDisplay(getenv func(string) string) bool {
	switch runtime.GOOS {
	case "windows", "darwin", "ios", "android", "js":
		return true
	}
	return getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != ""
}

// Main opens the window and stays in it until it is closed. It returns
// [ErrNoDisplay] where none can be opened.
func Main(o Options) error {
	if !hasDisplay(os.Getenv) {
		return ErrNoDisplay
	}
	kept, problem := remember()
	begin := func(w model.Worker) (*App, error) {
		p, err := o.window(simulator{}, w)
		if err != nil {
			return nil, err
		}
		kept.begin(&p.Settings, o.Language)
		a := New(p)
		a.learn.text = true // a lesson begins with its text
		a.try(problem)
		return a, nil
	}
	if !systemOwnsMain() {
		return run(begin, kept, func(stage) {})
	}
	go func() {
		if err := run(begin, kept, func(stage) {}); err != nil {
			os.Stderr.WriteString("ftpscope: " + assets.Catalog(o.Language).Error(err) + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}()
	app.Main()
	return nil
}

// systemOwnsMain reports whether the system wants the main thread for its own
// event loop. Where X11 and Wayland are, app.Main would only wait for ever.
func systemOwnsMain() bool {
	switch runtime.GOOS {
	case "linux", "freebsd", "openbsd":
		return false
	}
	return true
}

// stage is how far a window has come.
type stage uint8

const (
	stageOpen  stage = iota // there, in the colour of the theme
	stageWhole              // everything is drawn
)

// run opens a window for the App that begin makes, until it is closed, keeps what
// the person chooses, and tells what has been drawn.
//
// The first frame is no more than the ground. While the driver of the graphics
// card draws it, for which it first has to start, the App is made and lays out
// what comes next.
func run(begin func(model.Worker) (*App, error), kept *memory, drawn func(stage)) error {
	w := new(app.Window)
	w.Option(app.Title("ftpscope"), app.Size(kept.size()), app.MinSize(640, 480))
	files := newDialogs(w)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	kept.watch(ctx, w.Invalidate)
	defer kept.end()
	var rest idle
	defer rest.end()
	var a *App
	var ops op.Ops
	var how app.WindowMode
	full, shown := false, false
	for {
		event := w.Event()
		files.listen(event)
		switch e := event.(type) {
		case app.DestroyEvent:
			if e.Err != nil && a == nil { // a display that is named but cannot be reached
				return trace.Err("error.place.why", "what", ErrNoDisplay, "why", e.Err)
			}
			return e.Err
		case app.ConfigEvent:
			// The window's own full screen button counts as well.
			how = e.Config.Mode
			full = how == app.Fullscreen
			if a != nil && !a.Player.Settings.Present {
				a.Player.Settings.FullScreen = full
			}
		case app.FrameEvent:
			gtx := app.NewContext(&ops, e)
			if a == nil {
				paint.Fill(gtx.Ops, theme.Palettes[kept.ground()][scene.Panel])
				ready := prepare(func() (*App, error) { return begin(beside(w.Invalidate)) }, gtx)
				gtx.Execute(op.InvalidateCmd{}) // and not w.Invalidate, which a browser's window loses before it was ever idle
				e.Frame(gtx.Ops)
				drawn(stageOpen)
				m := <-ready
				if m.err != nil {
					return m.err
				}
				a = m.app
				a.files.browse = files.browse
				if file, err := unsavedFile(); err == nil {
					a.remember(file, unsavedPause)
					defer a.keeper.flush()
				}
				defer a.flush()
				whenLeft(func() {
					kept.end()
					if a.keeper != nil {
						a.keeper.flush()
					}
					a.flush()
				})
				continue
			}
			files.answer()
			kept.before(&a.Player.Settings)
			a.Layout(gtx)
			e.Frame(gtx.Ops)
			rest.drawn()
			kept.after(&a.Player.Settings, how, e.Size, e.Metric)
			if !shown {
				shown = true
				drawn(stageWhole)
			}
			if want := a.Player.Settings.FullScreen || a.Player.Settings.Present; want != full {
				full = want
				w.Option(mode(full).Option())
			}
		}
	}
}

// prepared is an App whose texts have been set.
type prepared struct {
	app *App
	err error
}

// prepare makes the App in a goroutine of its own, and lays out a frame that
// nobody sees, so that the next finds its texts set.
func prepare(begin func() (*App, error), gtx layout.Context) <-chan prepared {
	ready := make(chan prepared, 1)
	go func() {
		a, err := begin()
		if err == nil {
			var router input.Router
			gtx.Ops, gtx.Source = new(op.Ops), router.Source()
			a.Layout(gtx)
		}
		ready <- prepared{a, err}
	}()
	return ready
}

func mode(full bool) app.WindowMode {
	if full {
		return app.Fullscreen
	}
	return app.Windowed
}
