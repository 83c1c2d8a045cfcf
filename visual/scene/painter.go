package scene

import (
	"strconv"
	"strings"

	"ftpscope/sim/trace"
)

// painter adds shapes to a scene.
type painter struct {
	*View
	t   *trace.Trace
	out *Scene
}

func (p *painter) lineHeight(s Style) float32 { return s.Size() * p.Scale * 1.3 }

// mark is the size of a mark that grows with the text, so that it can be seen
// from as far away.
func (p *painter) mark(size float32) float32 { return size * clamp(p.Scale, .85, 1.6) }

func (p *painter) fill(r Rect, radius float32, paint Paint, alpha float32) {
	p.out.Shapes = append(p.out.Shapes, Shape{Kind: FillRect, Rect: r, Radius: radius, Paint: paint, Alpha: alpha})
}

func (p *painter) stroke(r Rect, radius, width float32, paint Paint, alpha float32) {
	p.out.Shapes = append(p.out.Shapes, Shape{Kind: StrokeRect, Rect: r, Radius: radius, Width: width, Paint: paint, Alpha: alpha})
}

func (p *painter) line(a, b Point, width float32, dash [2]float32, paint Paint, alpha float32) {
	p.out.Shapes = append(p.out.Shapes, Shape{
		Kind: Polyline, P: [4]Point{a, b}, N: 2, Width: width, Dash: dash, Paint: paint, Alpha: alpha,
	})
}

func (p *painter) circle(c Point, r float32, paint Paint, alpha float32) {
	p.out.Shapes = append(p.out.Shapes, Shape{Kind: Circle, P: [4]Point{c}, N: 1, Radius: r, Paint: paint, Alpha: alpha})
}

func (p *painter) triangle(a, b, c Point, paint Paint, alpha float32) {
	p.out.Shapes = append(p.out.Shapes, Shape{Kind: Polygon, P: [4]Point{a, b, c}, N: 3, Paint: paint, Alpha: alpha})
}

// arrow is an arrowhead with its tip at a point, pointing along dir (1: right).
func (p *painter) arrow(tip Point, dir, length, half float32, paint Paint, alpha float32) {
	back := tip.X - dir*length
	p.triangle(tip, Point{back, tip.Y - half}, Point{back, tip.Y + half}, paint, alpha)
}

// cross is the ✕ that stays where a packet died, as two strokes.
func (p *painter) cross(c Point, half, width float32, paint Paint, alpha float32) {
	for _, s := range [2]float32{1, -1} {
		p.out.Shapes = append(p.out.Shapes, Shape{
			Kind: Polyline, P: [4]Point{{c.X - half, c.Y - s*half}, {c.X + half, c.Y + s*half}}, N: 2,
			Width: width, Round: true, Paint: paint, Alpha: alpha,
		})
	}
}

// label is a text and how it is written.
type label struct {
	text  string
	style Style
	paint Paint
	alpha float32
}

// text writes a label at a point; beyond limit it ends in an ellipsis, 0: no limit.
func (p *painter) text(at Point, anchor Anchor, limit float32, l label) {
	p.out.Shapes = append(p.out.Shapes, Shape{
		Kind: Text, P: [4]Point{at}, N: 1, Text: l.text, Style: l.style, Paint: l.paint, Alpha: l.alpha, Anchor: anchor, MaxWidth: limit,
	})
}

// put writes the first of the labels that has room in the band between from
// and to, as near to centre as it can stand, and says whether one had.
func (p *painter) put(b *band, from, to, centre float32, labels ...label) bool {
	for _, l := range labels {
		if !b.on || l.text == "" || p.lineHeight(l.style) > b.h+1 {
			continue
		}
		if x, ok := b.fit(from, to, centre, p.Measure(l.text, l.style)); ok {
			p.text(Point{x, b.y}, Centre, 0, l)
			return true
		}
	}
	return false
}

// brief leaves the words out of a reply that finds no room, and keeps the
// numbers it is about: "227 (203,0,113,10,4,210)".
func (p *painter) brief(line string, style Style, limit float32) string {
	open := strings.IndexByte(line, '(')
	if open < 0 || !strings.HasPrefix(line, "227 ") && !strings.HasPrefix(line, "229 ") || p.Measure(line, style) <= limit {
		return line
	}
	return line[:len("227 ")] + line[open:]
}

// hit adds a region and, where it has the focus, the ring around it.
func (p *painter) hit(id HitID, r Rect, name, description string) {
	p.out.Hits = append(p.out.Hits, Hit{ID: id, Rect: r, Name: name, Description: description})
	if p.Focus == id {
		const away = 2
		p.stroke(Rect{r.X - away, r.Y - away, r.W + 2*away, r.H + 2*away}, 8, 2, FocusPaint, 1)
	}
}

// nodeName is what a node is called on screen.
func (p *painter) nodeName(n trace.Node) string {
	switch p.t.Nodes[n].Role {
	case trace.RoleClient:
		return p.Texts.Text("stage.client")
	case trace.RoleServer:
		return p.Texts.Text("stage.server")
	case trace.RoleClientRouter:
		return p.Texts.Text("stage.client-router")
	case trace.RoleServerRouter:
		return p.Texts.Text("stage.server-router")
	case trace.RoleInternet:
		return p.Texts.Text("stage.internet")
	case trace.RoleAttacker:
		return p.Texts.Text("stage.attacker")
	case trace.RoleSecondServer:
		return p.Texts.Text("stage.second-server")
	}
	return p.t.Nodes[n].Name
}

func (p *painter) channelName(c trace.Channel) string {
	if c == trace.Data {
		return p.Texts.Text("stage.data-channel")
	}
	return p.Texts.Text("stage.command-channel")
}

// colours are a channel's paints: its own, text on it, and its tint.
func colours(c trace.Channel) (own, on, tint Paint) {
	if c == trace.Data {
		return DataPaint, OnData, DataTint
	}
	return CommandPaint, OnCommand, CommandTint
}

func portText(port uint16) string { return ":" + strconv.Itoa(int(port)) }
