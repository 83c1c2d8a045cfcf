package visual

import (
	"fmt"
	"image"
	"strings"

	"gioui.org/layout"

	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// topBar is the state of the bar with the run chooser and the settings.
type topBar struct {
	places                       widget.Segments
	narrow                       widget.Dropdown // the same where there is little room
	language                     widget.Segments
	smaller, larger, theme, keys widget.Button
}

func (a *App) layoutTop(gtx layout.Context) layout.Dimensions {
	k := &a.kit
	size := gtx.Constraints.Max
	h, gap := k.ControlHeight(), k.Dp(8)
	y := (size.Y - h) / 2
	settings := a.settings(size.X)
	right := -gap
	for _, s := range settings {
		right += s.width + gap
	}
	x := k.Dp(16)
	a.mark(gtx, image.Rect(x, 0, x+k.Sp(26), size.Y))
	x += k.Sp(26) + k.Dp(10)
	name := k.Width("ftpscope", scene.Title)
	if size.X-x-right-name > k.Sp(240) {
		k.TextIn(gtx.Ops, image.Rect(x, 0, x+name, size.Y), "ftpscope", scene.Title, scene.Ink, scene.Left)
		x += name + k.Dp(20)
	}
	x += a.layoutPlaces(gtx, image.Rect(x, y, size.X-right-k.Dp(28), y+h))
	if room := image.Rect(x+k.Dp(20), 0, size.X-right-k.Dp(32), size.Y); room.Dx() > k.Sp(140) {
		a.layoutCrumbs(gtx, room)
	}

	x = size.X - right - k.Dp(16)
	place := func(w int, f layout.Widget) {
		widget.Place(gtx, image.Rect(x, y, x+w, y+h), f)
		x += w + gap
	}
	for _, s := range settings {
		place(s.width, s.layout)
	}
	return layout.Dimensions{Size: size}
}

// setting is one of those at the end of the bar.
type setting struct {
	width  int
	layout layout.Widget
}

// settings are those that leave the places enough of a bar of this width: on a
// telephone not the size of text, which it has of its own, nor the keys.
func (a *App) settings(width int) []setting {
	k, t := &a.kit, &a.top
	h, gap := k.ControlHeight(), k.Dp(8)
	languages := a.languages()
	language := setting{k.SegmentsWidth(labels(languages)...), func(gtx layout.Context) layout.Dimensions {
		return k.Segments(gtx, &t.language, languages)
	}}
	theme := setting{h, func(gtx layout.Context) layout.Dimensions {
		state := a.text("theme." + model.ThemeNames[a.Player.Settings.Theme])
		return a.act(gtx, &t.theme, model.ActTheme, widget.Look{Icon: widget.IconTheme, State: state, Tip: widget.TipBelow})
	}}
	keys := setting{h, func(gtx layout.Context) layout.Dimensions {
		return a.act(gtx, &t.keys, model.ActKeys, widget.Look{Label: "?", Width: h, Tip: widget.TipBelow})
	}}
	room := width - k.Dp(54) - k.Sp(26) - k.Sp(110)
	switch {
	case room >= language.width+a.sizeWidth()+2*h+3*gap:
		return []setting{language, {a.sizeWidth(), a.layoutTextSize}, theme, keys}
	case room >= language.width+2*h+2*gap:
		return []setting{language, theme, keys}
	case room >= language.width+h+gap:
		return []setting{language, theme}
	}
	return []setting{language}
}

// act lays out a button for an action of the player.
func (a *App) act(gtx layout.Context, b *widget.Button, id model.ActionID, l widget.Look) layout.Dimensions {
	act := a.Player.Action(id)
	l.Name = a.text("action." + string(id))
	l.Disabled = !act.Ready()
	return a.kit.Button(gtx, b, l, act.Do)
}

func (a *App) layoutTextSize(gtx layout.Context) layout.Dimensions {
	k, t := &a.kit, &a.top
	size := image.Pt(gtx.Constraints.Max.X, k.ControlHeight())
	h := size.Y
	percent := fmt.Sprintf("%d %%", a.Player.Settings.TextSize.Value)
	k.Edge(gtx.Ops, image.Rectangle{Max: size}, 6, 1, scene.Line)
	widget.Place(gtx, image.Rect(0, 0, h, h), func(gtx layout.Context) layout.Dimensions {
		return a.act(gtx, &t.smaller, model.ActSmaller, widget.Look{Label: "A", Style: scene.Small, Width: h, Kind: widget.Plain, State: percent, Tip: widget.TipBelow})
	})
	k.TextIn(gtx.Ops, image.Rect(h, 0, size.X-h, h), percent, scene.Small, scene.Muted, scene.Centre)
	widget.Place(gtx, image.Rect(size.X-h, 0, size.X, h), func(gtx layout.Context) layout.Dimensions {
		return a.act(gtx, &t.larger, model.ActLarger, widget.Look{Label: "A", Style: scene.Title, Width: h, Kind: widget.Plain, State: percent, Tip: widget.TipBelow})
	})
	return layout.Dimensions{Size: size}
}

func (a *App) sizeWidth() int { return 2*a.kit.ControlHeight() + a.kit.Width("200 %", scene.Small) }

// mark is the program's sign: the command channel whole, the data channel in
// pieces.
func (a *App) mark(gtx layout.Context, r image.Rectangle) {
	k := &a.kit
	w, h, mid := r.Dx(), k.Sp(5), (r.Min.Y+r.Max.Y)/2
	gap := k.Sp(4)
	part := (w - gap) / 2
	k.Round(gtx.Ops, image.Rect(r.Min.X, mid-gap/2-h, r.Max.X, mid-gap/2), 2, scene.CommandPaint)
	k.Round(gtx.Ops, image.Rect(r.Min.X, mid+gap/2, r.Min.X+part, mid+gap/2+h), 2, scene.DataPaint)
	k.Round(gtx.Ops, image.Rect(r.Max.X-part, mid+gap/2, r.Max.X, mid+gap/2+h), 2, scene.DataPaint)
}

func (a *App) runs() []widget.Segment {
	var all []widget.Segment
	task := a.Player.InLesson() // its network has little left of the preset that it began with
	known := task
	if task {
		all = append(all, widget.Segment{Label: a.text("learn.network"), Selected: true, Choose: func() {}})
	}
	for _, name := range a.Player.Presets() {
		selected := !task && name == a.Player.Run.Name
		known = known || selected
		all = append(all, widget.Segment{
			Label:    a.runTitle(name),
			Selected: selected,
			Choose:   func() { a.try(a.Player.Choose(name)); a.reset() },
		})
	}
	if !known {
		all = append(all, widget.Segment{Label: a.runTitle(a.Player.Run.Name), Selected: true, Choose: func() {}})
	}
	return all
}

// runTitle is the name of a run: a preset's from the catalogue, a file's own.
func (a *App) runTitle(name string) string {
	key := "run." + strings.ReplaceAll(name, "-", "_")
	if s := a.text(key); s != key {
		return s
	}
	if t := a.Player.Run.Scenario.Title; t != "" && name == a.Player.Run.Name {
		return t
	}
	return name
}

func (a *App) languages() []widget.Segment {
	s := &a.Player.Settings
	var all []widget.Segment
	for _, tag := range s.Languages {
		short, _, _ := strings.Cut(tag, "-")
		all = append(all, widget.Segment{
			Label:    strings.ToUpper(short),
			Name:     a.text("language." + tag),
			Selected: tag == s.Language,
			Choose:   func() { s.Language = tag },
		})
	}
	return all
}

func labels(all []widget.Segment) []string {
	l := make([]string, len(all))
	for i, s := range all {
		l[i] = s.Label
	}
	return l
}

// reset forgets where the person had scrolled to in the run before.
func (a *App) reset() {
	a.sequence = sequencePane{packets: a.sequence.packets, follow: true}
	a.inspector.scroll()
}
