package visual

import (
	"image"

	"gioui.org/unit"

	"ftpscope/visual/scene"
)

// places is where the parts of the window lie, in pixels.
type places struct {
	top, stage, caption, inspector, sequence, transport image.Rectangle
	lines                                               []image.Rectangle // between them
	wide                                                bool              // the sequence diagram has a place of its own
}

// wideFrom is how wide the window must be for the sequence diagram to stand
// beside the stage.
const wideFrom unit.Dp = 1200

// places divides the window. The stage gets what the others leave.
func (a *App) places(size image.Point) places {
	k := &a.kit
	var p places
	line := max(k.Dp(1), 1)
	top := k.ControlHeight() + k.Dp(16)
	bottom := a.transportHeight(size.X)
	body := image.Rect(0, top, size.X, size.Y-bottom)
	p.top = image.Rect(0, 0, size.X, top-line)
	p.transport = image.Rect(0, body.Max.Y+line, size.X, size.Y)
	p.lines = append(p.lines,
		image.Rect(0, top-line, size.X, top),
		image.Rect(0, body.Max.Y, size.X, body.Max.Y+line))

	p.wide = size.X >= k.Dp(wideFrom)
	main := body
	if p.wide {
		w := min(max(size.X*26/100, k.Sp(300)), size.X*38/100)
		main.Max.X -= w + line
		p.sequence = image.Rect(main.Max.X+line, body.Min.Y, size.X, body.Max.Y)
		p.lines = append(p.lines, image.Rect(main.Max.X, body.Min.Y, main.Max.X+line, body.Max.Y))
	}
	caption := a.captionHeight(main.Dx())
	below := a.inspectorHeight(main.Dy() - caption)
	p.inspector = image.Rect(main.Min.X, main.Max.Y-below+line, main.Max.X, main.Max.Y)
	p.lines = append(p.lines, image.Rect(main.Min.X, main.Max.Y-below, main.Max.X, main.Max.Y-below+line))
	p.caption = image.Rect(main.Min.X, p.inspector.Min.Y-line-caption, main.Max.X, p.inspector.Min.Y-line)
	p.stage = image.Rect(main.Min.X, main.Min.Y, main.Max.X, p.caption.Min.Y)
	return p
}

// inspectorHeight leaves the stage at least what it needs.
func (a *App) inspectorHeight(of int) int {
	k := &a.kit
	least := k.ControlHeight() + k.Dp(12) + 2*k.ControlHeight()
	want := min(of*42/100, k.Sp(340))
	return max(min(want, of-k.Dp(250)), min(least, of/2))
}

// captionHeight has room for the sentences in one line each, or where the
// place is narrow in two.
func (a *App) captionHeight(width int) int {
	k := &a.kit
	lines := a.captionLines(width)
	return lines*(k.LineHeight(scene.Title)+k.LineHeight(scene.Body)) + k.Dp(4) + 2*k.Dp(12) + k.Dp(16)
}

func (a *App) captionLines(width int) int {
	if width < a.kit.Sp(680) {
		return 2
	}
	return 1
}
