package live

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
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
