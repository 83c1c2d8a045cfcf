package sim

import (
	"slices"
	"strings"
	"time"

	"ftpscope/sim/ftp"
	"ftpscope/sim/trace"
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
	case s.Client.Program == "raw":
		lines = s.Client.Script
		if len(lines) == 0 {
			lines = []string{s.Task, "quit"}
		}
		lines = slices.Concat([]string{"open", "login"}, lines, []string{"end"})
	default:
		lines = slices.Concat([]string{"open", "login"}, s.taskWishes(), []string{"quit"})
	}
	if s.Client.TLS {
		lines = protected(lines)
	}
	var out []wish
	for _, l := range lines {
		w, err := timed(l)
		if err != nil {
			w = wish{text: l, at: -1} // the raw program's own business; Check refuses it of a person
		}
		out = append(out, w)
	}
	return out
}

// timed takes the time off a line that begins with one.
func timed(line string) (wish, error) {
	line = strings.TrimSpace(line)
	rest, ok := strings.CutPrefix(line, "@")
	if !ok {
		return wish{text: line, at: -1}, nil
	}
	when, text, _ := strings.Cut(rest, " ")
	at, err := time.ParseDuration(when)
	if err != nil || at < 0 {
		return wish{}, trace.Err("error.field.moment", "when", when)
	}
	return wish{text: strings.TrimSpace(text), at: at}, nil
}

// protected begins every session with AUTH TLS.
func protected(lines []string) []string {
	var out []string
	for _, l := range lines {
		out = append(out, l)
		if verb, _, _ := strings.Cut(l, " "); verb == "open" {
			out = append(out, "auth")
		}
	}
	return out
}

// uploadFile is what client programs upload, into a folder made for it: vsftpd
// lets anonymous users write nowhere else.
const (
	uploadFile   = "up.bin"
	uploadFolder = "incoming"
)

// uploads reports whether the client needs files of its own.
func (s *Scenario) uploads(wishes []wish) bool {
	return s.Client.Program == "raw" || slices.ContainsFunc(wishes, func(w wish) bool {
		verb, _, _ := strings.Cut(w.text, " ")
		return verb == "put" || verb == "append"
	})
}

func (s *Scenario) taskWishes() []string {
	switch {
	case s.Task == "list":
		return []string{"ls"}
	case s.Task == "retr":
		return []string{"get " + s.File}
	case s.Client.Program == "curl":
		return []string{"put " + uploadFile + " " + uploadFolder + "/" + uploadFile}
	case s.Client.Program == "plain":
		return []string{"put " + s.File}
	}
	return []string{"cd " + uploadFolder, "put " + uploadFile}
}

// Untimed is a command without the moment it is said at.
func Untimed(wish string) string {
	wish = strings.TrimSpace(wish)
	if rest, timed := strings.CutPrefix(wish, "@"); timed {
		_, wish, _ = strings.Cut(rest, " ")
	}
	return strings.TrimSpace(wish)
}

// Said is a command as a run records it: without the moment it is said at, and
// with its password hidden.
func Said(wish string) string { return ftp.MaskWish(Untimed(wish)) }

// Masked is the scenario for a record of a run: the same, but for passwords in
// what is typed and in scripts.
func (s Scenario) Masked() Scenario {
	s = s.Clone()
	for _, lines := range [][]string{s.User, s.Client.Script, s.Attacker.Script} {
		for i, line := range lines {
			lines[i] = strings.TrimSuffix(strings.TrimSpace(line), Untimed(line)) + Said(line)
		}
	}
	return s
}
