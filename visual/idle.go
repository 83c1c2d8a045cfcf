package visual

import (
	"runtime/debug"
	"time"
)

// idlePause is how long nothing must have been drawn for the window to be at rest.
const idlePause = time.Second

// idle gives memory back that is not needed while the window is at rest: what
// was laid out while something moved, and runs that are not on show any more.
// The collector alone would keep it until something moves again.
type idle struct{ due *time.Timer }

// drawn tells that a frame was drawn.
func (i *idle) drawn() {
	if i.due == nil {
		i.due = time.AfterFunc(idlePause, debug.FreeOSMemory)
		return
	}
	i.due.Reset(idlePause)
}

// end tells that no more frames will be drawn.
func (i *idle) end() {
	if i.due != nil {
		i.due.Stop()
	}
}
