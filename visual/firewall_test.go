package visual

import (
	"image"
	"slices"
	"testing"

	"gioui.org/io/key"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
)

func TestTheFirewallIsMendedByKeyboardAlone(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 1600, 1000)
	require.False(t, d.app.Player.Run.Trace.Outcome.OK)
	d.focus("Add rule: Through the client’s router")
	d.press(key.NameReturn, 0)
	d.frame()
	assert.True(t, d.app.Player.Run.Trace.Outcome.OK, "the run changes at once")
	assert.Equal(t, "Text of rule 3, as nftables writes it", d.app.kit.Focused)

	d.press("1", 0)
	d.press(key.NameSpace, 0)
	assert.False(t, d.app.Player.Moving(), "letters are for the text while it is written")
	write(d, "tcp dport 99 accpt")
	assert.True(t, d.app.Player.Edit.Err != nil)
	assert.True(t, d.app.Player.Run.Trace.Outcome.OK, "what cannot be read changes nothing")
	write(d, "tcp dport 99 accept")
	assert.False(t, d.app.Player.Run.Trace.Outcome.OK)

	d.press(key.NameEscape, 0)
	d.frame()
	assert.False(t, d.app.Player.Edit.Open)
	d.press("Z", key.ModShortcut)
	assert.True(t, d.app.Player.Run.Trace.Outcome.OK)
	d.press("Z", key.ModShortcut)
	assert.False(t, d.app.Player.Run.Trace.Outcome.OK)
	assert.Len(t, rulesOf(d.app.Player, model.ClientForward), 3)
}

// write replaces the text of the field that has the focus.
func write(d *desk, text string) {
	old := len([]rune(d.app.Player.Edit.Text))
	d.router.Queue(key.EditEvent{Range: key.Range{Start: 0, End: old}, Text: text})
	d.frame()
	d.frame()
}

func TestAWrongRuleSaysSoAtItsRowInTheLanguageOfTheWindow(t *testing.T) {
	d := open(t, Options{Run: "active-blocked", Language: "pt-BR"}, 1600, 1000)
	d.focus("Nova regra: Pelo roteador do cliente")
	d.press(key.NameReturn, 0)
	d.frame()
	write(d, "tcp dport 99 accpt")
	why, box := d.described("Texto da regra 3, como o nftables escreve")
	assert.Equal(t, `linha 1, coluna 14: esperado iifname, oifname, ip, ip6, tcp, meta l4proto, ct state, counter, comment ou um veredito, encontrado "accpt"`, why)
	_, row := d.described(`Regra 3: iifname "wan" tcp sport 20 accept`)
	assert.Positive(t, row.Dy())
	assert.GreaterOrEqual(t, box.Min.Y, row.Max.Y, "below its row")
	assert.Less(t, box.Min.Y, row.Max.Y+row.Dy())

	d.press("L", key.ModShortcut)
	why, _ = d.described("Texto de la regla 3, como lo escribe nftables")
	assert.Contains(t, why, `línea 1, columna 14: se esperaba iifname`)
	d.press("L", key.ModShortcut)
	why, _ = d.described("Text of rule 3, as nftables writes it")
	assert.Contains(t, why, `line 1, column 14: expected iifname`)
}

func TestOpeningARuleChangesNothing(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 1600, 1000)
	before := d.app.Player.Run.Trace
	d.focus(`Rule 3: iifname "wan" drop comment "inbound"`)
	d.press(key.NameReturn, 0)
	d.settleTyping()
	assert.True(t, d.app.Player.Edit.Open)
	assert.Same(t, before, d.app.Player.Run.Trace)
	assert.False(t, d.app.Player.Action(model.ActUndo).Ready())
}

func TestTheLitRuleIsSeenInALowWindow(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 960, 600)
	for i, m := range d.app.Player.Run.Outline.Messages {
		if m.Died {
			d.app.Player.JumpToMessage(i)
			break
		}
	}
	d.settle()
	lit := slices.IndexFunc(d.router.AppendSemantics(nil), func(n semanticNode) bool {
		return n.Desc.Selected && n.Desc.Label == `Rule 3: iifname "wan" drop comment "inbound"`
	})
	assert.GreaterOrEqual(t, lit, 0)
}

func TestAnOpenRuleAndItsErrorAreSeenInALowWindow(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 1280, 720)
	d.app.Player.OpenRule(model.ClientForward, 2)
	d.settleTyping()
	offset := d.app.inspector.lists[tabFirewall].Position.Offset
	assert.Positive(t, offset)
	write(d, "nonsense")
	d.settleTyping()
	assert.Greater(t, d.app.inspector.lists[tabFirewall].Position.Offset, offset)
}

func TestAHostsOwnFirewallIsChosenAndChangedByKeyboardAlone(t *testing.T) {
	d := open(t, Options{Run: "passive"}, 1600, 1000)
	p := d.app.Player
	d.focus("Server’s firewall")
	d.press(key.NameReturn, 0)
	d.press(key.NameDownArrow, 0)
	d.press(key.NameDownArrow, 0)
	d.press(key.NameReturn, 0)
	d.settle()
	assert.Equal(t, model.ServerHost, d.app.shownChain(model.ServerSide))
	d.focus("Add rule: On the server itself")
	d.press(key.NameReturn, 0)
	d.frame()
	assert.Equal(t, "Text of rule 1, as nftables writes it", d.app.kit.Focused)
	write(d, "tcp dport 1024-65535 drop")
	assert.False(t, p.Run.Trace.Outcome.OK)
	d.press(key.NameEscape, 0)
	d.settle()
	d.focus("On the server itself: What no rule matches: drop")
	d.press(key.NameReturn, 0)
	_, policy := p.Rules(model.ServerHost)
	assert.Equal(t, "drop", policy)
	d.press("Z", key.ModShortcut)
	d.press("Z", key.ModShortcut)
	d.press("Z", key.ModShortcut)
	assert.True(t, p.Run.Trace.Outcome.OK)
}

func TestTheChainThatDecidedIsShown(t *testing.T) {
	s, err := sim.Preset("passive")
	require.NoError(t, err)
	require.NoError(t, s.Set("server.host_firewall", `{rules = ["ct state established accept", "tcp dport 21 accept", "drop"]}`))
	for _, size := range []image.Point{{960, 600}, {1600, 1000}} {
		d := open(t, Options{Run: "mine", Scenario: &s}, size.X, size.Y)
		p := d.app.Player
		d.settle()
		require.Equal(t, model.ServerForward, d.app.shownChain(model.ServerSide))
		m := slices.IndexFunc(p.Run.Outline.Messages, func(m trace.Message) bool { return m.Died })
		require.GreaterOrEqual(t, m, 0)
		p.JumpToMessage(m)
		d.settle()
		assert.Equal(t, model.ServerHost, d.app.shownChain(model.ServerSide))
		assert.True(t, slices.ContainsFunc(d.router.AppendSemantics(nil), func(n semanticNode) bool {
			return n.Desc.Selected && n.Desc.Label == "Rule 3: drop"
		}), "and the rule lit")
		assert.Equal(t, "does not match", d.app.ruleTexts(model.ServerHost, 1, rulesOf(p, model.ServerHost)[1])[6])

		d.app.showChain(model.ServerInput)
		d.settle()
		assert.Equal(t, model.ServerInput, d.app.shownChain(model.ServerSide), "another can be looked at")
	}
}

func TestOwnRulesOfAHostAreOpenedFromTheForm(t *testing.T) {
	d := open(t, Options{Run: "active"}, 1600, 1000)
	d.app.form.all = true
	d.settle()
	d.focus("Client: Own firewall")
	d.press(key.NameReturn, 0)
	d.press(key.NameDownArrow, 0)
	d.press(key.NameReturn, 0)
	d.settle()
	assert.Equal(t, tabFirewall, d.app.inspector.tab)
	assert.Equal(t, model.ClientHost, d.app.shownChain(model.ClientSide))
	_, own := d.app.Player.Run.Scenario.Get("client.host_firewall").(map[string]any)
	assert.True(t, own)
}
