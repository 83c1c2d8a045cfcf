package visual

import (
	"fmt"
	"image"
	"strings"

	"gioui.org/layout"

	"ftpscope/sim/trace"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// flagWords are a segment's control bits as people say them: "SYN, ACK".
func flagWords(p *trace.Packet) string {
	if p.IsICMP() {
		return fmt.Sprintf("ICMP %d/%d", p.ICMP, p.Code)
	}
	var words []string
	for _, f := range []struct {
		bit  trace.Flags
		name string
	}{{trace.SYN, "SYN"}, {trace.FIN, "FIN"}, {trace.RST, "RST"}, {trace.PSH, "PSH"}, {trace.ACK, "ACK"}} {
		if p.Flags.Has(f.bit) {
			words = append(words, f.name)
		}
	}
	return strings.Join(words, ", ")
}

// layoutTranscript tells the run up to the cursor in the caption's sentences;
// each leads back to its moment.
func (a *App) layoutTranscript(gtx layout.Context) layout.Dimensions {
	k, p := &a.kit, a.Player
	o := p.Run.Outline
	n := o.MessageAt(p.Cursor.N) + 1
	lines := &a.inspector.lines
	for len(*lines) < n {
		*lines = append(*lines, asked{})
	}
	clock := k.Width("00.000 s", scene.MonoSmall) + k.Dp(16)
	return a.rows(gtx, tabTranscript, n, func(gtx layout.Context, i int) layout.Dimensions {
		m := &o.Messages[i]
		what, _ := o.Describe(i)
		size := image.Pt(gtx.Constraints.Max.X, k.LineHeight(scene.Body)+k.Dp(10))
		when := a.texts.Duration(o.Trace.Event(m.Last).T)
		look := widget.Look{Name: a.say(what), State: when, Selected: i == p.Message()}
		event := func() trace.ID { return m.Last }
		jump := func(trace.ID) { p.JumpToMessage(i) }
		return a.askedRow(gtx, &(*lines)[i], look, size, event, jump, func(gtx layout.Context) layout.Dimensions {
			paint := scene.Ink
			if m.Died || m.Code >= 400 {
				paint = scene.BlockedPaint
			}
			x := k.Dp(20)
			k.TextIn(gtx.Ops, image.Rect(x, 0, x+clock, size.Y), when, scene.MonoSmall, scene.Muted, scene.Left)
			k.TextIn(gtx.Ops, image.Rect(x+clock, 0, size.X-x, size.Y), look.Name, scene.Body, paint, scene.Left)
			return layout.Dimensions{Size: size}
		})
	})
}
