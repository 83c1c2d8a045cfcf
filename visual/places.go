package visual

import (
	"image"

	"gioui.org/unit"

	"ftpscope/visual/scene"
)

// places is where the parts of the window lie, in pixels.
type places struct {
	top, lesson, stage, caption, inspector, sequence, transport image.Rectangle
	turns                                                       image.Rectangle   // the choice between a lesson's text and its run; empty: both are seen
	strip                                                       image.Rectangle   // what is asked about files; empty: nothing
	form                                                        image.Rectangle   // the network; empty: a page of the inspector
	lines                                                       []image.Rectangle // between them
	wide                                                        bool              // the sequence diagram has a place of its own
	tight                                                       bool              // too low for the inspector's page beside the stage
	low                                                         bool              // too low for a page of more than a line or two there
}

// wideFrom is how wide the window must be for the sequence diagram to stand
// beside the stage.
const wideFrom unit.Dp = 1200

// wide reports whether it does; large text needs the width for itself.
func (a *App) wide(width int) bool {
	column, _ := a.lessonColumn(width)
	return width >= a.kit.Dp(wideFrom) && width-column >= a.kit.Sp(760)
}

// formBeside reports whether the network's form stands beside the stage.
func (a *App) formBeside(width int) bool {
	return a.Player.Compare == nil && !a.Player.InLesson() && a.wide(width) && width >= a.kit.Sp(1240)
}

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

	p.wide = a.wide(size.X)
	if h := a.stripHeight(size.X); h > 0 {
		p.strip = image.Rect(0, body.Min.Y, size.X, body.Min.Y+h)
		p.lines = append(p.lines, image.Rect(0, p.strip.Max.Y, size.X, p.strip.Max.Y+line))
		body.Min.Y += h + line
	}
	main := a.lessonPlace(&p, body)
	if p.lesson == main { // the run is not seen
		return p
	}
	body = main
	share, least := 26, k.Sp(300)
	if a.formBeside(size.X) {
		w := max(size.X*21/100, k.Sp(260))
		p.form = image.Rect(0, body.Min.Y, w, body.Max.Y)
		p.lines = append(p.lines, image.Rect(w, body.Min.Y, w+line, body.Max.Y))
		main.Min.X = w + line
		share, least = 22, k.Sp(270)
	}
	if p.wide {
		w := min(max(size.X*share/100, least), size.X*38/100)
		main.Max.X -= w + line
		p.sequence = image.Rect(main.Max.X+line, body.Min.Y, size.X, body.Max.Y)
		p.lines = append(p.lines, image.Rect(main.Max.X, body.Min.Y, main.Max.X+line, body.Max.Y))
	}
	head := k.ControlHeight() + k.Dp(9)
	caption := a.captionHeight(main.Dx())
	below := min(max((main.Dy()-caption)*42/100, main.Dy()-caption-k.Sp(400)), k.Sp(380))
	below = min(below, main.Dy()-caption-k.Dp(leastStage)-k.LineHeight(scene.Body))
	p.low = below < head+5*k.ControlHeight()
	if p.tight = below < head+2*k.ControlHeight(); p.tight {
		below = head
	}
	covered := a.inspector.expanded || p.tight && a.Player.Why.Open
	if covered {
		below = main.Dy() - caption - k.Dp(16)
	}
	p.inspector = image.Rect(main.Min.X, main.Max.Y-below+line, main.Max.X, main.Max.Y)
	p.lines = append(p.lines, image.Rect(main.Min.X, main.Max.Y-below, main.Max.X, main.Max.Y-below+line))
	p.caption = image.Rect(main.Min.X, p.inspector.Min.Y-line-caption, main.Max.X, p.inspector.Min.Y-line)
	p.stage = image.Rect(main.Min.X, main.Min.Y, main.Max.X, p.caption.Min.Y)
	if covered {
		p.stage.Max.Y = main.Min.Y
	}
	return p
}

// leastStage is how high the stage is at least, while it is seen at all.
const leastStage unit.Dp = 250

// captionForm is how the two sentences of the caption are set.
type captionForm struct {
	what, why scene.Style
	lines     int // of both together
}

// captionForm gives each sentence a line of its own; where the place is narrow
// they are smaller and share one line more.
func (a *App) captionForm(width int) captionForm {
	switch width -= a.askWidth(); {
	case width < a.kit.Sp(820):
		return captionForm{scene.Lead, scene.Small, 4}
	case width < a.kit.Sp(900):
		return captionForm{scene.Lead, scene.Body, 2}
	}
	return captionForm{scene.Title, scene.Body, 2}
}

func (a *App) captionHeight(width int) int {
	k, c := &a.kit, a.captionForm(width)
	text := k.LineHeight(c.what) + (c.lines-1)*k.LineHeight(c.why)
	return max(text+k.Dp(4)+2*k.Dp(12), 2*k.ControlHeight()+k.Dp(12)) + k.Dp(16)
}
