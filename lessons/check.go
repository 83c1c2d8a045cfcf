package lessons

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ftpscope/assets"
	"ftpscope/sim/trace"
)

// Check holds lessons to what the format promises, and says in one sentence
// each what is wrong, where, and how to mend it; nil: nothing. Without ids it
// checks all.
func (l *Library) Check(ids ...string) []error {
	var found []error
	terms := map[string]string{}
	for _, t := range l.Glossary(assets.Languages()[0]) {
		if terms[t.ID] == "" {
			terms[t.ID] = t.Lesson
		}
	}
	for _, s := range l.shelves {
		if len(ids) == 0 || slices.Contains(ids, s.id) {
			c := &checker{library: l, shelf: s, terms: terms}
			c.check()
			found = append(found, c.found...)
		}
	}
	for _, id := range ids {
		if l.shelf(id) == nil {
			found = append(found, &unknownError{"error.lesson.unknown_see", id})
		}
	}
	return found
}

type checker struct {
	library *Library
	shelf   *shelf
	terms   map[string]string // all the course explains: word to lesson
	found   []error
}

func (c *checker) say(p place, key string, args ...any) { c.add(p.problem(key, args...)) }

func (c *checker) add(err error) {
	if err == nil {
		return
	}
	err = c.shelf.named(err)
	if !slices.ContainsFunc(c.found, func(other error) bool { return other.Error() == err.Error() }) {
		c.found = append(c.found, err)
	}
}

func (c *checker) check() {
	d, err := c.shelf.definition()
	if err == nil {
		err = c.library.order(c.shelf, d)
	}
	if err != nil {
		c.add(err)
		return
	}
	for _, term := range d.Terms {
		if first := c.terms[term]; first != "" && first != d.ID {
			c.say(d.at("terms"), "error.lesson.word_explained", "word", strconv.Quote(term), "lesson", strconv.Quote(first))
		}
	}
	for _, lang := range assets.Languages() {
		c.text(d, lang)
	}
	if len(c.found) > 0 {
		return
	}
	lesson, err := c.library.Lesson(d.ID, assets.Languages()[0])
	if err != nil {
		c.add(err)
		return
	}
	c.steps(d, lesson)
	for i := range lesson.Steps {
		c.question(d, lesson.Steps[i].Question, fmt.Sprintf("step[%d].question", i))
		c.otherwise(lesson.Steps[i].Question, i)
	}
	for i, t := range lesson.Tasks {
		c.question(d, t.Question, fmt.Sprintf("task[%d].question", i))
		c.otherwise(t.Question, len(lesson.Steps)+i)
		c.task(d, t, fmt.Sprintf("task[%d]", i))
	}
}

// text checks a lesson's text in one language.
func (c *checker) text(d *definition, lang string) {
	doc, err := c.shelf.document(lang)
	if err != nil {
		c.add(err)
		return
	}
	for _, err := range d.compare(doc) {
		c.add(err)
	}
	linked := map[string]bool{}
	for _, link := range doc.links {
		c.link(d, link)
		linked[link.target] = true
	}
	for _, term := range d.Terms {
		if !linked["#"+term] {
			c.say(place{File: doc.file, Line: 1}, "error.lesson.word_unused", "word", strconv.Quote(term), "id", term)
		}
	}
}

func (c *checker) link(d *definition, link link) {
	if id, ok := strings.CutPrefix(link.target, "lesson:"); ok && c.library.shelf(id) == nil {
		c.say(link.at, "error.lesson.link_lesson", "lesson", strconv.Quote(id))
	}
	id, ok := strings.CutPrefix(link.target, "#")
	first := c.terms[id]
	switch ids := c.library.IDs(); {
	case !ok || slices.Contains(d.Terms, id):
	case first == "":
		c.say(link.at, "error.lesson.link_word", "word", strconv.Quote(id))
	case slices.Index(ids, first) > slices.Index(ids, d.ID):
		c.say(link.at, "error.lesson.link_later", "word", strconv.Quote(id), "lesson", strconv.Quote(first))
	}
}

// steps checks that a lesson goes forward in each of its runs.
func (c *checker) steps(d *definition, lesson *Lesson) {
	latest := map[*Run]trace.ID{}
	for i, s := range lesson.Steps {
		if s.At < latest[s.Run] {
			c.say(d.at("step[%d].at", i), "error.lesson.step_back", "step", strconv.Quote(s.ID), "event", s.At, "before", latest[s.Run])
		}
		latest[s.Run] = s.At
	}
}

// question checks that each misconception is one that an answer can show.
func (c *checker) question(d *definition, q *Question, where string) {
	if q == nil {
		return
	}
	for i, m := range q.wrong {
		if q.Kind == KindChoice && !slices.ContainsFunc(q.Choices, func(choice Choice) bool {
			return q.Check(Answer{choice.ID}).Misconception == m.id
		}) {
			c.say(d.at("%s.wrong[%d].when", where, i), "error.lesson.no_choice_shows", "id", strconv.Quote(m.id))
		}
	}
	if q.Check(nil).Right {
		c.say(d.at("%s.answer", where), "error.lesson.nothing_right")
	}
}

// otherwise checks that the texts reply to choices which show no misconception
// where there are any, and only there.
func (c *checker) otherwise(q *Question, section int) {
	if q == nil || q.Kind != KindChoice {
		return
	}
	for _, lang := range assets.Languages() {
		doc, err := c.shelf.document(lang)
		if err != nil {
			continue // text has said so
		}
		switch s := doc.sections[section].question; {
		case q.others() && !s.has(replyOtherwise):
			c.say(s.at, "error.lesson.missing.choice", "key", replyOtherwise)
		case !q.others() && s.has(replyOtherwise):
			c.say(s.at, "error.lesson.otherwise", "key", replyOtherwise)
		}
	}
}

// task checks that doing nothing fails, the solution passes, and each stored
// wrong attempt fails for its reason.
func (c *checker) task(d *definition, t *Task, where string) {
	if t.Kind == TaskQuestion {
		return // its answer is computed
	}
	if t.Kind == TaskLab {
		if v, err := t.Judge(*t.Run.Scenario); err != nil {
			c.add(d.at("%s.run", where).wrap(err))
		} else if v.Done {
			c.say(d.at("%s.condition", where), "error.lesson.nothing_passes")
		}
	}
	v, err := t.Try(t.Solution)
	if err != nil {
		c.say(d.at("%s.solution", where), "error.lesson.solution_runs", "why", err)
		return
	}
	for i, r := range v.Results {
		if !r.Met {
			c.say(d.at("%s.condition[%d].when", where, i), "error.lesson.solution_fails", "id", strconv.Quote(r.ID))
		}
	}
	for i, w := range t.wrong {
		a, err := t.attempt(w.attemptDefinition, w.at)
		if err != nil {
			c.add(err)
			continue
		}
		v, err := t.Try(a)
		if err != nil {
			c.say(d.at("%s.wrong[%d]", where, i), "error.lesson.attempt_runs", "why", err)
			continue
		}
		if j := slices.IndexFunc(v.Results, func(r Result) bool { return r.ID == w.Fails }); v.Results[j].Met {
			c.say(d.at("%s.wrong[%d]", where, i), "error.lesson.attempt_passes", "id", strconv.Quote(w.Fails))
		}
	}
}
