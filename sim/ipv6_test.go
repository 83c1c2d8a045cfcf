package sim

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

// overIPv6 runs a scenario over IPv6 and gives what was said.
func overIPv6(t *testing.T, set ...string) (*trace.Trace, string) {
	t.Helper()
	s := Default()
	require.NoError(t, s.Set("server.address", "ipv6"))
	for i := 0; i < len(set); i += 2 {
		require.NoError(t, s.Set(set[i], set[i+1]))
	}
	tr, err := Run(s)
	require.NoError(t, err)
	return tr, strings.Join(dialogueOf(trace.NewOutline(tr)), "\n")
}

// RFC 2428: EPRT names the protocol and the address, EPSV only a port.
func TestOverIPv6TheExtendedCommandsAreSpoken(t *testing.T) {
	for mode, want := range map[string]string{
		"eprt": "EPRT |2|2001:db8:1::2|", "epsv": "\nEPSV\n229 ",
		"port": "EPRT |2|2001:db8:1::2|", "pasv": "\nEPSV\n229 ", // curl has no choice
	} {
		tr, said := overIPv6(t, "client.mode", mode)
		assert.True(t, tr.Outcome.OK, mode)
		assert.Contains(t, said, want, mode)
		assert.Equal(t, "2001:db8:2::10", tr.FlowOf(tr.Packet(firstPacket(tr))).Dst.Addr().String())
	}
}

func firstPacket(tr *trace.Trace) trace.Event {
	for id := trace.ID(1); ; id++ {
		if e := tr.Event(id); e.Kind == trace.KindPacket {
			return e
		}
	}
}

// What PASV over IPv6 brings differs from server to server.
func TestPASVOverIPv6IsAnsweredAsEachServerDoes(t *testing.T) {
	for profile, ok := range map[string]bool{"plain": false, "vsftpd": true, "proftpd": false, "pureftpd": false} {
		tr, said := overIPv6(t, "client.program", "plain", "server.profile", profile)
		assert.Equal(t, ok, tr.Outcome.OK, "%s: %s", profile, said)
		assert.Contains(t, said, "\nPASV\n", profile)
	}
}

func TestTheHelperReadsAnEPRTOverIPv6(t *testing.T) {
	for helper, ok := range map[string]bool{"false": false, "true": true} {
		tr, _ := overIPv6(t, "client.mode", "eprt", "client_router.firewall", "block-inbound", "client_router.helper", helper)
		assert.Equal(t, ok, tr.Outcome.OK, "helper %s", helper)
	}
}

// NAT66: the address inside EPRT is not the one on the packet, as over IPv4
// (fidelity: vsftpd 3.0.3 says 500, and curl 7.88.1, which has no PORT to fall
// back on over IPv6, waits until its time is up).
func TestOverIPv6NATBreaksEPRT(t *testing.T) {
	tr, said := overIPv6(t, "client.mode", "eprt", "client_router.nat", "true", "server.profile", "vsftpd", "client.max_time_s", "8")
	assert.False(t, tr.Outcome.OK)
	assert.Equal(t, 500, tr.Outcome.Reply)
	assert.Contains(t, said, "\nEPRT |2|fd00:1::2|")
	assert.NotContains(t, said, "QUIT")
	assert.Equal(t, "fd00:1::2", tr.FlowOf(tr.Packet(firstPacket(tr))).Src.Addr().String(), "behind NAT stands a unique local address (RFC 4193)")
}

// The address that nf_nat_ftp writes has all its zeros ("%pI6"; make fidelity
// shows it).
func TestOverIPv6TheHelperWritesTheWholeAddress(t *testing.T) {
	tr, _ := overIPv6(t, "client.mode", "eprt", "client_router.nat", "true", "client_router.helper", "true", "server.profile", "vsftpd")
	assert.True(t, tr.Outcome.OK)
	at := commandsAt(tr, "server", "EPRT ")
	require.Len(t, at, 1)
	assert.Regexp(t, `^EPRT \|2\|2001:0db8:0000:0000:0000:0000:0000:0001\|\d+\|$`, at[0])
}

// commandsAt lists the commands that a node received and that begin so.
func commandsAt(tr *trace.Trace, node, start string) []string {
	var out []string
	for id := trace.ID(1); int(id) <= tr.Len(); id++ {
		e := tr.Event(id)
		if e.Kind != trace.KindCommand || tr.Nodes[e.At].Name != node {
			continue
		}
		if line := tr.Line(e).Text; strings.HasPrefix(line, start) {
			out = append(out, line)
		}
	}
	return out
}

// A server that its router forwards is found at the router's address, and 229
// names no other (RFC 2428 §3).
func TestOverIPv6AServerIsForwarded(t *testing.T) {
	for name, c := range map[string]struct {
		set []string
		ok  bool
	}{
		"control alone":        {[]string{"server_router.dnat", "control"}, false},
		"with a helper":        {[]string{"server_router.dnat", "control", "server_router.helper", "true"}, true},
		"with the passive one": {[]string{"server_router.dnat", "control+passive"}, true},
		"the client's ports":   {[]string{"client_router.forward_range", "[50000, 50009]", "client_router.nat", "true", "server_router.dnat", "control+passive"}, true},
	} {
		tr, said := overIPv6(t, append([]string{"client.mode", "epsv"}, c.set...)...)
		assert.Equal(t, c.ok, tr.Outcome.OK, "%s: %s", name, said)
		first := tr.FlowOf(tr.Packet(firstPacket(tr)))
		assert.Equal(t, "2001:db8::2", first.Dst.Addr().String(), name)
	}
}

// The table for NAT is of IPv6's family, which nft wants (make fidelity loads it).
func TestOverIPv6TheRulesetIsForIPv6(t *testing.T) {
	s := Default()
	for _, kv := range [][2]string{{"server.address", "ipv6"}, {"client_router.nat", "true"}, {"client_router.forward_range", "[50000, 50009]"}, {"server_router.dnat", "control"}} {
		require.NoError(t, s.Set(kv[0], kv[1]))
	}
	text, err := Ruleset(&s, "client_router")
	require.NoError(t, err)
	assert.Contains(t, text, "\ntable ip6 nat {\n")
	assert.Contains(t, text, `tcp dport 50000-50009 counter dnat to fd00:1::2 comment "forward"`)
	text, err = Ruleset(&s, "server_router")
	require.NoError(t, err)
	assert.Contains(t, text, `tcp dport 21 counter dnat to fd00:2::10 comment "control"`)
	assert.Contains(t, text, `oifname "wan" counter masquerade`)
}

func TestPORTHasNoRoomForAnIPv6Address(t *testing.T) {
	s := Default()
	s.Server.Address, s.Client.Program = "ipv6", "plain"
	assert.Contains(t, english(s.Set("client.mode", "port")), "PORT has no room for an IPv6 address")
}
