package visual

import (
	"image"
	"net/netip"
	"slices"
	"time"

	"gioui.org/layout"

	"ftpscope/sim/trace"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// trackKey names an entry of connection tracking, or an expectation.
type trackKey struct {
	no       uint32
	expected bool
}

// trackRow is an entry as the table shows it: as the first packet came, and
// below it what NAT makes of it.
type trackRow struct {
	texts [8]string // channel, router, from, to, opened from, state, mark, seconds left
	after [2]string // from and to behind NAT; "": as before
	paint scene.Paint
}

// trackStyles are the text styles of the columns.
var trackStyles = [...]scene.Style{scene.BodyStrong, scene.Body, scene.Mono, scene.Mono, scene.Body, scene.Mono, scene.Small, scene.Mono}

// layoutConnections shows what the routers keep track of: connections, what NAT
// makes of them, and connections that a helper expects.
func (a *App) layoutConnections(gtx layout.Context) layout.Dimensions {
	tracks := a.view.World.Tracks
	if len(tracks) == 0 {
		return a.nothing(gtx, a.text("connections.none"))
	}
	before := a.Player.Before().Tracks
	columns := []column{
		{title: a.text("connections.channel"), share: 1}, {title: a.text("connections.at"), share: 1, spare: true},
		{title: a.text("connections.from"), share: 1}, {title: a.text("connections.to"), share: 1},
		{title: a.text("connections.opened"), share: 1, spare: true}, {title: a.text("connections.state"), share: 1},
		{title: a.text("connections.mark"), share: 1, spare: true}, {title: a.text("connections.expires"), share: 1, spare: true},
	}
	rows := make([]trackRow, len(tracks))
	for i := range tracks {
		rows[i] = a.trackRow(&tracks[i])
		for j, text := range rows[i].texts {
			a.fits(&columns[j], text, trackStyles[j])
		}
		for j, text := range rows[i].after {
			a.fits(&columns[2+j], text, scene.Mono)
		}
	}
	a.arrange(columns, gtx.Constraints.Max.X)
	return a.rows(gtx, tabConnections, len(rows)+1, func(gtx layout.Context, i int) layout.Dimensions {
		if i == 0 {
			return a.tableHead(gtx, columns)
		}
		e := tracks[i-1]
		return a.track(gtx, columns, e, &rows[i-1], !slices.ContainsFunc(before, e.Same))
	})
}

func (a *App) trackRow(e *trace.Track) trackRow {
	t := a.Player.Run.Trace
	channel := trace.Command
	if command := uint16(a.Player.Run.Scenario.Server.ControlPort); e.Expected || e.Orig.Dst.Port() != command {
		channel = trace.Data
	}
	opened := "connections.outside"
	if from, ok := t.NodeByAddr(e.Orig.Src.Addr()); ok {
		inside := trace.RoleClient
		if t.Nodes[e.At].Role == trace.RoleServerRouter {
			inside = trace.RoleServer
		}
		if n := &t.Nodes[from]; n.Role == inside || n.Inside && inside == trace.RoleClient {
			opened = "connections.inside"
		}
	}
	state := e.State
	if e.Expected {
		state = a.text("connections.expected")
	}
	name, paint := a.channel(channel)
	r := trackRow{paint: paint, texts: [...]string{
		name, a.text("connections." + t.Nodes[e.At].Name), end(e.Orig.Src), end(e.Orig.Dst), a.text(opened), state, e.Flags,
		a.text("connections.left", "n", int(e.Left(a.view.Clock())/time.Second)),
	}}
	if e.Reply.Dst != e.Orig.Src {
		r.after[0] = end(e.Reply.Dst)
	}
	if e.Reply.Src != e.Orig.Dst {
		r.after[1] = end(e.Reply.Src)
	}
	return r
}

// end is one end of a connection; port 0 of an expectation stands for any.
func end(a netip.AddrPort) string {
	if a.Port() == 0 {
		return a.Addr().String() + ":*"
	}
	return a.String()
}

func (a *App) track(gtx layout.Context, columns []column, e trace.Track, r *trackRow, changed bool) layout.Dimensions {
	if a.inspector.tracks == nil {
		a.inspector.tracks = map[trackKey]*asked{}
	}
	key := trackKey{e.No, e.Expected}
	row := a.inspector.tracks[key]
	if row == nil {
		row = &asked{}
		a.inspector.tracks[key] = row
	}
	k := &a.kit
	first := a.rowHeight()
	size := image.Pt(gtx.Constraints.Max.X, first)
	line := k.LineHeight(scene.Mono)
	if r.after != [2]string{} {
		size.Y += line
	}
	look := widget.Look{Name: a.text("connections.row", "from", r.texts[2], "to", r.texts[3]), State: r.texts[5] + ", " + a.text("connections.expires") + " " + r.texts[7]}
	if changed {
		look.State += ", " + a.text("window.changed")
	}
	event := func() trace.ID {
		t := a.Player.Run.Trace
		return a.latest(func(o trace.Event) bool {
			return o.Kind == trace.KindTrack && t.Track(o).No == e.No && t.Track(o).Expected == e.Expected
		})
	}
	return a.askedRow(gtx, row, look, size, event, a.Player.JumpTo, func(gtx layout.Context) layout.Dimensions {
		for j, text := range r.texts {
			ink := scene.Ink
			switch {
			case j == 0:
				ink = r.paint
			case j >= 6:
				ink = scene.Muted
			case (j == 2 || j == 3) && r.after[j-2] != "":
				ink = scene.Muted
			}
			a.cell(gtx, &columns[j], first, text, trackStyles[j], ink)
		}
		for j, text := range r.after {
			if c := &columns[2+j]; c.w > 0 {
				k.TextIn(gtx.Ops, c.cell(first).Add(image.Pt(0, line)), text, scene.Mono, scene.RewrittenPaint, scene.Left)
			}
		}
		if changed {
			a.news(gtx, size.Y)
		}
		a.underline(gtx, size)
		return layout.Dimensions{Size: size}
	})
}
