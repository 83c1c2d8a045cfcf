//go:build fidelity && linux

package sim_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/gopacket/gopacket/layers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
	"ftpscope/sim/capture"
)

// asReal maps a preset onto what can be run for real: curl and vsftpd in place
// of a person and a plain server, today's kernel, 20 ms between the routers.
func asReal(t *testing.T, c realCase) sim.Scenario {
	s, err := sim.Preset(c.preset)
	require.NoError(t, err)
	require.Contains(t, []string{"", "none"}, s.Client.Firewall.Preset, "the laboratory knows no firewall on a host")
	real := sim.Default()
	s.Client.Program, s.Client.Ports, s.User = "curl", nil, nil
	s.Client.SkipPasvIP = real.Client.SkipPasvIP
	s.Server.Profile = "vsftpd"
	if len(s.Server.PasvPorts) > 0 {
		s.Server.PasvMin, s.Server.PasvMax = slices.Min(s.Server.PasvPorts), slices.Max(s.Server.PasvPorts)
		s.Server.PasvPorts = nil
	}
	s.Server.ConnectTimeout = 10 // a minute says no more
	s.Task, s.TCP, s.Link = "retr", real.TCP, real.Link
	for _, kv := range c.set {
		require.NoError(t, s.Set(kv[0], kv[1]))
	}
	require.NoError(t, s.Check())
	return s
}

// realCase is a preset, or one with settings that its rules show best.
type realCase struct {
	name, preset string
	set          [][2]string
}

func realCases() []realCase {
	var out []realCase
	for _, p := range sim.Presets() {
		if s, err := sim.Preset(p); err == nil && (s.Attacker.Place != "none" || s.SecondServer.On) {
			continue // the laboratory has one client and one server
		}
		out = append(out, realCase{name: p, preset: p})
	}
	private, ipv6 := [2]string{"server.address", "private"}, [2]string{"server.address", "ipv6"}
	epsv, eprt := [2]string{"client.mode", "epsv"}, [2]string{"client.mode", "eprt"}
	nat, helper := [2]string{"client_router.nat", "true"}, [2]string{"client_router.helper", "true"}
	soon := [2]string{"client.max_time_s", "8"} // curl waits in vain after a refused EPRT
	return append(out,
		realCase{"NAT without a helper", "active", [][2]string{{"client_router.nat", "true"}}},
		realCase{"NAT and a helper", "active-blocked", [][2]string{{"client_router.nat", "true"}, {"client_router.helper", "true"}}},
		realCase{"a helper opens the firewall", "active-blocked", [][2]string{{"client_router.helper", "true"}}},
		realCase{"private server, control alone", "passive", [][2]string{private, {"server_router.dnat", "control"}}},
		realCase{"private server, a helper rewrites 227", "passive", [][2]string{private, {"server_router.dnat", "control"}, {"server_router.helper", "true"}}},
		realCase{"private server, believed", "passive", [][2]string{private, {"server_router.dnat", "control+passive"}, {"client.skip_pasv_ip", "false"}}},
		realCase{"IPv6", "passive", [][2]string{ipv6, epsv}},
		realCase{"IPv6, the client behind NAT", "passive", [][2]string{ipv6, epsv, nat}},
		realCase{"IPv6, EPRT through NAT", "active", [][2]string{ipv6, eprt, nat, soon}},
		realCase{"IPv6, a helper rewrites EPRT", "active", [][2]string{ipv6, eprt, nat, helper}},
		realCase{"IPv6, a helper opens the firewall", "active-blocked", [][2]string{ipv6, eprt, nat, helper}},
		realCase{"IPv6, blocked with ICMPv6", "active-blocked", [][2]string{ipv6, eprt, {"client_router.block_with", "icmp"}}},
		realCase{"IPv6, the server may not call, RST", "active-blocked", [][2]string{ipv6, eprt, nat, helper, {"server_router.firewall", "allow-21-no-out"}, {"server_router.block_with", "reset"}}},
		realCase{"IPv6, only port 21 out, ICMPv6", "passive", [][2]string{
			ipv6, epsv, nat, {"client_router.firewall", "only-21-out"}, {"client_router.block_with", "icmp"}}},
		realCase{"IPv6, the server forwarded, control alone", "passive", [][2]string{ipv6, epsv, {"server_router.dnat", "control"}}},
		realCase{"IPv6, the server forwarded with its passive ports", "passive", [][2]string{ipv6, epsv, {"server_router.dnat", "control+passive"}}},
		realCase{"IPv6, the server forwarded, a helper expects the port of 229", "passive", [][2]string{
			ipv6, epsv, {"server_router.dnat", "control"}, {"server_router.helper", "true"}}},
		realCase{"IPv6, NAT on both sides, active", "active", [][2]string{
			ipv6, eprt, nat, helper, {"server_router.dnat", "control"}, {"server_router.helper", "true"}}},
		realCase{"IPv6, NAT on both sides, active, the server's router alone reads", "active", [][2]string{
			ipv6, eprt, {"server_router.dnat", "control"}, {"server_router.helper", "true"}}},
		realCase{"IPv6, a server behind its firewall", "passive", [][2]string{
			ipv6, epsv, {"server_router.dnat", "control"}, {"server_router.firewall", "allow-21"}, {"server_router.block_with", "icmp"}}},
		realCase{"only port 21 out", "passive", [][2]string{{"client_router.firewall", "only-21-out"}, {"client_router.block_with", "reset"}}},
	)
}

// With the rules that the program writes, vsftpd and curl come to the end that
// the model foretells: the same outcome and reply, the same announcements on
// both sides, the blocked SYN dead at the same place.
func TestRealProgramsEndAsTheModelDoes(t *testing.T) {
	for _, c := range realCases() {
		t.Run(c.name, func(t *testing.T) {
			s := asReal(t, c)
			tr, err := sim.Run(s)
			require.NoError(t, err)
			model := map[string][]byte{}
			for _, at := range capture.VantagesOf(tr) {
				var file bytes.Buffer
				require.NoError(t, capture.Write(&file, tr, at))
				model[at] = file.Bytes()
			}
			foretold := observe(t, model, layers.TCPPort(s.Server.ControlPort))

			l := newLab(t, &s)
			l.vsftpd()
			end := l.captures()
			l.curl()
			seen := observe(t, end(), layers.TCPPort(s.Server.ControlPort))
			t.Logf("%+v", seen)
			assert.Equal(t, seen, foretold)
			assert.Equal(t, seen.OK, tr.Outcome.OK)
			assert.Equal(t, seen.Reply, tr.Outcome.Reply)
		})
	}
}
