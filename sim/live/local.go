package live

import (
	"errors"
	"io"
	"os"

	"ftpscope/sim/ftp"
)

// localName is what the machine calls the one local file of a client.
const localName = "local"

// localFile is the one file that a client sends or receives, never in memory as
// a whole.
type localFile struct {
	content ftp.Content // to send
	to      io.Writer   // to receive into
}

// Open implements [ftp.Local].
func (l *localFile) Open(string) (ftp.Content, error) { return l.content, nil }

// Create implements [ftp.Local]. What came before the offset is there already.
func (l *localFile) Create(string, int64) (ftp.Writer, error) { return arriving{l.to}, nil }

// arriving writes what comes; whether a part of it is of use is for the giver
// of the writer to say.
type arriving struct{ io.Writer }

func (arriving) Commit() error  { return nil }
func (arriving) Discard() error { return nil }

// borrowed is a content that somebody else closes.
type borrowed struct{ ftp.Content }

func (borrowed) Close() error { return nil }

// measured is a reader that knows its size and can be read anywhere.
type measured interface {
	io.ReaderAt
	Size() int64
}

type measuredContent struct{ measured }

func (measuredContent) Bytes() ([]byte, bool) { return nil, false }
func (measuredContent) Close() error          { return nil }

// contentOf makes something that can be sent from any offset out of a reader.
// What is no file, a pipe for instance, is written to one first. The second
// result lets go of that.
func contentOf(from io.Reader) (ftp.Content, func() error, error) {
	keep := func() error { return nil }
	switch from := from.(type) {
	case *os.File:
		info, err := from.Stat()
		if err != nil {
			return nil, nil, err
		}
		if info.Mode().IsRegular() {
			return borrowed{&file{from, info.Size()}}, keep, nil
		}
	case measured:
		return measuredContent{from}, keep, nil
	}
	spool, err := os.CreateTemp("", "ftpscope-*")
	if err != nil {
		return nil, nil, err
	}
	drop := func() error { return errors.Join(spool.Close(), os.Remove(spool.Name())) }
	n, err := io.Copy(spool, from)
	if err != nil {
		return nil, nil, errors.Join(err, drop())
	}
	return borrowed{&file{spool, n}}, drop, nil
}
