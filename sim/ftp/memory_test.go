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

// letters is a file that is made as it is read.
type letters int64

func (l letters) Size() int64         { return int64(l) }
func (letters) Bytes() ([]byte, bool) { return nil, false }
func (letters) Close() error          { return nil }
func (l letters) ReadAt(p []byte, offset int64) (int, error) {
	for i := range p {
		p[i] = byte('a' + offset + int64(i))
	}
	return len(p), nil
}

func TestAFileNeedNotLieInMemory(t *testing.T) {
	m := NewMemory()
	m.Limit = 10
	require.NoError(t, m.WriteContent("a", letters(4), Epoch))
	info, err := m.Stat("/a")
	require.NoError(t, err)
	assert.EqualValues(t, 4, info.Size)
	for how, want := range map[WriteMode]string{Append: "abcd!", Restart: "ab!"} {
		w, err := m.Create("/a", how, 2)
		require.NoError(t, err)
		_, err = w.Write([]byte("!"))
		require.NoError(t, err)
		require.NoError(t, w.Commit())
		content, err := m.Open("/a")
		require.NoError(t, err)
		got, _ := content.Bytes()
		assert.Equal(t, want, string(got))
		require.NoError(t, m.WriteContent("a", letters(4), Epoch))
	}
	_, err = m.Create("/a", Restart, 5)
	assert.ErrorIs(t, err, ErrBeyondEnd)
	w, err := m.Create("/b", Replace, 0)
	require.NoError(t, err)
	_, err = w.Write(make([]byte, 7))
	assert.ErrorIs(t, err, ErrNoSpace, "it counts as if it did")
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
