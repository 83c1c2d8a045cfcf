package theme_test

import (
	"image/color"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"ftpscope/visual/scene"
	"ftpscope/visual/theme"
)

// pairs are the paints of text and the surfaces it stands on.
func pairs() map[scene.Paint][]scene.Paint {
	neutral := []scene.Paint{scene.Surface, scene.Panel, scene.Raised, scene.CursorTint}
	tints := []scene.Paint{scene.CommandTint, scene.DataTint, scene.BlockedTint, scene.AllowedTint, scene.RewrittenTint}
	p := map[scene.Paint][]scene.Paint{
		scene.Ink:         append(neutral[:4:4], tints...),
		scene.Muted:       append(neutral[:4:4], tints...),
		scene.OnCommand:   {scene.CommandPaint},
		scene.OnData:      {scene.DataPaint},
		scene.OnBlocked:   {scene.BlockedPaint},
		scene.OnAllowed:   {scene.AllowedPaint},
		scene.OnRewritten: {scene.RewrittenPaint},
		scene.Panel:       {scene.Ink}, // the play button
	}
	for i, c := range []scene.Paint{scene.CommandPaint, scene.DataPaint, scene.BlockedPaint, scene.AllowedPaint, scene.RewrittenPaint} {
		p[c] = append(neutral[:4:4], tints[i])
	}
	return p
}

func TestTextIsReadableOnWhateverItStandsOn(t *testing.T) {
	for i := range theme.Palettes {
		p, least := &theme.Palettes[i], 4.5
		if i == 2 {
			least = 7
		}
		for text, surfaces := range pairs() {
			for _, s := range surfaces {
				assert.GreaterOrEqualf(t, contrast(p[text], p[s]), least, "theme %d, paint %d on %d", i, text, s)
			}
		}
	}
}

func TestMarksStandOutFromTheirSurface(t *testing.T) {
	for i := range theme.Palettes {
		p := &theme.Palettes[i]
		for _, mark := range []scene.Paint{scene.FocusPaint, scene.CommandPaint, scene.DataPaint, scene.BlockedPaint} {
			for _, s := range []scene.Paint{scene.Surface, scene.Panel, scene.Raised} {
				assert.GreaterOrEqualf(t, contrast(p[mark], p[s]), 3.0, "theme %d, paint %d on %d", i, mark, s)
			}
		}
	}
}

// contrast is the contrast ratio of WCAG 2.1.
func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.NRGBA) float64 {
	f := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.03928 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*f(c.R) + 0.7152*f(c.G) + 0.0722*f(c.B)
}
