package assets

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// parser reads "text with {{.name}}" and nothing more of text/template: a
// sentence is asked for in every frame, and this way it costs a few hundred
// nanoseconds rather than microseconds.
type parser struct{}

// sentence alternates literal text and argument names, text first.
type sentence []string

// arguments are what a sentence is filled with: pairs of name and value.
type arguments struct {
	texts *Texts
	pairs []any
}

func (parser) Cacheable() bool { return true }

func (parser) Parse(src, _, _ string) (template.ParsedTemplate, error) {
	var s sentence
	rest := src
	for {
		text, after, open := strings.Cut(rest, "{{")
		s = append(s, text)
		if !open {
			return s, nil
		}
		name, next, closed := strings.Cut(after, "}}")
		if !closed || len(name) < 2 || name[0] != '.' || strings.ContainsAny(name[1:], " .|\"{") {
			return nil, fmt.Errorf("%q: want {{.name}}, have {{%s}}", src, name)
		}
		s = append(s, name[1:])
		rest = next
	}
}

// Execute fills in data, which must be arguments. A missing one shows its name
// in braces, so that it is seen.
func (s sentence) Execute(data any) (string, error) {
	args := data.(arguments)
	out := make([]byte, 0, 128)
	for i, part := range s {
		switch {
		case i%2 == 0:
			out = append(out, part...)
		default:
			v := value(args.pairs, part)
			if v == nil {
				v = "{" + part + "}"
			}
			out = args.texts.append(out, v)
		}
	}
	return string(out), nil
}

// value finds an argument by name, nil where it is missing.
func value(pairs []any, name string) any {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1]
		}
	}
	return nil
}

func (t *Texts) append(out []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return append(out, v...)
	case int:
		return strconv.AppendInt(out, int64(v), 10)
	case int64:
		return strconv.AppendInt(out, v, 10)
	case uint16:
		return strconv.AppendUint(out, uint64(v), 10)
	case uint64:
		return append(out, t.Integer(int64(v))...)
	case float64:
		return append(out, t.Decimal(v, -1)...)
	case time.Duration:
		return append(out, t.Duration(v)...)
	case error:
		return append(out, t.Error(v)...)
	case Saying:
		return append(out, t.saying(v)...)
	}
	return fmt.Append(out, v)
}
