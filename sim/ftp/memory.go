package ftp

import (
	"io"
	"path"
	"slices"
	"strings"
)

// Memory is a store in memory. Its times depend on nothing outside: a file
// written through FTP gets the store's own stamp.
type Memory struct {
	Now   Stamp // given to whatever is made or changed
	Limit int64 // bytes of all files together; 0: none
	used  int64
	nodes map[string]*node
}

type node struct {
	dir      bool
	readOnly bool
	content  Content // of a file; nil: it is empty
	modified Stamp
}

func (n *node) size() int64 {
	if n.content == nil {
		return 0
	}
	return n.content.Size()
}

// beginning copies the first bytes of a file.
func (n *node) beginning(size int64) ([]byte, error) {
	if size == 0 {
		return nil, nil
	}
	data := make([]byte, size)
	_, err := n.content.ReadAt(data, 0)
	return data, err
}

// Epoch is the stamp of things whose time was not said.
var Epoch = Stamp{2001, 9, 9, 1, 46, 40}

// NewMemory makes a store with nothing but its root.
func NewMemory() *Memory {
	return &Memory{Now: Epoch, nodes: map[string]*node{"/": {dir: true, modified: Epoch}}}
}

// WriteFile puts a file there, making its directories. The store shares data,
// which must not be changed afterwards.
func (m *Memory) WriteFile(name string, data []byte, modified Stamp) error {
	return m.WriteContent(name, bytesContent(data), modified)
}

// WriteContent is WriteFile for what need not be in memory as a whole.
func (m *Memory) WriteContent(name string, content Content, modified Stamp) error {
	name = Resolve("/", name)
	if err := m.MakeDir(path.Dir(name)); err != nil {
		return err
	}
	if n := m.nodes[name]; n != nil && n.dir {
		return &PathError{"write", name, ErrIsDir}
	}
	m.put(name, content, modified)
	return nil
}

// MakeDir makes a directory and those above it.
func (m *Memory) MakeDir(name string) error {
	name = Resolve("/", name)
	for at := range len(name) + 1 {
		if at == 0 || at < len(name) && name[at] != '/' {
			continue
		}
		if n := m.nodes[name[:at]]; n == nil {
			m.nodes[name[:at]] = &node{dir: true, modified: m.Now}
		} else if !n.dir {
			return &PathError{"mkdir", name[:at], ErrNotDir}
		}
	}
	return nil
}

// Protect forbids changes to a file, or in a directory.
func (m *Memory) Protect(name string) error {
	n, err := m.find("protect", Resolve("/", name))
	if err == nil {
		n.readOnly = true
	}
	return err
}

func (m *Memory) put(name string, content Content, modified Stamp) {
	if old := m.nodes[name]; old != nil {
		m.used -= old.size()
	}
	m.used += content.Size()
	m.nodes[name] = &node{content: content, modified: modified}
}

func (m *Memory) find(op, name string) (*node, error) {
	n := m.nodes[name]
	if n == nil {
		return nil, &PathError{op, name, ErrNotExist}
	}
	return n, nil
}

// changeable checks that entries of the directory above name may change.
func (m *Memory) changeable(op, name string) error {
	parent, err := m.find(op, path.Dir(name))
	switch {
	case err != nil:
		return err
	case !parent.dir:
		return &PathError{op, name, ErrNotDir}
	case parent.readOnly, name == "/":
		return &PathError{op, name, ErrForbidden}
	}
	return nil
}

func (n *node) info(name string) Info {
	return Info{Name: path.Base(name), Dir: n.dir, Size: n.size(), Modified: n.modified, ReadOnly: n.readOnly}
}

// Stat implements [Store].
func (m *Memory) Stat(name string) (Info, error) {
	n, err := m.find("stat", name)
	if err != nil {
		return Info{}, err
	}
	return n.info(name), nil
}

// List implements [Store].
func (m *Memory) List(name string) ([]Info, error) {
	n, err := m.find("list", name)
	switch {
	case err != nil:
		return nil, err
	case !n.dir:
		return nil, &PathError{"list", name, ErrNotDir}
	}
	var infos []Info
	for entry, n := range m.nodes { // sorted below
		if entry != "/" && path.Dir(entry) == name {
			infos = append(infos, n.info(entry))
		}
	}
	slices.SortFunc(infos, func(a, b Info) int { return strings.Compare(a.Name, b.Name) })
	return infos, nil
}

// Open implements [Store].
func (m *Memory) Open(name string) (Content, error) {
	n, err := m.find("open", name)
	switch {
	case err != nil:
		return nil, err
	case n.dir:
		return nil, &PathError{"open", name, ErrIsDir}
	}
	if n.content == nil {
		return bytesContent(nil), nil
	}
	return n.content, nil
}

// Create implements [Store].
func (m *Memory) Create(name string, how WriteMode, offset int64) (Writer, error) {
	old := m.nodes[name]
	switch {
	case old == nil:
		if err := m.changeable("create", name); err != nil {
			return nil, err
		}
		old = &node{}
	case old.dir:
		return nil, &PathError{"create", name, ErrIsDir}
	case how == Exclusive:
		return nil, &PathError{"create", name, ErrExist}
	case old.readOnly:
		return nil, &PathError{"create", name, ErrForbidden}
	}
	w := &memoryWriter{store: m, name: name}
	var err error
	switch how {
	case Append:
		w.data, err = old.beginning(old.size())
	case Restart:
		if offset > old.size() {
			return nil, &PathError{"restart", name, ErrBeyondEnd}
		}
		w.data, err = old.beginning(offset)
	}
	return w, err
}

// Rename implements [Store]. A directory takes what is in it along.
func (m *Memory) Rename(from, to string) error {
	n, err := m.find("rename", from)
	if err != nil {
		return err
	}
	for _, name := range []string{from, to} {
		if err := m.changeable("rename", name); err != nil {
			return err
		}
	}
	if strings.HasPrefix(to, from+"/") {
		return &PathError{"rename", to, ErrForbidden}
	}
	if old := m.nodes[to]; old != nil && (old.dir || n.dir) && old != n {
		return &PathError{"rename", to, ErrExist}
	}
	m.move(from, to)
	return nil
}

func (m *Memory) move(from, to string) {
	if from == to {
		return
	}
	if old := m.nodes[to]; old != nil {
		m.used -= old.size()
	}
	moved := map[string]*node{}
	for name, n := range m.nodes {
		if name == from || strings.HasPrefix(name, from+"/") {
			moved[name] = n
		}
	}
	for name, n := range moved {
		delete(m.nodes, name)
		m.nodes[to+name[len(from):]] = n
	}
}

// Remove implements [Store].
func (m *Memory) Remove(name string) error {
	n, err := m.find("remove", name)
	switch {
	case err != nil:
		return err
	case n.dir:
		return &PathError{"remove", name, ErrIsDir}
	}
	if err := m.changeable("remove", name); err != nil {
		return err
	}
	m.used -= n.size()
	delete(m.nodes, name)
	return nil
}

// Mkdir implements [Store].
func (m *Memory) Mkdir(name string) error {
	if m.nodes[name] != nil {
		return &PathError{"mkdir", name, ErrExist}
	}
	if err := m.changeable("mkdir", name); err != nil {
		return err
	}
	m.nodes[name] = &node{dir: true, modified: m.Now}
	return nil
}

// Rmdir implements [Store].
func (m *Memory) Rmdir(name string) error {
	entries, err := m.List(name)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return &PathError{"rmdir", name, ErrNotEmpty}
	}
	if err := m.changeable("rmdir", name); err != nil {
		return err
	}
	delete(m.nodes, name)
	return nil
}

// bytesContent is a file in memory.
type bytesContent []byte

func (b bytesContent) Size() int64           { return int64(len(b)) }
func (b bytesContent) Bytes() ([]byte, bool) { return b, true }
func (b bytesContent) Close() error          { return nil }
func (b bytesContent) ReadAt(p []byte, offset int64) (int, error) {
	if offset < 0 || offset >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[offset:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// memoryWriter gathers a file and puts it into the store at the end.
type memoryWriter struct {
	store *Memory
	name  string
	data  []byte
}

func (w *memoryWriter) Write(p []byte) (int, error) {
	if limit := w.store.Limit; limit > 0 && w.store.used+int64(len(w.data)+len(p)) > limit {
		return 0, &PathError{"write", w.name, ErrNoSpace}
	}
	w.data = append(w.data, p...)
	return len(p), nil
}

func (w *memoryWriter) Commit() error {
	if err := w.store.changeable("write", w.name); err != nil {
		return err // its directory is gone by now
	}
	w.store.put(w.name, bytesContent(w.data), w.store.Now)
	return nil
}

func (w *memoryWriter) Discard() error { return nil }
