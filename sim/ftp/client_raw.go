package ftp

import (
	"net/netip"
	"strconv"
	"strings"
)

// rawState is where the scripted client of the recordings stands. It is a
// blocking program: what arrives while it does something else waits in the
// kernel until a step asks for it.
type rawState struct {
	replies   []Reply
	unseen    int              // the last of them that are still in the kernel
	hungUp    bool             // the control connection's end, behind replies
	passive   []netip.AddrPort // announced, in order
	accepting bool             // somebody is in the listener's backlog
	standing  bool             // a data connection is open on our side
	unread    int64
	eof       bool
	reset     bool
	keepalive int64
	beatDue   bool
	pending   int   // transfer commands without a final reply
	results   []int // first digit of each transfer's final reply
}

// rawMoment is how many milliseconds the program, an interpreter's script, takes
// to act: what the network brings in the same instant comes before.
const rawMoment = 1

// rawThink goes on to the next step after that moment.
func (c *Client) rawThink() {
	c.step = step{timer: func(name TimerName) {
		if name == GoodbyeTimer {
			c.next()
		}
	}}
	c.startTimer(GoodbyeTimer, rawMoment)
}

// rawSteps says how many words each step of a script has at least.
var rawSteps = map[string]int{
	"open": 1, "login": 1, "run": 1, "cmd": 2, "send": 2, "reply": 1, "drain": 2, "pasv": 1, "epsv": 1, "port": 1, "eprt": 1,
	"dial": 1, "accept": 1, "read": 2, "write": 2, "close": 1, "sleep": 2, "urgent": 2, "keepalive": 2, "retr": 1, "stor": 1,
	"list": 1, "quit": 1, "end": 1, "call": 2,
}

// planRaw makes the steps of one script line; `open`, `login` and `end` are
// what the program does before and after its script.
func (c *Client) planRaw(text string) ([]step, error) {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return nil, nil
	}
	if least, ok := rawSteps[fields[0]]; !ok || len(fields) < least {
		return nil, wishErr(text, "error.step.unknown")
	}
	_, rest, _ := strings.Cut(text, " ")
	switch verb := fields[0]; verb {
	case "open":
		return c.planOpen(fields[1:])
	case "login":
		user, password := "anonymous", "guest@example.com"
		if c.cfg.User != "" {
			user, password = c.cfg.User, c.cfg.Password
		}
		return []step{c.rawCmd("USER " + user), c.rawCmd("PASS " + password), c.rawCmd("TYPE I")}, nil
	case "cmd":
		return []step{c.rawCmd(rest)}, nil
	case "quit":
		return []step{c.rawCmd("QUIT")}, nil
	case "send", "urgent":
		return []step{{start: func() { c.rawSend(rest, verb == "urgent"); c.next() }}}, nil
	case "pasv", "epsv":
		return []step{c.rawPasv(strings.ToUpper(verb), nil)}, nil
	case "port", "eprt":
		return c.rawPort(Mode(verb), nil), nil
	case "accept":
		return []step{c.rawAccept(nil)}, nil
	case "call":
		return c.planRawCall(fields[1:])
	case "close":
		return []step{{start: func() { c.rawClose(); c.next() }}}, nil
	case "retr", "stor", "list":
		return c.rawTransfer(verb), nil
	case "end":
		return []step{{
			start: func() { c.startTimer(GoodbyeTimer, rawMoment) },
			timer: func(name TimerName) {
				if name == GoodbyeTimer {
					c.rawEnd(nil)
				}
			},
		}}, nil
	}
	return c.planRawNumber(fields)
}

// planRawNumber makes the steps that have a number.
func (c *Client) planRawNumber(fields []string) ([]step, error) {
	number := 0.0
	if len(fields) > 1 && fields[1] != "all" {
		var err error
		if number, err = strconv.ParseFloat(fields[1], 64); err != nil || !(number >= 0 && number <= 1e9) { // nor is NaN
			return nil, wishErr(fields[0], "error.step.number", "value", strconv.Quote(fields[1]))
		}
	}
	milliseconds := int64(number * 1000)
	switch fields[0] {
	case "reply":
		return []step{c.rawReplyWithin(milliseconds, func(Reply) {}, c.next)}, nil
	case "drain":
		return []step{c.rawDrain(milliseconds)}, nil
	case "dial":
		var local netip.Addr
		if len(fields) > 2 {
			var err error
			if local, err = netip.ParseAddr(fields[2]); err != nil {
				return nil, wishErr("dial", "error.step.address", "value", strconv.Quote(fields[2]))
			}
		}
		return []step{c.rawDial(int(number), local, nil)}, nil
	case "read":
		if fields[1] == "all" {
			return []step{c.rawRead(-1)}, nil
		}
		return []step{c.rawRead(int64(number))}, nil
	case "write":
		return []step{{start: func() {
			if !c.raw.standing {
				c.rawEnd(wishErr("write", "error.step.no_data"))
				return
			}
			c.rawWrite(int64(number))
			c.next()
		}}}, nil
	case "sleep":
		return []step{c.rawSleep(milliseconds)}, nil
	case "keepalive":
		return []step{{start: func() { c.rawKeepalive(milliseconds); c.next() }}}, nil
	}
	return nil, wishErr(fields[0], "error.step.unknown")
}

func (c *Client) rawSend(text string, urgent bool) {
	verb, _, _ := strings.Cut(text, " ")
	if waitTrigger(Verb(strings.ToUpper(verb))) == "transfer" {
		c.raw.pending++
	}
	if urgent {
		c.urgent(text)
		return
	}
	c.send(text)
}

// rawReply puts a reply where the program will read it.
func (c *Client) rawReply(r Reply) {
	if c.pi.state == Ready && c.wish != "" && strings.HasPrefix(c.wish, "open") && c.step.reply != nil {
		c.step.reply(r)
		return
	}
	c.raw.replies = append(c.raw.replies, r)
	c.raw.unseen++
	c.rawWake()
}

// rawWake lets the step that waits look again.
func (c *Client) rawWake() {
	if c.step.data != nil {
		c.step.data(nil)
	}
}

// rawTake reads the next reply, if it is there.
func (c *Client) rawTake() (Reply, bool) {
	if len(c.raw.replies) == 0 {
		return Reply{}, false
	}
	if c.raw.unseen >= len(c.raw.replies) {
		c.raw.unseen = 0 // one read takes all that has come
	}
	r := c.raw.replies[0]
	c.raw.replies = c.raw.replies[1:]
	if r.Class() != 1 && c.raw.pending > 0 {
		c.raw.pending--
		c.raw.results = append(c.raw.results, r.Class())
	}
	return r, true
}

// rawReplyWithin waits for one reply, at most so many milliseconds (0: for
// ever); late is what follows when they are over.
func (c *Client) rawReplyWithin(milliseconds int64, then func(Reply), late func()) step {
	look := func(Input) {
		if r, ok := c.rawTake(); ok {
			c.emit(StopTimer{ReplyTimer})
			then(r)
			if r.Class() == 1 {
				c.next() // it reads on at once
			} else {
				c.rawThink()
			}
		} else if c.raw.hungUp {
			c.rawEnd(&ConnectError{ControlChannel, ClosedEarly})
		}
	}
	return step{
		start: func() {
			c.startTimer(ReplyTimer, milliseconds)
			look(nil)
		},
		data: look,
		timer: func(name TimerName) {
			if name == ReplyTimer {
				late()
			}
		},
	}
}

func (c *Client) rawCmd(text string) step {
	s := c.rawReplyWithin(0, func(Reply) {}, func() {})
	wait := s.start
	s.start = func() {
		c.rawSend(text, false)
		wait()
	}
	return s
}

// rawDrain reads replies until there was silence for so long.
func (c *Client) rawDrain(milliseconds int64) step {
	look := func(Input) {
		for {
			if _, ok := c.rawTake(); !ok {
				break
			}
			c.startTimer(ReplyTimer, milliseconds)
		}
		if c.raw.hungUp {
			c.emit(StopTimer{ReplyTimer}, Printed{"drain: control connection closed"})
			c.next()
		}
	}
	return step{
		start: func() { c.startTimer(ReplyTimer, milliseconds); look(nil) },
		data:  look,
		timer: func(name TimerName) {
			if name == ReplyTimer {
				c.next()
			}
		},
	}
}

func (c *Client) rawPasv(verb string, refused func()) step {
	s := c.rawReplyWithin(0, func(r Reply) {
		mode := Mode(strings.ToLower(verb))
		target, err := c.passiveTarget(mode, r)
		if err == nil {
			c.raw.passive = append(c.raw.passive, target)
		} else if refused != nil {
			refused()
		}
	}, func() {})
	wait := s.start
	s.start = func() { c.rawSend(verb, false); wait() }
	return s
}

// rawPort listens and announces the port.
func (c *Client) rawPort(mode Mode, refused func()) []step {
	listen := c.listen()
	announce := c.rawReplyWithin(0, func(r Reply) {
		if r.Class() != 2 && refused != nil {
			refused()
		}
	}, func() {})
	wait := announce.start
	announce.start = func() {
		host := c.cfg.PortAddress
		if !host.IsValid() {
			host = c.local.Addr()
		}
		c.rawSend(announcement(mode, netip.AddrPortFrom(host, c.data.announce.Port())), false)
		wait()
	}
	return []step{{
		start: func() {
			if c.dtp.state == WaitAccept { // the script's next port takes this one's place
				c.emit(StopListening{})
				c.fire(&c.dtp, "over")
			}
			listen.start()
		},
		data: func(in Input) {
			if in != nil {
				listen.data(in)
			}
		},
	}, announce}
}

// rawDial connects to the number-th passive address, 0 being the last.
func (c *Client) rawDial(number int, local netip.Addr, failed func()) step {
	end := func(why string) {
		c.emit(StopTimer{ConnectTimer}, Printed{"dial: " + why})
		if why != "connected" {
			c.fire(&c.dtp, "over")
			if failed != nil {
				failed()
			}
		}
		c.next()
	}
	return step{
		start: func() {
			if number == 0 {
				number = len(c.raw.passive)
			}
			if number < 1 || number > len(c.raw.passive) {
				c.fail(wishErr("dial", "error.step.no_passive", "n", number))
				return
			}
			c.rawClose()
			c.fire(&c.dtp, "dial")
			c.emit(DialData{Local: netip.AddrPortFrom(local, 0), Remote: c.raw.passive[number-1]})
			c.startTimer(ConnectTimer, c.cfg.ConnectTimeout)
		},
		data: func(in Input) {
			switch in := in.(type) {
			case DataConnected:
				c.fire(&c.dtp, "connected")
				c.raw.standing = true
				end("connected")
			case DataFailed:
				end(string(in.Reason))
			}
		},
		timer: func(name TimerName) {
			if name == ConnectTimer {
				c.emit(AbortData{})
				end("timed out")
			}
		},
	}
}

// rawAccept waits for the server's connection or for a refusal, whichever
// comes first.
func (c *Client) rawAccept(failed func()) step {
	look := func(Input) {
		if c.raw.accepting {
			c.emit(StopTimer{AcceptTimer}, Printed{"accept: connected"})
			c.raw.accepting, c.raw.standing = false, true
			c.emit(StopListening{})
			c.next()
			return
		}
		for {
			r, ok := c.rawTake()
			if !ok {
				break
			}
			if r.Class() != 1 {
				c.emit(StopTimer{AcceptTimer}, Printed{"accept: refused by reply"})
				if failed != nil {
					failed()
				}
				c.next()
				return
			}
		}
		if c.raw.hungUp {
			c.rawEnd(&ConnectError{ControlChannel, ClosedEarly})
		}
	}
	return step{
		start: func() { c.startTimer(AcceptTimer, c.cfg.ConnectTimeout); look(nil) },
		data:  look,
		timer: func(name TimerName) {
			if name == AcceptTimer {
				c.emit(Printed{"accept: timed out"})
				c.rawEnd(&ConnectError{DataChannel, TimedOut})
			}
		},
	}
}
