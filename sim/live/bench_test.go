package live

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/jlaffaye/ftp"
	"github.com/stretchr/testify/require"
)

const benchSize = 1 << 30

// hole is a file of that size that takes no place on the disk.
func hole(b *testing.B, dir string) {
	b.Helper()
	path := filepath.Join(dir, "hole.bin")
	require.NoError(b, os.WriteFile(path, nil, 0o644))
	require.NoError(b, os.Truncate(path, benchSize))
	require.NoError(b, os.Chmod(path, 0o644))
}

// download fetches a file again and again.
func download(b *testing.B, c *ftp.ServerConn, name string) {
	b.Helper()
	b.SetBytes(benchSize)
	for b.Loop() {
		r, err := c.Retr(name)
		require.NoError(b, err)
		buffer := make([]byte, 256<<10)
		n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r}, buffer)
		require.NoError(b, err)
		require.EqualValues(b, benchSize, n)
		require.NoError(b, r.Close())
	}
	b.ReportMetric(float64(b.N)*benchSize/(1<<20)/b.Elapsed().Seconds(), "MiB/s")
	require.NoError(b, c.Quit())
}

// A file of 1 GiB over loopback, to a client in the same process.
func BenchmarkDownload(b *testing.B) {
	f := serve(b, nil)
	hole(b, f.dir)
	download(b, f.login(b), "hole.bin")
}

// The same the other way, onto the disk.
func BenchmarkUpload(b *testing.B) {
	f := serve(b, nil)
	c := f.login(b)
	b.SetBytes(benchSize)
	block := make([]byte, 256<<10)
	for b.Loop() {
		require.NoError(b, c.Stor("up.bin", io.LimitReader(repeated(block), benchSize)))
	}
	b.ReportMetric(float64(b.N)*benchSize/(1<<20)/b.Elapsed().Seconds(), "MiB/s")
	require.NoError(b, c.Quit())
}

// repeated reads as the same block for ever.
type repeated []byte

func (r repeated) Read(p []byte) (int, error) { return copy(p, r), nil }

// A whole session: connect, greeting, login, goodbye.
func BenchmarkLogins(b *testing.B) {
	f := serve(b, nil)
	for b.Loop() {
		require.NoError(b, f.login(b).Quit())
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Minutes(), "logins/min")
}

// What a session costs that is logged in and silent: heap and stacks.
func BenchmarkIdleSession(b *testing.B) {
	const sessions = 200
	var cost float64
	for b.Loop() {
		f := serve(b, nil)
		before := memory()
		var conns []net.Conn
		for range sessions {
			conn, err := net.Dial("tcp", f.address)
			require.NoError(b, err)
			_, err = io.WriteString(conn, "USER ana\r\nPASS secret\r\n")
			require.NoError(b, err)
			buffer := make([]byte, 64)
			for got := 0; got < len("220 Service ready\r\n331 Need password\r\n230 Logged in\r\n"); {
				n, err := conn.Read(buffer)
				require.NoError(b, err)
				got += n
			}
			conns = append(conns, conn)
		}
		time.Sleep(50 * time.Millisecond)
		cost = float64(memory()-before) / sessions
		for _, conn := range conns {
			require.NoError(b, conn.Close())
		}
		f.stop(b)
	}
	b.ReportMetric(cost, "B/session")
}

func memory() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}
