package visual

import (
	"image"
	"slices"

	"gioui.org/layout"

	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// tab is a page of the inspector.
type tab uint8

const (
	tabNetwork tab = iota // only where the form does not stand beside the stage
	tabPrompt
	tabFirewall
	tabPacket
	tabSockets
	tabConnections
	tabTranscript
	tabMachines
	tabDiagnosis
	tabSequence // only where the window is too narrow for it to stand beside
	tabCount
)

var tabNames = [tabCount]string{"network", "prompt", "firewall", "packet", "sockets", "connections", "transcript", "machines", "diagnosis", "sequence"}

// tall reports whether a page says nothing in a line or two.
func (t tab) tall() bool {
	switch t {
	case tabNetwork, tabPacket, tabMachines, tabSequence:
		return true
	}
	return false
}

// inspector is the state of the pages below the stage.
type inspector struct {
	tab        tab
	expanded   bool // the page covers the stage
	larger     widget.Button
	tabs       widget.Tabs
	more       widget.Dropdown // of the tabs that find no room
	lists      [tabCount]layout.List
	prompt     promptPage
	firewall   firewallPage
	lines      []asked // of the transcript
	transcript transcript
	ask        askButtons
	askPacket  askButtons
	why        whyPage
	packet     scenePage
	machines   machinesPage
	sockets    map[uint32]*asked // by socket
	socket     seenSocket
	tracks     map[trackKey]*asked

	diagnosis diagnosisPage
}

// choose opens a page. Where the window is too low for page and stage at once it
// covers the stage, and choosing it again closes it.
func (i *inspector) choose(t tab, tight bool) {
	if tight {
		i.expanded = !i.expanded || i.tab != t
	}
	i.tab = t
}

// scroll goes back to the top of every page.
func (i *inspector) scroll() {
	for t := range i.lists {
		i.lists[t].Position = layout.Position{}
	}
}

func (a *App) layoutInspector(gtx layout.Context) layout.Dimensions {
	k, in := &a.kit, &a.inspector
	size := gtx.Constraints.Max
	wide := a.wide(a.whole.X)
	shown := in.tab
	formBeside := a.formBeside(a.whole.X)
	if wide && shown == tabSequence || formBeside && shown == tabNetwork || !a.offered(shown) {
		shown = tabFirewall
		if !a.offered(shown) {
			shown = tabPacket
		}
	}
	var tabs []widget.Segment
	for t := range tabCount {
		if wide && t == tabSequence || formBeside && t == tabNetwork || !a.offered(t) {
			continue
		}
		tabs = append(tabs, widget.Segment{
			Label: a.text("window.tab." + tabNames[t]), Selected: t == shown && !a.Player.Why.Open && (!a.tight || in.expanded),
			Choose: func() {
				in.choose(t, (a.tight || a.low && t.tall()) && !a.Player.Why.Open)
				a.Player.Why.Open = false
			},
		})
	}
	head := k.ControlHeight() + k.Dp(8)
	right := size.X - k.Dp(12)
	place := func(w int, f layout.Widget) {
		widget.Place(gtx, image.Rect(right-w, k.Dp(4), right, head-k.Dp(4)), f)
		right -= w + k.Dp(8)
	}
	larger := a.largerWidth()
	tabsEnd := right - larger - k.Dp(8)
	choice := a.sequenceSizes()
	width := k.SegmentsWidth(labels(choice)...) + k.Dp(8)
	beside := shown == tabSequence && a.spare(size.Y, tabsEnd-width, tabs)
	if beside {
		tabsEnd -= width
	}
	in.machines.beside = shown == tabMachines && !a.Player.Why.Open && a.spare(size.Y, tabsEnd-a.machineWidth()-k.Dp(8), tabs)
	if in.machines.beside {
		tabsEnd -= a.machineWidth() + k.Dp(8)
	}
	widget.Place(gtx, image.Rect(k.Dp(8), 0, tabsEnd, head), func(gtx layout.Context) layout.Dimensions {
		return a.layoutTabs(gtx, tabs)
	})
	place(larger, a.layoutLarger)
	page := a.page(shown)
	if in.machines.beside {
		place(a.machineWidth(), a.layoutMachineChoice)
	}
	if beside {
		page = a.layoutRows
		place(width-k.Dp(8), func(gtx layout.Context) layout.Dimensions {
			return k.Segments(gtx, &a.sequence.size, choice)
		})
	}
	line := max(k.Dp(1), 1)
	k.Fill(gtx.Ops, image.Rect(0, head, size.X, head+line), scene.Line)
	widget.Clipped(gtx, image.Rect(0, head+line, size.X, size.Y), page)
	return layout.Dimensions{Size: size}
}

// spare reports whether a page's choice may stand beside the tabs: where all of
// them fit all the same, or where the page is too low to do without.
func (a *App) spare(height, room int, tabs []widget.Segment) bool {
	k := &a.kit
	return k.TabsWidth(tabs) <= room || height < k.Sp(300) && room >= k.Sp(240)
}

// layoutTabs is a row of tabs; those that find no room are in a list at its end.
func (a *App) layoutTabs(gtx layout.Context, tabs []widget.Segment) layout.Dimensions {
	k, in := &a.kit, &a.inspector
	size := gtx.Constraints.Max
	if k.TabsWidth(tabs) <= size.X {
		return k.Tabs(gtx, &in.tabs, tabs)
	}
	more := widget.Segment{Label: a.text("window.tab.more"), Choose: func() {}}
	n := len(tabs)
	width := func() int {
		w := k.Width(more.Label, scene.BodyStrong)
		for _, t := range tabs[n:] {
			w = max(w, k.Width(t.Label, scene.BodyStrong))
		}
		return w + k.Icon(nil) + k.Dp(24)
	}
	for n > 1 && k.TabsWidth(tabs[:n])+width() > size.X {
		n--
	}
	rest := tabs[n:]
	if !slices.ContainsFunc(rest, func(t widget.Segment) bool { return t.Selected }) {
		more.Selected = true
		rest = append([]widget.Segment{more}, rest...)
	}
	in.more.Up = !in.expanded
	x := min(k.TabsWidth(tabs[:n]), size.X-width())
	widget.Place(gtx, image.Rect(0, 0, x, size.Y), func(gtx layout.Context) layout.Dimensions {
		return k.Tabs(gtx, &in.tabs, tabs[:n])
	})
	widget.Place(gtx, image.Rect(x, k.Dp(4), x+width(), size.Y-k.Dp(4)), func(gtx layout.Context) layout.Dimensions {
		return k.Dropdown(gtx, &in.more, more.Label, rest)
	})
	return layout.Dimensions{Size: size}
}

// largerWidth is how wide the button is: where the page covers the stage it
// says what is to be had.
func (a *App) largerWidth() int {
	k := &a.kit
	if a.inspector.expanded {
		return k.Width(a.text("window.stage"), scene.Body) + k.Icon(nil) + k.Dp(30)
	}
	return k.ControlHeight()
}

// layoutLarger is the button that lets the page cover the stage, or gives the
// stage its place back.
func (a *App) layoutLarger(gtx layout.Context) layout.Dimensions {
	in := &a.inspector
	look := widget.Look{Icon: widget.IconUp, Name: a.text("window.page_larger"), Kind: widget.Plain, Tip: widget.TipAboveLeft}
	if in.expanded {
		look.Icon, look.Name, look.Label = widget.IconDown, "", a.text("window.stage")
	}
	return a.kit.Button(gtx, &in.larger, look, func() { in.expanded = !in.expanded })
}

func (a *App) page(t tab) layout.Widget {
	if a.Player.Why.Open {
		return a.layoutWhy
	}
	switch t {
	case tabNetwork:
		return a.layoutNetworkPage
	case tabPrompt:
		return a.layoutPrompt
	case tabDiagnosis:
		return a.layoutDiagnosis
	case tabPacket:
		return a.layoutPacket
	case tabSockets:
		return a.layoutSockets
	case tabConnections:
		return a.layoutConnections
	case tabTranscript:
		return a.layoutTranscript
	case tabMachines:
		return a.layoutMachines
	case tabSequence:
		return a.layoutSequence
	}
	return a.layoutFirewalls
}

// rows lays out a scrolling page, with a mark at its edge for how far down it
// is scrolled.
func (a *App) rows(gtx layout.Context, t tab, n int, row layout.ListElement) layout.Dimensions {
	k := &a.kit
	l := &a.inspector.lists[t]
	l.Axis = layout.Vertical
	size := gtx.Constraints.Max
	gtx.Constraints.Min = image.Point{}
	l.Layout(gtx, n, row)
	if l.Position.Length > size.Y && n > 0 {
		above := l.Position.First*l.Position.Length/n + l.Position.Offset
		h := max(size.Y*size.Y/l.Position.Length, k.Dp(16))
		y := min(above*size.Y/l.Position.Length, size.Y-h)
		k.Round(gtx.Ops, image.Rect(size.X-k.Dp(6), y, size.X-k.Dp(2), y+h), 2, scene.Line)
	}
	return layout.Dimensions{Size: size}
}

// column is a column of a table.
type column struct {
	title string
	need  int  // how wide what stands in it is, in pixels
	share int  // of the room that is left over
	spare bool // left out where there is no room
	x, w  int
}

// cell is the column's place in a row so high.
func (c *column) cell(height int) image.Rectangle { return image.Rect(c.x, 0, c.x+c.w, height) }

// fits widens a column to hold a text.
func (a *App) fits(c *column, text string, style scene.Style) {
	c.need = max(c.need, a.kit.Width(text, style))
}

// arrange gives every column its place in a row: what it needs, and its share
// of what is left. Where there is not enough, spare columns go, and then all
// shrink.
func (a *App) arrange(columns []column, width int) {
	k := &a.kit
	pad, gap := k.Dp(20), k.Dp(12)
	need, shares := 0, 0
	for i := range columns {
		c := &columns[i]
		a.fits(c, c.title, scene.Small)
		need += c.need + gap
		shares += c.share
	}
	room := width - 2*pad
	for i := range columns {
		if c := &columns[i]; c.spare && need > room {
			need -= c.need + gap
			shares -= c.share
			c.share, c.need = 0, -1
		}
	}
	x := pad
	for i := range columns {
		c := &columns[i]
		if c.need < 0 {
			c.w = 0
			continue
		}
		w := c.need + gap
		if need > room {
			w = w * room / need
		} else if shares > 0 {
			w += (room - need) * c.share / shares
		}
		c.x, c.w = x, w-gap
		x += w
	}
}

// cell draws a text in a column that is not left out.
func (a *App) cell(gtx layout.Context, c *column, height int, text string, style scene.Style, p scene.Paint) {
	if c.w > 0 {
		a.kit.TextIn(gtx.Ops, c.cell(height), text, style, p, scene.Left)
	}
}

func (a *App) rowHeight() int { return max(a.kit.Dp(34), a.kit.LineHeight(scene.Body)+a.kit.Dp(14)) }

func (a *App) headHeight() int { return a.kit.LineHeight(scene.Small) + a.kit.Dp(8) }

// tableHead draws the titles of a table's columns.
func (a *App) tableHead(gtx layout.Context, columns []column) layout.Dimensions {
	size := image.Pt(gtx.Constraints.Max.X, a.headHeight())
	for i := range columns {
		a.cell(gtx, &columns[i], size.Y, columns[i].title, scene.Small, scene.Muted)
	}
	a.underline(gtx, size)
	return layout.Dimensions{Size: size}
}

func (a *App) underline(gtx layout.Context, size image.Point) {
	a.kit.Fill(gtx.Ops, image.Rect(0, size.Y-max(a.kit.Dp(1), 1), size.X, size.Y), scene.Line)
}
