package visual

import (
	"image"
	"strings"

	"gioui.org/io/event"
	"gioui.org/io/key"
	"gioui.org/layout"

	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// promptPage is the state of the page with the client's prompt.
type promptPage struct {
	field widget.Field
	lines []widget.Button
	list  layout.List
}

// placeFocus opens the prompt's page when the keyboard is wanted there.
func (a *App) placeFocus() {
	if a.Player.Lab.Prompt.Wanted {
		in := &a.inspector
		in.tab, a.Player.Why.Open = tabPrompt, false
		in.expanded = in.expanded || a.tight
	}
}

const promptSign = "ftp>"

// layoutPrompt is what the person at the client sees: what was typed and
// answered so far, and the line to type.
func (a *App) layoutPrompt(gtx layout.Context) layout.Dimensions {
	k, page := &a.kit, &a.inspector.prompt
	size := gtx.Constraints.Max
	pad, h := k.Dp(20), k.ControlHeight()
	bottom := size.Y - h - k.Dp(12)
	if err := a.Player.Lab.Prompt.Err; err != nil {
		wrong := k.Painter.Paragraph(a.texts.Error(err), scene.MonoSmall, size.X-2*pad, 3)
		bottom -= int(wrong.Height) + k.Dp(4)
		wrong.Paint(gtx.Ops, fpt(float32(pad), float32(bottom)), k.Palette[scene.BlockedPaint])
	}
	widget.Clipped(gtx, image.Rect(0, 0, size.X, max(bottom-k.Dp(4), 0)), a.layoutSession)
	y := size.Y - h - k.Dp(8)
	sign := k.Width(promptSign, scene.Mono)
	k.TextIn(gtx.Ops, image.Rect(pad, y, pad+sign, y+h), promptSign, scene.Mono, scene.CommandPaint, scene.Left)
	widget.Place(gtx, image.Rect(pad+sign+k.Dp(10), y, size.X-pad, y+h), func(gtx layout.Context) layout.Dimensions {
		return a.layoutPromptField(gtx, page)
	})
	return layout.Dimensions{Size: size}
}

func (a *App) layoutPromptField(gtx layout.Context, page *promptPage) layout.Dimensions {
	k, p := &a.kit, a.Player
	prompt := &p.Lab.Prompt
	a.promptKeys(gtx, page)
	if page.field.Editor.Text() != prompt.Text {
		page.field.Set(prompt.Text)
		end := len([]rune(prompt.Text))
		page.field.Editor.SetCaret(end, end)
	}
	take := prompt.Wanted
	prompt.Wanted = false
	return k.Field(gtx, &page.field, widget.Entry{
		Name: a.text("prompt.name"), Wrong: prompt.Err != nil, Why: a.texts.Error(prompt.Err), Take: take,
		Change: p.Write, Done: p.Say, Leave: func() { a.rest(gtx) },
	})
}

// promptKeys recalls earlier lines with the arrow keys and completes words with
// Tab; where there is nothing to complete Tab goes on to the next control.
func (a *App) promptKeys(gtx layout.Context, page *promptPage) {
	p := a.Player
	tag := event.Tag(&page.field.Editor)
	filters := []event.Filter{
		key.Filter{Focus: tag, Name: key.NameUpArrow}, key.Filter{Focus: tag, Name: key.NameDownArrow},
	}
	if p.CanComplete() {
		filters = append(filters, key.Filter{Focus: tag, Name: key.NameTab})
	}
	for {
		e, ok := gtx.Event(filters...)
		if !ok {
			return
		}
		ke, ok := e.(key.Event)
		if !ok || ke.State != key.Press {
			continue
		}
		a.kit.Do(func() {
			switch ke.Name {
			case key.NameUpArrow:
				p.Recall(1)
			case key.NameDownArrow:
				p.Recall(-1)
			case key.NameTab:
				p.Complete()
			}
		})
	}
}

// layoutSession is the session as text; each line leads to its moment.
func (a *App) layoutSession(gtx layout.Context) layout.Dimensions {
	k, p, page := &a.kit, a.Player, &a.inspector.prompt
	lines := p.Session()
	for len(page.lines) < len(lines) {
		page.lines = append(page.lines, widget.Button{})
	}
	page.list.Axis, page.list.ScrollToEnd = layout.Vertical, true
	gtx.Constraints.Min = image.Point{}
	n := len(lines)
	if p.Lab.Prompt.Help {
		n++
	}
	if n == 0 {
		k.TextIn(gtx.Ops, image.Rect(k.Dp(20), k.Dp(8), gtx.Constraints.Max.X-k.Dp(20), k.Dp(8)+k.ControlHeight()), a.text("prompt.empty"), scene.Body, scene.Muted, scene.Left)
	}
	return page.list.Layout(gtx, n, func(gtx layout.Context, i int) layout.Dimensions {
		if i == len(lines) {
			return a.layoutHelp(gtx)
		}
		return a.layoutLine(gtx, &page.lines[i], &lines[i])
	})
}

func (a *App) layoutLine(gtx layout.Context, b *widget.Button, l *trace.Printed) layout.Dimensions {
	k, p := &a.kit, a.Player
	pad, sign := k.Dp(20), k.Width(promptSign, scene.Mono)
	text, paint, x := a.lineText(l), scene.Muted, pad
	switch l.Kind {
	case trace.PrintAsked:
		paint, x = scene.Ink, pad+sign+k.Dp(10)
	case trace.PrintWrong:
		paint = scene.BlockedPaint
	case trace.PrintReply:
		if strings.HasPrefix(text, "4") || strings.HasPrefix(text, "5") {
			paint = scene.BlockedPaint
		}
	}
	words := k.Painter.Paragraph(text, scene.Mono, gtx.Constraints.Max.X-x-pad, 3)
	size := image.Pt(gtx.Constraints.Max.X, int(words.Height+.5)+k.Dp(6))
	return k.Press(gtx, b, widget.Look{Name: text}, size, 0, func() { p.JumpTo(l.At) }, func(gtx layout.Context) {
		if b.Hovered() {
			k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Raised)
		}
		if l.Kind == trace.PrintAsked {
			k.TextIn(gtx.Ops, image.Rect(pad, 0, pad+sign, size.Y), promptSign, scene.Mono, scene.CommandPaint, scene.Left)
		}
		words.Paint(gtx.Ops, fpt(float32(x), float32(k.Dp(3))), k.Palette[paint])
	})
}

// lineText is what a line says.
func (a *App) lineText(l *trace.Printed) string {
	if l.Text != "" {
		return l.Text
	}
	if got, ok := a.Player.Received(l); ok {
		if got.Total > 0 {
			return a.text("prompt.received_of", "bytes", got.Bytes, "total", got.Total)
		}
		return a.text("prompt.received", "bytes", got.Bytes)
	}
	return a.say(l.Say)
}

// layoutHelp lists the commands.
func (a *App) layoutHelp(gtx layout.Context) layout.Dimensions {
	k := &a.kit
	w := gtx.Constraints.Max.X
	text := a.text("prompt.help") + "  " + strings.Join(sim.Usages(), " · ")
	b := k.Painter.Paragraph(text, scene.MonoSmall, w-2*k.Dp(20), 24)
	b.Paint(gtx.Ops, fpt(float32(k.Dp(20)), float32(k.Dp(4))), k.Palette[scene.Ink])
	return layout.Dimensions{Size: image.Pt(w, int(b.Height)+k.Dp(12))}
}

// rest takes the keyboard away from a field, so that letters and Space work the
// player again.
func (a *App) rest(gtx layout.Context) { gtx.Execute(key.FocusCmd{}) }
