package live

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jlaffaye/ftp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	protocol "ftpscope/sim/ftp"
)

// fixture is a server for one test, on a port the system chose.
type fixture struct {
	*Server
	address string
	dir     string
	roots   *x509.CertPool
	served  chan error
}

// serve starts a server of a fresh folder; change adjusts its configuration.
func serve(t testing.TB, change func(*Config)) *fixture {
	t.Helper()
	return serveAt(t, "127.0.0.1:0", change)
}

func serveAt(t testing.TB, address string, change func(*Config)) *fixture {
	t.Helper()
	f := &fixture{dir: t.TempDir(), roots: x509.NewCertPool(), served: make(chan error, 1)}
	folder, err := OpenFolder(f.dir)
	require.NoError(t, err)
	certificate, err := SelfSigned(netip.Addr{})
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(certificate.Certificate[0])
	require.NoError(t, err)
	f.roots.AddCert(leaf)
	c := Config{
		FTP:   protocol.ServerConfig{Users: map[string]string{"ana": "secret"}, TLS: protocol.TLSOffered},
		Store: folder, TLS: ServerTLS(certificate),
	}
	if change != nil {
		change(&c)
	}
	l, err := net.Listen("tcp", address)
	require.NoError(t, err)
	f.address = l.Addr().String()
	f.Server = NewServer(c)
	go func() { f.served <- f.Serve(l) }()
	t.Cleanup(func() {
		f.stop(t)
		assert.NoError(t, folder.Close())
	})
	return f
}

// stop shuts the server down; twice does no harm.
func (f *fixture) stop(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	require.NoError(t, f.Shutdown(ctx))
	select {
	case err := <-f.served:
		require.NoError(t, err)
		f.served <- nil
	case <-time.After(5 * time.Second):
		t.Fatal("Serve did not return")
	}
}

// login gives a session of a client nobody here wrote.
func (f *fixture) login(t testing.TB, options ...ftp.DialOption) *ftp.ServerConn {
	t.Helper()
	c, err := ftp.Dial(f.address, append(options, ftp.DialWithTimeout(5*time.Second))...)
	require.NoError(t, err)
	require.NoError(t, c.Login("ana", "secret"))
	return c
}

// payload is so many bytes that no compression and no repetition explains.
func payload(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(b)
	return b
}

func retrieve(t testing.TB, c *ftp.ServerConn, name string) []byte {
	t.Helper()
	r, err := c.Retr(name)
	require.NoError(t, err)
	got, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	return got
}

func TestAForeignClientDoesEverything(t *testing.T) {
	stores := map[string]func(*Config){
		"folder": nil,
		"memory": func(c *Config) { c.Store = NewMemory(64 << 20) },
	}
	for name, change := range stores {
		for mode, options := range map[string][]ftp.DialOption{
			"EPSV": nil,
			"PASV": {ftp.DialWithDisabledEPSV(true)},
		} {
			t.Run(name+" "+mode, func(t *testing.T) {
				f := serve(t, change)
				everything(t, f.login(t, options...))
			})
		}
	}
}

func TestAForeignClientDoesEverythingOverTLS(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			f := serve(t, nil)
			everything(t, f.login(t, ftp.DialWithExplicitTLS(&tls.Config{
				RootCAs: f.roots, ServerName: "localhost", MinVersion: version, MaxVersion: version,
			})))
		})
	}
}

// everything goes through what a person does with files.
func everything(t *testing.T, c *ftp.ServerConn) {
	t.Helper()
	whole := payload(3<<20 + 17)
	require.NoError(t, c.MakeDir("sub"))
	require.NoError(t, c.ChangeDir("sub"))
	require.NoError(t, c.Stor("a.bin", bytes.NewReader(whole)))
	assert.Equal(t, sha256.Sum256(whole), sha256.Sum256(retrieve(t, c, "a.bin")))

	require.NoError(t, c.Stor("empty", bytes.NewReader(nil)))
	assert.Empty(t, retrieve(t, c, "empty"))

	half := uint64(len(whole) / 2)
	r, err := c.RetrFrom("a.bin", half)
	require.NoError(t, err)
	rest, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	assert.True(t, bytes.Equal(whole[half:], rest), "resumed download")

	require.NoError(t, c.Stor("b.bin", bytes.NewReader(whole[:half])))
	require.NoError(t, c.StorFrom("b.bin", bytes.NewReader(whole[half:]), half))
	assert.True(t, bytes.Equal(whole, retrieve(t, c, "b.bin")), "resumed upload")
	require.NoError(t, c.Append("b.bin", bytes.NewReader([]byte("tail"))))
	assert.True(t, bytes.Equal(append(bytes.Clone(whole), "tail"...), retrieve(t, c, "b.bin")), "appended")

	size, err := c.FileSize("a.bin")
	require.NoError(t, err)
	assert.EqualValues(t, len(whole), size)
	when, err := c.GetTime("a.bin")
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), when, time.Minute)

	require.NoError(t, c.Rename("a.bin", "c.bin"))
	names, err := c.NameList("")
	require.NoError(t, err)
	assert.Equal(t, []string{"b.bin", "c.bin", "empty"}, names)
	entries, err := c.List("/")
	require.NoError(t, err)
	require.Len(t, entries, 1)
	assert.Equal(t, "sub", entries[0].Name)
	assert.Equal(t, ftp.EntryTypeFolder, entries[0].Type)

	for _, name := range names {
		require.NoError(t, c.Delete(name))
	}
	require.NoError(t, c.ChangeDirToParent())
	require.NoError(t, c.RemoveDir("sub"))
	require.NoError(t, c.Quit())
}

func TestTwoHundredSessionsAtOnceAndNoMore(t *testing.T) {
	f := serve(t, nil)
	require.NoError(t, os.WriteFile(filepath.Join(f.dir, "hello.txt"), []byte("hello"), 0o600))
	var sessions []*ftp.ServerConn
	for range 200 {
		sessions = append(sessions, f.login(t))
	}
	_, err := ftp.Dial(f.address, ftp.DialWithTimeout(5*time.Second))
	assert.ErrorContains(t, err, "421")
	for _, c := range sessions {
		assert.Equal(t, "hello", string(retrieve(t, c, "hello.txt")))
		require.NoError(t, c.Quit())
	}
	assert.Eventually(t, func() bool {
		c, err := ftp.Dial(f.address, ftp.DialWithTimeout(time.Second))
		return err == nil && c.Quit() == nil
	}, 5*time.Second, 10*time.Millisecond, "a place is free again")
}

func TestNothingIsLeftRunningAfterShutdown(t *testing.T) {
	before := runtime.NumGoroutine()
	f := serve(t, nil)
	require.NoError(t, os.WriteFile(filepath.Join(f.dir, "big"), payload(8<<20), 0o600))
	idle := f.login(t)
	busy := f.login(t)
	download, err := busy.Retr("big")
	require.NoError(t, err)
	_, err = io.ReadFull(download, make([]byte, 1000))
	require.NoError(t, err)
	f.stop(t)
	assert.ErrorContains(t, idle.NoOp(), "421")
	for range 500 { // Eventually would start goroutines itself
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	stacks := make([]byte, 64<<10)
	t.Errorf("%d goroutines before, now:\n%s", before, stacks[:runtime.Stack(stacks, true)])
}

func TestAServerStoppedBeforeItServesDoesNotServe(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := NewServer(Config{Store: NewMemory(1)})
	require.NoError(t, s.Shutdown(t.Context()))
	require.NoError(t, s.Serve(l))
}

// From the port where it listens a server cannot call: bind(2) says address in
// use. vsftpd 3.0.3 dies of it after two seconds (recording data-port-listens).
func TestADataPortThatListensCannotBeUsed(t *testing.T) {
	for profile, want := range map[protocol.Profile][]string{
		protocol.Plain:  {"425 "},
		protocol.Vsftpd: {"500 OOPS: vsf_sysutil_bind", "500 OOPS: priv_sock_get_result"},
	} {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		address := free.Addr().(*net.TCPAddr)
		require.NoError(t, free.Close())
		f := serveAt(t, address.String(), func(c *Config) { c.FTP.Profile, c.FTP.DataPort = profile, uint16(address.Port) })
		client, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer client.Close()
		port := client.Addr().(*net.TCPAddr).Port
		c, err := net.Dial("tcp", f.address)
		require.NoError(t, err)
		defer c.Close()
		_, err = fmt.Fprintf(c, "USER ana\r\nPASS secret\r\nPORT 127,0,0,1,%d,%d\r\nLIST\r\n", port>>8, port&255)
		require.NoError(t, err)
		require.NoError(t, c.SetReadDeadline(time.Now().Add(10*time.Second)))
		lines := bufio.NewScanner(c)
		for _, w := range want {
			for lines.Scan() && !strings.HasPrefix(lines.Text(), w) {
				assert.NotContains(t, lines.Text(), "150", profile)
			}
			assert.Contains(t, lines.Text(), w, profile)
		}
	}
}
