package ftp

import (
	"net/netip"
	"slices"
	"strings"
)

// Limits that hold unless the configuration says otherwise.
const (
	defaultMaxLine   = 4096
	defaultMaxQueued = 64
)

// Server is one session's server side.
type Server struct {
	cfg   ServerConfig
	does  Behaviour
	texts Texts
	store Store
	out   []Output

	pi, dtp       machine
	lines         lineReader
	queue         []string // commands that wait for the transfer's end
	local, remote netip.AddrPort
	current       command // the command being executed
	gone          bool    // the control connection is lost
	deaf          bool    // the client's end of it is gone for good
	idleOver      bool    // the idle timer fired while a data connection was awaited
	quitting      bool    // QUIT came while data flowed

	login
	parameters
	data dataPort
	job  *transfer
}

// parameters are what RFC 959 §4.1.2 calls transfer parameters, and what else
// a session remembers until it is reinitialized.
type parameters struct {
	cwd        string
	ascii      bool
	restart    int64  // REST
	renaming   string // RNFR
	epsvOnly   bool   // EPSV ALL
	bufferSize bool   // PBSZ
	private    bool   // PROT P
	facts      []string
}

func freshParameters() parameters {
	return parameters{cwd: "/", ascii: true, facts: mlstDefault}
}

// NewServer makes the server side of one session over store.
func NewServer(cfg ServerConfig, store Store) *Server {
	s := &Server{cfg: cfg, store: store, texts: TextsOf(cfg.Profile), does: BehaviourOf(cfg.Profile)}
	if cfg.Behaviour != nil {
		s.does = *cfg.Behaviour
	}
	s.pi, s.dtp = newMachine(PI, ServerPI), newMachine(DTP, ServerDTP)
	s.lines = lineReader{max: orDefault(cfg.MaxLine, defaultMaxLine), bareLF: s.does.BareLF, telnet: !s.does.TelnetBytes,
		splitEndLost: s.does.SplitEndLost, optionsLose: s.does.OptionsLoseLine}
	s.parameters = freshParameters()
	return s
}

func orDefault(value, standard int) int {
	if value > 0 {
		return value
	}
	return standard
}

// State gives what the two parts wait for.
func (s *Server) State() (pi, dtp State) { return s.pi.state, s.dtp.state }

// Handle takes one input and returns what follows from it. The slice is valid
// until the next call.
func (s *Server) Handle(in Input) []Output {
	clear(s.out)
	s.out = s.out[:0]
	switch in := in.(type) {
	case ControlConnected:
		s.connected(in)
	case ControlReceived:
		s.received(in)
	case ControlClosed:
		s.controlLost(in.Reset)
	case Listening:
		s.listening(in.Addr)
	case ListenFailed:
		s.listenFailed()
	case DataConnected:
		s.dataConnected(in)
	case DataFailed:
		s.dataRefused(in.Reason)
	case DataReceived:
		s.dataReceived(in.Data)
	case DataPeerClosed:
		s.dataPeerClosed()
	case DataReset:
		s.dataReset()
	case DataAcked:
		s.dataAcked()
	case DataWritable:
		s.dataWritable(in)
	case TimerFired:
		s.timerFired(in.Name)
	case TLSFailed:
		s.tlsFailed(in.Channel)
	case Shutdown:
		s.shutdown()
	}
	return s.out
}

func (s *Server) emit(o ...Output) { s.out = append(s.out, o...) }

func (s *Server) fire(m *machine, trigger Trigger) {
	if change, moved := m.fire(trigger); moved {
		s.emit(change)
	}
}

// command is a command line taken apart.
type command struct{ line, verb, arg string }

// say sends the reply to a situation.
func (s *Server) say(what Situation, pairs ...string) { s.send(s.reply(what, pairs...)) }

// reply words a situation; what every reply may mention need not be given.
func (s *Server) reply(what Situation, pairs ...string) Reply {
	kind, Kind, KIND, pure := "I", "Binary", "BINARY", "8-bit binary"
	if s.ascii {
		kind, Kind, KIND, pure = "A", "ASCII", "ASCII", "ASCII"
	}
	return s.texts.reply(what, append(pairs,
		"{line}", s.current.line, "{verb}", s.current.verb, "{arg}", s.current.arg, "{name}", s.current.arg,
		"{user}", s.login.user, "{server}", s.local.Addr().Unmap().String(), "{peer}", s.remote.Addr().Unmap().String(),
		"{type}", kind, "{Type}", Kind, "{TYPE}", KIND, "{pureType}", pure)...)
}

func (s *Server) send(r Reply) {
	if s.deaf || s.gone && !s.does.FinishOnClose || s.pi.state == WaitClose || s.pi.state == Closed {
		return
	}
	s.emit(ReplySent{r.Code, r.First(), r.Lines}, SendControl{Raw: wire(r.Lines...), Lines: r.Lines})
}

// wire writes lines as they travel: IAC doubled, CR as CR NUL, CR LF after
// each.
func wire(lines ...string) []byte {
	var raw []byte
	for _, text := range lines {
		for i := range len(text) {
			switch b := text[i]; b {
			case telnetIAC:
				raw = append(raw, telnetIAC, telnetIAC)
			case '\r':
				raw = append(raw, '\r', 0)
			default:
				raw = append(raw, b)
			}
		}
		raw = append(raw, '\r', '\n')
	}
	return raw
}

func (s *Server) startTimer(name TimerName, milliseconds int64) {
	if milliseconds > 0 {
		s.emit(StartTimer{name, milliseconds})
	}
}

func (s *Server) connected(in ControlConnected) {
	if s.pi.state != WaitConnection {
		return
	}
	s.local, s.remote = in.Local, in.Remote
	s.fire(&s.pi, "connected")
	s.say(ServiceReady)
	s.startTimer(IdleTimer, s.cfg.IdleTimeout)
}

// received takes bytes of the control connection.
func (s *Server) received(in ControlReceived) {
	s.lines.feed(in.Data, in.Urgent, func(l line) bool {
		if len(s.lines.answers) > 0 {
			s.emit(SendControl{Raw: slices.Clone(s.lines.answers)})
			s.lines.answers = s.lines.answers[:0]
		}
		clearText := !s.secured
		s.line(l)
		injected := clearText && s.secured // what follows AUTH here came before the handshake
		return s.pi.state != WaitClose && s.pi.state != Closed && !injected
	})
}

// line takes one line: at once, or into the queue.
func (s *Server) line(l line) {
	if s.pi.state == WaitConnection {
		return
	}
	if l.tooLong && s.does.LongLineLost {
		return
	}
	if l.tooLong {
		s.say(LineTooLong)
		if s.does.LongLineEnds {
			s.hangUp()
		}
		return
	}
	if s.job != nil && s.takeDuringTransfer(l) {
		return
	}
	if len(s.queue) >= orDefault(s.cfg.MaxQueued, defaultMaxQueued) {
		s.say(TooManyWaiting)
		s.hangUp()
		return
	}
	s.queue = append(s.queue, l.text)
	s.pump()
}

// busy says that the next command has to wait.
func (s *Server) busy() bool {
	return s.job != nil || s.pi.state == WaitPort || s.pi.state == WaitDelay || s.pi.state == WaitClose || s.pi.state == Closed
}

// pump executes waiting commands in order.
func (s *Server) pump() {
	for !s.busy() && len(s.queue) > 0 {
		text := s.queue[0]
		s.queue = slices.Delete(s.queue, 0, 1)
		s.execute(text)
		if !s.busy() {
			s.startTimer(IdleTimer, s.cfg.IdleTimeout)
		}
	}
}

// execute checks a command against the table and runs it.
func (s *Server) execute(text string) {
	if text == "" {
		if !s.does.SilentEmpty {
			s.say(EmptyLine)
		}
		return
	}
	if rest := withoutTelnet(text); strings.EqualFold(rest, "ABOR") {
		text = rest
	}
	s.emit(CommandParsed{Mask(text)})
	verb, arg := SplitCommand(text)
	c, known := LookUp(verb)
	if !known {
		c.Verb = Verb(strings.ToUpper(verb))
	}
	if strings.ContainsAny(text, "\x00\n") {
		s.current = command{}
		s.say(BadArgument)
		return
	}
	s.current = command{line: Mask(text), verb: string(c.Verb), arg: arg}
	switch {
	case s.loginNeeded(c, known):
		s.say(LoginFirst)
	case !known || slices.Contains(s.does.Missing, c.Verb):
		s.say(UnknownCommand)
	case slices.Contains(s.does.Unimplemented, c.Verb):
		s.say(NotImplemented)
	case c.Required && arg == "":
		s.missingArgument(c)
	case c.Changes && (s.cfg.ReadOnly || s.cfg.NewFiles && c.Verb != "STOR" && c.Verb != "STOU"):
		s.say(ReadOnlyStore)
	default:
		c.run(s, arg)
	}
}

// missingArgument answers a command without the argument it must have.
func (s *Server) missingArgument(c Command) {
	unavailable, ok := emptyPath[c.Verb]
	switch {
	case !ok || !s.does.EmptyPathUnavailable:
		s.say(malformed(c.Verb))
	case c.Diagram != TwoStep || s.setUp():
		s.say(unavailable)
	}
}

// emptyPath is what a missing pathname means to a server that takes it for one
// that does not exist.
var emptyPath = map[Verb]Situation{
	"RETR": FileUnavailable, "STOR": StoreRefused, "APPE": StoreRefused, "CWD": DirectoryUnavailable,
	"MKD": DirectoryNotMade, "RMD": DirectoryNotRemoved, "DELE": FileNotDeleted, "RNFR": RenameUnavailable,
	"SIZE": NoSize, "MDTM": NoTime, "REST": RestartAccepted, "ALLO": Allocated,
	"SITE": SiteUnknown,
}

// malformed is the situation of a missing or impossible argument; programs
// word some of them specially.
func malformed(v Verb) Situation {
	switch v {
	case "PORT":
		return PortMalformed
	case "EPRT":
		return EprtMalformed
	case "TYPE":
		return TypeUnknown
	case "STRU":
		return StructureUnknown
	case "MODE":
		return ModeUnknown
	case "REST":
		return RestartMalformed
	case "AUTH":
		return AuthUnknown
	case "RETR", "STOR", "APPE":
		return MissingPathname
	}
	return BadArgument
}

// takeDuringTransfer handles a command that came while a transfer is under
// way. False: it waits its turn.
func (s *Server) takeDuringTransfer(l line) bool {
	verb, _ := SplitCommand(withoutTelnet(l.text))
	c, _ := LookUp(verb)
	abort := c.Verb == "ABOR" && s.dtp.state != WaitEnd && // all is sent or received: nothing left to stop
		(s.does.Aborting == AbortPlain || s.does.Aborting == AbortUrgent && l.urgent && s.cfg.AsyncAbor)
	switch {
	case abort:
		s.emit(CommandParsed{"ABOR"})
		s.abortTransfer()
	case s.does.Busy == QueueButUrgent && c.Verb == "STAT":
		s.execute(l.text)
	case s.does.Busy == Refuse && c.Verb == "QUIT":
		s.emit(CommandParsed{"QUIT"})
		s.quitting = true
		s.abortTransfer()
	case s.does.Busy == Refuse:
		s.emit(CommandParsed{Mask(l.text)})
		s.say(UnknownCommand)
	default:
		return false
	}
	return true
}

// withoutTelnet takes the bytes of IP and Synch off a line whose Telnet
// commands were not interpreted.
func withoutTelnet(text string) string {
	for len(text) > 0 && text[0] >= telnetDM {
		text = text[1:]
	}
	return text
}

// controlLost ends the session: RFC 959 §4.1.1, as if by ABOR and QUIT.
// A server that goes on with its transfer all the same talks on, until a reset
// tells it that nobody listens.
func (s *Server) controlLost(reset bool) {
	s.deaf = s.deaf || reset
	if s.pi.state == Closed {
		return
	}
	s.emit(StopTimer{IdleTimer})
	s.gone, s.queue = true, nil
	if s.pi.state == WaitTransfer && s.does.FinishOnClose {
		return // nobody looks before the transfer's end, or the failure to begin it
	}
	s.endSession()
	s.stopData()
}

func (s *Server) endSession() {
	if s.pi.state != WaitClose {
		s.emit(CloseControl{})
	}
	s.fire(&s.pi, "control closed")
}

// hangUp closes the control connection after what has been said.
func (s *Server) hangUp() {
	if s.pi.state == WaitClose || s.pi.state == Closed {
		return
	}
	s.queue = nil
	s.emit(StopTimer{IdleTimer}, CloseControl{})
	s.fire(&s.pi, "last reply")
	s.stopData()
}

func (s *Server) shutdown() {
	if s.pi.state == WaitConnection {
		return
	}
	if s.job != nil && s.job.writer != nil { // no half file stays behind
		_ = s.job.writer.Discard()
		s.job.writer = nil
	}
	s.say(ServiceClosing)
	s.hangUp()
}

func (s *Server) timerFired(name TimerName) {
	switch name {
	case IdleTimer:
		if s.busy() {
			s.idleOver = s.job != nil
			return
		}
		s.say(SessionIdle)
		s.hangUp()
	case BindTimer:
		s.oops("priv_sock_get_result")
	case LoginTimer:
		s.loginDelayOver()
	case ConnectTimer:
		if s.dtp.state == WaitDialed {
			s.emit(AbortData{})
			s.dataRefused(TimedOut)
		}
	case AcceptTimer:
		if s.dtp.state == WaitAccept {
			s.dataRefused(TimedOut)
		}
	case DataTimer:
		s.dataTimeout()
	case RateTimer:
		s.pauseOver()
	case LingerTimer:
		if s.dtp.state == WaitEnd {
			s.complete()
		}
	}
}
