package lessons

import (
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// Grade is what one saved Lab met of a task.
type Grade struct {
	File    string // without its folder
	Verdict *Verdict
	Err     error // why it could not be run
}

// Gradable is the task of a lesson that saved Labs are graded by: the one named,
// else the first that is done in the Lab.
func (l *Lesson) Gradable(id string) (*Task, error) {
	var ids []string
	for _, t := range l.Tasks {
		if t.Kind != TaskLab {
			continue
		}
		if id == "" || t.ID == id {
			return t, nil
		}
		ids = append(ids, t.ID)
	}
	if len(ids) == 0 {
		return nil, trace.Err("error.lesson.grade_lab")
	}
	return nil, trace.Err("error.lesson.grade_task", "id", strconv.Quote(id), "ids", strings.Join(ids, ", "))
}

// GradeFolder runs every scenario file of a folder against a task, in the order
// of their names.
func GradeFolder(t *Task, folder string) ([]Grade, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, trace.Err("error.lesson.grade_folder", "why", err)
	}
	var out []Grade
	for _, e := range entries {
		if !slices.Contains([]string{".toml", ".json"}, strings.ToLower(filepath.Ext(e.Name()))) {
			continue
		}
		g := Grade{File: e.Name()}
		s, err := sim.Load(filepath.Join(folder, e.Name()))
		if err == nil {
			g.Verdict, err = t.Judge(s)
		}
		g.Err = err
		out = append(out, g)
	}
	if len(out) == 0 {
		return nil, trace.Err("error.lesson.grade_empty", "folder", folder)
	}
	return out, nil
}

// WriteGrades writes grades as a table: the file, whether the task is done,
// each condition, and what kept it from running.
func WriteGrades(w io.Writer, t *Task, grades []Grade, texts *assets.Texts) error {
	table := csv.NewWriter(w)
	head := []string{"file", "done"}
	for _, c := range t.Conditions {
		head = append(head, c.ID)
	}
	if err := table.Write(append(head, "problem")); err != nil {
		return err
	}
	for _, g := range grades {
		row := []string{g.File}
		if g.Err != nil {
			row = append(row, "false")
			row = append(row, make([]string, len(t.Conditions))...)
			row = append(row, strings.Join(strings.Fields(texts.Error(g.Err)), " "))
		} else {
			row = append(row, strconv.FormatBool(g.Verdict.Done))
			for _, r := range g.Verdict.Results {
				row = append(row, strconv.FormatBool(r.Met))
			}
			row = append(row, "")
		}
		for i := range row {
			row[i] = inert(row[i])
		}
		if err := table.Write(row); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

// inert keeps a spreadsheet from taking a student's text for a formula.
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
