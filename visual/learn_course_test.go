package visual

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/lessons"
)

func TestProgressIsForgottenOnlyWhenAskedTwice(t *testing.T) {
	d := student(t, filepath.Join(t.TempDir(), "progress.json"), 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenLesson("active"))
	l.CloseLesson()
	d.settle()
	d.do("Progress")
	d.do("Forget everything")
	assert.Equal(t, "active", l.Progress.Latest)
	d.do("Yes, forget everything")
	assert.Empty(t, l.Progress.Latest)
}

func TestProgressIsSavedElsewhereAndTakenFromThere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "copy.json")
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("active", 2))
	require.NoError(t, l.Export(file))
	other := student(t, "", 1280, 720).app.Player.Learn
	require.NoError(t, other.Import(file))
	assert.Equal(t, "active", other.Progress.Latest)
	require.NoError(t, os.WriteFile(file, []byte("no progress"), 0o600))
	assert.Error(t, other.Import(file))
	assert.Equal(t, "active", other.Progress.Latest, "what was there stays")
}

func TestTheCourseIsLaidOutWithoutACutText(t *testing.T) {
	for _, size := range lessonWindows {
		for _, lang := range assets.Languages() {
			for _, text := range []int{100, 200} {
				d := open(t, Options{Run: "active", Language: lang, TextSize: text, Learn: LearnOptions{Course: true}}, size[0], size[1])
				for _, page := range []*bool{new(bool), &d.app.learn.course.glossary, &d.app.learn.course.progress} {
					*page = true
					d.settle()
					assert.Empty(t, slices.DeleteFunc(d.app.kit.Cut(), d.mayBeCut), "%v, %s, %d %%", size, lang, text)
					*page = false
				}
			}
		}
	}
}

func TestALessonIsDoneWhenAllItsTasksAre(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("silence", 6))
	for i, answer := range []string{"Refused with ICMP", "Dropped", "Refused with RST"} {
		d.settle()
		assert.Equal(t, i, l.Step-6)
		assert.False(t, l.Progress.Of("silence").Done)
		d.do(answer)
		d.do("Check answer")
		assert.True(t, l.Done())
		if l.More() {
			d.do("Next task")
		}
	}
	assert.True(t, l.Progress.Of("silence").Done)
	d.do("Next lesson")
	assert.Equal(t, "server-firewall", l.Lesson.ID, "the one after it, though others before are not done")
	assert.Zero(t, l.Step)
}

func TestTheLastLessonLeadsBackToTheCourse(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	for _, e := range l.Course() {
		l.Progress.Set(e.ID, lessons.State{Done: true})
	}
	require.NoError(t, l.OpenStep("silence", 8))
	l.Draft = l.Question().Right()
	l.Check()
	require.True(t, l.Done())
	label, onward, _ := d.app.onward()
	assert.Equal(t, "Back to the course", label)
	onward()
	assert.Nil(t, l.Lesson)
}
