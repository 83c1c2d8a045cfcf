package lessons

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// document is a lesson's Markdown file, taken apart.
type document struct {
	file     string
	title    string
	summary  Text
	sections []*section // of the second level, in their order
	links    []link
}

// section is a heading with what stands under it: a step, the task, the words;
// or, one level below, a question.
type section struct {
	at       place
	id       string
	title    string
	text     Text
	entries  []entry // list items that begin with a key in code letters
	hints    []Text  // items of a numbered list
	question *section
}

func (s *section) has(key string) bool {
	return slices.ContainsFunc(s.entries, func(e entry) bool { return e.key == key })
}

type entry struct {
	at   place
	key  string
	text Text
}

// link is a word that leads somewhere: "#term" or "lesson:id".
type link struct {
	at     place
	target string
}

// The sections that are no steps, and the one inside sections.
const (
	sectionTask     = "task"
	sectionTerms    = "terms"
	sectionQuestion = "question"
)

// isTask reports whether a section, or what it is about, is a task.
func isTask(id string) bool { return id == sectionTask || strings.HasPrefix(id, sectionTask+"-") }

// keyed reports whether list items of a section begin with keys.
func keyed(s *section) bool {
	return isTask(s.id) || s.id == sectionTerms || s.id == sectionQuestion
}

// reader takes a Markdown file apart.
type reader struct {
	file   string
	source []byte
	doc    *document
	now    *section
}

func readDocument(file string, source []byte) (*document, error) {
	md := goldmark.New(goldmark.WithParserOptions(parser.WithAttribute()))
	root := md.Parser().Parse(text.NewReader(source))
	r := &reader{file: file, source: source, doc: &document{file: file}}
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if err := r.block(n); err != nil {
			return nil, err
		}
	}
	if r.doc.title == "" {
		return nil, place{file, 1, 0}.problem("error.lesson.title")
	}
	return r.doc, nil
}

// at is where a node begins.
func (r *reader) at(n ast.Node) place {
	for ; n != nil; n = n.FirstChild() {
		if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
			return r.offset(n.Lines().At(0).Start)
		}
		if t, ok := n.(*ast.Text); ok {
			return r.offset(t.Segment.Start)
		}
	}
	return place{File: r.file}
}

func (r *reader) offset(i int) place {
	return place{File: r.file, Line: 1 + bytes.Count(r.source[:i], []byte("\n"))}
}

func (r *reader) block(n ast.Node) error {
	switch n := n.(type) {
	case *ast.Heading:
		return r.heading(n)
	case *ast.Paragraph:
		spans, err := r.spans(n, Plain)
		r.add(Block{Paragraph, spans})
		return err
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		r.add(Block{Code, []Span{{Text: strings.TrimRight(string(n.Lines().Value(r.source)), "\n"), Style: Mono}}})
		return nil
	case *ast.List:
		return r.list(n)
	}
	return r.at(n).problem("error.lesson.block")
}

func (r *reader) add(b Block) {
	if r.now == nil {
		r.doc.summary = append(r.doc.summary, b)
		return
	}
	r.now.text = append(r.now.text, b)
}

func (r *reader) heading(n *ast.Heading) error {
	spans, err := r.spans(n, Plain)
	if err != nil {
		return err
	}
	title := Text{{Spans: spans}}.String()
	id := ""
	if v, ok := n.AttributeString("id"); ok {
		id = string(v.([]byte))
	}
	where := r.at(n)
	switch {
	case n.Level == 1 && r.doc.title == "":
		r.doc.title = title
		return nil
	case id == "":
		return where.problem("error.lesson.heading_id", "title", strconv.Quote(title))
	case n.Level == 2:
		r.now = &section{at: where, id: id, title: title}
		r.doc.sections = append(r.doc.sections, r.now)
		return nil
	case n.Level == 3 && id == sectionQuestion && len(r.doc.sections) > 0:
		step := r.doc.sections[len(r.doc.sections)-1]
		if step.question != nil {
			return where.problem("error.lesson.two_questions", "id", strconv.Quote(step.id))
		}
		step.question = &section{at: where, id: id, title: title}
		r.now = step.question
		return nil
	}
	return where.problem("error.lesson.heading_place", "title", strconv.Quote(title))
}

func (r *reader) list(n *ast.List) error {
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		content := item.FirstChild()
		if content == nil || content.NextSibling() != nil {
			return r.at(item).problem("error.lesson.item_long")
		}
		spans, err := r.spans(content, Plain)
		if err != nil {
			return err
		}
		switch {
		case r.now == nil || !keyed(r.now):
			r.add(Block{Item, spans})
		case n.IsOrdered():
			s := r.doc.sections[len(r.doc.sections)-1] // also where its question has begun
			if !isTask(s.id) {
				return r.at(item).problem("error.lesson.hint_place")
			}
			s.hints = append(s.hints, Text{{Paragraph, spans}})
		case len(spans) == 0 || spans[0].Style != Mono:
			return r.at(item).problem("error.lesson.item_key")
		default:
			key := spans[0].Text
			spans = spans[1:]
			if len(spans) > 0 {
				spans[0].Text = strings.TrimLeft(spans[0].Text, " ")
			}
			if len(spans) > 0 && spans[0].Text == "" {
				spans = spans[1:]
			}
			r.now.entries = append(r.now.entries, entry{r.at(item), key, Text{{Paragraph, spans}}})
		}
	}
	return nil
}

// spans reads the inside of a paragraph.
func (r *reader) spans(n ast.Node, style Style) ([]Span, error) {
	var out []Span
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			t := string(c.Segment.Value(r.source))
			if c.SoftLineBreak() || c.HardLineBreak() {
				t += " "
			}
			out = merge(out, Span{Text: t, Style: style})
		case *ast.String:
			out = merge(out, Span{Text: string(c.Value), Style: style})
		case *ast.CodeSpan:
			out = append(out, Span{Text: plainText(c, r.source), Style: Mono})
		case *ast.Emphasis:
			inner := Emphasis
			if c.Level == 2 {
				inner = Strong
			}
			spans, err := r.spans(c, inner)
			if err != nil {
				return nil, err
			}
			out = append(out, spans...)
		case *ast.Link:
			spans, err := r.link(c, style)
			if err != nil {
				return nil, err
			}
			out = append(out, spans...)
		default:
			return nil, r.at(n).problem("error.lesson.span")
		}
	}
	return out, nil
}

func (r *reader) link(n *ast.Link, style Style) ([]Span, error) {
	target := string(n.Destination)
	r.doc.links = append(r.doc.links, link{r.at(n), target})
	spans, err := r.spans(n, style)
	for i := range spans {
		if term, ok := strings.CutPrefix(target, "#"); ok {
			spans[i].Term = term
		} else if lesson, ok := strings.CutPrefix(target, "lesson:"); ok {
			spans[i].Lesson = lesson
		} else {
			return nil, r.at(n).problem("error.lesson.link_target", "target", strconv.Quote(target))
		}
	}
	return spans, err
}

func plainText(n ast.Node, source []byte) string {
	var out strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			out.Write(t.Segment.Value(source))
		}
	}
	return out.String()
}

func merge(out []Span, s Span) []Span {
	if last := len(out) - 1; last >= 0 && out[last].Style == s.Style && out[last].Term == s.Term && out[last].Lesson == s.Lesson {
		out[last].Text += s.Text
		return out
	}
	return append(out, s)
}
