package visual

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/lessons"
)

func TestALessonOfAFolderIsReadAgainWhenItIsSaved(t *testing.T) {
	dir := t.TempDir()
	folder, err := lessons.New(dir, "mine")
	require.NoError(t, err)
	d := open(t, Options{Run: "active", Learn: LearnOptions{Folders: []string{dir}, Lesson: "mine"}}, 1280, 720)
	d.settleTyping()
	d.router.WakeupTime() // what the first frames asked for
	d.frame()
	wake, ok := d.router.WakeupTime()
	require.True(t, ok, "the folder is watched")
	assert.Equal(t, time.Second, wake.Sub(d.now))
	file := filepath.Join(folder, "en.md")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	title := d.app.Player.Learn.Lesson.Title
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(text), title, "Another title", 1)), 0o600))
	require.NoError(t, os.Chtimes(file, time.Time{}, time.Now().Add(time.Hour)))
	d.now = wake
	d.frame()
	assert.Equal(t, "Another title", d.app.Player.Learn.Lesson.Title)
}

func TestALessonThatLostAStepIsReadAgainWhereThePersonIs(t *testing.T) {
	dir := t.TempDir()
	folder, err := lessons.New(dir, "mine")
	require.NoError(t, err)
	d := open(t, Options{Run: "active", Learn: LearnOptions{Folders: []string{dir}, Lesson: "mine", Step: 99}}, 1280, 720)
	d.frame()
	l := d.app.Player.Learn
	require.Equal(t, 2, l.Step, "the task")
	change := func(name, from, to string) {
		file := filepath.Join(folder, name)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		before, rest, _ := strings.Cut(string(text), from)
		_, after, _ := strings.Cut(rest, to)
		require.NoError(t, os.WriteFile(file, []byte(before+to+after), 0o600))
	}
	change("lesson.toml", "[[step]]\nid = \"first\"", "[[step]]\nid = \"ask\"")
	for _, lang := range assets.Languages() {
		file := filepath.Join(folder, lang+".md")
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		head, rest, _ := strings.Cut(string(text), "## ")
		_, rest, _ = strings.Cut(rest, "## ")
		require.NoError(t, os.WriteFile(file, []byte(head+"## "+rest), 0o600))
	}
	l.Reload()
	d.frame()
	require.NoError(t, l.Problem)
	assert.Len(t, l.Lesson.Steps, 1)
	assert.True(t, l.AtTask(), "by its name, not its number")
}

func TestInALessonOfTheProgramNoFrameIsAskedForAtRest(t *testing.T) {
	d := open(t, Options{Run: "active", Learn: LearnOptions{Lesson: "active"}}, 1280, 720)
	d.settle()
	_, wake := d.router.WakeupTime()
	assert.False(t, wake)
}
