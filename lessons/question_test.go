package lessons

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ftpscope/sim/trace"
)

func open(t testing.TB, id string) *Lesson {
	t.Helper()
	lesson, err := course(t).Lesson(id, "en")
	require.NoError(t, err)
	return lesson
}

func (l *Lesson) step(t testing.TB, id string) *Step {
	t.Helper()
	i := slices.IndexFunc(l.Steps, func(s Step) bool { return s.ID == id })
	require.GreaterOrEqual(t, i, 0, id)
	return &l.Steps[i]
}

func TestAnswersAreJudgedByWhatTheRunGives(t *testing.T) {
	for _, c := range []struct {
		lesson, step  string
		answer        Answer
		right         bool
		misconception string
	}{
		{"two-connections", "count", Answer{"3"}, true, ""},
		{"two-connections", "count", Answer{" 3 "}, true, ""},
		{"two-connections", "count", Answer{"1"}, false, "one-for-all"},
		{"two-connections", "count", Answer{"2"}, false, "one-of-each"},
		{"two-connections", "count", Answer{"20"}, false, ""},
		{"two-connections", "count", Answer{"three"}, false, ""},
		{"two-connections", "count", nil, false, ""},
		{"active", "nothing-yet", Answer{"client-asks"}, true, ""},
		{"active", "nothing-yet", Answer{"server-calls"}, false, "opens-at-port"},
		{"passive", "turned-round", Answer{"server"}, true, ""},
		{"passive", "turned-round", Answer{"client"}, false, "client-waits"},
		{"firewall", "which-rule", Answer{"client-router#3"}, true, ""},
		{"firewall", "which-rule", Answer{"client-router#1"}, false, "let-pass"},
		{"helper", "rewrite", Answer{"port  198,51,100,1,7,209"}, true, ""},
		{"helper", "rewrite", Answer{"PORT 192,168,1,2,7,209"}, false, "as-it-was"},
		{"helper", "rewrite", Answer{"198,51,100,1,7,209"}, false, "no-command"},
		{"nat", "which", Answer{"99999"}, false, ""},
		{"nat", "on-the-packet", Answer{"198.51.100.1", "192.168.1.2"}, true, ""},
		{"nat", "on-the-packet", Answer{"192.168.1.2", "198.51.100.1"}, true, ""},
		{"nat", "on-the-packet", Answer{"198.51.100.1", "203.0.113.10"}, false, "destination"},
		{"nat", "on-the-packet", Answer{"198.51.100.1"}, false, ""},
		{"helper", "once", Answer{"dropped"}, true, ""},
	} {
		f := open(t, c.lesson).step(t, c.step).Question.Check(c.answer)
		assert.Equal(t, c.right, f.Right, "%s %v", c.step, c.answer)
		assert.Equal(t, c.misconception, f.Misconception, "%s %v", c.step, c.answer)
		assert.NotEmpty(t, f.Text.String(), "%s %v", c.step, c.answer)
	}
}

func TestAnEachQuestionWantsAnAnswerForEveryItem(t *testing.T) {
	q := open(t, "firewall").step(t, "you-decide").Question
	require.Len(t, q.Items, 10)
	all := slices.Repeat([]string{"pass"}, 10)
	assert.Equal(t, "call-passed", q.Check(all).Misconception)
	right := q.Right()
	assert.True(t, q.Check(right).Right)
	dropped := slices.Clone(right)
	dropped[1] = "drop"
	assert.Equal(t, "text-dropped", q.Check(dropped).Misconception)
	assert.False(t, q.Check(right[:9]).Right)
}

func TestAShuffledTranscriptIsHeldAgainstTheStateMachines(t *testing.T) {
	q := open(t, "dialogue").Tasks[0].Question
	for order, want := range map[string]string{
		"user r331 pass r230 pasv r227 retr r226 r150": "final-first",
		"r331 user pass r230 pasv r227 retr r150 r226": "reply-first",
		"pasv user r331 r227 pass r230 retr r150 r226": "illegal", // 331 would answer PASV
		"user retr r150 r331 pass r230 pasv r227 r226": "illegal", // 150 would answer USER
		"pasv r227 user r331 pass r230 retr r150 r226": "",        // lawful, but not what a server would do
		"user r331 pass r230 retr r150 r226 pasv r227": "",
	} {
		assert.Equal(t, want, q.Check(strings.Fields(order)).Misconception, order)
	}
}

func TestTheRightAnswerCannotBeChangedFromOutside(t *testing.T) {
	q := open(t, "firewall").step(t, "you-decide").Question
	q.Right()[4] = "pass"
	assert.Equal(t, "drop", q.Right()[4])
}

func TestOnlyTheRightAnswerIsRight(t *testing.T) {
	var questions []*Question
	for _, id := range course(t).IDs() {
		lesson := open(t, id)
		for _, s := range lesson.Steps {
			questions = append(questions, s.Question)
		}
		for _, task := range lesson.Tasks {
			questions = append(questions, task.Question)
		}
	}
	questions = slices.DeleteFunc(questions, func(q *Question) bool { return q == nil })
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.SampledFrom(questions).Draw(t, "question")
		word := rapid.OneOf(
			rapid.Map(rapid.IntRange(-5, 70000), strconv.Itoa),
			rapid.SampledFrom(append(slices.Clone(q.Right()), "client", "server", "pass", "")), rapid.String())
		answer := Answer(rapid.SliceOfN(word, 0, len(q.Right())+1).Draw(t, "answer"))
		f := q.Check(answer)
		assert.Equal(t, slices.EqualFunc(answer, q.Right(), same), f.Right)
		assert.True(t, len(f.Text) > 0 || q.Kind == KindChoice, "whatever is given is replied to; of choices, the checker sees to it")
	})
}

func TestTheFutureIsHiddenUntilAQuestionIsAnswered(t *testing.T) {
	lesson := open(t, "active")
	given := map[string]bool{}
	horizon := func(step int) trace.ID { return lesson.Horizon(step, func(id string) bool { return given[id] }) }
	asks := lesson.step(t, "nothing-yet")
	assert.Equal(t, asks.At, horizon(0), "before the first question nothing behind it is shown")
	assert.Equal(t, asks.At, horizon(2))
	given["nothing-yet"] = true
	assert.Equal(t, lesson.step(t, "transfer").At, horizon(2), "then the next question hides what it asks about")
	given["transfer"] = true
	assert.Equal(t, trace.ID(lesson.Runs[0].Trace.Len()), horizon(2))
}

func TestNoQuestionIsAskedBehindItsAnswer(t *testing.T) {
	for _, id := range course(t).IDs() {
		for _, s := range open(t, id).Steps {
			if s.Question != nil {
				assert.LessOrEqual(t, s.At, s.Question.Reveal, "%s, %s", id, s.ID)
			}
		}
	}
}
