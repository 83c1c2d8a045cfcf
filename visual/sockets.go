package visual

import (
	"image"
	"net/netip"
	"slices"

	"gioui.org/layout"

	"ftpscope/sim/trace"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// ssStates are TCP's states as ss prints them (iproute2).
var ssStates = map[trace.TCPState]string{trace.Established: "ESTAB", trace.SynReceived: "SYN-RECV"}

func ssState(s trace.TCPState) string {
	if short, ok := ssStates[s]; ok {
		return short
	}
	return s.String()
}

// peer is the other side of a socket as ss prints it: any, for a listener.
func peer(s *trace.Socket) string {
	switch {
	case s.Remote.IsValid():
		return s.Remote.String()
	case s.Local.Addr().Is6():
		return "[::]:*"
	}
	return netip.IPv4Unspecified().String() + ":*"
}

// layoutSockets shows each host's sockets, as ss prints them; one that has just
// appeared or changed its state is marked.
func (a *App) layoutSockets(gtx layout.Context) layout.Dimensions {
	sockets := a.view.World.Sockets
	if len(sockets) == 0 {
		return a.nothing(gtx, a.text("sockets.none"))
	}
	before := a.Player.Before().Sockets
	columns := []column{
		{title: a.text("sockets.host"), share: 1}, {title: a.text("sockets.state"), share: 1},
		{title: a.text("sockets.local"), share: 1}, {title: a.text("sockets.remote"), share: 1},
		{title: a.text("sockets.channel"), share: 1, spare: true},
	}
	if a.inspector.sockets == nil {
		a.inspector.sockets = map[uint32]*asked{}
	}
	for i := range sockets {
		for j, text := range a.socketTexts(&sockets[i]) {
			a.fits(&columns[j], text, socketStyles[j])
		}
	}
	a.arrange(columns, gtx.Constraints.Max.X)
	changed := func(s trace.Socket) bool {
		return !slices.ContainsFunc(before, func(o trace.Socket) bool { return o.ID == s.ID && o.State == s.State })
	}
	a.revealSocket(sockets, changed, gtx.Constraints.Max.Y)
	return a.rows(gtx, tabSockets, len(sockets)+1, func(gtx layout.Context, i int) layout.Dimensions {
		if i == 0 {
			return a.tableHead(gtx, columns)
		}
		return a.socket(gtx, columns, sockets[i-1], changed(sockets[i-1]))
	})
}

// revealSocket scrolls to the last socket that has just changed, once.
func (a *App) revealSocket(sockets []trace.Socket, changed func(trace.Socket) bool, room int) {
	for i, s := range slices.Backward(sockets) {
		if !changed(s) {
			continue
		}
		if now := (seenSocket{s.ID, s.State}); a.inspector.socket != now {
			a.inspector.socket = now
			over := max(a.headHeight()+(i+1)*a.rowHeight()-room, 0)
			at := &a.inspector.lists[tabSockets].Position
			*at = layout.Position{BeforeEnd: true, Offset: over}
			if below := over - a.headHeight(); below >= 0 {
				at.First, at.Offset = 1+below/a.rowHeight(), below%a.rowHeight()
			}
		}
		return
	}
}

// seenSocket is a change of a socket that the page was scrolled to.
type seenSocket struct {
	id    uint32
	state trace.TCPState
}

// socketStyles are the text styles of a socket's columns.
var socketStyles = [...]scene.Style{scene.Body, scene.Mono, scene.Mono, scene.Mono, scene.BodyStrong}

func (a *App) socketTexts(s *trace.Socket) [5]string {
	channel, _ := a.channel(s.Channel)
	return [...]string{a.text("window.host." + a.Player.Run.Trace.Nodes[s.At].Name), ssState(s.State), s.Local.String(), peer(s), channel}
}

// channel is a channel's name and colour.
func (a *App) channel(c trace.Channel) (string, scene.Paint) {
	if c == trace.Data {
		return a.text("window.channel.data"), scene.DataPaint
	}
	return a.text("window.channel.command"), scene.CommandPaint
}

func (a *App) socket(gtx layout.Context, columns []column, s trace.Socket, changed bool) layout.Dimensions {
	row := a.inspector.sockets[s.ID]
	if row == nil {
		row = &asked{}
		a.inspector.sockets[s.ID] = row
	}
	texts := a.socketTexts(&s)
	size := image.Pt(gtx.Constraints.Max.X, a.rowHeight())
	look := widget.Look{Name: a.text("sockets.row", "host", texts[0], "local", texts[2], "state", texts[1])}
	if changed {
		look.State = a.text("window.changed")
	}
	event := func() trace.ID {
		t := a.Player.Run.Trace
		return a.latest(func(e trace.Event) bool { return e.Kind == trace.KindSocket && t.Socket(e).ID == s.ID })
	}
	return a.askedRow(gtx, row, look, size, event, a.Player.JumpTo, func(gtx layout.Context) layout.Dimensions {
		_, paint := a.channel(s.Channel)
		for j, text := range texts {
			ink := scene.Ink
			if j == 4 {
				ink = paint
			}
			a.cell(gtx, &columns[j], size.Y, text, socketStyles[j], ink)
		}
		if changed {
			a.news(gtx, size.Y)
		}
		a.underline(gtx, size)
		return layout.Dimensions{Size: size}
	})
}
