package ftp

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// dataPort is what PORT and PASV agreed on (RFC 959 §3.2).
type dataPort struct {
	target   netip.AddrPort // PORT, EPRT: where to dial
	passive  bool           // PASV, EPSV: we listen
	used     bool           // it has served a transfer
	extended bool           // EPSV asked, not PASV
	peer     netip.AddrPort // who is connected
	early    []byte         // what the peer sent before the transfer command
	ended    bool           // the peer's FIN is there
}

func (s *Server) port(arg string) {
	if s.forbiddenByAll("PORT", PortAfterAll) {
		return
	}
	s.portCancels()
	target, err := ParsePort(arg, s.does.HostPort)
	if err != nil {
		s.say(PortMalformed)
		return
	}
	if s.does.PrivateReplaced && target.Addr().IsPrivate() && !s.remote.Addr().Unmap().IsPrivate() {
		target = netip.AddrPortFrom(s.remote.Addr().Unmap(), target.Port())
	}
	s.setTarget(target, PortAccepted, PortForeign, PortLow)
}

func (s *Server) eprt(arg string) {
	if s.forbiddenByAll("EPRT", EprtAfterAll) {
		return
	}
	s.portCancels()
	target, err := ParseEprt(arg, s.does.HostPort)
	switch {
	case errors.Is(err, ErrFamily), err == nil && family(target.Addr()) != s.family():
		s.say(EprtFamily, "{family}", strconv.Itoa(s.family()))
	case err != nil:
		s.say(EprtMalformed)
	default:
		s.setTarget(target, EprtAccepted, EprtForeign, EprtLow)
	}
}

// portCancels forgets the port that was agreed on before the new one is even
// looked at (vsftpd's handle_port begins with it).
func (s *Server) portCancels() {
	if s.does.PortCancels {
		s.stopData()
		s.data = dataPort{}
	}
}

func (s *Server) family() int { return family(s.local.Addr()) }

// setTarget takes where the next active transfer goes, unless RFC 2577 §3
// warns of it: a bounce to a third party, or to a port of the system's.
func (s *Server) setTarget(target netip.AddrPort, accepted, foreign, low Situation) {
	switch {
	case target.Addr() != s.remote.Addr().Unmap() && !s.cfg.PortPromiscuous:
		s.say(foreign, "{host}", target.Addr().String())
	case target.Port() < 1024 && !s.cfg.AllowLowPorts:
		s.say(low)
	default:
		s.stopData()
		s.data = dataPort{target: target}
		s.say(accepted)
	}
}

// forbiddenByAll answers a command that EPSV ALL forbids (RFC 2428 §4).
func (s *Server) forbiddenByAll(v Verb, what Situation) bool {
	if _, allowed := s.does.AllExcept[v]; !s.epsvOnly || allowed {
		return false
	}
	s.say(what)
	return true
}

func (s *Server) pasv(string) {
	switch {
	case s.forbiddenByAll("PASV", PasvAfterAll):
	case s.family() == 2 && !s.cfg.PasvAddress.Is4() && s.cfg.Profile != Vsftpd:
		s.say(PasvOnIPv6)
	default:
		s.listen(false)
	}
}

func (s *Server) epsv(arg string) {
	switch {
	case strings.EqualFold(arg, "ALL"):
		s.epsvOnly = true
		s.say(EpsvAll)
	case arg == "" || arg == strconv.Itoa(s.family()) || s.does.AnyEpsvArgument:
		s.listen(true)
	case digits(arg):
		s.say(EpsvFamily, "{family}", strconv.Itoa(s.family()))
	default:
		s.say(EpsvMalformed)
	}
}

// listen asks for a listener; the reply follows when it is bound. What was
// there before is closed: the port specification changes (RFC 959 §3.2).
func (s *Server) listen(extended bool) {
	s.stopData()
	s.data = dataPort{passive: true, extended: extended}
	s.fire(&s.pi, "PASV")
	s.fire(&s.dtp, "PASV")
	s.emit(Listen{Addr: s.local.Addr(), Ports: slices.Clone(s.cfg.PasvPorts), Range: s.cfg.PasvRange})
}

func (s *Server) listening(addr netip.AddrPort) {
	if s.dtp.state != WaitListen {
		return
	}
	s.fire(&s.dtp, "listening")
	s.fire(&s.pi, "listening")
	if s.data.extended {
		s.say(ExtendedPassive, "{epsvport}", FormatEpsv(addr.Port()))
	} else {
		host := s.cfg.PasvAddress
		if !host.IsValid() {
			host = s.local.Addr()
		}
		s.say(PassiveMode, "{hostport}", FormatPort(netip.AddrPortFrom(host, addr.Port())))
	}
	s.startTimer(IdleTimer, s.cfg.IdleTimeout)
	s.pump()
}

func (s *Server) listenFailed() {
	if s.dtp.state != WaitListen {
		return
	}
	s.data = dataPort{}
	s.fire(&s.dtp, "no port")
	s.fire(&s.pi, "no port")
	s.say(NoPassivePort)
	s.pump()
}

// stopData closes whatever there is of a data connection, at once.
func (s *Server) stopData() {
	switch s.dtp.state {
	case Idle:
		return
	case WaitListen, WaitDial, WaitAccept:
		s.emit(StopListening{})
	case Connected:
		s.emit(StopListening{}, AbortData{})
	case WaitEnd:
	default:
		s.emit(AbortData{})
	}
	s.dropJob()
	s.stopDataTimers()
	s.fire(&s.dtp, "over")
}

func (s *Server) stopDataTimers() {
	for _, name := range []TimerName{ConnectTimer, AcceptTimer, DataTimer, RateTimer, LingerTimer} {
		s.emit(StopTimer{name})
	}
}

// dataConnected takes the data connection: the peer's dial, or ours.
func (s *Server) dataConnected(in DataConnected) {
	switch s.dtp.state {
	case WaitDial, WaitAccept:
		if s.foreign(in.Remote) && s.does.ForeignWaits {
			s.emit(AbortData{})
			s.fire(&s.dtp, "foreign peer")
			return
		}
		s.emit(StopTimer{AcceptTimer})
	case WaitDialed:
		s.emit(StopTimer{ConnectTimer})
	default:
		s.emit(AbortData{}) // nobody asked for it
		return
	}
	s.data.peer = in.Remote
	s.fire(&s.dtp, "connected")
	if s.job != nil {
		s.begin()
	}
}

// foreign says whether a passive port's caller is not the control peer and is
// to be sent away for it (RFC 2577 §4).
func (s *Server) foreign(peer netip.AddrPort) bool {
	return s.data.passive && peer.Addr().Unmap() != s.remote.Addr().Unmap() && !s.cfg.PasvPromiscuous && !s.does.ForeignServed
}
