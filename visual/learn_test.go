package visual

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gioui.org/io/input"
	"gioui.org/io/key"
	"gioui.org/io/semantic"
	"gioui.org/io/transfer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/lessons"
)

// do presses Enter on the control of a name.
func (d *desk) do(name string) {
	d.focus(name)
	d.press(key.NameReturn, 0)
	d.settleTyping()
}

// fill replaces what stands in the field of a name.
func (d *desk) fill(name, text string) {
	d.focus(name)
	d.router.Queue(key.EditEvent{Range: key.Range{Start: 0, End: len([]rune(d.app.learn.field.Editor.Text()))}, Text: text})
	d.settleTyping()
	d.frame()
}

// student is a window with lessons, whose progress is kept in a file.
func student(t testing.TB, progress string, w, h int) *desk {
	return open(t, Options{Run: "active", Learn: LearnOptions{Progress: progress}}, w, h)
}

func TestALessonIsPlayedByKeyboardAloneAndResumedWhereItWasLeft(t *testing.T) {
	progress := filepath.Join(t.TempDir(), "progress.json")
	d := student(t, progress, 1280, 720)
	d.do("Learn")
	d.do("Begin: 1 · Two connections")
	l := d.app.Player.Learn
	require.Equal(t, "two-connections", l.Lesson.ID)
	d.do("Next")
	prompt := l.Question().Prompt
	d.press(key.NameEnd, 0)
	assert.Zero(t, d.app.Player.Cursor.N, "keys do not step past a question")
	d.fill(prompt, "1")
	d.do("Check answer")
	require.NotNil(t, l.Feedback)
	assert.Equal(t, "one-for-all", l.Feedback.Misconception)
	assert.True(t, l.Asking(), "a wrong answer shows nothing")
	assert.True(t, d.has("Show the answer"))

	d = student(t, progress, 1280, 720) // closed and opened again
	d.do("Learn")
	d.do("Go on: 1 · Two connections")
	l = d.app.Player.Learn
	assert.Equal(t, 1, l.Step)
	assert.Equal(t, "one-for-all", l.Feedback.Misconception, "the answer and its reply are there again")
	d.fill(prompt, "3")
	d.do("Check answer")
	assert.True(t, l.Answered())
	d.do("See it in the run")
	d.settle()
	assert.GreaterOrEqual(t, d.app.Player.Cursor.N, l.Question().Reveal)
	for !l.AtTask() {
		if l.Asking() {
			d.fill(l.Question().Prompt, l.Question().Right()[0])
			d.do("Check answer")
		}
		label, _, _ := d.app.onward()
		d.do(label)
		d.settle()
	}
	d.fill(l.Question().Prompt, "21")
	d.do("Check answer")
	assert.Equal(t, "commands", l.Feedback.Misconception)
	d.fill(l.Question().Prompt, "1235")
	d.do("Check answer")
	assert.True(t, l.Done())
	d.do("Next lesson")
	assert.Equal(t, "active", l.Lesson.ID)
}

func TestATaskIsDoneInTheLabByKeyboardAlone(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("firewall", 99))
	d.settle()
	require.True(t, l.Labs())
	v, err := l.Verdict()
	require.NoError(t, err)
	assert.False(t, v.Done, "doing nothing does not do it")
	assert.True(t, d.has("Met: 2 of 3"), "though the list may be longer than the page")
	d.do("Hint 1 of 2")
	assert.True(t, d.has("Hint 2 of 2"))
	d.do("Show the solution")
	d.settle()
	assert.True(t, l.Done())
	assert.True(t, d.has("All of it is met, with the solution shown."))
	d.press("Z", key.ModShortcut)
	v, _ = l.Verdict()
	assert.False(t, v.Done, "every change can be undone")
}

func TestAPortIsPointedAtOrWritten(t *testing.T) {
	d := student(t, "", 1280, 720)
	require.NoError(t, d.app.Player.Learn.OpenStep("two-connections", 4))
	d.settle()
	assert.True(t, d.has("Press the port in the picture of the network, or write its number."))
}

func TestAPortIsTypedDigitByDigit(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("two-connections", 0))
	for l.Question() == nil || l.Question().Kind != lessons.KindPort {
		require.NoError(t, l.OpenStep("two-connections", l.Step+1))
	}
	d.settle()
	d.focus(l.Question().Prompt)
	for i, digit := range "2002" {
		require.Equal(t, l.Question().Prompt, d.app.kit.Focused, "before digit %d", i+1)
		d.router.Queue(key.EditEvent{Range: key.Range{Start: i, End: i}, Text: string(digit)})
		d.settleTyping()
	}
	assert.Equal(t, lessons.Answer{"2002"}, l.Draft)
}

func TestTheCommandsOfATaskAreTyped(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("two-connections", 1))
	d.settle()
	l.Give()
	d.settle() // the field that was answered in takes nothing more
	require.NoError(t, l.OpenStep("one-per-transfer", 99))
	d.settle()
	name := "Commands typed at the client, with semicolons between them. Enter runs them."
	d.fill(name, "open; login ana; get notes.txt 1; get notes.txt 2; get notes.txt 3; quit")
	d.press(key.NameReturn, 0)
	d.settleTyping()
	v, err := l.Verdict()
	require.NoError(t, err)
	assert.True(t, v.Done)
	assert.False(t, l.Shown())
}

func TestALongLineIsSeenWholeAndStaysOneLine(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("passive", 99))
	d.settle()
	name := l.Task().Title
	height := func() int {
		all := d.controls()
		return all[slices.IndexFunc(all, func(c input.SemanticDesc) bool { return c.Class == semantic.Editor && c.Label == name })].Bounds.Dy()
	}
	short := height()
	d.focus(name)
	d.press("V", key.ModShortcut)
	d.router.Queue(transfer.DataEvent{Type: "application/text", Open: func() io.ReadCloser {
		return io.NopCloser(strings.NewReader("227 Entering Passive Mode\n(203,0,113,10,5,20)"))
	}})
	d.settleTyping()
	assert.Greater(t, height(), short*5/4, "it has a second line")
	assert.Equal(t, lessons.Answer{"227 Entering Passive Mode (203,0,113,10,5,20)"}, l.Draft, "pasted line ends are blanks")
	d.press(key.NameReturn, 0)
	d.settle()
	assert.True(t, l.Done(), "Enter tries it")
}

func TestAPresentedLessonShowsTheQuestionAndOnTheNextKeyTheAnswer(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("active", 2))
	d.press(key.NameF5, 0)
	d.settle()
	require.True(t, l.Put())
	d.press(key.NamePageDown, 0)
	d.settle()
	assert.True(t, l.Feedback != nil && l.Feedback.Right)
	assert.True(t, d.has(l.Feedback.Text.String()), "what is said to it")
	d.press(key.NamePageDown, 0)
	d.settle()
	assert.False(t, l.Put(), "the run goes on to show it")
	assert.GreaterOrEqual(t, d.app.Player.Cursor.N, l.Question().Reveal)
	d.press(key.NamePageDown, 0)
	d.settle()
	assert.Equal(t, 3, l.Step)
	d.press(key.NamePageUp, 0)
	assert.Equal(t, 2, l.Step)
}

func TestAPresentedTaskThatIsAQuestionBeginsWithTheRun(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("silence", 6))
	d.press(key.NameF5, 0)
	d.settle()
	assert.False(t, l.Put(), "who is to say how the call ended sees the run first")
	d.press(key.NameHome, 0)
	d.press(key.NamePageDown, 0)
	d.settle()
	assert.False(t, l.Put(), "and can go through it")
	d.press(key.NameEnd, 0)
	d.press(key.NamePageDown, 0)
	d.settle()
	assert.True(t, l.Put())
	assert.True(t, d.has(l.Question().Prompt))
	d.press(key.NamePageDown, 0)
	d.settle()
	assert.True(t, d.has(l.Feedback.Text.String()), "what is said to the answer")
	d.press(key.NamePageDown, 0)
	d.settle()
	assert.Equal(t, 7, l.Step)
	assert.False(t, l.Put())

	require.NoError(t, l.OpenStep("dialogue", 99)) // whose run shows the answer, and is hidden until then
	for range 3 {
		d.press(key.NamePageDown, 0)
		d.settle()
	}
	assert.False(t, l.Put())
	assert.EqualValues(t, d.app.Player.Run.Trace.Len(), d.app.Player.Cursor.N, "the run goes on to it")
}

func TestAWordIsExplainedAndTheExplanationPutAway(t *testing.T) {
	d := student(t, "", 1280, 720)
	require.NoError(t, d.app.Player.Learn.OpenLesson("two-connections"))
	d.settle()
	l := d.app.Player.Learn
	for _, s := range l.Lesson.Steps[0].Text[0].Spans {
		if s.Term != "" {
			d.do(s.Text)
			assert.Equal(t, s.Term, l.Term)
			d.press(key.NameEscape, 0)
			d.settle()
			assert.Empty(t, l.Term)
			return
		}
	}
	t.Fatal("the lesson's first step links no word")
}

// lessonWindows are the sizes that lessons are held to.
var lessonWindows = [][2]int{{1600, 1000}, {1280, 720}, {960, 600}}

func TestEveryLessonPlaysForwardAndBackWithoutACutText(t *testing.T) {
	library, err := lessons.Open()
	require.NoError(t, err)
	for i, id := range library.IDs() {
		for j, size := range lessonWindows {
			lang := assets.Languages()[(i+j)%3]
			t.Run(fmt.Sprintf("%s in %s at %v", id, lang, size), func(t *testing.T) {
				t.Parallel()
				d := open(t, Options{Run: "active", Language: lang, Learn: LearnOptions{Lesson: id}}, size[0], size[1])
				d.app.Player.Settings.ReduceMotion = true
				walkLesson(t, d)
			})
		}
	}
}

func walkLesson(t *testing.T, d *desk) {
	l := d.app.Player.Learn
	cut := map[string]string{}
	look := func() {
		d.settle()
		for _, text := range d.app.kit.Cut() {
			if !d.mayBeCut(text) && !strings.Contains(text, "→") { // packets are as long as their addresses
				cut[text] = fmt.Sprintf("step %d", l.Step)
			}
		}
	}
	for look(); !l.AtTask(); look() {
		if l.Asking() {
			l.Give()
			look()
		}
		l.Next()
	}
	for more := true; more; l.Next() {
		look()
		l.Solve()
		look()
		for range l.Task().Hints {
			l.Hint()
		}
		look()
		assert.True(t, l.Done())
		more = l.More()
	}
	assert.True(t, l.Progress.Of(l.Lesson.ID).Done)
	for l.Step > 0 {
		l.Back()
		look()
	}
	assert.Empty(t, cut)
}

func TestTextOfALessonIsNotCutWhereItIsLarge(t *testing.T) {
	for _, v := range []struct{ w, h, text int }{{960, 600, 150}, {960, 600, 200}, {1280, 720, 200}, {1600, 1000, 200}} {
		for _, lang := range assets.Languages() {
			t.Run(fmt.Sprintf("%d×%d at %d in %s", v.w, v.h, v.text, lang), func(t *testing.T) {
				t.Parallel()
				d := open(t, Options{Run: "active", Language: lang, TextSize: v.text, Learn: LearnOptions{Lesson: "firewall"}}, v.w, v.h)
				d.app.Player.Settings.ReduceMotion, d.app.learn.text = true, true
				walkLesson(t, d)
			})
		}
	}
}

func TestTheLabComesBackAsItWasLeft(t *testing.T) {
	d := student(t, "", 1280, 720)
	p := d.app.Player
	p.JumpToMessage(4)
	at, run := p.Cursor.N, p.Run.Trace
	d.do("Learn")
	d.do("Begin: 1 · Two connections")
	require.NotSame(t, run, p.Run.Trace)
	d.do("Lab")
	assert.Same(t, run, p.Run.Trace)
	assert.Equal(t, at, p.Cursor.N)
	d.do("Learn")
	assert.Equal(t, "two-connections", p.Learn.Lesson.ID, "and the lesson, too")
}

func TestALessonFollowsTheLanguage(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("two-connections", 1))
	l.Choose("2")
	l.Check()
	d.settle()
	d.press("L", key.ModShortcut)
	d.settle()
	assert.Equal(t, "pt-BR", l.Lesson.Language)
	assert.Equal(t, 1, l.Step)
	assert.Equal(t, lessons.Answer{"2"}, l.Draft)
	assert.Equal(t, "one-of-each", l.Feedback.Misconception)
}
