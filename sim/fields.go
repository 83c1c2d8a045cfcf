package sim

import (
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"ftpscope/sim/trace"
)

// FieldError says which field of a scenario is wrong, why, and what it takes.
type FieldError struct {
	Field string // dotted, as --set takes it
	Err   error
}

// Say is the sentence that tells the error.
func (e *FieldError) Say() (key string, args []any) {
	return "error.place.field", []any{"field", e.Field, "why", e.Err}
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Err.Error() }

func (e *FieldError) Unwrap() error { return e.Err }

func fieldErr(path, key string, args ...any) error {
	return &FieldError{Field: path, Err: trace.Err(key, args...)}
}

// fill sets the fields of a struct from a table as TOML and JSON decode it.
func fill(v reflect.Value, table map[string]any, path string) error {
	keys := make([]string, 0, len(table))
	for k := range table {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		at := k
		if path != "" {
			at = path + "." + k
		}
		field, tag, ok := lookup(v, k)
		if !ok {
			return fieldErr(at, "error.field.unknown", "fields", strings.Join(names(v.Type()), ", "))
		}
		if err := assign(field, tag, table[k], at); err != nil {
			return err
		}
	}
	return nil
}

func lookup(v reflect.Value, name string) (reflect.Value, reflect.StructTag, bool) {
	t := v.Type()
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("field") == name {
			return v.Field(i), t.Field(i).Tag, true
		}
	}
	return reflect.Value{}, "", false
}

func names(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		out = append(out, t.Field(i).Tag.Get("field"))
	}
	return out
}

// assign puts one decoded value into a field. Null is for what can be absent: no
// script, no address, no fixed port.
func assign(v reflect.Value, tag reflect.StructTag, raw any, path string) error {
	if raw == nil {
		return assignNull(v, tag, path)
	}
	switch target := v.Addr().Interface().(type) {
	case *Firewall:
		return assignFirewall(target, raw, path)
	case *time.Duration:
		return assignDuration(target, tag, raw, path)
	case *map[string]string:
		return assignSysctl(target, raw, path)
	}
	switch v.Kind() {
	case reflect.Struct:
		table, ok := raw.(map[string]any)
		if !ok {
			return fieldErr(path, "error.field.table", "value", fmt.Sprint(raw))
		}
		return fill(v, table, path)
	case reflect.Bool:
		b, ok := raw.(bool)
		if !ok {
			return fieldErr(path, "error.field.bool", "value", fmt.Sprint(raw))
		}
		v.SetBool(b)
	case reflect.String:
		return assignString(v, tag, raw, path)
	case reflect.Slice:
		return assignList(v, tag, raw, path)
	default:
		return assignNumber(v, tag, raw, path)
	}
	return nil
}

// assignNull empties a field that can be empty.
func assignNull(v reflect.Value, tag reflect.StructTag, path string) error {
	choice := tag.Get("oneof") != ""
	if v.Kind() == reflect.Struct || v.Kind() == reflect.Bool || choice || inRange(0, tag, path) != nil && v.Kind() != reflect.Slice {
		return fieldErr(path, "error.field.null")
	}
	v.SetZero()
	return nil
}

func assignString(v reflect.Value, tag reflect.StructTag, raw any, path string) error {
	s, ok := raw.(string)
	if !ok {
		return fieldErr(path, "error.field.text", "value", fmt.Sprint(raw))
	}
	if choices := tag.Get("oneof"); choices != "" && !slices.Contains(strings.Split(choices, ","), s) {
		return fieldErr(path, "error.field.choice", "value", strconv.Quote(s), "choices", strings.ReplaceAll(choices, ",", ", "))
	}
	if tag.Get("is") == "addr" && s != "" {
		if _, err := netip.ParseAddr(s); err != nil {
			return fieldErr(path, "error.field.address", "value", strconv.Quote(s))
		}
	}
	v.SetString(s)
	return nil
}

func assignNumber(v reflect.Value, tag reflect.StructTag, raw any, path string) error {
	n, ok := number(raw)
	if !ok {
		return fieldErr(path, "error.field.number", "value", fmt.Sprint(raw))
	}
	if err := inRange(n, tag, path); err != nil {
		return err
	}
	switch v.Kind() {
	case reflect.Float64:
		v.SetFloat(n)
		return nil
	case reflect.Uint64:
		if n < 0 || n > 1<<53 || n != math.Trunc(n) { // beyond, a float64 skips numbers
			return fieldErr(path, "error.field.seed", "value", fmt.Sprint(raw))
		}
		v.SetUint(uint64(n))
		return nil
	}
	if n != math.Trunc(n) {
		return fieldErr(path, "error.field.integer", "value", fmt.Sprint(raw))
	}
	v.SetInt(int64(n))
	return nil
}

func inRange(n float64, tag reflect.StructTag, path string) error {
	low, errLow := strconv.ParseFloat(tag.Get("min"), 64)
	high, errHigh := strconv.ParseFloat(tag.Get("max"), 64)
	if errLow == nil && n < low || errHigh == nil && n > high {
		return fieldErr(path, "error.field.range", "value", fmt.Sprint(n), "low", tag.Get("min"), "high", tag.Get("max"))
	}
	return nil
}

func number(raw any) (float64, bool) {
	switch n := raw.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, !math.IsNaN(n) && !math.IsInf(n, 0)
	case int:
		return float64(n), true
	}
	return 0, false
}

// maxItems bounds every list of a scenario.
const maxItems = 1000

func assignList(v reflect.Value, tag reflect.StructTag, raw any, path string) error {
	items, ok := raw.([]any)
	if !ok {
		return fieldErr(path, "error.field.list", "value", fmt.Sprint(raw))
	}
	if len(items) > maxItems {
		return fieldErr(path, "error.field.items", "n", len(items), "most", maxItems)
	}
	if want := tag.Get("len"); want != "" && strconv.Itoa(len(items)) != want {
		return fieldErr(path, "error.field.list_len", "want", want, "n", len(items))
	}
	out := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		if err := assign(out.Index(i), tag, item, fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	if tag.Get("len") == "2" && out.Index(0).Int() > out.Index(1).Int() {
		return fieldErr(path, "error.field.ports_order")
	}
	v.Set(out)
	return nil
}

// Durations are written as Go writes them ("20ms"), or as a number of seconds.
func assignDuration(d *time.Duration, tag reflect.StructTag, raw any, path string) error {
	var ns float64
	switch x := raw.(type) {
	case string:
		parsed, err := time.ParseDuration(x)
		if err != nil {
			return fieldErr(path, "error.field.time", "value", strconv.Quote(x))
		}
		ns = float64(parsed)
	default:
		n, ok := number(raw)
		if !ok {
			return fieldErr(path, "error.field.time", "value", fmt.Sprint(raw))
		}
		ns = n * float64(time.Second)
	}
	if inRange(ns, tag, path) != nil {
		low, _ := time.ParseDuration(tag.Get("min") + "ns")
		high, _ := time.ParseDuration(tag.Get("max") + "ns")
		return fieldErr(path, "error.field.range", "value", fmt.Sprint(raw), "low", fmt.Sprint(low), "high", fmt.Sprint(high))
	}
	*d = time.Duration(ns)
	return nil
}

func assignSysctl(m *map[string]string, raw any, path string) error {
	table, ok := raw.(map[string]any)
	if !ok {
		return fieldErr(path, "error.field.sysctls", "value", fmt.Sprint(raw))
	}
	*m = make(map[string]string, len(table))
	for k, v := range table {
		if _, nested := v.(map[string]any); nested {
			return fieldErr(path, "error.field.dotted", "name", strconv.Quote(k))
		}
		(*m)[k] = fmt.Sprint(v)
	}
	return nil
}

func assignFirewall(f *Firewall, raw any, path string) error {
	switch x := raw.(type) {
	case string:
		if !slices.Contains(FirewallPresets, x) {
			return fieldErr(path, "error.field.firewall", "value", strconv.Quote(x), "choices", strings.Join(FirewallPresets, ", "))
		}
		*f = Firewall{Preset: x}
		return nil
	case map[string]any:
		var own struct {
			Policy      string   `field:"policy" oneof:"accept,drop"`
			Rules       []string `field:"rules"`
			Input       []string `field:"input"`
			InputPolicy string   `field:"input_policy" oneof:"accept,drop"`
		}
		own.Policy, own.InputPolicy = "accept", "accept"
		if err := fill(reflect.ValueOf(&own).Elem(), x, path); err != nil {
			return err
		}
		*f = Firewall{Policy: own.Policy, Rules: ruleTexts(own.Rules), Input: ruleTexts(own.Input), InputPolicy: own.InputPolicy}
		return nil
	}
	return fieldErr(path, "error.field.firewall_kind", "value", fmt.Sprint(raw))
}

func ruleTexts(lines []string) []RuleText {
	var out []RuleText
	for _, l := range lines {
		out = append(out, ParseRuleText(l))
	}
	return out
}
