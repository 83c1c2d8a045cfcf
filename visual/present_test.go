package visual

import (
	"testing"

	"gioui.org/f32"
	"gioui.org/io/key"
	"gioui.org/io/pointer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
)

func presenting(t *testing.T, o Options, w, h int) *desk {
	d := open(t, o, w, h)
	d.press(key.NameF5, 0)
	d.settle()
	return d
}

func TestPresentingShowsStageCaptionAndTimeAlone(t *testing.T) {
	d := presenting(t, Options{Run: "active-blocked"}, 1280, 720)
	assert.Empty(t, d.controls())
	assert.True(t, d.has(d.app.text("window.time")))
	assert.InDelta(t, 1.6, d.app.kit.Metric.PxPerSp, 1e-6)
	d.press(key.NameEscape, 0)
	assert.True(t, d.has("Play or pause"))
	assert.InDelta(t, 1, d.app.kit.Metric.PxPerSp, 1e-6)
}

func TestAClickerAndAClickStepWhilePresenting(t *testing.T) {
	d := presenting(t, Options{Run: "active"}, 1280, 720)
	stops := d.app.Player.Run.Outline.Stops(trace.ByStep)
	d.press(key.NamePageDown, 0)
	d.settle()
	assert.Equal(t, stops[1], d.app.Player.Cursor.N)
	d.click(640, 300)
	d.settle()
	assert.Equal(t, stops[2], d.app.Player.Cursor.N)
	d.press(key.NamePageUp, 0)
	assert.Equal(t, stops[1], d.app.Player.Cursor.N)
}

func TestTheScreenIsBlackUntilTheNextKey(t *testing.T) {
	d := presenting(t, Options{Run: "active"}, 1280, 720)
	d.press("B", 0)
	assert.False(t, d.has(d.app.text("window.time")))
	d.press("B", 0)
	assert.True(t, d.has(d.app.text("window.time")))
	d.press("B", 0)
	d.press(key.NamePageDown, 0)
	assert.True(t, d.has(d.app.text("window.time")))
}

func TestTheSpotlightShinesWhileItsKeyIsHeld(t *testing.T) {
	d := presenting(t, Options{Run: "active"}, 1280, 720)
	d.router.Queue(pointer.Event{Kind: pointer.Move, Source: pointer.Mouse, Position: f32.Pt(200, 100)})
	d.router.Queue(key.Event{Name: "S", State: key.Press})
	d.frame()
	assert.True(t, d.app.speaker.spot)
	assert.Equal(t, f32.Pt(200, 100), d.app.speaker.pointer)
	d.router.Queue(key.Event{Name: "S", State: key.Release})
	d.frame()
	assert.False(t, d.app.speaker.spot)
	_, wake := d.router.WakeupTime()
	assert.False(t, wake)
}

func TestNoCaptionIsCutWhilePresenting(t *testing.T) {
	for i, lang := range assets.Languages() {
		for _, text := range []int{100, 200} {
			d := presenting(t, Options{Run: sim.Presets()[i], Language: lang, TextSize: text}, 1280, 720)
			for m := range d.app.Player.Run.Outline.Messages {
				d.app.Player.JumpToMessage(m)
				d.settle()
				what, why := d.app.caption(d.app.Player)
				assert.NotContains(t, d.app.kit.Cut(), what, lang)
				assert.NotContains(t, d.app.kit.Cut(), why, lang)
			}
		}
	}
}

func TestMotionIsReducedBySwitchAndKey(t *testing.T) {
	d := open(t, Options{Run: "active"}, 1280, 720)
	d.press("M", key.ModShortcut)
	assert.True(t, d.app.Player.Settings.ReduceMotion)
	d.press("?", key.ModShift)
	d.focus("Reduce motion")
	d.press(key.NameReturn, 0)
	assert.False(t, d.app.Player.Settings.ReduceMotion)
}

func TestAComparisonIsPresentedWithBothRunsUnderOneCursor(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 1280, 720)
	p := d.app.Player
	p.Settings.ReduceMotion = true
	require.NoError(t, p.Go(model.PlaceCompare))
	d.press(key.NameF5, 0)
	d.settle()
	assert.Empty(t, d.controls())
	stops := p.Compare.Players[0].Run.Outline.Stops(trace.ByStep)
	for n := 0; !p.Compare.AtEnd(); n++ {
		require.Less(t, n, len(stops)+20)
		d.press(key.NamePageDown, 0)
		d.settle()
		for _, one := range p.Compare.Players {
			what, _ := d.app.caption(one)
			assert.True(t, d.has(what), what)
		}
	}
	assert.True(t, p.AtStart(), "the run alone stays where it was left")
	d.press(key.NameHome, 0)
	d.click(640, 300)
	d.settle()
	assert.False(t, p.Compare.AtStart())
	d.press(key.NameEscape, 0)
	assert.NotNil(t, p.Compare, "Escape leaves presenting, not the comparison")
	assert.InDelta(t, 1, d.app.kit.Metric.PxPerSp, 1e-6)
}

func TestTwoPresentedRunsLeaveEachOtherRoom(t *testing.T) {
	for height, want := range map[int]float32{480: 480.0 / 360, 720: 1.6, 1000: 1.6} {
		d := open(t, Options{Run: "active"}, 960, height)
		require.NoError(t, d.app.Player.Go(model.PlaceCompare))
		d.press(key.NameF5, 0)
		assert.InDelta(t, want, d.app.kit.Metric.PxPerSp, 1e-6, height)
	}
}
