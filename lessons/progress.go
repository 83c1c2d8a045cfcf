package lessons

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	"ftpscope/sim/trace"

	"github.com/adrg/xdg"
	"github.com/google/renameio/v2/maybe"
)

// progressVersion is that of the progress file. A change that an older program
// would misread raises it.
const progressVersion = 2

// maxProgress bounds what is read of a progress file.
const maxProgress = 4 << 20

// Progress is how far a person has come. Its zero value is the beginning.
type Progress struct {
	Version int              `json:"version"`
	Latest  string           `json:"latest,omitempty"` // id of the lesson that was open last
	Lessons map[string]State `json:"lessons,omitempty"`

	own map[string]bool // lessons that were noted here, not read from a file
}

// State is where a person stands in one lesson.
type State struct {
	Step    string            `json:"step,omitempty"`    // id of the step that was open last
	Answers map[string]Answer `json:"answers,omitempty"` // by step and task; the last one given
	Tasks   map[string]Doing  `json:"tasks,omitempty"`
	Done    bool              `json:"done,omitempty"`   // every task was done once
	Alone   bool              `json:"alone,omitempty"`  // at least once without a solution shown
	Helped  bool              `json:"helped,omitempty"` // never so, and the lesson is being done again
}

// Doing is how far a person has come with one task.
type Doing struct {
	Attempt string `json:"attempt,omitempty"` // the line, or the scenario as TOML; "": as the task begins
	Tried   string `json:"tried,omitempty"`   // the line that was tried last
	Hints   int    `json:"hints,omitempty"`   // how many were asked for
	Shown   bool   `json:"shown,omitempty"`   // the solution was asked for
	Done    bool   `json:"done,omitempty"`    // it was done once
}

// Finish notes that every task is done.
func (s *State) Finish() {
	s.Helped = false
	s.Done, s.Alone = true, s.Alone || !s.Shown()
}

// Shown reports whether the lesson was never done without the solution of a
// task being asked for.
func (s State) Shown() bool {
	if s.Alone || s.Helped {
		return s.Helped
	}
	for _, d := range s.Tasks {
		if d.Shown {
			return true
		}
	}
	return false
}

// SetAside says that a progress file could not be used and was kept under
// another name.
type SetAside struct {
	File, Kept string
	key        string
}

// Say is the sentence that tells the error.
func (e *SetAside) Say() (key string, args []any) {
	return e.key, []any{"file", e.File, "kept", e.Kept}
}

func (e *SetAside) Error() string { return e.key + " " + e.File }

// ProgressFile is where progress is kept: in the person's configuration folder.
func ProgressFile() (string, error) {
	return xdg.ConfigFile(filepath.Join("ftpscope", "progress.json"))
}

// OwnFolder is where lessons can be dropped to be listed with the others; it
// need not exist.
func OwnFolder() string { return filepath.Join(xdg.DataHome, "ftpscope", "lessons") }

// LoadProgress reads a progress file; one that is missing is the beginning. A
// file that is damaged, or of a newer program, is set aside: then the error is
// a [SetAside], and the progress can be used all the same.
func LoadProgress(file string) (*Progress, error) {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return &Progress{}, nil
	}
	if err != nil {
		return &Progress{}, err
	}
	if info.Size() > maxProgress {
		return setAside(file, "damaged", "error.progress.aside.large")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return &Progress{}, err
	}
	p, err := ParseProgress(data)
	var newer *newerError
	switch {
	case errors.As(err, &newer):
		return setAside(file, "newer", "error.progress.aside.newer")
	case err != nil:
		return setAside(file, "damaged", "error.progress.aside.damaged")
	}
	return p, nil
}

// setAside renames a file, to a name that is free.
func setAside(file, why, key string) (*Progress, error) {
	for i := 1; ; i++ {
		kept := fmt.Sprintf("%s.%s-%d", file, why, i)
		if _, err := os.Lstat(kept); err == nil {
			continue
		}
		if err := os.Rename(file, kept); err != nil {
			return &Progress{}, err
		}
		return &Progress{}, &SetAside{file, kept, key}
	}
}

type newerError struct{ version int }

// Say is the sentence that tells the error.
func (e *newerError) Say() (key string, args []any) {
	return "error.progress.newer", []any{"version", e.version, "most", progressVersion}
}

func (e *newerError) Error() string { return fmt.Sprintf("progress of version %d", e.version) }

// ParseProgress reads what [Progress.Export] wrote.
func ParseProgress(data []byte) (*Progress, error) {
	var p Progress
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, trace.Err("error.progress.kind", "why", err)
	}
	if p.Version > progressVersion {
		return nil, &newerError{p.Version}
	}
	if p.Version < 1 {
		return nil, trace.Err("error.progress.version")
	}
	if p.Version == 1 {
		return &p, p.fromFirst(data)
	}
	return &p, nil
}

// fromFirst takes over what version 1 kept of the one task that a lesson had.
func (p *Progress) fromFirst(data []byte) error {
	var first struct {
		Lessons map[string]Doing `json:"lessons"`
	}
	if err := json.Unmarshal(data, &first); err != nil {
		return trace.Err("error.progress.kind", "why", err)
	}
	for id, d := range first.Lessons {
		if s := p.Lessons[id]; d != (Doing{}) {
			s.Tasks = map[string]Doing{sectionTask: d}
			p.Lessons[id] = s
		}
	}
	return nil
}

// Export writes progress in the form of its file.
func (p *Progress) Export() ([]byte, error) {
	p.Version = progressVersion
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetIndent("", "  ")
	err := e.Encode(p)
	return out.Bytes(), err
}

// Save writes a progress file: all of it or, when that fails, nothing.
func (p *Progress) Save(file string) error {
	data, err := p.Export()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return maybe.WriteFile(file, data, 0o600)
}

// Of is where a person stands in a lesson.
func (p *Progress) Of(lesson string) State {
	s := p.Lessons[lesson]
	s.Answers, s.Tasks = maps.Clone(s.Answers), maps.Clone(s.Tasks)
	return s
}

// Set notes where a person stands in a lesson, which becomes the latest.
func (p *Progress) Set(lesson string, s State) {
	if p.Lessons == nil {
		p.Lessons = map[string]State{}
	}
	p.Lessons[lesson], p.Latest = s, lesson
	p.note(lesson)
}

func (p *Progress) note(lesson string) {
	if p.own == nil {
		p.own = map[string]bool{}
	}
	p.own[lesson] = true
}

// Join takes from a progress file what another window has noted there since, of
// lessons that nothing was noted of here. The error is that of [LoadProgress].
func (p *Progress) Join(file string) error {
	other, err := LoadProgress(file)
	for id, s := range other.Lessons {
		if !p.own[id] {
			if p.Lessons == nil {
				p.Lessons = map[string]State{}
			}
			p.Lessons[id] = s
		}
	}
	return err
}

// Reset forgets everything.
func (p *Progress) Reset() { *p = Progress{} }

// Again forgets what was done in a lesson, but not that it was done.
func (p *Progress) Again(lesson string) {
	if s, known := p.Lessons[lesson]; known {
		p.Lessons[lesson] = State{Done: s.Done, Alone: s.Done && !s.Shown(), Helped: s.Done && s.Shown()}
		p.note(lesson)
	}
}

// Ready reports whether everything that a lesson requires is done.
func (p *Progress) Ready(lesson Info) bool {
	for _, id := range lesson.Requires {
		if !p.Lessons[id].Done {
			return false
		}
	}
	return true
}

// Next is the first lesson that is not done and can be begun, or "".
func (p *Progress) Next(lessons []Info) string {
	for _, l := range lessons {
		if l.Problem == nil && !p.Lessons[l.ID].Done && p.Ready(l) {
			return l.ID
		}
	}
	return ""
}
