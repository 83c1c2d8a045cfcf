package visual

import (
	"context"
	"os"
	"runtime"

	"gioui.org/app"
	"gioui.org/op"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// ErrNoDisplay says that there is nowhere to open a window.
var ErrNoDisplay = trace.Err("error.no_display")

// simulator is package sim as the model sees it.
type simulator struct{}

func (simulator) Presets() []string                        { return sim.Presets() }
func (simulator) Preset(name string) (sim.Scenario, error) { return sim.Preset(name) }

// mostBytes is how large a file may be that the window plays: simulating it takes
// a second at most, during which the window stands still.
const mostBytes = 100_000_000

func (simulator) Run(s sim.Scenario) (*trace.Trace, error) {
	if s.FileBytes > mostBytes {
		return nil, &sim.FieldError{Field: "file_bytes", Err: trace.Err("error.field.window_bytes", "most", mostBytes)}
	}
	return sim.Run(s)
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
	p, err := o.player(simulator{})
	if err != nil {
		return err
	}
	kept, problem := remember(&p.Settings, o.Language)
	a := New(p)
	a.try(problem)
	if !systemOwnsMain() {
		return run(a, kept, func() {})
	}
	go func() {
		if err := run(a, kept, func() {}); err != nil {
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

// run shows the App in a window until it is closed, keeps what the person
// chooses, and tells when the first frame is drawn.
func run(a *App, kept *memory, drawn func()) error {
	w := new(app.Window)
	w.Option(app.Title("ftpscope"), app.Size(kept.size()), app.MinSize(640, 480))
	files := newDialogs(w)
	a.files.browse = files.browse
	if file, err := unsavedFile(); err == nil {
		a.remember(file, unsavedPause)
		defer a.keeper.flush()
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	kept.watch(ctx, w.Invalidate)
	defer kept.end()
	var ops op.Ops
	var how app.WindowMode
	full, shown := false, false
	for {
		event := w.Event()
		files.explorer.ListenEvents(event)
		switch e := event.(type) {
		case app.DestroyEvent:
			if e.Err != nil && !shown { // a display that is named but cannot be reached
				return trace.Err("error.place.why", "what", ErrNoDisplay, "why", e.Err)
			}
			return e.Err
		case app.ConfigEvent:
			// The window's own full screen button counts as well.
			how = e.Config.Mode
			full = how == app.Fullscreen
			if !a.Player.Settings.Present {
				a.Player.Settings.FullScreen = full
			}
		case app.FrameEvent:
			gtx := app.NewContext(&ops, e)
			files.answer()
			kept.before(&a.Player.Settings)
			a.Layout(gtx)
			e.Frame(gtx.Ops)
			kept.after(&a.Player.Settings, how, e.Size, e.Metric)
			if !shown {
				shown = true
				drawn()
			}
			if want := a.Player.Settings.FullScreen || a.Player.Settings.Present; want != full {
				full = want
				w.Option(mode(full).Option())
			}
		}
	}
}

func mode(full bool) app.WindowMode {
	if full {
		return app.Fullscreen
	}
	return app.Windowed
}
