package visual

import (
	"testing"

	"gioui.org/io/key"
	"gioui.org/io/semantic"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/lessons"
	"ftpscope/visual/model"
)

func TestAStepBeginsWithTheRulesInSight(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("silence", 3))
	l.Give()
	l.Reveal()
	d.settle()
	offset := func() int { return d.app.inspector.lists[tabFirewall].Position.Offset }
	require.Positive(t, offset(), "the rule that decided, at the server")
	for l.Lesson.Steps[l.Step].ID != "you-decide" {
		l.Next()
		d.settle()
	}
	assert.Zero(t, offset())
}

func TestALessonHasThePageOnShowThatItIsReadBeside(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	for _, c := range []struct {
		lesson string
		step   int
		page   tab
		why    string
	}{
		{"dialogue", 0, tabTranscript, "the step says so"},
		{"dialogue", 1, tabTranscript, "and those after it"},
		{"firewall", 0, tabFirewall, "there are rules"},
		{"nat", 0, tabConnections, "there is NAT"},
		{"active", 0, tabSockets, "there is neither"},
	} {
		require.NoError(t, l.OpenStep(c.lesson, c.step))
		d.settle()
		assert.Equal(t, tabNames[c.page], tabNames[d.app.inspector.tab], "%s %d: %s", c.lesson, c.step+1, c.why)
	}
	d.do("Packet")
	d.do("Next")
	d.settle()
	assert.Equal(t, tabPacket, d.app.inspector.tab, "what the person chose stays")
}

func TestBackFromATaskTheStepsPageIsThereAgain(t *testing.T) {
	d := student(t, "", 1600, 1000)
	l := d.app.Player.Learn
	for lesson, page := range map[string]tab{"while-data-flows": tabSockets, "helper-hurts": tabConnections} {
		require.NoError(t, l.OpenStep(lesson, 99))
		d.settle()
		require.Equal(t, tabNetwork, d.app.inspector.tab, lesson)
		l.Back()
		d.settle()
		assert.Equal(t, tabNames[page], tabNames[d.app.inspector.tab], lesson)
	}
	d = student(t, "", 960, 600)
	l = d.app.Player.Learn
	require.NoError(t, l.OpenStep("nat", 5))
	d.settle()
	require.Equal(t, tabSequence, d.app.inspector.tab, "a message is to be pointed at")
	l.Back()
	d.settle()
	assert.Equal(t, tabNames[tabPacket], tabNames[d.app.inspector.tab], "likewise from a question")
}

func TestAGivenAnswerIsNotCalledRight(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("firewall", 1))
	l.Choose("passes")
	l.Check()
	d.settle()
	require.True(t, d.has("Show the answer"))
	d.do("Show the answer")
	d.settle()
	assert.True(t, l.Given)
	d.press("L", key.ModShortcut)
	d.settle()
	assert.True(t, l.Given, "nor in another language")
	require.NoError(t, l.OpenStep("firewall", 0))
	assert.False(t, l.Given)
}

func TestWhyHasAnAnswerWhereverALessonLetsItBeAsked(t *testing.T) {
	d := student(t, "", 1280, 720)
	p := d.app.Player
	l := p.Learn
	for _, e := range l.Course() {
		require.NoError(t, l.OpenStep(e.ID, 0))
		for step := range l.Lesson.Steps {
			require.NoError(t, l.OpenStep(e.ID, step))
			if l.Asking() {
				l.Give()
				l.Reveal()
			}
			d.settle()
			if !p.Do(model.ActWhy) {
				continue
			}
			d.frame()
			assert.NotEmpty(t, d.app.inspector.why.scene.Hits, "%s %d", e.ID, step+1)
			p.Do(model.ActWhy)
		}
	}
}

func TestTheKeyboardGoesOnFromStepToStep(t *testing.T) {
	d := student(t, "", 1280, 720)
	d.do("Learn")
	assert.Equal(t, "Begin: 1 · Two connections", d.app.kit.Focused)
	d.press(key.NameReturn, 0)
	d.settle()
	assert.Equal(t, "Next", d.app.kit.Focused, "the way on")
	d.press(key.NameReturn, 0)
	d.settle()
	l := d.app.Player.Learn
	require.True(t, l.Asking())
	assert.Equal(t, l.Question().Prompt, d.tab(), "what is asked for is the next thing")
	l.Choose("3")
	d.frame()
	d.press(key.NameReturn, 0)
	d.settle()
	assert.Equal(t, "See it in the run", d.app.kit.Focused, "and when it is answered the way on")
	d = student(t, "", 1280, 720)
	require.NoError(t, d.app.Player.Learn.OpenStep("active", 2))
	d.settle()
	d.press(key.NameSpace, 0)
	d.settle()
	assert.Empty(t, d.app.Player.Learn.Draft, "Space plays, and chooses nothing")
	assert.Equal(t, "The server opens the data connection to port 2001", d.tab())
}

func TestAnOpenQuestionHidesWhatComesFromEveryKey(t *testing.T) {
	library, err := lessons.Open()
	require.NoError(t, err)
	for _, id := range library.IDs() {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			d := open(t, Options{Run: "active", Learn: LearnOptions{Lesson: id}}, 1280, 720)
			p, l := d.app.Player, d.app.Player.Learn
			p.Settings.ReduceMotion = true
			for ; !l.AtTask(); l.Next() {
				if !l.Asking() {
					continue
				}
				at := l.Lesson.Steps[l.Step].At
				for _, press := range []key.Name{key.NameEnd, key.NameRightArrow, key.NamePageDown, key.NameSpace} {
					d.press(press, 0)
					d.settle()
					assert.LessOrEqual(t, p.Cursor.N, at, "%s in step %d", press, l.Step)
				}
				p.Scrub(p.Run.Film.Length())
				d.settle()
				assert.LessOrEqual(t, p.Cursor.N, at)
				if _, hidden := p.Hidden(); hidden {
					_, why := d.app.caption(p)
					assert.Equal(t, "Answer first; then the run goes on.", why, "step %d", l.Step)
				}
				for _, m := range d.app.open(d.app.marks()) {
					assert.LessOrEqual(t, float64(m.At)*p.Run.Film.Length(), p.Run.Film.Pos(max(at, 1))+1e-3)
				}
				for _, h := range d.app.sequence.scene.Hits {
					if m := int(h.ID.Row) / 2; h.ID.Row%2 == 1 {
						assert.LessOrEqual(t, p.Run.Outline.Messages[m].Done, max(at, 1), "message %d in step %d", m, l.Step)
					}
				}
				l.Give()
			}
		})
	}
}

func TestNothingIsPlayedNorCountedWhereNothingMayBeSeenYet(t *testing.T) {
	d := student(t, "", 1280, 720)
	p := d.app.Player
	require.NoError(t, p.Learn.OpenStep("two-connections", 1))
	d.settle()
	assert.False(t, p.Action(model.ActPlay).Ready())
	assert.Empty(t, d.app.place())
	p.Learn.Give()
	p.Learn.Reveal()
	d.settle()
	assert.True(t, p.Action(model.ActPlay).Ready())
	assert.Empty(t, d.app.place(), "the lesson counts its own steps")
	require.NoError(t, p.Learn.OpenStep("firewall", 99))
	d.settle()
	assert.Equal(t, "Step 0 of 8", d.app.place(), "a task is the Lab")
}

func TestATasksFormBeginsAtItsTop(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("tls", 99))
	d.settle()
	require.True(t, d.has("Show the picture"), "the form covers the stage")
	run, _ := d.described(d.app.text("window.run"))
	assert.Equal(t, "This task’s network", run, "it is not called by a preset")
	d.app.form.list.Position.Offset = 300
	require.NoError(t, l.OpenStep("nat", 99))
	d.settle()
	assert.Zero(t, d.app.form.list.Position.Offset)
}

func TestTheSocketThatHasChangedIsInSight(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("one-per-transfer", 1))
	l.Give()
	l.Reveal()
	d.settle()
	require.Equal(t, tabSockets, d.app.inspector.tab)
	var seen []string
	page := d.app.places(d.size).inspector
	for _, n := range d.router.AppendSemantics(nil) {
		if n.Desc.Class == semantic.Button && n.Desc.Bounds.Max.Y <= page.Max.Y && n.Desc.Bounds.Min.Y > page.Min.Y {
			seen = append(seen, n.Desc.Label)
		}
	}
	assert.Contains(t, seen, "Server 203.0.113.10:1234, TIME-WAIT")
}
