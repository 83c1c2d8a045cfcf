package sim

import (
	"fmt"
	"net/netip"
	"time"

	"ftpscope/netmodel"
	"ftpscope/netmodel/nft"
	"ftpscope/sim/helper"
	"ftpscope/sim/trace"
)

// The addresses of every scenario. Documentation networks (RFC 5737) stand for
// the public Internet, RFC 1918's for what is behind NAT.
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
)

// network is the network of one scenario, ready to run.
type network struct {
	*netmodel.Network
	rec            *recorder
	client, server *netmodel.Node
	reachedAs      netip.Addr // where the world finds the server
}

// build makes the network of a scenario:
//
//	client ── client-router ──internet── server-router ── server
func build(s *Scenario) (*network, error) {
	rec := &recorder{}
	timing := netmodel.ClassicSYN
	if s.TCP.SYNTiming == "linux" {
		timing = netmodel.LinuxSYN
	}
	n := &network{rec: rec, Network: netmodel.New(rec, netmodel.Options{
		Seed: s.Seed, SYNTiming: timing, Timestamps: s.TCP.Timestamps, Window: uint16(s.TCP.Window),
		MaxEvents: uint64(s.MaxEvents), MaxTime: seconds(s.MaxTime),
	})}
	serverAddr, gateway := publicServer, publicGateway
	if s.Server.Address == "private" {
		serverAddr, gateway = privateServer, privateGateway
	}
	n.reachedAs = serverAddr.Addr()
	if s.Server.Address == "private" {
		n.reachedAs = serverWAN.Addr()
	}

	n.client = n.AddHost("client", clientAddr, strangerAddr)
	clientRouter := n.AddRouter("client-router")
	serverRouter := n.AddRouter("server-router")
	n.server = n.AddHost("server", serverAddr)
	lan := netmodel.Link{Delay: s.Link.LANDelay}
	n.Connect(n.client.Iface("eth0"), clientRouter.AddIface("lan", clientGateway), lan)
	n.Connect(serverRouter.AddIface("lan", gateway), n.server.Iface("eth0"), lan)
	wan := clientRouter.AddIface("wan", clientWAN)
	far := serverRouter.AddIface("wan", serverWAN)
	n.Connect(wan, far, netmodel.Link{
		Name: "internet", Delay: s.Link.Delay, Rate: uint64(s.Link.Rate), Loss: s.Link.Loss, Carries: s.carried(),
	})
	clientRouter.SetDefault(wan)
	serverRouter.SetDefault(far)

	var rules []trace.Rule
	for _, side := range []struct {
		node *netmodel.Node
		r    *Router
	}{{clientRouter, &s.ClientRouter}, {serverRouter, &s.ServerRouter}} {
		if err := n.router(s, side.node, side.r, &rules); err != nil {
			return nil, err
		}
	}
	for _, host := range []struct {
		node *netmodel.Node
		f    Firewall
	}{{n.client, s.Client.Firewall}, {n.server, s.Server.Firewall}} {
		if host.f.Preset != "none" {
			if err := n.chain(host.node, netmodel.Input, host.f.Rules, host.f.Policy, &rules); err != nil {
				return nil, err
			}
		}
	}
	rec.Recorder = trace.NewRecorder(n.nodes(serverAddr.Addr(), gateway.Addr()), rules)
	return n, nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// carried are the networks whose packets the Internet carries: the private ones
// of a side that translates are not among them.
func (s *Scenario) carried() []netip.Prefix {
	out := []netip.Prefix{clientWAN.Masked()}
	if s.Server.Address == "public" {
		out = append(out, publicServer.Masked())
	}
	if !s.ClientRouter.NAT {
		out = append(out, clientAddr.Masked())
	}
	return out
}

func (n *network) nodes(server, gateway netip.Addr) []trace.NodeInfo {
	return []trace.NodeInfo{
		{Name: "client", Role: trace.RoleClient, Addrs: []netip.Addr{clientAddr.Addr(), strangerAddr.Addr()}},
		{Name: "client-router", Role: trace.RoleClientRouter, Addrs: []netip.Addr{clientGateway.Addr(), clientWAN.Addr()}},
		{Name: "server-router", Role: trace.RoleServerRouter, Addrs: []netip.Addr{gateway, serverWAN.Addr()}},
		{Name: "server", Role: trace.RoleServer, Addrs: []netip.Addr{server}},
		{Name: "internet", Role: trace.RoleInternet},
	}
}

// router gives a router its firewall, NAT and helper.
func (n *network) router(s *Scenario, node *netmodel.Node, r *Router, rules *[]trace.Rule) error {
	for _, c := range s.chains(r) {
		if len(c.rules) == 0 && c.policy != "drop" {
			continue // nft wants both NAT chains; a packet has no use for an empty one
		}
		if err := n.chain(node, c.chain, c.rules, c.policy, rules); err != nil {
			return err
		}
	}
	node.AttachHelper("ftp", helper.FTP{})
	for key, value := range r.Sysctl {
		if err := node.SetSysctl(key, value); err != nil {
			return err
		}
	}
	return nil
}

// prerouting are the port forwardings of a router.
func (s *Scenario) prerouting(r *Router) []RuleText {
	var out []RuleText
	forward := func(ports string, to netip.Addr, comment string) {
		out = append(out, RuleText{Text: fmt.Sprintf(`iifname "wan" tcp dport %s dnat to %s comment %q`, ports, to, comment)})
	}
	if r.ForwardRange != nil {
		forward(fmt.Sprintf("%d-%d", r.ForwardRange[0], r.ForwardRange[1]), clientAddr.Addr(), "forward")
	}
	if r.DNAT != "none" {
		forward(fmt.Sprint(s.Server.ControlPort), privateServer.Addr(), "control")
	}
	if r.DNAT == "control+passive" {
		forward(fmt.Sprintf("%d-%d", s.Server.PasvMin, s.Server.PasvMax), privateServer.Addr(), "passive")
	}
	return out
}

func (s *Scenario) postrouting(r *Router) []RuleText {
	if !r.NAT && (r != &s.ServerRouter || s.Server.Address != "private") {
		return nil // a private server's router always translates what leaves it
	}
	return []RuleText{{Text: `oifname "wan" masquerade comment "masquerade"`}}
}

func helperRules(r *Router) []RuleText {
	if !r.Helper {
		return nil
	}
	set := ""
	for i, p := range r.HelperPorts {
		if i > 0 {
			set += ", "
		}
		set += fmt.Sprint(p)
	}
	return []RuleText{{Text: fmt.Sprintf(`tcp dport { %s } ct helper set "ftp" comment "helper"`, set)}}
}

// chain installs a chain and lists its rules, and its policy, in the trace.
func (n *network) chain(node *netmodel.Node, c netmodel.Chain, texts []RuleText, policy string, rules *[]trace.Rule) error {
	where := fmt.Sprintf("%s, chain %s", node.Name(), c)
	model, err := chain(where, texts, policy)
	if err != nil {
		return err
	}
	if err := node.SetChain(c, model); err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	rec := n.rec
	for len(rec.rules) <= int(node.ID()) {
		rec.rules = append(rec.rules, nil)
		rec.sizes = append(rec.sizes, nil)
	}
	if rec.rules[node.ID()] == nil {
		rec.rules[node.ID()] = make([]uint16, netmodel.ChainCount)
		rec.sizes[node.ID()] = make([]uint16, netmodel.ChainCount)
	}
	rec.rules[node.ID()][c] = uint16(len(*rules) + 1)
	rec.sizes[node.ID()][c] = uint16(len(texts))
	for i, r := range model.Rules {
		ref := netmodel.RuleRef{Node: node.ID(), Chain: c, Index: int16(i)}
		*rules = append(*rules, trace.Rule{
			At: trace.Node(node.ID()), Chain: c.String(), Index: i, Text: nft.PrintRule(r), Note: r.Comment, Name: n.RuleName(ref), Off: r.Disabled,
		})
	}
	if policy == "" {
		policy = "accept"
	}
	ref := netmodel.RuleRef{Node: node.ID(), Chain: c, Index: netmodel.PolicyIndex}
	*rules = append(*rules, trace.Rule{
		At: trace.Node(node.ID()), Chain: c.String(), Index: len(texts), Text: "policy " + policy, Name: n.RuleName(ref), Policy: true,
	})
	return nil
}
