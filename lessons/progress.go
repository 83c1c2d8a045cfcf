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

	"github.com/adrg/xdg"
	"github.com/google/renameio/v2/maybe"
)

// progressVersion is that of the progress file. A change that an older program
// would misread raises it.
const progressVersion = 1

// maxProgress bounds what is read of a progress file.
const maxProgress = 4 << 20

// Progress is how far a person has come. Its zero value is the beginning.
type Progress struct {
	Version int              `json:"version"`
	Latest  string           `json:"latest,omitempty"` // id of the lesson that was open last
	Lessons map[string]State `json:"lessons,omitempty"`
}

// State is where a person stands in one lesson.
type State struct {
	Step    string            `json:"step,omitempty"`    // id of the step that was open last
	Answers map[string]Answer `json:"answers,omitempty"` // by step; the last one given
	Hints   int               `json:"hints,omitempty"`   // how many were asked for
	Shown   bool              `json:"shown,omitempty"`   // the solution was asked for
	Done    bool              `json:"done,omitempty"`    // the task was done once
}

// SetAside says that a progress file could not be used and was kept under
// another name.
type SetAside struct {
	File, Kept string
	Reason     string
}

func (e *SetAside) Error() string {
	return fmt.Sprintf("%s %s; it was kept as %s, and progress begins anew", e.File, e.Reason, e.Kept)
}

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
		return setAside(file, "damaged", "is too large to be a progress file")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return &Progress{}, err
	}
	p, err := ParseProgress(data)
	var newer *newerError
	switch {
	case errors.As(err, &newer):
		return setAside(file, "newer", "comes from a newer ftpscope")
	case err != nil:
		return setAside(file, "damaged", "is damaged")
	}
	return p, nil
}

// setAside renames a file, to a name that is free.
func setAside(file, why, reason string) (*Progress, error) {
	for i := 1; ; i++ {
		kept := fmt.Sprintf("%s.%s-%d", file, why, i)
		if _, err := os.Lstat(kept); err == nil {
			continue
		}
		if err := os.Rename(file, kept); err != nil {
			return &Progress{}, err
		}
		return &Progress{}, &SetAside{file, kept, reason}
	}
}

type newerError struct{ version int }

func (e *newerError) Error() string {
	return fmt.Sprintf("version %d comes from a newer ftpscope; this one reads up to %d", e.version, progressVersion)
}

// ParseProgress reads what [Progress.Export] wrote.
func ParseProgress(data []byte) (*Progress, error) {
	var p Progress
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, fmt.Errorf("this is no progress file: %w", err)
	}
	if p.Version > progressVersion {
		return nil, &newerError{p.Version}
	}
	if p.Version < 1 {
		return nil, fmt.Errorf("this is no progress file: it has no version")
	}
	return &p, nil
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
	s.Answers = maps.Clone(s.Answers)
	return s
}

// Set notes where a person stands in a lesson, which becomes the latest.
func (p *Progress) Set(lesson string, s State) {
	if p.Lessons == nil {
		p.Lessons = map[string]State{}
	}
	p.Lessons[lesson], p.Latest = s, lesson
}

// Reset forgets a lesson; without one, everything.
func (p *Progress) Reset(lesson string) {
	if lesson == "" {
		*p = Progress{}
		return
	}
	delete(p.Lessons, lesson)
	if p.Latest == lesson {
		p.Latest = ""
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
