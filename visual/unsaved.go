package visual

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/adrg/xdg"
	"github.com/google/renameio/v2/maybe"

	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// unsaved is work that is in no file of the person's: it survives the window,
// and the program's own end.
type unsaved struct {
	Version  int
	Name     string // of the run it came from
	File     string // where it was saved last; "": nowhere
	Scenario string // as TOML
}

// unsavedVersion is that of the file's form.
const unsavedVersion = 1

// unsavedPause is how long the person must have stopped changing things before
// they are written down.
const unsavedPause = time.Second

// unsavedFile is where unsaved work is kept: in the person's state folder.
func unsavedFile() (string, error) { return xdg.StateFile(filepath.Join("ftpscope", "unsaved.json")) }

func (u *unsaved) title() string {
	if u.File != "" {
		return filepath.Base(u.File)
	}
	return u.Name
}

func (u *unsaved) scenario() (sim.Scenario, error) {
	return sim.Parse([]byte(u.Scenario), u.Name+".toml")
}

// keeper writes unsaved work down a moment after it changed, beside the window.
type keeper struct {
	file  string
	pause time.Duration

	seen looked

	mu   sync.Mutex  // for what follows
	next []byte      // to be written; empty: the file is to go
	due  *time.Timer // until then
}

// looked is what tells one state of the work from another.
type looked struct {
	scenario *sim.Scenario
	run      *trace.Trace
	changed  bool // it was not saved
}

// note looks at what there is to keep.
func (k *keeper) note(a *App) {
	name, file, s, changed := a.Player.Work()
	now := looked{s, a.Player.Run.Trace, changed}
	if a.files.offer != nil || k.seen == now {
		return
	}
	k.seen = now
	var data []byte
	if changed {
		scenario, err := sim.Marshal(*s)
		if err == nil {
			data, err = json.Marshal(unsaved{unsavedVersion, name, file, string(scenario)})
		}
		if err != nil {
			return
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.next = data
	if k.due != nil {
		k.due.Stop()
	}
	k.due = time.AfterFunc(k.pause, k.flush)
}

// flush writes what is waiting, at once.
func (k *keeper) flush() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.due == nil {
		return
	}
	k.due.Stop()
	k.due = nil
	// A disk that takes nothing must not disturb the work itself.
	if len(k.next) == 0 {
		_ = os.Remove(k.file)
		return
	}
	_ = maybe.WriteFile(k.file, k.next, 0o600)
}

// loadUnsaved reads what was kept; nil: nothing. A file that cannot be used is
// set aside, and the error says so.
func loadUnsaved(file string) (*unsaved, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var u unsaved
	err = json.Unmarshal(data, &u)
	if err == nil && u.Version != unsavedVersion {
		err = trace.Err("error.unsaved.version", "version", u.Version, "want", unsavedVersion)
	}
	if err == nil {
		_, err = u.scenario()
	}
	if err == nil {
		return &u, nil
	}
	for i := 1; ; i++ {
		kept := fmt.Sprintf("%s.damaged-%d", file, i)
		if _, taken := os.Lstat(kept); taken == nil {
			continue
		}
		if err := os.Rename(file, kept); err != nil {
			return nil, err
		}
		return nil, &setAsideError{kept, err}
	}
}

// setAsideError says that unsaved work could not be read, and where it is.
type setAsideError struct {
	kept string
	err  error
}

// Say is the sentence that tells the error.
func (e *setAsideError) Say() (key string, args []any) {
	return "files.damaged", []any{"file", e.kept}
}

func (e *setAsideError) Error() string { return e.kept + ": " + e.err.Error() }

func (e *setAsideError) Unwrap() error { return e.err }

// remember offers the unsaved work of the last time, and keeps that of this one.
func (a *App) remember(file string, pause time.Duration) {
	a.files.offer, a.files.say = loadUnsaved(file)
	a.keeper = &keeper{file: file, pause: pause, seen: looked{a.Player.Scenario(), a.Player.Run.Trace, false}}
}

// restore takes up the work that is offered.
func (a *App) restore() {
	u := a.files.offer
	s, err := u.scenario()
	if err == nil {
		err = a.Player.Restore(u.Name, u.File, s, func() {
			a.files.offer = nil
			a.reset()
		})
	}
	a.files.err = err
}

// discard lets go of the work that is offered.
func (a *App) discard() {
	a.files.offer, a.files.err = nil, nil
	if a.keeper != nil && !a.Player.Changed() {
		_ = os.Remove(a.keeper.file) // one that is gone already is no matter
	}
}
