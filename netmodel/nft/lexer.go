package nft

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"ftpscope/netmodel"
)

// Error says where a text stops making sense, and what would.
type Error struct {
	Line, Column int             // from 1; columns count characters
	What         *netmodel.Fault // what was expected; where Got is nil, what is wrong
	Got          *netmodel.Fault // what stands there instead
}

// Say is the sentence that tells the error.
func (e *Error) Say() (key string, args []any) {
	if e.Got == nil {
		return "error.rule.at", []any{"line", e.Line, "column", e.Column, "why", e.What}
	}
	return "error.rule.at_wanted", []any{"line", e.Line, "column", e.Column, "want", e.What, "got", e.Got}
}

func (e *Error) Error() string {
	key, args := e.Say()
	return (&netmodel.Fault{Key: key, Args: args}).Error()
}

func says(key string, args ...any) *netmodel.Fault { return &netmodel.Fault{Key: key, Args: args} }

// literal is a piece of a rule's own text; it is the same in every language.
func literal(text string) *netmodel.Fault {
	return says("error.rule.literal", "text", strconv.Quote(text))
}

type tokenKind uint8

const (
	endOfText tokenKind = iota
	endOfLine
	word
	quoted
	sign // one of { } ( ) ; , & | =
)

type token struct {
	kind         tokenKind
	text         string
	line, column int
}

// name is what the token is called in errors.
func (t token) name() *netmodel.Fault {
	switch t.kind {
	case endOfText:
		return says("error.rule.end")
	case endOfLine:
		return says("error.rule.end_of_line")
	case quoted:
		return says("error.rule.quoted", "text", strconv.Quote(t.text))
	}
	return literal(t.text)
}

func (t token) is(text string) bool { return (t.kind == word || t.kind == sign) && t.text == text }

// maxText bounds what is read: a ruleset is a few kilobytes.
const maxText = 1 << 20

// lex cuts a text into tokens.
func lex(text string) ([]token, error) {
	if len(text) > maxText {
		return nil, &Error{1, 1, says("error.rule.long", "most", maxText, "n", len(text)), nil}
	}
	var tokens []token
	line, column := 1, 1
	for len(text) > 0 {
		t, size, err := lexOne(text, line, column)
		if err != nil {
			return nil, err
		}
		if t.text != "" || t.kind == quoted {
			tokens = append(tokens, t)
		}
		column += utf8.RuneCountInString(text[:size])
		if t.kind == endOfLine {
			line, column = line+1, 1
		}
		text = text[size:]
	}
	return append(tokens, token{endOfText, "", line, column}), nil
}

// lexOne reads one token; one without text is blank or a comment.
func lexOne(text string, line, column int) (token, int, error) {
	t := token{line: line, column: column}
	switch c := text[0]; {
	case c == '\n':
		t.kind, t.text = endOfLine, "\n"
		return t, 1, nil
	case c == ' ' || c == '\t' || c == '\r':
		return t, 1, nil
	case c == '\\' && len(text) > 1 && text[1] == '\n':
		return t, 0, &Error{line, column, says("error.rule.one_line"), nil}
	case c == '#':
		if end := strings.IndexByte(text, '\n'); end >= 0 {
			return t, end, nil
		}
		return t, len(text), nil
	case c == '"':
		end := strings.IndexAny(text[1:], "\"\n")
		if end < 0 || text[1+end] == '\n' {
			return t, 0, &Error{line, column, says("error.rule.want.quote"), says("error.rule.end_of_line")}
		}
		t.kind, t.text = quoted, text[1:1+end]
		return t, end + 2, nil
	case strings.IndexByte("{}();,&|=", c) >= 0:
		t.kind, t.text = sign, text[:1]
		return t, 1, nil
	}
	size := strings.IndexAny(text, " \t\r\n\"#{}();,&|=")
	if size < 0 {
		size = len(text)
	}
	t.kind, t.text = word, text[:size]
	return t, size, nil
}
