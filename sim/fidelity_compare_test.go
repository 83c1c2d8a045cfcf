package sim

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sections is the order in which two results are compared: what a person would
// look at first, first.
var sections = []string{
	"outcome", "exit_status", "final_reply", "transfers", "control", "announcements", "connections",
	"packets", "order", "waits_s", "client_router", "server_router",
}

// roughly are the sections in which lftp and tnftp are compared: their own order
// of commands is not the subject.
var roughly = []string{"outcome", "final_reply", "announcements", "connections", "died"}

// differences lists how a run of the model differs from a recorded one.
func differences(want, got map[string]any, sections []string) []string {
	var out []string
	for _, s := range sections {
		if s == "died" {
			out = append(out, diff("died", died(want), died(got))...)
			continue
		}
		out = append(out, diff(s, want[s], got[s])...)
	}
	return out
}

// died lists the packets that did not arrive, and where.
func died(result map[string]any) []any {
	out := []any{}
	packets, _ := result["packets"].([]any)
	for _, p := range packets {
		if p := p.(map[string]any); p["died"] != nil {
			out = append(out, fmt.Sprintf("%s %s", p["id"], p["died"]))
		}
	}
	return out
}

// diff compares two decoded values. A missing field equals null, waits may
// differ by a second, lists of things with a name are compared name by name.
func diff(at string, want, got any) []string {
	switch w := want.(type) {
	case float64:
		if g, ok := got.(float64); ok && strings.HasPrefix(at, "waits_s") && w-g < 2 && g-w < 2 {
			return nil
		}
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			return diffTables(at, w, g)
		}
	case []any:
		if g, ok := got.([]any); ok {
			return diffLists(at, w, g)
		}
	}
	if plainJSON(want) == plainJSON(got) {
		return nil
	}
	return []string{fmt.Sprintf("%s: recorded %s, model %s", at, plainJSON(want), plainJSON(got))}
}

func plainJSON(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func diffTables(at string, want, got map[string]any) []string {
	keys := slices.Collect(maps.Keys(want))
	for k := range got {
		if _, ok := want[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	var out []string
	for _, k := range keys {
		out = append(out, diff(at+"."+k, want[k], got[k])...)
	}
	return out
}

func diffLists(at string, want, got []any) []string {
	if wantByName, gotByName := byName(want), byName(got); wantByName != nil && gotByName != nil {
		return diffTables(at, wantByName, gotByName)
	}
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			return []string{fmt.Sprintf("%s[%d]: recorded %s, the model ends here", at, i, plainJSON(want[i]))}
		case i >= len(want):
			return []string{fmt.Sprintf("%s[%d]: the recording ends here, model goes on with %s", at, i, plainJSON(got[i]))}
		}
		if d := diff(fmt.Sprintf("%s[%d]", at, i), want[i], got[i]); d != nil {
			return d // what follows a first difference in a sequence says nothing new
		}
	}
	return nil
}

// byName turns a list of tables that have an id or name into a table; nil when
// it is no such list.
func byName(list []any) map[string]any {
	out := map[string]any{}
	for _, item := range list {
		table, _ := item.(map[string]any)
		name, ok := table["id"].(string)
		if !ok {
			name, ok = table["name"].(string)
		}
		if !ok {
			return nil
		}
		out[name] = item
	}
	return out
}
