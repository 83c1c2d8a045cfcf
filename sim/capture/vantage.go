package capture

import (
	"fmt"
	"strings"

	"ftpscope/sim/trace"
)

// vantage is a place where packets can be captured.
type vantage struct {
	name  string
	role  trace.Role // of the node
	side  side
	iface string // as ip link calls it there
	about string
}

// side tells which of a node's interfaces.
type side uint8

const (
	only  side = iota // a host has one
	inner             // of a router, to its own host
	outer             // of a router, to everyone else
)

// In the order in which a packet of the client passes them, the further hosts last.
var vantages = [...]vantage{
	{"client", trace.RoleClient, only, "eth0", "the client's interface"},
	{"client-router", trace.RoleClientRouter, inner, "lan", "the client's router, inner interface: before NAT"},
	{"middle", trace.RoleClientRouter, outer, "wan", "the client's router, outer interface: after NAT, before the Internet's delay"},
	{"server-router", trace.RoleServerRouter, outer, "wan", "the server's router, outer interface: after the Internet's delay, before its firewall"},
	{"server", trace.RoleServer, only, "eth0", "the server's interface"},
	{"attacker", trace.RoleAttacker, only, "eth0", "the attacker's interface"},
	{"second-server", trace.RoleSecondServer, only, "eth0", "the second server's interface"},
}

// Vantages are the names of the places [Write] knows, from the client to the
// server, and then those that only some runs have.
func Vantages() []string {
	names := make([]string, len(vantages))
	for i := range vantages {
		names[i] = vantages[i].name
	}
	return names
}

// VantagesOf are the names of the places that a run has.
func VantagesOf(t *trace.Trace) []string {
	var here []string
	for _, v := range vantages {
		if _, ok := t.NodeByRole(v.role); ok {
			here = append(here, v.name)
		}
	}
	return here
}

// find looks for a vantage point in a run.
func find(t *trace.Trace, name string) (vantage, trace.Node, error) {
	for _, v := range vantages {
		if node, ok := t.NodeByRole(v.role); ok && v.name == name {
			return v, node, nil
		}
	}
	return vantage{}, 0, fmt.Errorf("cannot capture at %q: this run has the vantage points %s", name, strings.Join(VantagesOf(t), ", "))
}
