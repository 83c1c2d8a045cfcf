package widget

import (
	"image"

	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op"
	"gioui.org/unit"

	"ftpscope/visual/scene"
)

// SwitchWidth is how wide a switch is.
func (k *Kit) SwitchWidth() int { return k.Sp(40) }

// Switch lays out what is on or off.
func (k *Kit) Switch(gtx layout.Context, b *Button, name string, on bool, flip func()) layout.Dimensions {
	size := image.Pt(k.SwitchWidth(), k.ControlHeight())
	look := Look{Name: name, Selected: on, Class: semantic.Switch}
	return k.Press(gtx, b, look, size, buttonRadius, flip, func(gtx layout.Context) {
		h := k.Sp(20)
		track := image.Rect(0, (size.Y-h)/2, size.X, (size.Y+h)/2)
		paint, knob := scene.Line, scene.Muted
		x := track.Min.X
		if on {
			paint, knob, x = scene.AllowedPaint, scene.OnAllowed, track.Max.X-h
		}
		k.pill(gtx.Ops, track, paint)
		gap := k.Sp(3)
		k.pill(gtx.Ops, image.Rect(x, track.Min.Y, x+h, track.Max.Y).Inset(gap), knob)
	})
}

// pill fills a box with round ends.
func (k *Kit) pill(ops *op.Ops, r image.Rectangle, c scene.Paint) {
	k.Round(ops, r, unit.Dp(float32(r.Dy())/2/k.Metric.PxPerDp), c)
}
