package visual

import (
	"fmt"
	"image"
	"strings"

	"gioui.org/io/key"
	"gioui.org/layout"
	"gioui.org/op"

	"ftpscope/sim"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// firewallPage is the state of the page with the rules.
type firewallPage struct {
	sides      [model.SideCount]firewallSide
	undo, redo widget.Button
	field      widget.Field
	editing    bool // the field has been shown
	up, down   widget.Button
	off, drop  widget.Button
	decided    int // the rule last scrolled to, counted from 1
	shown      int // the form of the editor last scrolled to
}

type firewallSide struct {
	rows          []widget.Button
	add           widget.Button
	policy, block widget.Segments
}

var sideNames = [model.SideCount]string{"client", "server"}

// ruleRow is a line of the page.
type ruleRow func(gtx layout.Context) layout.Dimensions

// layoutFirewalls shows the rules of both sides in order, the one that decided
// the present packet lit.
func (a *App) layoutFirewalls(gtx layout.Context) layout.Dimensions {
	var rows []ruleRow
	if a.problem != nil {
		rows = append(rows, a.layoutProblem)
	}
	seen := ruleRows{-1, -1}
	page := &a.inspector.firewall
	if !a.Player.Edit.Open {
		page.editing, page.shown = false, 0
	}
	for side := range model.SideCount {
		rows = a.firewallRows(rows, gtx.Constraints.Max.X, side, &seen)
	}
	// All of them are laid out, seen or not, so that Tab reaches all.
	macro := op.Record(gtx.Ops)
	size := gtx.Constraints.Max
	gtx.Constraints.Min = image.Point{}
	y := 0
	for i, row := range rows {
		at := op.Offset(image.Pt(0, y)).Push(gtx.Ops)
		h := row(gtx).Size.Y
		at.Pop()
		switch i {
		case seen.lit:
			a.reveal(&page.decided, a.Player.DecidedBy()+1, y, y+h, size.Y)
		case seen.editor:
			a.reveal(&page.shown, editorForm(a.Player.Edit), y, y+h, size.Y)
		}
		y += h
	}
	all := macro.Stop()
	gtx.Constraints.Min = size
	return a.rows(gtx, tabFirewall, 1, func(gtx layout.Context, _ int) layout.Dimensions {
		all.Add(gtx.Ops)
		return layout.Dimensions{Size: image.Pt(size.X, y)}
	})
}

// layoutProblem says why the latest change could not be made.
func (a *App) layoutProblem(gtx layout.Context) layout.Dimensions {
	k := &a.kit
	b := k.Painter.Paragraph(a.problem.Error(), scene.Body, gtx.Constraints.Max.X-2*k.Dp(20), 3)
	b.Paint(gtx.Ops, fpt(float32(k.Dp(20)), float32(k.Dp(8))), k.Palette[scene.BlockedPaint])
	return layout.Dimensions{Size: image.Pt(gtx.Constraints.Max.X, int(b.Height)+k.Dp(16))}
}

// ruleRows are the lines of the page that the eye is led to, or -1.
type ruleRows struct{ lit, editor int }

// firewallRows adds a side's lines, and finds those to lead the eye to.
func (a *App) firewallRows(rows []ruleRow, width int, side model.Side, seen *ruleRows) []ruleRow {
	fw := a.Player.Firewall(side)
	s := &a.inspector.firewall.sides[side]
	for len(s.rows) <= len(fw.Rules) {
		s.rows = append(s.rows, widget.Button{})
	}
	rows = append(rows, func(gtx layout.Context) layout.Dimensions { return a.firewallHead(gtx, side, fw) })
	columns := a.ruleColumns(width, side, fw)
	if len(fw.Rules) > 0 {
		rows = append(rows, func(gtx layout.Context) layout.Dimensions { return a.tableHead(gtx, columns) })
	}
	for i, r := range fw.Rules {
		if a.lit(side, i) {
			seen.lit = len(rows)
		}
		rows = append(rows, func(gtx layout.Context) layout.Dimensions { return a.rule(gtx, columns, side, i, r) })
		if e := &a.Player.Edit; e.Open && e.Side == side && e.Index == i {
			seen.editor = len(rows)
			rows = append(rows, a.ruleEditor)
		}
	}
	if a.lit(side, len(fw.Rules)) {
		seen.lit = len(rows)
	}
	return append(rows, func(gtx layout.Context) layout.Dimensions { return a.firewallFoot(gtx, side, fw) })
}

// firewallHead names the firewall and holds what is true of all its rules.
func (a *App) firewallHead(gtx layout.Context, side model.Side, fw sim.Firewall) layout.Dimensions {
	k, page := &a.kit, &a.inspector.firewall
	s := &page.sides[side]
	h := k.ControlHeight()
	size := image.Pt(gtx.Constraints.Max.X, h+k.Dp(16))
	x, y := size.X-k.Dp(20), k.Dp(8)
	left := func(w int, f layout.Widget) {
		x -= w
		widget.Place(gtx, image.Rect(x, y, x+w, y+h), f)
		x -= k.Dp(8)
	}
	macro := op.Record(gtx.Ops)
	if side == model.ClientSide {
		left(h, func(gtx layout.Context) layout.Dimensions {
			return a.act(gtx, &page.redo, model.ActRedo, widget.Look{Icon: widget.IconRedo, Kind: widget.Plain, Tip: widget.TipAboveLeft})
		})
		left(h, func(gtx layout.Context) layout.Dimensions {
			return a.act(gtx, &page.undo, model.ActUndo, widget.Look{Icon: widget.IconUndo, Kind: widget.Plain, Tip: widget.TipAboveLeft})
		})
	}
	if len(fw.Rules) > 0 {
		blocks := a.blocks(side)
		left(k.SegmentsWidth(labels(blocks)...), func(gtx layout.Context) layout.Dimensions {
			return k.Segments(gtx, &s.block, blocks)
		})
		label := a.text("firewall.block")
		if w := k.Width(label, scene.Small); x-w > k.Sp(170) {
			x -= w
			k.TextIn(gtx.Ops, image.Rect(x, y, x+w, y+h), label, scene.Small, scene.Muted, scene.Left)
			x -= k.Dp(16)
		}
	}
	right := macro.Stop()
	title := a.text("firewall." + sideNames[side])
	k.TextIn(gtx.Ops, image.Rect(k.Dp(20), y, x, y+h), title, scene.Lead, scene.Ink, scene.Left)
	if note := k.Dp(36) + k.Width(title, scene.Lead); len(fw.Rules) == 0 {
		open := "firewall.none.accept"
		if fw.Policy == "drop" {
			open = "firewall.none.drop"
		}
		k.TextIn(gtx.Ops, image.Rect(note, y, x, y+h), a.text(open), scene.Body, scene.Muted, scene.Left)
	}
	right.Add(gtx.Ops)
	return layout.Dimensions{Size: size}
}

func (a *App) blocks(side model.Side) []widget.Segment {
	var all []widget.Segment
	now := a.Player.BlockWith(side)
	for _, b := range model.Blocks {
		all = append(all, widget.Segment{
			Label: a.text("firewall.block." + b.Name), Name: a.text("firewall."+sideNames[side]) + ": " + a.text("firewall.block") + " " + a.text("firewall.block."+b.Name),
			Selected: b.Name == now, Choose: func() { a.try(a.Player.SetBlockWith(side, b.Name)) },
		})
	}
	return all
}

// ruleColumns are the columns of a rule table, as wide as its rules need.
func (a *App) ruleColumns(width int, side model.Side, fw sim.Firewall) []column {
	columns := []column{
		{title: "#"}, {title: a.text("firewall.direction"), share: 2}, {title: a.text("firewall.port"), share: 2},
		{title: a.text("firewall.state"), share: 2}, {title: a.text("firewall.verdict"), share: 1},
		{title: a.text("firewall.hits"), share: 1}, {share: 6, spare: true},
	}
	for i, r := range fw.Rules {
		for j, text := range a.ruleTexts(side, i, r) {
			a.fits(&columns[j], text, ruleStyles[j])
		}
	}
	columns[4].need += a.kit.Dp(14) // the verdict's chip
	note := &columns[6]
	note.need = min(note.need, a.kit.Sp(160))
	a.arrange(columns, width)
	return columns
}

// ruleStyles are the text styles of a rule's columns.
var ruleStyles = [...]scene.Style{scene.Body, scene.Body, scene.Mono, scene.Body, scene.SmallStrong, scene.Body, scene.Body}

// ruleTexts are the words in a rule's columns.
func (a *App) ruleTexts(side model.Side, i int, r sim.RuleText) [7]string {
	c := model.Columns(r.Text)
	verdict, note := strings.ToUpper(c.Verdict), c.Comment
	if r.Off {
		verdict = strings.ToUpper(a.text("firewall.off"))
	}
	if a.lit(side, i) {
		note = a.decided(note)
	}
	return [...]string{
		fmt.Sprint(i + 1), a.direction(c), a.ports(c), a.orAny(strings.ReplaceAll(c.State, ",", ", ")),
		verdict, fmt.Sprint(a.Player.Hits(side, i)), note,
	}
}

func (a *App) rule(gtx layout.Context, columns []column, side model.Side, i int, r sim.RuleText) layout.Dimensions {
	k, p := &a.kit, a.Player
	b := &a.inspector.firewall.sides[side].rows[i]
	size := image.Pt(gtx.Constraints.Max.X, a.rowHeight())
	c := model.Columns(r.Text)
	open := p.Edit.Open && p.Edit.Side == side && p.Edit.Index == i
	lit := a.lit(side, i)
	look := widget.Look{Name: a.text("firewall.rule", "n", i+1, "text", r.Text), State: a.text("firewall.hits.count", "n", p.Hits(side, i)), Selected: lit}
	return k.Press(gtx, b, look, size, 0, func() { a.toggleRule(side, i, open) }, func(gtx layout.Context) {
		ink := scene.Ink
		switch {
		case lit && c.Verdict != "accept":
			k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.BlockedTint)
		case lit:
			k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.AllowedTint)
		case b.Hovered() || open:
			k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Raised)
		}
		if r.Off {
			ink = scene.Muted
		}
		for j, text := range a.ruleTexts(side, i, r) {
			switch {
			case j == 4:
				a.chip(gtx, columns[j].r, text, c.Verdict, r.Off, lit)
			case j == 6:
				a.cell(gtx, &columns[j], text, ruleStyles[j], scene.Muted)
			default:
				a.cell(gtx, &columns[j], text, ruleStyles[j], ink)
			}
		}
		a.underline(gtx, size)
	})
}

// lit reports whether a rule decided the packet that the caption is about.
func (a *App) lit(side model.Side, i int) bool {
	n := a.Player.RuleAt(side, i)
	return n >= 0 && n == a.Player.DecidedBy()
}

func (a *App) toggleRule(side model.Side, i int, open bool) {
	if open {
		a.Player.CloseRule()
		return
	}
	a.inspector.firewall.editing = false
	a.Player.OpenRule(side, i)
}

func (a *App) orAny(s string) string {
	if s == "" {
		return a.text("firewall.any")
	}
	return s
}

func (a *App) direction(c model.RuleColumns) string {
	switch {
	case c.From == "lan" || c.To == "wan":
		return a.text("firewall.outwards")
	case c.From == "wan" || c.To == "lan":
		return a.text("firewall.inwards")
	}
	return a.text("firewall.any")
}

func (a *App) ports(c model.RuleColumns) string {
	switch {
	case c.Source != "" && c.Port != "":
		return c.Source + " → " + c.Port
	case c.Source != "":
		return a.text("firewall.from_port", "port", c.Source)
	}
	return a.orAny(c.Port)
}

// decided is the packet that the lit rule decided about.
func (a *App) decided(comment string) string {
	e, ok := a.Player.Packet()
	if !ok {
		return comment
	}
	t := a.Player.Run.Trace
	p := t.Packet(e)
	f := t.FlowOf(p)
	return fmt.Sprintf("%s %s → %s", flagWords(p), f.Src, f.Dst)
}

// chip draws a verdict, filled where it has just been given.
func (a *App) chip(gtx layout.Context, r image.Rectangle, label, verdict string, off, lit bool) {
	k := &a.kit
	ink, tint, on := scene.AllowedPaint, scene.AllowedTint, scene.OnAllowed
	if verdict != "accept" {
		ink, tint, on = scene.BlockedPaint, scene.BlockedTint, scene.OnBlocked
	}
	switch {
	case off:
		ink, tint = scene.Muted, scene.Raised
	case lit:
		ink, tint = on, ink
	}
	h := k.LineHeight(scene.SmallStrong) + k.Dp(6)
	w := min(k.Width(label, scene.SmallStrong)+k.Dp(14), r.Dx())
	y := (r.Min.Y + r.Max.Y - h) / 2
	box := image.Rect(r.Min.X, y, r.Min.X+w, y+h)
	k.Round(gtx.Ops, box, 4, tint)
	k.TextIn(gtx.Ops, box, label, scene.SmallStrong, ink, scene.Centre)
}

// firewallFoot is the policy, the last word where no rule matches, and the way
// to a new rule.
func (a *App) firewallFoot(gtx layout.Context, side model.Side, fw sim.Firewall) layout.Dimensions {
	k := &a.kit
	s := &a.inspector.firewall.sides[side]
	h := k.ControlHeight()
	size := image.Pt(gtx.Constraints.Max.X, h+k.Dp(20))
	y, n := k.Dp(8), len(fw.Rules)
	if a.lit(side, n) {
		tint := scene.AllowedTint
		if fw.Policy == "drop" {
			tint = scene.BlockedTint
		}
		k.Fill(gtx.Ops, image.Rectangle{Max: size}, tint)
	}
	add := a.text("firewall.add")
	w := k.Width(add, scene.Body) + k.Icon(nil) + k.Dp(30)
	widget.Place(gtx, image.Rect(k.Dp(20), y, k.Dp(20)+w, y+h), func(gtx layout.Context) layout.Dimensions {
		look := widget.Look{Label: add, Name: add + ": " + a.text("firewall."+sideNames[side]), Icon: widget.IconAdd}
		return k.Button(gtx, &s.add, look, func() {
			a.inspector.firewall.editing = false
			a.try(a.Player.AddRule(side))
		})
	})
	policies := a.policies(side, fw)
	pw := k.SegmentsWidth(labels(policies)...)
	x := size.X - k.Dp(20) - pw
	label := a.text("firewall.policy")
	if a.Player.RuleAt(side, n) >= 0 {
		label += " · " + a.text("firewall.hits.count", "n", a.Player.Hits(side, n))
	}
	k.TextIn(gtx.Ops, image.Rect(k.Dp(32)+w, y, x-k.Dp(12), y+h), label, scene.Small, scene.Muted, scene.Right)
	widget.Place(gtx, image.Rect(x, y, x+pw, y+h), func(gtx layout.Context) layout.Dimensions {
		return k.Segments(gtx, &s.policy, policies)
	})
	a.underline(gtx, size)
	return layout.Dimensions{Size: size}
}

func (a *App) policies(side model.Side, fw sim.Firewall) []widget.Segment {
	var all []widget.Segment
	for _, policy := range []string{"accept", "drop"} {
		all = append(all, widget.Segment{
			Label: policy, Name: a.text("firewall."+sideNames[side]) + ": " + a.text("firewall.policy") + ": " + policy,
			Selected: policy == fw.Policy || policy == "accept" && fw.Policy == "",
			Choose:   func() { a.try(a.Player.SetPolicy(side, policy)) },
		})
	}
	return all
}

// ruleEditor is the open rule as nftables' text, with what can be done to it.
func (a *App) ruleEditor(gtx layout.Context) layout.Dimensions {
	k, p, page := &a.kit, a.Player, &a.inspector.firewall
	e := p.Edit
	take := !page.editing
	page.editing = true
	if page.field.Editor.Text() != e.Text {
		page.field.Editor.SetText(e.Text)
	}
	done := func() {
		p.CloseRule()
		gtx.Execute(key.FocusCmd{Tag: &page.sides[e.Side].rows[e.Index].Clickable})
	}
	h, pad := k.ControlHeight(), k.Dp(20)
	size := image.Pt(gtx.Constraints.Max.X, h+k.Dp(16))
	wrong := ""
	if e.Err != nil {
		wrong = e.Err.Error()
		size.Y += k.LineHeight(scene.Small) + k.Dp(6)
	}
	k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Raised)
	y, x := k.Dp(8), size.X-pad-4*h-4*k.Dp(4)
	widget.Place(gtx, image.Rect(pad, y, x, y+h), func(gtx layout.Context) layout.Dimensions {
		return k.Field(gtx, &page.field, widget.Entry{
			Name: a.text("firewall.text", "n", e.Index+1), Wrong: e.Err != nil, Change: p.WriteRule, Done: done, Take: take,
		})
	})
	n := len(p.Firewall(e.Side).Rules)
	for _, b := range []struct {
		state *widget.Button
		icon  *widget.Icon
		name  string
		off   bool
		do    func() error
	}{
		{&page.up, widget.IconUp, "up", e.Index == 0, func() error { return p.MoveRule(e.Side, e.Index, -1) }},
		{&page.down, widget.IconDown, "down", e.Index == n-1, func() error { return p.MoveRule(e.Side, e.Index, 1) }},
		{&page.off, widget.IconPower, "switch", false, func() error { return p.ToggleRule(e.Side, e.Index) }},
		{&page.drop, widget.IconRemove, "remove", false, func() error { return p.RemoveRule(e.Side, e.Index) }},
	} {
		x += k.Dp(4)
		widget.Place(gtx, image.Rect(x, y, x+h, y+h), func(gtx layout.Context) layout.Dimensions {
			look := widget.Look{Icon: b.icon, Name: a.text("firewall." + b.name), Kind: widget.Plain, Tip: widget.TipAboveLeft, Disabled: b.off}
			return k.Button(gtx, b.state, look, func() { a.try(b.do()) })
		})
		x += h
	}
	if wrong != "" {
		k.TextIn(gtx.Ops, image.Rect(pad, y+h, size.X-pad, size.Y), wrong, scene.Small, scene.BlockedPaint, scene.Left)
	}
	a.underline(gtx, size)
	return layout.Dimensions{Size: size}
}

// editorForm tells one rule's editor from another's, and with an error from
// without.
func editorForm(e model.Edit) int {
	form := 4*(e.Index+1) + 2*int(e.Side)
	if e.Err != nil {
		form++
	}
	return form
}

// reveal scrolls to a line of the page, from top to bottom in pixels, when it is
// another than before: so that it is seen the moment it matters, and the person
// can scroll away from it.
func (a *App) reveal(before *int, now, top, bottom, room int) {
	if *before == now {
		return
	}
	*before = now
	at := &a.inspector.lists[tabFirewall].Position
	at.First, at.BeforeEnd = 0, true
	at.Offset = min(max(at.Offset, bottom-room), top)
}
