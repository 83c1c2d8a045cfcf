package visual

import (
	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/visual/model"
)

// english is what an error says in English.
func english(err error) string { return assets.Catalog("en").Error(err) }

func rulesOf(p *model.Player, c model.Chain) []sim.RuleText {
	rules, _ := p.Rules(c)
	return rules
}
