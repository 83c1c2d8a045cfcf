package ftp

import (
	"errors"
	"net/netip"
	"strings"
)

// setUp gets a data connection ready: dialled in passive mode, announced in
// active mode.
func (c *Client) setUp(mode Mode) []step {
	switch mode = c.inFamily(mode); mode {
	case ModePort, ModeEprt:
		return c.setUpActive(mode)
	case ModeAuto:
		if !c.session.noEpsv {
			return c.setUpPassive(ModeEpsv)
		}
		return c.setUpPassive(ModePasv)
	}
	return c.setUpPassive(mode)
}

// overIPv6 says that PORT and PASV have no room for the session's addresses
// (RFC 2428 §1).
func (c *Client) overIPv6() bool { return c.remote.Addr().Unmap().Is6() }

// inFamily is the mode that a program takes over the protocol in use: curl, lftp
// and tnftp turn to EPRT and EPSV over IPv6, whatever their options say. The
// plain client does as it is told.
func (c *Client) inFamily(mode Mode) Mode {
	if !c.overIPv6() || c.cfg.Profile == "" || c.cfg.Profile == Plain {
		return mode
	}
	switch mode {
	case ModePort:
		return ModeEprt
	case ModePasv:
		return ModeEpsv
	}
	return mode
}

// setUpActive listens first, then announces the port (RFC 959 §3.2).
func (c *Client) setUpActive(mode Mode) []step {
	if mode == ModeEprt && c.session.noEprt {
		mode = ModePort
	}
	if mode == ModePort && c.overIPv6() {
		return []step{{start: func() {
			c.fail(wishErr("mode port", "error.wish.port_ipv6"))
		}}}
	}
	return []step{c.listen(), {
		start: func() {
			host := c.cfg.PortAddress
			if !host.IsValid() {
				host = c.local.Addr()
			}
			c.send(announcement(mode, netip.AddrPortFrom(host, c.data.announce.Port())))
		},
		reply: func(r Reply) {
			switch {
			case r.Class() == 1:
			case r.Class() == 2:
				c.next()
			default:
				c.dropData()
				if mode == ModeEprt && c.program.fallsBack && !c.overIPv6() {
					c.session.noEprt = true
					c.insert(c.setUpActive(ModePort)...)
					c.next()
					return
				}
				if mode == ModeEprt && c.program.waitsForPort && c.overIPv6() {
					return
				}
				c.fail(&ReplyError{strings.ToUpper(string(mode)), r})
			}
		},
	}}
}

func announcement(mode Mode, a netip.AddrPort) string {
	if mode == ModeEprt {
		return "EPRT " + FormatEprt(a)
	}
	return "PORT " + FormatPort(a)
}

func (c *Client) listen() step {
	return step{
		start: func() {
			c.fire(&c.dtp, "listen")
			host := c.local.Addr()
			if c.cfg.Profile == Raw && !c.overIPv6() {
				host = netip.IPv4Unspecified() // every address is its own, whichever it announces
			}
			c.emit(Listen{Addr: host, Ports: c.takePort(), Range: c.cfg.DataRange})
		},
		data: func(in Input) {
			switch in := in.(type) {
			case Listening:
				c.data.announce = in.Addr
				c.fire(&c.dtp, "listening")
				c.next()
			case ListenFailed:
				c.fire(&c.dtp, "over")
				c.fail(&ConnectError{DataChannel, in.Reason})
			}
		},
	}
}

// takePort gives the next of the fixed ports, if one is left.
func (c *Client) takePort() []uint16 {
	if len(c.data.ports) == 0 {
		return nil
	}
	port := c.data.ports[0]
	c.data.ports = c.data.ports[1:]
	return []uint16{port}
}

// setUpPassive asks for a port and dials it at once, before any transfer
// command, as all clients do.
func (c *Client) setUpPassive(mode Mode) []step {
	verb := strings.ToUpper(string(mode))
	return []step{{
		start: func() { c.send(verb) },
		reply: func(r Reply) {
			if r.Class() == 1 {
				return
			}
			target, err := c.passiveTarget(mode, r)
			if err != nil {
				c.passiveFailed(mode, err)
				return
			}
			c.insert(c.dial(mode, target))
			c.next()
		},
	}}
}

// passiveTarget reads where to dial out of a 227 or 229.
func (c *Client) passiveTarget(mode Mode, r Reply) (netip.AddrPort, error) {
	verb := strings.ToUpper(string(mode))
	if r.Class() != 2 {
		return netip.AddrPort{}, &ReplyError{verb, r}
	}
	if mode == ModeEpsv {
		port, err := ParseEpsv(r.Lines)
		return netip.AddrPortFrom(c.remote.Addr(), port), err
	}
	if r.Code != 227 && c.program.exactCodes {
		return netip.AddrPort{}, &ReplyError{verb, r}
	}
	target, err := ParsePasv(r.Lines, c.program.pasv)
	if err != nil {
		return target, err
	}
	return c.believe(target)
}

// believe decides about the address in a 227 (CVE-2020-8284: a server that
// names another host makes the client knock there).
func (c *Client) believe(target netip.AddrPort) (netip.AddrPort, error) {
	host := c.remote.Addr().Unmap()
	switch {
	case target.Addr() == host:
	case c.program.refusesForeign:
		return target, &ArgumentError{"227", target.String(), &Fault{Key: "error.argument.not_server"}}
	case target.Addr().IsUnspecified():
		return netip.AddrPortFrom(host, target.Port()), nil
	case c.cfg.SkipPasvIP && (!c.program.mendsPrivate || reach(target.Addr()) != reach(host)):
		return netip.AddrPortFrom(host, target.Port()), nil
	}
	return target, nil
}

// reach says from how far an address can be meant.
func reach(a netip.Addr) string {
	switch {
	case a.IsLoopback():
		return "this host"
	case a.IsPrivate():
		return "this network"
	}
	return "everywhere"
}

func (c *Client) passiveFailed(mode Mode, err error) {
	again := c.program.fallsBack
	var unreached *ConnectError
	if errors.As(err, &unreached) {
		again = c.program.dialsAgain
	}
	if mode == ModeEpsv && !c.overIPv6() && (c.session.mode == ModeAuto || again) {
		c.session.noEpsv = true
		c.insert(c.setUpPassive(ModePasv)...)
		c.next()
		return
	}
	c.fail(err)
}

func (c *Client) dial(mode Mode, target netip.AddrPort) step {
	return step{
		start: func() {
			if c.data.impatient {
				c.fail(&ConnectError{DataChannel, TimedOut})
				return
			}
			port := uint16(0)
			if fixed := c.takePort(); fixed != nil {
				port = fixed[0]
			}
			c.fire(&c.dtp, "dial")
			c.emit(DialData{Local: netip.AddrPortFrom(c.local.Addr(), port), Remote: target})
			c.startTimer(ConnectTimer, c.cfg.ConnectTimeout)
		},
		data: func(in Input) {
			switch in := in.(type) {
			case DataConnected:
				c.emit(StopTimer{ConnectTimer})
				c.fire(&c.dtp, "connected")
				c.next()
			case DataFailed:
				c.emit(StopTimer{ConnectTimer})
				c.fire(&c.dtp, "over")
				c.passiveFailed(mode, &ConnectError{DataChannel, in.Reason})
			}
		},
		timer: func(name TimerName) {
			if name == ConnectTimer {
				c.emit(AbortData{})
				c.fire(&c.dtp, "over")
				c.data.impatient = c.program.dialsAgain
				c.passiveFailed(mode, &ConnectError{DataChannel, TimedOut})
			}
		},
	}
}
