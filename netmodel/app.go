package netmodel

import "errors"

// App is one application's end of its connections. The calls run inside the
// scheduler; what they do has the arrival (or timer) being handled as its cause.
type App interface {
	// Connected: our SYN was answered, or a handshake with a listener completed
	// (Conn.Accepted tells which).
	Connected(*Conn)
	// Received: data in order. The slice is shared and must not be changed.
	Received(c *Conn, data []byte, urgent bool)
	// PeerClosed: the peer's FIN, after all its data.
	PeerClosed(*Conn)
	// Acked: everything written so far is acknowledged; once closed, our FIN too.
	Acked(*Conn)
	// Ended is the last call: nil when both sides closed in order (the socket may
	// stay in TIME-WAIT), else one of the errors below. It is not called after
	// Abort, nor for a connection that was never Connected on a listener's side.
	Ended(*Conn, error)
}

// Why a connection ended, as Linux's errno says it.
var (
	ErrRefused            = errors.New("connection refused")           // ECONNREFUSED
	ErrReset              = errors.New("connection reset by peer")     // ECONNRESET
	ErrTimedOut           = errors.New("connection timed out")         // ETIMEDOUT
	ErrHostUnreachable    = errors.New("no route to host")             // EHOSTUNREACH
	ErrNetworkUnreachable = errors.New("network is unreachable")       // ENETUNREACH
	ErrProhibited         = errors.New("permission denied")            // EACCES: ICMPv6 only
	ErrAddressInUse       = errors.New("address already in use")       // EADDRINUSE
	ErrPairTaken          = errors.New("cannot assign that address")   // EADDRNOTAVAIL of connect(2): a connection of the same four numbers
	ErrAddressNotHere     = errors.New("cannot assign that address")   // EADDRNOTAVAIL
	ErrNotConnected       = errors.New("socket is closed for writing") // EPIPE, ENOTCONN
)
