package visual

import (
	"fmt"
	"image"
	"strings"

	"gioui.org/layout"

	"ftpscope/lessons"
	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
	"ftpscope/visual/widget"
)

// ruleColumns are the columns of a rule table, as wide as its rules need.
func (a *App) ruleColumns(width int, c model.Chain, rules []sim.RuleText) []column {
	columns := []column{
		{title: "#"}, {title: a.text("firewall.direction"), share: 2}, {title: a.text("firewall.port"), share: 2},
		{title: a.text("firewall.state"), share: 2}, {title: a.text("firewall.verdict"), share: 1},
		{title: a.text("firewall.hits"), share: 1}, {share: 6, spare: true},
	}
	for i, r := range rules {
		for j, text := range a.ruleTexts(c, i, r) {
			a.fits(&columns[j], text, ruleStyles[j])
		}
	}
	columns[4].need += a.kit.Dp(14) // the verdict's chip
	note := &columns[6]
	note.need = min(note.need, a.kit.Sp(160))
	a.arrange(columns, width)
	return columns
}

// ruleStyles are the text styles of a rule's columns.
var ruleStyles = [...]scene.Style{scene.Body, scene.Body, scene.Mono, scene.Body, scene.SmallStrong, scene.Body, scene.Body}

// ruleTexts are the words in a rule's columns.
func (a *App) ruleTexts(chain model.Chain, i int, r sim.RuleText) [7]string {
	c := model.Columns(r.Text)
	verdict, note := strings.ToUpper(c.Verdict), c.Comment
	if s, own := trace.Comment(note).(trace.Sentence); own {
		note = a.say(s)
	}
	if r.Off {
		verdict = strings.ToUpper(a.text("firewall.off"))
	}
	if a.lit(chain, i) {
		note = a.decided(note)
	}
	if a.passed(chain, i, r) {
		note = a.text("firewall.passed")
	}
	return [...]string{
		fmt.Sprint(i + 1), a.direction(c), a.ports(c), a.orAny(strings.ReplaceAll(c.State, ",", ", ")),
		verdict, a.hits(chain, i), note,
	}
}

func (a *App) rule(gtx layout.Context, columns []column, chain model.Chain, i int, r sim.RuleText) layout.Dimensions {
	k, p := &a.kit, a.Player
	b := &a.inspector.firewall.chains[chain].rows[i]
	size := image.Pt(gtx.Constraints.Max.X, a.ruleHeight())
	c := model.Columns(r.Text)
	open := p.Edit.Open && p.Edit.Chain == chain && p.Edit.Index == i
	lit := a.lit(chain, i)
	look := widget.Look{Name: a.text("firewall.rule", "n", i+1, "text", r.Text), Selected: lit}
	if !a.inspector.firewall.kept {
		look.State = a.text("firewall.hits.count", "n", p.Hits(chain, i))
	}
	return k.Press(gtx, b, look, size, 0, func() { a.pressRule(chain, i, open) }, func(gtx layout.Context) {
		ink := scene.Ink
		switch {
		case lit && c.Verdict != "accept":
			k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.BlockedTint)
		case lit:
			k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.AllowedTint)
		case b.Hovered() || open:
			k.Fill(gtx.Ops, image.Rectangle{Max: size}, scene.Raised)
		}
		if r.Off {
			ink = scene.Muted
		}
		for j, text := range a.ruleTexts(chain, i, r) {
			switch {
			case j == 4:
				a.chip(gtx, columns[j].cell(size.Y), text, c.Verdict, r.Off, lit)
			case j == 6:
				a.cell(gtx, &columns[j], size.Y, text, ruleStyles[j], scene.Muted)
			default:
				a.cell(gtx, &columns[j], size.Y, text, ruleStyles[j], ink)
			}
		}
		a.underline(gtx, size)
	})
}

// ruleHeight is lower where rules are read: three of them are then seen in a
// window of 1280×720.
func (a *App) ruleHeight() int {
	if a.Player.Fixed() {
		return a.rowHeight() - a.kit.Dp(6)
	}
	return a.rowHeight()
}

// hits is how often a rule decided, unless that would answer the question.
func (a *App) hits(c model.Chain, i int) string {
	if a.inspector.firewall.kept {
		return "?"
	}
	return fmt.Sprint(a.Player.Hits(c, i))
}

// asksRule reports whether a lesson asks which rule it was.
func (a *App) asksRule() bool {
	return a.Player.Learn != nil && a.Player.Learn.Asks(lessons.KindRule)
}

// lit reports whether a rule decided the packet that the caption is about.
func (a *App) lit(c model.Chain, i int) bool {
	n := a.Player.RuleAt(c, i)
	return n >= 0 && n == a.Player.DecidedBy()
}

// passed reports whether the packet that the caption is about was looked at by
// a rule and went on to the next.
func (a *App) passed(c model.Chain, i int, r sim.RuleText) bool {
	n, by := a.Player.RuleAt(c, i), a.Player.DecidedBy()
	if n < 0 || by <= n || r.Off {
		return false
	}
	own, decided := &a.Player.Run.Trace.Rules[n], &a.Player.Run.Trace.Rules[by]
	return own.At == decided.At && own.Chain == decided.Chain
}

func (a *App) orAny(s string) string {
	if s == "" {
		return a.text("firewall.any")
	}
	return s
}

func (a *App) direction(c model.RuleColumns) string {
	switch {
	case c.From == "lan" || c.To == "wan":
		return a.text("firewall.outwards")
	case c.From == "wan" || c.To == "lan":
		return a.text("firewall.inwards")
	}
	return a.text("firewall.any")
}

func (a *App) ports(c model.RuleColumns) string {
	switch {
	case c.Source != "" && c.Port != "":
		return c.Source + " → " + c.Port
	case c.Source != "":
		return a.text("firewall.from_port", "port", c.Source)
	}
	return a.orAny(c.Port)
}

// decided is the packet that the lit rule decided about.
func (a *App) decided(comment string) string {
	e, ok := a.Player.Packet()
	if !ok {
		return comment
	}
	t := a.Player.Run.Trace
	p := t.Packet(e)
	f := t.FlowOf(p)
	return fmt.Sprintf("%s %s → %s", flagWords(p), f.Src, f.Dst)
}

// chip draws a verdict, filled where it has just been given.
func (a *App) chip(gtx layout.Context, r image.Rectangle, label, verdict string, off, lit bool) {
	k := &a.kit
	ink, tint, on := scene.AllowedPaint, scene.AllowedTint, scene.OnAllowed
	if verdict != "accept" {
		ink, tint, on = scene.BlockedPaint, scene.BlockedTint, scene.OnBlocked
	}
	switch {
	case off:
		ink, tint = scene.Muted, scene.Raised
	case lit:
		ink, tint = on, ink
	}
	h := k.LineHeight(scene.SmallStrong) + k.Dp(6)
	w := min(k.Width(label, scene.SmallStrong)+k.Dp(14), r.Dx())
	y := (r.Min.Y + r.Max.Y - h) / 2
	box := image.Rect(r.Min.X, y, r.Min.X+w, y+h)
	k.Round(gtx.Ops, box, 4, tint)
	k.TextIn(gtx.Ops, box, label, scene.SmallStrong, ink, scene.Centre)
}
