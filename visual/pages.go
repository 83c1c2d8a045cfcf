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

// fact is a line of the packet's page.
type fact struct {
	name, value string
	paint       scene.Paint
}

// layoutPacket shows the packet that the caption is about.
func (a *App) layoutPacket(gtx layout.Context) layout.Dimensions {
	facts := a.facts()
	k := &a.kit
	name := 0
	for _, f := range facts {
		name = max(name, k.Width(f.name, scene.Body))
	}
	row := k.LineHeight(scene.Mono) + k.Dp(8)
	return a.rows(gtx, tabPacket, len(facts)+1, func(gtx layout.Context, i int) layout.Dimensions {
		size := image.Pt(gtx.Constraints.Max.X, row)
		if i == 0 {
			return layout.Dimensions{Size: image.Pt(size.X, k.Dp(8))}
		}
		f := facts[i-1]
		x := k.Dp(20)
		k.TextIn(gtx.Ops, image.Rect(x, 0, x+name, row), f.name, scene.Body, scene.Muted, scene.Left)
		x += name + k.Dp(20)
		value := k.Painter.Paragraph(f.value, scene.Mono, size.X-x-k.Dp(20), 4)
		value.Paint(gtx.Ops, fpt(float32(x), float32(k.Dp(4))), k.Palette[f.paint])
		return layout.Dimensions{Size: image.Pt(size.X, max(row, int(value.Height)+k.Dp(8)))}
	})
}

func (a *App) facts() []fact {
	e, ok := a.Player.Packet()
	if !ok {
		return []fact{{name: a.text("packet.none")}}
	}
	t := a.Player.Run.Trace
	p := t.Packet(e)
	f := t.FlowOf(p)
	channel := scene.CommandPaint
	if e.Channel == trace.Data {
		channel = scene.DataPaint
	}
	seq, ack := t.Relative(p)
	facts := []fact{
		{a.text("packet.number"), fmt.Sprint(p.No), scene.Ink},
		{a.text("packet.from"), f.Src.String(), channel},
		{a.text("packet.to"), f.Dst.String(), channel},
		{a.text("packet.flags"), flagWords(p), scene.Ink},
		{a.text("packet.seq"), fmt.Sprintf("%d  (%d)", seq, p.Seq), scene.Ink},
		{a.text("packet.ack"), fmt.Sprintf("%d  (%d)", ack, p.Ack), scene.Ink},
		{a.text("packet.window"), fmt.Sprint(p.Window), scene.Ink},
		{a.text("packet.length"), fmt.Sprint(len(p.Payload)), scene.Ink},
	}
	if i := a.Player.DecidedBy(); i >= 0 {
		paint := scene.AllowedPaint
		if e.What.Died() {
			paint = scene.BlockedPaint
		}
		facts = append(facts, fact{a.text("packet.rule"), t.Rules[i].Name + "  " + t.Rules[i].Text, paint})
	}
	if m := a.Player.Message(); m >= 0 && a.Player.Selected == 0 && e.Channel == trace.Command && len(p.Payload) > 0 {
		line := a.Player.Run.Outline.Messages[m].Line
		facts = append(facts, fact{a.text("packet.payload"), line, scene.Ink})
		if sum := trace.Arithmetic(line); len(sum) > 2 {
			facts = append(facts, fact{a.text("packet.port"), a.text("window.arithmetic", sum...), scene.Ink})
		}
	}
	return facts
}

// layoutSockets shows each host's sockets, as ss prints them.
func (a *App) layoutSockets(gtx layout.Context) layout.Dimensions {
	sockets := a.view.World.Sockets
	columns := []column{
		{title: a.text("sockets.host"), share: 1}, {title: a.text("sockets.channel"), share: 1, spare: true},
		{title: a.text("sockets.local"), share: 1}, {title: a.text("sockets.remote"), share: 1}, {title: a.text("sockets.state"), share: 1},
	}
	rows := make([]socketRow, len(sockets))
	for i := range sockets {
		rows[i] = a.socketRow(&sockets[i])
		for j, text := range rows[i].texts {
			a.fits(&columns[j], text, rows[i].style(j))
		}
	}
	a.arrange(columns, gtx.Constraints.Max.X)
	return a.rows(gtx, tabSockets, len(sockets)+1, func(gtx layout.Context, i int) layout.Dimensions {
		if i == 0 {
			return a.tableHead(gtx, columns)
		}
		size := image.Pt(gtx.Constraints.Max.X, a.rowHeight())
		row := &rows[i-1]
		for j, text := range row.texts {
			paint := scene.Ink
			if j == 1 {
				paint = row.paint
			}
			a.cell(gtx, &columns[j], text, row.style(j), paint)
		}
		a.underline(gtx, size)
		return layout.Dimensions{Size: size}
	})
}

// socketRow is a socket as the table shows it.
type socketRow struct {
	texts [5]string // host, channel, own address, the other side's, state
	paint scene.Paint
}

func (a *App) socketRow(s *trace.Socket) socketRow {
	channel, paint := "window.channel.command", scene.CommandPaint
	if s.Channel == trace.Data {
		channel, paint = "window.channel.data", scene.DataPaint
	}
	remote := "*"
	if s.Remote.IsValid() {
		remote = s.Remote.String()
	}
	host := a.text("window.host." + a.Player.Run.Trace.Nodes[s.At].Name)
	return socketRow{[5]string{host, a.text(channel), s.Local.String(), remote, s.State.String()}, paint}
}

func (*socketRow) style(column int) scene.Style {
	switch column {
	case 0:
		return scene.Body
	case 1:
		return scene.BodyStrong
	}
	return scene.Mono
}

// layoutTranscript tells the run up to the cursor in the caption's sentences;
// each leads back to its moment.
func (a *App) layoutTranscript(gtx layout.Context) layout.Dimensions {
	k, p := &a.kit, a.Player
	o := p.Run.Outline
	n := o.MessageAt(p.Cursor.N) + 1
	lines := &a.inspector.lines
	for len(*lines) < n {
		*lines = append(*lines, widget.Button{})
	}
	clock := k.Width("00.000 s", scene.MonoSmall) + k.Dp(16)
	return a.rows(gtx, tabTranscript, n, func(gtx layout.Context, i int) layout.Dimensions {
		m := &o.Messages[i]
		what, _ := o.Describe(i)
		size := image.Pt(gtx.Constraints.Max.X, k.LineHeight(scene.Body)+k.Dp(10))
		when := a.texts.Duration(o.Trace.Event(m.Last).T)
		look := widget.Look{Name: a.say(what), State: when, Selected: i == p.Message()}
		return k.Press(gtx, &(*lines)[i], look, size, 0, func() { p.JumpToMessage(i) }, func(gtx layout.Context) {
			if look.Selected {
				k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.CursorTint)
			}
			paint := scene.Ink
			if m.Died || m.Code >= 400 {
				paint = scene.BlockedPaint
			}
			x := k.Dp(20)
			k.TextIn(gtx.Ops, image.Rect(x, 0, x+clock, size.Y), when, scene.MonoSmall, scene.Muted, scene.Left)
			k.TextIn(gtx.Ops, image.Rect(x+clock, 0, size.X-x, size.Y), look.Name, scene.Body, paint, scene.Left)
		})
	})
}
