package lessons

import (
	"context"
	"net/netip"
	"strconv"
	"strings"

	"ftpscope/sim"
	"ftpscope/sim/ftp"
	"ftpscope/sim/trace"
)

// The bounds of a lesson's run.
const (
	maxEvents    = 200_000
	maxSeconds   = 86_400
	maxFileBytes = 64 << 20 // made as it is read, so that what does not move costs nothing
	maxMessages  = 2000
	maxProbes    = 20 // connections tried out for one run or condition
)

// Run is one run of a lesson, finished.
type Run struct {
	ID       string
	Scenario *sim.Scenario
	Trace    *trace.Trace
	Outline  *trace.Outline

	cached *vocabulary
}

// play lets a scenario happen within the bounds of lessons, unless ctx ends.
func play(ctx context.Context, id string, s sim.Scenario) (*Run, error) {
	if s.FileBytes > maxFileBytes {
		return nil, trace.Err("error.lesson.file_bytes", "n", s.FileBytes, "most", maxFileBytes)
	}
	bounded := s.Clone()
	bounded.MaxEvents, bounded.MaxTime = min(s.MaxEvents, maxEvents), min(s.MaxTime, maxSeconds)
	t, err := sim.RunContext(ctx, bounded, func(sim.Progress) {})
	if err != nil {
		return nil, trace.Err("error.lesson.endless", "why", err)
	}
	o := trace.NewOutline(t)
	if len(o.Messages) > maxMessages {
		return nil, trace.Err("error.lesson.messages", "n", len(o.Messages), "most", maxMessages)
	}
	return &Run{ID: id, Scenario: &s, Trace: t, Outline: o}, nil
}

// vocabulary is what expressions can say about the run.
func (r *Run) vocabulary() *vocabulary {
	if r.cached == nil {
		r.cached = r.words(r.Scenario)
	}
	return r.cached
}

// change applies settings, each written KEY=VALUE as the command line's --set
// takes them, in their order.
func change(s sim.Scenario, settings []string) (sim.Scenario, error) {
	s = s.Clone()
	for _, setting := range settings {
		key, value, ok := strings.Cut(setting, "=")
		if !ok {
			return s, trace.Err("error.lesson.setting_form", "setting", strconv.Quote(setting))
		}
		if err := s.Change(strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
			return s, err
		}
	}
	if len(settings) == 0 {
		return s, nil
	}
	return s, s.Check() // when all are in place: one may need the other, and it takes its time
}

// Forms are the lines that a person can be asked to write.
const (
	formPort = "PORT" // the argument of PORT: "192,168,1,2,7,209"
	formPasv = "227"  // the whole reply to PASV
)

// say puts a line that a person wrote into the mouth of the client or the
// server: the machines of the model read it as they read any other.
func say(s sim.Scenario, form, line string) (sim.Scenario, error) {
	line = strings.TrimSpace(line)
	if form == formPasv {
		return answerPasv(s, line)
	}
	s = s.Clone()
	s.Client.Mode = "port"
	target, err := ftp.ParsePort(line, ftp.HostPortRules{})
	if err != nil {
		s.User = []string{"open", "login", "quote PORT " + line, "quit"} // the server says what it thinks of it
		return s, plainLine(line)
	}
	s.Client.Ports = s.Client.Ports[:min(1, len(s.Client.Ports))] // data ports are what the line says
	s.Client.PortAddress = target.Addr().String()
	s.Client.PortRange = []int{int(target.Port()), int(target.Port())}
	return s, nil
}

// plainLine refuses what would be more than one line.
func plainLine(line string) error {
	if line == "" || strings.ContainsAny(line, "\r\n\x00") {
		return trace.Err("error.lesson.one_line")
	}
	return nil
}

// answerPasv has the server listen where a reply says, and say it.
func answerPasv(s sim.Scenario, line string) (sim.Scenario, error) {
	s = s.Clone()
	if !strings.HasPrefix(line, formPasv+" ") {
		return s, trace.Err("error.lesson.wants_227")
	}
	target, err := ftp.ParsePasv([]string{line}, ftp.PasvRules{})
	if err != nil {
		return s, err
	}
	s.Server.PasvAddress, s.Server.PasvPorts = target.Addr().String(), []int{int(target.Port())}
	return s, nil
}

// announcedPort is the port in the six numbers of a PORT or a 227, or that of
// an EPRT or a 229.
func announcedPort(line string) (int, error) {
	a, err := announced(line)
	return int(a.Port()), err
}

// announcedAddress is the address beside that port; 229 has none.
func announcedAddress(line string) (string, error) {
	a, err := announced(line)
	if err == nil && !a.Addr().IsValid() {
		err = trace.Err("error.lesson.no_address", "line", strconv.Quote(line))
	}
	return a.Addr().String(), err
}

func announced(line string) (netip.AddrPort, error) {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "PORT":
		return ftp.ParsePort(rest, ftp.HostPortRules{})
	case "EPRT":
		return ftp.ParseEprt(rest, ftp.HostPortRules{})
	case "229":
		port, err := ftp.ParseEpsv([]string{line})
		return netip.AddrPortFrom(netip.Addr{}, port), err
	}
	return ftp.ParsePasv([]string{line}, ftp.PasvRules{})
}
