package visual

import (
	"image"

	"gioui.org/layout"
	"gioui.org/op"

	"ftpscope/sim/trace"
	"ftpscope/visual/draw"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// layoutAlignment shows what is compared, and what happens in both runs row by
// row; a row moves both to where all of it is to be seen.
func (a *App) layoutAlignment(gtx layout.Context) layout.Dimensions {
	k, pane, c := &a.kit, &a.compare, a.Player.Compare
	size := gtx.Constraints.Max
	h, pad := k.ControlHeight(), k.Dp(12)
	head := h + k.Dp(20)
	title := a.say(c.Title)
	var whole *draw.Block // the title, where it finds no room in the choice
	if k.Width(title, scene.BodyStrong) > size.X-2*pad-h-k.Dp(24)-k.Icon(nil) {
		whole = k.Painter.Paragraph(title, scene.Small, size.X-4*pad, 4)
		head += int(whole.Height) + k.Dp(4)
	}
	for len(pane.rows) < len(c.Alignment.Pairs) {
		pane.rows = append(pane.rows, widget.Button{})
	}
	heights, top := make([]int, len(c.Alignment.Pairs)), 0
	for i := range heights {
		heights[i] = a.pair(gtx, i, false).Size.Y
		if i == c.Row() && pane.shown != i+1 {
			pane.shown = i + 1
			pane.reveal(top, heights[i], size.Y-head)
		}
		top += heights[i]
	}
	widget.Clipped(gtx, image.Rect(0, head, size.X, size.Y), func(gtx layout.Context) layout.Dimensions {
		pane.list.Axis = layout.Vertical
		size := gtx.Constraints.Max
		gtx.Constraints.Min = image.Point{}
		// All of them are laid out, seen or not, so that Tab reaches all.
		macro := op.Record(gtx.Ops)
		y := 0
		for i, h := range heights {
			at := op.Offset(image.Pt(0, y)).Push(gtx.Ops)
			a.pair(gtx, i, true)
			at.Pop()
			y += h
		}
		all := macro.Stop()
		pane.list.Layout(gtx, 1, func(gtx layout.Context, _ int) layout.Dimensions {
			all.Add(gtx.Ops)
			return layout.Dimensions{Size: image.Pt(size.X, y)}
		})
		if y > size.Y {
			a.thumb(gtx, size.Y, float32(pane.list.Position.Offset)/float32(y), float32(size.Y)/float32(y))
		}
		return layout.Dimensions{Size: size}
	})
	if whole != nil {
		whole.Paint(gtx.Ops, fpt(float32(2*pad), float32(h+k.Dp(18))), k.Palette[scene.Muted])
	}
	widget.Place(gtx, image.Rect(pad, k.Dp(12), pad+h, k.Dp(12)+h), func(gtx layout.Context) layout.Dimensions {
		look := widget.Look{Icon: widget.IconBack, Name: a.text("compare.back"), Kind: widget.Plain}
		return k.Button(gtx, &pane.back, look, a.Player.CloseCompare)
	})
	widget.Place(gtx, image.Rect(pad+h+k.Dp(4), k.Dp(12), size.X-pad, k.Dp(12)+h), func(gtx layout.Context) layout.Dimensions {
		return k.Dropdown(gtx, &pane.choose, a.text("compare.choose"), a.comparisons(c.Title))
	})
	return layout.Dimensions{Size: size}
}

// reveal scrolls no further than it must for a row to be seen.
func (p *comparePane) reveal(top, height, room int) {
	at := &p.list.Position
	at.First, at.BeforeEnd = 0, true
	at.Offset = min(max(at.Offset, top+height-room), top)
}

// comparisons are those that the present run offers, now the one that is shown.
func (a *App) comparisons(now trace.Sentence) []widget.Segment {
	var all []widget.Segment
	known := false
	for _, c := range a.Player.Comparisons() {
		known = known || c.Title.Key == now.Key
		all = append(all, widget.Segment{
			Label: a.say(c.Title), Selected: c.Title.Key == now.Key, Choose: func() { a.try(a.Player.OpenCompare(c)) },
		})
	}
	if !known {
		all = append(all, widget.Segment{Label: a.say(now), Selected: true, Choose: func() {}})
	}
	return all
}

// pair is one row: what happens in either run. Without draw it is only measured.
func (a *App) pair(gtx layout.Context, i int, draw bool) layout.Dimensions {
	k, c := &a.kit, a.Player.Compare
	p := &c.Alignment.Pairs[i]
	pad := k.Dp(12)
	title := a.text("compare.row", "n", i+1, "topic", a.text("align.topic."+p.Topic.String()))
	heading := k.Painter.Paragraph(title, scene.Lead, gtx.Constraints.Max.X-4*pad, 3)
	line := int(heading.Height + .5)
	left := 0
	for side := range c.Players {
		left = max(left, k.Width(a.sideName(side), scene.Body))
	}
	left += 2*pad + k.Dp(12)
	size := image.Pt(gtx.Constraints.Max.X, pad+line+k.Dp(4))
	parts := [2]pairPart{a.pairPart(p, &p.A, &p.B, size.X-left-pad-k.Dp(8)), a.pairPart(p, &p.B, &p.A, size.X-left-pad-k.Dp(8))}
	size.Y += parts[0].height(k) + parts[1].height(k) + pad
	if !draw {
		return layout.Dimensions{Size: size}
	}
	same := "compare.different"
	if p.Same {
		same = "compare.same"
	}
	look := widget.Look{Name: title, Selected: i == c.Row(), State: a.text(same) + ". " +
		a.text("compare.both", "one", a.sideName(0), "a", parts[0].text, "other", a.sideName(1), "b", parts[1].text)}
	b := &a.compare.rows[i]
	return k.Press(gtx, b, look, size, 8, func() { c.JumpToRow(i) }, func(gtx layout.Context) {
		r := image.Rect(pad/2, k.Dp(2), size.X-pad/2, size.Y-k.Dp(2))
		switch {
		case look.Selected:
			k.Round(gtx.Ops, r, 8, scene.CursorTint)
		case b.Hovered():
			k.Round(gtx.Ops, r, 8, scene.Raised)
		}
		y := pad
		heading.Paint(gtx.Ops, fpt(float32(2*pad), float32(y)), k.Palette[scene.Ink])
		y += line + k.Dp(4)
		for side := range parts {
			h := k.LineHeight(scene.Body)
			k.TextIn(gtx.Ops, image.Rect(2*pad, y, left, y+h), a.sideName(side), scene.Body, scene.Muted, scene.Left)
			parts[side].block.Paint(gtx.Ops, fpt(float32(left), float32(y)+max((float32(h)-parts[side].block.Height)/2, 0)), k.Palette[parts[side].paint])
			y += parts[side].height(k)
		}
	})
}

// pairPart is one run's share of a row, set.
type pairPart struct {
	text  string
	paint scene.Paint
	block *draw.Block
}

func (p *pairPart) height(k *widget.Kit) int {
	return max(int(p.block.Height+.5), k.LineHeight(scene.Body)) + k.Dp(2)
}

// pairPart says what became of a part: failed, got through where the other
// failed, or just what it was.
func (a *App) pairPart(pair *trace.Pair, own, other *trace.Part, width int) pairPart {
	p := pairPart{text: a.say(own.Says), paint: scene.Ink}
	switch {
	case pair.Same:
		p.text, p.paint = a.text("compare.same"), scene.Muted
	case own.Failed:
		p.paint = scene.BlockedPaint
	case other.Failed && len(own.Messages) > 0:
		p.paint = scene.AllowedPaint
	}
	p.block = a.kit.Painter.Paragraph(p.text, scene.Mono, width, 3)
	return p
}
