package lessons

import (
	"slices"
	"strconv"
)

// The bounds of texts besides steps.
const (
	maxPromptWords = 40
	maxReplyWords  = 60
)

// compare says what a lesson's text lacks, or has too much, for its definition.
func (d *definition) compare(doc *document) []error {
	c := &comparison{}
	var want []string
	for _, s := range d.Steps {
		want = append(want, s.ID)
	}
	for _, t := range d.Tasks {
		want = append(want, t.ID)
	}
	if len(d.Terms) > 0 {
		want = append(want, sectionTerms)
	}
	if c.missing(doc, want) {
		return c.found
	}
	for i, s := range doc.sections {
		if i >= len(want) {
			c.say(s.at, "error.lesson.section_extra", "id", strconv.Quote(s.id), "steps", len(d.Steps))
		} else if s.id != want[i] {
			c.say(s.at, "error.lesson.section_order", "id", strconv.Quote(s.id), "due", strconv.Quote(want[i]))
		}
	}
	if len(doc.sections) < len(want) {
		c.say(place{File: doc.file, Line: 1}, "error.lesson.section_missing", "id", want[len(doc.sections)])
	}
	if len(c.found) > 0 {
		return c.found
	}
	for i, s := range d.Steps {
		c.limit(doc.sections[i].at, doc.sections[i].text, maxWords, "error.lesson.long.step")
		c.question(doc.sections[i], s.Question)
	}
	for i, t := range d.Tasks {
		s := doc.sections[len(d.Steps)+i]
		c.limit(s.at, s.text, maxWords, "error.lesson.long.task")
		c.question(s, t.Question)
		var keys []string
		for _, condition := range t.Conditions {
			keys = append(keys, condition.ID)
		}
		c.keys(s, keys, "error.lesson.extra.condition", "error.lesson.missing.condition")
	}
	if len(d.Terms) > 0 {
		c.keys(doc.sections[len(doc.sections)-1], d.Terms, "error.lesson.extra.term", "error.lesson.missing.term")
	}
	return c.found
}

type comparison struct {
	found []error
}

// missing says which sections there are none of, where those that there are
// have their right names: one that is left out puts all behind it out of place.
func (c *comparison) missing(doc *document, want []string) bool {
	have := map[string]bool{}
	for _, s := range doc.sections {
		if !slices.Contains(want, s.id) {
			return false
		}
		have[s.id] = true
	}
	for i, id := range want {
		if have[id] {
			continue
		}
		at := place{File: doc.file, Line: 1}
		if i < len(doc.sections) {
			at = doc.sections[i].at
		}
		c.say(at, "error.lesson.section_missing", "id", id)
	}
	return len(c.found) > 0
}

func (c *comparison) say(p place, key string, args ...any) {
	c.found = append(c.found, p.problem(key, args...))
}

// limit says with the sentence of a key when a text is too long.
func (c *comparison) limit(p place, t Text, most int, key string, args ...any) {
	if n := t.words(); n > most {
		c.say(p, key, append(args, "n", n, "most", most)...)
	}
}

func (c *comparison) question(s *section, q *questionDefinition) {
	switch {
	case q == nil && s.question != nil:
		c.say(s.question.at, "error.lesson.question_extra", "id", strconv.Quote(s.id))
	case q != nil && s.question == nil:
		c.say(s.at, "error.lesson.question_missing", "id", strconv.Quote(s.id))
	case q != nil:
		keys := slices.Concat(q.Choices, []string{replyRight})
		if q.Kind != KindChoice || s.question.has(replyOtherwise) { // of choices, the checker knows whether any leads there
			keys = append(keys, replyOtherwise)
		}
		for _, w := range q.Wrong {
			keys = append(keys, w.ID)
		}
		c.keys(s.question, keys, "error.lesson.extra.choice", "error.lesson.missing.choice")
		c.limit(s.question.at, append(Text{{Spans: []Span{{Text: s.question.title}}}}, s.question.text...), maxPromptWords, "error.lesson.long.question")
	}
}

// keys compares the keys of a section's items with those that are due; extra
// and missing are the sentences about one too many and one too few.
func (c *comparison) keys(s *section, due []string, extra, missing string) {
	var have []string
	for _, e := range s.entries {
		switch {
		case !slices.Contains(due, e.key):
			c.say(e.at, extra, "key", e.key)
		case slices.Contains(have, e.key):
			c.say(e.at, "error.lesson.key_twice", "key", e.key)
		case len(e.text.String()) == 0:
			c.say(e.at, "error.lesson.key_empty", "key", e.key)
		}
		c.limit(e.at, e.text, maxReplyWords, "error.lesson.long.item", "key", e.key)
		have = append(have, e.key)
	}
	for _, key := range due {
		if !slices.Contains(have, key) {
			c.say(s.at, missing, "key", key)
		}
	}
}
