package live

import (
	"io"
	"sync"
	"time"

	"ftpscope/sim/ftp"
)

// Memory is a store in memory for all sessions of a server; what is changed
// has the time of the change.
type Memory struct {
	mu    sync.Mutex
	inner *ftp.Memory
}

// NewMemory makes an empty store for at most so many bytes.
func NewMemory(limit int64) *Memory {
	m := ftp.NewMemory()
	m.Limit = limit
	return &Memory{inner: m}
}

// locked does something with the store, alone and at its time.
func locked[T any](m *Memory, do func(*ftp.Memory) (T, error)) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.inner.Now = stamp(time.Now())
	return do(m.inner)
}

func (m *Memory) change(do func(*ftp.Memory) error) error {
	_, err := locked(m, func(in *ftp.Memory) (struct{}, error) { return struct{}{}, do(in) })
	return err
}

// Stat implements [ftp.Store].
func (m *Memory) Stat(name string) (ftp.Info, error) {
	return locked(m, func(in *ftp.Memory) (ftp.Info, error) { return in.Stat(name) })
}

// List implements [ftp.Store].
func (m *Memory) List(name string) ([]ftp.Info, error) {
	return locked(m, func(in *ftp.Memory) ([]ftp.Info, error) { return in.List(name) })
}

// Open implements [ftp.Store]. Files are never changed, only replaced, so
// reading needs no lock.
func (m *Memory) Open(name string) (ftp.Content, error) {
	return locked(m, func(in *ftp.Memory) (ftp.Content, error) {
		content, err := in.Open(name)
		if err != nil {
			return nil, err
		}
		return memoryContent{content}, nil
	})
}

// Create implements [ftp.Store].
func (m *Memory) Create(name string, how ftp.WriteMode, offset int64) (ftp.Writer, error) {
	return locked(m, func(in *ftp.Memory) (ftp.Writer, error) {
		w, err := in.Create(name, how, offset)
		if err != nil {
			return nil, err
		}
		return &memoryWriter{m, w}, nil
	})
}

// Rename implements [ftp.Store].
func (m *Memory) Rename(from, to string) error {
	return m.change(func(in *ftp.Memory) error { return in.Rename(from, to) })
}

// Remove implements [ftp.Store].
func (m *Memory) Remove(name string) error {
	return m.change(func(in *ftp.Memory) error { return in.Remove(name) })
}

// Mkdir implements [ftp.Store].
func (m *Memory) Mkdir(name string) error {
	return m.change(func(in *ftp.Memory) error { return in.Mkdir(name) })
}

// Rmdir implements [ftp.Store].
func (m *Memory) Rmdir(name string) error {
	return m.change(func(in *ftp.Memory) error { return in.Rmdir(name) })
}

// memoryContent sends a file in memory piece by piece, so that the machine
// sees how it moves.
type memoryContent struct{ ftp.Content }

// Bytes implements [ftp.Content].
func (memoryContent) Bytes() ([]byte, bool) { return nil, false }

type memoryWriter struct {
	store *Memory
	inner ftp.Writer
}

func (w *memoryWriter) Write(p []byte) (int, error) {
	return locked(w.store, func(*ftp.Memory) (int, error) { return w.inner.Write(p) })
}

func (w *memoryWriter) Commit() error {
	return w.store.change(func(*ftp.Memory) error { return w.inner.Commit() })
}

func (w *memoryWriter) Discard() error { return w.inner.Discard() }

// sender gives what writes a content from offset on, so many bytes at a time.
// Files go from the system's cache to the socket without passing through here.
func sender(content ftp.Content, offset int64) (func(w io.Writer, n int64) (int64, error), error) {
	switch c := content.(type) {
	case memoryContent:
		data, _ := c.Content.Bytes()
		data = data[offset:]
		return func(w io.Writer, n int64) (int64, error) {
			written, err := w.Write(data[:n])
			data = data[written:]
			return int64(written), err
		}, nil
	case *file:
		if _, err := c.f.Seek(offset, io.SeekStart); err != nil {
			return nil, err
		}
		return func(w io.Writer, n int64) (int64, error) { return io.CopyN(w, c.f, n) }, nil
	}
	r := io.NewSectionReader(content, offset, content.Size()-offset)
	return func(w io.Writer, n int64) (int64, error) { return io.CopyN(w, r, n) }, nil
}

// sessionStore is the store as one session has it: an upload that did not come
// to its end leaves nothing behind.
type sessionStore struct {
	ftp.Store
	whole *bool
}

// Create implements [ftp.Store].
func (s sessionStore) Create(name string, how ftp.WriteMode, offset int64) (ftp.Writer, error) {
	w, err := s.Store.Create(name, how, offset)
	if err != nil {
		return nil, err
	}
	return upload{w, s.whole}, nil
}

// upload is a file on its way into the store.
type upload struct {
	ftp.Writer
	whole *bool
}

// Commit keeps the file if the peer ended it in order. In stream mode nothing
// else tells a file from a part of one (RFC 959 §3.3).
func (u upload) Commit() error {
	if *u.whole {
		return u.Writer.Commit()
	}
	return u.Writer.Discard()
}

// stamp is a moment as machines know it.
func stamp(t time.Time) ftp.Stamp {
	t = t.UTC()
	return ftp.Stamp{Year: t.Year(), Month: int(t.Month()), Day: t.Day(), Hour: t.Hour(), Minute: t.Minute(), Second: t.Second()}
}
