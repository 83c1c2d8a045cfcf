package visual

import (
	"image"

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
			a.reveal(&page.shown, editorForm(a.Player.Edit, h), y, y+h, size.Y)
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
	b := k.Painter.Paragraph(a.texts.Error(a.problem), scene.Body, gtx.Constraints.Max.X-2*k.Dp(20), 3)
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
	if side == model.ClientSide && !a.Player.Fixed() {
		left(h, func(gtx layout.Context) layout.Dimensions {
			return a.act(gtx, &page.redo, model.ActRedo, widget.Look{Icon: widget.IconRedo, Kind: widget.Plain, Tip: widget.TipAboveLeft})
		})
		left(h, func(gtx layout.Context) layout.Dimensions {
			return a.act(gtx, &page.undo, model.ActUndo, widget.Look{Icon: widget.IconUndo, Kind: widget.Plain, Tip: widget.TipAboveLeft})
		})
	}
	if len(fw.Rules) > 0 && !a.Player.Fixed() {
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

func (a *App) toggleRule(side model.Side, i int, open bool) {
	if open {
		a.Player.CloseRule()
		return
	}
	a.inspector.firewall.editing = false
	a.Player.OpenRule(side, i)
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
	if a.Player.Fixed() {
		k.TextIn(gtx.Ops, image.Rect(k.Dp(20), y, size.X-k.Dp(20), y+h), a.text("firewall.policy")+": "+policyOf(fw), scene.Small, scene.Muted, scene.Left)
		a.underline(gtx, size)
		return layout.Dimensions{Size: size}
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

// policyOf is what a firewall does where no rule matches.
func policyOf(fw sim.Firewall) string {
	if fw.Policy == "" {
		return "accept"
	}
	return fw.Policy
}

func (a *App) policies(side model.Side, fw sim.Firewall) []widget.Segment {
	var all []widget.Segment
	for _, policy := range []string{"accept", "drop"} {
		all = append(all, widget.Segment{
			Label: policy, Name: a.text("firewall."+sideNames[side]) + ": " + a.text("firewall.policy") + ": " + policy,
			Selected: policy == policyOf(fw),
			Choose:   func() { a.try(a.Player.SetPolicy(side, policy)) },
		})
	}
	return all
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
