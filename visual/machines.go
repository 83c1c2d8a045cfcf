package visual

import (
	"image"
	"slices"
	"strconv"
	"sync"

	"gioui.org/gesture"
	"gioui.org/io/pointer"
	"gioui.org/layout"
	"gioui.org/op"

	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// machines are the tables that all machines run on.
var machines = sync.OnceValue(sim.Machines)

// machine is one that the page can show: an FTP machine of a host, or one end
// of a connection.
type machine struct {
	table int // index into machines()
	conn  int // of a TCP machine; else -1
	side  scene.Side
}

// machinesPage is the state of the page with the state diagrams.
type machinesPage struct {
	choose widget.Dropdown
	beside bool // the choice stands beside the tabs
	shown  machine
	chart  *scene.Chart
	of     chartKey
	scene  scene.Scene
	hits   hits
	wheel  gesture.Scroll
	top    float32 // how far it is scrolled, in dp
	at     string  // the state last scrolled to
}

// chartKey is what a chart is laid out for.
type chartKey struct {
	run         *trace.Outline
	shown       machine
	w, h, scale float32
	language    string
}

// layoutMachines shows one machine's table as a diagram, with the way it has
// taken up to the cursor.
func (a *App) layoutMachines(gtx layout.Context) layout.Dimensions {
	k, page := &a.kit, &a.inspector.machines
	size := gtx.Constraints.Max
	if !slices.Contains(a.machines(), page.shown) {
		page.shown = a.machines()[0]
	}
	if page.beside {
		return a.layoutChart(gtx)
	}
	head := k.ControlHeight() + k.Dp(12)
	left := k.Dp(20)
	right := min(left+a.machineWidth(), size.X-left)
	widget.Place(gtx, image.Rect(left, k.Dp(8), right, k.Dp(8)+k.ControlHeight()), a.layoutMachineChoice)
	widget.Clipped(gtx, image.Rect(0, head, size.X, size.Y), a.layoutChart)
	return layout.Dimensions{Size: size}
}

// machineWidth is how wide the choice of a machine is.
func (a *App) machineWidth() int {
	k, w := &a.kit, 0
	for _, m := range a.machines() {
		w = max(w, k.Width(a.machineName(m), scene.BodyStrong))
	}
	return w + k.Icon(nil) + k.Dp(36)
}

// layoutMachineChoice is the choice of the machine that is shown.
func (a *App) layoutMachineChoice(gtx layout.Context) layout.Dimensions {
	page := &a.inspector.machines
	var choice []widget.Segment
	for _, m := range a.machines() {
		choice = append(choice, widget.Segment{Label: a.machineName(m), Selected: m == page.shown, Choose: func() { page.shown = m }})
	}
	page.choose.Up = !a.inspector.expanded
	return a.kit.Dropdown(gtx, &page.choose, a.text("machines.choose"), choice)
}

// machines are those of the hosts, and both ends of each connection begun.
func (a *App) machines() []machine {
	var all []machine
	for i, m := range machines() {
		if m.Side != "" {
			all = append(all, machine{table: i, conn: -1})
			continue
		}
		for c := range a.Player.Run.Outline.Conns {
			if a.Player.Run.Outline.Conns[c].First > a.Player.Cursor.N {
				continue
			}
			all = append(all, machine{i, c, scene.ClientSide}, machine{i, c, scene.ServerSide})
		}
	}
	return all
}

func (a *App) machineName(m machine) string {
	if m.conn < 0 {
		return a.text("machines." + machines()[m.table].Name)
	}
	c := &a.Player.Run.Outline.Conns[m.conn]
	near, far := c.Src, c.Dst
	if a.Player.Run.Trace.Nodes[c.Opener].Role == trace.RoleServer {
		near, far = far, near
	}
	name, _ := a.channel(c.Channel)
	if m.side == scene.ServerSide {
		return a.text("machines.end.server", "port", strconv.Itoa(int(far.Port())), "channel", name)
	}
	return a.text("machines.end.client", "port", strconv.Itoa(int(near.Port())), "channel", name)
}

// A chart that is lower than the one height shows little; in a lower place it is
// the other, and scrolled. Both in dp at text scale 1.
const (
	leastChart    = 280
	scrolledChart = 320
)

// layoutChart draws the chart, as high as it needs to be, with the state that
// the machine is in to be seen.
func (a *App) layoutChart(gtx layout.Context) layout.Dimensions {
	k, page := &a.kit, &a.inspector.machines
	size := gtx.Constraints.Max
	a.fit(image.Rectangle{Max: size})
	room := a.view.H
	if room < leastChart*a.view.Scale {
		a.view.H = scrolledChart * a.view.Scale
	}
	key := chartKey{a.Player.Run.Outline, page.shown, a.view.W, a.view.H, a.view.Scale, a.texts.Language()}
	if page.chart == nil || page.of != key {
		page.chart, page.of, page.at = a.chart(page.shown), key, ""
	}
	scene.Diagram(&a.view, page.chart, &page.scene)
	a.scrollChart(gtx, room)
	// States are read; only an arrow that was taken leads somewhere.
	page.scene.Hits = slices.DeleteFunc(page.scene.Hits, func(h scene.Hit) bool { return h.ID.Kind != scene.HitArrow || h.ID.N == 0 })
	dp := k.Metric.PxPerDp
	at := op.Offset(image.Pt(0, -int(page.top*dp))).Push(gtx.Ops)
	k.Scene(gtx.Ops, &page.scene)
	page.hits = a.press(gtx, page.hits, &page.scene, func(id scene.HitID) { a.Player.JumpTo(trace.ID(id.N)) })
	at.Pop()
	if room < a.view.H {
		a.thumb(gtx, size.Y, page.top/a.view.H, room/a.view.H)
	}
	return layout.Dimensions{Size: size}
}

// scrollChart moves a chart that is higher than its place by the wheel, and to
// where the machine is when it has moved.
func (a *App) scrollChart(gtx layout.Context, room float32) {
	page, dp := &a.inspector.machines, a.kit.Metric.PxPerDp
	most := a.view.H - room
	reach := pointer.ScrollRange{Min: -int(page.top * dp), Max: int((most - page.top) * dp)}
	page.top += float32(page.wheel.Update(gtx.Metric, gtx.Source, gtx.Now, gesture.Vertical, pointer.ScrollRange{}, reach)) / dp
	page.wheel.Add(gtx.Ops)
	for _, h := range page.scene.Hits {
		if h.ID.Kind == scene.HitState && h.Description == a.text("diagram.now") && h.Name != page.at {
			page.at = h.Name
			page.top = h.Rect.Y + (h.Rect.H-room)/2
		}
	}
	page.top = min(max(page.top, 0), most)
}

func (a *App) chart(m machine) *scene.Chart {
	table := &machines()[m.table]
	arrows := make([]scene.Arrow, len(table.Arrows))
	for i, arrow := range table.Arrows {
		arrows[i] = scene.Arrow(arrow)
	}
	run := &a.Player.Run
	if m.conn >= 0 {
		return scene.NewChart(&a.view, arrows, scene.SocketCourse(run.Outline, m.conn, m.side))
	}
	host, _ := run.Trace.NodeByName(table.Side)
	return scene.NewChart(&a.view, arrows, scene.MachineCourse(run.Trace, host, table.Part, table.Start))
}
