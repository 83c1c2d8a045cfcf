package lessons

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProgressIsWhereItWasAfterARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "progress.json")
	p, err := LoadProgress(file)
	require.NoError(t, err, "a missing file is the beginning")
	p.Set("active", State{Step: "transfer", Answers: map[string]Answer{"nothing-yet": {"server-calls"}}, Tasks: map[string]Doing{"task": {Hints: 2}}})
	p.Set("two-connections", State{Done: true})
	require.NoError(t, p.Save(file))

	again, err := LoadProgress(file)
	require.NoError(t, err)
	assert.EqualExportedValues(t, p, again)
	assert.Equal(t, "two-connections", again.Latest)
	assert.Equal(t, "transfer", again.Of("active").Step)
}

func TestAFileThatCannotBeUsedIsSetAsideAndKept(t *testing.T) {
	for _, c := range []struct{ what, data, kept, reason string }{
		{"cut short", `{"version": 1, "less`, "progress.json.damaged-1", "is damaged"},
		{"something else", `[1, 2]`, "progress.json.damaged-1", "is damaged"},
		{"without a version", `{}`, "progress.json.damaged-1", "is damaged"},
		{"newer", `{"version": 99}`, "progress.json.newer-1", "comes from a newer ftpscope"},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "progress.json")
		require.NoError(t, os.WriteFile(file, []byte(c.data), 0o600))
		p, err := LoadProgress(file)
		var aside *SetAside
		require.ErrorAs(t, err, &aside, c.what)
		assert.Contains(t, english(err), c.reason)
		assert.Equal(t, &Progress{}, p, "one can go on, from the beginning")
		kept, err := os.ReadFile(filepath.Join(dir, c.kept))
		require.NoError(t, err)
		assert.Equal(t, c.data, string(kept))
		assert.NoFileExists(t, file)
	}
}

func TestWhatWasSetAsideBeforeIsNotOverwritten(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "progress.json")
	for _, data := range []string{"first", "second"} {
		require.NoError(t, os.WriteFile(file, []byte(data), 0o600))
		_, err := LoadProgress(file)
		require.Error(t, err)
	}
	first, err := os.ReadFile(file + ".damaged-1")
	require.NoError(t, err)
	assert.Equal(t, "first", string(first))
	assert.FileExists(t, file+".damaged-2")
}

func TestProgressThatCannotBeSavedLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	p := &Progress{}
	assert.Error(t, p.Save(filepath.Join(dir, "file", "progress.json")))
}

func TestExportedProgressCanBeImported(t *testing.T) {
	p := &Progress{}
	p.Set("active", State{Done: true, Tasks: map[string]Doing{"task": {Done: true, Shown: true}}})
	data, err := p.Export()
	require.NoError(t, err)
	again, err := ParseProgress(data)
	require.NoError(t, err)
	assert.EqualExportedValues(t, p, again)
	_, err = ParseProgress([]byte(`{"version": 3}`))
	assert.Contains(t, english(err), "version 3 comes from a newer ftpscope; this one reads up to 2")
}

func TestProgressFromTheTimeOfOneTaskALessonIsReadOn(t *testing.T) {
	p, err := ParseProgress([]byte(`{"version": 1, "latest": "firewall", "lessons": {
		"active": {"step": "task", "answers": {"nothing-yet": ["client-asks"]}, "hints": 1, "shown": true, "done": true},
		"firewall": {"step": "task", "attempt": "file = \"x\""},
		"nat": {"step": "differ"}
	}}`))
	require.NoError(t, err)
	assert.Equal(t, map[string]State{
		"active":   {Step: "task", Answers: map[string]Answer{"nothing-yet": {"client-asks"}}, Done: true, Tasks: map[string]Doing{"task": {Hints: 1, Shown: true, Done: true}}},
		"firewall": {Step: "task", Tasks: map[string]Doing{"task": {Attempt: `file = "x"`}}},
		"nat":      {Step: "differ"},
	}, p.Lessons)
	assert.True(t, p.Of("active").Shown())
	assert.False(t, p.Of("nat").Shown())
}

func TestProgressCanBeReset(t *testing.T) {
	p := &Progress{}
	p.Set("active", State{Done: true})
	p.Reset()
	assert.Equal(t, &Progress{}, p)
}

func TestALessonThatIsDoneAgainStaysDone(t *testing.T) {
	p := &Progress{}
	p.Set("active", State{Step: "task", Done: true, Answers: map[string]Answer{"nothing-yet": {"client-asks"}}, Tasks: map[string]Doing{"task": {Shown: true, Done: true}}})
	p.Set("passive", State{Step: "pasv"})
	p.Set("firewall", State{Done: true, Tasks: map[string]Doing{"task": {Done: true}}})
	for _, id := range []string{"active", "passive", "firewall", "nat"} {
		p.Again(id)
	}
	assert.Equal(t, map[string]State{"active": {Done: true, Helped: true}, "passive": {}, "firewall": {Done: true, Alone: true}}, p.Lessons)
	s := p.Of("active")
	assert.True(t, s.Shown(), "it was done with the solution shown")
	s.Finish()
	assert.False(t, s.Shown(), "until it is done without")
	s = p.Of("firewall")
	s.Tasks = map[string]Doing{"task": {Shown: true, Done: true}}
	s.Finish()
	assert.False(t, s.Shown(), "what was done alone once stays so")
}

func TestTheNextLessonIsTheFirstWhoseRequirementsAreDone(t *testing.T) {
	list := course(t).List("en")
	p := &Progress{}
	assert.Equal(t, "two-connections", p.Next(list))
	assert.False(t, p.Ready(list[1]))
	p.Set("two-connections", State{Done: true})
	assert.Equal(t, "active", p.Next(list))
	for _, l := range list {
		p.Set(l.ID, State{Done: true})
	}
	assert.Empty(t, p.Next(list))
}

func TestTwoWindowsDoNotForgetEachOthersLessons(t *testing.T) {
	file := filepath.Join(t.TempDir(), "progress.json")
	one, err := LoadProgress(file)
	require.NoError(t, err)
	other, err := LoadProgress(file)
	require.NoError(t, err)
	write := func(p *Progress, lesson, step string) {
		p.Set(lesson, State{Step: step})
		require.NoError(t, p.Join(file))
		require.NoError(t, p.Save(file))
	}
	write(one, "active", "talk")
	write(other, "passive", "pasv")
	write(one, "active", "done")
	now, err := LoadProgress(file)
	require.NoError(t, err)
	assert.Equal(t, map[string]State{"active": {Step: "done"}, "passive": {Step: "pasv"}}, now.Lessons)
	require.NoError(t, os.WriteFile(file, []byte(`{"version": 99}`), 0o600))
	assert.ErrorAs(t, one.Join(file), new(*SetAside), "a newer file is not overwritten either")
}
