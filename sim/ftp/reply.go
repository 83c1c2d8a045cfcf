package ftp

import (
	"fmt"
	"strconv"
	"strings"
)

// Reply is a whole reply (RFC 959 §4.2): three digits and text, possibly of
// several lines. Lines stand as on the wire, without line ends.
type Reply struct {
	Code  int
	Lines []string
}

// Class is the first digit, on which alone a client decides (RFC 1123
// §4.1.2.11).
func (r Reply) Class() int { return r.Code / 100 }

// First is the first line.
func (r Reply) First() string {
	if len(r.Lines) == 0 {
		return ""
	}
	return r.Lines[0]
}

// ReplyError is a reply that ends a wish.
type ReplyError struct {
	Command string
	Reply   Reply
}

func (e *ReplyError) Error() string {
	return fmt.Sprintf("%s was answered with %q", e.Command, e.Reply.First())
}

// ProtocolError is something that is no FTP, or beyond a limit.
type ProtocolError struct{ Reason, Text string }

func (e *ProtocolError) Error() string { return fmt.Sprintf("%s: %.80q", e.Reason, e.Text) }

// replyReader puts replies together from lines.
type replyReader struct {
	max   int
	reply Reply
	size  int
}

// add takes a line and gives the reply that it ends.
func (r *replyReader) add(text string) (Reply, bool, error) {
	if len(r.reply.Lines) == 0 {
		code, ok := replyCode(text)
		if !ok {
			return Reply{}, false, &ProtocolError{"not a reply", text}
		}
		r.reply.Code = code
	}
	if r.size += len(text) + 2; r.size > r.max {
		return Reply{}, false, &ProtocolError{fmt.Sprintf("a reply of more than %d bytes", r.max), r.reply.First()}
	}
	r.reply.Lines = append(r.reply.Lines, text)
	first := r.reply.Lines[0]
	if len(first) > 3 && first[3] == '-' && !endsReply(text, first[:3]) {
		return Reply{}, false, nil
	}
	done := r.reply
	r.reply, r.size = Reply{}, 0
	return done, true, nil
}

// endsReply says whether a line ends the multi-line reply begun with code: the
// same code and a space (RFC 959 §4.2), or the code alone, as some send it.
func endsReply(text, code string) bool {
	return strings.HasPrefix(text, code+" ") || text == code
}

// replyCode reads the three digits, 100 to 659, and checks what separates them
// from the text.
func replyCode(text string) (int, bool) {
	if len(text) < 3 || !digits(text[:3]) || len(text) > 3 && text[3] != ' ' && text[3] != '-' {
		return 0, false
	}
	code, _ := strconv.Atoi(text[:3])
	return code, code >= 100 && code < 660
}
