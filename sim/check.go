package sim

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ftpscope/netmodel"
	"ftpscope/sim/ftp"
	"ftpscope/sim/trace"
)

// Check says what in a scenario does not go together, as a [FieldError].
func (s *Scenario) Check() error {
	c := s.Client
	switch {
	case c.Program == "lftp" && c.Mode == "eprt" && !s.ipv6():
		return fieldErr("client.mode", "error.field.lftp_eprt")
	case c.TLS && c.Program != "plain":
		return fieldErr("client.tls", "error.field.needs_plain")
	case len(c.Script) > 0 && c.Program != "raw":
		return fieldErr("client.script", "error.field.needs_raw")
	case len(s.User) > 0 && c.Program != "plain":
		return fieldErr("user", "error.field.user_needs_plain", "program", c.Program)
	case c.Mode == "auto" && c.Program != "plain":
		return fieldErr("client.mode", "error.field.auto_needs_plain")
	case s.Server.PasvMin > s.Server.PasvMax:
		return fieldErr("server.pasv_min", "error.field.above_pasv_max")
	case s.ServerRouter.DNAT != "none" && s.Server.Address == "public":
		return fieldErr("server_router.dnat", "error.field.dnat_private")
	case s.ipv6() && c.Mode == "port" && c.Program == "plain":
		return fieldErr("client.mode", "error.field.port_ipv6")
	case s.ClientRouter.DNAT != "none":
		return fieldErr("client_router.dnat", "error.field.dnat_client")
	case s.File == "" || strings.ContainsAny(s.File, "/\x00\r\n"):
		return fieldErr("file", "error.field.file_name", "value", strconv.Quote(s.File))
	case addr(s.Server.PasvAddress).Is6():
		return fieldErr("server.pasv_address", "error.field.pasv_ipv4", "value", s.Server.PasvAddress)
	}
	for i, line := range s.User {
		w, err := timed(line)
		if err == nil {
			err = CheckWish(w.text)
		}
		if err != nil {
			return &FieldError{Field: fmt.Sprintf("user[%d]", i), Err: err}
		}
	}
	for i, line := range s.Attacker.Script {
		w, err := timed(line)
		if err == nil {
			err = checkAttack(w.text)
		}
		if err != nil {
			return &FieldError{Field: fmt.Sprintf("attacker.script[%d]", i), Err: err}
		}
	}
	for _, side := range []struct {
		path string
		r    *Router
	}{{"client_router", &s.ClientRouter}, {"server_router", &s.ServerRouter}} {
		if err := checkRouter(side.path, side.r); err != nil {
			return err
		}
		f := s.Expand(side.r)
		if err := checkChain(ChainForward, side.path+".firewall.rules", f.Rules, side.path+".firewall.policy", f.Policy); err != nil {
			return err
		}
		if err := checkChain(ChainInput, side.path+".firewall.input", f.Input, side.path+".firewall.input_policy", f.InputPolicy); err != nil {
			return err
		}
	}
	for _, host := range []struct {
		path string
		f    Firewall
	}{{"client.host_firewall", c.Firewall}, {"server.host_firewall", s.Server.Firewall}} {
		if host.f.Preset != "" && host.f.Preset != "none" {
			return fieldErr(host.path, "error.field.host_firewall")
		}
		if err := checkChain(ChainInput, host.path+".rules", host.f.Rules, host.path+".policy", host.f.Policy); err != nil {
			return err
		}
	}
	return nil
}

// checkAttack checks a step of the attacker's. The person's own server is the
// one attacked.
func checkAttack(text string) error {
	if verb, host, _ := strings.Cut(text, " "); verb == "open" && host != "" {
		return trace.Err("error.step.open_host")
	}
	return ftp.CheckStep(text)
}

func checkRouter(path string, r *Router) error {
	if r.Helper && len(r.HelperPorts) == 0 {
		return fieldErr(path+".helper_ports", "error.field.helper_ports")
	}
	for _, key := range slices.Sorted(maps.Keys(r.Sysctl)) {
		if err := netmodel.CheckSysctl(key, r.Sysctl[key]); err != nil {
			return &FieldError{Field: path + ".sysctl", Err: err}
		}
	}
	return nil
}

func checkChain(chain, path string, rules []RuleText, policyPath, policy string) error {
	for i, r := range rules {
		if err := CheckRule(chain, r.Text); err != nil {
			return &FieldError{Field: fmt.Sprintf("%s[%d]", path, i), Err: err}
		}
	}
	if policy != "" && policy != "accept" && policy != "drop" {
		return fieldErr(policyPath, "error.field.policy", "value", strconv.Quote(policy))
	}
	return nil
}
