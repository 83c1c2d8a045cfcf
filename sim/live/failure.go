package live

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"

	"ftpscope/sim/ftp"
)

// handshakeError is a TLS handshake that failed.
type handshakeError struct{ error }

func (e *handshakeError) Unwrap() error { return e.error }

// failures puts the system's errors into the machine's words, the first match
// counts.
var failures = []struct {
	err    error
	reason ftp.Failure
}{
	{syscall.ECONNREFUSED, ftp.Refused},
	{syscall.ETIMEDOUT, ftp.TimedOut},
	{os.ErrDeadlineExceeded, ftp.TimedOut},
	{context.DeadlineExceeded, ftp.TimedOut},
	{syscall.EHOSTUNREACH, ftp.Unreachable},
	{syscall.ENETUNREACH, ftp.Unreachable},
	{syscall.EADDRNOTAVAIL, ftp.Unreachable},
	{syscall.EACCES, ftp.PolicyRefused},
	{syscall.EPERM, ftp.PolicyRefused},
	{syscall.EADDRINUSE, ftp.PortInUse},
	{syscall.ECONNRESET, ftp.WasReset},
	{syscall.EPIPE, ftp.WasReset},
	{io.EOF, ftp.ClosedEarly},
}

// failure puts an error of the network into the machine's words.
func failure(err error) ftp.Failure {
	var untrusted *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var lookup *net.DNSError
	var handshake *handshakeError
	switch {
	case errors.As(err, &untrusted), errors.As(err, &authority):
		return ftp.NotTrusted
	case errors.As(err, &handshake):
		return ftp.BadHandshake
	case errors.As(err, &lookup):
		return ftp.NotFound
	}
	for _, f := range failures {
		if errors.Is(err, f.err) {
			return f.reason
		}
	}
	return ftp.Unreachable
}

// addrPort is a socket's address; IPv4 is IPv4, however the socket came by it.
func addrPort(a net.Addr) netip.AddrPort {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := tcp.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port())
}
