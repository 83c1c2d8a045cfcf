package sim

import (
	"net/netip"

	"ftpscope/netmodel"
	"ftpscope/sim/trace"
)

// The names of the hosts that only some scenarios have.
const (
	attackerName = "attacker"
	secondName   = "second-server"
)

// further adds the hosts beside the client and the server. On the Internet a
// host hangs by a cable as long as that between the routers.
func (n *network) further(s *Scenario, clientWAN, serverWAN *netmodel.Iface, internet netmodel.Link) []trace.NodeInfo {
	p := s.addresses()
	var infos []trace.NodeInfo
	add := func(name string, at netip.Prefix, role trace.Role) *netmodel.Node {
		infos = append(infos, trace.NodeInfo{Name: name, Role: role, Addrs: []netip.Addr{at.Addr()}})
		return n.AddHost(name, at)
	}
	public := func(host *netmodel.Node, at netip.Prefix) {
		out := host.Iface("eth0")
		n.Connect(clientWAN, out, internet)
		for _, side := range []struct {
			router          *netmodel.Iface
			gateway, inside netip.Prefix
		}{{clientWAN, p.clientWAN, p.client}, {serverWAN, p.serverWAN, p.server}} {
			gateway := side.gateway.Addr()
			host.AddRoute(only(gateway), out, gateway)
			host.AddRoute(side.inside.Masked(), out, gateway)
			side.router.Node().AddRoute(only(at.Addr()), side.router, at.Addr())
		}
	}
	switch s.Attacker.Place {
	case "internet":
		n.attacker = add(attackerName, p.attacker, trace.RoleAttacker)
		public(n.attacker, p.attacker)
	case "client-lan":
		n.attacker = add(attackerName, p.insider, trace.RoleAttacker)
		infos[0].Inside = true
		n.Connect(n.client.Iface("eth0"), n.attacker.Iface("eth0"), netmodel.Link{Delay: s.Link.LANDelay})
	}
	if s.SecondServer.On {
		n.second = add(secondName, p.second, trace.RoleSecondServer)
		public(n.second, p.second)
	}
	return infos
}

// only is the network of one address.
func only(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

// lookUp is the network's name service: every name but the second server's is
// the server's.
func (n *network) lookUp(host string) netip.Addr {
	if host != secondName {
		return n.reachedAs
	}
	if n.second == nil {
		return netip.Addr{}
	}
	return n.second.Iface("eth0").Addr()
}

// sessionOf tells whose session a control connection is for, by whoever sent
// the packet that an event is about: its address may have been translated.
func (n *network) sessionOf(arrival netmodel.ID) trace.Session {
	t := n.rec.Trace()
	e := t.Event(trace.ID(arrival))
	for e.What != trace.Sent {
		e = t.Event(e.Cause)
	}
	return n.dialled[t.FlowOf(t.Packet(e)).Src]
}
