// Command ftpscope shows how FTP works, and why it breaks.
//
// Without a command it opens the window; run and render do the same work on
// the command line. The exit status is 0 when the simulated task succeeded, 3
// when it failed in the simulation, 1 after a fault, 2 after wrong usage.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/export"
	"ftpscope/sim/trace"
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

// errFailed says that the task of a run failed; the output has told how.
var errFailed = errors.New("the simulated task failed")

type commandLine struct {
	Run runCommand `cmd:"" help:"Run a scenario and write what happened."`
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
		kong.Vars{"presets": strings.Join(sim.Presets(), ", "), "languages": strings.Join(assets.Languages(), ", ")},
		kong.BindTo(stdout, (*io.Writer)(nil)),
	)
	if err != nil {
		return report(stderr, err)
	}
	context, err := parser.Parse(args)
	if left >= 0 {
		return left
	}
	if err != nil {
		return report(stderr, usageError{fmt.Errorf(`%w; see "ftpscope --help"`, err)})
	}
	return report(stderr, context.Run())
}

// report prints an error as one line and returns the exit status it stands for.
func report(stderr io.Writer, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFailed):
		return exitFailed
	}
	fmt.Fprintf(stderr, "ftpscope: %s\n", strings.Join(strings.Fields(err.Error()), " "))
	if errors.As(err, &usage) {
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

// scenario is what the commands about a run take.
type scenario struct {
	Scenario string   `arg:"" help:"Name of a preset (${presets}) or a TOML or JSON file."`
	Mode     string   `help:"Data mode: port, pasv, eprt, epsv or auto."`
	Set      []string `help:"Change a field of the scenario, such as client_router.nat=true; can be repeated." placeholder:"KEY=VALUE" sep:"none"`
}

func (c scenario) load() (sim.Scenario, error) {
	s, err := sim.Load(c.Scenario)
	if errors.As(err, new(*fs.PathError)) {
		err = fmt.Errorf("%w; name a scenario file, or one of %s", err, strings.Join(sim.Presets(), ", "))
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
		if !ok {
			return s, usageError{fmt.Errorf("--set %s: write KEY=VALUE", setting)}
		}
		if err := s.Set(key, value); err != nil {
			return s, usageError{err}
		}
	}
	return s, nil
}

type runCommand struct {
	scenario `embed:""`
	language `embed:""`
	Format   string `enum:"text,json" default:"text" help:"Form of the output: text (a ladder with the verdict) or json (one event a line)."`
	Output   string `short:"o" placeholder:"FILE" help:"Write to a file instead of standard output."`
}

// Run runs the scenario and writes the trace.
func (c *runCommand) Run(stdout io.Writer) error {
	texts, err := c.texts()
	if err != nil {
		return err
	}
	s, err := c.load()
	if err != nil {
		return err
	}
	t, err := sim.Run(s)
	if err != nil {
		return err
	}
	err = write(c.Output, stdout, func(w io.Writer) error {
		if c.Format == "json" {
			return export.JSON(w, t, s.Table())
		}
		return ladder(w, s, t, texts)
	})
	if err == nil && !t.Outcome.OK {
		return errFailed
	}
	return err
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
	return export.Text(w, trace.NewOutline(t), texts, verdict)
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
		return fmt.Errorf("%w; choose another file with -o", err)
	}
	return nil
}
