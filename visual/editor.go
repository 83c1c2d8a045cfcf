package visual

import (
	"image"

	"gioui.org/io/key"
	"gioui.org/layout"

	"ftpscope/visual/draw"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// ruleEditor is the open rule as nftables' text, with what can be done to it.
func (a *App) ruleEditor(gtx layout.Context) layout.Dimensions {
	k, p, page := &a.kit, a.Player, &a.inspector.firewall
	e := p.Edit
	take := !page.editing
	page.editing = true
	page.field.Set(e.Text)
	done := func() {
		p.CloseRule()
		gtx.Execute(key.FocusCmd{Tag: &page.chains[e.Chain].rows[e.Index].Clickable})
	}
	enter := func() {
		if p.Edit.Err == nil { // else what was typed, and what is wrong with it, would go unseen
			done()
		}
	}
	h, pad := k.ControlHeight(), k.Dp(20)
	size := image.Pt(gtx.Constraints.Max.X, h+k.Dp(16))
	var wrong *draw.Block
	if e.Err != nil {
		wrong = k.Painter.Paragraph(a.texts.Error(e.Err), scene.Small, size.X-2*pad, 3)
		size.Y += int(wrong.Height) + k.Dp(4)
	}
	k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Raised)
	y, x := k.Dp(8), size.X-pad-4*h-4*k.Dp(4)
	widget.Place(gtx, image.Rect(pad, y, x, y+h), func(gtx layout.Context) layout.Dimensions {
		return k.Field(gtx, &page.field, widget.Entry{
			Name: a.text("firewall.text", "n", e.Index+1), Wrong: e.Err != nil, Why: a.texts.Error(e.Err), Change: p.WriteRule, Done: enter, Leave: done, Take: take,
		})
	})
	rules, _ := p.Rules(e.Chain)
	for _, b := range []struct {
		state *widget.Button
		icon  *widget.Icon
		name  string
		off   bool
		do    func() error
	}{
		{&page.up, widget.IconUp, "up", e.Index == 0, func() error { return p.MoveRule(e.Chain, e.Index, -1) }},
		{&page.down, widget.IconDown, "down", e.Index == len(rules)-1, func() error { return p.MoveRule(e.Chain, e.Index, 1) }},
		{&page.off, widget.IconPower, "switch", false, func() error { return p.ToggleRule(e.Chain, e.Index) }},
		{&page.drop, widget.IconRemove, "remove", false, func() error { return p.RemoveRule(e.Chain, e.Index) }},
	} {
		x += k.Dp(4)
		widget.Place(gtx, image.Rect(x, y, x+h, y+h), func(gtx layout.Context) layout.Dimensions {
			look := widget.Look{Icon: b.icon, Name: a.text("firewall." + b.name), Kind: widget.Plain, Tip: widget.TipAboveLeft, Disabled: b.off}
			return k.Button(gtx, b.state, look, func() { a.try(b.do()) })
		})
		x += h
	}
	if wrong != nil {
		wrong.Paint(gtx.Ops, fpt(float32(pad), float32(y+h+k.Dp(4))), k.Palette[scene.BlockedPaint])
	}
	a.underline(gtx, size)
	return layout.Dimensions{Size: size}
}

// editorForm tells one rule's editor from another's, and with an error under it
// from without: by its height.
func editorForm(e model.Edit, height int) int {
	return int(model.ChainCount)*e.Index + int(e.Chain) + 1 + height<<20
}
