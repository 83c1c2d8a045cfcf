package sim

import "net/netip"

// The addresses of every scenario over IPv4. Documentation networks (RFC 5737)
// stand for the public Internet, RFC 1918's for what is behind NAT.
var (
	clientAddr     = netip.MustParsePrefix("192.168.1.2/24")
	strangerAddr   = netip.MustParsePrefix("192.168.1.3/24") // also the client host's, for runs in which another address meddles
	clientGateway  = netip.MustParsePrefix("192.168.1.1/24")
	clientWAN      = netip.MustParsePrefix("198.51.100.1/24")
	serverWAN      = netip.MustParsePrefix("198.51.100.2/24")
	publicGateway  = netip.MustParsePrefix("203.0.113.1/24")
	publicServer   = netip.MustParsePrefix("203.0.113.10/24")
	privateGateway = netip.MustParsePrefix("10.0.0.1/24")
	privateServer  = netip.MustParsePrefix("10.0.0.10/24")
	attackerAddr   = netip.MustParsePrefix("192.0.2.66/24")
	insiderAddr    = netip.MustParsePrefix("192.168.1.66/24") // the attacker's in the client's network
	secondAddr     = netip.MustParsePrefix("192.0.2.10/24")
)

// plan is who has which address.
type plan struct {
	client, stranger, clientGateway, clientWAN netip.Prefix
	serverWAN, serverGateway, server           netip.Prefix
	attacker, insider, second                  netip.Prefix
	reachedAs                                  netip.Addr // where the world finds the server
}

// ipv6Plan gives every host an address of the documentation's prefix (RFC 3849).
var ipv6Plan = plan{
	client: netip.MustParsePrefix("2001:db8:1::2/64"), stranger: netip.MustParsePrefix("2001:db8:1::3/64"),
	clientGateway: netip.MustParsePrefix("2001:db8:1::1/64"), clientWAN: netip.MustParsePrefix("2001:db8::1/64"),
	serverWAN: netip.MustParsePrefix("2001:db8::2/64"), serverGateway: netip.MustParsePrefix("2001:db8:2::1/64"),
	attacker: netip.MustParsePrefix("2001:db8:3::66/64"), insider: netip.MustParsePrefix("2001:db8:1::66/64"),
	second: netip.MustParsePrefix("2001:db8:3::10/64"),
	server: netip.MustParsePrefix("2001:db8:2::10/64"), reachedAs: netip.MustParseAddr("2001:db8:2::10"),
}

// Behind NAT stand unique local addresses (RFC 4193), as RFC 1918's do over IPv4.
var (
	localClient        = netip.MustParsePrefix("fd00:1::2/64")
	localStranger      = netip.MustParsePrefix("fd00:1::3/64")
	localClientGateway = netip.MustParsePrefix("fd00:1::1/64")
	localServerGateway = netip.MustParsePrefix("fd00:2::1/64")
	localServer        = netip.MustParsePrefix("fd00:2::10/64")
)

func (s *Scenario) ipv6() bool { return s.Server.Address == "ipv6" }

// hidden says that the world reaches the server only as its router forwards.
func (s *Scenario) hidden() bool {
	return s.Server.Address == "private" || s.ipv6() && s.ServerRouter.DNAT != "none"
}

// addresses gives out the addresses of a scenario.
func (s *Scenario) addresses() plan {
	p := plan{
		client: clientAddr, stranger: strangerAddr, clientGateway: clientGateway, clientWAN: clientWAN,
		attacker: attackerAddr, insider: insiderAddr, second: secondAddr,
		serverWAN: serverWAN, serverGateway: publicGateway, server: publicServer, reachedAs: publicServer.Addr(),
	}
	switch s.Server.Address {
	case "ipv6":
		p = ipv6Plan
		if s.ClientRouter.NAT {
			p.client, p.stranger, p.clientGateway = localClient, localStranger, localClientGateway
		}
		if s.hidden() {
			p.serverGateway, p.server, p.reachedAs = localServerGateway, localServer, p.serverWAN.Addr()
		}
	case "private":
		p.serverGateway, p.server, p.reachedAs = privateGateway, privateServer, serverWAN.Addr()
	}
	return p
}

// carried are the networks whose packets the Internet carries: the private ones
// of a side that translates are not among them.
func (s *Scenario) carried() []netip.Prefix {
	p := s.addresses()
	out := []netip.Prefix{p.clientWAN.Masked()}
	if !s.hidden() {
		out = append(out, p.server.Masked())
	}
	if !s.ClientRouter.NAT {
		out = append(out, p.client.Masked())
	}
	if s.SecondServer.On || s.Attacker.Place == "internet" {
		out = append(out, p.second.Masked()) // the attacker's too
	}
	return out
}
