package draw

import (
	"image/color"
	"slices"

	"gioui.org/f32"
	"gioui.org/io/system"
	"gioui.org/op"
	"gioui.org/op/clip"
	"gioui.org/op/paint"
	"gioui.org/text"
	"golang.org/x/image/math/fixed"

	"ftpscope/visual/scene"
	"ftpscope/visual/theme"
)

// Block is a text that has been set: one line or several.
type Block struct {
	Width, Height float32 // in pixels
	Cut           bool    // it ends in an ellipsis
	Lines         int

	ops  op.Ops
	call op.CallOp
	used uint32 // the frame that drew it last
}

type key struct {
	text  string
	style scene.Style
	light bool
	size  fixed.Int26_6
	width int
	lines int
}

// most is how many texts are kept. A busy window shows about three hundred.
const most = 3000

// Begin starts a frame: texts long out of use are forgotten when there are
// too many.
func (p *Painter) Begin() {
	p.frame++
	if len(p.lines) < most {
		return
	}
	for k, b := range p.lines {
		if p.frame-b.used > 2 {
			delete(p.lines, k)
		}
	}
}

// Measure is how wide a text is, in dp.
func (p *Painter) Measure(s string, style scene.Style) float32 {
	return p.Line(s, style, 0).Width / p.Metric.PxPerDp
}

// Line sets a text in one line. Where maxWidth (in pixels) is not 0, a longer
// one ends in an ellipsis; one that is as wide as it was measured is not.
func (p *Painter) Line(s string, style scene.Style, maxWidth float32) *Block {
	whole := p.set(s, style, unlimited, 1)
	if maxWidth <= 0 || whole.Width <= maxWidth+1 {
		return whole
	}
	return p.set(s, style, max(int(maxWidth), 1), 1)
}

// Paragraph sets a text in at most so many lines.
func (p *Painter) Paragraph(s string, style scene.Style, width, lines int) *Block {
	return p.set(s, style, max(width, 1), lines)
}

const unlimited = 1 << 20

func (p *Painter) set(s string, style scene.Style, width, lines int) *Block {
	k := key{s, style, p.Palette.Light(), fixed.Int26_6(style.Size()*p.Metric.PxPerSp*64 + 0.5), width, lines}
	b, ok := p.lines[k]
	if !ok {
		b = p.shape(k)
		p.lines[k] = b
	}
	b.used = p.frame
	return b
}

func (p *Painter) shape(k key) *Block {
	p.shaper.LayoutString(text.Parameters{
		Font:            theme.Font(k.style, k.light),
		PxPerEm:         k.size,
		MaxLines:        k.lines,
		MaxWidth:        k.width,
		Truncator:       "…",
		Locale:          system.Locale{Language: "en", Direction: system.LTR},
		LineHeightScale: 1.4,
	}, k.text)
	b := &Block{}
	macro := op.Record(&b.ops)
	var line []text.Glyph
	var bottom, top float32
	first := true
	for g, ok := p.shaper.NextGlyph(); ok; g, ok = p.shaper.NextGlyph() {
		if first {
			top = float32(g.Y) - float(g.Ascent)
			first = false
		}
		b.Width = max(b.Width, float(g.X+g.Advance))
		bottom = max(bottom, float32(g.Y)+float(g.Descent))
		b.Cut = b.Cut || g.Flags&text.FlagTruncator != 0
		line = append(line, g)
		if g.Flags&text.FlagLineBreak != 0 {
			p.glyphs(&b.ops, line, top)
			line = line[:0]
			b.Lines++
		}
	}
	p.glyphs(&b.ops, line, top)
	b.Height = bottom - top
	b.call = macro.Stop()
	return b
}

func (p *Painter) glyphs(ops *op.Ops, line []text.Glyph, top float32) {
	if len(line) == 0 {
		return
	}
	at := f32.Pt(float(line[0].X), float32(line[0].Y)-top)
	defer op.Affine(f32.AffineId().Offset(at)).Push(ops).Pop()
	defer clip.Outline{Path: p.shaper.Shape(line)}.Op().Push(ops).Pop()
	paint.PaintOp{}.Add(ops)
}

func float(v fixed.Int26_6) float32 { return float32(v) / 64 }

// Cut are the texts of the latest frame that end in an ellipsis. Tests hold the
// layout to it.
func (p *Painter) Cut() []string {
	var cut []string
	for k, b := range p.lines {
		if b.Cut && b.used == p.frame {
			cut = append(cut, k.text)
		}
	}
	slices.Sort(cut)
	return cut
}

// Paint draws the block with its top left corner at a place in pixels.
func (b *Block) Paint(ops *op.Ops, at f32.Point, c color.NRGBA) { b.paint(ops, at, c) }

func (b *Block) paint(ops *op.Ops, at f32.Point, c color.NRGBA) {
	// Letters on whole pixels of height stay as sharp while they move sideways.
	defer op.Affine(f32.AffineId().Offset(f32.Pt(at.X, round(at.Y)))).Push(ops).Pop()
	paint.ColorOp{Color: c}.Add(ops)
	b.call.Add(ops)
}
