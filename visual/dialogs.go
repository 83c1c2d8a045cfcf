//go:build !js

package visual

import (
	"errors"
	"io"

	"gioui.org/app"
	"gioui.org/io/event"
	"gioui.org/x/explorer"
)

// namesFiles reports whether the dialogs also say where to save.
const namesFiles = true

// handOver gives a saved file to the person, where it does not lie among theirs.
func handOver(string) {}

// whenLeft calls a function when the window may not come back, without an end.
func whenLeft(func()) {}

// dialogs are the system's own for choosing files. They wait for the person
// beside the window, which goes on meanwhile.
type dialogs struct {
	answers
	explorer *explorer.Explorer
}

func newDialogs(w *app.Window) *dialogs {
	return &dialogs{answers{window: w}, explorer.NewExplorer(w)}
}

// listen is told every event of the window.
func (d *dialogs) listen(e event.Event) { d.explorer.ListenEvents(e) }

// browse asks for a file to open, or where to save one of this name.
func (d *dialogs) browse(save bool, name string, done func(path string, err error)) {
	go func() {
		path, err := d.ask(save, name)
		if errors.Is(err, explorer.ErrUserDecline) {
			return
		}
		d.come(func() { done(path, err) })
	}()
}

func (d *dialogs) ask(save bool, name string) (string, error) {
	var file io.Closer
	var err error
	if save {
		file, err = d.explorer.CreateFile(name)
	} else {
		file, err = d.explorer.ChooseFile(".toml", ".json")
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	named, ok := file.(interface{ Name() string })
	if !ok {
		return "", explorer.ErrNotAvailable
	}
	return named.Name(), nil
}
