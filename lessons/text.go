package lessons

import "strings"

// Text is what a person reads: blocks, one below the other.
type Text []Block

// BlockKind is what a block is.
type BlockKind uint8

// The kinds of blocks.
const (
	Paragraph BlockKind = iota
	Item                // of a list
	Code                // lines as they are, in the letters of commands
)

// Block is a paragraph, a list's item, or some lines of code.
type Block struct {
	Kind  BlockKind
	Spans []Span
}

// Style is how a span of text is set.
type Style uint8

// The styles.
const (
	Plain Style = iota
	Strong
	Emphasis
	Mono // a command, a number, an address
)

// Span is a stretch of text in one style. At most one of Term and Lesson is
// set: then it leads to a word of the glossary or to another lesson.
type Span struct {
	Text   string
	Style  Style
	Term   string
	Lesson string
}

// String is the text without styles, blocks on lines of their own.
func (t Text) String() string {
	var lines []string
	for _, b := range t {
		var line strings.Builder
		for _, s := range b.Spans {
			line.WriteString(s.Text)
		}
		lines = append(lines, line.String())
	}
	return strings.Join(lines, "\n")
}

// words is how many words a text has; code is read, so it counts.
func (t Text) words() int { return len(strings.Fields(t.String())) }

// Term is a word of the glossary.
type Term struct {
	ID     string
	Lesson string // id of the lesson that explains it first
	Text   Text   // begins with the word itself
}
