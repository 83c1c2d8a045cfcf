package assets

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

var matcher = language.NewMatcher(languages)

// Match returns which of Languages comes nearest to what a person prefers, the
// most wanted first. Where nothing comes near it is English.
func Match(preferred ...string) string {
	var tags []language.Tag
	for _, p := range preferred {
		if tag, err := language.Parse(p); err == nil {
			tags = append(tags, tag)
		}
	}
	_, i, _ := matcher.Match(tags...)
	return languages[i].String()
}

// Speaks reports whether a language is among Languages, in whatever regional
// form. CLDR counts even Klingon as near to English, so nearness is no measure.
func Speaks(lang string) bool {
	tag, err := language.Parse(lang)
	if err != nil {
		return false
	}
	base, _ := tag.Base()
	return slices.ContainsFunc(languages, func(l language.Tag) bool {
		own, _ := l.Base()
		return own == base
	})
}

// SystemLanguage returns which of Languages the environment asks for, by the
// variables of POSIX and GNU gettext in their order of precedence.
func SystemLanguage(getenv func(string) string) string {
	locale := ""
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale = getenv(name); locale != "" {
			break
		}
	}
	if locale = tagOf(locale); locale == "C" || locale == "POSIX" || locale == "" {
		return languages[0].String() // gettext ignores LANGUAGE then
	}
	var preferred []string
	for _, l := range strings.Split(getenv("LANGUAGE"), ":") {
		preferred = append(preferred, tagOf(l))
	}
	return Match(append(preferred, locale)...)
}

// tagOf cuts codeset and modifier off a locale's name: "pt_BR.UTF-8@euro".
func tagOf(locale string) string {
	if i := strings.IndexAny(locale, ".@"); i >= 0 {
		locale = locale[:i]
	}
	return locale
}
