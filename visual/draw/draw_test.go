package draw_test

import (
	"image"
	"image/color"
	"os"
	"testing"

	"gioui.org/op"
	"gioui.org/unit"
	"github.com/stretchr/testify/assert"

	"ftpscope/visual/draw"
	"ftpscope/visual/scene"
	"ftpscope/visual/theme"
)

func painter() *draw.Painter {
	p := draw.NewPainter(&theme.Palettes[0])
	p.Begin()
	return p
}

func TestATextAsWideAsItWasMeasuredIsNotCut(t *testing.T) {
	p := painter()
	for _, scale := range []float32{0.8, 1, 1.37, 2} {
		p.Metric = unit.Metric{PxPerDp: scale, PxPerSp: scale * 1.3}
		for style := range scene.Style(scene.StyleCount) {
			const text = "SYN 20→2001, é ã ñ"
			width := p.Measure(text, style) * p.Metric.PxPerDp
			assert.False(t, p.Line(text, style, width).Cut, "style %d at %g", style, scale)
			short := p.Line(text, style, width/2)
			assert.True(t, short.Cut)
			assert.LessOrEqual(t, short.Width, width/2)
		}
	}
}

func TestMonospacedLettersAreEquallyWide(t *testing.T) {
	p := painter()
	assert.InDelta(t, p.Measure("iiii", scene.Mono), p.Measure("MMMM", scene.Mono), 0.01)
	assert.NotEqual(t, p.Measure("iiii", scene.Body), p.Measure("MMMM", scene.Body))
}

func TestAParagraphKeepsToItsLines(t *testing.T) {
	p := painter()
	const text = "The client’s firewall drops the server’s SYN to port 2001, and nobody answers."
	one, two := p.Paragraph(text, scene.Body, 300, 1), p.Paragraph(text, scene.Body, 300, 2)
	assert.True(t, one.Cut)
	assert.Equal(t, 1, one.Lines)
	assert.False(t, two.Cut)
	assert.Equal(t, 2, two.Lines)
	assert.Greater(t, two.Height, 1.8*one.Height)
}

func TestTheSameTextIsSetOnce(t *testing.T) {
	p := painter()
	assert.Same(t, p.Line("220 Service ready", scene.Mono, 0), p.Line("220 Service ready", scene.Mono, 0))
	assert.Zero(t, testing.AllocsPerRun(100, func() { p.Line("220 Service ready", scene.Mono, 0) }))
}

func TestTextsOutOfUseAreForgotten(t *testing.T) {
	p := painter()
	old := p.Line("once", scene.Body, 0)
	for i := range 3100 {
		p.Line(string(rune(0x4e00+i)), scene.Body, 0)
	}
	for range 4 {
		p.Begin()
	}
	assert.NotSame(t, old, p.Line("once", scene.Body, 0))
}

// software lets a test draw where there is no display.
func software(t *testing.T) {
	t.Helper()
	if os.Getenv("DISPLAY") == "" && os.Getenv("EGL_PLATFORM") == "" {
		t.Setenv("EGL_PLATFORM", "surfaceless")
		t.Setenv("LIBGL_ALWAYS_SOFTWARE", "1")
	}
}

// drawn is what a scene of 40 by 40 looks like.
func drawn(t *testing.T, shapes ...scene.Shape) func(x, y int) scene.Paint {
	t.Helper()
	software(t)
	p := painter()
	for i := range shapes {
		shapes[i].Alpha = 1
	}
	img := picture(t, image.Pt(40, 40), func(ops *op.Ops) {
		p.Fill(ops, image.Rect(0, 0, 40, 40), scene.Surface)
		p.Scene(ops, &scene.Scene{W: 40, H: 40, Shapes: shapes})
	})
	return func(x, y int) scene.Paint {
		c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
		for i, q := range p.Palette {
			if near(c.R, q.R) && near(c.G, q.G) && near(c.B, q.B) {
				return scene.Paint(i)
			}
		}
		return scene.Paint(scene.PaintCount)
	}
}

func near(a, b uint8) bool { return max(a, b)-min(a, b) <= 1 }

func line(dash [2]float32, pts ...scene.Point) scene.Shape {
	s := scene.Shape{Kind: scene.Polyline, Paint: scene.DataPaint, N: uint8(len(pts)), Width: 4, Dash: dash}
	copy(s.P[:], pts)
	return s
}

func TestShapesAreDrawnWhereTheyStand(t *testing.T) {
	at := drawn(t, scene.Shape{Kind: scene.FillRect, Paint: scene.CommandPaint, Rect: scene.Rect{X: 10, Y: 10, W: 20, H: 10}})
	assert.Equal(t, scene.CommandPaint, at(11, 11))
	assert.Equal(t, scene.Surface, at(9, 11))
	assert.Equal(t, scene.Surface, at(11, 21))

	at = drawn(t, scene.Shape{Kind: scene.StrokeRect, Paint: scene.CommandPaint, Rect: scene.Rect{X: 5, Y: 5, W: 30, H: 30}, Radius: 8, Width: 2})
	assert.Equal(t, scene.CommandPaint, at(20, 6))
	assert.Equal(t, scene.Surface, at(20, 20), "hollow")
	assert.Equal(t, scene.Surface, at(5, 5), "a round corner")

	at = drawn(t, scene.Shape{Kind: scene.Circle, Paint: scene.BlockedPaint, P: [4]scene.Point{{X: 20, Y: 20}}, Radius: 10})
	assert.Equal(t, scene.BlockedPaint, at(20, 12))
	assert.Equal(t, scene.Surface, at(11, 11))

	at = drawn(t, scene.Shape{Kind: scene.Polygon, Paint: scene.AllowedPaint, N: 3, P: [4]scene.Point{{X: 5, Y: 5}, {X: 35, Y: 20}, {X: 5, Y: 35}}})
	assert.Equal(t, scene.AllowedPaint, at(10, 20))
	assert.Equal(t, scene.Surface, at(33, 8))
}

func TestDashesAreDrawnAndLeftOut(t *testing.T) {
	at := drawn(t, line([2]float32{8, 4}, scene.Point{X: 0, Y: 20}, scene.Point{X: 40, Y: 20}))
	for x, want := range map[int]scene.Paint{4: scene.DataPaint, 9: scene.Surface, 14: scene.DataPaint, 21: scene.Surface, 28: scene.DataPaint} {
		assert.Equal(t, want, at(x, 20), "at %d", x)
	}
	at = drawn(t, line([2]float32{10, 10}, scene.Point{X: 0, Y: 5}, scene.Point{X: 15, Y: 5}, scene.Point{X: 15, Y: 40}))
	assert.Equal(t, scene.Surface, at(15, 8), "the pattern goes on round the corner")
	assert.Equal(t, scene.DataPaint, at(15, 14))
}
