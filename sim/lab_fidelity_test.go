//go:build fidelity && linux

package sim_test

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ftpscope/sim"
)

// lab is the network of a scenario as Linux builds it: four network namespaces
// in a line, the routers' rules as the program itself writes them.
type lab struct {
	t         *testing.T
	s         *sim.Scenario
	dir       string
	client    netip.Prefix
	server    netip.Addr
	reachedAs netip.Addr
}

// The hosts and routers, from the client to the server.
const (
	labClient       = "client"
	labClientRouter = "client-router"
	labServerRouter = "server-router"
	labServer       = "server"
)

// space is the name of a node's namespace.
func space(node string) string { return fmt.Sprintf("fs%d-%s", os.Getpid(), node) }

func newLab(t *testing.T, s *sim.Scenario) *lab {
	l := &lab{t: t, s: s, dir: t.TempDir(), server: netip.MustParseAddr("203.0.113.10"), reachedAs: netip.MustParseAddr("203.0.113.10")}
	client := "192.168.1.2/24"
	switch {
	case s.Server.Address == "ipv6":
		client, l.server, l.reachedAs = "2001:db8:1::2/64", netip.MustParseAddr("2001:db8:2::10"), netip.MustParseAddr("2001:db8:2::10")
		if s.ClientRouter.NAT {
			client = "fd00:1::2/64"
		}
		if s.ServerRouter.DNAT != "none" {
			l.server, l.reachedAs = netip.MustParseAddr("fd00:2::10"), netip.MustParseAddr("2001:db8::2")
		}
	case s.Server.Address == "private":
		l.server, l.reachedAs = netip.MustParseAddr("10.0.0.10"), netip.MustParseAddr("198.51.100.2")
	}
	require.NoError(t, os.Chmod(l.dir, 0o755)) // vsftpd looks in as another user
	for _, node := range []string{labClient, labClientRouter, labServerRouter, labServer} {
		l.ip("netns", "add", space(node))
		t.Cleanup(func() { l.remove(node) })
		forward := strings.Contains(node, "router")
		on := map[bool]int{true: 1}[forward]
		l.in(node, "sysctl", "-qw", "net.ipv4.tcp_congestion_control=reno", "net.ipv6.conf.default.accept_dad=0",
			fmt.Sprintf("net.ipv4.ip_forward=%d", on), fmt.Sprintf("net.ipv6.conf.all.forwarding=%d", on))
		l.in(node, "ip", "link", "set", "lo", "up")
	}
	l.client = netip.MustParsePrefix(client)
	l.cable(labClient, labClientRouter, l.client)
	l.cable(labServer, labServerRouter, netip.PrefixFrom(l.server, l.client.Bits()))
	l.internet()
	l.rules(labClientRouter, "client_router", s.ClientRouter.Sysctl)
	l.rules(labServerRouter, "server_router", s.ServerRouter.Sysctl)
	return l
}

func (l *lab) ip(args ...string) { l.run(exec.Command("ip", args...)) }

// in runs a command on a node to its end.
func (l *lab) in(node string, args ...string) { l.run(l.command(node, args...)) }

func (l *lab) command(node string, args ...string) *exec.Cmd {
	return exec.Command("ip", append([]string{"netns", "exec", space(node)}, args...)...)
}

func (l *lab) run(c *exec.Cmd) {
	l.t.Helper()
	out, err := c.CombinedOutput()
	require.NoError(l.t, err, "%s: %s", c, out)
}

// start runs a command on a node until the test ends or [lab.stop].
func (l *lab) start(node string, args ...string) *exec.Cmd {
	c := l.command(node, args...)
	require.NoError(l.t, c.Start())
	l.t.Cleanup(func() { l.stop(c) })
	return c
}

func (l *lab) stop(c *exec.Cmd) {
	if c.ProcessState == nil {
		_ = c.Process.Signal(os.Interrupt) // it may be gone already
		_ = c.Wait()                       // its status tells only how we ended it
	}
}

// remove ends what still runs in a namespace, sessions of vsftpd for instance,
// and the namespace itself.
func (l *lab) remove(node string) {
	pids, _ := exec.Command("ip", "netns", "pids", space(node)).Output()
	for _, pid := range strings.Fields(string(pids)) {
		_ = exec.Command("kill", "-KILL", pid).Run() // it may have ended meanwhile
	}
	l.ip("netns", "del", space(node))
}

// cable joins a host to its router, which has the first address of the host's
// network.
func (l *lab) cable(host, router string, addr netip.Prefix) {
	gateway := netip.PrefixFrom(addr.Masked().Addr().Next(), addr.Bits())
	l.ip("link", "add", "eth0", "netns", space(host), "type", "veth", "peer", "name", "lan", "netns", space(router))
	l.in(host, "ip", "addr", "add", addr.String(), "dev", "eth0")
	l.in(router, "ip", "addr", "add", gateway.String(), "dev", "lan")
	l.in(host, "ip", "link", "set", "eth0", "up")
	l.in(router, "ip", "link", "set", "lan", "up")
	l.in(host, "ip", "route", "add", "default", "via", gateway.Addr().String(), "dev", "eth0")
}

// internet joins the routers by a line with the scenario's delay, on which
// private addresses get lost.
func (l *lab) internet() {
	wan := map[string]string{labClientRouter: "198.51.100.1/24", labServerRouter: "198.51.100.2/24"}
	if l.s.Server.Address == "ipv6" {
		wan = map[string]string{labClientRouter: "2001:db8::1/64", labServerRouter: "2001:db8::2/64"}
	}
	for router, addr := range wan {
		l.in(router, "ip", "tuntap", "add", "dev", "wan", "mode", "tun")
		l.in(router, "ip", "addr", "add", addr, "dev", "wan")
		l.in(router, "ip", "link", "set", "wan", "up")
		if l.s.Server.Address == "ipv6" {
			l.in(router, "ip", "-6", "route", "add", "default", "dev", "wan")
		} else {
			l.in(router, "ip", "route", "add", "default", "dev", "wan")
		}
	}
	carried := []netip.Prefix{netip.MustParsePrefix(wan[labServerRouter]).Masked()}
	if l.server == l.reachedAs {
		carried = append(carried, netip.PrefixFrom(l.server, l.client.Bits()).Masked())
	}
	if !l.s.ClientRouter.NAT {
		carried = append(carried, l.client.Masked())
	}
	require.NoError(l.t, join(l.t, space(labClientRouter), space(labServerRouter), l.s.Link.Delay, carried))
}

// rules loads what the program writes for a router.
func (l *lab) rules(node, router string, sysctl map[string]string) {
	text, err := sim.Ruleset(l.s, router)
	require.NoError(l.t, err)
	nft := l.command(node, "nft", "-f", "-")
	nft.Stdin = strings.NewReader(text)
	l.run(nft)
	for key, value := range sysctl {
		l.in(node, "sysctl", "-qw", key+"="+value)
	}
}

// captures begins to record at every vantage point; what it returns ends that
// and gives the files.
func (l *lab) captures() func() map[string][]byte {
	places := []struct{ vantage, node, device string }{
		{"client", labClient, "eth0"}, {"middle", labClientRouter, "wan"}, {"server-router", labServerRouter, "wan"}, {"server", labServer, "eth0"},
	}
	var running []*exec.Cmd
	for _, p := range places {
		c := l.command(p.node, "tcpdump", "-i", p.device, "-n", "-U", "-Z", "root", "--immediate-mode", "-w", filepath.Join(l.dir, p.vantage), "tcp")
		told, err := c.StderrPipe()
		require.NoError(l.t, err)
		require.NoError(l.t, c.Start())
		l.t.Cleanup(func() { l.stop(c) })
		l.await(told, "listening on")
		running = append(running, c)
	}
	return func() map[string][]byte {
		time.Sleep(500 * time.Millisecond) // what is on its way
		files := map[string][]byte{}
		for i, p := range places {
			l.stop(running[i])
			data, err := os.ReadFile(filepath.Join(l.dir, p.vantage))
			require.NoError(l.t, err)
			files[p.vantage] = data
		}
		return files
	}
}

// await reads until a program has said that it is ready.
func (l *lab) await(r io.Reader, words string) {
	var said bytes.Buffer
	buf := make([]byte, 256)
	for !strings.Contains(said.String(), words) {
		n, err := r.Read(buf)
		said.Write(buf[:n])
		require.NoError(l.t, err, "%s", said.String())
	}
}
