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

// mostShared is the size up to which payloads share their memory for good. A
// larger one goes with its run.
const mostShared = 64 << 20

// numbers is the longest of those made so far; every shorter one is its
// beginning. It is shared and never changed.
var numbers struct {
	sync.Mutex
	text []byte
}

// whole is all of it.
func (p payload) whole() []byte {
	if p > mostShared {
		text := make([]byte, p)
		countOn(text, 0)
		return text
	}
	numbers.Lock()
	defer numbers.Unlock()
	if len(numbers.text) < int(p) {
		numbers.text = make([]byte, p)
		countOn(numbers.text, 0)
	}
	return numbers.text[:p:p]
}

// countOn fills text with the numbers from one on. It counts as a mileage counter
// does: printing each number would take longer than simulating its packets.
func countOn(text []byte, from int64) {
	number := fmt.Appendf(nil, "%015d ", from)
	for len(text) > 0 {
		text = text[copy(text, number):]
		digit := payloadWidth - 2
		for ; digit > 0 && number[digit] == '9'; digit-- {
			number[digit] = '0'
		}
		number[digit]++
	}
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
	done := 0
	if begun := offset % payloadWidth; begun > 0 {
		done = copy(into[:n], fmt.Sprintf("%015d ", offset/payloadWidth)[begun:])
	}
	countOn(into[done:n], (offset+int64(done))/payloadWidth)
	if n < len(into) {
		return n, io.EOF
	}
	return n, nil
}

// Close implements [ftp.Content].
func (p payload) Close() error { return nil }
