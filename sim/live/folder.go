package live

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"ftpscope/sim/ftp"
)

// Folder is a store in a folder of this computer. No path and no symbolic link
// leads out of it: the system resolves every name below the folder ([os.Root]).
type Folder struct{ root *os.Root }

// partial marks files that are being uploaded. They are not listed.
const partial = ".ftpscope-"

// OpenFolder makes a store of a folder that exists.
func OpenFolder(name string) (*Folder, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return &Folder{root}, nil
}

// Close gives the folder back to the system.
func (f *Folder) Close() error { return f.root.Close() }

// local is a store's path as os.Root wants it.
func local(name string) string {
	if name == "/" {
		return "."
	}
	return strings.TrimPrefix(name, "/")
}

// fault puts an error of the system into the store's words.
func fault(op, name string, err error) error {
	if err == nil {
		return nil
	}
	for _, known := range []struct{ system, ours error }{
		{fs.ErrNotExist, ftp.ErrNotExist},
		{fs.ErrExist, ftp.ErrExist},
		{syscall.EISDIR, ftp.ErrIsDir},
		{syscall.ENOTDIR, ftp.ErrNotDir},
		{syscall.ENOTEMPTY, ftp.ErrNotEmpty},
		{syscall.ENOSPC, ftp.ErrNoSpace},
		{syscall.EDQUOT, ftp.ErrNoSpace},
		{fs.ErrPermission, ftp.ErrForbidden},
	} {
		if errors.Is(err, known.system) {
			return &ftp.PathError{Op: op, Path: name, Err: known.ours}
		}
	}
	return &ftp.PathError{Op: op, Path: name, Err: err}
}

func info(name string, i fs.FileInfo) ftp.Info {
	return ftp.Info{
		Name: path.Base(name), Dir: i.IsDir(), Size: i.Size(),
		Modified: stamp(i.ModTime()), ReadOnly: i.Mode()&0o200 == 0,
	}
}

// Stat implements [ftp.Store].
func (f *Folder) Stat(name string) (ftp.Info, error) {
	i, err := f.root.Stat(local(name))
	if err != nil {
		return ftp.Info{}, fault("stat", name, err)
	}
	return info(name, i), nil
}

// List implements [ftp.Store]. It leaves out what a session could not name:
// links that lead nowhere or out of the folder, and names with line ends.
func (f *Folder) List(name string) ([]ftp.Info, error) {
	dir, err := f.root.Open(local(name))
	if err != nil {
		return nil, fault("list", name, err)
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return nil, fault("list", name, err)
	}
	infos := make([]ftp.Info, 0, len(entries))
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), partial) || strings.ContainsAny(e.Name(), "\r\n") {
			continue
		}
		if i, err := f.Stat(path.Join(name, e.Name())); err == nil {
			infos = append(infos, i)
		}
	}
	slices.SortFunc(infos, func(a, b ftp.Info) int { return strings.Compare(a.Name, b.Name) })
	return infos, nil
}

// Open implements [ftp.Store].
func (f *Folder) Open(name string) (ftp.Content, error) {
	i, err := f.regular("open", name)
	if err != nil {
		return nil, err
	}
	opened, err := f.root.Open(local(name))
	if err != nil {
		return nil, fault("open", name, err)
	}
	return &file{opened, i.Size()}, nil
}

// regular refuses folders, and what would never end or answer, such as pipes
// and devices.
func (f *Folder) regular(op, name string) (fs.FileInfo, error) {
	i, err := f.root.Stat(local(name))
	switch {
	case err != nil:
		return nil, fault(op, name, err)
	case i.IsDir():
		return nil, &ftp.PathError{Op: op, Path: name, Err: ftp.ErrIsDir}
	case !i.Mode().IsRegular():
		return nil, &ftp.PathError{Op: op, Path: name, Err: ftp.ErrForbidden}
	}
	return i, nil
}

// Create implements [ftp.Store]. What is written goes to a file beside the
// one it is to become.
func (f *Folder) Create(name string, how ftp.WriteMode, offset int64) (ftp.Writer, error) {
	old, err := f.regular("create", name)
	exists := err == nil
	switch {
	case err != nil && !errors.Is(err, ftp.ErrNotExist):
		return nil, err
	case exists && how == ftp.Exclusive:
		return nil, &ftp.PathError{Op: "create", Path: name, Err: ftp.ErrExist}
	case exists && old.Mode()&0o200 == 0:
		return nil, &ftp.PathError{Op: "create", Path: name, Err: ftp.ErrForbidden}
	}
	keep := int64(0)
	switch {
	case how == ftp.Append && exists:
		keep = old.Size()
	case how == ftp.Restart && offset > 0 && (!exists || offset > old.Size()):
		return nil, &ftp.PathError{Op: "restart", Path: name, Err: ftp.ErrBeyondEnd}
	case how == ftp.Restart:
		keep = offset
	}
	temporary := path.Join(path.Dir(name), partial+strings.ToLower(rand.Text())+".part")
	part, err := f.root.OpenFile(local(temporary), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return nil, fault("create", name, err)
	}
	w := &folderWriter{f, name, temporary, part, how == ftp.Exclusive}
	if err := w.begin(keep); err != nil {
		return nil, errors.Join(fault("create", name, err), w.Discard())
	}
	return w, nil
}

// Rename implements [ftp.Store]. A file may take another's place, as rename(2)
// has it; nothing takes a folder's.
func (f *Folder) Rename(from, to string) error {
	if from == to {
		return nil
	}
	if i, err := f.root.Stat(local(to)); err == nil && i.IsDir() {
		return &ftp.PathError{Op: "rename", Path: to, Err: ftp.ErrExist}
	}
	return fault("rename", from, f.root.Rename(local(from), local(to)))
}

// Remove implements [ftp.Store].
func (f *Folder) Remove(name string) error {
	i, err := f.root.Lstat(local(name))
	switch {
	case err != nil:
		return fault("remove", name, err)
	case i.IsDir():
		return &ftp.PathError{Op: "remove", Path: name, Err: ftp.ErrIsDir}
	}
	return fault("remove", name, f.root.Remove(local(name)))
}

// Mkdir implements [ftp.Store].
func (f *Folder) Mkdir(name string) error {
	return fault("mkdir", name, f.root.Mkdir(local(name), 0o777))
}

// Rmdir implements [ftp.Store].
func (f *Folder) Rmdir(name string) error {
	i, err := f.root.Lstat(local(name))
	switch {
	case err != nil:
		return fault("rmdir", name, err)
	case !i.IsDir():
		return &ftp.PathError{Op: "rmdir", Path: name, Err: ftp.ErrNotDir}
	case name == "/":
		return &ftp.PathError{Op: "rmdir", Path: name, Err: ftp.ErrForbidden}
	}
	return fault("rmdir", name, f.root.Remove(local(name)))
}

// file is a file opened for reading.
type file struct {
	f    *os.File
	size int64
}

func (c *file) Size() int64                             { return c.size }
func (c *file) Bytes() ([]byte, bool)                   { return nil, false }
func (c *file) ReadAt(p []byte, off int64) (int, error) { return c.f.ReadAt(p, off) }
func (c *file) Close() error                            { return c.f.Close() }

// folderWriter is a file being uploaded.
type folderWriter struct {
	folder          *Folder
	name, temporary string
	part            *os.File
	exclusive       bool
}

// begin copies what is to be kept of the file that is there.
func (w *folderWriter) begin(keep int64) error {
	if keep == 0 {
		return nil
	}
	old, err := w.folder.root.Open(local(w.name))
	if err != nil {
		return err
	}
	defer old.Close()
	if n, err := io.CopyN(w.part, old, keep); err != nil {
		return fmt.Errorf("after %d of %d bytes: %w", n, keep, err)
	}
	return nil
}

func (w *folderWriter) Write(p []byte) (int, error) {
	n, err := w.part.Write(p)
	return n, fault("write", w.name, err)
}

// Commit puts the file into its place at once and whole.
func (w *folderWriter) Commit() error {
	if err := w.part.Close(); err != nil {
		return errors.Join(fault("write", w.name, err), w.remove())
	}
	root := w.folder.root
	if w.exclusive {
		err := root.Link(local(w.temporary), local(w.name)) // fails where a name has been taken meanwhile
		return errors.Join(fault("create", w.name, err), w.remove())
	}
	if err := root.Rename(local(w.temporary), local(w.name)); err != nil {
		return errors.Join(fault("write", w.name, err), w.remove())
	}
	return nil
}

// Discard forgets what was written.
func (w *folderWriter) Discard() error { return errors.Join(w.part.Close(), w.remove()) }

func (w *folderWriter) remove() error {
	return fault("remove", w.temporary, w.folder.root.Remove(local(w.temporary)))
}
