package visual

import (
	"sync"

	"gioui.org/app"
)

// answers are what dialogs say, who wait for the person beside the window: to
// be given in the window's time.
type answers struct {
	window *app.Window

	mu   sync.Mutex
	list []func()
}

// come has the window give an answer.
func (a *answers) come(f func()) {
	a.mu.Lock()
	a.list = append(a.list, f)
	a.mu.Unlock()
	a.window.Invalidate()
}

// answer gives the answers that have come.
func (a *answers) answer() {
	a.mu.Lock()
	list := a.list
	a.list = nil
	a.mu.Unlock()
	for _, f := range list {
		f()
	}
}
