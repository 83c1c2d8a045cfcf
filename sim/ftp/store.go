package ftp

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// Store is the server's file system. Paths are absolute, slash separated and
// already cleaned by [Resolve]: no "." or ".." is left in them.
type Store interface {
	Stat(path string) (Info, error)
	// List gives a directory's entries in the order of their names.
	List(path string) ([]Info, error)
	Open(path string) (Content, error)
	// Create opens a file for writing: emptied (Replace), at its end (Append),
	// from an offset on (Restart), or only if there is none (Exclusive).
	Create(path string, how WriteMode, offset int64) (Writer, error)
	Rename(from, to string) error
	Remove(path string) error
	Mkdir(path string) error
	Rmdir(path string) error
}

// WriteMode is how [Store.Create] opens a file.
type WriteMode int

// Write modes: STOR, APPE, REST and STOR, STOU.
const (
	Replace WriteMode = iota
	Append
	Restart
	Exclusive
)

// Content is a file opened for reading.
type Content interface {
	Size() int64
	// Bytes gives the whole, shared and never to be changed, when it is in
	// memory anyway.
	Bytes() ([]byte, bool)
	ReadAt(p []byte, offset int64) (int, error)
	Close() error
}

// Writer is a file opened for writing.
type Writer interface {
	Write(p []byte) (int, error)
	Commit() error  // keep what was written
	Discard() error // leave things as they were before
}

// Local is where a client's own files are.
type Local interface {
	Open(name string) (Content, error)
	// Create begins a download after so many bytes of what is there.
	Create(name string, offset int64) (Writer, error)
}

// Info describes a file or directory.
type Info struct {
	Name     string
	Dir      bool
	Size     int64
	Modified Stamp
	ReadOnly bool
}

// Stamp is a moment in UTC, to the second; machines have no clock.
type Stamp struct{ Year, Month, Day, Hour, Minute, Second int }

// String is RFC 3659 §2.3's time-val: YYYYMMDDHHMMSS.
func (s Stamp) String() string {
	return fmt.Sprintf("%04d%02d%02d%02d%02d%02d", s.Year, s.Month, s.Day, s.Hour, s.Minute, s.Second)
}

// The errors of a store; test with errors.Is.
var (
	ErrNotExist  = errors.New("no such file or directory")
	ErrExist     = errors.New("file exists")
	ErrIsDir     = errors.New("is a directory")
	ErrNotDir    = errors.New("not a directory")
	ErrNotEmpty  = errors.New("directory not empty")
	ErrForbidden = errors.New("permission denied")
	ErrNoSpace   = errors.New("no space left")
	ErrBeyondEnd = errors.New("offset beyond the end of the file")
)

// PathError says which operation failed on which path.
type PathError struct {
	Op, Path string
	Err      error
}

func (e *PathError) Error() string { return e.Op + " " + e.Path + ": " + e.Err.Error() }

// Unwrap gives the reason.
func (e *PathError) Unwrap() error { return e.Err }

// Resolve gives the absolute path that name means in directory dir. No name
// leads out of the root: ".." there stays there.
func Resolve(dir, name string) string {
	if !strings.HasPrefix(name, "/") {
		name = dir + "/" + name
	}
	return path.Clean("/" + name)
}

// errorWords is the system's word for an error, as servers pass it on.
func errorWords(err error) string {
	for _, known := range []struct {
		err   error
		words string
	}{
		{ErrNotExist, "No such file or directory"}, {ErrExist, "File exists"}, {ErrIsDir, "Is a directory"},
		{ErrNotDir, "Not a directory"}, {ErrNotEmpty, "Directory not empty"}, {ErrForbidden, "Permission denied"},
		{ErrNoSpace, "No space left on device"}, {ErrBeyondEnd, "Invalid argument"},
	} {
		if errors.Is(err, known.err) {
			return known.words
		}
	}
	return "Input/output error"
}
