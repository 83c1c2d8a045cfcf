package live

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/ftp"
)

func (f *fixture) remote(t *testing.T, path string) Remote {
	t.Helper()
	r, err := ParseURL("ftp://ana:secret@" + f.address + "/" + path)
	require.NoError(t, err)
	return r
}

func TestTheClientMovesFilesInEveryModeWithAndWithoutTLS(t *testing.T) {
	whole := payload(1<<20 + 3)
	for _, mode := range []ftp.Mode{ftp.ModePort, ftp.ModePasv, ftp.ModeEprt, ftp.ModeEpsv, ftp.ModeAuto} {
		for _, secure := range []bool{false, true} {
			name := string(mode)
			if secure {
				name += " over TLS"
			}
			t.Run(name, func(t *testing.T) {
				f := serve(t, nil)
				c := Client{Mode: mode, Secure: secure, TLS: &tls.Config{RootCAs: f.roots}}
				require.NoError(t, c.Put(t.Context(), f.remote(t, "a b.bin"), bytes.NewReader(whole)))
				var got bytes.Buffer
				require.NoError(t, c.Get(t.Context(), f.remote(t, "a b.bin"), &got))
				assert.True(t, bytes.Equal(whole, got.Bytes()))
				listing, err := c.List(t.Context(), f.remote(t, ""))
				require.NoError(t, err)
				assert.Contains(t, listing, " 1048579 ")
				assert.Contains(t, listing, " a b.bin")
			})
		}
	}
}

func TestTheClientSaysWhatWentWrong(t *testing.T) {
	f := serve(t, nil)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	for _, c := range []struct {
		name   string
		client Client
		url    string
		want   string
	}{
		{"nobody there", Client{}, "ftp://" + closed.Addr().String() + "/x", "connection refused; is a server running there?"},
		{"no such host", Client{}, "ftp://no-such-host.invalid/x", "no such host"},
		{"nobody answers", Client{Timeout: 50 * time.Millisecond}, "ftp://" + silent.Addr().String() + "/x", "no answer for 50ms"},
		{"a wrong password", Client{Timeout: 10 * time.Second}, "ftp://ana:guess@" + f.address + "/x", "PASS ***: 530"},
		{"no such file", Client{}, "ftp://ana:secret@" + f.address + "/x", "RETR x: 550"},
		{"a stranger's certificate", Client{Secure: true}, "ftp://ana:secret@" + f.address + "/x", "certificate is not trusted; --insecure"},
	} {
		t.Run(c.name, func(t *testing.T) {
			remote, err := ParseURL(c.url)
			require.NoError(t, err)
			err = c.client.Get(t.Context(), remote, io.Discard)
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestTheClientTakesAnyCertificateWhenTold(t *testing.T) {
	f := serve(t, nil)
	require.NoError(t, os.WriteFile(filepath.Join(f.dir, "x"), []byte("hello"), 0o600))
	var got strings.Builder
	require.NoError(t, Client{Secure: true, NoCheck: true}.Get(t.Context(), f.remote(t, "x"), &got))
	assert.Equal(t, "hello", got.String())
}

func TestTheClientCanBeInterrupted(t *testing.T) {
	f := serve(t, func(c *Config) { c.FTP.MaxRate = 4096 })
	require.NoError(t, os.WriteFile(filepath.Join(f.dir, "x"), payload(1<<20), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := Client{}.Get(ctx, f.remote(t, "x"), io.Discard)
	assert.ErrorIs(t, err, ErrInterrupted)
}

func TestNamesWithQuotesAndSpacesAreNames(t *testing.T) {
	f := serve(t, nil)
	for _, name := range []string{`say "hi".txt`, `back\slash`, " space", `"`, "umlaut ä"} {
		r := f.remote(t, "")
		r.Path = name
		require.NoError(t, Client{}.Put(t.Context(), r, strings.NewReader(name)), name)
		got, err := os.ReadFile(filepath.Join(f.dir, name))
		require.NoError(t, err)
		assert.Equal(t, name, string(got))
	}
}

func TestURLs(t *testing.T) {
	for text, want := range map[string]Remote{
		"ftp://h":                           {Host: "h", Port: 21},
		"ftp://ana:s%3Acret@h:2121/a/b%20c": {Host: "h", Port: 2121, User: "ana", Password: "s:cret", Path: "a/b c"},
		"ftp://[::1]:2121/x":                {Host: "::1", Port: 2121, Path: "x"},
		"ftp://h/%2Fetc/motd":               {Host: "h", Port: 21, Path: "/etc/motd"},
		"ftp://ana@h/":                      {Host: "h", Port: 21, User: "ana"},
	} {
		got, err := ParseURL(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for text, want := range map[string]string{
		"http://h/x":                 "not an ftp URL",
		"x.txt":                      "not an ftp URL",
		"ftp:///x":                   "no host",
		"ftp://h:0/x":                `port "0"`,
		"ftp://h:70000/x":            `port "70000"`,
		"ftp://h:port/x":             "invalid port",
		"ftp://h/a%0D%0ADELE%20b":    "control character",
		"ftp://u%0Aser@h/a":          "control character",
		"ftp://h/a?b":                "%3F",
		"ftp://ana:secret@h:70000/x": "ftp://ana:***@h:70000/x: port",
		"ftp://ana:secret@h:bad/x":   "invalid port",
		"ftp://ana:se%zzcret@h/x":    "invalid URL escape",
	} {
		_, err := ParseURL(text)
		require.ErrorContains(t, err, want, text)
		assert.NotContains(t, err.Error(), "secret", text)
	}
}

// What came before an interrupt is in the writer's hands, and the rest comes
// when asked for (RFC 3659 §5).
func TestADownloadGoesOnWhereItEnded(t *testing.T) {
	slow := serve(t, func(c *Config) { c.FTP.MaxRate = 1 << 20 })
	fast := serve(t, nil)
	whole := payload(1 << 21)
	for _, f := range []*fixture{slow, fast} {
		require.NoError(t, os.WriteFile(filepath.Join(f.dir, "x"), whole, 0o600))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	var got bytes.Buffer
	require.ErrorIs(t, Client{}.Get(ctx, slow.remote(t, "x"), &got), ErrInterrupted)
	require.Positive(t, got.Len())
	require.Less(t, got.Len(), len(whole))
	require.NoError(t, Client{}.GetRest(t.Context(), fast.remote(t, "x"), int64(got.Len()), &got))
	assert.True(t, bytes.Equal(whole, got.Bytes()))
}

// An upload that is resumed sends what the server lacks, all of it where there
// is nothing yet, and nothing where there is nothing to add.
func TestAnUploadGoesOnWhereItEnded(t *testing.T) {
	f := serve(t, nil)
	whole := payload(100_000)
	for name, there := range map[string]int{"half": 60_000, "all": len(whole), "nothing": 0} {
		file := filepath.Join(f.dir, name)
		if there > 0 {
			require.NoError(t, os.WriteFile(file, bytes.Repeat([]byte{'x'}, there), 0o600))
		}
		require.NoError(t, Client{}.PutRest(t.Context(), f.remote(t, name), bytes.NewReader(whole)), name)
		got, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(bytes.Repeat([]byte{'x'}, there))+string(whole[there:]), string(got), name)
	}
	require.NoError(t, os.WriteFile(filepath.Join(f.dir, "longer"), payload(100_001), 0o600))
	err := Client{}.PutRest(t.Context(), f.remote(t, "longer"), bytes.NewReader(whole))
	assert.ErrorContains(t, err, "100001 bytes are there already, and the file here has 100000")
}

// What has no size, a pipe for instance, can be uploaded too.
func TestAPipeIsUploaded(t *testing.T) {
	f := serve(t, nil)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	go func() {
		_, _ = w.Write(payload(200_000)) // what fails here the upload shows
		_ = w.Close()
	}()
	require.NoError(t, Client{}.Put(t.Context(), f.remote(t, "x"), r))
	got, err := os.ReadFile(filepath.Join(f.dir, "x"))
	require.NoError(t, err)
	assert.True(t, bytes.Equal(payload(200_000), got))
}

// A file passes through: it is never in memory as a whole.
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	const size = 256 << 20
	f := serve(t, nil)
	big, err := os.Create(filepath.Join(t.TempDir(), "big"))
	require.NoError(t, err)
	defer big.Close()
	require.NoError(t, big.Truncate(size))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	require.NoError(t, Client{}.Put(t.Context(), f.remote(t, "big"), big))
	var got counter
	require.NoError(t, Client{}.Get(t.Context(), f.remote(t, "big"), &got))
	runtime.ReadMemStats(&after)
	assert.Equal(t, counter(size), got)
	assert.Less(t, after.HeapSys-min(before.HeapSys, after.HeapSys), uint64(size/4), "the heap at its largest, both sides together")
}

// counter counts what is written.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// A disk that is full ends the download with its error, and the session.
func TestADownloadThatCannotBeWrittenEnds(t *testing.T) {
	f := serve(t, nil)
	require.NoError(t, os.WriteFile(filepath.Join(f.dir, "x"), payload(1<<20), 0o600))
	err := Client{Timeout: 10 * time.Second}.Get(t.Context(), f.remote(t, "x"), full{})
	assert.ErrorIs(t, err, syscall.ENOSPC)
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }
