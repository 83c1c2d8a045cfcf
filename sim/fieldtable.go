package sim

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// FieldKind is what a field of a scenario takes.
type FieldKind uint8

// The kinds of fields.
const (
	FieldText     FieldKind = iota
	FieldSwitch             // true or false
	FieldChoice             // one of Choices
	FieldNumber             // from Min to Max
	FieldDuration           // "20ms"
	FieldAddress            // an IP address, or none
	FieldNumbers            // a list of numbers, of Len where that is not 0
	FieldTexts              // a list of lines
	FieldFirewall           // one of Choices, or rules of one's own
	FieldTable              // names and texts
)

// Field describes one field of a [Scenario]: what [Scenario.Set], files and
// forms may put in it.
type Field struct {
	Path     string // dotted, as Set takes it
	Kind     FieldKind
	Choices  []string
	Min, Max float64 // both 0: no bounds
	Len      int
}

// Fields lists every field of a scenario in the order of its declaration.
func Fields() []Field { return fieldsOf(reflect.TypeFor[Scenario](), "") }

func fieldsOf(t reflect.Type, path string) []Field {
	var out []Field
	for i := range t.NumField() {
		f := t.Field(i)
		at := path + f.Tag.Get("field")
		if f.Type.Kind() == reflect.Struct && f.Type != reflect.TypeFor[Firewall]() {
			out = append(out, fieldsOf(f.Type, at+".")...)
			continue
		}
		out = append(out, fieldOf(f, at))
	}
	return out
}

func fieldOf(f reflect.StructField, path string) Field {
	s := Field{Path: path, Kind: kindOf(f)}
	if c := f.Tag.Get("oneof"); c != "" {
		s.Choices = strings.Split(c, ",")
	}
	if s.Kind == FieldFirewall {
		s.Choices = slices.Clone(FirewallPresets)
		if strings.HasSuffix(path, "host_firewall") {
			s.Choices = FirewallPresets[:1:1]
		}
	}
	s.Min, _ = strconv.ParseFloat(f.Tag.Get("min"), 64)
	s.Max, _ = strconv.ParseFloat(f.Tag.Get("max"), 64)
	s.Len, _ = strconv.Atoi(f.Tag.Get("len"))
	return s
}

func kindOf(f reflect.StructField) FieldKind {
	switch {
	case f.Type == reflect.TypeFor[Firewall]():
		return FieldFirewall
	case f.Type == reflect.TypeFor[time.Duration]():
		return FieldDuration
	case f.Tag.Get("is") == "addr":
		return FieldAddress
	case f.Tag.Get("oneof") != "":
		return FieldChoice
	}
	switch f.Type.Kind() {
	case reflect.Bool:
		return FieldSwitch
	case reflect.String:
		return FieldText
	case reflect.Map:
		return FieldTable
	case reflect.Slice:
		if f.Type.Elem().Kind() == reflect.Int {
			return FieldNumbers
		}
		return FieldTexts
	}
	return FieldNumber
}

// Get returns a field by its dotted name, in the form in which files hold it:
// text, a truth value, a number, a list or a table; nil for a list that is left
// out, or for a name that no field has.
func (s *Scenario) Get(path string) any {
	v := reflect.ValueOf(s).Elem()
	for _, part := range strings.Split(path, ".") {
		if v.Kind() != reflect.Struct || v.Type() == reflect.TypeFor[Firewall]() {
			return nil
		}
		field, _, ok := lookup(v, part)
		if !ok {
			return nil
		}
		v = field
	}
	return plain(v)
}

// Put changes fields as [Scenario.Set] does, to values as files hold them, and
// checks the scenario when all of them are in.
func (s *Scenario) Put(values map[string]any) error {
	paths := make([]string, 0, len(values))
	for path := range values {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	next := s.Clone()
	for _, path := range paths {
		table := values[path]
		parts := strings.Split(path, ".")
		for i := len(parts) - 1; i > 0; i-- {
			table = map[string]any{parts[i]: table}
		}
		if err := fill(reflect.ValueOf(&next).Elem(), map[string]any{parts[0]: table}, ""); err != nil {
			return err
		}
	}
	if err := next.Check(); err != nil {
		return err
	}
	*s = next
	return nil
}

// Marshal writes a scenario as a TOML file that [Load] reads back. What has its
// default is left out.
func Marshal(s Scenario) ([]byte, error) {
	basis := Default()
	if len(s.User) > 0 {
		basis.Client.Program = "plain" // what Parse takes then
	}
	table := differing(s.Table(), basis.Table())
	delete(table, "id") // the file's name
	var out strings.Builder
	out.WriteString("# A scenario of ftpscope. What is left out has its default.\n")
	fmt.Fprintf(&out, "# Run it with: ftpscope run FILE; see it with: ftpscope FILE\n\n")
	e := toml.NewEncoder(&out)
	e.Indent = ""
	if err := e.Encode(table); err != nil {
		return nil, err
	}
	return []byte(out.String()), nil
}

// differing is what of a table is not the same in another.
func differing(t, from map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range t {
		if reflect.DeepEqual(v, from[k]) {
			continue
		}
		sub, isTable := v.(map[string]any)
		other, both := from[k].(map[string]any)
		switch {
		case isTable && both:
			out[k] = differing(sub, other)
		case v == nil:
			out[k] = []any{}
		default:
			out[k] = v
		}
	}
	return out
}
