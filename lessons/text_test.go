package lessons

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func course(t testing.TB) *Library {
	t.Helper()
	l, err := Open()
	require.NoError(t, err)
	return l
}

func TestATextIsTakenApart(t *testing.T) {
	doc, err := readDocument("en.md", []byte(`# A title

A *short* summary.

## First step {#first}

The [port](#port) is `+"`21`"+`, see [there](lesson:active).

- one
- two

`+"```"+`
some code
`+"```"+`

### Which? {#question}

- `+"`a` `21`"+`
- `+"`right`"+` **Yes**, that one.

## To do {#task}

1. A hint.
2. Another.
`))
	require.NoError(t, err)
	assert.Equal(t, "A title", doc.title)
	assert.Equal(t, Text{{Paragraph, []Span{{Text: "A "}, {Text: "short", Style: Emphasis}, {Text: " summary."}}}}, doc.summary)
	step := doc.sections[0]
	assert.Equal(t, []Span{
		{Text: "The "}, {Text: "port", Term: "port"}, {Text: " is "}, {Text: "21", Style: Mono}, {Text: ", see "},
		{Text: "there", Lesson: "active"}, {Text: "."},
	}, step.text[0].Spans)
	assert.Equal(t, "The port is 21, see there.\none\ntwo\nsome code", step.text.String())
	assert.Equal(t, []BlockKind{Paragraph, Item, Item, Code}, []BlockKind{step.text[0].Kind, step.text[1].Kind, step.text[2].Kind, step.text[3].Kind})
	assert.Equal(t, 10, step.text.words())
	assert.Equal(t, "Which?", step.question.title)
	assert.Equal(t, Text{{Paragraph, []Span{{Text: "21", Style: Mono}}}}, step.question.entries[0].text)
	assert.Equal(t, Text{{Paragraph, []Span{{Text: "Yes", Style: Strong}, {Text: ", that one."}}}}, step.question.entries[1].text)
	assert.Equal(t, 18, step.question.entries[0].at.Line)
	assert.Len(t, doc.sections[1].hints, 2)
}

func TestPlacesInTOMLAreFound(t *testing.T) {
	p := locate(`id = "x"

[[step]]
at = 'start'

[[step]]
at = '''
end
= 3
'''
[step.question]
answer = "1"

[[step.question.wrong]]
when = 'true'
[[step.question.wrong]]
when = 'false' # comment
[task.solution]
line = 4
`)
	for key, want := range map[string]place{
		"id":                             {"f", 1, 7},
		"step[0].at":                     {"f", 4, 7},
		"step[1].at":                     {"f", 7, 9},
		"step[1].question.answer":        {"f", 12, 11},
		"step[1].question.wrong[1].when": {"f", 17, 9},
		"step[1].question.wrong[1].id":   {"f", 16, 0},
		"task.solution.line":             {"f", 19, 8},
		"task.solution.set":              {"f", 18, 0},
		"step[5].at":                     {"f", 1, 0},
		"nowhere":                        {"f", 1, 0},
	} {
		assert.Equal(t, want, p.find("f", key), key)
	}
}

func FuzzALessonsFilesNeverPanic(f *testing.F) {
	for _, file := range []string{"skeleton/lesson.toml", "skeleton/en.md"} {
		data, err := skeleton.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte("[[step]]\nat='''"))
	f.Add([]byte("# a {#b}\n## c {#question}\n- `\n### {#question}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		files := fstest.MapFS{"ID/lesson.toml": {Data: data}, "ID/en.md": {Data: data}}
		s := &shelf{id: "ID", part: -1, files: files, dir: "ID"}
		l := &Library{shelves: []*shelf{s}}
		if d, err := s.definition(); err == nil && d.Requires != nil {
			_ = l.order(s, d)
		}
		_, _ = s.document("en")
	})
}
