package visual

import (
	"image"

	"gioui.org/io/semantic"
	"gioui.org/layout"
	"gioui.org/op/clip"

	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// placeSegments are the places of the window that can be gone to.
func (a *App) placeSegments() []widget.Segment {
	var all []widget.Segment
	for i, name := range model.PlaceNames {
		to := model.Place(i)
		if to == model.PlaceLearn && a.Player.Learn == nil {
			continue
		}
		all = append(all, widget.Segment{
			Label: a.text("place." + name), Selected: to == a.Player.Shown(), Choose: func() { a.try(a.Player.Go(to)); a.reset() },
		})
	}
	return all
}

// layoutPlaces lays the places out in a row, or as a list where there is little
// room, and returns how wide that is.
func (a *App) layoutPlaces(gtx layout.Context, r image.Rectangle) int {
	k := &a.kit
	all := a.placeSegments()
	w := k.SegmentsWidth(labels(all)...)
	if w <= r.Dx() {
		r.Max.X = r.Min.X + w
		widget.Place(gtx, r, func(gtx layout.Context) layout.Dimensions { return k.Segments(gtx, &a.top.places, all) })
		return w
	}
	widget.Place(gtx, r, func(gtx layout.Context) layout.Dimensions {
		return k.Dropdown(gtx, &a.top.narrow, a.text("place.name"), all)
	})
	return r.Dx()
}

// layoutCrumbs says where the person is: the place, and what is shown there.
func (a *App) layoutCrumbs(gtx layout.Context, r image.Rectangle) {
	k := &a.kit
	if a.Player.Learning() {
		a.lessonCrumbs(gtx, r)
		return
	}
	place := a.text("place."+model.PlaceNames[a.Player.Shown()]) + " › "
	title := a.fileTitle()
	w := k.Width(place, scene.Body)
	area := clip.Rect(r).Push(gtx.Ops)
	semantic.LabelOp(place + title).Add(gtx.Ops)
	area.Pop()
	k.TextIn(gtx.Ops, r, place, scene.Body, scene.Muted, scene.Left)
	r.Min.X += w
	k.TextIn(gtx.Ops, r, title, scene.BodyStrong, scene.Ink, scene.Left)
}
