package ftp

// Telnet's bytes, as far as FTP knows them (RFC 854; RFC 1123 §4.1.2.12).
const (
	telnetIAC  = 0xFF
	telnetDONT = 0xFE
	telnetDO   = 0xFD
	telnetWONT = 0xFC
	telnetWILL = 0xFB
	telnetIP   = 0xF4
	telnetDM   = 0xF2
)

// line is one line without its end.
type line struct {
	text    string
	urgent  bool // a Telnet synch came with it
	tooLong bool // text is what came until the limit
}

// lineReader puts lines together, however the stream was cut, and takes the
// Telnet commands out of it.
type lineReader struct {
	max    int
	bareLF bool   // LF alone ends a line too
	telnet bool   // interpret IAC; otherwise it is a byte like any other
	buf    []byte // the line so far
	cr     bool   // the last byte was CR
	iac    []byte // a Telnet command so far
	urgent bool
	skip   bool // the rest of a line that was too long, or lost
	lost   bool // this line is
	first  bool // the byte is the first of what was fed

	splitEndLost bool // a line whose CR and LF come apart is lost
	optionsLose  bool // option negotiation takes the line along, unanswered

	answers []byte
}

// feed takes bytes and hands each line that ends in them to yield, until that
// says stop.
func (r *lineReader) feed(data []byte, urgent bool, yield func(line) bool) {
	r.urgent = r.urgent || urgent
	for i, b := range data {
		r.first = i == 0
		l, done := r.take(b)
		if done && !yield(l) {
			return
		}
	}
}

func (r *lineReader) take(b byte) (line, bool) {
	if r.telnet && (len(r.iac) > 0 || b == telnetIAC) {
		if !r.command(b) {
			return line{}, false
		}
	}
	cr := r.cr
	r.cr = false
	switch {
	case b == '\n' && (cr || r.bareLF):
		if cr {
			r.drop()
		}
		r.lost = r.lost || cr && r.first && r.splitEndLost
		return r.end()
	case b == 0 && cr: // RFC 854: CR NUL is CR itself (RFC 2640 §3.1)
		return line{}, false
	case b == '\r':
		r.cr = true
	}
	if r.skip {
		return line{}, false
	}
	r.buf = append(r.buf, b)
	if len(r.buf) > r.max+1 { // one for the CR
		l := line{text: string(r.buf[:r.max]), urgent: r.urgent, tooLong: true}
		r.buf, r.skip, r.urgent = r.buf[:0], true, false
		return l, true
	}
	return line{}, false
}

func (r *lineReader) drop() {
	if n := len(r.buf); n > 0 {
		r.buf = r.buf[:n-1]
	}
}

func (r *lineReader) end() (line, bool) {
	if r.skip || r.lost {
		r.skip, r.lost = false, false
		r.buf, r.urgent = r.buf[:0], false
		return line{}, false
	}
	l := line{text: string(r.buf), urgent: r.urgent}
	r.buf, r.urgent = r.buf[:0], false
	return l, true
}

// command collects a Telnet command; true when b is an ordinary byte after all
// (IAC IAC). Offers and requests of options are refused.
func (r *lineReader) command(b byte) bool {
	r.iac = append(r.iac, b)
	switch len(r.iac) {
	case 1:
		return false
	case 2:
		if b >= telnetWILL && b <= telnetDONT {
			return false
		}
		r.iac = r.iac[:0]
		return b == telnetIAC
	}
	switch {
	case r.optionsLose:
		r.lost = true
	case r.iac[1] == telnetDO:
		r.answers = append(r.answers, telnetIAC, telnetWONT, b)
	case r.iac[1] == telnetWILL:
		r.answers = append(r.answers, telnetIAC, telnetDONT, b)
	}
	r.iac = r.iac[:0]
	return false
}
