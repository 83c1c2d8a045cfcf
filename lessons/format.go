package lessons

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// The bounds of a lesson's files and of what stands in them.
const (
	maxFile      = 16 << 10 // bytes of lesson.toml and of each Markdown file; reading Markdown can take the square of it
	maxRuns      = 8
	maxSteps     = 8
	maxWords     = 70 // of a step's text
	lessonFile   = "lesson.toml"
	maxCondition = 12
	maxTasks     = 4
)

// definition is lesson.toml.
type definition struct {
	ID       string           `toml:"id"`
	Requires []string         `toml:"requires"` // ids of lessons that come before
	Sources  []string         `toml:"sources"`  // RFC and section
	Terms    []string         `toml:"terms"`    // ids of the terms this lesson explains
	Runs     []runDefinition  `toml:"run"`
	Steps    []stepDefinition `toml:"step"`
	Tasks    []taskDefinition `toml:"task"`

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
	Page     string              `toml:"page"` // on show from this step on
	Question *questionDefinition `toml:"question"`
}

// pages are those that a step can have on show beside its run.
var pages = []string{"firewall", "packet", "sockets", "connections", "transcript", "machines"}

type questionDefinition struct {
	Kind      string            `toml:"kind"`
	Answer    string            `toml:"answer"`
	Choices   []string          `toml:"choices"`
	Items     string            `toml:"items"`
	Reveal    string            `toml:"reveal"`
	HideRules bool              `toml:"hide_rules"` // what firewalls do, and why, is not told until it is answered
	Wrong     []wrongDefinition `toml:"wrong"`
}

type wrongDefinition struct {
	ID   string `toml:"id"`
	When string `toml:"when"`
}

type taskDefinition struct {
	ID         string                `toml:"id"` // without: "task", which only one can be
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
		return nil, p.problem("error.lesson.file_missing")
	case err != nil:
		return nil, p.wrap(err)
	case !info.Mode().IsRegular():
		return nil, p.problem("error.lesson.file_kind")
	case info.Size() > maxFile:
		return nil, p.problem("error.lesson.file_large", "bytes", info.Size(), "most", maxFile)
	}
	f, err := files.Open(file)
	if err != nil {
		return nil, p.wrap(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, p.wrap(err)
	}
	for i, line := range strings.Split(string(data), "\n") {
		if !utf8.ValidString(line) {
			return nil, place{file, i + 1, 0}.problem("error.lesson.utf8")
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
		return nil, place{d.file, syntax.Position.Line, 0}.problem("error.lesson.syntax", "why", syntax.Message)
	case err != nil:
		return nil, typeError(d.file, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, d.lines.find(d.file, unknown[0].String()).problem("error.lesson.no_field", "field", fmt.Sprint(unknown[0]))
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
		return p.wrap(err)
	}
	fmt.Sscan(parts[1], &p.Line)
	return p.problem("error.lesson.wrong_type", "field", parts[2], "why", parts[3])
}

func (d *definition) at(format string, args ...any) place {
	return d.lines.find(d.file, fmt.Sprintf(format, args...))
}

var goodID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// check looks at the definition by itself.
func (d *definition) check(folder string) error {
	switch {
	case d.ID == "":
		return d.at("id").problem("error.lesson.id_missing_folder", "id", strconv.Quote(folder))
	case d.ID != folder:
		return d.at("id").problem("error.lesson.id_folder", "id", strconv.Quote(d.ID), "folder", strconv.Quote(folder))
	case len(d.Runs) == 0:
		return d.at("run").problem("error.lesson.runs_none")
	case len(d.Runs) > maxRuns:
		return d.at("run[%d]", maxRuns).problem("error.lesson.runs_many", "n", len(d.Runs), "most", maxRuns)
	case len(d.Steps) == 0:
		return d.at("step").problem("error.lesson.steps_none")
	case len(d.Steps) > maxSteps:
		return d.at("step[%d]", maxSteps).problem("error.lesson.steps_many", "n", len(d.Steps), "most", maxSteps)
	case len(d.Tasks) == 0:
		return d.at("task").problem("error.lesson.task_none")
	case len(d.Tasks) > maxTasks:
		return d.at("task[%d]", maxTasks).problem("error.lesson.tasks_many", "n", len(d.Tasks), "most", maxTasks)
	case len(d.Sources) == 0:
		return d.at("sources").problem("error.lesson.sources_none")
	}
	if err := d.checkRuns(); err != nil {
		return err
	}
	var ids []string
	for i, s := range d.Steps {
		if err := d.unique(&ids, s.ID, "step[%d]", i); err != nil {
			return err
		}
		if isTask(s.ID) {
			return d.at("step[%d].id", i).problem("error.lesson.step_task", "id", strconv.Quote(s.ID))
		}
		if s.At == "" {
			return d.at("step[%d].at", i).problem("error.lesson.at_missing", "step", strconv.Quote(s.ID))
		}
		if err := d.hasRun(s.Run, "step[%d].run", i); err != nil {
			return err
		}
		if s.Page != "" && !slices.Contains(pages, s.Page) {
			return d.at("step[%d].page", i).problem("error.lesson.page", "page", strconv.Quote(s.Page), "pages", strings.Join(pages, ", "))
		}
		if err := d.checkQuestion(s.Question, fmt.Sprintf("step[%d].question", i)); err != nil {
			return err
		}
	}
	for i := range d.Tasks {
		if err := d.checkTask(i, &ids); err != nil {
			return err
		}
	}
	return nil
}

func (d *definition) unique(ids *[]string, id, format string, args ...any) error {
	where := fmt.Sprintf(format, args...)
	switch {
	case id == "":
		return d.at("%s", where).problem("error.lesson.id_missing")
	case !goodID.MatchString(id):
		return d.at("%s.id", where).problem("error.lesson.id_bad", "id", strconv.Quote(id))
	case slices.Contains(*ids, id):
		return d.at("%s.id", where).problem("error.lesson.id_twice", "id", strconv.Quote(id))
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
		case r.Preset == "" && r.File == "":
			return d.at("run[%d]", i).problem("error.lesson.run_nothing", "run", strconv.Quote(r.ID))
		case r.Preset != "" && r.File != "":
			return d.at("run[%d]", i).problem("error.lesson.run_both", "run", strconv.Quote(r.ID))
		case r.File != "" && (path.Base(r.File) != r.File || strings.ContainsAny(r.File, `\:`) || !strings.HasSuffix(r.File, ".toml")):
			return d.at("run[%d].file", i).problem("error.lesson.run_outside", "file", strconv.Quote(r.File))
		}
	}
	return nil
}

func (d *definition) hasRun(id, format string, args ...any) error {
	if id == "" || slices.ContainsFunc(d.Runs, func(r runDefinition) bool { return r.ID == id }) {
		return nil
	}
	return d.at(format, args...).problem("error.lesson.run_unknown", "run", strconv.Quote(id))
}

func (d *definition) checkQuestion(q *questionDefinition, where string) error {
	if q == nil {
		return nil
	}
	p := func(field string) place { return d.at("%s.%s", where, field) }
	switch {
	case !slices.Contains(questionKinds, q.Kind):
		return p("kind").problem("error.lesson.kind", "kind", strconv.Quote(q.Kind), "kinds", strings.Join(questionKinds, ", "))
	case q.Answer == "":
		return p("answer").problem("error.lesson.answer_missing")
	case hasChoices(q.Kind) && len(q.Choices) < 2:
		return p("choices").problem("error.lesson.choices_few", "n", len(q.Choices))
	case !hasChoices(q.Kind) && len(q.Choices) > 0:
		return p("choices").problem("error.lesson.choices_extra", "kind", q.Kind)
	case (q.Kind == KindEach) != (q.Items != ""):
		return p("items").problem("error.lesson.items")
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
			return d.at("%s.wrong[%d]", where, i).problem("error.lesson.when_answer", "id", strconv.Quote(w.ID))
		}
	}
	return nil
}

// checkTask looks at one task; ids are those of the steps and tasks before it.
func (d *definition) checkTask(i int, ids *[]string) error {
	t := &d.Tasks[i]
	p := func(format string, args ...any) place {
		return d.at("task[%d].%s", i, fmt.Sprintf(format, args...))
	}
	if t.ID == "" {
		t.ID = sectionTask
	}
	if !isTask(t.ID) {
		return p("id").problem("error.lesson.task_id", "id", strconv.Quote(t.ID))
	}
	if err := d.unique(ids, t.ID, "task[%d]", i); err != nil {
		return err
	}
	if !slices.Contains(taskKinds, t.Kind) {
		return p("kind").problem("error.lesson.kind", "kind", strconv.Quote(t.Kind), "kinds", strings.Join(taskKinds, ", "))
	}
	if err := d.hasRun(t.Run, "task[%d].run", i); err != nil {
		return err
	}
	if t.Kind == TaskQuestion {
		if t.Question == nil || len(t.Conditions) > 0 || t.Solution != nil || len(t.Wrong) > 0 {
			return d.at("task[%d]", i).problem("error.lesson.task_question")
		}
		return d.checkQuestion(t.Question, fmt.Sprintf("task[%d].question", i))
	}
	switch {
	case t.Question != nil:
		return p("question.kind").problem("error.lesson.task_no_question")
	case len(t.Conditions) == 0 || len(t.Conditions) > maxCondition:
		return p("condition").problem("error.lesson.conditions", "n", len(t.Conditions), "most", maxCondition)
	case t.Solution == nil:
		return p("solution").problem("error.lesson.solution_none")
	case len(t.Wrong) == 0:
		return p("wrong").problem("error.lesson.attempt_none")
	case t.Kind == TaskWrite && t.Form != formPort && t.Form != formPasv:
		return p("form").problem("error.lesson.form", "form", strconv.Quote(t.Form), "one", formPort, "other", formPasv)
	}
	var conditions []string
	for j, c := range t.Conditions {
		if err := d.unique(&conditions, c.ID, "task[%d].condition[%d]", i, j); err != nil {
			return err
		}
		if c.When == "" {
			return p("condition[%d]", j).problem("error.lesson.when_condition")
		}
	}
	for j, w := range t.Wrong {
		if !slices.Contains(conditions, w.Fails) {
			return p("wrong[%d].fails", j).problem("error.lesson.condition_unknown", "id", strconv.Quote(w.Fails))
		}
	}
	return nil
}
