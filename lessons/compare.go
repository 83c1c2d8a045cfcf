package lessons

import (
	"fmt"
	"slices"
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
	want = append(want, sectionTask)
	if len(d.Terms) > 0 {
		want = append(want, sectionTerms)
	}
	for i, s := range doc.sections {
		if i >= len(want) {
			c.say(s.at, "the section %q is one too many; lesson.toml has %d steps", s.id, len(d.Steps))
		} else if s.id != want[i] {
			c.say(s.at, "the section %q stands where %q is due; put them in the order of lesson.toml", s.id, want[i])
		}
	}
	if len(doc.sections) < len(want) {
		c.say(place{File: doc.file, Line: 1}, "the section {#%s} is missing; add a heading \"## … {#%s}\"", want[len(doc.sections)], want[len(doc.sections)])
	}
	if len(c.found) > 0 {
		return c.found
	}
	for i, s := range d.Steps {
		c.limit(doc.sections[i].at, "the step", doc.sections[i].text, maxWords)
		c.question(doc.sections[i], s.Question)
	}
	task := doc.sections[len(d.Steps)]
	c.limit(task.at, "the task", task.text, maxWords)
	c.question(task, d.Task.Question)
	var keys []string
	for _, condition := range d.Task.Conditions {
		keys = append(keys, condition.ID)
	}
	c.keys(task, keys, "condition")
	if len(d.Terms) > 0 {
		c.keys(doc.sections[len(doc.sections)-1], d.Terms, "term")
	}
	return c.found
}

type comparison struct {
	found []error
}

func (c *comparison) say(p place, format string, args ...any) {
	c.found = append(c.found, p.errorf(format, args...))
}

func (c *comparison) limit(p place, what string, t Text, most int) {
	if n := t.words(); n > most {
		c.say(p, "%s has %d words; at most %d are allowed, so shorten it", what, n, most)
	}
}

func (c *comparison) question(s *section, q *questionDefinition) {
	switch {
	case q == nil && s.question != nil:
		c.say(s.question.at, "there is a question in %q, and lesson.toml has none; take it out of one or add it to the other", s.id)
	case q != nil && s.question == nil:
		c.say(s.at, "the question of %q is missing; add a heading \"### … {#question}\"", s.id)
	case q != nil:
		keys := slices.Concat(q.Choices, []string{replyRight, replyOtherwise})
		for _, w := range q.Wrong {
			keys = append(keys, w.ID)
		}
		c.keys(s.question, keys, "choice or reply")
		c.limit(s.question.at, "the question", append(Text{{Spans: []Span{{Text: s.question.title}}}}, s.question.text...), maxPromptWords)
	}
}

// keys compares the keys of a section's items with those that are due.
func (c *comparison) keys(s *section, due []string, what string) {
	var have []string
	for _, e := range s.entries {
		switch {
		case !slices.Contains(due, e.key):
			c.say(e.at, "`%s` is no %s of this lesson; take it out, or add it to lesson.toml", e.key, what)
		case slices.Contains(have, e.key):
			c.say(e.at, "`%s` is there twice; take one out", e.key)
		case len(e.text.String()) == 0:
			c.say(e.at, "`%s` has no text; write it behind the key", e.key)
		}
		c.limit(e.at, fmt.Sprintf("`%s`", e.key), e.text, maxReplyWords)
		have = append(have, e.key)
	}
	for _, key := range due {
		if !slices.Contains(have, key) {
			c.say(s.at, "the %s `%s` is missing under this heading; add an item that begins with `%s`", what, key, key)
		}
	}
}
