package lessons

import (
	"fmt"
	"strings"
)

// positions says where the keys of a TOML file stand, by their dotted names,
// tables of an array numbered: "step[1].question.answer". The decoder keeps
// none, and a lesson's author needs them.
type positions map[string]place

// locate finds the keys of a TOML file. It follows headers and first words of
// lines, which is how lessons are written; keys inside a value have the value's
// place.
func locate(text string) positions {
	found := positions{}
	counts := map[string]int{}
	table, until := "", ""
	for i, line := range strings.Split(text, "\n") {
		if until != "" { // in a text of several lines
			if strings.Contains(line, until) {
				until = ""
			}
			continue
		}
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "[") {
			if name, ok := header(trimmed); ok {
				table = numbered(name, strings.HasPrefix(trimmed, "[["), counts)
				found[table] = place{Line: i + 1}
				continue
			}
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(trimmed, "#") {
			continue
		}
		name := strings.Trim(strings.TrimSpace(key), `"'`)
		if table != "" {
			name = table + "." + name
		}
		value = strings.TrimLeft(value, " \t")
		column := len([]rune(line)) - len([]rune(value)) + 1
		for _, quote := range []string{`'''`, `"""`, `'`, `"`} {
			if strings.HasPrefix(value, quote) {
				column += len(quote)
				if len(quote) == 3 && !strings.Contains(value[3:], quote) {
					until = quote
				}
				break
			}
		}
		if _, twice := found[name]; !twice {
			found[name] = place{Line: i + 1, Column: column}
		}
	}
	return found
}

// header is the name in a table's header.
func header(line string) (string, bool) {
	line, _, _ = strings.Cut(line, "#")
	line = strings.TrimSpace(line)
	if !strings.HasSuffix(line, "]") {
		return "", false
	}
	return strings.Trim(line, "[] "), true
}

// numbered gives a header's name its numbers: each array on the way stands for
// its latest table.
func numbered(name string, array bool, counts map[string]int) string {
	out := ""
	parts := strings.Split(name, ".")
	for i, part := range parts {
		if out != "" {
			out += "."
		}
		out += strings.TrimSpace(part)
		switch last := i == len(parts)-1; {
		case last && array:
			counts[out]++
			out = fmt.Sprintf("%s[%d]", out, counts[out]-1)
		case !last && counts[out] > 0:
			out = fmt.Sprintf("%s[%d]", out, counts[out]-1)
		}
	}
	return out
}

// find is the place of a key, or of the nearest table around it. The numbers
// of tables may be left out; then it is the first of that name.
func (p positions) find(file, key string) place {
	for ; key != ""; key = parent(key) {
		for _, k := range []string{key, first(key)} {
			if at, ok := p[k]; ok {
				at.File = file
				return at
			}
		}
	}
	return place{File: file, Line: 1}
}

func parent(key string) string {
	if i := strings.LastIndexAny(key, ".["); i > 0 {
		return key[:i]
	}
	return ""
}

// first numbers the tables of a name that has no numbers.
func first(key string) string {
	if strings.Contains(key, "[") {
		return key
	}
	head, rest, _ := strings.Cut(key, ".")
	return head + "[0]." + rest
}
