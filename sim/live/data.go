package live

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"ftpscope/sim/ftp"
)

const (
	dataBuffer = 128 << 10 // bytes read at a time
	sendPiece  = 256 << 10 // bytes sent between two reports of progress
)

var dataBuffers = sync.Pool{New: func() any { return new([dataBuffer]byte) }}

// stream is a data connection. A nil stream takes whatever is asked of it and
// does nothing.
type stream struct {
	s    *session
	tcp  *net.TCPConn
	done chan struct{}

	// Set by the session before reader and writer are started.
	conn    net.Conn // tcp, or TLS over it
	secure  *tls.Conn
	reading bool
	writing bool

	queue    []ftp.Output    // for the writer; the session's
	jobs     chan ftp.Output // to the writer
	released chan struct{}   // closed when the session has let go
	gone     bool            // released is closed
	rest     []ftp.Output    // what was queued then
	peerDone chan struct{}   // closed when the reader has ended

	closing atomic.Bool // our FIN is sent
	aborted atomic.Bool // by us: what fails now is no news
	reset   atomic.Bool // by the peer, and told
}

func newStream(s *session, tcp *net.TCPConn) *stream {
	return &stream{
		s: s, tcp: tcp, conn: tcp, done: make(chan struct{}, 1),
		jobs: make(chan ftp.Output), released: make(chan struct{}), peerDone: make(chan struct{}),
	}
}

// next gives the channel to the writer and what it shall get, if anything.
func (d *stream) next() (chan<- ftp.Output, ftp.Output) {
	if d == nil || len(d.queue) == 0 {
		return nil, nil
	}
	return d.jobs, d.queue[0]
}

func (d *stream) startTLS(wrap func(net.Conn) *tls.Conn) {
	if d == nil {
		return
	}
	d.secure = wrap(d.tcp)
	d.conn = d.secure
}

// startReading begins when a transfer does, or when there will be none, not
// when the connection stands: only then is it known whether what comes is TLS.
func (d *stream) startReading() {
	if d == nil || d.reading {
		return
	}
	d.reading = true
	d.s.alive.Go(d.read)
}

// do carries out what concerns sending.
func (d *stream) do(o ftp.Output) {
	if d == nil || d.gone {
		return
	}
	if c, ok := o.(ftp.CloseData); ok {
		d.startReading() // to see the peer's FIN
		if c.Discard {
			d.queue = nil
			_ = d.tcp.SetWriteDeadline(time.Now()) // the writer stops in the middle
		}
	}
	d.queue = append(d.queue, o)
	if !d.writing {
		d.writing = true
		d.s.alive.Go(d.write)
	}
}

// release lets go of the connection: what is queued still leaves.
func (d *stream) release() {
	if d == nil || d.gone {
		return
	}
	if !d.writing {
		d.abort()
		return
	}
	d.gone, d.rest, d.queue = true, d.queue, nil
	close(d.released)
}

// abort sends a RST.
func (d *stream) abort() {
	if d == nil || d.gone {
		return
	}
	d.aborted.Store(true)
	_ = d.tcp.SetLinger(0)
	_ = d.tcp.Close()
	d.gone, d.queue = true, nil
	close(d.released)
}

// read brings what arrives until the peer has ended.
func (d *stream) read() {
	defer close(d.peerDone)
	if d.secure != nil {
		if err := shakeHands(d.secure, d.tcp); err != nil {
			d.tell(ftp.TLSFailed{Channel: ftp.DataChannel, Reason: failure(err)})
			return
		}
	}
	buffer := dataBuffers.Get().(*[dataBuffer]byte)
	defer dataBuffers.Put(buffer)
	for {
		n, err := d.conn.Read(buffer[:])
		if n > 0 && !d.s.tellAndWait(event{in: ftp.DataReceived{Data: buffer[:n]}, from: d}, d.done) {
			return
		}
		if err == nil {
			continue
		}
		if err == io.EOF || d.delivered() { // not a TLS stream that was cut off
			d.tell(ftp.DataPeerClosed{})
		} else {
			d.lost()
		}
		return
	}
}

// delivered says that all we had to say has arrived, so that a RST is but a
// hurried close.
func (d *stream) delivered() bool {
	n, known := unacknowledged(d.tcp)
	return d.closing.Load() && known && n == 0
}

// lost tells of a reset; reader and writer can both come upon it.
func (d *stream) lost() {
	if !d.reset.Swap(true) {
		d.tell(ftp.DataReset{})
	}
}

func (d *stream) tell(in ftp.Input) {
	if !d.aborted.Load() {
		d.s.tell(event{in: in, from: d})
	}
}

// write does what the machine asks until the connection is closed.
func (d *stream) write() {
	defer d.tcp.Close()
	if d.secure != nil && d.secure.Handshake() != nil {
		return // the reader tells why
	}
	for {
		select {
		case o := <-d.jobs:
			if !d.send(o) {
				return
			}
		case <-d.released:
			for _, o := range d.rest {
				if !d.send(o) {
					return
				}
			}
			_ = d.tcp.SetLinger(0) // it was not to end yet
			return
		}
	}
}

// send does one thing; false: it was the last.
func (d *stream) send(o ftp.Output) bool {
	switch o := o.(type) {
	case ftp.SendData:
		n, err := d.conn.Write(o.Data)
		if err != nil {
			d.lost()
			return false
		}
		d.tell(ftp.DataWritable{Taken: int64(n)})
		return true
	case ftp.SendFile:
		return d.sendFile(o)
	default:
		d.finish()
		return false
	}
}

// sendFile sends a file's content from an offset on, piece by piece.
func (d *stream) sendFile(o ftp.SendFile) bool {
	send, err := sender(o.Content, o.Offset)
	if err != nil {
		d.tell(ftp.DataWritable{Err: err})
		return true
	}
	for left := o.Content.Size() - o.Offset; left > 0; {
		n, err := send(d.conn, min(left, sendPiece))
		left -= n
		switch {
		case err == nil:
			d.tell(ftp.DataWritable{Taken: n})
		case lostConnection(err):
			d.lost()
			return false
		default:
			d.tell(ftp.DataWritable{Taken: n, Err: err})
			return true
		}
	}
	return true
}

func lostConnection(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) || errors.Is(err, net.ErrClosed)
}

// finish closes in order: FIN after the data, its acknowledgement, the peer's
// FIN.
func (d *stream) finish() {
	if d.secure != nil {
		_ = d.secure.CloseWrite()
	}
	_ = d.tcp.CloseWrite()
	d.closing.Store(true)
	if d.acknowledged() {
		d.tell(ftp.DataAcked{})
	}
	_ = d.tcp.SetReadDeadline(time.Now().Add(lingerTimeout))
	<-d.peerDone
}

// acknowledged waits until the peer has acknowledged everything, or is gone. A
// slow one has as long as the machine's data timer gives it, and a moment more
// when the session is over.
func (d *stream) acknowledged() bool {
	over := d.s.over
	for wait := 50 * time.Microsecond; ; wait = min(2*wait, 10*time.Millisecond) {
		n, known := unacknowledged(d.tcp)
		if !known || n == 0 {
			return !d.aborted.Load()
		}
		select {
		case <-d.peerDone:
			return true // it has closed; a reset has been told already
		case <-over:
			over = nil
			_ = d.tcp.SetReadDeadline(time.Now().Add(lingerTimeout))
		case <-time.After(wait):
		}
	}
}
