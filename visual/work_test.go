package visual

import (
	"encoding/json"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gioui.org/io/key"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
	"ftpscope/visual/model"
)

// bench is a worker whose work is done when a test says so.
type bench struct {
	works []func()
	ended int
}

func (b *bench) do(work func()) func() bool {
	b.works = append(b.works, work)
	mine := len(b.works)
	return func() bool { return b.ended >= mine }
}

func (b *bench) finish() {
	for ; b.ended < len(b.works); b.ended++ {
		b.works[b.ended]()
	}
}

// slow is a window whose runs are not there until finished.
func slow(t testing.TB, run string, w, h int) (*desk, *bench) {
	d, b := open(t, Options{Run: run}, w, h), &bench{}
	d.app.Player.Settings.ReduceMotion = true
	d.app.Player.Worker = b.do
	return d, b
}

// wait lets time pass in the window.
func (d *desk) wait(long time.Duration) {
	d.now = d.now.Add(long)
	d.frame()
	d.frame()
}

func TestALongRunShowsProgressAndTheWindowGoesOn(t *testing.T) {
	d, b := slow(t, "active-blocked", 1600, 1000)
	p := d.app.Player
	before := p.Run.Trace
	d.focus("Run: File size in bytes")
	d.enter("12288", "9000000")
	d.wait(worth / 2)
	assert.False(t, d.has("Simulating the change"), "what is over soon is not told")
	d.wait(worth)
	assert.True(t, d.has("Simulating the change"))
	assert.Equal(t, "9000000", d.app.form.field("file_bytes").text.Editor.Text())
	d.press(key.NamePageDown, 0)
	d.frame()
	assert.NotZero(t, p.Cursor.N, "keys are answered meanwhile")
	assert.Same(t, before, p.Run.Trace)
	wake, asked := d.router.WakeupTime()
	assert.True(t, asked && wake.Sub(d.now) <= tick, "and it is told how far the run has come")
	b.finish()
	d.frame()
	assert.Equal(t, 9_000_000, p.Run.Scenario.FileBytes)
	d.frame()
	assert.False(t, d.has("Simulating the change"))
	d.settle()
}

func TestProgressIsToldInNumbers(t *testing.T) {
	d, b := slow(t, "passive", 1280, 720)
	d.app.Player.SetField("file_bytes", 3_000_000)
	d.frame()
	d.wait(worth)
	b.works[0]() // it has ended, and nobody has looked yet
	for lang, want := range map[string]string{
		"en": "of 3,000,000 bytes", "pt-BR": "de 3.000.000 bytes", "es": "de 3.000.000 bytes",
	} {
		d.app.Player.Settings.Language = lang
		d.frame()
		found := false
		for _, n := range d.router.AppendSemantics(nil) {
			found = found || strings.Contains(strings.ReplaceAll(n.Desc.Label, "\u00a0", " "), want)
		}
		assert.True(t, found, lang)
	}
}

func TestTheRunUnderWayIsStoppedByKeyboardAndByButton(t *testing.T) {
	for name, stop := range map[string]func(*desk){
		"Escape": func(d *desk) { d.press(key.NameEscape, 0) },
		"button": func(d *desk) {
			d.focus("Stop the run under way")
			d.press(key.NameReturn, 0)
		},
	} {
		d, b := slow(t, "active-blocked", 1280, 720)
		p := d.app.Player
		before := p.Run.Trace
		p.SetField("client_router.nat", true)
		d.frame()
		d.wait(worth)
		require.True(t, d.has("Stop the run under way"), name)
		stop(d)
		assert.Nil(t, p.Job(), name)
		d.frame()
		assert.False(t, d.has("Stop the run under way"), name)
		b.finish()
		d.settle()
		assert.Same(t, before, p.Run.Trace, name)
		assert.False(t, p.Changed(), name)
	}
}

func TestEscapeStopsTheRunBeforeItLeavesAField(t *testing.T) {
	d, _ := slow(t, "active", 1600, 1000)
	d.focus("Run: File size in bytes")
	d.enter("12288", "9000000")
	d.wait(worth)
	d.press(key.NameEscape, 0)
	d.frame()
	p := d.app.Player
	assert.Nil(t, p.Job())
	assert.Equal(t, "9000000", d.app.form.field("file_bytes").text.Editor.Text(), "what was typed stands there still")
	assert.ErrorIs(t, p.FieldErr("file_bytes"), model.ErrStopped)
	d.press(key.NameReturn, 0)
	assert.NotNil(t, p.Job(), "Enter runs it")
}

func TestAFileThatTakesLongIsOpenedBesideTheRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "long.toml")
	data, err := sim.Marshal(sim.Default())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, data, 0o600))
	d, b := slow(t, "active", 1280, 720)
	p := d.app.Player
	d.press("O", key.ModShortcut)
	d.frame()
	d.enter("", file)
	d.press(key.NameReturn, 0)
	d.wait(0)
	d.wait(worth)
	require.True(t, d.has("Simulating the run"))
	d.press(key.NameEscape, 0)
	d.frame()
	d.frame()
	assert.Equal(t, model.AskOpen, p.Lab.Ask)
	assert.Equal(t, file, d.app.files.path.Editor.Text(), "the path is there still")
	d.focus("Open file")
	d.press(key.NameReturn, 0)
	d.wait(worth)
	b.finish()
	d.frame()
	assert.Equal(t, file, p.Lab.File)
	assert.Equal(t, model.AskNothing, p.Lab.Ask)
	d.settle()
}

func TestAFileOnTheCommandLineDoesNotHoldUpTheWindow(t *testing.T) {
	b, s := &bench{}, sim.Default()
	p, err := Options{File: "long.toml", Scenario: &s, Run: s.ID}.window(simulator{}, b.do)
	require.NoError(t, err)
	assert.Equal(t, sim.Presets()[0], p.Run.Name)
	b.finish()
	p.Land()
	assert.Equal(t, "long.toml", p.Lab.File)
	assert.Equal(t, s.Table(), p.Run.Scenario.Table())
}

func TestAChangeUnderWayIsKeptWhenTheWindowCloses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "unsaved.json")
	d, _ := slow(t, "active", 1280, 720)
	d.app.remember(file, time.Hour)
	d.app.Player.SetField("file_bytes", 9_000_000)
	d.frame()
	d.app.keeper.flush()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var u unsaved
	require.NoError(t, json.Unmarshal(data, &u))
	s, err := u.scenario()
	require.NoError(t, err)
	assert.Equal(t, 9_000_000, s.FileBytes)

	next, b := slow(t, "active", 1280, 720)
	next.app.remember(file, time.Hour)
	next.frame()
	next.focus("Restore")
	next.press(key.NameReturn, 0)
	next.wait(0)
	next.wait(worth)
	next.press(key.NameEscape, 0)
	next.frame()
	next.frame()
	assert.True(t, next.has("Restore"), "restoring that was stopped can be begun again")
	assert.FileExists(t, file)
	next.focus("Restore")
	next.press(key.NameReturn, 0)
	b.finish()
	next.frame()
	next.frame()
	assert.Equal(t, 9_000_000, next.app.Player.Run.Scenario.FileBytes)
	assert.False(t, next.has("Restore"))
}

func TestAChangeUnderWayInTheLabOutlivesALesson(t *testing.T) {
	d, b := slow(t, "active", 1280, 720)
	p := d.app.Player
	file := filepath.Join(t.TempDir(), "unsaved.json")
	d.app.remember(file, time.Hour)
	p.SetField("client_router.nat", true)
	require.NoError(t, p.Go(model.PlaceLearn))
	assert.Nil(t, p.Job())
	require.NoError(t, p.Learn.OpenLesson("two-connections"))
	b.finish()
	d.frame()
	require.True(t, p.InLesson())
	assert.False(t, p.Run.Scenario.ClientRouter.NAT)
	d.frame()
	d.app.keeper.flush()
	assert.FileExists(t, file, "it is kept meanwhile")
	require.NoError(t, p.Go(model.PlaceLab))
	assert.True(t, p.Scenario().ClientRouter.NAT)
	d.frame()
	assert.True(t, p.Run.Scenario.ClientRouter.NAT)
}

func TestWorkIsToldWithoutACutTextInEveryPlace(t *testing.T) {
	for _, size := range []image.Point{{X: 640, Y: 480}, {X: 960, Y: 600}, {X: 1280, Y: 720}} {
		for _, percent := range []int{100, 200} {
			for _, to := range []model.Place{model.PlaceLab, model.PlaceLearn, model.PlaceCompare} {
				d, b := slow(t, "passive", size.X, size.Y)
				p := d.app.Player
				p.Settings.TextSize.Value = percent
				require.NoError(t, p.Go(to))
				b.finish()
				d.frame()
				if to == model.PlaceLearn {
					require.NoError(t, p.Learn.OpenLesson("active"))
				} else {
					p.SetField("file_bytes", 2_000_000)
				}
				d.frame()
				d.wait(worth)
				b.works[len(b.works)-1]()
				d.frame()
				assert.True(t, d.has("Stop the run under way"), "%v %d %% %v", size, percent, to)
			}
		}
	}
}

func TestTheWindowWaitsAMomentOnly(t *testing.T) {
	woken := make(chan struct{})
	worker := beside(func() { close(woken) })
	quick := worker(func() {})
	assert.True(t, quick(), "what is done at once is there at once")
	hold := make(chan struct{})
	long := worker(func() { <-hold })
	assert.False(t, long())
	close(hold)
	<-woken
	assert.True(t, long())
}
