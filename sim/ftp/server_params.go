package ftp

import "strings"

// typ sets the representation (RFC 959 §3.1.1). Format controls other than N
// need a printer; T is taken for N (RFC 1123 §4.1.2.2).
func (s *Server) typ(arg string) {
	fields := strings.Fields(strings.ToUpper(arg))
	if len(fields) == 0 || len(fields) > 2 {
		s.say(TypeUnknown)
		return
	}
	second := ""
	if len(fields) == 2 {
		second = fields[1]
	}
	switch fields[0] {
	case "A":
		s.setType(true, s.formatSupported(second), second == "" || second == "N" || second == "T" || second == "C")
	case "I":
		s.setType(false, true, second == "")
	case "L":
		s.setType(false, second == "8" || s.does.AnyByteSize && second == "7", digits(second))
	case "E":
		s.say(TypeUnsupported)
	default:
		s.say(TypeUnknown)
	}
}

func (s *Server) formatSupported(format string) bool {
	return format == "" || format == "N" || format == "T" && !s.does.PlainFormatOnly
}

func (s *Server) setType(ascii, supported, known bool) {
	switch {
	case !known:
		s.say(TypeUnknown)
	case !supported:
		s.say(TypeUnsupported)
	default:
		s.ascii = ascii
		s.say(TypeSet)
	}
}

func (s *Server) stru(arg string) {
	s.choose(arg, "F", "RP", StructureSet, StructureUnsupported, StructureUnknown)
}

func (s *Server) mode(arg string) {
	s.choose(arg, "S", "BC", ModeSet, ModeUnsupported, ModeUnknown)
}

// choose answers a command that has one letter this server does, and others it
// only knows.
func (s *Server) choose(arg, does, known string, set, unsupported, unknown Situation) {
	switch arg = strings.ToUpper(arg); {
	case arg == does:
		s.say(set)
	case len(arg) == 1 && strings.Contains(known, arg):
		s.say(unsupported)
	default:
		s.say(unknown)
	}
}

func (s *Server) allo(arg string) {
	fields := strings.Fields(arg)
	if len(fields) == 0 || !digits(fields[0]) || len(fields) != 1 && (len(fields) != 3 || !strings.EqualFold(fields[1], "R") || !digits(fields[2])) {
		s.say(BadArgument)
		return
	}
	s.say(Allocated)
}

func (s *Server) noop(string) { s.say(NoOperation) }
func (s *Server) syst(string) { s.say(SystemType) }
