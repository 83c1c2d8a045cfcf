package draw

import (
	"image"
	"image/color"
	"math"
	"sync"

	"gioui.org/f32"
	"gioui.org/op"
	"gioui.org/op/clip"
	"gioui.org/op/paint"
	"gioui.org/text"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"ftpscope/visual/theme"
)

// Letters are drawn here into small pictures, and not as paths on the graphics
// processor: a window full of text takes half the memory that way, and where a
// processor draws in place of a graphics card a frame takes half the time.

// letter is a glyph and where its dot stands in the block, in pixels.
type letter struct {
	face uint16
	size fixed.Int26_6 // pixels an em
	gid  font.GID
	x, y float32
}

// letterOf takes a glyph apart. Gio packs face, size and glyph into the ID; what
// comes of it is held to Gio's own drawing by a test.
func letterOf(g text.Glyph, top float32) letter {
	return letter{
		face: uint16(g.ID >> 48), size: fixed.Int26_6(g.ID >> 32 & 0xffff), gid: font.GID(g.ID & 0xffffffff),
		x: float(g.X - g.Offset.X), y: round(float32(g.Y)-top) - float(g.Offset.Y),
	}
}

// typeCase keeps the outlines of letters in units of their font, and draws.
type typeCase struct {
	faces    []*font.Face
	outlines map[glyph]font.GlyphOutline
	raster   vector.Rasterizer
}

type glyph struct {
	face uint16
	gid  font.GID
}

func newTypeCase() typeCase {
	c := typeCase{outlines: make(map[glyph]font.GlyphOutline)}
	for _, f := range theme.Faces() {
		c.faces = append(c.faces, f.Face.Face())
	}
	return c
}

func (c *typeCase) outline(l letter) font.GlyphOutline {
	g := glyph{l.face, l.gid}
	o, ok := c.outlines[g]
	if !ok {
		if int(g.face) < len(c.faces) {
			o, _ = c.faces[g.face].GlyphData(g.gid).(font.GlyphOutline) // neither typeface has glyphs of another kind
		}
		c.outlines[g] = o
	}
	return o
}

// area is what the letters cover, in pixels. Control points count, so it can be
// a little larger.
func (c *typeCase) area(letters []letter) image.Rectangle {
	lo, hi := f32.Pt(math.MaxFloat32, math.MaxFloat32), f32.Pt(-math.MaxFloat32, -math.MaxFloat32)
	for _, l := range letters {
		k := c.scale(l)
		for _, s := range c.outline(l).Segments {
			for _, p := range s.ArgsSlice() {
				x, y := l.x+p.X*k, l.y-p.Y*k
				lo, hi = f32.Pt(min(lo.X, x), min(lo.Y, y)), f32.Pt(max(hi.X, x), max(hi.Y, y))
			}
		}
	}
	if lo.X > hi.X {
		return image.Rectangle{}
	}
	return image.Rect(floor(lo.X), floor(lo.Y), floor(hi.X)+1, floor(hi.Y)+1)
}

func floor(v float32) int { return int(math.Floor(float64(v))) }

// scale is how many pixels a unit of the letter's font is long.
func (c *typeCase) scale(l letter) float32 {
	if int(l.face) >= len(c.faces) {
		return 0
	}
	return float(l.size) / float32(c.faces[l.face].Upem())
}

// cover is how much of each pixel of an area the letters cover.
func (c *typeCase) cover(letters []letter, area image.Rectangle) *image.Alpha {
	r := &c.raster
	r.Reset(area.Dx(), area.Dy())
	for _, l := range letters {
		k, x, y := c.scale(l), l.x-float32(area.Min.X), l.y-float32(area.Min.Y)
		at := func(p font.SegmentPoint) (float32, float32) { return x + p.X*k, y - p.Y*k }
		for _, s := range c.outline(l).Segments {
			ax, ay := at(s.Args[0])
			bx, by := at(s.Args[1])
			cx, cy := at(s.Args[2])
			switch s.Op {
			case opentype.SegmentOpMoveTo:
				r.ClosePath()
				r.MoveTo(ax, ay)
			case opentype.SegmentOpLineTo:
				r.LineTo(ax, ay)
			case opentype.SegmentOpQuadTo:
				r.QuadTo(ax, ay, bx, by)
			case opentype.SegmentOpCubeTo:
				r.CubeTo(ax, ay, bx, by, cx, cy)
			}
		}
		r.ClosePath()
	}
	mask := image.NewAlpha(image.Rectangle{Max: area.Size()})
	r.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	return mask
}

// tinted are the letters in a colour. The graphics processor blends light, not
// sRGB values, so that is what is multiplied by the cover.
func tinted(mask *image.Alpha, c color.NRGBA) *image.RGBA {
	t := lights()
	var shades [256][4]uint8
	for i := range shades {
		part := float32(i) / 255 * float32(c.A) / 255
		shade := func(v uint8) uint8 { return t.srgb[int(part*t.light[v]*(levels-1)+0.5)] }
		shades[i] = [4]uint8{shade(c.R), shade(c.G), shade(c.B), uint8(255*part + 0.5)}
	}
	img := image.NewRGBA(mask.Rect)
	for i, a := range mask.Pix {
		copy(img.Pix[4*i:], shades[a][:])
	}
	return img
}

// levels is how finely light is told apart: the darkest two shades of sRGB lie
// 1/3295 apart.
const levels = 1 << 14

// lightTables are the two directions of IEC 61966-2-1, between shades and light.
type lightTables struct {
	light [256]float32
	srgb  [levels]uint8
}

var lights = sync.OnceValue(func() *lightTables {
	t := &lightTables{}
	for i := range t.light {
		v := float64(i) / 255
		if v <= 0.04045 {
			t.light[i] = float32(v / 12.92)
		} else {
			t.light[i] = float32(math.Pow((v+0.055)/1.055, 2.4))
		}
	}
	for i := range t.srgb {
		v := float64(i) / (levels - 1)
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		t.srgb[i] = uint8(math.Round(255 * v))
	}
	return t
})

// print is a block's letters in one colour, ready to be drawn.
type print struct {
	color color.NRGBA
	image paint.ImageOp
}

// draw puts a print where its block stands.
func (p *print) draw(ops *op.Ops, at image.Point) {
	defer op.Offset(at).Push(ops).Pop()
	defer clip.Rect{Max: p.image.Size()}.Push(ops).Pop()
	p.image.Add(ops)
	paint.PaintOp{}.Add(ops)
}
