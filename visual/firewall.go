package visual

import (
	"image"
	"slices"

	"gioui.org/layout"
	"gioui.org/op"

	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// firewallPage is the state of the page with the rules.
type firewallPage struct {
	chains     [model.ChainCount]chainTable
	sides      [model.SideCount]firewallSide
	undo, redo widget.Button
	field      widget.Field
	editing    bool // the field has been shown
	up, down   widget.Button
	off, drop  widget.Button
	decided    int  // the rule last scrolled to, counted from 1
	shown      int  // the form of the editor last scrolled to
	kept       bool // what a rule did is not told in this frame

	followed followed
}

// chainTable is the state of one chain's table.
type chainTable struct {
	rows   []widget.Button
	add    widget.Button
	policy widget.Segments
}

// firewallSide is the state of a side's part of the page, which shows one of
// its chains.
type firewallSide struct {
	chain int // among the side's
	which widget.Dropdown
	block widget.Segments
}

// followed is what the page last showed the chain of: a decision in a run.
type followed struct {
	of      *trace.Trace
	decided int
}

var sideNames = [model.SideCount]string{"client", "server"}

// chainNames name the chains in the catalogue, after "firewall.".
var chainNames = [model.ChainCount]string{
	"client.forward", "client.input", "client.host", "server.forward", "server.input", "server.host",
}

// chainName is what a chain is called.
func (a *App) chainName(c model.Chain) string { return a.text("firewall." + chainNames[c]) }

// showChain has the page show a chain.
func (a *App) showChain(c model.Chain) {
	side := &a.inspector.firewall.sides[c.Side()]
	if i := slices.Index(c.Side().Chains(), c); i != side.chain {
		side.chain = i
		a.Player.CloseRule()
	}
}

// shownChain is the chain of a side that the page shows.
func (a *App) shownChain(side model.Side) model.Chain {
	return side.Chains()[a.inspector.firewall.sides[side].chain]
}

// followDecision shows the chain in which the present packet was decided about when that
// is another than before, so that the person can look at others all the same. A
// change of the rules makes another run and leads nowhere: the eye is on it.
func (a *App) followDecision() {
	page, p := &a.inspector.firewall, a.Player
	now := followed{p.Run.Trace, p.DecidedBy()}
	if e := &p.Edit; e.Open {
		page.sides[e.Chain.Side()].chain = slices.Index(e.Chain.Side().Chains(), e.Chain)
	} else if c, ok := p.ChainOf(now.decided); ok && now.decided != page.followed.decided && (now.of == page.followed.of || page.followed.of == nil) {
		a.showChain(c)
	}
	page.followed = now
}

// ruleRow is a line of the page.
type ruleRow func(gtx layout.Context) layout.Dimensions

// layoutFirewalls shows the rules of both sides in order, the one that decided
// the present packet lit.
func (a *App) layoutFirewalls(gtx layout.Context) layout.Dimensions {
	var rows []ruleRow
	if a.problem != nil {
		rows = append(rows, a.layoutProblem)
	}
	seen := ruleRows{-1, -1, -1}
	page := &a.inspector.firewall
	if !a.Player.Edit.Open {
		page.editing, page.shown = false, 0
	}
	a.followDecision()
	page.kept = a.Player.KeepsRule()
	for side := range model.SideCount {
		if !a.leftOut(side) {
			rows = a.firewallRows(rows, gtx.Constraints.Max, side, &seen)
		}
	}
	// All of them are laid out, seen or not, so that Tab reaches all.
	macro := op.Record(gtx.Ops)
	size := gtx.Constraints.Max
	gtx.Constraints.Min = image.Point{}
	y, head := 0, 0
	for i, row := range rows {
		for side := range page.sides { // the list of chains opens to where there is room
			page.sides[side].which.Up = y-a.inspector.lists[tabFirewall].Position.Offset+5*a.kit.ControlHeight() > size.Y
		}
		at := op.Offset(image.Pt(0, y)).Push(gtx.Ops)
		h := row(gtx).Size.Y
		at.Pop()
		switch i {
		case seen.head:
			head = y
		case seen.lit:
			now := a.Player.DecidedBy() + 1
			if a.asksRule() {
				now = -1
			}
			top := y
			if y+h-head <= size.Y { // with what its table is called, and its columns
				top = head
			}
			a.reveal(&page.decided, now, top, y+h, size.Y)
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

// leftOut reports whether a side without rules would only take the room from the
// other's, where none can be added.
func (a *App) leftOut(side model.Side) bool {
	return a.Player.Fixed() && a.passesAll(side) && !a.passesAll((side+1)%model.SideCount)
}

// passesAll reports whether everything passes on a side.
func (a *App) passesAll(side model.Side) bool {
	return !slices.ContainsFunc(side.Chains(), func(c model.Chain) bool {
		rules, policy := a.Player.Rules(c)
		return len(rules) > 0 || policy == "drop"
	})
}

// ruleRows are the lines of the page that the eye is led to, or -1.
type ruleRows struct{ head, lit, editor int }

// firewallRows adds a side's lines, and finds those to lead the eye to.
func (a *App) firewallRows(rows []ruleRow, size image.Point, side model.Side, seen *ruleRows) []ruleRow {
	c := a.shownChain(side)
	rules, _ := a.Player.Rules(c)
	s := &a.inspector.firewall.chains[c]
	for len(s.rows) <= len(rules) {
		s.rows = append(s.rows, widget.Button{})
	}
	rows = append(rows, func(gtx layout.Context) layout.Dimensions { return a.firewallHead(gtx, c, len(rules)) })
	if !a.noteBeside(size.X, c) {
		rows = append(rows, func(gtx layout.Context) layout.Dimensions { return a.chainNote(gtx, c) })
	}
	head := len(rows) - 1
	if !a.noteBeside(size.X, c) {
		head--
	}
	columns := a.ruleColumns(size.X, c, rules)
	if len(rules) > 0 {
		rows = append(rows, func(gtx layout.Context) layout.Dimensions { return a.tableHead(gtx, columns) })
	}
	for i, r := range rules {
		if a.lit(c, i) || seen.lit < 0 && a.asksRule() && i == len(rules)-1 { // that all rules to choose from are in sight
			seen.lit, seen.head = len(rows), head
		}
		rows = append(rows, func(gtx layout.Context) layout.Dimensions { return a.rule(gtx, columns, c, i, r) })
		if e := &a.Player.Edit; e.Open && e.Chain == c && e.Index == i {
			seen.editor = len(rows)
			rows = append(rows, a.ruleEditor)
		}
	}
	if a.lit(c, len(rules)) {
		seen.lit, seen.head = len(rows), head
	}
	return append(rows, func(gtx layout.Context) layout.Dimensions { return a.firewallFoot(gtx, c, len(rules)) })
}

// firewallHead chooses the chain and holds what is true of all its rules, below
// where there is no room beside.
func (a *App) firewallHead(gtx layout.Context, c model.Chain, rules int) layout.Dimensions {
	k, page := &a.kit, &a.inspector.firewall
	side := c.Side()
	s := &page.sides[side]
	h, pad, gap := k.ControlHeight(), k.Dp(20), k.Dp(8)
	if a.Player.Fixed() {
		gap = k.Dp(4)
	}
	which := a.chainChoices(side)
	need := a.chainWidth(c)
	blocks := a.blocks(side)
	label, words := a.text("firewall.block"), 0
	blocking := rules > 0 && !c.OnHost() && !a.Player.Fixed()
	history := side == model.ClientSide && !a.Player.Fixed()
	room := gtx.Constraints.Max.X - 2*pad
	if history {
		room -= 2 * (h + gap)
	}
	if a.noteBeside(gtx.Constraints.Max.X, c) {
		k.TextIn(gtx.Ops, image.Rect(pad+need+2*gap, gap, pad+room, gap+h), a.noteOf(c), scene.Small, scene.Muted, scene.Left)
	}
	width := k.SegmentsWidth(labels(blocks)...) + gap
	two := blocking && need > room-width
	if w := k.Width(label, scene.Small) + k.Dp(16); !two && need <= room-width-w || two && width+w <= gtx.Constraints.Max.X-2*pad {
		words = w
	}
	size := image.Pt(gtx.Constraints.Max.X, h+2*gap)
	if two {
		size.Y += h + gap
	}
	widget.Place(gtx, image.Rect(pad, gap, pad+min(need, room), gap+h), func(gtx layout.Context) layout.Dimensions {
		return k.Dropdown(gtx, &s.which, a.text("firewall."+sideNames[side]), which)
	})
	x := size.X - pad
	if blocking {
		end, y := x, gap
		if history && !two {
			end -= 2 * (h + gap)
		}
		if two {
			y += h + gap
		}
		if words > 0 {
			k.TextIn(gtx.Ops, image.Rect(end-width+gap-words, y, end, y+h), label, scene.Small, scene.Muted, scene.Left)
		}
		widget.Place(gtx, image.Rect(end-width+gap, y, end, y+h), func(gtx layout.Context) layout.Dimensions {
			return k.Segments(gtx, &s.block, blocks)
		})
	}
	if history {
		for i, b := range []struct {
			state *widget.Button
			act   model.ActionID
			icon  *widget.Icon
		}{{&page.undo, model.ActUndo, widget.IconUndo}, {&page.redo, model.ActRedo, widget.IconRedo}} {
			at := x - (2-i)*h - (1-i)*gap
			widget.Place(gtx, image.Rect(at, gap, at+h, gap+h), func(gtx layout.Context) layout.Dimensions {
				return a.act(gtx, b.state, b.act, widget.Look{Icon: b.icon, Kind: widget.Plain, Tip: widget.TipAboveLeft})
			})
		}
	}
	return layout.Dimensions{Size: size}
}

// chainWidth is how wide the choice of a chain is.
func (a *App) chainWidth(c model.Chain) int {
	return a.kit.Width(a.chainName(c), scene.BodyStrong) + a.kit.Icon(nil) + a.kit.Dp(32)
}

// noteOf says which packets a chain is for, and what becomes of them where it
// has no rules.
func (a *App) noteOf(c model.Chain) string {
	note := a.text("firewall." + chainNames[c] + ".note")
	if rules, policy := a.Player.Rules(c); len(rules) == 0 {
		note += " " + a.text("firewall.none."+policy)
	}
	return note
}

// noteBeside reports whether the note has room beside the choice, where nothing
// else is.
func (a *App) noteBeside(width int, c model.Chain) bool {
	k := &a.kit
	return a.Player.Fixed() && k.Width(a.noteOf(c), scene.Small) <= width-a.chainWidth(c)-k.Dp(56)
}

// chainNote is the note on a line of its own.
func (a *App) chainNote(gtx layout.Context, c model.Chain) layout.Dimensions {
	k := &a.kit
	pad := k.Dp(20)
	b := k.Painter.Paragraph(a.noteOf(c), scene.Small, gtx.Constraints.Max.X-2*pad, 3)
	b.Paint(gtx.Ops, fpt(float32(pad), 0), k.Palette[scene.Muted])
	return layout.Dimensions{Size: image.Pt(gtx.Constraints.Max.X, int(b.Height)+k.Dp(4))}
}

func (a *App) chainChoices(side model.Side) []widget.Segment {
	var all []widget.Segment
	for _, c := range side.Chains() {
		all = append(all, widget.Segment{Label: a.chainName(c), Selected: c == a.shownChain(side), Choose: func() { a.showChain(c) }})
	}
	return all
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

func (a *App) toggleRule(c model.Chain, i int, open bool) {
	if open {
		a.Player.CloseRule()
		return
	}
	a.inspector.firewall.editing = false
	a.Player.OpenRule(c, i)
}

// firewallFoot is the policy, the last word where no rule matches, and the way
// to a new rule.
func (a *App) firewallFoot(gtx layout.Context, c model.Chain, n int) layout.Dimensions {
	k := &a.kit
	s := &a.inspector.firewall.chains[c]
	_, policy := a.Player.Rules(c)
	h := k.ControlHeight()
	size := image.Pt(gtx.Constraints.Max.X, h+k.Dp(20))
	y := k.Dp(8)
	if a.lit(c, n) {
		tint := scene.AllowedTint
		if policy == "drop" {
			tint = scene.BlockedTint
		}
		k.Fill(gtx.Ops, image.Rectangle{Max: size}, tint)
	}
	if a.Player.Fixed() {
		k.TextIn(gtx.Ops, image.Rect(k.Dp(20), y, size.X-k.Dp(20), y+h), a.text("firewall.policy")+": "+policy, scene.Small, scene.Muted, scene.Left)
		a.underline(gtx, size)
		return layout.Dimensions{Size: size}
	}
	add := a.text("firewall.add")
	w := k.Width(add, scene.Body) + k.Icon(nil) + k.Dp(30)
	widget.Place(gtx, image.Rect(k.Dp(20), y, k.Dp(20)+w, y+h), func(gtx layout.Context) layout.Dimensions {
		look := widget.Look{Label: add, Name: add + ": " + a.chainName(c), Icon: widget.IconAdd}
		return k.Button(gtx, &s.add, look, func() {
			a.inspector.firewall.editing = false
			a.try(a.Player.AddRule(c))
		})
	})
	policies := a.policies(c, policy)
	pw := k.SegmentsWidth(labels(policies)...)
	x := size.X - k.Dp(20) - pw
	label := a.text("firewall.policy")
	if a.Player.RuleAt(c, n) >= 0 {
		label += " · " + a.text("firewall.hits.count", "n", a.Player.Hits(c, n))
	}
	k.TextIn(gtx.Ops, image.Rect(k.Dp(32)+w, y, x-k.Dp(12), y+h), label, scene.Small, scene.Muted, scene.Right)
	widget.Place(gtx, image.Rect(x, y, x+pw, y+h), func(gtx layout.Context) layout.Dimensions {
		return k.Segments(gtx, &s.policy, policies)
	})
	a.underline(gtx, size)
	return layout.Dimensions{Size: size}
}

func (a *App) policies(c model.Chain, now string) []widget.Segment {
	var all []widget.Segment
	for _, policy := range []string{"accept", "drop"} {
		all = append(all, widget.Segment{
			Label: policy, Name: a.chainName(c) + ": " + a.text("firewall.policy") + ": " + policy,
			Selected: policy == now,
			Choose:   func() { a.try(a.Player.SetPolicy(c, policy)) },
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
