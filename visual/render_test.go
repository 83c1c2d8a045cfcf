package visual

import (
	"image"
	"image/color"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
		assert.Contains(t, english(err), name)
	}
}
