package live

import (
	"io"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// reuseAddress lets several data connections come from one port (RFC 959 §3.2:
// the server's is L-1), also while an old one is in TIME-WAIT.
func reuseAddress(_, _ string, c syscall.RawConn) error {
	var err error
	if failed := c.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	}); failed != nil {
		return failed
	}
	return err
}

// withFD runs f on a connection's file descriptor.
func withFD(c *net.TCPConn, f func(fd int) error) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	if failed := raw.Control(func(fd uintptr) { err = f(int(fd)) }); failed != nil {
		return failed
	}
	return err
}

// urgentInLine keeps urgent data in its place in the stream (RFC 1123
// §4.1.2.12 via RFC 854: the Telnet synch is part of it).
func urgentInLine(c *net.TCPConn) error {
	return withFD(c, func(fd int) error { return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_OOBINLINE, 1) })
}

// readUrgent reads, and says whether the first byte is the urgent one: the
// system never reads across it.
func readUrgent(c *net.TCPConn, p []byte) (n int, urgent bool, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, false, err
	}
	failed := raw.Read(func(fd uintptr) bool {
		mark, _ := unix.IoctlGetInt(int(fd), unix.SIOCATMARK) // without an answer there is no mark
		urgent = mark != 0
		n, err = ignoringEINTR(func() (int, error) { return unix.Read(int(fd), p) })
		return err != unix.EAGAIN
	})
	switch {
	case failed != nil:
		return 0, false, failed
	case err != nil:
		return 0, false, os.NewSyscallError("read", err)
	case n == 0:
		return 0, false, io.EOF
	}
	return n, urgent, nil
}

// ignoringEINTR repeats a call that a signal interrupted.
func ignoringEINTR(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}

// writeUrgent sends p, its last byte as urgent data.
func writeUrgent(c *net.TCPConn, p []byte) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	failed := raw.Write(func(fd uintptr) bool {
		_, err = ignoringEINTR(func() (int, error) {
			return len(p), unix.Sendto(int(fd), p, unix.MSG_OOB|unix.MSG_NOSIGNAL, nil)
		})
		return err != unix.EAGAIN
	})
	if failed != nil {
		return failed
	}
	return err
}

// unacknowledged counts the bytes, and the FIN, that the peer has yet to
// acknowledge. False: the system does not tell.
func unacknowledged(c *net.TCPConn) (n int, known bool) {
	err := withFD(c, func(fd int) (err error) {
		n, err = unix.IoctlGetInt(fd, unix.SIOCOUTQ)
		return err
	})
	return n, err == nil
}
