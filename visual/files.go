package visual

import (
	"image"
	"os"
	"path/filepath"
	"strings"

	"gioui.org/io/key"
	"gioui.org/layout"
	"github.com/google/renameio/v2/maybe"

	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// fileStrip is the state of the strip below the top bar: it asks where to save
// to or what to open, offers unsaved work, and tells how that went.
type fileStrip struct {
	path    widget.Field
	text    string // in the field
	asked   model.Ask
	say     error // what happened, whether it went well or not; nil: nothing to tell
	err     error
	replace string   // the file that there was a warning about
	offer   *unsaved // work of the last time that was not saved
	buttons [3]widget.Button

	// browse asks for a file by the system's dialog, and passes its name to
	// done, in the window's time; nil: there is no such dialog.
	browse func(save bool, name string, done func(path string, err error))
}

// open reports whether the strip is to be seen.
func (s *fileStrip) open(p *model.Player) bool {
	return p.Lab.Ask != model.AskNothing || s.say != nil || s.offer != nil
}

// stripButton is one of the strip's buttons.
type stripButton struct {
	label string
	kind  widget.Kind
	do    func()
}

// stripHeight is how high the strip is; 0 while there is nothing to ask or tell.
func (a *App) stripHeight(width int) int {
	if a.busy {
		return a.workHeight(width)
	}
	if !a.files.open(a.Player) {
		return 0
	}
	h := a.kit.ControlHeight() + a.kit.Dp(16)
	if a.stripRows(width) == 2 {
		h += a.kit.ControlHeight() + a.kit.Dp(8)
	}
	if b := a.stripError(width); b != "" {
		h += int(a.kit.Painter.Paragraph(b, scene.Small, width-2*a.kit.Dp(20), 2).Height) + a.kit.Dp(4)
	}
	return h
}

// stripRows is 2 where field and buttons do not fit beside each other.
func (a *App) stripRows(width int) int {
	need := a.kit.Sp(340)
	for _, b := range a.stripButtons() {
		need += a.kit.Width(b.label, scene.Body) + a.kit.Dp(32)
	}
	if need > width-2*a.kit.Dp(20) {
		return 2
	}
	return 1
}

func (a *App) stripError(int) string {
	if a.files.err == nil || a.Player.Lab.Ask == model.AskNothing && a.files.offer == nil {
		return ""
	}
	return a.texts.Error(a.files.err)
}

func (a *App) stripButtons() []stripButton {
	s, p := &a.files, a.Player
	switch {
	case p.Lab.Ask != model.AskNothing:
		do, label := a.openFile, a.text("files.open")
		if p.Lab.Ask == model.AskSave {
			do, label = a.saveFile, a.text("files.save")
		}
		all := []stripButton{{label, widget.Primary, do}}
		if s.browse != nil && (namesFiles || a.Player.Lab.Ask == model.AskOpen) {
			all = append(all, stripButton{a.text("files.browse"), widget.Outlined, a.browse})
		}
		return append(all, stripButton{a.text("files.cancel"), widget.Outlined, a.closeStrip})
	case s.offer != nil:
		return []stripButton{
			{a.text("files.restore"), widget.Primary, a.restore},
			{a.text("files.discard"), widget.Outlined, a.discard},
		}
	}
	return []stripButton{{a.text("files.done"), widget.Outlined, a.closeStrip}}
}

func (a *App) closeStrip() {
	a.Player.Lab.Ask = model.AskNothing
	a.files.say, a.files.err, a.files.asked, a.files.replace = nil, nil, model.AskNothing, ""
}

// layoutStrip lays the strip out.
func (a *App) layoutStrip(gtx layout.Context) layout.Dimensions {
	k, s, p := &a.kit, &a.files, a.Player
	if a.busy {
		return a.layoutWork(gtx)
	}
	a.stripKeys(gtx)
	size := gtx.Constraints.Max
	k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Raised)
	pad, h, y := k.Dp(20), k.ControlHeight(), k.Dp(8)
	buttons := a.stripButtons()
	w := 0
	for _, b := range buttons {
		w += k.Width(b.label, scene.Body) + k.Dp(32)
	}
	first := image.Rect(pad, y, size.X-pad, y+h)
	x, by := size.X-pad-w+k.Dp(8), y
	if a.stripRows(size.X) == 2 {
		x, by = pad, y+h+k.Dp(8)
	} else {
		first.Max.X = x - k.Dp(16)
	}
	if p.Lab.Ask != model.AskNothing {
		widget.Place(gtx, first, a.layoutPath)
	} else {
		k.TextIn(gtx.Ops, first, a.stripText(), scene.Body, scene.Ink, scene.Left)
	}
	for i, b := range buttons {
		bw := k.Width(b.label, scene.Body) + k.Dp(24)
		widget.Place(gtx, image.Rect(x, by, x+bw, by+h), func(gtx layout.Context) layout.Dimensions {
			return k.Button(gtx, &s.buttons[i], widget.Look{Label: b.label, Kind: b.kind}, b.do)
		})
		x += bw + k.Dp(8)
	}
	if wrong := a.stripError(size.X); wrong != "" {
		b := k.Painter.Paragraph(wrong, scene.Small, size.X-2*pad, 2)
		b.Paint(gtx.Ops, fpt(float32(pad), float32(by+h+k.Dp(4))), k.Palette[scene.BlockedPaint])
	}
	return layout.Dimensions{Size: size}
}

func (a *App) stripText() string {
	s := &a.files
	if s.offer != nil {
		return a.text("files.offer", "name", a.runTitle(s.offer.title()))
	}
	return a.texts.Error(s.say)
}

// layoutPath is the label and the field for a file's name.
func (a *App) layoutPath(gtx layout.Context) layout.Dimensions {
	k, s, p := &a.kit, &a.files, a.Player
	size := gtx.Constraints.Max
	take := s.asked != p.Lab.Ask
	if take {
		s.asked, s.err, s.say = p.Lab.Ask, nil, nil
		s.text = p.Lab.File
		if s.text == "" && p.Lab.Ask == model.AskSave {
			s.text = a.Player.Run.Name + ".toml"
		}
		s.path.Set(s.text)
		n := len([]rune(s.text))
		s.path.Editor.SetCaret(n, 0)
	}
	label := a.text("files.open_file")
	if p.Lab.Ask == model.AskSave {
		label = a.text("files.save_as")
	}
	w := min(k.Width(label, scene.Body)+k.Dp(12), size.X/3)
	k.TextIn(gtx.Ops, image.Rect(0, 0, w, size.Y), label, scene.Body, scene.Muted, scene.Left)
	s.path.Set(s.text)
	widget.Place(gtx, image.Rect(w, 0, size.X, size.Y), func(gtx layout.Context) layout.Dimensions {
		return k.Field(gtx, &s.path, widget.Entry{
			Name: label, Wrong: s.err != nil, Why: a.texts.Error(s.err), Take: take,
			Change: func(text string) { s.text, s.err = text, nil },
			Done: func() {
				a.stripButtons()[0].do()
				if p.Lab.Ask == model.AskNothing {
					a.rest(gtx)
				}
			},
			Leave: func() { a.closeStrip(); a.rest(gtx) },
		})
	})
	return layout.Dimensions{Size: size}
}

// saveFile writes the scenario where the field says: all of it or nothing.
func (a *App) saveFile() {
	s := &a.files
	path := expand(s.text)
	if path != "" && path != s.replace && filepath.Ext(path) == "" {
		path += ".toml"
	}
	if _, err := os.Stat(path); err == nil && path != a.Player.Lab.File && path != s.replace {
		s.replace = path
		s.err = trace.Err("files.exists", "file", path)
		return
	}
	data, err := sim.Marshal(*a.Player.Scenario())
	if err == nil {
		err = maybe.WriteFile(path, data, 0o644)
	}
	if s.err = err; err != nil {
		return
	}
	a.Player.Saved(path)
	handOver(path)
	a.closeStrip()
	s.say = trace.Err("files.saved", "file", path)
}

// openFile opens the file that the field names.
func (a *App) openFile() {
	s := &a.files
	path := expand(s.text)
	scenario, err := sim.Load(path)
	if err == nil {
		err = a.Player.OpenScenario(path, scenario, func() {
			a.reset()
			a.closeStrip()
		})
	}
	s.err = err
}

func (a *App) browse() {
	s := &a.files
	save := a.Player.Lab.Ask == model.AskSave
	s.browse(save, filepath.Base(s.text), func(path string, err error) {
		if err != nil {
			s.err = trace.Err("files.no_dialog", "why", err)
			return
		}
		s.text = path
		if save {
			s.replace = path // the dialog has asked, and has made the file
		}
		a.stripButtons()[0].do()
	})
}

// expand reads a path as a person writes it: ~ is their own folder.
func expand(path string) string {
	path = strings.TrimSpace(path)
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		if home, err := os.UserHomeDir(); err == nil {
			return home + rest
		}
	}
	return path
}

// fileTitle is what the scenario is called in the top bar, with a mark while it
// is not saved as it is.
func (a *App) fileTitle() string {
	p := a.Player
	title := a.runTitle(p.Run.Name)
	if p.Lab.File != "" {
		title = filepath.Base(p.Lab.File)
	}
	if p.Changed() {
		title += " •"
	}
	return title
}

// stripKeys closes the strip with Escape. An offer stays until it is answered,
// and leaves the key to whoever else wants it.
func (a *App) stripKeys(gtx layout.Context) {
	if a.files.offer != nil {
		return
	}
	for {
		e, ok := gtx.Event(key.Filter{Name: key.NameEscape})
		if !ok {
			return
		}
		if e.(key.Event).State == key.Press {
			a.kit.Do(a.closeStrip)
		}
	}
}
