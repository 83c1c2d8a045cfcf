package sim

import (
	"strings"
	"time"
)

// wishes are what the person does: the lines of Scenario.User, or for the other
// client programs what their command line asks for.
//
// A line may begin with a time, "@1.5s noop": it is then said at that moment,
// whatever else is going on.
func (s *Scenario) wishes() []wish {
	lines := s.User
	switch {
	case len(lines) > 0:
	case s.Client.Program == "raw" && len(s.Client.Script) > 0:
		lines = s.Client.Script
	case s.Client.Program == "raw":
		lines = []string{s.Task, "quit"}
	default:
		lines = []string{"open", "login", s.taskWish(), "quit"}
	}
	var out []wish
	for _, l := range lines {
		w := wish{text: strings.TrimSpace(l), at: -1}
		if rest, timed := strings.CutPrefix(w.text, "@"); timed {
			when, text, _ := strings.Cut(rest, " ")
			d, err := time.ParseDuration(when)
			if err == nil {
				w = wish{text: strings.TrimSpace(text), at: d}
			}
		}
		out = append(out, w)
	}
	return out
}

func (s *Scenario) taskWish() string {
	switch s.Task {
	case "list":
		return "ls"
	case "stor":
		return "put " + s.File
	}
	return "get " + s.File
}
