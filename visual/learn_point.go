package visual

import (
	"fmt"
	"image"
	"slices"
	"strings"

	"gioui.org/layout"
	"gioui.org/unit"

	"ftpscope/lessons"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
)

// pointed says where to point, and what was pointed at.
func (a *App) pointed(s *stack, q *lessons.Question) {
	l := a.Player.Learn
	if !l.Complete() { // a field that was emptied answers nothing
		s.add(func(gtx layout.Context) int {
			return a.words(gtx, a.text("learn.point."+q.Kind, "n", len(q.Right())), scene.Body, scene.Muted)
		})
	}
	if len(l.Draft) == 0 || l.Draft[0] == "" {
		return
	}
	if q.Kind == lessons.KindPort {
		return // the field shows it
	}
	s.add(func(gtx layout.Context) int {
		return a.words(gtx, a.text("learn.pointed", "what", a.pointedName(q.Kind, strings.Join(l.Draft, ", "))), scene.Body, scene.Ink)
	})
}

// pointedName is what was pointed at, in words.
func (a *App) pointedName(kind, answer string) string {
	p := a.Player
	switch kind {
	case lessons.KindHost:
		for _, h := range a.stage.scene.Hits { // as the stage calls it
			if a.isNode(h.ID, answer) {
				return h.Name
			}
		}
		if name, ok := hostNames[answer]; ok {
			return a.text(name)
		}
	case lessons.KindMessage:
		var m int
		fmt.Sscan(answer, &m)
		what, _ := p.Run.Outline.Describe(m)
		return a.say(what)
	case lessons.KindRule:
		for i := range p.Run.Trace.Rules {
			r := &p.Run.Trace.Rules[i]
			switch {
			case r.Name != answer:
			case r.Policy:
				return r.Text
			default: // as its row in the table
				c := model.Columns(r.Text)
				row := []string{a.direction(c), a.ports(c), strings.ToUpper(c.Verdict)}
				return a.text("firewall.rule", "n", r.Index+1, "text", strings.Join(row, " · "))
			}
		}
	}
	return answer
}

// hostNames are the words for the nodes of a run.
var hostNames = map[string]string{
	"client": "window.host.client", "server": "window.host.server",
	"client-router": "stage.client-router", "server-router": "stage.server-router",
}

// isNode reports whether a region of the stage is that of a host or router.
func (a *App) isNode(id scene.HitID, name string) bool {
	nodes := a.Player.Run.Trace.Nodes
	switch id.Kind {
	case scene.HitHost, scene.HitRouter, scene.HitWall:
		return int(id.Node) < len(nodes) && nodes[id.Node].Name == name // the stage may show another run still
	}
	return false
}

// markPointed rings what was pointed at on the stage.
func (a *App) markPointed() {
	a.view.Focus = scene.HitID{}
	if l := a.Player.Learn; l != nil && l.Asks(lessons.KindHost) && len(l.Draft) > 0 {
		for _, h := range a.stage.scene.Hits {
			if a.isNode(h.ID, l.Draft[0]) {
				a.view.Focus = h.ID
			}
		}
	}
}

// pointAt answers a question with what was pressed on the stage, and reports
// whether one was waiting for that.
func (a *App) pointAt(id scene.HitID) bool {
	p := a.Player
	if !p.InLesson() {
		return false
	}
	switch id.Kind {
	case scene.HitPort:
		side := scene.ClientSide
		if p.Run.Trace.Nodes[id.Node].Role == trace.RoleServer {
			side = scene.ServerSide
		}
		lane := scene.LaneOf(p.Run.Outline, p.Run.Film, a.view.World, p.Cursor.Pos, trace.Channel(id.Channel))
		return p.Learn.PointAtPort(lane.Ends[side].Port) || p.Learn.PointAtNode(int(id.Node))
	case scene.HitHost, scene.HitRouter, scene.HitWall:
		return p.Learn.PointAtNode(int(id.Node))
	case scene.HitPacket:
		return p.Learn.PointAtMessage(a.messageOf(trace.ID(id.N)))
	}
	return false
}

// messageOf is the message that a packet belongs to, -1: none.
func (a *App) messageOf(sent trace.ID) int {
	return slices.IndexFunc(a.Player.Run.Outline.Messages, func(m trace.Message) bool { return m.First <= sent && sent <= m.Last })
}

// pointAtRow does the same with a row of the sequence diagram.
func (a *App) pointAtRow(id scene.HitID) bool {
	p := a.Player
	if !p.InLesson() || !p.Learn.Asks(lessons.KindMessage) {
		return false
	}
	if a.sequence.packets {
		return p.Learn.PointAtMessage(a.messageOf(trace.ID(id.N)))
	}
	m := slices.IndexFunc(p.Run.Outline.Messages, func(m trace.Message) bool { return m.Stop == trace.ID(id.N) })
	return p.Learn.PointAtMessage(m)
}

// pressRule answers a question with a rule, or opens it for writing.
func (a *App) pressRule(c model.Chain, i int, open bool) {
	p := a.Player
	switch {
	case p.InLesson() && p.Learn.PointAtRule(p.RuleAt(c, i)):
	case p.InLesson() && !p.Learn.Labs():
		a.try(model.ErrFixed)
	default:
		a.toggleRule(c, i, open)
	}
}

// markAddresses shows which fields can be pointed at, and which have been.
func (a *App) markAddresses(gtx layout.Context, page *scenePage) {
	k, p := &a.kit, a.kit.Metric.PxPerDp
	for _, h := range page.scene.Hits {
		r := image.Rect(int(h.Rect.X*p), int(h.Rect.Y*p), int((h.Rect.X+h.Rect.W)*p), int((h.Rect.Y+h.Rect.H)*p))
		paint, width := scene.Muted, unit.Dp(1)
		if slices.Contains(a.Player.Learn.Draft, h.Address.String()) {
			paint, width = scene.FocusPaint, 2
		}
		k.Edge(gtx.Ops, r, 4, width, paint)
	}
}
