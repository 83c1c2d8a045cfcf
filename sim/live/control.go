package live

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"ftpscope/sim/ftp"
)

// control is the control connection. A nil control takes whatever is asked of
// it and does nothing.
type control struct {
	s    *session
	tcp  *net.TCPConn
	done chan struct{}

	// The session changes these only while the reader waits for it.
	conn   net.Conn  // tcp, or TLS over it
	secure *tls.Conn // not nil: TLS whose handshake the reader has yet to do
}

func newControl(s *session, tcp *net.TCPConn) *control {
	// Without that, urgent data is not in its place in the stream. Where the
	// system has no such option it stays out of it, and Telnet's IP and DM
	// arrive as the bytes before it only.
	_ = urgentInLine(tcp)
	return &control{s: s, tcp: tcp, conn: tcp, done: make(chan struct{}, 1)}
}

// read brings what arrives, piece by piece, until the connection ends.
func (c *control) read() {
	defer c.tcp.Close()
	buffer := make([]byte, controlBuffer)
	for {
		if err := c.shakeHands(); err != nil {
			c.s.tell(event{in: ftp.TLSFailed{Channel: ftp.ControlChannel, Reason: failure(err)}, from: c})
			return
		}
		n, urgent, err := c.receive(buffer)
		if n > 0 && !c.s.tellAndWait(event{in: ftp.ControlReceived{Data: buffer[:n], Urgent: urgent}, from: c}, c.done) {
			break
		}
		if err != nil {
			c.s.tell(event{in: ftp.ControlClosed{Reset: !errors.Is(err, io.EOF)}, from: c})
			return
		}
	}
	// A socket closed with something unread resets the connection, and the
	// last reply would be lost with it.
	_, _ = io.Copy(io.Discard, c.tcp)
}

func (c *control) receive(buffer []byte) (n int, urgent bool, err error) {
	if c.conn == c.tcp {
		return readUrgent(c.tcp, buffer)
	}
	n, err = c.conn.Read(buffer)
	return n, false, err
}

func (c *control) shakeHands() error {
	if c.secure == nil {
		return nil
	}
	secure := c.secure
	c.secure = nil
	return shakeHands(secure, c.tcp)
}

// write sends one command or reply. A peer that does not read what it is told
// is given up.
func (c *control) write(o ftp.SendControl) {
	if c == nil {
		return
	}
	err := c.tcp.SetWriteDeadline(time.Now().Add(writePatience))
	switch {
	case err != nil:
	case o.Urgent && c.conn == c.tcp:
		err = writeUrgent(c.tcp, o.Raw)
	default:
		_, err = c.conn.Write(o.Raw)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.abort()
	}
}

// startTLS puts TLS over the connection, from the next byte on.
func (c *control) startTLS(wrap func(net.Conn) *tls.Conn) {
	if c == nil {
		return
	}
	c.secure = wrap(&recordConn{Conn: c.tcp})
	c.conn = c.secure
}

// stopTLS goes on in clear text (RFC 4217 §12.3): both sides send their
// closure alert. The peer's is read here, before the next byte.
func (c *control) stopTLS() {
	if c == nil {
		return
	}
	secure, ok := c.conn.(*tls.Conn)
	if !ok {
		return
	}
	_ = c.tcp.SetDeadline(time.Now().Add(handshakeTimeout))
	if err := secure.CloseWrite(); err == nil {
		_, err = secure.Read(make([]byte, 1))
		if !errors.Is(err, io.EOF) {
			c.abort()
		}
	}
	_ = c.tcp.SetDeadline(time.Time{})
	c.conn = c.tcp
}

// hangUp sends a FIN after what was written; the reader waits a moment for the
// peer's.
func (c *control) hangUp() {
	if c == nil {
		return
	}
	_ = c.tcp.SetDeadline(time.Now().Add(hangUpTimeout))
	if secure, ok := c.conn.(*tls.Conn); ok {
		_ = secure.CloseWrite()
	}
	_ = c.tcp.CloseWrite()
}

// abort sends a RST.
func (c *control) abort() {
	if c == nil {
		return
	}
	_ = c.tcp.SetLinger(0)
	_ = c.tcp.Close()
}

// shakeHands does the TLS handshake over tcp within a bounded time.
func shakeHands(secure *tls.Conn, tcp *net.TCPConn) error {
	if err := tcp.SetDeadline(time.Now().Add(handshakeTimeout)); err != nil {
		return err
	}
	if err := secure.Handshake(); err != nil {
		return &handshakeError{err}
	}
	return tcp.SetDeadline(time.Time{})
}

// recordConn hands out no more than one TLS record at a time, so that clear
// text after the last of them is not swallowed.
type recordConn struct {
	net.Conn
	header [5]byte // type, version, length (RFC 8446 §5.1)
	have   int     // of the header
	given  int     // of the header
	left   int     // of the record's body
}

func (c *recordConn) Read(p []byte) (int, error) {
	if c.left == 0 && c.given == len(c.header) {
		c.have, c.given = 0, 0
	}
	if c.left == 0 {
		for c.have < len(c.header) {
			n, err := c.Conn.Read(c.header[c.have:])
			c.have += n
			if err != nil {
				return 0, err
			}
		}
		n := copy(p, c.header[c.given:])
		if c.given += n; c.given == len(c.header) {
			c.left = int(c.header[3])<<8 | int(c.header[4])
		}
		return n, nil
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}
