package nft

import (
	"strings"

	"ftpscope/netmodel"
)

// parser walks over tokens. The first error ends it.
type parser struct {
	tokens []token
	at     int
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != endOfText {
		p.at++
	}
	return t
}

func (p *parser) accept(text string) bool {
	if p.peek().is(text) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(texts ...string) error {
	for _, text := range texts {
		if !p.accept(text) {
			return p.missing(text)
		}
	}
	return nil
}

// wanted says what is expected where the parser stands: the key of a sentence.
func (p *parser) wanted(key string, args ...any) error { return wantedAt(p.peek(), key, args...) }

func wantedAt(t token, key string, args ...any) error {
	return &Error{t.line, t.column, says(key, args...), t.name()}
}

// missing says that a piece of text is expected as it is.
func (p *parser) missing(text string) error {
	t := p.peek()
	return &Error{t.line, t.column, literal(text), t.name()}
}

// fault is an error that needs no "found".
func fault(t token, key string, args ...any) error {
	return &Error{t.line, t.column, says(key, args...), nil}
}

func (p *parser) word(what string) (token, error) {
	t := p.peek()
	if t.kind != word {
		return t, p.wanted(what)
	}
	p.at++
	return t, nil
}

func (p *parser) skipLines() {
	for p.peek().kind == endOfLine || p.peek().is(";") {
		p.at++
	}
}

func (p *parser) endStatement() error {
	t := p.peek()
	if t.kind == endOfLine || t.kind == endOfText || t.is(";") {
		p.skipLines()
		return nil
	}
	if t.is("}") {
		return nil
	}
	return p.wanted("error.rule.end_of_line")
}

// Parse reads a ruleset.
func Parse(text string) (Ruleset, error) {
	tokens, err := lex(text)
	if err != nil {
		return Ruleset{}, err
	}
	r := reader{parser: parser{tokens: tokens}}
	if err := r.ruleset(); err != nil {
		return Ruleset{}, err
	}
	return r.set, nil
}

type reader struct {
	parser
	set     Ruleset
	family  string            // of the table being read
	helpers map[string]string // name of an object to its type, in this table
}

func (r *reader) ruleset() error {
	for r.skipLines(); r.peek().kind != endOfText; r.skipLines() {
		if r.accept("flush") {
			if err := r.expect("ruleset"); err != nil {
				return err
			}
			continue
		}
		if err := r.table(); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) table() error {
	if err := r.expect("table"); err != nil {
		return err
	}
	r.family = "ip"
	for _, family := range []string{"ip", "ip6", "inet"} {
		if r.accept(family) {
			r.family = family
			break
		}
	}
	if _, err := r.word("error.rule.want.table_name"); err != nil {
		return err
	}
	if err := r.expect("{"); err != nil {
		return err
	}
	r.helpers = map[string]string{}
	for r.skipLines(); !r.accept("}"); r.skipLines() {
		var err error
		switch {
		case r.accept("chain"):
			err = r.chain()
		case r.accept("ct"):
			err = r.helperObject()
		default:
			err = r.wanted("error.rule.want.in_table")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// helperObject reads: ct helper NAME { type "ftp" protocol tcp; }
func (r *reader) helperObject() error {
	if err := r.expect("helper"); err != nil {
		return err
	}
	name, err := r.word("error.rule.want.helper_name")
	if err != nil {
		return err
	}
	if err := r.expect("{"); err != nil {
		return err
	}
	r.skipLines()
	if err := r.expect("type"); err != nil {
		return err
	}
	kind, err := r.text("error.rule.want.helper_type")
	if err != nil {
		return err
	}
	if err := r.expect("protocol", "tcp"); err != nil {
		return err
	}
	r.skipLines()
	if r.accept("l3proto") {
		if _, err := r.word("error.rule.want.family"); err != nil {
			return err
		}
		r.skipLines()
	}
	r.helpers[name.text] = kind.text
	return r.expect("}")
}

func (p *parser) text(what string) (token, error) {
	t := p.peek()
	if t.kind != quoted {
		return t, p.wanted(what)
	}
	p.at++
	return t, nil
}

func (r *reader) chain() error {
	name, err := r.word("error.rule.want.chain_name")
	if err != nil {
		return err
	}
	if err := r.expect("{"); err != nil {
		return err
	}
	r.skipLines()
	at, err := r.hook()
	if err != nil {
		return err
	}
	if r.set.Chains[at] != nil {
		return fault(name, "error.rule.chain_twice", "chain", at.String())
	}
	if at == netmodel.Prerouting || at == netmodel.Postrouting {
		if r.set.NATFamily != "" && r.set.NATFamily != r.family {
			return fault(name, "error.rule.nat_family")
		}
		r.set.NATFamily = r.family
	}
	rules := &netmodel.Rules{}
	if rules.Policy, err = r.policy(); err != nil {
		return err
	}
	r.set.Chains[at] = rules
	for r.skipLines(); !r.accept("}"); r.skipLines() {
		start := r.peek()
		rule, err := r.rule(r.helpers)
		if err != nil {
			return err
		}
		if why := rule.Check(at); why != nil {
			return &Error{start.line, start.column, why, nil}
		}
		if err := r.checkFamily(start, &rule, at); err != nil {
			return err
		}
		rules.Rules = append(rules.Rules, rule)
	}
	return nil
}

// hook reads: type filter hook forward priority filter;
func (r *reader) hook() (netmodel.Chain, error) {
	if err := r.expect("type"); err != nil {
		return 0, err
	}
	kind, err := r.word("error.rule.want.chain_type")
	if err != nil {
		return 0, err
	}
	if err := r.expect("hook"); err != nil {
		return 0, err
	}
	hook, err := r.word("error.rule.want.hook")
	if err != nil {
		return 0, err
	}
	if err := r.expect("priority"); err != nil {
		return 0, err
	}
	if _, err := r.word("error.rule.want.priority"); err != nil {
		return 0, err
	}
	for r.peek().kind == word { // "filter + 10"
		r.at++
	}
	if !r.peek().is(";") {
		return 0, r.missing(";")
	}
	for _, p := range places {
		if p.kind == kind.text && p.hook == hook.text {
			return p.chain, nil
		}
	}
	return 0, fault(kind, "error.rule.no_hook", "type", kind.text, "hook", hook.text)
}

func (r *reader) policy() (netmodel.Verdict, error) {
	r.skipLines()
	if !r.accept("policy") {
		return netmodel.VerdictAccept, nil
	}
	switch {
	case r.accept("accept"):
		return netmodel.VerdictAccept, r.endStatement()
	case r.accept("drop"):
		return netmodel.VerdictDrop, r.endStatement()
	}
	return 0, r.wanted("error.rule.want.policy")
}

// checkFamily: a table of one family holds addresses of that family only, and
// translates them.
func (r *reader) checkFamily(at token, rule *netmodel.Rule, chain netmodel.Chain) error {
	if rule.To.First.IsValid() && (r.family == "ip" && rule.To.First.Is6() || r.family == "ip6" && rule.To.First.Is4()) ||
		r.family == "ip" && (rule.Src.Addr().Is6() || rule.Dst.Addr().Is6()) ||
		r.family == "ip6" && (rule.Src.Addr().Is4() || rule.Dst.Addr().Is4()) {
		return fault(at, "error.rule.family", "family", r.family)
	}
	return nil
}

// ParseRule reads one rule as a scenario holds it. The name after `ct helper
// set` is that of the helper itself.
func ParseRule(line string) (netmodel.Rule, error) {
	if strings.TrimSpace(line) == "" {
		return netmodel.Rule{}, &Error{1, 1, says("error.rule.want.rule"), says("error.rule.nothing")}
	}
	tokens, err := lex(line)
	if err != nil {
		return netmodel.Rule{}, err
	}
	p := parser{tokens: tokens}
	rule, err := p.rule(nil)
	if err == nil && p.peek().kind != endOfText {
		err = p.wanted("error.rule.want.end")
	}
	return rule, err
}
