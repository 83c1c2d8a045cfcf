package visual

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"gioui.org/layout"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/visual/widget"
)

// windows are the sizes (in dp), scales and text sizes that the layout is held to.
var windows = []struct {
	w, h  int
	scale float32
	text  int
}{
	{960, 600, 1, 80}, {960, 600, 1, 100}, {960, 600, 1, 150}, {960, 600, 1, 200},
	{1280, 720, 1, 100}, {1280, 720, 1, 160}, {1280, 720, 1, 200}, {1280, 720, 2, 130},
	{1600, 1000, 1, 80}, {1600, 1000, 1, 100}, {1600, 1000, 2, 100}, {1600, 1000, 1, 200},
	{1920, 1080, 2, 160},
}

func eachWindow(t *testing.T, f func(t *testing.T, d *desk)) {
	for _, v := range windows {
		for _, lang := range assets.Languages() {
			t.Run(fmt.Sprintf("%dx%d at %g, text %d, %s", v.w, v.h, v.scale, v.text, lang), func(t *testing.T) {
				t.Parallel()
				d := open(t, Options{Run: "active-blocked", Language: lang, TextSize: v.text}, v.w, v.h)
				d.scale = v.scale
				d.settle()
				f(t, d)
			})
		}
	}
}

// mayBeCut are texts that are as long as a run or a person makes them.
func (d *desk) mayBeCut(text string) bool {
	a := d.app
	if text == a.runTitle(a.Player.Run.Name) || strings.Contains(text, "203.0.113.10") || strings.Contains(text, "iifname") {
		return true
	}
	said := strings.TrimSuffix(text, "…")
	for _, m := range a.Player.Run.Outline.Messages {
		if m.Line != "" && strings.Contains(m.Line, said) {
			return true
		}
		if code, rest, _ := strings.Cut(said, " "); m.Code > 0 && code == fmt.Sprint(m.Code) && strings.HasPrefix(rest, "(") && strings.Contains(m.Line, rest) { // without its words
			return true
		}
	}
	return false
}

func TestNoTextIsCut(t *testing.T) {
	eachWindow(t, func(t *testing.T, d *desk) {
		p, cut := d.app.Player, map[string]string{}
		for m := range p.Run.Outline.Messages {
			p.JumpToMessage(m)
			for tab := range tabCount {
				// The transcript's sentences are the caption's, in whatever width there
				// is; the other pages change little from message to message.
				if tab == tabTranscript || tab != tabFirewall && m%6 != 4 {
					continue
				}
				d.app.inspector.tab, d.app.inspector.expanded = tab, tab != tabFirewall
				d.settle()
				for _, text := range d.app.kit.Cut() {
					if !d.mayBeCut(text) {
						cut[text] = fmt.Sprintf("message %d, page %s", m, tabNames[tab])
					}
				}
			}
		}
		assert.Empty(t, cut)
	})
}

func TestControlsOfTheBarsLieWithinThemAndNotOnEachOther(t *testing.T) {
	eachWindow(t, func(t *testing.T, d *desk) {
		places := d.app.places(d.context().Constraints.Max)
		for _, bar := range []struct {
			r image.Rectangle
			w layout.Widget
		}{{places.top, d.app.layoutTop}, {places.transport, d.app.layoutTransport}} {
			d.ops.Reset()
			gtx := d.context()
			gtx.Metric = d.app.kit.Metric
			widget.Place(gtx, bar.r, bar.w)
			d.router.Frame(&d.ops)
			controls := d.controls()
			require.GreaterOrEqual(t, len(controls), 7)
			for i, c := range controls {
				assert.True(t, c.Bounds.In(bar.r), "%s at %v", c.Label, c.Bounds)
				assert.GreaterOrEqual(t, c.Bounds.Dx(), d.app.kit.Dp(28), c.Label)
				for _, other := range controls[:i] {
					assert.False(t, c.Bounds.Overlaps(other.Bounds), "%s on %s", c.Label, other.Label)
				}
			}
		}
	})
}

func TestTheTransportsControlsNeverOverlap(t *testing.T) {
	for _, size := range [][2]int{{320, 240}, {480, 320}, {560, 400}, {640, 480}} {
		for _, text := range []int{80, 100, 200} {
			d := open(t, Options{Run: "active", Language: "es", TextSize: text}, size[0], size[1])
			d.app.Player.JumpToMessage(4)
			d.ops.Reset()
			gtx := d.context()
			gtx.Metric = d.app.kit.Metric
			r := image.Rect(0, 0, size[0], d.app.transportHeight(size[0]))
			widget.Place(gtx, r, d.app.layoutTransport)
			d.router.Frame(&d.ops)
			controls := d.controls()
			require.GreaterOrEqual(t, len(controls), 5)
			for i, c := range controls {
				for _, other := range controls[:i] {
					assert.False(t, c.Bounds.Overlaps(other.Bounds), "%s on %s at %v, text %d", c.Label, other.Label, size, text)
				}
			}
		}
	}
}

func TestThePlacesFillTheWindowWithoutOverlapping(t *testing.T) {
	eachWindow(t, func(t *testing.T, d *desk) {
		size := d.context().Constraints.Max
		p := d.app.places(size)
		all := append([]image.Rectangle{p.top, p.stage, p.caption, p.inspector, p.sequence, p.transport, p.strip, p.form}, p.lines...)
		area := 0
		for i, r := range all {
			assert.True(t, r.Empty() || r.In(image.Rectangle{Max: size}), "%d: %v", i, r)
			area += r.Dx() * r.Dy()
			for _, o := range all[i+1:] {
				assert.False(t, r.Overlaps(o), "%v and %v", r, o)
			}
		}
		assert.Equal(t, size.X*size.Y, area)
		assert.GreaterOrEqual(t, p.stage.Dy(), d.app.kit.Dp(200), "the stage has room")
	})
}

func TestAnyWindowSizeIsLaidOut(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {320, 240}, {640, 480}, {700, 2000}, {3840, 400}, {3840, 2160}} {
		for _, text := range []int{80, 200} {
			d := open(t, Options{Run: "passive", TextSize: text}, size[0], size[1])
			d.app.Player.JumpToMessage(6)
			assert.NotPanics(t, d.settle)
		}
	}
}
