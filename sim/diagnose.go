package sim

import (
	"slices"
	"strconv"
	"strings"

	"ftpscope/sim/trace"
)

// Diagnosis says in plain words how a run ended: what happened, why, and what
// would mend it on which side.
type Diagnosis struct {
	OK       bool
	What     trace.Sentence
	Why      trace.Sentence
	Remedies []Remedy
}

// Remedy is one change that would mend a failed run.
type Remedy struct {
	Say trace.Sentence
	Set map[string]string // settings, as Scenario.Set takes them
}

func diagnosis(key string, args ...any) trace.Sentence {
	return trace.Sentence{Key: "diagnosis." + key, Args: args}
}

// Diagnose explains the outcome of a run of s.
func Diagnose(s *Scenario, t *trace.Trace) Diagnosis {
	o := t.Outcome
	if o.OK {
		return Diagnosis{
			OK: true, What: diagnosis("ok", "task", o.Task, "reply", o.Reply), Why: diagnosis("ok.why", "bytes", uint64(o.Bytes)),
		}
	}
	d := Diagnosis{What: diagnosis("failed", "task", o.Task, "reply", o.Reply), Why: diagnosis("refused")}
	switch {
	case o.Reply == 0:
		d.What, d.Why = diagnosis("failed.silent", "task", o.Task), diagnosis("silent")
	case (o.Reply/100 == 1 || s.Watch > 0 && o.Reply < 400 && !movesData(o.Task)) && o.Blocked == 0:
		return Diagnosis{What: diagnosis("unfinished", "task", o.Task, "reply", o.Reply), Why: diagnosis("unfinished.why", "bytes", uint64(o.Bytes))}
	case o.Reply/100 == 2 && movesData(o.Task):
		d.What = diagnosis("failed.promised", "task", o.Task, "reply", o.Reply)
	}
	if d.stolen(s, t) {
		return d
	}
	if o.Blocked == 0 {
		d.refused(s, t)
		return d
	}
	d.blocked(s, t, t.Event(o.Blocked))
	d.dropUseless(s)
	return d
}

// dropUseless takes out the helpers that are on already, and all of them where
// TLS keeps them from reading.
func (d *Diagnosis) dropUseless(s *Scenario) {
	helpers := map[string]bool{"client_router.helper": s.ClientRouter.Helper, "server_router.helper": s.ServerRouter.Helper}
	blind := false
	d.Remedies = slices.DeleteFunc(d.Remedies, func(r Remedy) bool {
		for key, on := range helpers {
			if r.Set[key] == "true" && (on || s.Client.TLS) {
				blind = blind || on && s.Client.TLS
				return true
			}
		}
		return false
	})
	if blind {
		d.Why = diagnosis("blind", d.Why.Args...)
		d.remedy(diagnosis("use.clear"), "client.tls", "false")
	}
}

// stolen explains a run in which the attacker was the first to call the port
// that was meant for the client.
func (d *Diagnosis) stolen(s *Scenario, t *trace.Trace) bool {
	attacker, ok := t.NodeByRole(trace.RoleAttacker)
	if !ok {
		return false
	}
	for _, c := range trace.NewOutline(t).Conns {
		if c.Opener != attacker || c.Channel != trace.Data || c.Open == 0 {
			continue
		}
		d.Why = diagnosis("stolen", "dst", strconv.Itoa(int(c.Dst.Port())))
		if s.Server.PasvPorts != nil {
			d.remedy(diagnosis("use.random"), "server.pasv_ports", "null")
		}
		return true
	}
	return false
}

// passive is the mode in which the client opens both connections.
func (s *Scenario) passive() string {
	if s.ipv6() {
		return "epsv"
	}
	return "pasv"
}

// blocked explains a packet that died on its way.
func (d *Diagnosis) blocked(s *Scenario, t *trace.Trace, e trace.Event) {
	p := t.Packet(e)
	flow := t.FlowOf(p)
	from, _ := t.NodeByAddr(flow.Src.Addr())
	server := t.Nodes[from].Role == trace.RoleServer
	args := []any{"src", strconv.Itoa(int(flow.Src.Port())), "dst", strconv.Itoa(int(flow.Dst.Port())), "addr", flow.Dst.Addr().String()}
	switch {
	case e.What == trace.Lost && flow.Dst.Addr().IsPrivate():
		d.Why = diagnosis("private", args...)
		if server || s.Client.Mode == "port" || s.Client.Mode == "eprt" {
			d.remedy(diagnosis("use.passive"), "client.mode", s.passive())
			d.remedy(diagnosis("use.helper.client"), "client_router.helper", "true")
		} else {
			d.remedy(diagnosis("use.pasv_address"), "server.pasv_address", serverWAN.Addr().String())
			d.remedy(diagnosis("use.skip"), "client.skip_pasv_ip", "true")
		}
		return
	case e.What == trace.Lost:
		d.Why = diagnosis("lost", args...)
		d.remedy(diagnosis("use.lossless"), "link.loss", "0")
		return
	}
	r := t.Rule(e)
	if r != nil {
		args = append(args, "rule", r.Index+1, "note", r.Told())
	}
	if r != nil && r.Chain == trace.HelperChain {
		d.helperHurts(s, t.Nodes[e.At].Role)
		return
	}
	clientSide := t.Nodes[e.At].Role == trace.RoleClientRouter || t.Nodes[e.At].Role == trace.RoleClient
	switch {
	case server && clientSide:
		d.Why = diagnosis("client.blocks.server", args...)
		d.remedy(diagnosis("use.passive"), "client.mode", s.passive())
		d.remedy(diagnosis("use.helper.client"), "client_router.helper", "true")
	case server:
		d.Why = diagnosis("server.blocks.server", args...)
		d.remedy(diagnosis("use.helper.server"), "server_router.helper", "true")
	case clientSide:
		d.Why = diagnosis("client.blocks.client", args...)
		d.remedy(diagnosis("use.helper.client"), "client_router.helper", "true")
	default:
		d.Why = diagnosis("server.blocks.client", args...)
		if e.Channel == trace.Data {
			d.remedy(diagnosis("use.range"), "server_router.firewall", "allow-21-passive")
			d.remedy(diagnosis("use.helper.server"), "server_router.helper", "true")
		}
	}
}

// helperHurts explains a packet that a helper dropped because it could not read
// it. Active mode behind NAT then wants passive mode as well.
func (d *Diagnosis) helperHurts(s *Scenario, at trace.Role) {
	d.Why = diagnosis("helper.hurts.server")
	off := Remedy{Say: diagnosis("use.no_helper.server"), Set: map[string]string{"server_router.helper": "false"}}
	if at == trace.RoleClientRouter {
		d.Why = diagnosis("helper.hurts.client")
		off = Remedy{Say: diagnosis("use.no_helper.client"), Set: map[string]string{"client_router.helper": "false"}}
		if s.ClientRouter.NAT && (s.Client.Mode == "port" || s.Client.Mode == "eprt") {
			off.Say = diagnosis("use.no_helper.passive")
			off.Set["client.mode"] = s.passive()
		}
	}
	d.Remedies = append(d.Remedies, off)
}

// refused explains a run in which no packet died: somebody said no.
func (d *Diagnosis) refused(s *Scenario, t *trace.Trace) {
	proxied := strings.HasPrefix(t.Outcome.Task, "proxy ")
	switch {
	case proxied && t.Outcome.Reply/100 == 5 && !s.Server.PortPromiscuous:
		d.Why = diagnosis("foreign.port")
		d.remedy(diagnosis("use.port_promiscuous"), "server.port_promiscuous", "true")
		if !s.SecondServer.PasvPromiscuous { // it would be the next to refuse
			d.Remedies[0].Set["second_server.pasv_promiscuous"] = "true"
		}
		if s.Server.Profile == "vsftpd" { // which then cannot bind to a fixed data port
			d.Remedies[0].Set["server.data_port"] = "0"
		}
	case proxied && s.SecondServer.On && !s.SecondServer.PasvPromiscuous:
		d.Why = diagnosis("foreign.call")
		d.remedy(diagnosis("use.pasv_promiscuous"), "second_server.pasv_promiscuous", "true")
	case t.Outcome.Reply/100 == 5 && s.ClientRouter.NAT && (s.Client.Mode == "port" || s.Client.Mode == "eprt"):
		d.Why = diagnosis("nat.port")
		d.remedy(diagnosis("use.passive"), "client.mode", s.passive())
		d.remedy(diagnosis("use.helper.client"), "client_router.helper", "true")
	case s.ServerRouter.DNAT == "control" && s.Client.Mode != "port" && s.Client.Mode != "eprt":
		d.Why = diagnosis("dnat.control")
		d.remedy(diagnosis("use.forward"), "server_router.dnat", "control+passive")
		d.remedy(diagnosis("use.helper.server"), "server_router.helper", "true")
	}
}

func (d *Diagnosis) remedy(say trace.Sentence, key, value string) {
	d.Remedies = append(d.Remedies, Remedy{Say: say, Set: map[string]string{key: value}})
}
