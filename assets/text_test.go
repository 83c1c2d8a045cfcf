package assets

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// forms are the plural forms of a message that are written.
func forms(m *i18n.Message) []string {
	return slices.DeleteFunc([]string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}, func(s string) bool { return s == "" })
}

func byKey(t *testing.T, lang string) map[string]*i18n.Message {
	t.Helper()
	keys := make(map[string]*i18n.Message)
	for _, m := range messages(lang) {
		require.NotContains(t, keys, m.ID, "key twice in %s", lang)
		keys[m.ID] = m
	}
	return keys
}

func placeholders(m *i18n.Message) []string {
	names := regexp.MustCompile(`{{.*?}}`).FindAllString(strings.Join(forms(m), " "), -1)
	slices.Sort(names)
	return slices.Compact(names)
}

func TestEveryLanguageHasTheSameKeysAndPlaceholders(t *testing.T) {
	english := byKey(t, "en")
	for _, lang := range Languages() {
		other := byKey(t, lang)
		for key, m := range english {
			if assert.Contains(t, other, key, "missing in %s", lang) {
				assert.Equal(t, placeholders(m), placeholders(other[key]), "%s in %s", key, lang)
			}
		}
		for key := range other {
			assert.Contains(t, english, key, "only in %s", lang)
		}
	}
}

func TestEverySentenceIsWellFormed(t *testing.T) {
	for _, lang := range Languages() {
		for _, m := range messages(lang) {
			where := m.ID + " in " + lang
			assert.NotEmpty(t, strings.TrimSpace(m.Other), where)
			for _, s := range forms(m) {
				_, err := parser{}.Parse(s, "", "")
				assert.NoError(t, err, where)
				assert.NotContains(t, s, "!", where)
				assert.NotContains(t, s, "¡", where)
				assert.Equal(t, strings.TrimSpace(s), s, "%s begins or ends with space", where)
			}
		}
	}
}

func TestTextFillsInArgumentsByName(t *testing.T) {
	for _, test := range []struct {
		name, src, want string
		args            []any
	}{
		{"a string", "from {{.src}}.", "from 192.168.1.2:2000.", []any{"src", "192.168.1.2:2000"}},
		{"a port without grouping", "port {{.port}}", "port 2001", []any{"port", uint16(2001)}},
		{"an amount with grouping", "{{.n}} bytes", "12.288 bytes", []any{"n", uint64(12288)}},
		{"a fraction", "{{.f}} MB", "1,5 MB", []any{"f", 1.5}},
		{"a span of time", "{{.t}} later", "0,284\u00a0s later", []any{"t", 284 * time.Millisecond}},
		{"twice the same", "{{.a}}×{{.a}}", "7×7", []any{"a", 7}},
		{"what is missing is seen", "a {{.b}}", "a {b}", nil},
		{"a value without its name", "a {{.b}}", "a {b}", []any{"b"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := parser{}.Parse(test.src, "", "")
			require.NoError(t, err)
			got, err := s.Execute(arguments{Catalog("pt-BR"), test.args})
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

func TestOnlyPlainPlaceholdersAreRead(t *testing.T) {
	for _, src := range []string{"{{", "{{.a", "{{a}}", "{{.}}", "{{ .a }}", "{{.a.b}}", "{{.a | html}}", "{{.a {{.b}}"} {
		_, err := parser{}.Parse(src, "", "")
		assert.Error(t, err, src)
	}
}

func TestUnknownKeyComesBack(t *testing.T) {
	assert.Equal(t, "no_such_key", Catalog("es").Text("no_such_key", "a", 1))
}

func TestCountChoosesThePlural(t *testing.T) {
	for lang, want := range map[string][2]string{
		"en":    {"1 byte", "2 bytes"},
		"pt-BR": {"1 byte", "2 bytes"},
		"es":    {"1 byte", "2 bytes"},
	} {
		texts := Catalog(lang)
		assert.Equal(t, want[0], texts.Text("ladder_bytes", "count", 1, "bytes", 1))
		assert.Equal(t, want[1], texts.Text("ladder_bytes", "count", 2, "bytes", 2))
		assert.NotContains(t, texts.Text("ladder_bytes", "count", 1_000_000, "bytes", 1_000_000), "{", "a form that CLDR knows and no file has")
	}
}

func TestNumbersAreWrittenAsTheLanguageDoes(t *testing.T) {
	en, pt := Catalog("en"), Catalog("pt-BR")
	assert.Equal(t, "12,288", en.Integer(12288))
	assert.Equal(t, "12.288", pt.Integer(12288))
	assert.Equal(t, "0.284\u00a0s", en.Duration(284*time.Millisecond))
	assert.Equal(t, "0,284\u00a0s", pt.Duration(284*time.Millisecond))
	assert.Equal(t, "60\u00a0s", en.Duration(time.Minute))
	assert.Equal(t, "2,50", Catalog("es").Decimal(2.5, 2))
}

func TestLanguageIsMatched(t *testing.T) {
	for preferred, want := range map[string]string{
		"pt-BR": "pt-BR", "pt": "pt-BR", "pt-PT": "pt-BR", "es-AR": "es", "en-GB": "en", "ja": "en", "": "en", "??": "en",
	} {
		assert.Equal(t, want, Match(preferred), preferred)
		assert.Equal(t, want, Catalog(preferred).Language(), preferred)
	}
	assert.Equal(t, "es", Match("ja", "es", "en"), "the next best counts")
}

func TestOnlyLanguagesThereAreAreSpoken(t *testing.T) {
	for _, lang := range []string{"en", "pt", "pt-PT", "pt_BR", "es-MX"} {
		assert.True(t, Speaks(lang), lang)
	}
	for _, lang := range []string{"", "ja", "tlh", "klingon", "x!"} {
		assert.False(t, Speaks(lang), lang)
	}
}

func TestSystemLanguageFollowsTheEnvironment(t *testing.T) {
	for _, test := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"nothing set", nil, "en"},
		{"LANG", map[string]string{"LANG": "pt_BR.UTF-8"}, "pt-BR"},
		{"LC_ALL comes before LANG", map[string]string{"LC_ALL": "es_ES@euro", "LANG": "pt_BR.UTF-8"}, "es"},
		{"LANGUAGE refines", map[string]string{"LANGUAGE": "ja:es", "LANG": "pt_BR.UTF-8"}, "es"},
		{"LANGUAGE does not count in the C locale", map[string]string{"LANGUAGE": "es", "LANG": "C.UTF-8"}, "en"},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, SystemLanguage(func(name string) string { return test.env[name] }))
		})
	}
}

func BenchmarkText(b *testing.B) {
	texts := Catalog("pt-BR")
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			texts.Text("ladder_connect")
		}
	})
	b.Run("arguments", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			texts.Text("ladder_rewritten", "at", "client-router", "was", "192.168.1.2:2000", "is", "198.51.100.1:40000")
		}
	})
	b.Run("plural", func(b *testing.B) {
		for b.Loop() {
			texts.Text("ladder_bytes", "count", 2, "bytes", "2")
		}
	})
	b.Run("duration", func(b *testing.B) {
		for b.Loop() {
			texts.Duration(284 * time.Millisecond)
		}
	})
}
