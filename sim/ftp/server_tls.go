package ftp

import "strings"

// auth begins protection (RFC 4217 §4). Everything negotiated before is
// forgotten, since it may have been tampered with.
func (s *Server) auth(mechanism string) {
	m := strings.ToUpper(mechanism)
	switch {
	case s.cfg.TLS == NoTLS && s.does.TLSForbidden && s.login.loggedIn:
		s.say(UnknownCommand)
	case s.cfg.TLS == NoTLS:
		s.say(AuthUnavailable)
	case m != "TLS" && m != "TLS-C" && m != "SSL":
		s.say(AuthUnknown)
	case s.secured:
		s.say(AuthAgain)
	default:
		s.say(AuthAccepted)
		s.forget()
		s.secured = true
		s.queue, s.lines.buf = nil, nil // sent ahead in clear text: anyone could have
		s.emit(StartTLS{ControlChannel, TLSServer})
	}
}

func (s *Server) pbsz(size string) {
	switch {
	case s.cfg.TLS == NoTLS && s.does.TLSForbidden:
		s.say(ReadOnlyStore)
	case !s.secured:
		s.say(AuthFirst)
	case !digits(size):
		s.say(BadArgument)
	default:
		s.bufferSize = true
		s.say(BufferSet)
	}
}

// prot sets the protection of data connections (RFC 4217 §9); TLS knows only
// clear and private.
func (s *Server) prot(level string) {
	level = strings.ToUpper(level)
	switch {
	case s.cfg.TLS == NoTLS && s.does.TLSForbidden:
		s.say(ReadOnlyStore)
	case !s.secured:
		s.say(AuthFirst)
	case !s.bufferSize && !s.does.ProtWithoutPbsz:
		s.say(BufferFirst)
	case level == "C" || level == "P":
		s.private = level == "P"
		s.say(ProtectionSet, "{text}", map[string]string{"C": "Clear", "P": "Private"}[level])
	case level == "S" || level == "E":
		s.say(ProtectionUnsupported)
	default:
		s.say(ProtectionUnknown)
	}
}

// ccc ends the protection of the control connection (RFC 4217 §5), so that
// helpers on the way can read PORT and PASV again.
func (s *Server) ccc(string) {
	switch {
	case !s.secured:
		s.say(ControlNotProtected)
	case s.cfg.TLS == TLSRequired:
		s.say(ControlClearRefused)
	default:
		s.say(ControlCleared)
		s.secured = false
		s.emit(StopTLS{ControlChannel})
	}
}

func (s *Server) tlsFailed(channel Channel) {
	if channel == ControlChannel {
		s.controlLost(true)
		return
	}
	s.dataReset()
}
