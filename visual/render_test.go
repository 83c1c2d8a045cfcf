package visual

import (
	"image"
	"image/color"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/scene"
	"ftpscope/visual/theme"
)

func picture(t *testing.T, o RenderOptions) image.Image {
	t.Helper()
	if o.Width == 0 {
		o.Width, o.Height = 960, 600
	}
	img, err := Render(o)
	require.NoError(t, err)
	return img
}

func TestAPictureHasTheSizeAndColoursAskedFor(t *testing.T) {
	for i, name := range []string{"dark", "light", "contrast"} {
		img := picture(t, RenderOptions{Options: Options{Run: "active", Theme: name}, Scale: 1.5})
		assert.Equal(t, image.Pt(1440, 900), img.Bounds().Size())
		assert.Equal(t, theme.Palettes[i][scene.Panel], color.NRGBAModel.Convert(img.At(3, 3)), name)
	}
}

func TestTheSameOptionsMakeTheSamePicture(t *testing.T) {
	o := RenderOptions{Options: Options{Run: "active-blocked", Language: "pt-BR"}, Step: 5}
	assert.Equal(t, picture(t, o), picture(t, o))
}

func TestAPlaceIsGivenByStepMessageOrTime(t *testing.T) {
	at := func(o RenderOptions) int {
		p, err := o.player(simulator{})
		require.NoError(t, err)
		require.NoError(t, o.place(p))
		return int(p.Cursor.N)
	}
	assert.Zero(t, at(RenderOptions{}))
	assert.Greater(t, at(RenderOptions{Step: 2}), at(RenderOptions{Step: 1}))
	assert.Greater(t, at(RenderOptions{Step: 2}), at(RenderOptions{Message: 2}))
	assert.Greater(t, at(RenderOptions{Time: time.Second}), 0)
}

func TestWhatCannotBeDrawnIsSaid(t *testing.T) {
	for name, o := range map[string]RenderOptions{
		`no preset is called "nonsense"`:           {Options: Options{Run: "nonsense"}},
		`no theme is called "pink"`:                {Options: Options{Theme: "pink"}},
		`text size 300 % is not from 80 to 200 %`:  {Options: Options{TextSize: 300}},
		`the run has no such step 99: it has`:      {Step: 99},
		`the inspector has no page "nonsense"`:     {Tab: "nonsense"},
		`a picture is from 320×240 to 16384×16384`: {Width: 10, Height: 10},
	} {
		if o.Width == 0 {
			o.Width, o.Height = 960, 600
		}
		_, err := Render(o)
		assert.ErrorContains(t, err, name)
	}
}

func BenchmarkFrame(b *testing.B) {
	d := open(b, Options{Run: "active-blocked"}, 1600, 1000)
	p := d.app.Player
	length := p.Run.Film.Length()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		p.Scrub(length * float64(i%400) / 400)
		d.ops.Reset()
		d.app.Layout(d.context())
		i++
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/frame")
}

// BenchmarkLongFrame is a frame of a run of some 50,000 packets.
func BenchmarkLongFrame(b *testing.B) {
	s, err := sim.Preset("active")
	require.NoError(b, err)
	s.FileBytes = 48 << 20
	d := open(b, Options{Scenario: &s}, 1600, 1000)
	d.app.sequence.packets = true
	d.app.Player.Cursor.Size = trace.ByPacket
	length := d.app.Player.Run.Film.Length()
	i := 0
	for b.Loop() {
		d.app.Player.Scrub(length * float64(i%997) / 997)
		d.ops.Reset()
		d.app.Layout(d.context())
		i++
	}
	b.ReportMetric(float64(d.app.Player.Run.Trace.Len()), "events")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/frame")
}
