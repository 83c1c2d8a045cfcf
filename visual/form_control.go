package visual

import (
	"strings"

	"gioui.org/layout"

	"ftpscope/sim"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// control is what a field is worked with.
type control struct {
	state  *formField
	width  int
	least  int // the width it can do with; 0: all of it
	layout layout.Widget
}

func (a *App) control(f sim.Field, name string) control {
	k, p := &a.kit, a.Player
	c := control{state: a.form.field(f.Path)}
	switch f.Kind {
	case sim.FieldSwitch:
		on, _ := p.Scenario().Get(f.Path).(bool)
		c.width = k.SwitchWidth()
		c.layout = func(gtx layout.Context) layout.Dimensions {
			return k.Switch(gtx, &c.state.toggle, name, on, func() { p.SetField(f.Path, !on) })
		}
	case sim.FieldChoice, sim.FieldFirewall:
		all := a.fieldChoices(f, name)
		few := k.SegmentsWidth(labels(all)...)
		if f.Kind == sim.FieldChoice && len(all) <= 5 && few <= a.formWidth-k.Dp(40) {
			c.width = few
			c.layout = func(gtx layout.Context) layout.Dimensions { return k.Segments(gtx, &c.state.parts, all) }
			return c
		}
		for _, s := range all {
			w := k.Width(s.Label, scene.BodyStrong) + k.Icon(nil) + k.Dp(28)
			c.width = max(c.width, w)
			if s.Selected {
				c.least = w
			}
		}
		for i := range all {
			all[i].Name = ""
		}
		c.layout = func(gtx layout.Context) layout.Dimensions { return k.Dropdown(gtx, &c.state.choice, name, all) }
	default:
		c.width = a.entryWidth(f)
		c.layout = func(gtx layout.Context) layout.Dimensions { return a.layoutEntry(gtx, c.state, f, name) }
	}
	return c
}

// entryWidth is how wide a field to write in is: by what may come to stand there.
func (a *App) entryWidth(f sim.Field) int {
	longest := "000000000"
	switch f.Kind {
	case sim.FieldAddress:
		longest = "255.255.255.255"
	case sim.FieldNumbers:
		longest = "2000, 2001, 20"
	case sim.FieldTexts, sim.FieldTable, sim.FieldText:
		longest = "a name or some words"
	}
	return max(a.kit.Width(longest, scene.Mono), a.kit.Width(a.Player.FieldText(f), scene.Mono)) + a.kit.Dp(26)
}

func (a *App) layoutEntry(gtx layout.Context, s *formField, f sim.Field, name string) layout.Dimensions {
	p := a.Player
	s.text.Set(p.FieldText(f))
	return a.kit.Field(gtx, &s.text, widget.Entry{
		Name: name, Wrong: p.FieldErr(f.Path) != nil, Why: a.texts.Error(p.FieldErr(f.Path)), Hint: a.fieldHint(f),
		Change: func(text string) { p.WriteField(f, text) },
		Done: func() {
			p.WriteField(f, p.FieldText(f)) // again, if it was stopped
			a.rest(gtx)
		},
	})
}

// fieldHint is what an empty field stands for.
func (a *App) fieldHint(f sim.Field) string {
	switch f.Kind {
	case sim.FieldNumbers:
		return a.text("form.chosen")
	case sim.FieldAddress:
		return a.text("form.none")
	}
	return ""
}

// fieldChoices are what can be chosen in a field.
func (a *App) fieldChoices(f sim.Field, name string) []widget.Segment {
	p := a.Player
	value, isName := p.Scenario().Get(f.Path).(string)
	var all []widget.Segment
	for _, c := range f.Choices {
		label := a.choiceLabel(f, c)
		all = append(all, widget.Segment{
			Label: label, Name: name + ": " + label, Selected: isName && c == value,
			Choose: func() { p.SetField(f.Path, c) },
		})
	}
	if f.Kind != sim.FieldFirewall {
		return all
	}
	own := widget.Segment{Label: a.text("choice.own_rules"), Selected: !isName, Choose: func() {}}
	if c, ok := firewallFields[f.Path]; ok {
		own.Choose = func() {
			a.inspector.tab = tabFirewall
			a.showChain(c)
			if isName {
				a.try(p.OwnRules(c))
			}
		}
	} else if isName {
		return all
	}
	return append(all, own)
}

// firewallFields are the chains in which the rules of a field are first looked for.
var firewallFields = map[string]model.Chain{
	"client_router.firewall": model.ClientForward, "client.host_firewall": model.ClientHost,
	"server_router.firewall": model.ServerForward, "server.host_firewall": model.ServerHost,
}

// choiceLabel is what a choice is called: protocol's own words as they are, the
// others from the catalogue.
func (a *App) choiceLabel(f sim.Field, choice string) string {
	if f.Path == "client.mode" {
		return strings.ToUpper(choice)
	}
	if s, ok := a.texts.Plain("choice." + choiceKeys.Replace(choice)); ok {
		return s
	}
	return choice
}

// choiceKeys writes a choice as catalogues do.
var choiceKeys = strings.NewReplacer("-", "_", "+", "_and_")
