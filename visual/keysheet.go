package visual

import (
	"image"
	"strings"

	"gioui.org/io/key"
	"gioui.org/layout"

	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// keySheet is the state of the page that shows all keys.
type keySheet struct {
	close  widget.Button
	motion widget.Button
	list   layout.List
}

func (s *keySheet) open(a *App) bool { return a.Player.Settings.ShowKeys }

// layoutKeys shows every key and what it does, over the whole window.
func (a *App) layoutKeys(gtx layout.Context) layout.Dimensions {
	k, sheet := &a.kit, &a.sheet
	size := gtx.Constraints.Max
	for {
		e, ok := gtx.Event(key.Filter{Name: key.NameEscape})
		if !ok {
			break
		}
		if e.(key.Event).State == key.Press {
			k.Do(func() { a.Player.Do(model.ActKeys) })
		}
	}
	head := k.LineHeight(scene.Display) + k.Dp(32)
	width := min(size.X-2*k.Dp(24), k.Sp(640))
	left := (size.X - width) / 2
	done := a.text("window.close")
	w := k.Width(done, scene.Body) + k.Dp(24)
	k.TextIn(gtx.Ops, image.Rect(left, 0, left+width-w, head), a.text("window.keys"), scene.Display, scene.Ink, scene.Left)
	top := (head - k.ControlHeight()) / 2
	widget.Place(gtx, image.Rect(left+width-w, top, left+width, top+k.ControlHeight()), func(gtx layout.Context) layout.Dimensions {
		return k.Button(gtx, &sheet.close, widget.Look{Label: done}, func() { a.Player.Do(model.ActKeys) })
	})
	head = a.layoutMotion(gtx, image.Rect(left, head, left+width, head+k.ControlHeight()+k.Dp(8)))
	rows := a.keyRows()
	row := k.LineHeight(scene.Body) + k.Dp(10)
	widget.Clipped(gtx, image.Rect(left, head, left+width, size.Y), func(gtx layout.Context) layout.Dimensions {
		sheet.list.Axis = layout.Vertical
		return sheet.list.Layout(gtx, len(rows), func(gtx layout.Context, i int) layout.Dimensions {
			size := image.Pt(width, row)
			k.TextIn(gtx.Ops, image.Rect(0, 0, width*2/5, row), rows[i][0], scene.BodyStrong, scene.Ink, scene.Left)
			k.TextIn(gtx.Ops, image.Rect(width*2/5, 0, width, row), rows[i][1], scene.Body, scene.Muted, scene.Left)
			a.underline(gtx, size)
			return layout.Dimensions{Size: size}
		})
	})
	return layout.Dimensions{Size: size}
}

// layoutMotion is the switch for reduced motion; it returns where it ends.
func (a *App) layoutMotion(gtx layout.Context, r image.Rectangle) int {
	k := &a.kit
	name := a.text("action." + string(model.ActReduceMotion))
	k.TextIn(gtx.Ops, r, name, scene.Body, scene.Ink, scene.Left)
	at := image.Rect(r.Max.X-k.SwitchWidth(), r.Min.Y, r.Max.X, r.Min.Y+k.ControlHeight())
	widget.Place(gtx, at, func(gtx layout.Context) layout.Dimensions {
		return k.Switch(gtx, &a.sheet.motion, name, a.Player.Settings.ReduceMotion, func() { a.Player.Do(model.ActReduceMotion) })
	})
	return r.Max.Y
}

// keyRows are the keys of each action and the action's name.
func (a *App) keyRows() [][2]string {
	var rows [][2]string
	at := map[model.ActionID]int{}
	for _, b := range keymap {
		if b.Hidden {
			continue
		}
		if i, ok := at[b.Action]; ok {
			rows[i][0] += ", " + a.keyName(b)
			continue
		}
		at[b.Action] = len(rows)
		rows = append(rows, [2]string{a.keyName(b), a.text("action." + string(b.Action))})
	}
	return append(rows,
		[2]string{"S", a.text("window.spot_key")}, [2]string{"B", a.text("window.black_key")},
		[2]string{"Esc", a.text("window.escape_key")}, [2]string{"Tab", a.text("window.tab_key")})
}

// keyNames are the keys whose name in Gio is a symbol.
var keyNames = map[key.Name]string{
	key.NameSpace: "space", key.NameLeftArrow: "left", key.NameRightArrow: "right", key.NameHome: "home",
	key.NameEnd: "end", key.NamePageDown: "page_down", key.NamePageUp: "page_up",
}

func (a *App) keyName(b binding) string {
	name := string(b.Name)
	if n, ok := keyNames[b.Name]; ok {
		name = a.text("key." + n)
	}
	var parts []string
	if b.Mods.Contain(key.ModShortcut) {
		parts = append(parts, "Ctrl")
	}
	if b.Mods.Contain(key.ModShift) {
		parts = append(parts, "Shift")
	}
	return strings.Join(append(parts, name), " + ")
}
