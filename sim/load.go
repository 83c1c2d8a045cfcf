package sim

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"ftpscope/sim/trace"

	"github.com/BurntSushi/toml"
)

//go:embed presets/*.toml
var presetFiles embed.FS

// presetOrder is the order in which the presets are offered: the four that the
// subject turns on first, then those with further hosts.
var presetOrder = []string{
	"active", "passive", "active-blocked", "passive-behind-firewall", "passive-stolen", "active-bounce", "two-servers",
}

// maxFile bounds what is read of a scenario file.
const maxFile = 1 << 20

// Presets are the names of the scenarios built into the program.
func Presets() []string { return slices.Clone(presetOrder) }

// Preset returns a scenario built into the program.
func Preset(name string) (Scenario, error) {
	if !slices.Contains(presetOrder, name) {
		return Scenario{}, trace.Err("error.scenario.preset", "name", strconv.Quote(name), "names", strings.Join(presetOrder, ", "))
	}
	file := "presets/" + name + ".toml"
	data, err := presetFiles.ReadFile(file)
	if err != nil {
		return Scenario{}, err
	}
	return Parse(data, file)
}

// Load reads a scenario from a preset's name or from a TOML or JSON file.
func Load(name string) (Scenario, error) {
	if slices.Contains(presetOrder, name) {
		return Preset(name)
	}
	if filepath.Ext(name) == "" {
		if _, err := os.Stat(name); err != nil {
			return Preset(name) // its error lists the presets
		}
	}
	file, err := os.Open(name)
	if err != nil {
		return Scenario{}, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1)) // a device has no size and no end
	if err != nil {
		return Scenario{}, err
	}
	if len(data) > maxFile {
		return Scenario{}, trace.Err("error.scenario.long", "file", name, "most", maxFile)
	}
	return Parse(data, name)
}

// Parse reads a scenario from the text of a TOML file, or of a JSON file when
// the name ends in .json. Errors begin with file and line.
func Parse(data []byte, file string) (Scenario, error) {
	table := map[string]any{}
	if filepath.Ext(file) == ".json" {
		if err := json.Unmarshal(data, &table); err != nil {
			return Scenario{}, jsonError(data, file, err)
		}
	} else if _, err := toml.Decode(string(data), &table); err != nil {
		var syntax toml.ParseError
		if errors.As(err, &syntax) {
			return Scenario{}, trace.Err("error.place.line", "file", file, "line", syntax.Position.Line, "why", syntax.Message)
		}
		return Scenario{}, trace.Err("error.place.file", "file", file, "why", err)
	}
	s := Default()
	s.ID = strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), ".scenario")
	if _, typed := table["user"]; typed && !has(table, "client", "program") {
		s.Client.Program = "plain" // who writes down wishes wants them carried out, not curl's own
	}
	if err := fill(reflect.ValueOf(&s).Elem(), table, ""); err != nil {
		return Scenario{}, located(data, file, err)
	}
	if err := s.Check(); err != nil {
		return Scenario{}, located(data, file, err)
	}
	return s, nil
}

func has(table map[string]any, section, key string) bool {
	t, _ := table[section].(map[string]any)
	_, ok := t[key]
	return ok
}

func jsonError(data []byte, file string, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		return trace.Err("error.place.line", "file", file, "line", line, "why", err)
	}
	return trace.Err("error.place.file", "file", file, "why", err)
}

// located puts file and line before a field's error. The decoders keep no
// positions, so the line is the one where the field's own name stands, inside
// its section where that has a line too.
func located(data []byte, file string, err error) error {
	var field *FieldError
	if !errors.As(err, &field) {
		return trace.Err("error.place.file", "file", file, "why", err)
	}
	line := 0
	parts := strings.FieldsFunc(field.Field, func(r rune) bool { return r == '.' || r == '[' })
	lines := strings.Split(string(data), "\n")
	from := 0
	for _, part := range parts {
		for i := from; i < len(lines); i++ {
			if names := strings.Trim(lines[i], " \t[]{"); strings.HasPrefix(names, part) || strings.Contains(lines[i], `"`+part+`"`) ||
				strings.Contains(names, "."+part) {
				line, from = i+1, i
				break
			}
		}
	}
	if line == 0 {
		return trace.Err("error.place.file", "file", file, "why", err)
	}
	return trace.Err("error.place.line", "file", file, "line", line, "why", err)
}

// Set changes one field by its dotted name, as the command line does:
// Set("client_router.nat", "true"). The value is TOML; text needs no quotes.
func (s *Scenario) Set(key, value string) error {
	if err := s.Change(key, value); err != nil {
		return err
	}
	return s.Check()
}

// Change is Set without a look at how the fields go together, for the first of
// several.
func (s *Scenario) Change(key, value string) error {
	var table map[string]any
	if _, err := toml.Decode("v = "+value, &table); err != nil || len(table) != 1 {
		if _, err := toml.Decode("v = "+strconv.Quote(value), &table); err != nil {
			return fieldErr(key, "error.field.unreadable", "value", strconv.Quote(value))
		}
	}
	raw := table["v"]
	if value == "null" {
		raw = nil
	}
	parts := strings.Split(key, ".")
	v := reflect.ValueOf(s).Elem()
	for i, part := range parts {
		field, tag, ok := lookup(v, part)
		if !ok {
			return fieldErr(key, "error.field.unknown", "fields", strings.Join(names(v.Type()), ", "))
		}
		if i == len(parts)-1 {
			return assign(field, tag, raw, key)
		}
		if m, ok := field.Addr().Interface().(*map[string]string); ok { // a sysctl's own name has dots
			next := map[string]string{}
			for k, v := range *m {
				next[k] = v
			}
			next[strings.Join(parts[i+1:], ".")] = fmt.Sprint(raw)
			*m = next
			return nil
		}
		if field.Kind() != reflect.Struct || field.Type() == reflect.TypeFor[Firewall]() {
			return fieldErr(key, "error.field.whole", "field", strings.Join(parts[:i+1], "."))
		}
		v = field
	}
	return nil
}
