package visual

import (
	"image"
	"strings"

	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op/clip"

	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// presentRuns lays out the stages of two runs over each other, each with its
// caption.
func (a *App) presentRuns(gtx layout.Context) layout.Dimensions {
	k, size := &a.kit, gtx.Constraints.Max
	line := max(k.Dp(1), 1)
	mid := size.Y / 2
	for side, r := range [2]image.Rectangle{image.Rect(0, 0, size.X, mid-line), image.Rect(0, mid, size.X, size.Y)} {
		one := a.Player.Compare.Players[side]
		a.look(gtx, one)
		widget.Clipped(gtx, r, func(gtx layout.Context) layout.Dimensions { return a.presentRun(gtx, side, one) })
	}
	a.look(gtx, a.Player)
	k.Fill(gtx.Ops, image.Rect(0, mid-line, size.X, mid), scene.Line)
	return layout.Dimensions{Size: size}
}

func (a *App) presentRun(gtx layout.Context, side int, one *model.Player) layout.Dimensions {
	k, size := &a.kit, gtx.Constraints.Max
	top := size.Y - k.LineHeight(scene.SmallStrong) - 2*k.LineHeight(scene.Lead) - k.Dp(16)
	pad := k.Dp(24)
	stage := image.Rect(pad, k.Dp(8), size.X-pad, top-k.Dp(4))
	widget.Clipped(gtx, stage, func(gtx layout.Context) layout.Dimensions {
		a.fit(stage)
		picture := &a.compare.runs[side].stage
		scene.Stage(&a.view, picture)
		k.Scene(gtx.Ops, picture)
		return layout.Dimensions{Size: stage.Size()}
	})
	widget.Clipped(gtx, image.Rect(0, top, size.X, size.Y), func(gtx layout.Context) layout.Dimensions {
		return a.presentRunCaption(gtx, side, one)
	})
	return layout.Dimensions{Size: size}
}

// presentRunCaption says which of the two runs this is, and what has just
// happened in it.
func (a *App) presentRunCaption(gtx layout.Context, side int, one *model.Player) layout.Dimensions {
	k, size := &a.kit, gtx.Constraints.Max
	what, why := a.caption(one)
	area := clip.Rect{Max: size}.Push(gtx.Ops)
	semantic.LabelOp(what).Add(gtx.Ops)
	semantic.DescriptionOp(why).Add(gtx.Ops)
	area.Pop()
	k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Panel)
	k.Fill(gtx.Ops, image.Rect(0, 0, k.Dp(8), size.Y), verdict(one))
	left, head := k.Dp(28), k.LineHeight(scene.SmallStrong)
	name := capital(a.sideName(side)) + " · " + strings.ToUpper(one.Run.Scenario.Client.Mode)
	w := k.Painter.Paragraph(what, scene.Lead, size.X-2*left, 3)
	if w.Lines > 2 {
		w = k.Painter.Paragraph(what, scene.SmallStrong, size.X-2*left, 3)
	}
	y := (float32(size.Y) - float32(head) - w.Height) / 2
	k.TextIn(gtx.Ops, image.Rect(left, int(y), size.X-left, int(y)+head), name, scene.SmallStrong, scene.Muted, scene.Left)
	w.Paint(gtx.Ops, fpt(float32(left), y+float32(head)), k.Palette[scene.Ink])
	return layout.Dimensions{Size: size}
}
