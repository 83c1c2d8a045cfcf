package trace

import (
	"fmt"
	"slices"
	"sort"
)

// Alignment puts two runs beside each other by what happens in them rather
// than by the clock.
type Alignment struct {
	Pairs    []Pair  // rows as a person compares them
	Messages []Match // both runs' messages merged, in an order that is each run's own
	toB      []int   // by message of a: the latest matched one of b up to there; -1: none
}

// Pair is one row: what became of the same thing in either run.
type Pair struct {
	Topic Topic
	Task  string // the transfer command a row is about, "": of the whole session
	A, B  Part
	Same  bool
}

// Part is one run's share of a row.
type Part struct {
	Messages []int // in their order; none where nothing of it happened
	Stop     ID    // events after which all of it is to be seen; 0: nothing happened
	Says     Sentence
	Failed   bool
}

// Match is one message of the merged order: in both runs or, where an index is
// -1, in one of them only.
type Match struct {
	A, B int
	Same bool // to the letter
}

// Align compares two runs. Align(b, a) is the same with the sides exchanged.
func Align(a, b *Outline) *Alignment {
	ta, tb := tell(a), tell(b)
	ta.takeTasks(tb)
	tb.takeTasks(ta)
	al := &Alignment{}
	for _, m := range merge(ta.partKeys(), tb.partKeys()) {
		p := Pair{A: a.part(ta, m.A), B: b.part(tb, m.B)}
		if p.A.Stop == 0 && p.B.Stop == 0 {
			continue
		}
		p.Topic, p.Task = ta.topic(m.A)
		if m.A < 0 {
			p.Topic, p.Task = tb.topic(m.B)
		}
		p.Same = slices.EqualFunc(p.A.Messages, p.B.Messages, func(i, k int) bool { return ta.exact[i] == tb.exact[k] })
		al.Pairs = append(al.Pairs, p)
	}
	al.Messages = merge(ta.rough, tb.rough)
	for i := range al.Messages {
		m := &al.Messages[i]
		m.Same = m.A >= 0 && m.B >= 0 && ta.exact[m.A] == tb.exact[m.B]
	}
	al.toB = make([]int, len(a.Messages))
	latest := -1
	for _, m := range al.Messages {
		if m.A >= 0 && m.B >= 0 {
			latest = m.B
		}
		if m.A >= 0 {
			al.toB[m.A] = latest
		}
	}
	return al
}

// Counterpart is where b is when a is at its message i: at the same message,
// or where b has none like it at the latest both have; -1: at its beginning.
// It never goes back while i goes on.
func (al *Alignment) Counterpart(i int) int {
	if i < 0 || i >= len(al.toB) {
		return -1
	}
	return al.toB[i]
}

// merge puts two lists of signatures into one order around a longest common
// subsequence. Each signature is told apart by how often it came before, which
// makes all of a list different and the search n log n.
func merge(a, b []string) []Match {
	if slices.Compare(a, b) > 0 { // so that exchanging the sides changes nothing else
		out := merge(b, a)
		for i, m := range out {
			out[i] = Match{A: m.B, B: m.A}
		}
		return out
	}
	var out []Match
	i, k := 0, 0
	for _, m := range append(common(numbered(a), numbered(b)), Match{A: len(a), B: len(b)}) {
		for ; i < m.A; i++ {
			out = append(out, Match{A: i, B: -1})
		}
		for ; k < m.B; k++ {
			out = append(out, Match{A: -1, B: k})
		}
		if m.A < len(a) {
			out = append(out, m)
		}
		i, k = m.A+1, m.B+1
	}
	return out
}

type occurrence struct {
	sign string
	n    int
}

func numbered(list []string) []occurrence {
	seen := map[string]int{}
	out := make([]occurrence, len(list))
	for i, s := range list {
		out[i] = occurrence{s, seen[s]}
		seen[s]++
	}
	return out
}

// common is a longest common subsequence of two lists in which nothing comes
// twice: the longest rising one among the places in b of what stands in a.
func common(a, b []occurrence) []Match {
	place := make(map[occurrence]int, len(b))
	for k, s := range b {
		place[s] = k
	}
	var found []Match
	var before []int // for each of found, the one ahead of it in the longest sequence that ends there
	var ends []int   // by length, the one that ends the lowest sequence of that length
	for i, s := range a {
		k, ok := place[s]
		if !ok {
			continue
		}
		n := sort.Search(len(ends), func(n int) bool { return found[ends[n]].B >= k })
		prev := -1
		if n > 0 {
			prev = ends[n-1]
		}
		found, before = append(found, Match{A: i, B: k}), append(before, prev)
		ends = append(ends[:n], append([]int{len(found) - 1}, ends[min(n+1, len(ends)):]...)...)
	}
	if len(ends) == 0 {
		return nil
	}
	out := make([]Match, len(ends))
	for n, at := len(ends)-1, ends[len(ends)-1]; at >= 0; n, at = n-1, before[at] {
		out[n] = found[at]
	}
	return out
}

// signature writes what a message is. Rough, it leaves out what may differ
// between two ways to the same end: which command announces a port, and
// what a reply says. Asked is the verb a reply answers.
func (o *Outline) signature(m *Message, asked string, exact bool) string {
	if exact {
		s := fmt.Sprint(m.Kind, m.Channel, o.side(m.From), m.Line, m.Bytes, m.Died, m.Retry)
		if m.Died {
			s += fmt.Sprint(o.Trace.Event(m.Last).What, o.Trace.Event(m.Last).At)
		}
		return s
	}
	switch m.Kind {
	case MsgCommand:
		if verb := Verb(m.Line); commandKind(verb) != StepAnnounce {
			return "command " + m.Line
		}
		return "announce"
	case MsgReply:
		if commandKind(asked) == StepAnnounce {
			asked = "announce"
		}
		return fmt.Sprint("reply ", asked, m.Code < 200)
	case MsgOpen:
		return fmt.Sprint("open ", m.Channel, o.side(m.From), m.Retry)
	}
	return fmt.Sprint(m.Kind, m.Channel)
}
