package draw

import (
	"image"
	"image/color"
	"math"

	"gioui.org/f32"
	"gioui.org/op"
	"gioui.org/op/clip"
	"gioui.org/op/paint"
	"gioui.org/text"
	"gioui.org/unit"

	"ftpscope/visual/scene"
	"ftpscope/visual/theme"
)

// Painter draws for one window.
type Painter struct {
	Palette *theme.Palette
	Metric  unit.Metric

	shaper  *text.Shaper
	lines   map[key]*Block
	letters typeCase
	frame   uint32
	printed int // bytes of drawn letters since they were last looked through
}

// NewPainter draws in a palette with its own shaper.
func NewPainter(p *theme.Palette) *Painter {
	return &Painter{
		Palette: p,
		Metric:  unit.Metric{PxPerDp: 1, PxPerSp: 1},
		shaper:  theme.NewShaper(),
		lines:   make(map[key]*Block),
		letters: newTypeCase(),
	}
}

// Shaper is the shaper for editors, which set their text themselves.
func (p *Painter) Shaper() *text.Shaper { return p.shaper }

// Fill fills a rectangle in pixels.
func (p *Painter) Fill(ops *op.Ops, r image.Rectangle, c scene.Paint) {
	paint.FillShape(ops, p.Palette[c], clip.Rect(r).Op())
}

// Round fills a rectangle in pixels with round corners.
func (p *Painter) Round(ops *op.Ops, r image.Rectangle, radius unit.Dp, c scene.Paint) {
	paint.FillShape(ops, p.Palette[c], clip.UniformRRect(r, p.Metric.Dp(radius)).Op(ops))
}

// Edge strokes along the inside of a rectangle's edge.
func (p *Painter) Edge(ops *op.Ops, r image.Rectangle, radius unit.Dp, width unit.Dp, c scene.Paint) {
	w := float32(max(p.Metric.Dp(width), 1))
	strokeRect(ops, fRect(r), float32(p.Metric.Dp(radius)), w, p.Palette[c])
}

func fRect(r image.Rectangle) rect {
	return rect{float32(r.Min.X), float32(r.Min.Y), float32(r.Max.X), float32(r.Max.Y)}
}

// Scene draws a scene with its top left corner at the origin.
func (p *Painter) Scene(ops *op.Ops, s *scene.Scene) {
	k := p.Metric.PxPerDp
	for i := range s.Shapes {
		sh := &s.Shapes[i]
		c := p.Palette.Color(sh.Paint, sh.Alpha)
		if c.A == 0 {
			continue
		}
		switch sh.Kind {
		case scene.FillRect:
			fillRect(ops, snapped(sh.Rect, k), sh.Radius*k, c)
		case scene.StrokeRect:
			strokeRect(ops, snapped(sh.Rect, k), sh.Radius*k, max(round(sh.Width*k), 1), c)
		case scene.Polyline:
			polyline(ops, sh, k, c)
		case scene.Polygon:
			polygon(ops, sh, k, c)
		case scene.Circle:
			circle(ops, sh, k, c)
		case scene.Text:
			p.sceneText(ops, sh, k, c)
		}
	}
}

func (p *Painter) sceneText(ops *op.Ops, sh *scene.Shape, k float32, c color.NRGBA) {
	b := p.Line(sh.Text, sh.Style, sh.MaxWidth*k)
	x, y := sh.P[0].X*k, sh.P[0].Y*k-b.Height/2
	switch sh.Anchor {
	case scene.Centre:
		x -= b.Width / 2
	case scene.Right:
		x -= b.Width
	}
	b.Paint(ops, f32.Pt(x, y), c)
	if sh.Strike {
		w := max(round(1.5*k), 1)
		y := round(y + b.Height*0.54)
		fillRect(ops, rect{x, y, x + b.Width, y + w}, 0, c)
	}
}

func round(v float32) float32 { return float32(math.Round(float64(v))) }
