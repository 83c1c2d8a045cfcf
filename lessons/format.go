package lessons

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// The bounds of a lesson's files and of what stands in them.
const (
	maxFile      = 16 << 10 // bytes of lesson.toml and of each Markdown file; reading Markdown can take the square of it
	maxRuns      = 6
	maxSteps     = 8
	maxWords     = 70 // of a step's text
	lessonFile   = "lesson.toml"
	maxCondition = 12
)

// definition is lesson.toml.
type definition struct {
	ID       string           `toml:"id"`
	Requires []string         `toml:"requires"` // ids of lessons that come before
	Sources  []string         `toml:"sources"`  // RFC and section
	Terms    []string         `toml:"terms"`    // ids of the terms this lesson explains
	Runs     []runDefinition  `toml:"run"`
	Steps    []stepDefinition `toml:"step"`
	Task     *taskDefinition  `toml:"task"`

	file  string
	lines positions
}

type runDefinition struct {
	ID     string   `toml:"id"`
	Preset string   `toml:"preset"`
	File   string   `toml:"file"` // a scenario in the lesson's folder
	Set    []string `toml:"set"`
}

type stepDefinition struct {
	ID       string              `toml:"id"`
	Run      string              `toml:"run"` // without: the first
	At       string              `toml:"at"`
	Question *questionDefinition `toml:"question"`
}

type questionDefinition struct {
	Kind    string            `toml:"kind"`
	Answer  string            `toml:"answer"`
	Choices []string          `toml:"choices"`
	Items   string            `toml:"items"`
	Reveal  string            `toml:"reveal"`
	Wrong   []wrongDefinition `toml:"wrong"`
}

type wrongDefinition struct {
	ID   string `toml:"id"`
	When string `toml:"when"`
}

type taskDefinition struct {
	Kind       string                `toml:"kind"`
	Run        string                `toml:"run"`
	Form       string                `toml:"form"`
	Question   *questionDefinition   `toml:"question"`
	Conditions []conditionDefinition `toml:"condition"`
	Solution   *attemptDefinition    `toml:"solution"`
	Wrong      []attemptDefinition   `toml:"wrong"`
}

type conditionDefinition struct {
	ID   string   `toml:"id"`
	When string   `toml:"when"`
	With []string `toml:"with"` // settings of the variant of the scenario that it is about
}

type attemptDefinition struct {
	Set   []string `toml:"set"`
	Line  string   `toml:"line"`
	Fails string   `toml:"fails"` // id of a condition
}

// read reads one of a lesson's files, within bounds.
func read(files fs.FS, dir, name string) ([]byte, error) {
	file := path.Join(dir, name)
	p := place{File: file}
	info, err := fs.Stat(files, file) // before opening: to open a pipe is to wait
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, p.errorf("the file is missing; every lesson has it")
	case err != nil:
		return nil, p.errorf("%w", err)
	case !info.Mode().IsRegular():
		return nil, p.errorf("is no ordinary file; put the text itself into the folder")
	case info.Size() > maxFile:
		return nil, p.errorf("has %d bytes; a lesson's file has at most %d, so make the lesson shorter", info.Size(), maxFile)
	}
	f, err := files.Open(file)
	if err != nil {
		return nil, p.errorf("%w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, p.errorf("%w", err)
	}
	for i, line := range strings.Split(string(data), "\n") {
		if !utf8.ValidString(line) {
			return nil, place{file, i + 1, 0}.errorf("is not UTF-8; save the file in UTF-8")
		}
	}
	return data, nil
}

// readDefinition reads lesson.toml, strictly, and checks what needs no run.
func readDefinition(files fs.FS, dir string) (*definition, error) {
	data, err := read(files, dir, lessonFile)
	if err != nil {
		return nil, err
	}
	d := &definition{file: path.Join(dir, lessonFile), lines: locate(string(data))}
	meta, err := toml.Decode(string(data), d)
	var syntax toml.ParseError
	switch {
	case errors.As(err, &syntax):
		return nil, place{d.file, syntax.Position.Line, 0}.errorf("%s; see lessons/README.md for how a lesson is written", syntax.Message)
	case err != nil:
		return nil, typeError(d.file, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, d.lines.find(d.file, unknown[0].String()).errorf("%s is no field of a lesson; take it out, or see lessons/README.md for its right name", unknown[0])
	}
	return d, d.check(path.Base(dir))
}

var typeLine = regexp.MustCompile(`^toml: line (\d+) \(last key "([^"]*)"\): (.*)$`)

// typeError puts the decoder's complaint about a value of the wrong type into
// the form of all problems.
func typeError(file string, err error) error {
	p := place{File: file}
	parts := typeLine.FindStringSubmatch(err.Error())
	if parts == nil {
		return p.errorf("%w", err)
	}
	fmt.Sscan(parts[1], &p.Line)
	return p.errorf("%s has a value of the wrong type (%s)", parts[2], parts[3])
}

func (d *definition) at(format string, args ...any) place {
	return d.lines.find(d.file, fmt.Sprintf(format, args...))
}

var goodID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// check looks at the definition by itself.
func (d *definition) check(folder string) error {
	switch {
	case d.ID == "":
		return d.at("id").errorf("id is missing; write id = %q", folder)
	case d.ID != folder:
		return d.at("id").errorf("id is %q, but the folder is called %q; make them the same", d.ID, folder)
	case len(d.Runs) == 0:
		return d.at("run").errorf("there is no run; add [[run]] with an id and a preset")
	case len(d.Runs) > maxRuns:
		return d.at("run[%d]", maxRuns).errorf("there are %d runs; a lesson has at most %d", len(d.Runs), maxRuns)
	case len(d.Steps) == 0:
		return d.at("step").errorf("there is no step; add [[step]] with an id and a place in the run")
	case len(d.Steps) > maxSteps:
		return d.at("step[%d]", maxSteps).errorf("there are %d steps; a lesson has at most %d", len(d.Steps), maxSteps)
	case d.Task == nil:
		return d.at("task").errorf("there is no task; add [task], for a lesson ends in something to do")
	case len(d.Sources) == 0:
		return d.at("sources").errorf("there are no sources; name RFC and section, such as \"RFC 959 §3.2\"")
	}
	if err := d.checkRuns(); err != nil {
		return err
	}
	var ids []string
	for i, s := range d.Steps {
		if err := d.unique(&ids, s.ID, "step[%d]", i); err != nil {
			return err
		}
		if s.At == "" {
			return d.at("step[%d].at", i).errorf("at is missing in step %q; write where in the run it stands, such as at = \"start\"", s.ID)
		}
		if err := d.hasRun(s.Run, "step[%d].run", i); err != nil {
			return err
		}
		if err := d.checkQuestion(s.Question, fmt.Sprintf("step[%d].question", i)); err != nil {
			return err
		}
	}
	return d.checkTask()
}

func (d *definition) unique(ids *[]string, id, format string, args ...any) error {
	where := fmt.Sprintf(format, args...)
	switch {
	case id == "":
		return d.at("%s", where).errorf("id is missing; give it one, such as id = \"first\"")
	case !goodID.MatchString(id):
		return d.at("%s.id", where).errorf("%q is no id; one has small letters, digits and single hyphens", id)
	case slices.Contains(*ids, id):
		return d.at("%s.id", where).errorf("the id %q is used twice; choose another", id)
	}
	*ids = append(*ids, id)
	return nil
}

func (d *definition) checkRuns() error {
	var ids []string
	for i, r := range d.Runs {
		if err := d.unique(&ids, r.ID, "run[%d]", i); err != nil {
			return err
		}
		switch {
		case (r.Preset == "") == (r.File == ""):
			return d.at("run[%d]", i).errorf("run %q names %s; name a preset, or a scenario file in the lesson's folder", r.ID,
				map[bool]string{true: "nothing to run", false: "both a preset and a file"}[r.Preset == ""])
		case r.File != "" && (path.Base(r.File) != r.File || strings.ContainsAny(r.File, `\:`) || !strings.HasSuffix(r.File, ".toml")):
			return d.at("run[%d].file", i).errorf("%q does not lie in the lesson's folder; put the scenario there and name it without a path, ending in .toml", r.File)
		}
	}
	return nil
}

func (d *definition) hasRun(id, format string, args ...any) error {
	if id == "" || slices.ContainsFunc(d.Runs, func(r runDefinition) bool { return r.ID == id }) {
		return nil
	}
	return d.at(format, args...).errorf("there is no run %q; name one of the [[run]] above", id)
}

func (d *definition) checkQuestion(q *questionDefinition, where string) error {
	if q == nil {
		return nil
	}
	p := func(field string) place { return d.at("%s.%s", where, field) }
	switch {
	case !slices.Contains(questionKinds, q.Kind):
		return p("kind").errorf("kind is %q; choose one of %s", q.Kind, strings.Join(questionKinds, ", "))
	case q.Answer == "":
		return p("answer").errorf("answer is missing; write the expression that gives it")
	case hasChoices(q.Kind) && len(q.Choices) < 2:
		return p("choices").errorf("%d choices are no choice; list the ids of at least two", len(q.Choices))
	case !hasChoices(q.Kind) && len(q.Choices) > 0:
		return p("choices").errorf("a question of kind %s has no choices; take them out", q.Kind)
	case (q.Kind == KindEach) != (q.Items != ""):
		return p("items").errorf("items belong to questions of kind each, and to these always")
	}
	var ids []string
	for _, c := range q.Choices {
		if err := d.unique(&ids, c, "%s.choices", where); err != nil {
			return err
		}
	}
	for i, w := range q.Wrong {
		if err := d.unique(&ids, w.ID, "%s.wrong[%d]", where, i); err != nil {
			return err
		}
		if w.When == "" {
			return d.at("%s.wrong[%d]", where, i).errorf("when is missing; write which answers show %q", w.ID)
		}
	}
	return nil
}

func (d *definition) checkTask() error {
	t := d.Task
	if !slices.Contains(taskKinds, t.Kind) {
		return d.at("task.kind").errorf("kind is %q; choose one of %s", t.Kind, strings.Join(taskKinds, ", "))
	}
	if err := d.hasRun(t.Run, "task.run"); err != nil {
		return err
	}
	if t.Kind == TaskQuestion {
		if t.Question == nil || len(t.Conditions) > 0 || t.Solution != nil || len(t.Wrong) > 0 {
			return d.at("task").errorf("a task of kind question has a question, and neither conditions nor attempts")
		}
		return d.checkQuestion(t.Question, "task.question")
	}
	switch {
	case t.Question != nil:
		return d.at("task.question.kind").errorf("only a task of kind question has one; take it out")
	case len(t.Conditions) == 0 || len(t.Conditions) > maxCondition:
		return d.at("task.condition").errorf("there are %d conditions; a task has from 1 to %d", len(t.Conditions), maxCondition)
	case t.Solution == nil:
		return d.at("task.solution").errorf("there is no solution; add [task.solution], so that it can be tried")
	case len(t.Wrong) == 0:
		return d.at("task.wrong").errorf("there is no wrong attempt; add [[task.wrong]] with the condition it fails")
	case t.Kind == TaskWrite && t.Form != formPort && t.Form != formPasv:
		return d.at("task.form").errorf("form is %q; choose %s or %s", t.Form, formPort, formPasv)
	}
	var ids []string
	for i, c := range t.Conditions {
		if err := d.unique(&ids, c.ID, "task.condition[%d]", i); err != nil {
			return err
		}
		if c.When == "" {
			return d.at("task.condition[%d]", i).errorf("when is missing; write the expression that is true when it is met")
		}
	}
	for i, w := range t.Wrong {
		if !slices.Contains(ids, w.Fails) {
			return d.at("task.wrong[%d].fails", i).errorf("there is no condition %q; name the one this attempt fails", w.Fails)
		}
	}
	return nil
}
