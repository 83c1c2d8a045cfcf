package ftp

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNoPathLeadsOutOfTheRoot(t *testing.T) {
	for name, want := range map[string]string{
		"../../etc/passwd": "/etc/passwd", "/../x": "/x", "a/../../..": "/", "": "/dir", "/": "/", "a//b/.": "/dir/a/b", " a": "/dir/ a",
	} {
		assert.Equal(t, want, Resolve("/dir", name), name)
	}
}

func TestMemoryRefusesWhatAFileSystemWould(t *testing.T) {
	m := library(t)
	require.NoError(t, m.Mkdir("/locked"))
	require.NoError(t, m.Protect("/locked"))
	for what, c := range map[string]struct {
		err  error
		want error
	}{
		"a directory over a file":        {m.Mkdir("/notes.txt"), ErrExist},
		"a directory in nothing":         {m.Mkdir("/no/such"), ErrNotExist},
		"a directory in a file":          {m.Mkdir("/notes.txt/x"), ErrNotDir},
		"removing a directory as a file": {m.Remove("/incoming"), ErrIsDir},
		"removing a full directory":      {m.Rmdir("/incoming"), ErrNotEmpty},
		"removing the root":              {m.Rmdir("/"), ErrNotEmpty},
		"removing nothing":               {m.Remove("/nosuch"), ErrNotExist},
		"renaming nothing":               {m.Rename("/nosuch", "/b"), ErrNotExist},
		"a directory into itself":        {m.Rename("/incoming", "/incoming/x"), ErrForbidden},
		"a change in a protected place":  {m.Mkdir("/locked/x"), ErrForbidden},
	} {
		assert.ErrorIs(t, c.err, c.want, what)
	}
}

func TestRenamingADirectoryTakesItsFilesAlong(t *testing.T) {
	m := library(t)
	require.NoError(t, m.Rename("/incoming", "/outgoing"))
	_, err := m.Stat("/outgoing/old.bin")
	assert.NoError(t, err)
	_, err = m.Stat("/incoming/old.bin")
	assert.ErrorIs(t, err, ErrNotExist)
}

func TestAFullStoreSaysSo(t *testing.T) {
	m := library(t)
	m.Limit = kib12 + 10
	w, err := m.Create("/big", Replace, 0)
	require.NoError(t, err)
	_, err = w.Write(make([]byte, 100))
	assert.ErrorIs(t, err, ErrNoSpace)
}

func TestReadingFromMemoryCopiesNothing(t *testing.T) {
	data := numberedLines(64)
	m := NewMemory()
	require.NoError(t, m.WriteFile("a", data, Epoch))
	content, err := m.Open("/a")
	require.NoError(t, err)
	got, ok := content.Bytes()
	require.True(t, ok)
	assert.Same(t, &data[0], &got[0])
}
