package lessons

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"ftpscope/sim"
	"ftpscope/sim/ftp"
	"ftpscope/sim/trace"
)

// vocabulary is all that an expression can name.
type vocabulary struct {
	Messages     []Message     `expr:"messages"`
	Connections  []Connection  `expr:"connections"`
	Rules        []Rule        `expr:"rules"`
	Expectations []Expectation `expr:"expectations"`
	Outcome      Outcome       `expr:"outcome"`
	Items        []Message     `expr:"items"` // of a question about each of some
	Start        int           `expr:"start"`
	End          int           `expr:"end"`

	Command   func(verb string) []Message               `expr:"command"`
	Reply     func(code int) []Message                  `expr:"reply"`
	Opening   func(channel string) []Message            `expr:"opening"`
	Closing   func(channel string) []Message            `expr:"closing"`
	First     func(list any) (Message, error)           `expr:"first"`
	Last      func(list any) (Message, error)           `expr:"last"`
	Before    func(m Message) int                       `expr:"before"`
	Leaves    func(m Message) int                       `expr:"leaves"`
	Arrives   func(m Message) int                       `expr:"arrives"`
	After     func(m Message) int                       `expr:"after"`
	BlockedBy func(node string) bool                    `expr:"blocked_by"`
	Setting   func(name string) (any, error)            `expr:"setting"`
	Unchanged func(names ...string) (bool, error)       `expr:"unchanged"`
	Accepts   func(side string, port int) (bool, error) `expr:"accepts_new_from_outside"`
	Verdict   func(m Message, node string) string       `expr:"verdict"`
	Heard     func(code int) bool                       `expr:"heard"`
	Hears     func(code int) (int, error)               `expr:"hears"`
	Announced func(line string) (int, error)            `expr:"announced_port"`
	Named     func(line string) (string, error)         `expr:"announced_address"`
	Legal     func(list any) (bool, error)              `expr:"legal"`
	Succeeds  func(settings ...string) (bool, error)    `expr:"succeeds_with"`

	nodes []string // their names
}

// words makes the vocabulary of one run. start is the scenario that a task
// began with; in other runs it is the run's own.
func (r *Run) words(start *sim.Scenario) *vocabulary {
	v := &vocabulary{End: r.Trace.Len(), Outcome: r.outcome()}
	for i := range r.Outline.Messages {
		v.Messages = append(v.Messages, r.message(i))
	}
	for _, c := range r.Outline.Conns {
		v.Connections = append(v.Connections, r.connection(c))
	}
	v.Rules, v.Expectations = r.rules(), r.expectations()
	for _, n := range r.Trace.Nodes {
		v.nodes = append(v.nodes, n.Name)
	}
	stops := r.Outline.Messages
	v.Command = v.those(func(m *Message, verb string) bool { return m.Kind == "command" && m.Verb == strings.ToUpper(verb) })
	v.Opening = v.those(func(m *Message, channel string) bool { return m.Kind == "open" && m.Channel == channel })
	v.Closing = v.those(func(m *Message, channel string) bool { return m.Kind == "close" && m.Channel == channel })
	v.Reply = func(code int) []Message {
		return filter(v.Messages, func(m *Message) bool { return m.Kind == "reply" && m.Code == code })
	}
	v.First = func(list any) (Message, error) { return pick(list, func(int) int { return 0 }) }
	v.Last = func(list any) (Message, error) { return pick(list, func(n int) int { return n - 1 }) }
	v.Before = func(m Message) int { return int(stops[m.Index].First) - 1 }
	v.Leaves = func(m Message) int { return int(stops[m.Index].First) }
	v.Arrives = func(m Message) int { return int(stops[m.Index].Last) }
	v.After = func(m Message) int { return int(stops[m.Index].Stop) }
	v.BlockedBy = func(node string) bool { return v.Outcome.At == node }
	v.Setting = func(name string) (any, error) { return setting(r.Scenario, name) }
	v.Unchanged = func(names ...string) (bool, error) { return unchanged(start, r.Scenario, names) }
	probes := 0
	try := func() error {
		if probes++; probes > maxProbes {
			return trace.Err("error.lesson.probes", "most", maxProbes)
		}
		return nil
	}
	v.Accepts = func(side string, port int) (bool, error) {
		if err := try(); err != nil {
			return false, err
		}
		return accepts(r.Scenario, side, port)
	}
	v.Verdict = func(m Message, node string) string {
		if m.Died && m.DiedAt == node {
			return "drop"
		}
		return "pass"
	}
	v.Announced, v.Named, v.Legal = announcedPort, announcedAddress, legal
	v.Succeeds = func(settings ...string) (bool, error) {
		if err := try(); err != nil {
			return false, err
		}
		return succeeds(*r.Scenario, settings)
	}
	v.Heard = func(code int) bool { return r.hears(code) > 0 }
	v.Hears = func(code int) (int, error) {
		n := r.hears(code)
		if n == 0 {
			return 0, trace.Err("error.lesson.never_heard", "code", code)
		}
		return n, nil
	}
	return v
}

func (v *vocabulary) clone() *vocabulary {
	c := *v
	return &c
}

func (v *vocabulary) those(is func(m *Message, word string) bool) func(string) []Message {
	return func(word string) []Message {
		return filter(v.Messages, func(m *Message) bool { return is(m, word) })
	}
}

func filter(list []Message, keep func(m *Message) bool) []Message {
	var out []Message
	for i := range list {
		if keep(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}

// messagesOf takes the messages of a list, which is one of anything when it
// comes out of a predicate.
func messagesOf(list any) ([]Message, error) {
	v := reflect.ValueOf(list)
	if v.Kind() != reflect.Slice {
		return nil, trace.Err("error.lesson.no_messages", "list", fmt.Sprint(list))
	}
	out := make([]Message, v.Len())
	for i := range out {
		m, ok := v.Index(i).Interface().(Message)
		if !ok {
			return nil, trace.Err("error.lesson.no_messages", "list", fmt.Sprint(list))
		}
		out[i] = m
	}
	return out, nil
}

// pick takes a message out of a list.
func pick(list any, which func(n int) int) (Message, error) {
	messages, err := messagesOf(list)
	if err == nil && len(messages) == 0 {
		err = trace.Err("error.lesson.no_message")
	}
	if err != nil {
		return Message{}, err
	}
	return messages[which(len(messages))], nil
}

// legal reports whether commands and replies, in the order of the list, follow
// the state diagrams of RFC 959 §6. A list that begins with a command is what
// came after the greeting.
func legal(list any) (bool, error) {
	messages, err := messagesOf(list)
	if err != nil {
		return false, err
	}
	var said []ftp.Said
	if len(messages) > 0 && messages[0].Kind == "command" {
		said = append(said, ftp.Said{Server: true, Text: "220 "})
	}
	for _, m := range messages {
		said = append(said, ftp.Said{Server: m.Kind == "reply", Text: m.Line})
	}
	return ftp.CheckTranscript(said) == nil, nil
}

// succeeds reports whether a scenario succeeds with other settings.
func succeeds(s sim.Scenario, settings []string) (bool, error) {
	s, err := change(s, settings)
	if err != nil {
		return false, err
	}
	run, err := play(context.Background(), "variant", s)
	return err == nil && run.Trace.Outcome.OK, nil
}

// setting looks a scenario's field up by its dotted name, as --set takes it.
func setting(s *sim.Scenario, name string) (any, error) {
	var at any = s.Table()
	for _, part := range strings.Split(name, ".") {
		table, ok := at.(map[string]any)
		if ok {
			at, ok = table[part]
		}
		if !ok {
			return nil, trace.Err("error.lesson.setting_unknown", "name", strconv.Quote(name))
		}
	}
	return at, nil
}

// unchanged reports whether settings are as they were; with no names, all of them.
func unchanged(before, after *sim.Scenario, names []string) (bool, error) {
	if len(names) == 0 {
		names = slices.Sorted(maps.Keys(before.Table()))
	}
	for _, name := range names {
		was, err := setting(before, name)
		if err != nil {
			return false, err
		}
		is, err := setting(after, name)
		if err != nil || fmt.Sprint(was) != fmt.Sprint(is) {
			return false, err
		}
	}
	return true, nil
}
