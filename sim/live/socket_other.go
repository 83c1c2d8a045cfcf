//go:build !linux

package live

import (
	"errors"
	"net"
	"syscall"
)

// Where the system's own ways are not known here, the portable ones do: urgent
// data goes in band, and a FIN counts as acknowledged when it is sent.

func reuseAddress(_, _ string, _ syscall.RawConn) error { return nil }

func urgentInLine(*net.TCPConn) error { return errors.ErrUnsupported }

func readUrgent(c *net.TCPConn, p []byte) (n int, urgent bool, err error) {
	n, err = c.Read(p)
	return n, false, err
}

func writeUrgent(c *net.TCPConn, p []byte) error {
	_, err := c.Write(p)
	return err
}

func unacknowledged(*net.TCPConn) (n int, known bool) { return 0, false }
