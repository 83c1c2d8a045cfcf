package draw_test

import (
	"image"
	"testing"

	"gioui.org/f32"
	"gioui.org/font"
	"gioui.org/gpu/headless"
	"gioui.org/io/system"
	"gioui.org/op"
	"gioui.org/op/clip"
	"gioui.org/op/paint"
	"gioui.org/text"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/math/fixed"

	"ftpscope/visual/scene"
	"ftpscope/visual/theme"
)

// Gio draws letters as paths, and tells how much of a pixel they cover by another
// formula: so much of a channel apart at the most. Letters half a pixel away are
// further apart.
const otherRounding = 56

func TestLettersLookAsGioDrawsThem(t *testing.T) {
	software(t)
	const words = "Porta “21” → ação, señal; 227 fi"
	size := image.Pt(420, 40)
	for style := range scene.Style(scene.StyleCount) {
		p := painter()
		b := p.Line(words, style, 0)
		ours := picture(t, size, func(ops *op.Ops) {
			p.Fill(ops, image.Rectangle{Max: size}, scene.Surface)
			b.Paint(ops, f32.Pt(4, 4), p.Palette[scene.Ink])
		})
		gios := picture(t, size, func(ops *op.Ops) {
			p.Fill(ops, image.Rectangle{Max: size}, scene.Surface)
			glyphs, ascent := set(words, theme.Font(style, p.Palette.Light()), style.Size())
			defer op.Affine(f32.AffineId().Offset(f32.Pt(4, float32(int(4+ascent+0.5))))).Push(ops).Pop()
			defer clip.Outline{Path: glyphs}.Op().Push(ops).Pop()
			paint.ColorOp{Color: p.Palette[scene.Ink]}.Add(ops)
			paint.PaintOp{}.Add(ops)
		})
		sum, inked := 0, 0
		for i := range gios.Pix {
			d := int(ours.Pix[i]) - int(gios.Pix[i])
			require.InDelta(t, 0, d, otherRounding, "style %d at %d,%d", style, i%gios.Stride/4, i/gios.Stride)
			if gios.Pix[i] != gios.Pix[i%4] {
				inked++
				sum += d
			}
		}
		assert.Greater(t, inked, 1000, "there is something to see")
		assert.InDelta(t, 0, float64(sum)/float64(inked), 4, "neither thinner nor fatter")
	}
}

// set is a line's letters as one path, and how far its base line is from its top.
func set(s string, f font.Font, size float32) (clip.PathSpec, float32) {
	shaper := theme.NewShaper()
	shaper.LayoutString(text.Parameters{
		Font: f, PxPerEm: fixed.Int26_6(size*64 + 0.5), MaxLines: 1, MaxWidth: 1 << 20,
		Locale: system.Locale{Language: "en", Direction: system.LTR}, LineHeightScale: 1.4,
	}, s)
	var all []text.Glyph
	for g, ok := shaper.NextGlyph(); ok; g, ok = shaper.NextGlyph() {
		all = append(all, g)
	}
	return shaper.Shape(all), float32(all[0].Ascent) / 64
}

func TestALetterIsDrawnOnceAColor(t *testing.T) {
	p := painter()
	b := p.Line("220 Service ready", scene.Mono, 0)
	var ops op.Ops
	draw := func() {
		ops.Reset()
		for _, c := range []scene.Paint{scene.Ink, scene.Muted} {
			b.Paint(&ops, f32.Pt(3.4, 7.6), p.Palette[c])
		}
	}
	draw()
	assert.Zero(t, testing.AllocsPerRun(100, draw))
}

func picture(t *testing.T, size image.Point, draw func(*op.Ops)) *image.RGBA {
	t.Helper()
	w, err := headless.NewWindow(size.X, size.Y)
	require.NoError(t, err)
	defer w.Release()
	var ops op.Ops
	draw(&ops)
	require.NoError(t, w.Frame(&ops))
	img := image.NewRGBA(image.Rectangle{Max: size})
	require.NoError(t, w.Screenshot(img))
	return img
}
