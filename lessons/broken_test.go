package lessons

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
)

// own makes a folder with a lesson that works, and changes one of its files.
func own(t *testing.T, file, old, new string) string {
	t.Helper()
	folder := t.TempDir()
	dir, err := New(folder, "mine")
	require.NoError(t, err)
	name := filepath.Join(dir, file)
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Contains(t, string(data), old)
	require.NoError(t, os.WriteFile(name, []byte(strings.Replace(string(data), old, new, 1)), 0o644))
	return folder
}

// problems checks the lessons of a folder.
func problems(t *testing.T, folder string, ids ...string) []string {
	t.Helper()
	l, err := Open(folder)
	require.NoError(t, err)
	defer l.Close()
	var out []string
	for _, err := range l.Check(ids...) {
		out = append(out, strings.TrimPrefix(english(err), folder+string(filepath.Separator)))
	}
	return out
}

func TestANewLessonHasNoProblems(t *testing.T) {
	assert.Empty(t, problems(t, own(t, "en.md", "# ", "# "), "mine"))
}

func TestABrokenLessonSaysInOneSentenceWhatIsWrongAndWhere(t *testing.T) {
	for _, c := range []struct {
		what, file, old, new, want string
	}{
		{"a missing field", lessonFile, `id = "mine"`, ``, `lesson.toml:1: id is missing; write id = "mine"`},
		{"another id than the folder's", lessonFile, `id = "mine"`, `id = "yours"`, `lesson.toml:2:7: id is "yours", but the folder is called "mine"`},
		{"an unknown field", lessonFile, `sources =`, `sauces =`, `lesson.toml:5:10: sauces is no field of a lesson`},
		{"a value of the wrong type", lessonFile, `requires = []`, `requires = "active"`, `lesson.toml:3: requires has a value of the wrong type`},
		{"a fault of TOML", lessonFile, `[[task]]`, `[[task`, `lesson.toml:30: `},
		{"a task that is no list", lessonFile, `[[task]]`, `[task]`, `task has a value of the wrong type`},
		{"an id that is no task's", lessonFile, "[[task]]", "[[task]]\nid = \"again\"", `the id of a task is task, or begins with task-`},
		{"two tasks of one id", lessonFile, `[[task]]`, "[[task]]\nkind = \"question\"\nquestion = {kind = \"number\", answer = '1'}\n\n[[task]]", `the id "task" is used twice`},
		{"too many tasks", lessonFile, `[[task]]`, strings.Repeat("[[task]]\n", 5), `there are 5 tasks; at most 4 are allowed`},
		{"a step called like a task", lessonFile, `id = "first"`, `id = "task-first"`, `id "task-first" is that of a task; give the step another`},
		{"no sources", lessonFile, `sources = ["RFC 959 §3.2"]`, ``, `there are no sources`},
		{"no run", lessonFile, "[[run]]\nid = \"main\"\npreset = \"active-blocked\"", "", `there is no run`},
		{"an unknown preset", lessonFile, `"active-blocked"`, `"aktive"`, `lesson.toml:7: run "main": no preset is called "aktive"`},
		{"a scenario outside the folder", lessonFile, `preset = "active-blocked"`, `file = "../secret.toml"`, `lesson.toml:9:9: "../secret.toml" does not lie in the lesson's folder`},
		{"a scenario that is not there", lessonFile, `preset = "active-blocked"`, `file = "start.toml"`, `start.toml: the file is missing`},
		{"a setting that does not exist", lessonFile, `preset = "active-blocked"`, "preset = \"active\"\nset = [\"client.mod=port\"]", `client.mod: unknown field`},
		{"a run that goes on and on", lessonFile, `preset = "active-blocked"`, "preset = \"passive\"\nset = ['file_bytes=4000000', 'link.loss=0.4', 'link.rate=0', 'max_time_s=3']", `the run does not end: `},
		{"a file too large for a lesson", lessonFile, `preset = "active-blocked"`, "preset = \"passive\"\nset = ['file_bytes=70000000']", `file_bytes is 70000000; in a lesson a file has at most 67108864 bytes`},
		{"an expression with a fault", lessonFile, `at = 'leaves(`, `at = 'leaves((`, `lesson.toml:17:37: unexpected token EOF`},
		{"a word expressions do not know", lessonFile, `reply(230)`, `answer(230)`, `lesson.toml:13:21: there is no answer`},
		{"an expression of the wrong type", lessonFile, `'arrives(first(reply(230)))'`, `'outcome.ok'`, `expected int, but got bool`},
		{"a place the run does not have", lessonFile, `reply(230)`, `reply(999)`, `lesson.toml:13:15: the run has no such message`},
		{"predicates in predicates in predicates", lessonFile, `when = 'outcome.ok'`, `when = 'any(messages, any(messages, any(messages, true)))'`, `lesson.toml:34:9: a predicate stands in 2 others`},
		{"an expression that reads a file", lessonFile, `when = 'outcome.ok'`, `when = 'fromJSON("/etc/passwd")'`, `lesson.toml:34:9: there is no fromJSON`},
		{"a step that goes back", lessonFile, `'arrives(first(reply(230)))'`, `'end'`, `before the step ahead of it`},
		{"an answer shown too early", lessonFile, `reveal = 'after(first(opening("data")))'`, `reveal = 'start'`, `before the question`},
		{"an answer that is no choice", lessonFile, `? "dropped" : "passes"`, `? "gone" : "passes"`, `the run gives "gone", which is no choice`},
		{"a misconception that is right", lessonFile, `when = 'answer == "passes"'`, `when = 'answer == "dropped"'`, `the right answer, dropped, counts as "belongs" too`},
		{"a misconception nobody can have", lessonFile, `when = 'answer == "passes"'`, `when = 'answer == "flies"'`, `no choice shows "belongs"`},
		{"a task that needs nothing done", lessonFile, "when = 'outcome.ok'", "when = 'true'", `doing nothing passes the task`},
		{"a solution that fails", lessonFile, `["client.mode=pasv"]`, `["client.mode=eprt"]`, `the solution does not meet the condition "arrived"`},
		{"a wrong attempt that passes", lessonFile, `["client_router.firewall=none"]`, `["client.mode=epsv"]`, `the attempt meets the condition "closed", which it is to fail`},
		{"a reason that is no condition", lessonFile, `fails = "closed"`, `fails = "luck"`, `there is no condition "luck"`},
		{"a circle of lessons", lessonFile, `requires = []`, `requires = ["mine"]`, `lesson.toml:3:12: the lessons require each other in a circle: mine → mine`},
		{"a lesson required that is not there", lessonFile, `requires = []`, `requires = ["nowhere"]`, `requires[0] is "nowhere", and there is no such lesson`},
		{"a heading left out", "en.md", "## Ask before it happens {#ask}\n", "", `en.md:19: the section {#ask} is missing; add a heading "## … {#ask}"`},
		{"a step without text", "es.md", `{#first}`, `{#fist}`, `es.md:5: the section "fist" stands where "first" is due`},
		{"a choice without text", "pt-BR.md", "- `dropped` É descartado\n", "", "pt-BR.md:13: the choice or reply `dropped` is missing"},
		{"a reply nobody asked for", "en.md", "- `passes` It passes", "- `passes` It passes\n- `flies` It flies", "en.md:16: `flies` is no choice or reply"},
		{"a step with too many words", "en.md", `One new idea`, strings.Repeat("word ", 70) + `One new idea`, `en.md:5: the step has 78 words; at most 70 are allowed`},
		{"a link to a word nobody explains", "en.md", `One new idea`, `One [new](#newt) idea`, `en.md:7: the link leads to the word "newt"`},
		{"a link to a lesson that is not there", "en.md", `One new idea`, `One [new](lesson:newt) idea`, `the link leads to the lesson "newt"`},
		{"a link out of the course", "en.md", `One new idea`, `One [new](https://example.org) idea`, `it can lead to a word, as #port, or to a lesson`},
		{"HTML in a text", "en.md", `One new idea`, `<b>One</b> new idea`, `write this as one of them`},
		{"no title", "en.md", `# Title`, `Title`, `en.md:1: there is no title`},
		{"a word that is never used", lessonFile, `terms = []  `, `terms = ["newt"]  `, `the section {#terms} is missing`},
		{"an id with capitals", lessonFile, `id = "first"`, `id = "First"`, `"First" is no id; one has small letters`},
		{"an id used twice", lessonFile, `id = "ask"`, `id = "first"`, `lesson.toml:16:7: the id "first" is used twice`},
		{"a step without a place", lessonFile, `at = 'arrives(first(reply(230)))'`, ``, `at is missing in step "first"`},
		{"a run that is not there", lessonFile, `id = "first"`, "id = \"first\"\nrun = \"other\"", `lesson.toml:13:8: there is no run "other"`},
		{"two things to run", lessonFile, `preset = "active-blocked"`, "preset = \"active\"\nfile = \"a.toml\"", `run "main" names both a preset and a file`},
		{"a kind of question there is not", lessonFile, `kind = "choice"`, `kind = "essay"`, `kind is "essay"; choose one of choice, number, line`},
		{"a question without an answer", lessonFile, `answer = 'first(opening("data")).died ? "dropped" : "passes"'`, ``, `answer is missing`},
		{"one choice", lessonFile, `["passes", "dropped"]`, `["passes"]`, `1 choices are no choice`},
		{"choices where there are none", lessonFile, `kind = "choice"`, `kind = "number"`, `a question of kind number has no choices`},
		{"items where there are none", lessonFile, `reveal =`, "items = 'messages'\nreveal =", `items belong to questions of kind each`},
		{"a misconception without its answers", lessonFile, `when = 'answer == "passes"'`, ``, `when is missing; write which answers show "belongs"`},
		{"a kind of task there is not", lessonFile, `kind = "lab"`, `kind = "exam"`, `kind is "exam"; choose one of lab, write, question`},
		{"a page there is not", lessonFile, `id = "first"`, "id = \"first\"\npage = \"prompt\"", `lesson.toml:13:9: page is "prompt"; choose one of firewall, packet`},
		{"a line of no form", lessonFile, `kind = "lab"`, `kind = "write"`, `form is ""; choose PORT or 227`},
		{"a task that asks nothing", lessonFile, `kind = "lab"`, `kind = "question"`, `a task of kind question has a question, and neither conditions nor attempts`},
		{"a condition without its expression", lessonFile, `when = 'outcome.ok'`, ``, `write the expression that is true when it is met`},
		{"a variant that cannot be", lessonFile, `when = 'outcome.ok'`, "when = 'outcome.ok'\nwith = ['client.mod=port']", `client.mod: unknown field`},
		{"a solution that cannot be", lessonFile, `["client.mode=pasv"]`, `["client.mode"]`, `"client.mode" is no setting; write KEY=VALUE`},
		{"no wrong attempt", lessonFile, "[[task.wrong]]\nset = [\"client_router.firewall=none\"]\nfails = \"closed\"\n", ``, `there is no wrong attempt`},
		{"a question too many", "en.md", "## The task", "### Again? {#question}\n\n## The task", `there are two questions in "ask"`},
		{"a question missing", "en.md", "### What happens to this SYN? {#question}\n\n", "", `en.md:9: the question of "ask" is missing`},
		{"a heading without an id", "en.md", ` {#first}`, ``, `the heading "First step" has no id`},
		{"a heading of the wrong level", "en.md", `## First step`, `#### First step`, `the heading "First step" has no place here`},
		{"a reply that is never given", "en.md", "- `belongs`", "- `otherwise` No.\n- `belongs`", "no choice leads to `otherwise`; take it out"},
		{"hints at a step", "en.md", "- `dropped`", "1. Look.\n\n- `dropped`", `en.md:16: a numbered list gives hints, and only a task has them`},
		{"an item without a key", "en.md", "- `passes` It", "- It", `en.md:15: this item has no key`},
		{"a key twice", "en.md", "- `dropped`", "- `passes` Again\n- `dropped`", "`passes` is there twice"},
		{"a key without text", "en.md", "- `passes` It passes", "- `passes`", "`passes` has no text"},
		{"an item of two paragraphs", "en.md", "- `passes` It passes\n", "- `passes` It passes\n\n  And more\n", "an item of a list is one paragraph"},
	} {
		t.Run(c.what, func(t *testing.T) {
			found := problems(t, own(t, c.file, c.old, c.new), "mine")
			require.NotEmpty(t, found)
			assert.True(t, strings.HasPrefix(found[0], filepath.Join("mine", "")), found[0])
			assert.NotContains(t, found[0], "\n")
			assert.Contains(t, found[0], c.want)
		})
	}
}

func TestAChoiceWithoutAReplyIsFoundInEveryLanguage(t *testing.T) {
	found := problems(t, own(t, lessonFile, `when = 'answer == "passes"'`, `when = 'answer == "flies"'`), "mine")
	for _, lang := range assets.Languages() {
		assert.Contains(t, found, filepath.Join("mine", lang+".md")+":13: the choice or reply `otherwise` is missing under this heading; add an item that begins with `otherwise`")
	}
}

func TestTheExampleOfTheReadmeIsALessonThatWorks(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	block := func(kind string) []byte {
		_, rest, _ := strings.Cut(string(readme), "```"+kind+"\n")
		text, _, _ := strings.Cut(rest, "```")
		return []byte(text)
	}
	folder := t.TempDir()
	dir := filepath.Join(folder, "call-back")
	require.NoError(t, os.Mkdir(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, lessonFile), block("toml"), 0o644))
	for _, lang := range assets.Languages() {
		require.NoError(t, os.WriteFile(filepath.Join(dir, lang+".md"), block("markdown"), 0o644))
	}
	assert.Empty(t, problems(t, folder, "call-back"))
}

func TestAWordIsExplainedBeforeItIsUsed(t *testing.T) {
	folder := own(t, "en.md", "One new idea", "One [new](#newt) idea")
	dir, err := New(folder, "other")
	require.NoError(t, err)
	change := func(file, old, new string) {
		name := filepath.Join(dir, file)
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(name, []byte(strings.Replace(string(data), old, new, 1)), 0o644))
	}
	change(lessonFile, "terms = []", `terms = ["newt"]`)
	for _, lang := range assets.Languages() {
		change(lang+".md", "# ", "# [A](#newt) ")
		change(lang+".md", "\n1. ", "\n## Words {#terms}\n\n- `newt` **Newt**: an animal. 1. ")
	}
	found := problems(t, folder, "mine")
	require.Len(t, found, 1)
	assert.Contains(t, found[0], `en.md:7: the link leads to the word "newt", which only a later lesson explains, "other"`)
}

func TestALanguageThatIsMissingIsAProblem(t *testing.T) {
	folder := own(t, "en.md", "# ", "# ")
	require.NoError(t, os.Remove(filepath.Join(folder, "mine", "es.md")))
	assert.Equal(t, []string{filepath.Join("mine", "es.md") + ": the file is missing; every lesson has it"}, problems(t, folder, "mine"))
}

func TestFilesThatAreNoTextAreProblems(t *testing.T) {
	for _, c := range []struct {
		what string
		data []byte
		want string
	}{
		{"ten megabytes", bytes.Repeat([]byte("#"), 10<<20), "has 10485760 bytes; a lesson's file has at most 16384"},
		{"not UTF-8", []byte("# Title\n\ncaf\xe9\n"), "en.md:3: is not UTF-8; save the file in UTF-8"},
	} {
		t.Run(c.what, func(t *testing.T) {
			folder := own(t, "en.md", "# ", "# ")
			require.NoError(t, os.WriteFile(filepath.Join(folder, "mine", "en.md"), c.data, 0o644))
			assert.Contains(t, problems(t, folder, "mine")[0], c.want)
		})
	}
}

func TestAFolderInPlaceOfATextIsAProblem(t *testing.T) {
	folder := own(t, "en.md", "# ", "# ")
	name := filepath.Join(folder, "mine", "es.md")
	require.NoError(t, os.Remove(name))
	require.NoError(t, os.Mkdir(name, 0o755))
	assert.Contains(t, problems(t, folder, "mine")[0], "is no ordinary file")
}

func TestASymbolicLinkDoesNotLeadOutOfTheFolder(t *testing.T) {
	folder := own(t, lessonFile, `preset = "active-blocked"`, `file = "start.toml"`)
	secret := filepath.Join(t.TempDir(), "secret.toml")
	require.NoError(t, os.WriteFile(secret, []byte(`title = "secret"`), 0o644))
	require.NoError(t, os.Symlink(secret, filepath.Join(folder, "mine", "start.toml")))
	assert.Contains(t, problems(t, folder, "mine")[0], "path escapes")
}

func TestABrokenLessonLeavesTheOthersUsable(t *testing.T) {
	folder := own(t, lessonFile, `[[task]]`, `[[task`)
	_, err := New(folder, "other")
	require.NoError(t, err)
	l, err := Open(folder)
	require.NoError(t, err)
	defer l.Close()
	for _, info := range l.List("en") {
		assert.Equal(t, info.ID == "mine", info.Problem != nil, info.ID)
	}
	_, err = l.Lesson("other", "en")
	require.NoError(t, err)
	_, err = l.Lesson("mine", "en")
	var problem *Problem
	require.ErrorAs(t, err, &problem)
	assert.Equal(t, 30, problem.Line)
}

func TestALessonOfTheProgramIsNotReplacedByOneOfAFolder(t *testing.T) {
	folder := t.TempDir()
	_, err := New(folder, "active")
	require.NoError(t, err)
	l, err := Open(folder)
	require.NoError(t, err)
	defer l.Close()
	lesson, err := l.Lesson("active", "en")
	require.NoError(t, err)
	assert.Equal(t, "Active mode, step by step", lesson.Title)
	list := l.List("en")
	assert.Contains(t, english(list[len(list)-1].Problem), `another lesson has the id "active"`)
}

func TestASavedFileIsReadAgain(t *testing.T) {
	folder := own(t, lessonFile, `[[task]]`, `[[task`)
	l, err := Open(folder)
	require.NoError(t, err)
	defer l.Close()
	_, err = l.Lesson("mine", "en")
	require.Error(t, err)
	name := filepath.Join(l.Folder("mine"), lessonFile)
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(name, bytes.Replace(data, []byte("[[task\n"), []byte("[[task]]\n"), 1), 0o644))
	l.Reload("mine")
	_, err = l.Lesson("mine", "en")
	assert.NoError(t, err)
}
