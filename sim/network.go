package sim

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	"ftpscope/netmodel"
	"ftpscope/netmodel/nft"
	"ftpscope/sim/helper"
	"ftpscope/sim/trace"
)

// network is the network of one scenario, ready to run.
type network struct {
	*netmodel.Network
	rec            *recorder
	client, server *netmodel.Node
	second         *netmodel.Node // nil: there is none
	attacker       *netmodel.Node // likewise
	reachedAs      netip.Addr     // where the world finds the server
	vault          *vault
	dialled        map[netip.AddrPort]trace.Session // for which session, by the end that dialled
}

// build makes the network of a scenario:
//
//	client ── client-router ──internet── server-router ── server
//
// Further hosts hang on the Internet, or on the client's network, by a cable of
// their own.
func build(s *Scenario) (*network, error) {
	rec := &recorder{}
	timing := netmodel.ClassicSYN
	if s.TCP.SYNTiming == "linux" {
		timing = netmodel.LinuxSYN
	}
	n := &network{rec: rec, vault: newVault(s.Seed), dialled: map[netip.AddrPort]trace.Session{}, Network: netmodel.New(rec, netmodel.Options{
		Seed: s.Seed, SYNTiming: timing, Timestamps: s.TCP.Timestamps, Window: uint16(s.TCP.Window),
		MaxEvents: uint64(s.MaxEvents), MaxTime: seconds(s.MaxTime),
	})}
	p := s.addresses()
	n.reachedAs = p.reachedAs

	n.client = n.AddHost("client", p.client, p.stranger)
	clientRouter := n.AddRouter("client-router")
	serverRouter := n.AddRouter("server-router")
	n.server = n.AddHost("server", p.server)
	lan := netmodel.Link{Delay: s.Link.LANDelay}
	n.Connect(n.client.Iface("eth0"), clientRouter.AddIface("lan", p.clientGateway), lan)
	n.Connect(serverRouter.AddIface("lan", p.serverGateway), n.server.Iface("eth0"), lan)
	wan := clientRouter.AddIface("wan", p.clientWAN)
	far := serverRouter.AddIface("wan", p.serverWAN)
	internet := netmodel.Link{
		Name: "internet", Delay: s.Link.Delay, Rate: uint64(s.Link.Rate), Loss: s.Link.Loss, Carries: s.carried(),
	}
	n.Connect(wan, far, internet)
	clientRouter.SetDefault(wan)
	serverRouter.SetDefault(far)
	infos := append(nodes(p), n.further(s, wan, far, internet)...)

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
			if err := n.chain(host.node, netmodel.Input, host.f.Rules, host.f.Policy, netmodel.LinuxMapping, &rules); err != nil {
				return nil, err
			}
		}
	}
	rec.Recorder = trace.NewRecorder(infos, rules)
	return n, nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func nodes(p plan) []trace.NodeInfo {
	return []trace.NodeInfo{
		{Name: "client", Role: trace.RoleClient, Addrs: []netip.Addr{p.client.Addr(), p.stranger.Addr()}},
		{Name: "client-router", Role: trace.RoleClientRouter, Addrs: []netip.Addr{p.clientGateway.Addr(), p.clientWAN.Addr()}},
		{Name: "server-router", Role: trace.RoleServerRouter, Addrs: []netip.Addr{p.serverGateway.Addr(), p.serverWAN.Addr()}},
		{Name: "server", Role: trace.RoleServer, Addrs: []netip.Addr{p.server.Addr()}},
		{Name: "internet", Role: trace.RoleInternet},
	}
}

// router gives a router its firewall, NAT and helper.
func (n *network) router(s *Scenario, node *netmodel.Node, r *Router, rules *[]trace.Rule) error {
	for _, c := range s.chains(r) {
		if len(c.rules) == 0 && c.policy != "drop" {
			continue // nft wants both NAT chains; a packet has no use for an empty one
		}
		if err := n.chain(node, c.chain, c.rules, c.policy, mappings[r.Mapping], rules); err != nil {
			return err
		}
	}
	node.AttachHelper("ftp", helper.FTP{})
	for _, key := range slices.Sorted(maps.Keys(r.Sysctl)) {
		if err := node.SetSysctl(key, r.Sysctl[key]); err != nil {
			return err
		}
	}
	return nil
}

// prerouting are the port forwardings of a router.
func (s *Scenario) prerouting(r *Router) []RuleText {
	var out []RuleText
	p := s.addresses()
	forward := func(ports string, to netip.Addr, comment string) {
		out = append(out, RuleText{Text: fmt.Sprintf(`iifname "wan" tcp dport %s dnat to %s comment %q`, ports, to, comment)})
	}
	if r.ForwardRange != nil {
		forward(fmt.Sprintf("%d-%d", r.ForwardRange[0], r.ForwardRange[1]), p.client.Addr(), "forward")
	}
	if r.DNAT != "none" {
		forward(fmt.Sprint(s.Server.ControlPort), p.server.Addr(), "control")
	}
	if r.DNAT == "control+passive" {
		forward(fmt.Sprintf("%d-%d", s.Server.PasvMin, s.Server.PasvMax), p.server.Addr(), "passive")
	}
	return out
}

func (s *Scenario) postrouting(r *Router) []RuleText {
	if !r.NAT && (r != &s.ServerRouter || !s.hidden()) {
		return nil // the router of a hidden server always translates what leaves it
	}
	text := `oifname "wan" masquerade comment "masquerade"`
	if r.Mapping == "symmetric" {
		text = `oifname "wan" masquerade fully-random comment "masquerade"`
	}
	return []RuleText{{Text: text}}
}

// mappings are the kinds of NAT that nftables has no word for: home routers do
// it so (RFC 3489 §5).
var mappings = map[string]netmodel.Mapping{"full-cone": netmodel.FullConeMapping, "restricted": netmodel.RestrictedMapping}

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
func (n *network) chain(node *netmodel.Node, c netmodel.Chain, texts []RuleText, policy string, mapping netmodel.Mapping, rules *[]trace.Rule) error {
	model, err := chain(node.Name(), c, texts, policy)
	if err != nil {
		return err
	}
	for i := range model.Rules {
		if model.Rules[i].Verdict == netmodel.VerdictMasquerade && mapping != netmodel.LinuxMapping {
			model.Rules[i].To.Mapping = mapping
		}
	}
	if err := node.SetChain(c, model); err != nil {
		return trace.Err("error.place.file", "file", node.Name(), "why", err)
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
