package ftp

import (
	"fmt"
	"slices"
	"strings"
)

// rawData notes what the kernel would keep for the program.
func (c *Client) rawData(in Input) {
	switch in := in.(type) {
	case DataConnected:
		if c.dtp.state == WaitAccept {
			c.fire(&c.dtp, "connected")
			c.raw.accepting, c.raw.unread, c.raw.eof, c.raw.reset = true, 0, false, false
		} else {
			c.raw.unread, c.raw.eof, c.raw.reset = 0, false, false
		}
	case DataReceived:
		c.raw.unread += int64(len(in.Data))
		c.emit(Progress{c.raw.unread, -1})
	case DataPeerClosed:
		c.raw.eof = true
	case DataReset:
		c.raw.eof, c.raw.reset = true, true
	}
	if c.step.data != nil {
		c.step.data(in)
	}
}

// rawRead reads so many bytes, or all (-1). With a keepalive it sends NOOP
// whenever the time has come.
func (c *Client) rawRead(amount int64) step {
	left := amount
	end := func(why string) {
		c.emit(StopTimer{KeepaliveTimer}, Printed{"read: " + why})
		c.next()
	}
	look := func(Input) {
		taken := c.raw.unread
		if amount >= 0 {
			taken = min(taken, left)
		}
		c.raw.unread -= taken
		left -= taken
		if c.raw.beatDue && taken > 0 {
			c.rawBeat()
		}
		switch {
		case amount >= 0 && left == 0:
			end("enough")
		case c.raw.reset:
			c.rawEnd(&ConnectError{DataChannel, WasReset})
		case c.raw.eof && c.raw.unread == 0:
			end("end of data")
		}
	}
	return step{
		start: func() {
			if !c.raw.standing {
				c.next()
				return
			}
			look(nil)
		},
		data: look,
	}
}

func (c *Client) rawKeepalive(milliseconds int64) {
	c.raw.keepalive, c.raw.beatDue = milliseconds, false
	c.startTimer(KeepaliveTimer, milliseconds)
}

// rawBeat sends NOOP; the program looks at its watch only when data comes.
func (c *Client) rawBeat() {
	c.rawSend("NOOP", false)
	c.raw.beatDue = false
	c.startTimer(KeepaliveTimer, c.raw.keepalive)
}

func (c *Client) rawWrite(size int64) {
	if c.dtp.state == Connected {
		c.fire(&c.dtp, "send")
	}
	if data := Payload(size); len(data) > 0 {
		c.emit(SendData{Data: data})
	}
}

// Payload makes the recordings' test files: numbered lines of 16 bytes.
func Payload(size int64) []byte {
	var out []byte
	for i := 0; int64(len(out)) < size; i++ {
		out = fmt.Appendf(out, "%015d\n", i)
	}
	return out[:size]
}

// rawClose closes the data connection; unread bytes make that a reset, as
// Linux does it.
func (c *Client) rawClose() {
	if !c.raw.standing {
		return
	}
	if c.raw.unread > 0 {
		c.emit(AbortData{})
	} else {
		c.emit(CloseData{})
	}
	c.raw.standing, c.raw.unread, c.raw.eof, c.raw.reset = false, 0, false, false
	c.fire(&c.dtp, "over")
}

func (c *Client) rawSleep(milliseconds int64) step {
	return step{
		start: func() {
			if milliseconds == 0 {
				c.next()
				return
			}
			c.startTimer(SleepTimer, milliseconds)
		},
		timer: func(name TimerName) {
			if name == SleepTimer {
				c.next()
			}
		},
	}
}

// rawTransfer is a whole transfer the way most clients do it.
func (c *Client) rawTransfer(task string) []step {
	var steps []step
	stop := func(result int) func() {
		return func() {
			if result > 0 {
				c.raw.results = append(c.raw.results, result)
			}
			c.steps = nil
		}
	}
	active := c.session.mode == ModePort || c.session.mode == ModeEprt
	if active {
		steps = c.rawPort(c.session.mode, stop(5))
	} else {
		steps = []step{c.rawPasv(strings.ToUpper(string(c.session.mode)), stop(5)), c.rawDial(0, c.local.Addr(), stop(4))}
	}
	command := map[string]string{"retr": "RETR file.bin", "list": "LIST", "stor": "STOR incoming/up.bin"}[task]
	if n := len(c.raw.results); task == "stor" && n > 0 {
		command = fmt.Sprintf("STOR incoming/up%d.bin", n)
	}
	steps = append(steps, step{start: func() { c.rawSend(command, false); c.next() }})
	if active {
		steps = append(steps, c.rawAccept(stop(0)))
	}
	steps = append(steps, c.rawReplyWithin(0, func(r Reply) {
		if r.Class() != 1 {
			c.rawClose()
			c.steps = nil
		}
	}, func() {}))
	if task == "stor" {
		steps = append(steps, step{start: func() { c.rawWrite(c.cfg.FileBytes); c.next() }})
	} else {
		steps = append(steps, c.rawRead(-1))
	}
	return append(steps, step{start: func() { c.rawClose(); c.next() }}, c.rawReplyWithin(0, func(Reply) {}, func() {}))
}

// rawClosed notes the control connection's end, to be read after the replies.
func (c *Client) rawClosed() {
	c.raw.hungUp = true
	c.rawWake()
}

// rawEnd ends the program, its sockets with it: in vain, or at its script's
// end.
func (c *Client) rawEnd(err error) {
	c.ended = true
	switch {
	case err != nil:
		c.status = c.program.statusFor(err)
	case c.raw.pending == 0 && len(c.raw.results) > 0 && !slices.ContainsFunc(c.raw.results, func(d int) bool { return d != 2 }):
		c.status = 0
	default:
		c.status = 1
	}
	c.emit(StopTimer{MaxTimer}, StopTimer{KeepaliveTimer}, StopTimer{ReplyTimer})
	switch { // the kernel closes what is open in the order of opening
	case !c.open:
	case c.raw.unseen > 0:
		c.emit(AbortControl{}) // what nobody has read makes Linux reset
	default:
		c.emit(CloseControl{})
	}
	c.open = false
	c.rawClose()
	c.dropControl()
	c.finish(err == nil && c.status == 0, err)
	c.nextWish()
}

// rawTimer handles the timers that belong to no step.
func (c *Client) rawTimer(name TimerName) {
	switch name {
	case MaxTimer:
		if !c.ended {
			c.rawEnd(&ConnectError{ControlChannel, TimedOut})
		}
		return
	case KeepaliveTimer:
		c.raw.beatDue = true
		return
	}
	if c.step.timer != nil {
		c.step.timer(name)
	}
}
