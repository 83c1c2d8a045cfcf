package sim

import (
	"fmt"
	"io"
	"sync"
)

// payload is the content of every test file of a size: numbers of 15 digits,
// each with a space after it, so that a lost or doubled piece shows and ASCII
// type has no line end to translate.
type payload int

// payloadWidth is that of one number and its space.
const payloadWidth = 16

// madeAhead is the size up to which a payload lies in memory. A larger one is
// made as it is read: of a download that is stopped most never is.
const madeAhead = 4 << 20

// numbers is the longest payload made so far; every shorter one is its
// beginning. It is shared and never changed.
var numbers struct {
	sync.Mutex
	text []byte
}

// whole is all of it.
func (p payload) whole() []byte {
	numbers.Lock()
	defer numbers.Unlock()
	if size := int(p); len(numbers.text) < size {
		text := make([]byte, 0, size+payloadWidth)
		for i := 0; len(text) < size; i++ {
			text = fmt.Appendf(text, "%015d ", i)
		}
		numbers.text = text
	}
	return numbers.text[:p:p]
}

// Size implements [ftp.Content].
func (p payload) Size() int64 { return int64(p) }

// Bytes implements [ftp.Content].
func (p payload) Bytes() ([]byte, bool) {
	if p > madeAhead {
		return nil, false
	}
	return p.whole(), true
}

// ReadAt implements [ftp.Content].
func (p payload) ReadAt(into []byte, offset int64) (int, error) {
	if offset < 0 || offset >= int64(p) {
		return 0, io.EOF
	}
	n := min(len(into), int(int64(p)-offset))
	var number []byte
	for done := 0; done < n; {
		at := offset + int64(done)
		number = fmt.Appendf(number[:0], "%015d ", at/payloadWidth)
		done += copy(into[done:n], number[at%payloadWidth:])
	}
	if n < len(into) {
		return n, io.EOF
	}
	return n, nil
}

// Close implements [ftp.Content].
func (p payload) Close() error { return nil }
