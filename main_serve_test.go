//go:build unix

package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serving runs serve on a port the system chooses, until interrupted.
func serving(t *testing.T, args ...string) (url string, interrupt func() int) {
	t.Helper()
	out, in := io.Pipe()
	status := make(chan int, 1)
	go func() {
		status <- run(append([]string{"serve", "--listen", "127.0.0.1:0", "--user", "ana:secret"}, args...), in, in)
		_ = in.Close()
	}()
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	address := regexp.MustCompile(`ftp://(127\.0\.0\.1:\d+)/`).FindStringSubmatch(line)
	require.NotNil(t, address, line)
	return "ftp://ana:secret@" + address[1] + "/", func() int {
		assert.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGINT))
		return <-status
	}
}

func TestServeGetPutAndLs(t *testing.T) {
	dir, here := t.TempDir(), t.TempDir()
	record := filepath.Join(here, "record.txt")
	url, interrupt := serving(t, "--dir", dir, "--format", "text", "-o", record)
	defer func() {
		assert.Equal(t, exitOK, interrupt())
		ladder, err := os.ReadFile(record)
		assert.NoError(t, err)
		assert.Contains(t, string(ladder), "STOR sub.txt")
		assert.NotContains(t, string(ladder), "secret")
	}()
	file := filepath.Join(here, "sub.txt")
	require.NoError(t, os.WriteFile(file, []byte("hello\n"), 0o600))
	var stdout, stderr strings.Builder
	assert.Equal(t, exitOK, run([]string{"put", file, url}, &stdout, &stderr), &stderr)
	assert.FileExists(t, filepath.Join(dir, "sub.txt"))
	assert.Equal(t, exitOK, run([]string{"ls", url}, &stdout, &stderr), &stderr)
	assert.Contains(t, stdout.String(), " sub.txt")
	got := filepath.Join(here, "got.txt")
	assert.Equal(t, exitOK, run([]string{"get", url + "sub.txt", "-o", got, "--tls", "--insecure"}, &stdout, &stderr), &stderr)
	content, err := os.ReadFile(got)
	require.NoError(t, err)
	assert.Equal(t, "hello\n", string(content))

	assert.Equal(t, exitFault, run([]string{"get", url + "sub.txt", "-o", filepath.Join(here, "no"), "--tls"}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "certificate is not trusted")
	assert.NoFileExists(t, filepath.Join(here, "no"))
	left, err := filepath.Glob(filepath.Join(here, "no.*"))
	require.NoError(t, err)
	assert.Empty(t, left)

	pipe := filepath.Join(here, "pipe") // stands for /dev/null, which must stay what it is
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	reader, err := os.OpenFile(pipe, os.O_RDWR, 0)
	require.NoError(t, err)
	defer reader.Close()
	assert.Equal(t, exitOK, run([]string{"get", url + "sub.txt", "-o", pipe}, &stdout, &stderr), &stderr)
	still, err := os.Lstat(pipe)
	require.NoError(t, err)
	require.NotZero(t, still.Mode()&os.ModeNamedPipe)
	through := make([]byte, 6)
	_, err = io.ReadFull(reader, through)
	require.NoError(t, err)
	assert.Equal(t, "hello\n", string(through))

	stderr.Reset()
	assert.Equal(t, exitUsage, run([]string{"get", url + "sub.txt", "-o", here}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "is a folder; choose a file with -o")

	own := filepath.Join(here, "mine.part") // what is called so is not taken for one's own
	require.NoError(t, os.WriteFile(own, []byte("mine"), 0o600))
	assert.Equal(t, exitOK, run([]string{"get", url + "sub.txt", "-o", filepath.Join(here, "mine")}, &stdout, &stderr), &stderr)
	assert.FileExists(t, own)

	stderr.Reset()
	address := strings.TrimSuffix(strings.TrimPrefix(url, "ftp://ana:secret@"), "/")
	assert.Equal(t, exitFault, run([]string{"serve", "--listen", address}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "address already in use; choose another with --listen")
}

// A download has its name when it is whole, never before; what is left of one
// that failed is nothing, or with --resume FILE.part, where the next goes on.
func TestNoHalfFileHasTheName(t *testing.T) {
	failed := errors.New("failed")
	half := func(w io.Writer) error {
		_, err := io.WriteString(w, "half of ")
		return errors.Join(err, failed)
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "x")
	require.NoError(t, os.WriteFile(name, []byte("before"), 0o600))
	holds := func(want map[string]string) {
		t.Helper()
		got := map[string]string{}
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, e := range entries {
			content, err := os.ReadFile(filepath.Join(dir, e.Name()))
			require.NoError(t, err)
			got[e.Name()] = string(content)
		}
		assert.Equal(t, want, got)
	}
	assert.ErrorIs(t, whole(name, half), failed)
	holds(map[string]string{"x": "before"})
	assert.ErrorIs(t, resumed(name, func(_ int64, w io.Writer) error { return half(w) }), failed)
	holds(map[string]string{"x": "before", "x.part": "half of "})
	require.NoError(t, resumed(name, func(have int64, w io.Writer) error {
		assert.EqualValues(t, 8, have)
		_, err := io.WriteString(w, "it")
		return err
	}))
	holds(map[string]string{"x": "half of it"})
	assert.ErrorIs(t, resumed(name, func(int64, io.Writer) error { return failed }), failed)
	holds(map[string]string{"x": "half of it"})
}

// An interrupt in the middle of a download ends it, and leaves what --resume
// goes on from.
func TestAnInterruptedGetIsResumed(t *testing.T) {
	dir, here := t.TempDir(), t.TempDir()
	const size = 64 << 20
	big := filepath.Join(dir, "big")
	require.NoError(t, os.WriteFile(big, nil, 0o600))
	require.NoError(t, os.Truncate(big, size))
	url, interrupt := serving(t, "--dir", dir)
	name := filepath.Join(here, "got")
	status := make(chan int, 1)
	go func() { status <- run([]string{"get", "--resume", url + "big", "-o", name}, io.Discard, io.Discard) }()
	require.Eventually(t, func() bool {
		i, err := os.Stat(name + ".part")
		return err == nil && i.Size() > 0
	}, 10*time.Second, time.Millisecond/4)
	assert.Equal(t, exitOK, interrupt()) // both get it
	if <-status == exitOK {
		t.Log("it was too fast to be interrupted")
	} else {
		assert.NoFileExists(t, name)
		assert.FileExists(t, name+".part")
	}
	url, interrupt = serving(t, "--dir", dir)
	assert.Equal(t, exitOK, run([]string{"get", "--resume", url + "big", "-o", name}, io.Discard, io.Discard))
	assert.Equal(t, exitOK, interrupt())
	i, err := os.Stat(name)
	require.NoError(t, err)
	assert.EqualValues(t, size, i.Size())
	assert.NoFileExists(t, name+".part")
}
