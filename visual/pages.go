package visual

import (
	"fmt"
	"image"
	"sort"
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

// transcript is the order in which messages, and what the client prints, are told.
type transcript struct {
	of    *trace.Trace
	rows  []toldRow
	shown int // rows up to the cursor, when it was last laid out
}

// toldRow is a row of the transcript: a message, or a printed line.
type toldRow struct {
	message int
	printed *trace.Printed // nil: a message
	since   trace.ID       // events after which it and all rows before it are seen
}

func (t *transcript) add(r toldRow) {
	if n := len(t.rows); n > 0 {
		r.since = max(r.since, t.rows[n-1].since)
	}
	t.rows = append(t.rows, r)
}

// transcribe makes the transcript of a run, once.
func (a *App) transcribe() *transcript {
	t, run := &a.inspector.transcript, &a.Player.Run
	if t.of == run.Trace {
		return t
	}
	*t = transcript{of: run.Trace}
	printed := a.Player.Printed()
	reply := trace.ID(0) // that the line before belongs to
	until := func(end trace.ID) {
		for ; len(printed) > 0 && printed[0].At <= end; printed = printed[1:] {
			l := &printed[0]
			switch {
			case l.Own(): // else a message carries it
				t.add(toldRow{printed: l, since: l.At})
			case l.Kind == trace.PrintReply && l.At == reply: // its message tells only the first line
				t.add(toldRow{printed: l}) // and brought this one too
			case l.Kind == trace.PrintReply:
				reply = l.At
			}
		}
	}
	for i := range run.Outline.Messages {
		m := &run.Outline.Messages[i]
		until(m.Done)
		t.add(toldRow{message: i, since: m.Done})
	}
	until(trace.ID(run.Trace.Len()))
	return t
}

// layoutTranscript tells the run up to the cursor in the caption's sentences,
// with what is typed and printed at the client; each leads back to its moment.
func (a *App) layoutTranscript(gtx layout.Context) layout.Dimensions {
	k, p := &a.kit, a.Player
	o := p.Run.Outline
	rows := a.transcribe().rows
	n := sort.Search(len(rows), func(i int) bool { return rows[i].since > p.Cursor.N })
	list := &a.inspector.lists[tabTranscript]
	list.ScrollToEnd = true // where the cursor is
	if t := &a.inspector.transcript; t.shown != n {
		t.shown, list.Position.BeforeEnd = n, false
	}
	lines := &a.inspector.lines
	for len(*lines) < n {
		*lines = append(*lines, asked{})
	}
	clock := k.Width("00.000 s", scene.MonoSmall) + k.Dp(16)
	return a.rows(gtx, tabTranscript, n, func(gtx layout.Context, i int) layout.Dimensions {
		row := &(*lines)[i]
		if l := rows[i].printed; l != nil {
			return a.printedRow(gtx, row, l, clock)
		}
		i = rows[i].message
		m := &o.Messages[i]
		what, _ := o.Describe(i)
		size := image.Pt(gtx.Constraints.Max.X, k.LineHeight(scene.Body)+k.Dp(10))
		when := a.texts.Duration(o.Trace.Event(m.Last).T)
		look := widget.Look{Name: a.say(what), State: when, Selected: i == p.Message()}
		event := func() trace.ID { return m.Last }
		jump := func(trace.ID) { p.JumpToMessage(i) }
		return a.askedRow(gtx, row, look, size, event, jump, func(gtx layout.Context) layout.Dimensions {
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

// printedRow is a line of the transcript that is seen at the client alone.
func (a *App) printedRow(gtx layout.Context, row *asked, l *trace.Printed, clock int) layout.Dimensions {
	k := &a.kit
	size := image.Pt(gtx.Constraints.Max.X, k.LineHeight(scene.Body)+k.Dp(10))
	when := a.texts.Duration(a.Player.Run.Trace.Event(l.At).T)
	text, paint := a.lineText(l), scene.Muted
	switch l.Kind {
	case trace.PrintAsked:
		text, paint = promptSign+" "+text, scene.CommandPaint
	case trace.PrintWrong:
		paint = scene.BlockedPaint
	}
	event := func() trace.ID { return l.At }
	return a.askedRow(gtx, row, widget.Look{Name: text, State: when}, size, event, a.Player.JumpTo, func(gtx layout.Context) layout.Dimensions {
		x := k.Dp(20)
		k.TextIn(gtx.Ops, image.Rect(x, 0, x+clock, size.Y), when, scene.MonoSmall, scene.Muted, scene.Left)
		k.TextIn(gtx.Ops, image.Rect(x+clock, 0, size.X-x, size.Y), text, scene.Mono, paint, scene.Left)
		return layout.Dimensions{Size: size}
	})
}
