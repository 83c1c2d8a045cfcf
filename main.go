// Command ftpscope shows how FTP works, and why it breaks.
//
// Without a command it opens the window; run, render and lessons do the same
// work on the command line, and serve, get, put and ls put the FTP machines on
// real sockets. The exit status is 0 when the simulated task succeeded, 3
// when it failed in the simulation, 1 after a fault, 2 after wrong usage.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"ftpscope/assets"
	"ftpscope/lessons"
	"ftpscope/sim"
	"ftpscope/sim/capture"
	"ftpscope/sim/export"
	"ftpscope/sim/trace"
	"ftpscope/visual"
)

// The exit statuses.
const (
	exitOK     = 0
	exitFault  = 1
	exitUsage  = 2
	exitFailed = 3 // the task, in the simulation
)

// usageError is a mistake in what was typed or in a scenario file.
type usageError struct{ error }

// Unwrap is the mistake itself, which is what is told.
func (e usageError) Unwrap() error { return e.error }

// errFailed says that the task of a run failed; the output has told how.
var errFailed = errors.New("the simulated task failed")

type commandLine struct {
	Window  windowCommand  `cmd:"" aliases:"open" default:"withargs" help:"Open the window, with a file or preset; the default."`
	Run     runCommand     `cmd:"" help:"Run a scenario and write what happened."`
	Render  renderCommand  `cmd:"" help:"Draw what the window shows of a run into a PNG file."`
	Lessons lessonsCommand `cmd:"" help:"List, check, show, make and grade lessons."`
	Serve   serveCommand   `cmd:"" help:"Serve FTP on a real socket."`
	Get     getCommand     `cmd:"" help:"Download a file from a real server."`
	Put     putCommand     `cmd:"" help:"Upload a file to a real server."`
	Ls      lsCommand      `cmd:"" help:"List a folder of a real server."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	var line commandLine
	left := -1 // the status with which kong wants to leave, after --help
	parser, err := kong.New(&line,
		kong.Name("ftpscope"),
		kong.Description("See how FTP works, and why it breaks. Without a command the window opens."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(status int) { left = status }),
		kong.Vars{
			"presets": strings.Join(sim.Presets(), ", "), "vantages": strings.Join(capture.Vantages(), ", "), "languages": strings.Join(assets.Languages(), ", "),
			"pages": strings.Join(visual.Pages(), ","),
		},
		kong.BindTo(stdout, (*io.Writer)(nil)), // Run methods get it by its type
	)
	english := assets.Catalog(assets.Languages()[0])
	if err != nil {
		return report(stderr, english, err)
	}
	context, err := parser.Parse(args)
	if left >= 0 {
		return left
	}
	if err != nil {
		return report(stderr, english, usageError{fmt.Errorf(`%w; see "ftpscope --help"`, err)})
	}
	return report(stderr, errorTexts(context), context.Run())
}

// errorTexts are the sentences in which a command tells its errors: those of
// --lang, and without it English, whatever the system speaks, for scripts and
// for those who look an error up.
func errorTexts(context *kong.Context) *assets.Texts {
	for _, flag := range context.Flags() {
		if flag.Name == "lang" {
			return assets.Catalog(flag.Target.String())
		}
	}
	return assets.Catalog(assets.Languages()[0])
}

// report prints an error as one line and returns the exit status it stands for.
func report(stderr io.Writer, texts *assets.Texts, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFailed):
		return exitFailed
	}
	fmt.Fprintf(stderr, "ftpscope: %s\n", oneLine(texts, err))
	if errors.As(err, &usage) || errors.As(err, new(*sim.FieldError)) {
		return exitUsage
	}
	return exitFault
}

// language is a flag shared by the commands.
type language struct {
	Lang string `help:"Language of texts: ${languages}; without, that of the system." placeholder:"LANG"`
}

func (l language) texts() (*assets.Texts, error) {
	if l.Lang == "" {
		return assets.Catalog(assets.SystemLanguage(os.Getenv)), nil
	}
	if !assets.Speaks(l.Lang) {
		return nil, usageError{fmt.Errorf("--lang: %q is none of %s", l.Lang, strings.Join(assets.Languages(), ", "))}
	}
	return assets.Catalog(l.Lang), nil
}

// errorTexts are those for what only errors are written in: English without --lang.
func (l language) errorTexts() (*assets.Texts, error) {
	if l.Lang == "" {
		l.Lang = assets.Languages()[0]
	}
	return l.texts()
}

// scenario is what the commands about a run take.
type scenario struct {
	Scenario string   `arg:"" optional:"" help:"Name of a preset (${presets}), id of a lesson, or a TOML or JSON file."`
	Mode     string   `help:"Data mode: port, pasv, eprt, epsv or auto."`
	Set      []string `help:"Change a field of the scenario, such as client_router.nat=true; can be repeated." placeholder:"KEY=VALUE" sep:"none"`
}

func (c scenario) load() (sim.Scenario, error) {
	if c.Scenario == "" {
		return sim.Scenario{}, usageError{trace.Err("error.cli.scenario", "presets", strings.Join(sim.Presets(), ", "))}
	}
	s, err := find(c.Scenario)
	if errors.As(err, new(*fs.PathError)) {
		err = trace.Err("error.cli.no_scenario", "why", err, "presets", strings.Join(sim.Presets(), ", "))
	}
	if err != nil {
		return s, usageError{err}
	}
	settings := c.Set
	if c.Mode != "" {
		settings = slices.Insert(slices.Clone(settings), 0, "client.mode="+c.Mode)
	}
	for _, setting := range settings {
		key, value, ok := strings.Cut(setting, "=")
		if !ok || key == "" {
			return s, usageError{trace.Err("error.cli.set", "setting", setting)}
		}
		if err := s.Change(key, value); err != nil {
			return s, usageError{err}
		}
	}
	if err := s.Check(); err != nil { // only when all are in place: one may need the other
		return s, usageError{err}
	}
	return s, nil
}

// find looks for a scenario among the presets, then among the lessons, whose
// first run it is, then among the files.
func find(name string) (sim.Scenario, error) {
	if slices.Contains(sim.Presets(), name) {
		return sim.Preset(name)
	}
	library, err := lessons.Open()
	if err != nil {
		return sim.Scenario{}, err
	}
	defer library.Close()
	if !slices.Contains(library.IDs(), name) {
		return sim.Load(name)
	}
	lesson, err := library.Lesson(name, "en") // a run has no language
	if err != nil {
		return sim.Scenario{}, err
	}
	return lesson.Runs[0].Scenario.Clone(), nil
}

type renderCommand struct {
	scenario `embed:""`
	language `embed:""`
	Step     int           `xor:"moment" help:"The moment: the end of this step of the run, from 1; without, the beginning."`
	Message  int           `xor:"moment" help:"The moment, by messages."`
	Time     time.Duration `xor:"moment" help:"The moment, by the clock of the run, such as 0.284s."`
	Size     dimensions    `default:"1600x1000" help:"Size of the window (${default})." placeholder:"WxH"`
	Scale    float32       `default:"1" help:"Pixels for each unit of the size."`
	Theme    string        `enum:"dark,light,contrast" default:"dark" help:"Colours: dark, light or contrast."`
	TextSize int           `default:"100" help:"Size of text in per cent, 80 to 200."`
	Tab      string        `enum:",${pages}" default:"" placeholder:"PAGE" help:"The page below the stage: ${pages}."`
	Present  bool          `help:"As it is presented: the stage, its caption and the bar of time."`
	Output   string        `short:"o" required:"" placeholder:"FILE.png" help:"The picture."`
	Lesson   string        `help:"Draw a lesson instead of a scenario." placeholder:"ID"`
	Part     int           `name:"lesson-step" default:"1" help:"The step of the lesson, from 1; behind the last comes its task."`
	Answer   []string      `sep:"none" placeholder:"ANSWER" help:"Answer the lesson's question so, or with the word right do what it asks for; for each item once."`
	Text     bool          `help:"Of a lesson draw its text, where there is no room for text and run at once."`
	Course   bool          `help:"Draw the map of the course instead of a scenario."`
	folders  `embed:""`
}

// Validate checks what the types of the flags cannot.
func (c *renderCommand) Validate() error {
	if c.Output != "" && !strings.EqualFold(filepath.Ext(c.Output), ".png") {
		return fmt.Errorf("-o %s: the name of a picture ends in .png", c.Output)
	}
	if !(c.Scale >= 0.25 && c.Scale <= 8) { // nor is NaN
		return fmt.Errorf("--scale %v: it is from 0.25 to 8", c.Scale)
	}
	if c.TextSize < 80 || c.TextSize > 200 {
		return fmt.Errorf("--text-size %d: it is from 80 to 200", c.TextSize)
	}
	return nil
}

// Run draws the picture.
func (c *renderCommand) Run(stdout io.Writer) error {
	texts, err := c.texts()
	if err != nil {
		return err
	}
	o := visual.Options{
		Run: c.Scenario, Language: texts.Language(), Theme: c.Theme, TextSize: c.TextSize,
		Learn: visual.LearnOptions{Folders: c.dirs(), Lesson: c.Lesson, Step: c.Part, Answer: c.Answer, Course: c.Course},
	}
	if c.Lesson == "" && !c.Course {
		s, err := c.load()
		if err != nil {
			return err
		}
		o.Scenario = &s
	}
	picture, err := visual.Render(visual.RenderOptions{
		Options: o, Text: c.Text, Tab: c.Tab, Present: c.Present,
		Width: c.Size.width, Height: c.Size.height, Scale: c.Scale,
		Step: c.Step, Message: c.Message, Time: c.Time,
	})
	if errors.Is(err, visual.ErrSize) || errors.Is(err, visual.ErrStep) || errors.Is(err, lessons.ErrUnknown) || errors.Is(err, visual.ErrAnswer) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	return write(c.Output, stdout, func(w io.Writer) error { return png.Encode(w, picture) })
}

// dimensions are written as 1600x1000.
type dimensions struct{ width, height int }

// UnmarshalText reads dimensions.
func (d *dimensions) UnmarshalText(text []byte) error {
	var rest string
	if n, _ := fmt.Sscanf(string(text), "%dx%d%s", &d.width, &d.height, &rest); n != 2 {
		return fmt.Errorf("%q is no size such as 1600x1000", text)
	}
	return nil
}

type windowCommand struct {
	language `embed:""`
	folders  `embed:""`
	Lesson   string `help:"Begin with this lesson." placeholder:"ID"`
	Scenario string `arg:"" optional:"" help:"What to show: the name of a preset (${presets}), or a TOML or JSON file."`
}

// Run opens the window and stays in it. Without a display it shows the run
// that the window begins with as text.
func (c *windowCommand) Run(stdout io.Writer) error {
	texts, err := c.texts()
	if err != nil {
		return err
	}
	name := c.Scenario
	if name == "" {
		name = sim.Presets()[0]
	}
	s, err := scenario{Scenario: name}.load()
	if err != nil && filepath.Ext(name) == "" { // it may have been meant for a command
		return trace.Err("error.cli.help", "why", err)
	}
	if err != nil {
		return err
	}
	o := visual.Options{Run: s.ID, Scenario: &s, Language: c.Lang}
	if !slices.Contains(sim.Presets(), name) {
		o.File = name
	}
	progress, err := lessons.ProgressFile()
	if err != nil {
		progress = "" // there is no place for it: nothing is kept
	}
	o.Learn = visual.LearnOptions{Folders: c.dirs(), Progress: progress, Lesson: c.Lesson}
	err = visual.Main(o)
	if !errors.Is(err, visual.ErrNoDisplay) || c.Lesson != "" { // as text a lesson can be read with lessons show
		return err
	}
	fmt.Fprintf(stdout, "%s\n\n", texts.Text("cli_no_display", "run", name))
	t, err := sim.Run(s)
	if err != nil {
		return err
	}
	return ladder(stdout, s, t, texts)
}

// ladder writes a run as text, with its diagnosis.
func ladder(w io.Writer, s sim.Scenario, t *trace.Trace, texts *assets.Texts) error {
	say := func(s trace.Sentence) string { return texts.Text(s.Key, s.Args...) }
	d := sim.Diagnose(&s, t)
	verdict := []string{say(d.What), say(d.Why)}
	for _, remedy := range d.Remedies {
		verdict = append(verdict, "• "+say(remedy.Say))
		for _, key := range slices.Sorted(maps.Keys(remedy.Set)) {
			verdict = append(verdict, fmt.Sprintf("    --set %s=%s", key, remedy.Set[key]))
		}
	}
	return export.Text(w, trace.NewOutline(t), texts, sim.Session(&s, t), verdict)
}

// write has a file written, or standard output where none is named.
func write(file string, stdout io.Writer, content func(io.Writer) error) error {
	if file == "" {
		return content(stdout)
	}
	var whole bytes.Buffer // a fault on the way leaves no half of a file
	if err := content(&whole); err != nil {
		return err
	}
	if err := os.WriteFile(file, whole.Bytes(), 0o644); err != nil {
		return trace.Err("error.cli.output", "why", err)
	}
	return nil
}
