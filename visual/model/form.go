package model

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// FormGroup is a heading of the network form, and the fields under it.
type FormGroup struct {
	Name   string // the heading's key in the catalogue comes after "form."
	Fields []sim.Field
}

// formOrder is what the form shows at first; all other fields stand under "more".
var formOrder = []struct {
	name  string
	paths []string
}{
	{"client", []string{"client.mode", "client.ports", "client.program", "client.skip_pasv_ip"}},
	{"client_router", []string{"client_router.firewall", "client_router.block_with", "client_router.nat", "client_router.helper"}},
	{"server", []string{
		"server.control_port", "server.data_port", "server.pasv_ports", "server.pasv_min", "server.pasv_max", "server.pasv_address",
		"server.address", "server.profile", "server.port_promiscuous", "server.pasv_promiscuous",
	}},
	{"server_router", []string{"server_router.firewall", "server_router.block_with", "server_router.dnat", "server_router.helper"}},
	{"second_server", []string{
		"second_server.on", "second_server.control_port", "second_server.pasv_ports", "second_server.profile",
		"second_server.port_promiscuous", "second_server.pasv_promiscuous",
	}},
	{"attacker", []string{"attacker.place", "attacker.script"}},
	{"link", []string{"link.delay", "link.lan_delay", "link.rate", "link.loss"}},
	{"run", []string{"tcp.syn_timing", "file_bytes", "seed"}},
}

// hiddenFields are those that the window shows elsewhere.
var hiddenFields = []string{"id", "title", "user"}

// Form lists the fields of a scenario in groups, the less usual ones last.
func Form() []FormGroup {
	fields := sim.Fields()
	at := func(path string) int {
		return slices.IndexFunc(fields, func(f sim.Field) bool { return f.Path == path })
	}
	var groups []FormGroup
	shown := slices.Clone(hiddenFields)
	for _, o := range formOrder {
		g := FormGroup{Name: o.name}
		for _, path := range o.paths {
			g.Fields = append(g.Fields, fields[at(path)])
		}
		shown = append(shown, o.paths...)
		groups = append(groups, g)
	}
	more := FormGroup{Name: "more"}
	for _, f := range fields {
		if !slices.Contains(shown, f.Path) {
			more.Fields = append(more.Fields, f)
		}
	}
	return append(groups, more)
}

// Offers reports whether a field has anything to say in the scenario as it is: of
// a host that is not there, only the one that brings it.
func (p *Player) Offers(path string) bool {
	s := p.Scenario()
	switch {
	case strings.HasPrefix(path, "second_server.") && path != "second_server.on":
		return s.SecondServer.On
	case path == "attacker.script":
		return s.Attacker.Place != "none"
	}
	return true
}

// wrongField is what a field was given and cannot take.
type wrongField struct {
	text string
	err  error
}

// typedField is what a person wrote for the value that a field has.
type typedField struct {
	text  string
	value any
}

// FieldText is what stands in a field: what was typed there while that holds,
// else its value.
func (p *Player) FieldText(f sim.Field) string {
	if w, ok := p.Lab.wrong[f.Path]; ok {
		return w.text
	}
	value := p.Scenario().Get(f.Path)
	if t, ok := p.Lab.typed[f.Path]; ok && reflect.DeepEqual(t.value, value) {
		return t.text
	}
	return formatField(f, value)
}

// FieldErr is what is wrong with what was put into a field, or nil.
func (p *Player) FieldErr(path string) error {
	err := p.Lab.wrong[path].err
	var field *sim.FieldError
	if errors.As(err, &field) && field.Field == path {
		return field.Err
	}
	return err
}

// WriteField gives a field a text. The run changes as soon as the text can be
// read; until then FieldErr says what is wrong. A text whose run was stopped is
// tried again when it is written again.
func (p *Player) WriteField(f sim.Field, text string) {
	if text == p.FieldText(f) && p.Lab.wrong[f.Path].err != ErrStopped {
		return
	}
	value, err := parseField(f, text)
	if err == nil {
		err = p.put(f.Path, value, "field:"+f.Path)
	}
	if err != nil {
		p.mark(f.Path, wrongField{text, err})
		return
	}
	p.keepTyped(f.Path, text)
	p.putWrong()
}

// keepTyped keeps what was written for the value that a field has now.
func (p *Player) keepTyped(path, text string) {
	if p.Lab.typed == nil {
		p.Lab.typed = map[string]typedField{}
	}
	p.Lab.typed[path] = typedField{text, p.Scenario().Get(path)}
}

// putWrong gives fields again what they could not take before another changed:
// of two ends of a range, one is for a moment beyond the other.
func (p *Player) putWrong() {
	for _, f := range sim.Fields() {
		w, ok := p.Lab.wrong[f.Path]
		if !ok || errors.Is(w.err, ErrStopped) || w.text == formatField(f, p.Scenario().Get(f.Path)) {
			continue
		}
		if value, err := parseField(f, w.text); err == nil && p.put(f.Path, value, "field:"+f.Path) == nil {
			p.keepTyped(f.Path, w.text)
		}
	}
}

// SetField gives a field a value as files hold it. How a firewall blocks is
// written in its rules, where it has rules of its own.
func (p *Player) SetField(path string, value any) {
	for side, router := range []string{"client_router", "server_router"} {
		if name, ok := value.(string); ok && path == router+".block_with" && p.ownRules(Side(side)) {
			if err := p.SetBlockWith(Side(side), name); err != nil {
				p.mark(path, wrongField{name, err})
			}
			return
		}
	}
	if err := p.put(path, value, ""); err != nil {
		p.mark(path, wrongField{fmt.Sprint(p.Scenario().Get(path)), err})
		return
	}
	p.putWrong()
}

// untype turns what was typed for another scenario into wrong texts, and reports
// whether there was any.
func (p *Player) untype(of *sim.Scenario, err error) bool {
	told := false
	for path, t := range p.Lab.typed {
		if value := of.Get(path); reflect.DeepEqual(t.value, value) && !reflect.DeepEqual(value, p.Scenario().Get(path)) {
			p.mark(path, wrongField{t.text, err})
			delete(p.Lab.typed, path)
			told = true
		}
	}
	return told
}

func (p *Player) mark(path string, w wrongField) {
	if p.Lab.wrong == nil {
		p.Lab.wrong = map[string]wrongField{}
	}
	p.Lab.wrong[path] = w
}

func (p *Player) ownRules(side Side) bool { return router(p.Scenario(), side).Firewall.Preset == "" }

// OwnRules writes a firewall's preset out as rules that can be changed.
func (p *Player) OwnRules(c Chain) error { return p.change(c, "", func(*[]sim.RuleText, *string) {}) }

// put changes one field. Other client programs do what their command line asks
// for, so that choosing one takes the typed commands away.
func (p *Player) put(path string, value any, merge string) error {
	values := map[string]any{path: value}
	if path == "client.program" && value != "plain" {
		values["user"] = nil
	}
	next := p.Scenario().Clone()
	if err := next.Put(values); err != nil {
		return err
	}
	if err := p.commit(next, merge, nil); err != nil {
		return err
	}
	p.Edit = Edit{}
	delete(p.Lab.wrong, path)
	return nil
}

// isShare reports whether a field is shown in per cent.
func isShare(f sim.Field) bool { return f.Kind == sim.FieldNumber && f.Max == 1 }

func formatField(f sim.Field, value any) string {
	switch x := value.(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, len(x))
		for i, v := range x {
			parts[i] = fmt.Sprint(v)
		}
		switch {
		case f.Kind == sim.FieldTexts:
			return strings.Join(parts, "; ")
		case f.Len == 2:
			return strings.Join(parts, "–")
		}
		return strings.Join(parts, ", ")
	case map[string]string:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(x)) {
			parts = append(parts, k+" = "+x[k])
		}
		return strings.Join(parts, "; ")
	case float64:
		if isShare(f) {
			return strconv.FormatFloat(math.Round(x*1e10)/1e8, 'f', -1, 64) + " %"
		}
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

// parseField reads what a person writes into a field.
func parseField(f sim.Field, text string) (any, error) {
	text = strings.TrimSpace(text)
	bare := strings.NewReplacer(" ", "", "_", "", "\u00a0", "").Replace(text)
	switch f.Kind {
	case sim.FieldNumber:
		return parseNumber(f, bare)
	case sim.FieldDuration:
		if n, err := strconv.ParseFloat(bare, 64); err == nil {
			return n, nil
		}
		return bare, nil
	case sim.FieldAddress:
		if text == "" {
			return nil, nil
		}
	case sim.FieldNumbers:
		return parseNumbers(f, text)
	case sim.FieldTexts:
		var lines []any
		for _, line := range strings.Split(text, ";") {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		return lines, nil
	case sim.FieldTable:
		return parseTable(f, text)
	}
	return text, nil
}

func parseNumber(f sim.Field, text string) (any, error) {
	number, share := strings.CutSuffix(text, "%")
	n, err := strconv.ParseFloat(strings.Replace(number, ",", ".", 1), 64)
	if err != nil {
		return nil, wrong(f, "error.field.number", "value", strconv.Quote(text))
	}
	if share && isShare(f) {
		n /= 100
	}
	if n == math.Trunc(n) && math.Abs(n) < 1<<53 {
		return int64(n), nil
	}
	return n, nil
}

func parseNumbers(f sim.Field, text string) (any, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(", ;-–", r) })
	if len(parts) == 0 {
		return nil, nil
	}
	list := make([]any, len(parts))
	for i, part := range parts {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, wrong(f, "error.field.numbers", "value", strconv.Quote(part))
		}
		list[i] = n
	}
	return list, nil
}

func parseTable(f sim.Field, text string) (any, error) {
	table := map[string]any{}
	for _, entry := range strings.Split(text, ";") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		name, value, ok := strings.Cut(entry, "=")
		if !ok {
			return nil, wrong(f, "error.field.pairs")
		}
		table[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	return table, nil
}

func wrong(f sim.Field, key string, args ...any) error {
	return &sim.FieldError{Field: f.Path, Err: trace.Err(key, args...)}
}
