package ftp

import (
	"fmt"
	"net/netip"
	"slices"
)

// Limits of a client that hold unless the configuration says otherwise.
const (
	defaultMaxReply = 1 << 16
	goodbyeMoment   = 15 // ms from a program's last reply to its end
)

// Client is one session's client side: a user's wishes, worked off one after
// the other. A wish is a list of steps; each step does one thing and waits for
// what comes of it.
type Client struct {
	cfg ClientConfig
	out []Output

	pi, dtp       machine
	lines         lineReader
	replies       replyReader
	local, remote netip.AddrPort
	open          bool   // the control connection stands
	outstanding   []Verb // commands whose final reply has not come; "" is the greeting

	wishes  []string
	wish    string
	busy    bool
	steps   []step
	step    step
	last    Reply // the last final reply, or that of the wish's transfer
	settled bool  // last is a transfer's, and stays
	leaving error // why the program says goodbye before its time
	status  int
	ended   bool

	second   *download // an upload that may be tried again
	retryDue bool      // and the time for it has come
	folder   string    // where the user went

	program program
	session clientSession
	data    clientData
	raw     rawState
	files   map[string]*received
}

// clientSession is what the client knows about the session.
type clientSession struct {
	loggedIn  bool
	letter    string // the TYPE in force, as far as the program knows
	wantType  string // A or I, once the user chose
	mode      Mode
	restart   int64
	secured   bool // the control connection is protected
	private   bool // and the data connections
	elsewhere bool // a quoted PORT or PASV named a data connection that is not the program's own
	noEpsv    bool // the server or the way to it does not do EPSV
	noEprt    bool
}

// step is one thing to do and to wait for. Handlers that are missing ignore
// what comes.
type step struct {
	start func()
	reply func(Reply)
	data  func(Input)
	timer func(TimerName)
}

// NewClient makes the client side of one session.
func NewClient(cfg ClientConfig) *Client {
	c := &Client{cfg: cfg, files: map[string]*received{}, program: programOf(cfg.Profile)}
	c.pi, c.dtp = newMachine(PI, ClientPI), newMachine(DTP, ClientDTP)
	c.lines = lineReader{max: orDefault(cfg.MaxLine, defaultMaxLine), bareLF: true, telnet: true}
	c.replies = replyReader{max: orDefault(cfg.MaxReply, defaultMaxReply)}
	c.data.ports = slices.Clone(cfg.DataPorts)
	c.session.mode = cfg.Mode
	c.freshSession()
	if cfg.Mode == "" {
		c.session.mode = ModePasv
	}
	return c
}

// freshSession forgets what was agreed on in a session, not what the user
// prefers.
func (c *Client) freshSession() {
	c.session = clientSession{mode: c.session.mode, wantType: c.session.wantType, letter: c.program.firstType}
}

// State gives what the two parts wait for.
func (c *Client) State() (pi, dtp State) { return c.pi.state, c.dtp.state }

// Busy says whether a wish is being worked on.
func (c *Client) Busy() bool { return c.busy }

// ExitStatus is the client program's exit status so far, and whether the
// program has ended.
func (c *Client) ExitStatus() (status int, ended bool) { return c.status, c.ended }

// File gives what a download brought under that local name.
func (c *Client) File(name string) ([]byte, bool) {
	f, ok := c.files[name]
	if !ok {
		return nil, false
	}
	return f.bytes(), true
}

// SetFile puts a local file where uploads find it. The client shares data,
// which must not be changed afterwards.
func (c *Client) SetFile(name string, data []byte) { c.files[name] = whole(data) }

// Handle takes one input and returns what follows from it. The slice is valid
// until the next call.
func (c *Client) Handle(in Input) []Output {
	clear(c.out)
	c.out = c.out[:0]
	switch in := in.(type) {
	case Wish:
		c.take(in.Text)
	case ControlConnected:
		c.connected(in)
	case ControlFailed:
		c.controlFailed(in.Reason)
	case ControlReceived:
		c.received(in.Data)
	case ControlClosed:
		c.controlClosed(in.Reset)
	case TimerFired:
		c.timerFired(in.Name)
	case TLSFailed:
		if in.Channel == ControlChannel {
			c.controlFailed(in.Reason)
		} else {
			c.dataInput(DataReset{})
		}
	default:
		c.dataInput(in)
	}
	return c.out
}

func (c *Client) emit(o ...Output) { c.out = append(c.out, o...) }

func (c *Client) fire(m *machine, trigger Trigger) {
	if change, moved := m.fire(trigger); moved {
		c.emit(change)
	}
}

func (c *Client) startTimer(name TimerName, milliseconds int64) {
	if milliseconds > 0 {
		c.emit(StartTimer{name, milliseconds})
	}
}

// send writes a command line.
func (c *Client) send(text string) {
	if !c.open {
		return
	}
	masked := Mask(text)
	c.emit(CommandSent{masked}, SendControl{Raw: wire(text), Lines: []string{masked}})
	verb, _ := SplitCommand(text)
	known, _ := LookUp(verb)
	c.await(known.Verb)
}

// await notes a command whose reply is to come.
func (c *Client) await(v Verb) {
	c.outstanding = append(c.outstanding, v)
	if len(c.outstanding) == 1 {
		c.fire(&c.pi, waitTrigger(v))
	}
}

// waitTrigger is what a command is to the protocol interpreter.
func waitTrigger(v Verb) Trigger {
	switch v {
	case "USER", "PASS", "ACCT":
		return "login"
	case "PORT", "PASV", "EPRT", "EPSV":
		return "setup"
	case "RETR", "STOR", "STOU", "APPE", "LIST", "NLST", "MLSD":
		return "transfer"
	case "QUIT":
		return "QUIT"
	}
	return "command"
}

func (c *Client) connected(in ControlConnected) {
	if c.pi.state != WaitConnect {
		return
	}
	c.open, c.local, c.remote = true, in.Local, in.Remote
	c.emit(StopTimer{ConnectTimer})
	c.fire(&c.pi, "connected")
	c.outstanding = []Verb{""}
}

// received puts replies together and hands each to the step that waits.
func (c *Client) received(data []byte) {
	if !c.open {
		return
	}
	c.lines.feed(data, false, func(l line) bool {
		if len(c.lines.answers) > 0 {
			c.emit(SendControl{Raw: slices.Clone(c.lines.answers)})
			c.lines.answers = c.lines.answers[:0]
		}
		if l.tooLong {
			c.protocolBroken(&ProtocolError{fmt.Sprintf("a reply line of more than %d bytes", c.lines.max), l.text})
			return false
		}
		reply, done, err := c.replies.add(l.text)
		if err != nil {
			c.protocolBroken(err)
			return false
		}
		clearText := !c.session.secured
		if done {
			c.gotReply(reply)
		}
		injected := clearText && c.session.secured // what follows 234 here came before the handshake
		return c.open && !injected
	})
}

func (c *Client) gotReply(r Reply) {
	c.emit(ReplyReceived{r.Code, r.First(), r.Lines})
	if r.Class() == 1 {
		if c.pi.state == WaitOpening {
			c.fire(&c.pi, "preliminary")
		}
	} else if len(c.outstanding) > 0 {
		if !c.settled {
			c.last = r
		}
		c.fire(&c.pi, "reply")
		c.outstanding = slices.Delete(c.outstanding, 0, 1)
		if len(c.outstanding) > 0 && c.pi.state == Ready {
			c.fire(&c.pi, waitTrigger(c.outstanding[0]))
		}
	}
	if c.cfg.Profile == Raw {
		c.rawReply(r)
	} else if c.step.reply != nil {
		c.step.reply(r)
	}
}

// protocolBroken gives up a peer that does not speak FTP.
func (c *Client) protocolBroken(err error) {
	c.status = c.program.statusFor(err)
	c.dropControl()
	c.lost(err)
}

// dropControl closes our side of the session, the data connection first.
func (c *Client) dropControl() {
	c.dropData()
	if c.open {
		c.emit(CloseControl{})
	}
	c.open, c.outstanding = false, nil
	c.lines.buf, c.replies.reply, c.replies.size = nil, Reply{}, 0
	c.freshSession()
	c.fire(&c.pi, "control closed")
}

func (c *Client) controlFailed(reason Failure) {
	if c.pi.state == Disconnected {
		return
	}
	c.emit(StopTimer{ConnectTimer})
	err := &ConnectError{ControlChannel, reason}
	c.status = c.program.statusFor(err)
	c.dropControl()
	c.lost(err)
}

func (c *Client) controlClosed(reset bool) {
	if !c.open {
		return
	}
	if c.cfg.Profile == Raw {
		c.rawClosed()
		return
	}
	leaving := c.pi.state == WaitHangUp
	c.emit(StopTimer{GoodbyeTimer})
	c.dropControl()
	if leaving {
		c.left()
		return
	}
	reason := ClosedEarly
	if reset {
		reason = WasReset
	}
	err := &ConnectError{ControlChannel, reason}
	c.status = c.program.statusFor(err)
	c.lost(err)
}

// ConnectError says which connection could not be had, or was lost, and why.
type ConnectError struct {
	Channel Channel
	Reason  Failure
}

func (e *ConnectError) Error() string { return fmt.Sprintf("%s connection: %s", e.Channel, e.Reason) }
