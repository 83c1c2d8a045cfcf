package visual

import (
	"errors"
	"fmt"
	"image"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"gioui.org/f32"
	"gioui.org/gpu/headless"
	"gioui.org/io/input"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/unit"

	"ftpscope/assets"
	"ftpscope/lessons"
	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
)

// Options say what the window shows when it opens.
type Options struct {
	Run      string        // name of a preset; empty: the first
	Scenario *sim.Scenario // instead of a preset
	File     string        // where the scenario stands; empty: in no file
	Language string        // as BCP 47 tag; empty: English
	Theme    string        // "dark", "light", "contrast"; empty: dark
	TextSize int           // per cent; 0: 100
	Learn    LearnOptions
}

// LearnOptions say which lessons there are, and what of them is on show.
type LearnOptions struct {
	Folders  []string // of further lessons
	Progress string   // the file in which progress is kept; empty: none
	Course   bool     // show the map of the course
	Lesson   string   // show this lesson; empty: none
	Step     int      // of the lesson, from 1; behind the last comes its task; 0: where it was left
	Answer   []string // to its question, or "right": what the lesson asks for is done
}

// answerRight stands for whatever is right.
const answerRight = "right"

// start gives a player its lessons.
func (o LearnOptions) start(p *model.Player) error {
	library, err := lessons.Open(o.Folders...)
	if err != nil {
		return err
	}
	p.StartLearn(library, o.Progress)
	switch {
	case o.Lesson != "" && o.Step == 0:
		if err := p.Learn.OpenLesson(o.Lesson); err != nil {
			return err
		}
		return o.answer(p.Learn)
	case o.Lesson != "":
		if err := p.Learn.OpenStep(o.Lesson, o.Step-1); err != nil {
			return err
		}
		return o.answer(p.Learn)
	case o.Course:
		p.Learn.Enter()
	}
	return nil
}

// answer answers what the lesson asks, and shows it.
func (o LearnOptions) answer(l *model.Learn) error {
	switch {
	case len(o.Answer) == 0:
		return nil
	case slices.Equal(o.Answer, []string{answerRight}) && (l.Question() != nil || l.AtTask()):
		l.Finish()
		return nil
	case l.Question() == nil:
		return ErrAnswer
	}
	l.Draft = o.Answer
	if !l.Complete() {
		return ErrAnswer
	}
	l.Check()
	return nil
}

// RenderOptions say what a picture of the window shows.
type RenderOptions struct {
	Options
	Width, Height int           // in dp
	Scale         float32       // pixels per dp; 0: 1
	Step          int           // the step at whose end the picture is taken, from 1; 0: the beginning
	Message       int           // likewise by messages; over Step
	Time          time.Duration // likewise by the run's own clock; over both; negative: not used
	Text          bool          // of a lesson, where there is no room for text and run at once
	Tab           string        // the inspector's page, one of Pages; empty: the firewall
	Present       bool          // as it is presented
}

// Errors about options.
var (
	ErrSize   = trace.Err("error.picture.size")
	ErrStep   = errors.New("the run has no such step")
	ErrAnswer = trace.Err("error.picture.answer")
)

// stepError is ErrStep with the numbers.
type stepError struct{ n, steps int }

// Say is the sentence that tells the error.
func (e *stepError) Say() (key string, args []any) {
	return "error.picture.step", []any{"n", e.n, "steps", e.steps}
}

func (e *stepError) Error() string { return fmt.Sprintf("%v %d", ErrStep, e.n) }

// Unwrap makes it ErrStep to those who ask.
func (e *stepError) Unwrap() error { return ErrStep }

func (o Options) player(s model.Simulator) (*model.Player, error) {
	languages := assets.Languages()
	var p *model.Player
	var err error
	if o.Scenario != nil {
		p, err = model.Open(s, o.Run, *o.Scenario, languages)
	} else {
		p, err = model.New(s, o.Run, languages)
	}
	if err != nil {
		return nil, err
	}
	if o.File != "" {
		p.Saved(o.File)
	}
	if o.Language != "" {
		p.Settings.Language = assets.Match(o.Language)
	}
	if o.Theme != "" {
		i := slices.Index(model.ThemeNames[:], o.Theme)
		if i < 0 {
			return nil, trace.Err("error.picture.theme", "name", strconv.Quote(o.Theme), "names", strings.Join(model.ThemeNames[:], ", "))
		}
		p.Settings.Theme = model.Theme(i)
	}
	if o.TextSize != 0 {
		if t := p.Settings.TextSize; o.TextSize < t.Min || o.TextSize > t.Max {
			return nil, trace.Err("error.picture.text_size", "n", o.TextSize, "low", t.Min, "high", t.Max)
		}
		p.Settings.TextSize.Value = o.TextSize
	}
	return p, o.Learn.start(p)
}

// Pages are the names of the inspector's pages.
func Pages() []string { return tabNames[:] }

// window is a player that makes long runs beside the window. Until the one of a
// file is there the first preset is on show.
func (o Options) window(s model.Simulator, w model.Worker) (*model.Player, error) {
	file, scenario := o.File, o.Scenario
	if file != "" {
		o.Run, o.File, o.Scenario = "", "", nil
	}
	p, err := o.player(s)
	if err != nil {
		return nil, err
	}
	p.Worker = w
	if file != "" {
		err = p.OpenScenario(file, *scenario, nil)
	}
	return p, err
}

// Render draws what the window would show into an image, without a window.
func Render(o RenderOptions) (image.Image, error) { return render(simulator{}, o) }

func render(s model.Simulator, o RenderOptions) (image.Image, error) {
	p, err := o.player(s)
	if err != nil {
		return nil, err
	}
	if err := o.place(p); err != nil {
		return nil, err
	}
	p.Settings.Present = o.Present
	a := New(p)
	a.learn.text = o.Text
	if o.Tab != "" {
		i := slices.Index(tabNames[:], o.Tab)
		if i < 0 {
			return nil, trace.Err("error.picture.tab", "name", strconv.Quote(o.Tab), "names", strings.Join(tabNames[:], ", "))
		}
		a.inspector.tab = tab(i)
		if p.InLesson() {
			a.learn.at = a.lessonAt() // it leads to no other
		}
	}
	return a.Picture(o.Width, o.Height, o.Scale)
}

// place puts the cursor where the picture is to be taken.
func (o RenderOptions) place(p *model.Player) error {
	if o.Time > 0 {
		p.JumpTo(p.Run.Trace.At(o.Time))
		return nil
	}
	size, n := trace.ByStep, o.Step
	if o.Message > 0 {
		size, n = trace.ByMessage, o.Message
	}
	if n == 0 && p.InLesson() {
		return nil
	}
	stops := p.Run.Outline.Stops(size)
	if n < 0 || n >= len(stops) {
		return &stepError{n, len(stops) - 1}
	}
	p.JumpTo(stops[n])
	return nil
}

// Picture draws a frame of this many dp at a scale into an image.
func (a *App) Picture(width, height int, scale float32) (image.Image, error) {
	if scale == 0 {
		scale = 1
	}
	size := image.Pt(int(float32(width)*scale), int(float32(height)*scale))
	if width < 320 || height < 240 || size.X > 16384 || size.Y > 16384 {
		return nil, trace.Err("error.picture.given", "width", size.X, "height", size.Y, "why", ErrSize)
	}
	softwareDrawing()
	w, err := headless.NewWindow(size.X, size.Y)
	if err != nil {
		return nil, trace.Err("error.picture.draw", "why", err)
	}
	defer w.Release()
	var ops op.Ops
	var router input.Router
	gtx := layout.Context{
		Ops: &ops, Source: router.Source(), Constraints: layout.Exact(size),
		Metric: unit.Metric{PxPerDp: scale, PxPerSp: scale},
	}
	// The first frame learns how long the sequence diagram is, the second shows the cursor's row.
	for range 2 {
		ops.Reset()
		a.Layout(gtx)
		router.Frame(&ops)
	}
	if err := w.Frame(&ops); err != nil {
		return nil, trace.Err("error.picture.draw", "why", err)
	}
	img := image.NewRGBA(image.Rectangle{Max: size})
	if err := w.Screenshot(img); err != nil {
		return nil, trace.Err("error.picture.draw", "why", err)
	}
	return img, nil
}

// softwareDrawing lets pictures be drawn where there is neither display nor
// graphics hardware, unless the environment says how to draw.
func softwareDrawing() {
	if hasDisplay(os.Getenv) {
		return
	}
	for _, v := range [][2]string{{"EGL_PLATFORM", "surfaceless"}, {"LIBGL_ALWAYS_SOFTWARE", "1"}} {
		if os.Getenv(v[0]) == "" {
			os.Setenv(v[0], v[1])
		}
	}
}

func fpt(x, y float32) f32.Point { return f32.Pt(x, y) }
