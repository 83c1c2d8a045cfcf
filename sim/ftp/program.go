package ftp

import (
	"errors"
	"strings"
)

// program is in what client programs differ.
type program struct {
	oneShot        bool // it ends with its first failure
	fallsBack      bool // EPRT refused: PORT; EPSV refused: PASV
	dialsAgain     bool // nobody reached at EPSV's port: PASV, within the same patience
	exactCodes     bool // PASV's answer must be 227
	waitsForPort   bool // EPRT refused over IPv6: it sends no PORT and waits for its reply all the same (curl 7.88.1, observed)
	mendsPrivate   bool // another address in 227 is believed unless one of the two is private, or the own host's (lftp: ftp:fix-pasv-address)
	refusesForeign bool // another address in 227 ends the transfer
	pasv           PasvRules
	firstType      string // the TYPE taken to be in force at first
	timedOut       int    // exit status for waiting in vain
	putsAgain      bool   // an upload that got no data connection is tried once more
	absolute       bool   // it names folders from the root on
	silenceEnds    bool   // the patience for connecting holds for the answer to a transfer command too

	afterGreeting func(*Client) []step
	afterLogin    func(*Client) []step
	beforeData    func(*Client, *download) []step
	afterData     func(*Client, *download) []step // between the data connection's set-up and the transfer command
	afterwards    func(*Client, *download) []step
	failed        func(*Client, error)
	statusFor     func(error) int
}

func noSteps(*Client) []step                    { return nil }
func noTransferSteps(*Client, *download) []step { return nil }

// programOf gives what a profile's program does.
func programOf(p Profile) program {
	switch p {
	case Curl:
		return curlProgram()
	case Raw:
		prog := plainProgram()
		prog.timedOut, prog.oneShot = 28, true
		prog.statusFor = rawStatus
		return prog
	case Lftp:
		return lftpProgram()
	case Tnftp:
		return tnftpProgram()
	}
	return plainProgram()
}

// plainProgram sends nothing that is not needed.
func plainProgram() program {
	return program{
		timedOut:      1,
		firstType:     "A",
		afterGreeting: noSteps,
		afterLogin:    noSteps,
		beforeData:    plainBefore,
		afterData:     restartStep,
		afterwards:    noTransferSteps,
		failed:        failPlainly,
		statusFor:     func(error) int { return 1 },
	}
}

func failPlainly(c *Client, err error) {
	c.status = 1
	c.finish(false, err)
	c.nextWish()
}

// plainBefore sends TYPE only when the user chose one.
func plainBefore(c *Client, j *download) []step {
	if c.session.wantType == "" || j.listing() {
		return []step{c.represent(j)}
	}
	return []step{c.setType(c.session.wantType), c.represent(j)}
}

// restartStep sends REST when the user wants the rest of a file.
func restartStep(c *Client, j *download) []step {
	offset := c.session.restart
	if offset == 0 || j.listing() {
		return nil
	}
	c.session.restart = 0
	return []step{c.restartAt(j, offset)}
}

// rawStatus is the scripted client's exit status.
func rawStatus(err error) int {
	var lost *ConnectError
	switch {
	case !errors.As(err, &lost):
		return 1
	case lost.Reason == TimedOut:
		return 28
	}
	return 56
}

// lftpProgram asks for FEAT before anything else, and for size and time before
// a download.
func lftpProgram() program {
	p := plainProgram()
	p.silenceEnds = true // net:timeout
	p.mendsPrivate, p.putsAgain, p.absolute = true, true, true
	p.failed = lftpFailed
	p.afterGreeting = func(c *Client) []step { return []step{c.ask("FEAT")} }
	p.afterLogin = func(c *Client) []step { return []step{c.ask("PWD")} }
	p.beforeData = func(c *Client, j *download) []step {
		switch {
		case j.listing():
			return []step{c.represent(j)}
		case j.sends:
			return []step{c.setType("I"), c.represent(j)}
		}
		return []step{c.setType("I"), c.represent(j), c.ask("SIZE " + j.name), c.ask("MDTM " + j.name)}
	}
	return p
}

// lftpFailed drops the session when no data connection came about, with Telnet's
// synch unless it was silence that told; a refused transfer leaves it standing.
// An upload gets a second attempt.
func lftpFailed(c *Client, err error) {
	var refused *ReplyError
	var lost *ConnectError
	isRefused := errors.As(err, &refused)
	again := c.putAgain()
	switch {
	case errors.As(err, &lost) && lost.Reason == TimedOut:
		c.dropControl()
	case errors.As(err, &lost):
		c.synch()
		c.dropControl()
	case isRefused && setsUp(refused.Command):
		if c.session.mode == ModePort || c.session.mode == ModeEprt {
			c.session.mode = ModePasv
		}
		c.synch()
		c.dropControl()
	case !isRefused || refused.Reply.Class() != 4:
		again = nil
	case again != nil:
		c.emit(StopTimer{RetryTimer})
		c.retryDue = false
		c.startTimer(RetryTimer, lftpPause)
	}
	if again == nil {
		c.emit(StopTimer{RetryTimer})
		failPlainly(c, err)
		return
	}
	c.steps = again()
	c.next()
}

// How long lftp waits before it tries again: in the session that it has, and
// from one to the next (observed with net:max-retries 1, from the first upload on).
const (
	lftpPause     = 2_000
	lftpReconnect = 14_600
)

// putAgain gives the steps of an upload's second attempt, once; nil: there is
// none to be had.
func (c *Client) putAgain() func() []step {
	j := c.second
	c.second = nil
	if j == nil {
		return nil
	}
	return func() []step {
		steps := []step{c.pause()}
		if !c.open {
			steps = append(steps, c.reconnect())
			steps = append(steps, c.program.afterGreeting(c)...)
			login, _ := c.planLogin(nil) // without arguments it has nothing to object to
			steps = append(steps, login[:2]...)
			if c.folder != "" {
				steps = append(steps, c.command("CWD "+c.folder, nil))
			}
		}
		j.total = int64(len(j.upload))
		return append(steps, c.transferSteps(j)...)
	}
}

// pause waits until the next attempt is due.
func (c *Client) pause() step {
	return step{
		start: func() {
			if c.retryDue {
				c.next()
			}
		},
		timer: func(name TimerName) {
			if name == RetryTimer {
				c.next()
			}
		},
	}
}

// reconnect opens the control connection once more, to the same server.
func (c *Client) reconnect() step {
	s := c.connect("", c.remote)
	s.start = func() {
		c.fire(&c.pi, "open")
		c.emit(DialControl{Remote: c.remote})
		c.startTimer(ConnectTimer, c.cfg.ConnectTimeout)
	}
	return s
}

// setsUp reports whether a command is one that sets up a data connection.
func setsUp(text string) bool {
	verb, _ := SplitCommand(text)
	return waitTrigger(Verb(verb)) == "setup"
}

// tnftpProgram learns about the server after the login, and about a file's
// time after having it.
func tnftpProgram() program {
	p := plainProgram()
	p.pasv = PasvRules{FirstDigits: true, OneLine: true}
	p.exactCodes, p.refusesForeign, p.fallsBack = true, true, true
	p.afterLogin = func(c *Client) []step { return []step{c.ask("SYST"), c.ask("FEAT")} }
	p.beforeData = func(c *Client, j *download) []step {
		switch {
		case j.listing():
			return []step{c.setType("A"), c.represent(j)}
		case j.sends:
			return []step{c.setType("I"), c.represent(j)}
		}
		return []step{c.setType("I"), c.represent(j), c.ask("SIZE " + j.name)}
	}
	p.afterwards = func(c *Client, j *download) []step {
		if j.listing() || j.sends {
			return nil
		}
		return []step{c.ask("MDTM " + j.name)}
	}
	return p
}

// curlProgram dials as soon as it knows where, and only then says what it
// wants.
func curlProgram() program {
	p := plainProgram()
	p.firstType = ""
	p.oneShot, p.fallsBack, p.dialsAgain, p.exactCodes, p.waitsForPort, p.timedOut = true, true, true, true, true, 28
	p.afterLogin = func(c *Client) []step { return []step{c.ask("PWD")} }
	p.beforeData = func(c *Client, j *download) []step {
		dir, base := splitDir(j.name)
		if dir == "" {
			return nil
		}
		j.name = base
		j.line = string(j.verb) + " " + base
		return []step{c.command("CWD "+dir, nil)}
	}
	p.afterData = func(c *Client, j *download) []step {
		switch {
		case j.listing():
			return []step{c.setType("A"), c.represent(j)}
		case j.sends:
			return append([]step{c.setType("I"), c.represent(j)}, restartStep(c, j)...)
		}
		return append([]step{c.setType("I"), c.represent(j), c.curlSize(j)}, restartStep(c, j)...)
	}
	p.statusFor = curlStatus
	p.failed = curlFailed
	return p
}

// curlSize asks for the size; a 550 tells curl that there is no such file, any
// other refusal nothing.
func (c *Client) curlSize(j *download) step {
	text := "SIZE " + j.name
	s := c.ask(text)
	s.reply = func(r Reply) {
		switch {
		case r.Class() == 1:
		case r.Code == 550:
			c.fail(&ReplyError{text, r})
		default:
			c.next()
		}
	}
	return s
}

// curlStatuses are curl's exit statuses for a refused command.
var curlStatuses = map[string]int{
	"USER": 67, "PASS": 67, "ACCT": 11, "CWD": 9, "PASV": 13, "EPSV": 13, "PORT": 30, "EPRT": 30, "TYPE": 17,
	"SIZE": 78, "REST": 31, "RETR": 19, "LIST": 19, "NLST": 19, "STOR": 25, "APPE": 25,
}

func curlStatus(err error) int {
	var refused *ReplyError
	var lost *ConnectError
	var weird *ArgumentError
	switch {
	case errors.As(err, &refused):
		verb, _, _ := strings.Cut(refused.Command, " ")
		if verb == "RETR" && refused.Reply.Code == 550 {
			return 78
		}
		if status, ok := curlStatuses[verb]; ok {
			return status
		}
		return 8
	case errors.As(err, &lost):
		switch {
		case lost.Reason == TimedOut:
			return 28
		case lost.Channel == DataChannel && lost.Reason == WasReset:
			return 18
		case lost.Reason == WasReset || lost.Reason == ClosedEarly:
			return 56
		case lost.Reason == NotFound:
			return 6
		}
		return 7
	case errors.As(err, &weird):
		return 14
	}
	return 8
}

// curlFailed ends the program: with QUIT while the session is in order, without
// when it could not connect or log in, or does not understand the server.
func curlFailed(c *Client, err error) {
	c.status = curlStatus(err)
	polite := map[int]bool{9: true, 13: true, 17: true, 18: true, 19: true, 25: true, 30: true, 78: true}
	if !c.open || !polite[c.status] {
		c.dropControl()
		c.lost(err)
		return
	}
	c.dropData()
	bye := c.goodbye()
	c.leaving = err
	c.step, c.steps = bye, nil
	bye.start()
}
