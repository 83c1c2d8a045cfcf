package assets

import (
	"embed"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed text
var files embed.FS

// languages are those of text/, the default one first.
var languages = []language.Tag{
	language.English,
	language.BrazilianPortuguese,
	language.Spanish,
}

// Languages are the languages the program speaks, as BCP 47 tags, in the order
// in which a person is offered them.
func Languages() []string {
	names := make([]string, len(languages))
	for i, tag := range languages {
		names[i] = tag.String()
	}
	return names
}

// Texts are all sentences of one language. They may be used from several
// goroutines at once.
type Texts struct {
	lang      string
	localizer *i18n.Localizer
	plain     map[string]string // those that take no arguments
	printer   *message.Printer
	unsolved  *Texts
	instead   func(key string) string // of unsolved ones: the key of the sentence that stands in
}

// Catalog returns the sentences of the language that comes nearest to the one
// asked for: "pt" gives Brazilian Portuguese, an unknown language English.
func Catalog(lang string) *Texts { return catalogs()[Match(lang)] }

// Language is the BCP 47 tag of the sentences.
func (t *Texts) Language() string { return t.lang }

// Text returns the sentence of a key with its arguments, given as pairs of a
// name and a value, put in. The argument "count" chooses between singular and
// plural where a sentence has both. Numbers are written as the language writes
// them: a uint64 is an amount, with its thousands grouped; other integers, most
// of them ports, are not grouped. A key that no file has is returned as it is.
func (t *Texts) Text(key string, args ...any) string {
	if t.instead != nil {
		key = t.instead(key)
	}
	if s, ok := t.plain[key]; ok {
		return s
	}
	// An error can come with the text all the same: a missing plural form falls
	// back to the general one, a missing key to English.
	s, err := t.localizer.Localize(&i18n.LocalizeConfig{
		MessageID:      key,
		TemplateData:   arguments{t, args},
		PluralCount:    value(args, "count"),
		TemplateParser: parser{},
	})
	if s == "" && err != nil {
		return key
	}
	return s
}

// Plain is a text without arguments, and whether there is one of that key. Words
// of the protocol have none, and looking for them is no error.
func (t *Texts) Plain(key string) (string, bool) {
	s, ok := t.plain[key]
	return s, ok
}

// catalogs reads the embedded files once. They are part of the program, so one
// that cannot be read is a fault of the program and panics; a test reads all.
var catalogs = sync.OnceValue(func() map[string]*Texts {
	bundle := i18n.NewBundle(languages[0])
	all := make(map[string]*Texts, len(languages))
	for _, tag := range languages {
		all[tag.String()] = load(bundle, tag)
	}
	return all
})

func load(bundle *i18n.Bundle, tag language.Tag) *Texts {
	t := &Texts{
		lang:      tag.String(),
		localizer: i18n.NewLocalizer(bundle, tag.String()),
		plain:     make(map[string]string),
		printer:   message.NewPrinter(tag),
	}
	for _, m := range messages(tag.String()) {
		bundle.MustAddMessages(tag, m)
		if m.One == "" && !strings.Contains(m.Other, "{{") {
			t.plain[m.ID] = m.Other
		}
	}
	return t.withUnsolved()
}

// messages reads the files of one language.
func messages(lang string) []*i18n.Message {
	var all []*i18n.Message
	dir := path.Join("text", lang)
	areas, err := fs.ReadDir(files, dir)
	if err != nil {
		panic(err)
	}
	for _, area := range areas {
		name := path.Join(dir, area.Name())
		content, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		some, err := i18n.ParseMessageBytes(content, toml.Unmarshal)
		if err != nil {
			panic(name + ": " + err.Error())
		}
		all = append(all, some...)
	}
	return all
}
