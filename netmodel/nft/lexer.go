package nft

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error says where a text stops making sense, and what would.
type Error struct {
	Line, Column int // from 1; columns count characters
	Want, Got    string
}

func (e *Error) Error() string {
	if e.Got == "" {
		return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Want)
	}
	return fmt.Sprintf("line %d, column %d: expected %s, found %s", e.Line, e.Column, e.Want, e.Got)
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

func (t token) String() string {
	switch t.kind {
	case endOfText:
		return "the end"
	case endOfLine:
		return "the end of the line"
	case quoted:
		return fmt.Sprintf("the text %q", t.text)
	}
	return fmt.Sprintf("%q", t.text)
}

func (t token) is(text string) bool { return (t.kind == word || t.kind == sign) && t.text == text }

// maxText bounds what is read: a ruleset is a few kilobytes.
const maxText = 1 << 20

// lex cuts a text into tokens.
func lex(text string) ([]token, error) {
	if len(text) > maxText {
		return nil, &Error{1, 1, fmt.Sprintf("a ruleset has at most %d octets, this has %d", maxText, len(text)), ""}
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
		return t, 0, &Error{line, column, "a rule stands on one line; join it", ""}
	case c == '#':
		if end := strings.IndexByte(text, '\n'); end >= 0 {
			return t, end, nil
		}
		return t, len(text), nil
	case c == '"':
		end := strings.IndexAny(text[1:], "\"\n")
		if end < 0 || text[1+end] == '\n' {
			return t, 0, &Error{line, column, `a closing "`, "the end of the line"}
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
