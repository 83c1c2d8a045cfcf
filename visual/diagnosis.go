package visual

import (
	"image"

	"gioui.org/layout"
	"gioui.org/op"

	"ftpscope/sim"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// diagnosisPage is the state of the page that says how the run ended.
type diagnosisPage struct {
	apply, compare []widget.Button
}

// layoutDiagnosis says what failed, who blocked what, and what would mend it.
func (a *App) layoutDiagnosis(gtx layout.Context) layout.Dimensions {
	k, page := &a.kit, &a.inspector.diagnosis
	d := a.Player.Diagnosis()
	size := gtx.Constraints.Max
	pad := k.Dp(20)
	for len(page.apply) < len(d.Remedies) {
		page.apply, page.compare = append(page.apply, widget.Button{}), append(page.compare, widget.Button{})
	}
	macro := op.Record(gtx.Ops)
	y := k.Dp(12)
	paragraph := func(text string, style scene.Style, p scene.Paint, lines int) {
		b := k.Painter.Paragraph(text, style, size.X-2*pad, lines)
		b.Paint(gtx.Ops, fpt(float32(pad), float32(y)), k.Palette[p])
		y += int(b.Height) + k.Dp(6)
	}
	verdict := scene.AllowedPaint
	if !d.OK {
		verdict = scene.BlockedPaint
	}
	if a.problem != nil {
		paragraph(a.texts.Error(a.problem), scene.Body, scene.BlockedPaint, 3)
	}
	paragraph(a.say(d.What), scene.Lead, verdict, 3)
	paragraph(a.say(d.Why), scene.Body, scene.Ink, 5)
	if len(d.Remedies) > 0 {
		y += k.Dp(4)
		paragraph(a.text("diagnosis_page.remedies"), scene.BodyStrong, scene.Muted, 1)
	}
	for i, r := range d.Remedies {
		at := op.Offset(image.Pt(0, y)).Push(gtx.Ops)
		gtx.Constraints = layout.Constraints{Max: size}
		y += a.layoutRemedy(gtx, i, r).Size.Y
		at.Pop()
	}
	all := macro.Stop()
	return a.scroll(gtx, &a.inspector.lists[tabDiagnosis], size, image.Pt(size.X, y+k.Dp(8)), all)
}

// layoutRemedy is what to do, in words, and the buttons that do it.
func (a *App) layoutRemedy(gtx layout.Context, i int, r sim.Remedy) layout.Dimensions {
	k, p, page := &a.kit, a.Player, &a.inspector.diagnosis
	w, h, pad := gtx.Constraints.Max.X, k.ControlHeight(), k.Dp(20)
	say := a.say(r.Say)
	apply, compare := a.text("diagnosis_page.apply"), a.text("diagnosis_page.compare")
	buttons := k.Width(apply, scene.Body) + k.Width(compare, scene.Body) + 2*k.Dp(24) + k.Dp(8)
	room := w - 2*pad - buttons - k.Dp(16)
	beside := room >= k.Sp(260)
	if !beside {
		room = w - 2*pad
	}
	words := k.Painter.Paragraph(say, scene.Body, room, 4)
	x, y := w-pad-buttons, k.Dp(4)
	height := max(int(words.Height), h) + k.Dp(8)
	top := float32(height-int(words.Height)) / 2
	if !beside {
		x, y, top = pad, int(words.Height)+k.Dp(8), float32(k.Dp(4))
		height = y + h + k.Dp(8)
	}
	words.Paint(gtx.Ops, fpt(float32(pad), top), k.Palette[scene.Ink])
	if beside {
		y = (height - h) / 2
	}
	for _, b := range []struct {
		state *widget.Button
		label string
		do    func()
	}{
		{&page.apply[i], apply, func() { a.try(p.Apply(r)) }},
		{&page.compare[i], compare, func() { a.try(p.CompareRemedy(r)) }},
	} {
		bw := k.Width(b.label, scene.Body) + k.Dp(24)
		widget.Place(gtx, image.Rect(x, y, x+bw, y+h), func(gtx layout.Context) layout.Dimensions {
			return k.Button(gtx, b.state, widget.Look{Label: b.label, Name: b.label + ": " + say}, b.do)
		})
		x += bw + k.Dp(8)
	}
	return layout.Dimensions{Size: image.Pt(w, height)}
}
