//go:build fidelity && linux

package sim_test

import (
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// join carries packets between the TUN devices "wan" of two namespaces, each
// way with a delay and in order, as far as both addresses are carried. Kernels
// without netem can do it.
func join(t *testing.T, a, b string, delay time.Duration, carried []netip.Prefix) error {
	one, err := attach(a)
	if err != nil {
		return err
	}
	t.Cleanup(func() { _ = one.Close() }) // nothing is buffered
	other, err := attach(b)
	if err != nil {
		return err
	}
	t.Cleanup(func() { _ = other.Close() })
	go carry(one, other, delay, carried)
	go carry(other, one, delay, carried)
	return nil
}

// The main thread stays with main, so that no namespace is entered on it: it
// could not end.
func init() { runtime.LockOSThread() }

// attach opens the TUN device "wan" of a namespace. A thread enters the
// namespace for it, and ends with it.
func attach(namespace string) (*os.File, error) {
	type opened struct {
		file *os.File
		err  error
	}
	done := make(chan opened)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread goes with the goroutine
		file, err := attachHere(namespace)
		done <- opened{file, err}
	}()
	o := <-done
	return o.file, o.err
}

func attachHere(namespace string) (*os.File, error) {
	ns, err := os.Open("/run/netns/" + namespace)
	if err != nil {
		return nil, err
	}
	defer func() { _ = ns.Close() }() // only read
	if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
		return nil, fmt.Errorf("setns %s: %w", namespace, err)
	}
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("/dev/net/tun: %w", err)
	}
	request, err := unix.NewIfreq("wan")
	if err != nil {
		return nil, err
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
		return nil, fmt.Errorf("TUNSETIFF wan in %s: %w", namespace, err)
	}
	return os.NewFile(uintptr(fd), namespace+" wan"), nil
}

// carry takes packets out of one device and puts them into the other, until
// the first is closed.
func carry(from, to *os.File, delay time.Duration, carried []netip.Prefix) {
	type due struct {
		at     time.Time
		packet []byte
	}
	queue := make(chan due, 4096)
	go func() {
		for d := range queue {
			time.Sleep(time.Until(d.at))
			_, _ = to.Write(d.packet) // a router that is gone takes nothing
		}
	}()
	defer close(queue)
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if packet := slices.Clone(buf[:n]); routable(packet, carried) {
			queue <- due{time.Now().Add(delay), packet}
		}
	}
}

// routable says whether the Internet knows a way for a packet.
func routable(packet []byte, carried []netip.Prefix) bool {
	var ends [][]byte
	switch {
	case len(packet) >= 20 && packet[0]>>4 == 4:
		ends = [][]byte{packet[12:16], packet[16:20]}
	case len(packet) >= 40 && packet[0]>>4 == 6:
		ends = [][]byte{packet[8:24], packet[24:40]}
	default:
		return false
	}
	for _, raw := range ends {
		addr, _ := netip.AddrFromSlice(raw)
		if !slices.ContainsFunc(carried, func(p netip.Prefix) bool { return p.Contains(addr) }) {
			return false
		}
	}
	return true
}
