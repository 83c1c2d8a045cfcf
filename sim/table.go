package sim

import (
	"reflect"
	"time"
)

// Table returns the scenario as TOML and JSON write it: every field by its own
// name, so that reading it back gives the same scenario.
func (s Scenario) Table() map[string]any { return table(reflect.ValueOf(s)) }

func table(v reflect.Value) map[string]any {
	out := map[string]any{}
	for i := range v.NumField() {
		out[v.Type().Field(i).Tag.Get("field")] = plain(v.Field(i))
	}
	return out
}

func plain(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case Firewall:
		return x.plain()
	case time.Duration:
		return x.String()
	case map[string]string:
		if x == nil {
			return map[string]string{}
		}
		return x
	}
	switch v.Kind() {
	case reflect.Struct:
		return table(v)
	case reflect.Slice:
		out := make([]any, v.Len())
		for i := range out {
			out[i] = plain(v.Index(i))
		}
		if v.IsNil() && v.Type().Elem().Kind() == reflect.Int {
			return nil // no list of ports is not the same as an empty one
		}
		return out
	}
	return v.Interface()
}

func (f Firewall) plain() any {
	if f.Preset != "" {
		return f.Preset
	}
	texts := func(rules []RuleText) []string {
		out := make([]string, len(rules))
		for i, r := range rules {
			out[i] = r.String()
		}
		return out
	}
	out := map[string]any{"policy": f.Policy, "rules": texts(f.Rules), "input": texts(f.Input)}
	if f.InputPolicy == "drop" {
		out["input_policy"] = f.InputPolicy
	}
	return out
}
