package scene

import (
	"time"

	"ftpscope/sim/trace"
)

// Texts is the catalogue of one language. Arguments are pairs of a name and a
// value; an unknown key is answered with the key itself.
type Texts interface {
	Text(key string, args ...any) string
}

// View is everything a scene depends on.
type View struct {
	Outline *trace.Outline
	World   *trace.World // after Film.Events(Pos) events
	Film    *Film
	Pos     float64 // the cursor, in film seconds

	W, H    float32 // of the scene, in dp
	Scale   float32 // of the text, 0.8–2
	Texts   Texts
	Measure func(text string, s Style) float32 // width in dp, at Scale

	ReduceMotion bool     // packets jump from place to place
	Selected     int      // message, or -1
	Focus        HitID    // the region that has the keyboard's focus
	HideAfter    trace.ID // the events after it are not to be shown or hinted at; 0: show all
	Asking       bool     // they are hidden until a question is answered
	Unsolved     bool     // nor is how packets were stopped
}

// Clock is what the clock of the run shows: the time of the latest event and,
// while nothing happens, how long it has been since.
func (v *View) Clock() time.Duration {
	return (v.World.T + v.Film.Waited(v.Pos)).Round(time.Millisecond)
}
