package draw

import (
	"image"
	"image/color"
	"slices"

	"gioui.org/f32"
	"gioui.org/io/system"
	"gioui.org/op"
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

	painter *Painter
	letters []letter
	area    image.Rectangle // of the letters, once they have been drawn
	prints  []print         // the latest last
	used    uint32          // the frame that drew it last
	printed uint32          // the frame that drew it onto the screen last
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

// mostPrinted is how many bytes of drawn letters are kept that the latest frames
// did not show.
const mostPrinted = 8 << 20

// Begin starts a frame: texts long out of use are forgotten when there are
// too many.
func (p *Painter) Begin() {
	p.frame++
	if p.printed > mostPrinted {
		p.printed = 0
		for _, b := range p.lines {
			if p.frame-b.printed > 2 {
				b.prints = nil
			}
		}
	}
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
	b := &Block{painter: p}
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
		b.letters = append(b.letters, letterOf(g, top))
		if g.Flags&text.FlagLineBreak != 0 {
			b.Lines++
		}
	}
	b.Height = bottom - top
	return b
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

// Paint draws a block with its top left corner at a place in pixels. Letters
// stand on whole pixels, and stay as sharp while they move.
func (b *Block) Paint(ops *op.Ops, at f32.Point, c color.NRGBA) {
	b.printed = b.painter.frame
	print := b.print(c)
	if print == nil {
		return
	}
	print.draw(ops, b.area.Min.Add(image.Pt(int(round(at.X)), int(round(at.Y)))))
}

// print are the letters of a block in a colour, nil where there is nothing to
// see. What fades has a few colours, one after the other.
func (b *Block) print(c color.NRGBA) *print {
	p := b.painter
	for i := range b.prints {
		if b.prints[i].color == c {
			return &b.prints[i]
		}
	}
	if b.area.Empty() {
		b.area = p.letters.area(b.letters)
	}
	if b.area.Empty() || c.A == 0 {
		return nil
	}
	img := tinted(p.letters.cover(b.letters, b.area), c)
	image := paint.NewImageOp(img)
	image.Filter = paint.FilterNearest // it is drawn as large as it is
	p.printed += len(img.Pix)
	b.prints = append(b.prints[max(len(b.prints)-(mostColors-1), 0):], print{c, image})
	return &b.prints[len(b.prints)-1]
}

// mostColors is in how many colours a text is kept: it can be on show more than
// once.
const mostColors = 4
