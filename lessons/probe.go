package lessons

import (
	"strconv"

	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// accepts reports whether a connection that nobody asked for, from the far side
// of the Internet, reaches a port of the client or the server. It is tried out:
// the model runs with exactly this connection in it.
func accepts(s *sim.Scenario, side string, port int) (bool, error) {
	if port < 1 || port > 65535 {
		return false, trace.Err("error.lesson.port", "port", port)
	}
	switch side {
	case "client":
		if port < 1024 {
			return false, trace.Err("error.lesson.port_low", "port", port)
		}
		for _, from := range []int{20, 40000} { // a rule may trust port 20
			if ok, err := reachesClient(s, port, from); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	case "server":
		return reachesServer(s, port)
	}
	return false, trace.Err("error.lesson.side", "side", strconv.Quote(side))
}

// probe is the scenario without what is not tried: no helper expects anything,
// nobody waits long, and the other side lets everything through.
func probe(s *sim.Scenario) sim.Scenario {
	p := s.Clone()
	p.User, p.Client.Ports, p.Client.Program = nil, nil, "raw"
	p.Client.ConnectTimeout, p.Client.MaxTime, p.Server.ConnectTimeout = 3, 10, 3
	p.Client.TLS, p.Server.TLS = false, "none" // whether it gets there does not depend on what is said
	p.ClientRouter.Helper, p.ServerRouter.Helper = false, false
	p.File, p.FileBytes, p.Link.Loss, p.Settle = "file.bin", 1, 0, 0
	p.MaxEvents = maxEvents
	return p
}

// reachesClient has a server call the client's port, from a port of its own.
// The client is to listen without having announced anything that could open
// the way: with the helpers off, PORT announces only to the server.
func reachesClient(s *sim.Scenario, port, from int) (bool, error) {
	p := probe(s)
	announce := "port"
	if s.Server.Address == "ipv6" {
		announce = "eprt"
	}
	p.Client.Mode, p.Client.PortRange, p.Server.DataPort = announce, []int{port, port}, from
	p.Server.Profile, p.Server.PortPromiscuous = "plain", true
	p.ServerRouter.Firewall = sim.Firewall{Preset: "none"}
	if s.ClientRouter.NAT {
		p.Client.PortAddress = "198.51.100.1" // what the outside sees of a client behind NAT
	}
	p.Client.Script = []string{announce, "send RETR file.bin", "reply 4", "quit"}
	return arrived(p, trace.Data, trace.RoleClient)
}

// reachesServer has an outsider call a port of the server: a server that has
// its command port there.
func reachesServer(s *sim.Scenario, port int) (bool, error) {
	p := probe(s)
	if s.ServerRouter.DNAT != "none" && !forwarded(s, port) {
		return false, nil // the router keeps it
	}
	p.ServerRouter.Firewall = s.Expand(&s.ServerRouter) // as it is with the real command port
	p.Server.ControlPort = port
	if p.ServerRouter.DNAT != "none" {
		p.ServerRouter.DNAT = "control"
	}
	p.ClientRouter.Firewall = sim.Firewall{Preset: "none"}
	p.Client.Script = []string{"quit"}
	return arrived(p, trace.Command, trace.RoleServer)
}

func forwarded(s *sim.Scenario, port int) bool {
	return port == s.Server.ControlPort ||
		s.ServerRouter.DNAT == "control+passive" && s.Server.PasvMin <= port && port <= s.Server.PasvMax
}

// arrived reports whether a SYN of a channel reaches a host and is let in.
func arrived(s sim.Scenario, channel trace.Channel, role trace.Role) (bool, error) {
	t, err := sim.Run(s)
	if err != nil {
		return false, err
	}
	host, _ := t.NodeByRole(role)
	for id := trace.ID(1); int(id) <= t.Len(); id++ {
		e := t.Event(id)
		if e.Kind == trace.KindPacket && e.What == trace.Arrived && e.Channel == channel && e.At == host {
			if f := t.Packet(e).Flags; f.Has(trace.SYN) && !f.Has(trace.ACK) {
				return true, nil
			}
		}
	}
	return false, nil
}
