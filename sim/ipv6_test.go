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

func TestNobodyTranslatesOverIPv6(t *testing.T) {
	for key, value := range map[string]string{"client_router.nat": "true", "client_router.forward_range": "[50000, 50009]", "server_router.nat": "true"} {
		s := Default()
		s.Server.Address = "ipv6"
		assert.ErrorContains(t, s.Set(key, value), key+": is for ", key)
	}
	s := Default()
	s.Server.Address, s.Client.Program = "ipv6", "plain"
	assert.ErrorContains(t, s.Set("client.mode", "port"), "PORT has no room for an IPv6 address")
}
