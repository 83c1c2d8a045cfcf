package widget

import (
	"image"

	"gioui.org/op"

	"ftpscope/visual/scene"
)

// Icon is a small drawing in a box of 20 by 20, in one paint that is given
// when it is drawn. Icons are paths, not characters of a font.
type Icon struct{ shapes []scene.Shape }

const iconBox = 20

func poly(pts ...scene.Point) scene.Shape {
	s := scene.Shape{Kind: scene.Polygon, N: uint8(len(pts)), Alpha: 1}
	copy(s.P[:], pts)
	return s
}

func stroke(width float32, pts ...scene.Point) scene.Shape {
	s := scene.Shape{Kind: scene.Polyline, N: uint8(len(pts)), Width: width, Round: true, Alpha: 1}
	copy(s.P[:], pts)
	return s
}

func bar(x, y, w, h, radius float32) scene.Shape {
	return scene.Shape{Kind: scene.FillRect, Rect: scene.Rect{X: x, Y: y, W: w, H: h}, Radius: radius, Alpha: 1}
}

type pt = scene.Point

// The icons.
var (
	IconPlay    = &Icon{[]scene.Shape{poly(pt{X: 6, Y: 4}, pt{X: 16, Y: 10}, pt{X: 6, Y: 16})}}
	IconPause   = &Icon{[]scene.Shape{bar(5, 4, 3.5, 12, 0), bar(11.5, 4, 3.5, 12, 0)}}
	IconForward = &Icon{[]scene.Shape{poly(pt{X: 7, Y: 5}, pt{X: 14, Y: 10}, pt{X: 7, Y: 15})}}
	IconBack    = &Icon{[]scene.Shape{poly(pt{X: 13, Y: 5}, pt{X: 6, Y: 10}, pt{X: 13, Y: 15})}}
	IconEnd     = &Icon{[]scene.Shape{poly(pt{X: 5, Y: 5}, pt{X: 12, Y: 10}, pt{X: 5, Y: 15}), bar(13, 5, 2, 10, 0)}}
	IconHome    = &Icon{[]scene.Shape{poly(pt{X: 15, Y: 5}, pt{X: 8, Y: 10}, pt{X: 15, Y: 15}), bar(5, 5, 2, 10, 0)}}
	IconUp      = &Icon{[]scene.Shape{stroke(1.6, pt{X: 5.5, Y: 12}, pt{X: 10, Y: 7.5}, pt{X: 14.5, Y: 12})}}
	IconDown    = &Icon{[]scene.Shape{stroke(1.6, pt{X: 5.5, Y: 8}, pt{X: 10, Y: 12.5}, pt{X: 14.5, Y: 8})}}
	IconCheck   = &Icon{[]scene.Shape{stroke(1.8, pt{X: 5, Y: 10.5}, pt{X: 8.5, Y: 14}, pt{X: 15, Y: 6.5})}}
	IconRemove  = &Icon{[]scene.Shape{stroke(1.6, pt{X: 6, Y: 6}, pt{X: 14, Y: 14}), stroke(1.6, pt{X: 14, Y: 6}, pt{X: 6, Y: 14})}}
	IconAdd     = &Icon{[]scene.Shape{stroke(1.6, pt{X: 10, Y: 5}, pt{X: 10, Y: 15}), stroke(1.6, pt{X: 5, Y: 10}, pt{X: 15, Y: 10})}}
	IconUndo    = &Icon{[]scene.Shape{stroke(1.6, pt{X: 7.5, Y: 5}, pt{X: 4.5, Y: 8}, pt{X: 7.5, Y: 11}), stroke(1.6, pt{X: 5, Y: 8}, pt{X: 15, Y: 8}, pt{X: 15, Y: 14.5}, pt{X: 9, Y: 14.5})}}
	IconRedo    = &Icon{[]scene.Shape{stroke(1.6, pt{X: 12.5, Y: 5}, pt{X: 15.5, Y: 8}, pt{X: 12.5, Y: 11}), stroke(1.6, pt{X: 15, Y: 8}, pt{X: 5, Y: 8}, pt{X: 5, Y: 14.5}, pt{X: 11, Y: 14.5})}}
	IconTheme   = &Icon{[]scene.Shape{
		{Kind: scene.Circle, P: [4]pt{{X: 10, Y: 10}}, Radius: 6.5, Width: 1.6, Alpha: 1},
		{Kind: scene.FillRect, Rect: scene.Rect{X: 10, Y: 4.2, W: 5, H: 11.6}, Radius: 5, Alpha: 1},
		{Kind: scene.FillRect, Rect: scene.Rect{X: 10, Y: 4.2, W: 3, H: 11.6}, Alpha: 1},
	}}
	IconPower = &Icon{[]scene.Shape{
		{Kind: scene.Circle, P: [4]pt{{X: 10, Y: 10.5}}, Radius: 5.5, Width: 1.6, Alpha: 1},
		stroke(1.8, pt{X: 10, Y: 3}, pt{X: 10, Y: 10}),
	}}
)

// Icon is how wide an icon is, in pixels.
func (k *Kit) Icon(*Icon) int { return k.Sp(iconBox) }

// DrawIcon draws an icon in the middle of a box.
func (k *Kit) DrawIcon(ops *op.Ops, r image.Rectangle, icon *Icon, c scene.Paint) {
	side := k.Icon(icon)
	at := image.Pt(r.Min.X+(r.Dx()-side)/2, r.Min.Y+(r.Dy()-side)/2)
	defer op.Offset(at).Push(ops).Pop()
	k.Small(ops, icon.shapes, c)
}

// Small draws shapes measured in sp, all in one paint.
func (k *Kit) Small(ops *op.Ops, shapes []scene.Shape, c scene.Paint) {
	var s scene.Scene
	for _, sh := range shapes {
		sh.Paint = c
		s.Shapes = append(s.Shapes, sh)
	}
	dp := k.Metric.PxPerDp
	k.Metric.PxPerDp = k.Metric.PxPerSp
	k.Scene(ops, &s)
	k.Metric.PxPerDp = dp
}
