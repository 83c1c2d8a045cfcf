//go:build interop

package live

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ftpscope/sim/ftp"
	"ftpscope/sim/trace"
)

// operations are what each program is asked for, in this order.
var operations = []string{
	"list", "get", "put", "resume get", "resume put", "append", "rename", "delete", "mkdir", "rmdir", "abort",
}

// errUnable is said of what a program has no words for.
var errUnable = errors.New("no words for it")

// errFlawed is said of what a program cannot do with any server.
var errFlawed = errors.New("the program's own fault")

// job is one thing asked of one program.
type job struct {
	host     string // 127.0.0.1 or ::1
	port     string
	mode     string
	secure   bool
	ca       string // file with the server's certificate
	home     string // the program's folder
	dir      string // the server's folder
	sessions func() int
	record   *Recorder
}

// used says whether a transfer got its data connection in the mode asked for.
func (j job) used(operation string) error {
	if !slices.Contains([]string{"list", "get", "put", "resume get", "resume put", "append"}, operation) {
		return nil
	}
	if err := j.settled(); err != nil {
		return err
	}
	t := j.record.Trace()
	for id := 1; id <= t.Len(); id++ {
		if e := t.Event(trace.ID(id)); e.Kind == trace.KindCommand && strings.HasPrefix(t.Line(e).Text, strings.ToUpper(j.mode)) {
			return nil
		}
	}
	return fmt.Errorf("never sent %s", strings.ToUpper(j.mode))
}

func (j job) url(path string) string {
	return "ftp://ana:secret@" + net.JoinHostPort(j.host, j.port) + "/" + path
}

const interopSize = 300_001

// prepare lays out what the operations need.
func (j job) prepare(t *testing.T) {
	t.Helper()
	whole := payload(interopSize)
	for name, content := range map[string][]byte{
		filepath.Join(j.dir, "get.bin"):      whole,
		filepath.Join(j.dir, "resume.bin"):   whole[:interopSize/3],
		filepath.Join(j.dir, "append.txt"):   []byte("head\n"),
		filepath.Join(j.dir, "old.txt"):      []byte("old\n"),
		filepath.Join(j.dir, "gone.txt"):     []byte("gone\n"),
		filepath.Join(j.dir, "big.bin"):      payload(8 << 20),
		filepath.Join(j.home, "put.bin"):     whole,
		filepath.Join(j.home, "resume.bin"):  whole,
		filepath.Join(j.home, "partial.bin"): whole[:interopSize/3],
		filepath.Join(j.home, "tail.txt"):    []byte("tail\n"),
	} {
		require.NoError(t, os.WriteFile(name, content, 0o666))
	}
	require.NoError(t, os.Mkdir(filepath.Join(j.dir, "empty"), 0o777))
}

// check says whether an operation had its effect.
func (j job) check(operation, said string) error {
	local, remote := filepath.Join(j.home, ""), j.dir
	switch operation {
	case "list":
		if !strings.Contains(said, "get.bin") || !strings.Contains(said, "old.txt") {
			return fmt.Errorf("no listing in %q", said)
		}
	case "get":
		return same(filepath.Join(local, "got.bin"), payload(interopSize))
	case "put":
		return same(filepath.Join(remote, "put.bin"), payload(interopSize))
	case "resume get":
		return same(filepath.Join(local, "partial.bin"), payload(interopSize))
	case "resume put":
		return same(filepath.Join(remote, "resume.bin"), payload(interopSize))
	case "append":
		return same(filepath.Join(remote, "append.txt"), []byte("head\ntail\n"))
	case "rename":
		return errors.Join(missing(remote, "old.txt"), same(filepath.Join(remote, "new.txt"), []byte("old\n")))
	case "delete":
		return missing(remote, "gone.txt")
	case "mkdir":
		if i, err := os.Stat(filepath.Join(remote, "made")); err != nil || !i.IsDir() {
			return errors.New("no folder was made")
		}
	case "rmdir":
		return missing(remote, "empty")
	case "abort":
		return j.settled()
	}
	return nil
}

func same(name string, want []byte) error {
	got, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if a, b := sha256.Sum256(got), sha256.Sum256(want); a != b {
		return fmt.Errorf("%s has %d bytes with SHA-256 %x, want %d with %x", name, len(got), a[:4], len(want), b[:4])
	}
	return nil
}

func missing(dir, name string) error {
	if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is still there", name)
	}
	return nil
}

// settled waits until the server has no session any more.
func (j job) settled() error {
	for range 300 {
		if j.sessions() == 0 {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("%d sessions are left", j.sessions())
}

// execute runs a program in the job's folder, for half a minute at most.
func (j job) execute(input string, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdin = j.home, strings.NewReader(input)
	cmd.Env = append(os.Environ(), "HOME="+j.home, "LC_ALL=C", "TERM=dumb")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// interrupted runs a program, interrupts it once it is in the middle of
// big.bin, and lets it end as it likes.
func (j job) interrupted(input string, name string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdin = j.home, strings.NewReader(input)
	cmd.Env = append(os.Environ(), "HOME="+j.home, "LC_ALL=C", "TERM=dumb")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return err
	}
	time.Sleep(1500 * time.Millisecond)
	if j.sessions() == 0 {
		_ = cmd.Wait()
		return fmt.Errorf("no session to interrupt:\n%s", &out)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		return err
	}
	_ = cmd.Wait() // what it thinks of being interrupted is its own affair
	if ctx.Err() != nil {
		return fmt.Errorf("it did not end:\n%s", &out)
	}
	return nil
}

// program is a client nobody here wrote.
type program struct {
	name   string
	modes  []string
	secure bool
	six    []string // modes it uses over IPv6 only
	do     func(j job, operation string) (string, error)
	flawed func(mode string, secure bool) bool // it cannot do this with any server
}

func TestInteropClients(t *testing.T) {
	var table matrix
	t.Run("serve", func(t *testing.T) {
		for _, p := range programs {
			for _, mode := range p.modes {
				for _, secure := range []bool{false, true} {
					if !secure || p.secure {
						p.judge(t, table.row("serve", p.name, mode, secure), mode, secure)
					}
				}
			}
		}
	})
	t.Log(table.String())
}

// judge asks a program for everything.
func (p program) judge(t *testing.T, row *matrixRow, mode string, secure bool) {
	for _, operation := range operations {
		t.Run(strings.Join([]string{p.name, mode, protection(secure), operation}, " "), func(t *testing.T) {
			t.Parallel()
			if p.flawed != nil && p.flawed(mode, secure) {
				row.note(operation, errFlawed)
				return
			}
			j := interopServer(t, p, mode, secure, operation == "abort")
			said, err := p.do(j, operation)
			if err == nil {
				err = errors.Join(j.check(operation, said), j.used(operation))
			}
			row.note(operation, err)
			if err != nil && !errors.Is(err, errUnable) {
				t.Error(err)
			}
		})
	}
}

func protection(secure bool) string {
	if secure {
		return "TLS"
	}
	return "clear"
}

// interopServer starts a server for one job; a slow one sends so slowly that a
// transfer can be stopped.
func interopServer(t *testing.T, p program, mode string, secure, slow bool) job {
	j := job{host: "127.0.0.1", mode: mode, secure: secure, home: t.TempDir()}
	if slices.Contains(p.six, mode) {
		j.host = "::1"
	}
	j.record = NewRecorder(netip.MustParseAddr(j.host))
	f := serveAt(t, net.JoinHostPort(j.host, "0"), func(c *Config) {
		c.Record = j.record
		if slow {
			c.FTP.MaxRate = 200_000
		}
		if secure {
			c.FTP.TLS = ftp.TLSRequired
		}
	})
	_, j.port, _ = net.SplitHostPort(f.address)
	j.dir = f.dir
	j.ca = filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(j.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.config.TLS.Certificates[0].Certificate[0]}), 0o600))
	j.sessions = func() int {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.sessions)
	}
	j.prepare(t)
	return j
}

// matrix is who can do what.
type matrix struct{ rows []*matrixRow }

type matrixRow struct {
	title string
	mu    sync.Mutex
	cells map[string]string
}

func (m *matrix) row(ours, theirs, mode string, secure bool) *matrixRow {
	r := &matrixRow{title: fmt.Sprintf("%-6s %-12s %-5s %-6s", ours, theirs, mode, protection(secure)), cells: map[string]string{}}
	m.rows = append(m.rows, r)
	return r
}

func (r *matrixRow) note(operation string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		r.cells[operation] = "ok"
	case errors.Is(err, errUnable):
		r.cells[operation] = "-"
	case errors.Is(err, errFlawed):
		r.cells[operation] = "x"
	default:
		r.cells[operation] = "FAIL"
	}
}

func (m *matrix) String() string {
	var b strings.Builder
	b.WriteString("\n" + strings.Repeat(" ", 32))
	for _, operation := range operations {
		fmt.Fprintf(&b, " %-10s", operation)
	}
	for _, r := range m.rows {
		b.WriteString("\n" + r.title)
		for _, operation := range operations {
			fmt.Fprintf(&b, " %-10s", r.cells[operation])
		}
	}
	return b.String() + "\n(- the program has no words for it; x it cannot do it with any server)\n"
}
