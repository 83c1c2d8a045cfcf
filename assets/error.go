package assets

import (
	"errors"
	"io/fs"
	"strings"
)

// Saying is an error, or a part of one, that names its sentence.
type Saying interface {
	// Say is the sentence's key, and pairs of name and value.
	Say() (key string, args []any)
}

// Error is what an error says, in the language of the texts. Errors of the
// program name their sentences; what the system or a library says stays as it
// is, but for a file that cannot be had. The text of an error around others has
// theirs in it.
func (t *Texts) Error(err error) string {
	if err == nil {
		return ""
	}
	if s, ok := err.(Saying); ok {
		return t.saying(s)
	}
	if path, ok := err.(*fs.PathError); ok {
		return t.Text("error.file", "file", path.Path, "why", t.Error(path.Err))
	}
	text := err.Error()
	for _, inner := range unwrap(err) {
		text = strings.Replace(text, inner.Error(), t.Error(inner), 1)
	}
	if len(unwrap(err)) == 0 {
		for _, system := range systemErrors {
			if errors.Is(err, system.err) {
				return t.Text(system.key)
			}
		}
	}
	return text
}

func (t *Texts) saying(s Saying) string {
	key, args := s.Say()
	return t.Text(key, args...)
}

// systemErrors are those that a person meets when naming a file.
var systemErrors = []struct {
	err error
	key string
}{
	{fs.ErrNotExist, "error.file.missing"},
	{fs.ErrPermission, "error.file.forbidden"},
	{fs.ErrExist, "error.file.exists"},
}

func unwrap(err error) []error {
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return []error{inner}
		}
	}
	return nil
}
