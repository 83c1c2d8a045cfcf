package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"ftpscope/assets"
	"ftpscope/lessons"
	"ftpscope/sim/trace"
)

type lessonsCommand struct {
	List  lessonsList  `cmd:"" help:"List the lessons."`
	Check lessonsCheck `cmd:"" help:"Say what is wrong in lessons, in one line each."`
	Show  lessonsShow  `cmd:"" help:"Write a lesson as text."`
	New   lessonsNew   `cmd:"" help:"Make a working skeleton of a lesson."`
	Grade lessonsGrade `cmd:"" help:"Run saved Labs against a lesson's task."`
}

// folders is where further lessons lie.
type folders struct {
	Lessons []string `help:"A folder with lessons, listed beside those of the program; can be repeated." placeholder:"DIR" sep:"none"`
}

func (f folders) open() (*lessons.Library, error) { return openLessons(f.dirs()) }

// dirs are the folders, that in the person's data folder among them.
func (f folders) dirs() []string {
	if own := lessons.OwnFolder(); hasFolder(own) {
		return append([]string{own}, f.Lessons...)
	}
	return f.Lessons
}

func openLessons(dirs []string) (*lessons.Library, error) {
	l, err := lessons.Open(dirs...)
	if err != nil {
		return nil, usageError{err}
	}
	return l, nil
}

func hasFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

type lessonsList struct {
	language `embed:""`
	folders  `embed:""`
}

// Run writes a line for each lesson: its id and its title, or what is wrong.
func (c *lessonsList) Run(stdout io.Writer) error {
	texts, err := c.texts()
	if err != nil {
		return err
	}
	l, err := c.open()
	if err != nil {
		return err
	}
	defer l.Close()
	part := ""
	for _, info := range l.List(texts.Language()) {
		if info.Part != part {
			part = info.Part
			fmt.Fprintln(stdout, part)
		}
		title := info.Title
		if info.Problem != nil {
			title = "✕ " + texts.Error(info.Problem)
		}
		fmt.Fprintf(stdout, "  %-18s %s\n", info.ID, title)
	}
	return nil
}

type lessonsCheck struct {
	language `embed:""`
	Lessons  []string `arg:"" optional:"" name:"id|dir" help:"Lessons of the program by id, and folders of lessons; without, all lessons of the program."`
}

// Run writes a line for each problem.
func (c *lessonsCheck) Run(stdout io.Writer) error {
	texts, err := c.errorTexts()
	if err != nil {
		return err
	}
	var dirs, ids []string
	for _, name := range c.Lessons {
		if hasFolder(name) {
			dirs = append(dirs, name)
		} else {
			ids = append(ids, name)
		}
	}
	l, err := openLessons(dirs)
	if err != nil {
		return err
	}
	defer l.Close()
	for _, info := range l.List(assets.Languages()[0]) {
		if info.Own {
			ids = append(ids, info.ID)
		}
	}
	if len(ids) == 0 && len(dirs) > 0 {
		return usageError{trace.Err("error.cli.no_lessons", "folders", strings.Join(dirs, ", "))}
	}
	problems := l.Check(ids...)
	for _, problem := range problems {
		fmt.Fprintln(stdout, oneLine(texts, problem))
	}
	if n := len(problems); n > 0 {
		return trace.Err("error.cli.problems", "count", n)
	}
	if len(ids) == 0 {
		ids = l.IDs()
	}
	fmt.Fprintf(stdout, "nothing wrong; lessons checked: %d\n", len(ids))
	return nil
}

func oneLine(texts *assets.Texts, err error) string {
	return strings.Join(strings.Fields(texts.Error(err)), " ")
}

type lessonsShow struct {
	ID       string `arg:"" help:"The lesson."`
	language `embed:""`
	folders  `embed:""`
}

// Run writes the lesson's texts, without answers.
func (c *lessonsShow) Run(stdout io.Writer) error {
	texts, err := c.texts()
	if err != nil {
		return err
	}
	l, err := c.open()
	if err != nil {
		return err
	}
	defer l.Close()
	lesson, err := openLesson(l, c.ID, texts.Language())
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s\n\n%s\n", lesson.Title, lesson.Summary)
	for i, s := range lesson.Steps {
		fmt.Fprintf(stdout, "\n%d. %s\n%s\n", i+1, s.Title, s.Text)
		showQuestion(stdout, s.Question)
	}
	for _, task := range lesson.Tasks {
		fmt.Fprintf(stdout, "\n%s\n%s\n", task.Title, task.Text)
		showQuestion(stdout, task.Question)
		for _, condition := range task.Conditions {
			fmt.Fprintf(stdout, "  ☐ %s\n", condition.Text)
		}
	}
	for _, term := range lesson.Terms {
		fmt.Fprintf(stdout, "\n%s\n", term.Text)
	}
	fmt.Fprintf(stdout, "\n%s\n", strings.Join(lesson.Sources, ", "))
	return nil
}

func showQuestion(stdout io.Writer, q *lessons.Question) {
	if q == nil {
		return
	}
	fmt.Fprintf(stdout, "  ? %s\n", q.Prompt)
	for _, choice := range q.Choices {
		fmt.Fprintf(stdout, "    ○ %s\n", choice.Text)
	}
}

func openLesson(l *lessons.Library, id, lang string) (*lessons.Lesson, error) {
	lesson, err := l.Lesson(id, lang)
	if errors.Is(err, lessons.ErrUnknown) {
		return nil, usageError{trace.Err("error.cli.lesson", "why", err, "ids", strings.Join(l.IDs(), ", "))}
	}
	return lesson, err
}

type lessonsNew struct {
	language `embed:""`
	ID       string `arg:"" help:"Id of the lesson, which is also the name of its folder."`
	Dir      string `default:"." help:"Where the folder is made (${default})."`
}

// Run makes the skeleton and names its folder.
func (c *lessonsNew) Run(stdout io.Writer) error {
	dir, err := lessons.New(c.Dir, c.ID)
	if err != nil {
		return usageError{err}
	}
	fmt.Fprintln(stdout, dir)
	return nil
}

type lessonsGrade struct {
	Dir      string `arg:"" help:"Folder with saved Labs."`
	Lesson   string `required:"" help:"The lesson whose task is meant." placeholder:"ID"`
	Task     string `help:"Which of the lesson's tasks; without, the first that is done in the Lab." placeholder:"ID"`
	Output   string `short:"o" placeholder:"FILE.csv" help:"Write to a file instead of standard output."`
	language `embed:""`
	folders  `embed:""`
}

// Run writes a table: for each Lab which conditions it met.
func (c *lessonsGrade) Run(stdout io.Writer) error {
	texts, err := c.errorTexts()
	if err != nil {
		return err
	}
	l, err := c.open()
	if err != nil {
		return err
	}
	defer l.Close()
	lesson, err := openLesson(l, c.Lesson, assets.Languages()[0])
	if err != nil {
		return err
	}
	task, err := lesson.Gradable(c.Task)
	if err != nil {
		return usageError{err}
	}
	grades, err := lessons.GradeFolder(task, c.Dir)
	if err != nil {
		return usageError{err}
	}
	return write(c.Output, stdout, func(w io.Writer) error { return lessons.WriteGrades(w, task, grades, texts) })
}
