package visual

import (
	"image"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"gioui.org/f32"
	"gioui.org/io/key"
	"gioui.org/io/pointer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

// monkeyEvents is how many things the monkey does, unless the environment
// variable FTPSCOPE_MONKEY gives another number.
const monkeyEvents = 2000

var monkeyKeys = []key.Name{
	key.NameSpace, key.NameReturn, key.NameEscape, key.NameLeftArrow, key.NameRightArrow, key.NameUpArrow, key.NameDownArrow,
	key.NamePageDown, key.NamePageUp, key.NameHome, key.NameEnd, key.NameDeleteBackward, key.NameF1, key.NameF5, key.NameF11,
	"1", "2", "3", "+", "-", "?", "Z", "Y", "L", "T", "M", "W", "B", "S",
}

var monkeyTexts = []string{"drop", " ", "accept", "é", "tcp dport 21 ", "get notes.txt", "passive", "-1", "65536", "quote NOOP"}

// TestAMonkeyFindsNothingToBreak presses, types, scrolls and resizes at random,
// the same way each time. What it draws goes nowhere.
func TestAMonkeyFindsNothingToBreak(t *testing.T) {
	n := monkeyLives(t)
	t.Chdir(t.TempDir()) // it may find out how to save
	d := open(t, Options{Run: "active-blocked"}, 1280, 720)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		d.monkey(r)
		d.frame()
		p := d.app.Player
		require.LessOrEqual(t, int(p.Cursor.N), p.Run.Trace.Len(), "event %d", i)
		require.Equal(t, p.Cursor.N, p.World().N, "event %d", i)
	}
	sound(t, d.app.Player.Run.Trace)
}

// monkeyLives is how many things a monkey does.
func monkeyLives(t *testing.T) int {
	v := os.Getenv("FTPSCOPE_MONKEY")
	if v == "" {
		return monkeyEvents
	}
	n, err := strconv.Atoi(v)
	require.NoError(t, err)
	return n
}

func TestAMonkeyFindsNothingToBreakInTheLessons(t *testing.T) {
	n := monkeyLives(t)
	t.Chdir(t.TempDir())
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	ids := l.Library.IDs()
	r := rand.New(rand.NewPCG(3, 4))
	for i := range n {
		if i%100 == 0 {
			require.NoError(t, l.OpenStep(ids[r.IntN(len(ids))], r.IntN(10)))
		}
		d.monkey(r)
		d.frame()
		require.LessOrEqual(t, int(d.app.Player.Cursor.N), d.app.Player.Run.Trace.Len(), "event %d", i)
	}
}

// monkey does one thing at random.
func (d *desk) monkey(r *rand.Rand) {
	x, y := r.Float32()*float32(d.size.X), r.Float32()*float32(d.size.Y)
	switch r.IntN(8) {
	case 0, 1:
		mods := []key.Modifiers{0, 0, key.ModShift, key.ModShortcut}[r.IntN(4)]
		d.press(monkeyKeys[r.IntN(len(monkeyKeys))], mods)
	case 2:
		d.click(x, y)
	case 3:
		d.tab()
	case 4:
		d.router.Queue(key.EditEvent{Text: monkeyTexts[r.IntN(len(monkeyTexts))]})
	case 5:
		d.router.Queue(pointer.Event{Kind: pointer.Scroll, Source: pointer.Mouse, Position: f32.Pt(x, y), Scroll: f32.Pt(0, r.Float32()*400-200)})
	case 6:
		d.size = image.Pt(320+r.IntN(3521), 240+r.IntN(1921))
	case 7:
		d.now = d.now.Add(time.Duration(r.IntN(2000)) * time.Millisecond)
	}
}

// sound holds a trace to what is true of every one: time does not run back,
// causes come first, and seeking is the same from both sides.
func sound(t *testing.T, run *trace.Trace) {
	t.Helper()
	var last time.Duration
	for id := trace.ID(1); int(id) <= run.Len(); id++ {
		e := run.Event(id)
		require.GreaterOrEqual(t, e.T, last)
		require.Less(t, e.Cause, id)
		last = e.T
	}
	w := run.World(trace.ID(run.Len()))
	for n := trace.ID(run.Len()); n > 0; n -= min(n, 37) {
		run.Seek(w, n)
		assert.Equal(t, run.World(n).Sockets, w.Sockets)
	}
}
