package draw

import (
	"image"
	"image/color"
	"math"

	"gioui.org/f32"
	"gioui.org/op"
	"gioui.org/op/clip"
	"gioui.org/op/paint"

	"ftpscope/visual/scene"
)

// rect is a rectangle in pixels.
type rect struct{ x0, y0, x1, y1 float32 }

// snapped is a scene's rectangle in pixels, its edges on whole ones, so that
// thin lines are sharp.
func snapped(r scene.Rect, k float32) rect {
	return rect{round(r.X * k), round(r.Y * k), round((r.X + r.W) * k), round((r.Y + r.H) * k)}
}

func fill(ops *op.Ops, path clip.PathSpec, c color.NRGBA) {
	paint.FillShape(ops, c, clip.Outline{Path: path}.Op())
}

func fillRect(ops *op.Ops, r rect, radius float32, c color.NRGBA) {
	if r.x1 <= r.x0 || r.y1 <= r.y0 {
		return
	}
	if radius <= 0 {
		area := image.Rect(int(r.x0), int(r.y0), int(r.x1), int(r.y1))
		paint.FillShape(ops, c, clip.Rect(area).Op())
		return
	}
	var p clip.Path
	p.Begin(ops)
	roundRect(&p, r, radius, true)
	fill(ops, p.End(), c)
}

// strokeRect fills the space between a rectangle and a smaller one that runs
// the other way round.
func strokeRect(ops *op.Ops, r rect, radius, width float32, c color.NRGBA) {
	if r.x1-r.x0 <= 2*width || r.y1-r.y0 <= 2*width {
		return
	}
	var p clip.Path
	p.Begin(ops)
	roundRect(&p, r, radius, true)
	roundRect(&p, rect{r.x0 + width, r.y0 + width, r.x1 - width, r.y1 - width}, radius-width, false)
	fill(ops, p.End(), c)
}

// corner is how far a cubic's control points lie from its ends to make a
// quarter of a circle, as part of the radius.
const corner = 0.5523

func roundRect(p *clip.Path, r rect, radius float32, clockwise bool) {
	q := max(min(radius, (r.x1-r.x0)/2, (r.y1-r.y0)/2), 0)
	h := q * (1 - corner)
	pt := f32.Pt
	if clockwise {
		p.MoveTo(pt(r.x0+q, r.y0))
		p.LineTo(pt(r.x1-q, r.y0))
		p.CubeTo(pt(r.x1-h, r.y0), pt(r.x1, r.y0+h), pt(r.x1, r.y0+q))
		p.LineTo(pt(r.x1, r.y1-q))
		p.CubeTo(pt(r.x1, r.y1-h), pt(r.x1-h, r.y1), pt(r.x1-q, r.y1))
		p.LineTo(pt(r.x0+q, r.y1))
		p.CubeTo(pt(r.x0+h, r.y1), pt(r.x0, r.y1-h), pt(r.x0, r.y1-q))
		p.LineTo(pt(r.x0, r.y0+q))
		p.CubeTo(pt(r.x0, r.y0+h), pt(r.x0+h, r.y0), pt(r.x0+q, r.y0))
	} else {
		p.MoveTo(pt(r.x0+q, r.y0))
		p.CubeTo(pt(r.x0+h, r.y0), pt(r.x0, r.y0+h), pt(r.x0, r.y0+q))
		p.LineTo(pt(r.x0, r.y1-q))
		p.CubeTo(pt(r.x0, r.y1-h), pt(r.x0+h, r.y1), pt(r.x0+q, r.y1))
		p.LineTo(pt(r.x1-q, r.y1))
		p.CubeTo(pt(r.x1-h, r.y1), pt(r.x1, r.y1-h), pt(r.x1, r.y1-q))
		p.LineTo(pt(r.x1, r.y0+q))
		p.CubeTo(pt(r.x1, r.y0+h), pt(r.x1-h, r.y0), pt(r.x1-q, r.y0))
		p.LineTo(pt(r.x0+q, r.y0))
	}
	p.Close()
}

func polygon(ops *op.Ops, sh *scene.Shape, k float32, c color.NRGBA) {
	if sh.N < 3 {
		return
	}
	var p clip.Path
	p.Begin(ops)
	p.MoveTo(at(sh.P[0], k))
	for _, q := range sh.P[1:sh.N] {
		p.LineTo(at(q, k))
	}
	p.Close()
	fill(ops, p.End(), c)
}

func at(p scene.Point, k float32) f32.Point { return f32.Pt(p.X*k, p.Y*k) }

func circle(ops *op.Ops, sh *scene.Shape, k float32, c color.NRGBA) {
	m, r := at(sh.P[0], k), sh.Radius*k
	box := rect{m.X - r, m.Y - r, m.X + r, m.Y + r}
	if sh.Width > 0 {
		strokeRect(ops, box, r, max(sh.Width*k, 1), c)
		return
	}
	fillRect(ops, box, r, c)
}

// polyline draws each dash of each segment as a rectangle of its own, all in
// one path: Gio's strokes know no dashes.
func polyline(ops *op.Ops, sh *scene.Shape, k float32, c color.NRGBA) {
	width := sh.Width * k
	if width < 1 {
		width = 1
	}
	var p clip.Path
	p.Begin(ops)
	phase := float32(0)
	for i := 1; i < int(sh.N); i++ {
		a, b := sharp(at(sh.P[i-1], k), at(sh.P[i], k), width)
		phase = segment(&p, a, b, width, sh, k, phase)
	}
	fill(ops, p.End(), c)
}

// sharp moves a level or upright line onto whole pixels.
func sharp(a, b f32.Point, width float32) (f32.Point, f32.Point) {
	snap := func(v float32) float32 { return round(v-width/2) + width/2 }
	switch {
	case a.Y == b.Y:
		a.Y = snap(a.Y)
		b.Y = a.Y
	case a.X == b.X:
		a.X = snap(a.X)
		b.X = a.X
	}
	return a, b
}

// segment adds the dashes of one segment, beginning so far into the pattern,
// and returns how far into it the segment ends.
func segment(p *clip.Path, a, b f32.Point, width float32, sh *scene.Shape, k, phase float32) float32 {
	d := b.Sub(a)
	length := float32(math.Hypot(float64(d.X), float64(d.Y)))
	if length == 0 {
		return phase
	}
	u := d.Div(length)
	on, period := sh.Dash[0]*k, (sh.Dash[0]+sh.Dash[1])*k
	if period <= 0 {
		dash(p, a, b, u, width, sh.Round)
		return 0
	}
	for from := -phase; from < length; from += period {
		s, e := max(from, 0), min(from+on, length)
		if e > s {
			dash(p, a.Add(u.Mul(s)), a.Add(u.Mul(e)), u, width, sh.Round)
		}
	}
	return float32(math.Mod(float64(phase+length), float64(period)))
}

func dash(p *clip.Path, a, b, u f32.Point, width float32, capped bool) {
	n := f32.Pt(-u.Y, u.X).Mul(width / 2)
	p.MoveTo(a.Add(n))
	if !capped {
		p.LineTo(a.Sub(n))
		p.LineTo(b.Sub(n))
		p.LineTo(b.Add(n))
		p.Close()
		return
	}
	back := u.Mul(width / 2)
	halfTurn(p, a, n, back.Mul(-1))
	p.LineTo(b.Sub(n))
	halfTurn(p, b, n.Mul(-1), back)
	p.Close()
}

// halfTurn draws the half circle from m+n over m+out to m-n.
func halfTurn(p *clip.Path, m, n, out f32.Point) {
	p.CubeTo(m.Add(n).Add(out.Mul(corner)), m.Add(out).Add(n.Mul(corner)), m.Add(out))
	p.CubeTo(m.Add(out).Sub(n.Mul(corner)), m.Sub(n).Add(out.Mul(corner)), m.Sub(n))
}
