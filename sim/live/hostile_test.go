package live

import (
	"bufio"
	"context"
	"fmt"
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

// caller speaks to a server by hand.
type caller struct {
	*net.TCPConn
	t       *testing.T
	replies *bufio.Reader
}

func (f *fixture) call(t *testing.T) *caller {
	t.Helper()
	conn, err := net.Dial("tcp", f.address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	c := &caller{conn.(*net.TCPConn), t, bufio.NewReader(conn)}
	c.expect("220")
	return c
}

func (f *fixture) callAndLogin(t *testing.T) *caller {
	t.Helper()
	c := f.call(t)
	c.ask("USER ana", "331")
	c.ask("PASS secret", "230")
	c.ask("TYPE I", "200")
	return c
}

func (c *caller) say(text string) {
	c.t.Helper()
	_, err := io.WriteString(c, text)
	require.NoError(c.t, err)
}

func (c *caller) expect(code string) string {
	c.t.Helper()
	line, err := c.replies.ReadString('\n')
	require.NoError(c.t, err)
	require.True(c.t, strings.HasPrefix(line, code), "want %s, have %q", code, line)
	return line
}

func (c *caller) ask(line, code string) string {
	c.t.Helper()
	c.say(line + "\r\n")
	return c.expect(code)
}

// data opens a passive data connection.
func (c *caller) data() *net.TCPConn {
	c.t.Helper()
	var port int
	_, err := fmt.Sscanf(strings.SplitN(c.ask("EPSV", "229"), "(", 2)[1], "|||%d|)", &port)
	require.NoError(c.t, err)
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	require.NoError(c.t, err)
	c.t.Cleanup(func() { _ = conn.Close() })
	return conn.(*net.TCPConn)
}

// gone waits until every session is over.
func (f *fixture) gone(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.sessions) == 0
	}, 5*time.Second, 5*time.Millisecond, "sessions are left")
}

// files are the names in the served folder.
func (f *fixture) files(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(f.dir)
	require.NoError(t, err)
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestALineMayComeInPieces(t *testing.T) {
	c := serve(t, nil).call(t)
	for _, piece := range []string{"NO", "OP\r", "\nUSER a", "na\r\nPASS secret\r\n"} {
		c.say(piece)
		time.Sleep(5 * time.Millisecond)
	}
	c.expect("200")
	c.expect("331")
	c.expect("230")
}

func TestAnEndlessLineIsRefusedWithinBounds(t *testing.T) {
	f := serve(t, nil)
	c := f.call(t)
	go func() { _, _ = io.WriteString(c, strings.Repeat("x", 1<<20)+"\r\n") }()
	c.expect("500")
	c.ask("USER ana", "331")
}

func TestACallerWhoFloodsAndNeverReadsHarmsNobodyElse(t *testing.T) {
	f := serve(t, nil)
	c := f.call(t)
	require.NoError(t, c.SetWriteDeadline(time.Now().Add(200*time.Millisecond)))
	flood := []byte(strings.Repeat("HELP\r\n", 1<<12))
	for {
		if _, err := c.Write(flood); err != nil {
			break
		}
	}
	f.callAndLogin(t).ask("NOOP", "200")
	require.NoError(t, c.SetLinger(0))
	require.NoError(t, c.Close())
}

func TestADownloadWhoseClientVanishesEnds(t *testing.T) {
	for name, leave := range map[string]func(c *caller, data *net.TCPConn) error{
		"both at once": func(c *caller, data *net.TCPConn) error {
			_ = data.SetLinger(0)
			_ = data.Close()
			return c.Close()
		},
		"control first": func(c *caller, _ *net.TCPConn) error { return c.Close() },
		"data first": func(c *caller, data *net.TCPConn) error {
			_ = data.Close()
			c.expect("426")
			return c.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, nil)
			require.NoError(t, os.WriteFile(filepath.Join(f.dir, "big"), payload(16<<20), 0o600))
			c := f.callAndLogin(t)
			data := c.data()
			c.ask("RETR big", "150")
			_, err := io.ReadFull(data, make([]byte, 1000))
			require.NoError(t, err)
			require.NoError(t, leave(c, data))
			f.gone(t)
		})
	}
}

func TestAnUploadThatBreaksOffLeavesNothing(t *testing.T) {
	for name, end := range map[string]func(f *fixture, c *caller, data *net.TCPConn){
		"the data connection is reset": func(_ *fixture, c *caller, data *net.TCPConn) {
			_ = data.SetLinger(0)
			_ = data.Close()
			c.expect("426")
		},
		"the client vanishes": func(_ *fixture, c *caller, _ *net.TCPConn) { _ = c.Close() },
		"ABOR": func(_ *fixture, c *caller, _ *net.TCPConn) {
			c.ask("ABOR", "426")
			c.expect("226")
		},
		"the server is stopped": func(f *fixture, c *caller, _ *net.TCPConn) {
			ctx, cancel := context.WithTimeout(c.t.Context(), 10*time.Second)
			defer cancel()
			assert.NoError(c.t, f.Shutdown(ctx))
			c.expect("421")
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, nil)
			require.NoError(t, os.WriteFile(filepath.Join(f.dir, "kept"), []byte("as it was"), 0o600))
			c := f.callAndLogin(t)
			data := c.data()
			c.ask("STOR kept", "150")
			_, err := data.Write(payload(100_000))
			require.NoError(t, err)
			require.Eventually(t, func() bool { return len(f.files(t)) == 2 }, 5*time.Second, time.Millisecond, "the upload is under way")
			end(f, c, data)
			_ = c.Close()
			f.gone(t)
			assert.Equal(t, []string{"kept"}, f.files(t))
			content, err := os.ReadFile(filepath.Join(f.dir, "kept"))
			require.NoError(t, err)
			assert.Equal(t, "as it was", string(content))
		})
	}
}

func TestIdleSessionsAndStalledTransfersEnd(t *testing.T) {
	f := serve(t, func(c *Config) { c.FTP.IdleTimeout, c.FTP.DataTimeout = 100, 100 })
	f.call(t).expect("421")
	c := f.callAndLogin(t)
	c.data()
	c.ask("STOR x", "150")
	c.expect("426")
	c.expect("421")
	f.gone(t)
	assert.Empty(t, f.files(t))
}

func TestNoPathAndNoLinkLeadsOut(t *testing.T) {
	f := serve(t, nil)
	outside := filepath.Join(t.TempDir(), "secret.txt")
	require.NoError(t, os.WriteFile(outside, []byte("secret"), 0o600))
	require.NoError(t, os.Symlink(outside, filepath.Join(f.dir, "link")))
	require.NoError(t, os.Symlink(filepath.Dir(outside), filepath.Join(f.dir, "way")))
	c := f.callAndLogin(t)
	for _, name := range []string{"link", "way/secret.txt", "../../../../../.." + outside, outside} {
		c.ask("SIZE "+name, "550")
		c.ask("DELE ../../"+strings.TrimPrefix(outside, "/"), "550")
	}
	c.ask("CWD way", "550")
	c.ask("CWD ../..", "250")
	c.ask("PWD", `257 "/"`)
	assert.FileExists(t, outside)
}

func TestPassivePortsAreKeptToTheirRange(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := addrPort(l.Addr()).Port()
	require.NoError(t, l.Close())
	f := serve(t, func(c *Config) { c.FTP.PasvRange = ftp.PortRange{First: port, Last: port} })
	first, second := f.callAndLogin(t), f.callAndLogin(t)
	assert.Contains(t, first.ask("EPSV", "229"), fmt.Sprintf("(|||%d|)", port))
	second.ask("EPSV", "425")
	first.ask("QUIT", "221")
	require.Eventually(t, func() bool {
		second.say("EPSV\r\n")
		line, err := second.replies.ReadString('\n')
		return err == nil && strings.HasPrefix(line, "229")
	}, 5*time.Second, 10*time.Millisecond, "the port is free again")
}
