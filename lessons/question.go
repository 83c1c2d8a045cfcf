package lessons

import (
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/vm"

	"ftpscope/sim/trace"
)

// The kinds of questions: what a person answers with.
const (
	KindChoice    = "choice"    // one of the choices
	KindNumber    = "number"    // a whole number
	KindLine      = "line"      // a line of text
	KindPort      = "port"      // a port, pointed at
	KindHost      = "host"      // a node, pointed at, by its name
	KindMessage   = "message"   // a message, pointed at, by its index in the outline
	KindRule      = "rule"      // a rule, pointed at, as "client-router#3"
	KindAddresses = "addresses" // addresses in a packet, pointed at, in any order
	KindEach      = "each"      // one of the choices for each of the items
	KindOrder     = "order"     // the choices in their order
)

var questionKinds = []string{KindChoice, KindNumber, KindLine, KindPort, KindHost, KindMessage, KindRule, KindAddresses, KindEach, KindOrder}

func hasChoices(kind string) bool {
	return kind == KindChoice || kind == KindEach || kind == KindOrder
}

// Answer is what a person answers: one text, or of an each or order question
// one for each item. Numbers, ports and messages are written in digits.
type Answer []string

// Question is asked before the event it is about.
type Question struct {
	Kind      string
	Prompt    string
	Text      Text
	Choices   []Choice
	Items     []Message // of an each question
	HideRules bool      // what firewalls do and why is not told until it is answered
	Reveal    trace.ID  // where in the run the answer has been seen

	right   Answer
	replies map[string]Text
	wrong   []misconception
	words   *vocabulary
	values  func(Answer) (any, bool)
}

// Choice is a thing to choose.
type Choice struct {
	ID   string
	Text Text
}

// Feedback is the reply to an answer.
type Feedback struct {
	Right         bool
	Misconception string // its id, or ""
	Text          Text
}

// misconception is what an answer shows when its expression is true.
type misconception struct {
	id      string
	at      place
	program *vm.Program
}

// The keys of replies that belong to no misconception.
const (
	replyRight     = "right"
	replyOtherwise = "otherwise"
)

// Right is the right answer, for whoever asks for it.
func (q *Question) Right() Answer { return slices.Clone(q.right) }

// Check judges an answer.
func (q *Question) Check(a Answer) Feedback {
	if q.Kind == KindAddresses {
		a = slices.Sorted(slices.Values(a))
	}
	if slices.EqualFunc(a, q.right, same) {
		return Feedback{Right: true, Text: q.replies[replyRight]}
	}
	for _, m := range q.wrong {
		if shows, err := q.shows(m, a); err == nil && shows {
			return Feedback{Misconception: m.id, Text: q.replies[m.id]}
		}
	}
	return Feedback{Text: q.replies[replyOtherwise]}
}

// others reports whether some wrong choice shows no misconception.
func (q *Question) others() bool {
	return slices.ContainsFunc(q.Choices, func(c Choice) bool {
		f := q.Check(Answer{c.ID})
		return !f.Right && f.Misconception == ""
	})
}

// same compares what a person wrote: spaces around and between words, and
// capitals, make no difference.
func same(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

func (q *Question) shows(m misconception, a Answer) (bool, error) {
	env, ok := q.values(a)
	if !ok {
		return false, nil
	}
	return evaluate[bool](m.at, m.program, env)
}

// question makes a question of its definition and text, and computes the answer.
func (o *opening) question(run *Run, at trace.ID, d *questionDefinition, s *section, where string) (*Question, error) {
	q := &Question{Kind: d.Kind, Prompt: s.title, Text: s.text, Reveal: at, HideRules: d.HideRules, words: run.vocabulary().clone(), replies: map[string]Text{}}
	for _, e := range s.entries {
		q.replies[e.key] = e.text
	}
	for _, id := range d.Choices {
		q.Choices = append(q.Choices, Choice{ID: id, Text: q.replies[id]})
	}
	p := func(field string) place { return o.def.at("%s.%s", where, field) }
	if d.Items != "" {
		items, err := compute[[]Message](p("items"), d.Items, q.words)
		if err != nil {
			return nil, err
		}
		q.Items, q.words.Items = items, items
	}
	var err error
	if d.Reveal != "" {
		if q.Reveal, err = o.place(run, d.Reveal, p("reveal")); err != nil {
			return nil, err
		}
	}
	if q.Reveal < at {
		return nil, p("reveal").problem("error.lesson.reveal", "reveal", q.Reveal, "at", at)
	}
	switch d.Kind {
	case KindNumber, KindPort:
		err = answers(q, d, p, o, where, func(n int) Answer { return Answer{strconv.Itoa(n)} }, numberOf)
	case KindMessage:
		err = answers(q, d, p, o, where, func(m Message) Answer { return Answer{strconv.Itoa(m.Index)} }, q.messageOf)
	case KindEach, KindOrder, KindAddresses:
		err = answers(q, d, p, o, where, func(list []string) Answer { return list }, func(a Answer) ([]string, bool) { return a, len(a) > 0 })
	default:
		err = answers(q, d, p, o, where, func(text string) Answer { return Answer{text} }, textOf)
	}
	if err != nil {
		return nil, err
	}
	if q.Kind == KindAddresses {
		slices.Sort(q.right)
	}
	return q, q.fits(p("answer"))
}

func numberOf(a Answer) (int, bool) {
	if len(a) != 1 {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(a[0]))
	return n, err == nil
}

func textOf(a Answer) (string, bool) {
	if len(a) != 1 {
		return "", false
	}
	return strings.Join(strings.Fields(a[0]), " "), true
}

func (q *Question) messageOf(a Answer) (Message, bool) {
	i, ok := numberOf(a)
	if !ok || i < 0 || i >= len(q.words.Messages) {
		return Message{}, false
	}
	return q.words.Messages[i], true
}

// answers computes the right answer, and compiles what wrong ones show; T is
// the type in which expressions see an answer.
func answers[T any](q *Question, d *questionDefinition, p func(string) place, o *opening, where string, write func(T) Answer, read func(Answer) (T, bool)) error {
	value, err := compute[T](p("answer"), d.Answer, q.words)
	if err != nil {
		return err
	}
	q.right = write(value)
	q.values = func(a Answer) (any, bool) {
		value, ok := read(a)
		return answered[T]{*q.words, value}, ok
	}
	for i, w := range d.Wrong {
		at := o.def.at("%s.wrong[%d].when", where, i)
		program, err := compile(at, w.When, answered[T]{}, reflect.TypeFor[bool]())
		if err != nil {
			return err
		}
		m := misconception{w.ID, at, program}
		q.wrong = append(q.wrong, m)
		if shows, err := q.shows(m, q.right); err != nil {
			return err
		} else if shows {
			return at.problem("error.lesson.right_is_wrong", "answer", strings.Join(q.right, " "), "id", strconv.Quote(w.ID))
		}
	}
	return nil
}

func compute[T any](p place, source string, words *vocabulary) (T, error) {
	program, err := compile(p, source, *words, reflect.TypeFor[T]())
	if err != nil {
		var zero T
		return zero, err
	}
	return evaluate[T](p, program, *words)
}

// fits checks that the right answer is one that a person can give.
func (q *Question) fits(p place) error {
	known := func(id string) bool {
		return slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.ID == id })
	}
	switch q.Kind {
	case KindChoice:
		if !known(q.right[0]) {
			return p.problem("error.lesson.answer_choice", "answer", strconv.Quote(q.right[0]))
		}
	case KindEach:
		if len(q.Items) == 0 || len(q.right) != len(q.Items) {
			return p.problem("error.lesson.answer_items", "n", len(q.right), "items", len(q.Items))
		}
		for _, a := range q.right {
			if !known(a) {
				return p.problem("error.lesson.answer_choice", "answer", strconv.Quote(a))
			}
		}
	case KindOrder:
		sorted := slices.Sorted(slices.Values(q.right))
		var ids []string
		for _, c := range q.Choices {
			ids = append(ids, c.ID)
		}
		slices.Sort(ids)
		if !slices.Equal(sorted, ids) {
			return p.problem("error.lesson.answer_order", "answer", strings.Join(q.right, ", "))
		}
	case KindAddresses:
		for _, a := range q.right {
			if _, err := netip.ParseAddr(a); err != nil {
				return p.problem("error.lesson.answer_address", "answer", strconv.Quote(a))
			}
		}
		if len(q.right) == 0 {
			return p.problem("error.lesson.answer_address", "answer", "[]")
		}
	case KindHost:
		if !slices.ContainsFunc(q.words.nodes, func(n string) bool { return n == q.right[0] }) {
			return p.problem("error.lesson.answer_host", "answer", strconv.Quote(q.right[0]), "hosts", strings.Join(q.words.nodes, ", "))
		}
	case KindRule:
		if !slices.ContainsFunc(q.words.Rules, func(r Rule) bool { return r.Name == q.right[0] }) {
			return p.problem("error.lesson.answer_rule", "answer", strconv.Quote(q.right[0]))
		}
	}
	return nil
}
