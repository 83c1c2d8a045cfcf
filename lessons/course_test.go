package lessons

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
)

func TestEveryLessonOfTheCourseKeepsWhatTheFormatPromises(t *testing.T) {
	l := course(t)
	for _, id := range l.IDs() {
		t.Run(id, func(t *testing.T) {
			for _, problem := range l.Check(id) {
				assert.Fail(t, english(problem))
			}
		})
	}
}

func TestTheCourseHasItsLessonsInOrder(t *testing.T) {
	assert.Equal(t, []string{
		"two-connections", "active", "passive", "firewall", "conventions",
		"dialogue", "one-per-transfer", "while-data-flows",
		"silence", "server-firewall", "nat", "helper", "helper-hurts", "server-nat", "extended",
		"tls", "bounce", "asleep", "capstone",
	}, course(t).IDs())
}

func TestALessonComesBehindThoseItRequires(t *testing.T) {
	seen := map[string]bool{}
	for _, info := range course(t).List("en") {
		for _, id := range info.Requires {
			assert.True(t, seen[id], "%s requires %s", info.ID, id)
		}
		seen[info.ID] = true
	}
}

// texts are all that a person can read in a lesson, by where it stands.
func texts(l *Lesson) map[string]Text {
	out := map[string]Text{"summary": l.Summary, "title": {{Spans: []Span{{Text: l.Title}}}}}
	ask := func(where string, q *Question) {
		if q == nil {
			return
		}
		out[where+" prompt"] = append(Text{{Spans: []Span{{Text: q.Prompt}}}}, q.Text...)
		for key, reply := range q.replies {
			out[where+" "+key] = reply
		}
	}
	for _, s := range l.Steps {
		out[s.ID] = append(Text{{Spans: []Span{{Text: s.Title}}}}, s.Text...)
		ask(s.ID, s.Question)
	}
	for _, task := range l.Tasks {
		out[task.ID] = append(Text{{Spans: []Span{{Text: task.Title}}}}, task.Text...)
		ask(task.ID, task.Question)
		for _, c := range task.Conditions {
			out[task.ID+" condition "+c.ID] = c.Text
		}
		for i, h := range task.Hints {
			out[fmt.Sprint(task.ID, " hint ", i)] = h
		}
	}
	for _, term := range l.Terms {
		out["term "+term.ID] = term.Text
	}
	return out
}

func everyText(t *testing.T, look func(where, lang, text string)) {
	l := course(t)
	for _, lang := range assets.Languages() {
		for _, id := range l.IDs() {
			lesson, err := l.Lesson(id, lang)
			require.NoError(t, err)
			for where, text := range texts(lesson) {
				look(lang+"/"+id+"/"+where, lang, text.String())
			}
		}
	}
}

func TestTheCourseNeitherShoutsNorPraises(t *testing.T) {
	everyText(t, func(where, lang, text string) {
		assert.NotContains(t, text, "!", where)
		assert.NotContains(t, text, "¡", where)
		lower := strings.ToLower(text)
		for _, word := range []string{"well done", "great", "excellent", "congratulations", "parabéns", "muito bem", "excelente", "enhorabuena", "muy bien"} {
			assert.NotContains(t, lower, word, where)
		}
	})
}

func TestTheCourseHasOnlyLettersThatItsFontsHave(t *testing.T) {
	everyText(t, func(where, lang, text string) {
		for _, r := range text {
			ok := r < unicode.MaxLatin1 || strings.ContainsRune("“”‘’–—…→•", r)
			assert.True(t, ok, "%s has %q", where, r)
		}
	})
}

func TestQuestionsInSpanishOpenAndClose(t *testing.T) {
	everyText(t, func(where, lang, text string) {
		if lang == "es" {
			assert.Equal(t, strings.Count(text, "?"), strings.Count(text, "¿"), where)
		}
	})
}

func TestEveryLessonNamesSectionsOfRFCs(t *testing.T) {
	l := course(t)
	for _, id := range l.IDs() {
		for _, source := range open(t, id).Sources {
			assert.Regexp(t, `^RFC \d+( §\d+(\.\d+)*)?$`, source, id)
		}
	}
}

func TestTheGlossaryExplainsEachWordOnceInEveryLanguage(t *testing.T) {
	l := course(t)
	english := l.Glossary("en")
	for _, lang := range assets.Languages() {
		terms := l.Glossary(lang)
		require.Len(t, terms, len(english))
		seen := map[string]bool{}
		for i, term := range terms {
			assert.Equal(t, english[i].ID, term.ID)
			assert.False(t, seen[term.ID], term.ID)
			seen[term.ID] = true
			assert.Equal(t, Strong, term.Text[0].Spans[0].Style, "%s: the word itself comes first", term.ID)
		}
	}
}

func TestTheCourseUsesTheNumbersOfItsFirstText(t *testing.T) {
	active, passive := open(t, "active").Runs[0], open(t, "passive").Runs[0]
	ends := func(r *Run, i int) string {
		c := r.vocabulary().Connections[i]
		return fmt.Sprintf("%s %d→%d", c.Opener, c.SrcPort, c.DstPort)
	}
	assert.Equal(t, "client 2000→21", ends(active, 0))
	assert.Equal(t, "server 20→2001", ends(active, 1))
	assert.Equal(t, "client 2000→21", ends(passive, 0))
	assert.Equal(t, "client 2001→1234", ends(passive, 1))
}
