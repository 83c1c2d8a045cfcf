package ftp

import (
	"fmt"
	"slices"
)

// Said is one line of a control channel's transcript: a command, or a whole
// reply.
type Said struct {
	Server bool   // the server said it
	Text   string // a command; a reply's first line
	Urgent bool   // an ABOR sent with Telnet's synch
}

// TranscriptError says which line of a transcript breaks the protocol, and how.
type TranscriptError struct {
	Line   int // from 0
	Text   string
	Reason string
}

func (e *TranscriptError) Error() string {
	return fmt.Sprintf("line %d, %q: %s", e.Line+1, e.Text, e.Reason)
}

// transcript is where a checked session stands.
type transcript struct {
	open     []pendingCommand // commands without their final reply, in order
	renaming bool             // RNFR was answered with 350
}

type pendingCommand struct {
	verb        Verb
	preliminary bool // a 1yz has come
}

// CheckTranscript holds a session against the state diagrams of RFC 959 §6:
// every command gets its reply, in order, of a kind its diagram knows, at most
// one preliminary reply among them; nothing comes unasked but 421 (de facto,
// §5.4 forbids it). A session may break off at its end.
func CheckTranscript(lines []Said) error {
	t := transcript{open: []pendingCommand{{verb: greeting}}}
	for i, said := range lines {
		reason := ""
		if said.Server {
			reason = t.reply(said.Text)
		} else {
			t.command(said.Text)
		}
		if reason != "" {
			return &TranscriptError{i, said.Text, reason}
		}
	}
	return nil
}

// greeting stands for the connection itself, which is answered like a command.
const greeting Verb = ""

func (t *transcript) command(text string) {
	verb, _ := SplitCommand(withoutTelnet(text))
	c, known := LookUp(verb)
	if !known {
		c.Verb = "?"
	}
	t.open = append(t.open, pendingCommand{verb: c.Verb})
}

// reply takes a whole reply and gives the reason why it may not come now.
func (t *transcript) reply(text string) string {
	code, ok := replyCode(text)
	switch {
	case !ok:
		return "not a reply"
	case code == 421:
		t.open = nil // the service closes; nothing more is owed
		return ""
	case len(t.open) == 0:
		return "nobody asked"
	}
	c := &t.open[0]
	class := code / 100
	if class == 1 {
		switch {
		case c.preliminary:
			return "a second preliminary reply (§4.2: at most one)"
		case !takesPreliminary(c.verb):
			return string(c.verb) + " has no preliminary reply (§6, first diagram)"
		}
		c.preliminary = true
		return ""
	}
	verb := c.verb
	t.open = t.open[1:]
	return t.final(verb, class)
}

func (t *transcript) final(verb Verb, class int) string {
	renaming := t.renaming
	if verb == "RNFR" || verb == "RNTO" {
		t.renaming = verb == "RNFR" && class == 3
	}
	switch {
	case class == 3 && !takesIntermediate(verb):
		return string(verb) + " has no intermediate reply (§6)"
	case class == 2 && (verb == "RNFR" || verb == "REST"):
		return string(verb) + " succeeds with 3yz (§6, third and fourth diagram)"
	case class == 2 && verb == "RNTO" && !renaming:
		return "RNTO succeeds without RNFR (§6, third diagram)"
	}
	return ""
}

// takesPreliminary says whether a verb's diagram has a 1yz.
func takesPreliminary(v Verb) bool {
	c, known := LookUp(string(v))
	return v == greeting || known && c.Diagram == TwoStep
}

// takesIntermediate says whether a verb's diagram has a 3yz.
func takesIntermediate(v Verb) bool {
	c, known := LookUp(string(v))
	return known && slices.Contains([]Diagram{LoginUser, LoginPass, RenameFrom, RestartPoint, AuthStep}, c.Diagram)
}
