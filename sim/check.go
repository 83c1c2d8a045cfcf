package sim

import (
	"fmt"
	"strings"
)

// Check says what in a scenario does not go together, as a [FieldError].
func (s *Scenario) Check() error {
	c := s.Client
	switch {
	case c.Program == "lftp" && c.Mode == "eprt" && !s.ipv6():
		return fieldErr("client.mode", "lftp sends EPRT only over IPv6; choose port or another program")
	case c.TLS && c.Program != "plain":
		return fieldErr("client.tls", "needs client.program plain")
	case len(c.Script) > 0 && c.Program != "raw":
		return fieldErr("client.script", "needs client.program raw")
	case len(s.User) > 0 && c.Program != "plain":
		return fieldErr("user", "needs client.program plain; %s does what mode and task ask for", c.Program)
	case c.Mode == "auto" && c.Program != "plain":
		return fieldErr("client.mode", "auto needs client.program plain")
	case s.Server.PasvMin > s.Server.PasvMax:
		return fieldErr("server.pasv_min", "is above pasv_max")
	case s.ServerRouter.DNAT != "none" && s.Server.Address != "private":
		return fieldErr("server_router.dnat", "needs server.address private; a public server is reached without")
	case s.ipv6() && s.ClientRouter.NAT:
		return fieldErr("client_router.nat", "is for IPv4; with server.address ipv6 nobody translates")
	case s.ipv6() && s.ClientRouter.ForwardRange != nil:
		return fieldErr("client_router.forward_range", "is for NAT; with server.address ipv6 nobody translates")
	case s.ipv6() && s.ServerRouter.NAT:
		return fieldErr("server_router.nat", "is for IPv4; with server.address ipv6 nobody translates")
	case s.ipv6() && c.Mode == "port" && c.Program == "plain":
		return fieldErr("client.mode", "PORT has no room for an IPv6 address (RFC 2428 §1); choose eprt, epsv or auto")
	case s.ClientRouter.DNAT != "none":
		return fieldErr("client_router.dnat", "is for the server's router; to forward ports to the client use forward_range")
	}
	for _, side := range []struct {
		path string
		r    *Router
	}{{"client_router", &s.ClientRouter}, {"server_router", &s.ServerRouter}} {
		f := s.Expand(side.r)
		if err := checkChain(side.path+".firewall.rules", f.Rules, f.Policy); err != nil {
			return err
		}
		if err := checkChain(side.path+".firewall.input", f.Input, "accept"); err != nil {
			return err
		}
	}
	for path, f := range map[string]Firewall{"client.host_firewall": c.Firewall, "server.host_firewall": s.Server.Firewall} {
		if f.Preset != "" && f.Preset != "none" {
			return fieldErr(path, "is none, or a table with policy and rules")
		}
		if err := checkChain(path+".rules", f.Rules, f.Policy); err != nil {
			return err
		}
	}
	return nil
}

func checkChain(path string, rules []RuleText, policy string) error {
	for i, r := range rules {
		if err := CheckRule(r.Text); err != nil {
			return &FieldError{Field: fmt.Sprintf("%s[%d]", path, i), Err: err}
		}
	}
	if policy != "" && policy != "accept" && policy != "drop" {
		return fieldErr(strings.TrimSuffix(path, ".rules")+".policy", "is %q; choose accept or drop", policy)
	}
	return nil
}
