package ftp

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
)

// WishError is a wish the client does not understand or cannot grant.
type WishError struct {
	Wish string
	Why  *Fault
}

func wishErr(wish, key string, args ...any) error {
	return &WishError{MaskWish(wish), &Fault{key, args}}
}

// Say is the sentence that tells the error.
func (e *WishError) Say() (key string, args []any) {
	return "error.wish", []any{"wish", e.Wish, "why", e.Why}
}

func (e *WishError) Error() string { return e.Wish + ": " + e.Why.Error() }

// ErrNotConnected is a wish that needs a session when there is none.
var ErrNotConnected error = &Fault{Key: "error.wish.not_connected"}

// ErrEnded is a wish to a program that has ended.
var ErrEnded error = &Fault{Key: "error.wish.ended"}

// take notes a wish and begins it when nothing else is going on.
func (c *Client) take(text string) {
	text = strings.TrimSpace(text)
	if c.busy && text == "abort" && c.cfg.Profile != Raw {
		c.abort()
		return
	}
	c.wishes = append(c.wishes, text)
	c.nextWish()
}

// nextWish begins the next wish.
func (c *Client) nextWish() {
	for !c.busy && len(c.wishes) > 0 {
		c.wish, c.wishes = c.wishes[0], c.wishes[1:]
		c.busy, c.settled = true, false
		if c.ended && c.program.oneShot {
			c.finish(false, ErrEnded)
			continue
		}
		steps, err := c.plan(c.wish)
		if err != nil {
			c.finish(false, err)
			continue
		}
		c.steps = steps
		c.next()
	}
}

// next goes on to the wish's next step, or ends it.
func (c *Client) next() {
	c.step = step{}
	if len(c.steps) == 0 {
		if c.busy {
			c.finish(true, nil)
			c.nextWish()
		}
		return
	}
	c.step, c.steps = c.steps[0], c.steps[1:]
	if c.step.start != nil {
		c.step.start()
	}
}

// insert puts steps before those that are left.
func (c *Client) insert(steps ...step) { c.steps = append(steps, c.steps...) }

// fail ends the wish without its other steps.
func (c *Client) fail(err error) {
	if !c.busy {
		return
	}
	c.steps, c.step = nil, step{}
	if c.cfg.Profile != Raw { // whose script goes on with what there is
		c.dropData()
	}
	c.program.failed(c, err)
}

func (c *Client) finish(ok bool, err error) {
	c.busy = false
	c.steps, c.step = nil, step{}
	reply := 0
	var refused *ReplyError
	if errors.As(err, &refused) {
		reply = refused.Reply.Code
	} else if ok {
		reply = c.last.Code
	}
	c.emit(Finished{Wish: c.wish, OK: ok, Reply: reply, Err: err})
}

// lost ends the wish when the session is gone.
func (c *Client) lost(err error) {
	if c.program.oneShot {
		c.ended = true
	}
	if c.busy {
		c.finish(false, err)
	}
	c.nextWish()
}

// left ends `quit` or `close` when the connection is closed.
func (c *Client) left() {
	c.ended = c.program.oneShot || c.wish == "quit"
	if err := c.leaving; err != nil {
		c.leaving = nil
		c.lost(err)
		return
	}
	if c.busy {
		c.next()
	}
}

// command is the step that sends a line and takes its final reply; then gets
// it when it is no refusal.
func (c *Client) command(text string, then func(Reply)) step {
	return step{
		start: func() { c.send(text) },
		reply: func(r Reply) {
			switch r.Class() {
			case 1:
			case 4, 5:
				c.fail(&ReplyError{Mask(text), r})
			default:
				if then != nil {
					then(r)
				}
				c.next()
			}
		},
	}
}

// ask is a command the program learns from, or not: a refusal is no failure.
func (c *Client) ask(text string) step {
	s := c.command(text, nil)
	s.reply = func(r Reply) {
		if r.Class() != 1 {
			c.next()
		}
	}
	return s
}

// show is a command whose reply the program prints.
func (c *Client) show(text string) step {
	return c.command(text, func(r Reply) { c.emit(Printed{strings.Join(r.Lines, "\n")}) })
}

// words splits a wish; double quotes keep spaces together, and between them a
// backslash takes the next character as it is.
func words(text string) []string {
	var out []string
	var word strings.Builder
	quote, inside, escaped := false, false, false
	for _, r := range text {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote:
			escaped = true
		case r == '"':
			quote, inside = !quote, true
		case r == ' ' && !quote:
			if inside {
				out = append(out, word.String())
			}
			word.Reset()
			inside = false
		default:
			word.WriteRune(r)
			inside = true
		}
	}
	if inside {
		out = append(out, word.String())
	}
	return out
}

// plan makes a wish's steps.
func (c *Client) plan(text string) ([]step, error) {
	if strings.ContainsAny(text, "\r\n\x00") {
		return nil, wishErr(strconv.Quote(text), "error.wish.line")
	}
	if c.cfg.Profile == Raw {
		return c.planRaw(text)
	}
	fields := words(text)
	if len(fields) == 0 {
		return nil, nil
	}
	for _, w := range wishTable {
		if w.name != fields[0] {
			continue
		}
		args := fields[1:]
		switch {
		case len(args) < w.least || len(args) > w.most:
			return nil, wishErr(text, "error.wish.usage", "usage", w.usage)
		case w.online && !c.open:
			return nil, ErrNotConnected
		}
		return w.plan(c, args)
	}
	return nil, wishErr(text, "error.wish.unknown")
}

// planOpen opens the control connection and waits for the greeting.
func (c *Client) planOpen(args []string) ([]step, error) {
	if c.open {
		return nil, wishErr("open", "error.wish.connected", "addr", c.remote.String())
	}
	host, remote := "", c.cfg.Server
	if len(args) > 0 {
		ip, err := netip.ParseAddr(args[0])
		if err != nil {
			ip = netip.Addr{}
		}
		host, remote = args[0], netip.AddrPortFrom(ip, 21)
	}
	if len(args) > 1 {
		port, err := strconv.ParseUint(args[1], 10, 16)
		if err != nil || port == 0 {
			return nil, wishErr("open", "error.wish.port", "port", strconv.Quote(args[1]))
		}
		remote = netip.AddrPortFrom(remote.Addr(), uint16(port))
	}
	if host == "" && !remote.IsValid() {
		return nil, wishErr("open", "error.wish.usage", "usage", "open HOST [PORT]")
	}
	return append([]step{c.connect(host, remote)}, c.program.afterGreeting(c)...), nil
}

func (c *Client) connect(host string, remote netip.AddrPort) step {
	return step{
		start: func() {
			c.ended = false
			c.fire(&c.pi, "open")
			c.emit(DialControl{Host: host, Local: netip.AddrPortFrom(netip.Addr{}, c.cfg.ControlPort), Remote: remote})
			c.startTimer(ConnectTimer, c.cfg.ConnectTimeout)
			c.startTimer(MaxTimer, c.cfg.MaxTime)
		},
		reply: func(r Reply) {
			switch r.Class() {
			case 1: // 120: ready in some minutes
			case 2:
				c.next()
			default:
				c.fail(&ReplyError{"the connection", r})
			}
		},
		timer: func(name TimerName) {
			if name == ConnectTimer && !c.open {
				c.emit(AbortControl{})
				c.controlFailed(TimedOut)
			}
		},
	}
}

// planLogin sends USER, and PASS and ACCT as far as the server asks for them
// (RFC 959 §6, login).
func (c *Client) planLogin(args []string) ([]step, error) {
	user, password := c.cfg.User, c.cfg.Password
	if len(args) > 0 {
		user, password = args[0], ""
		if args[0] == c.cfg.User {
			password = c.cfg.Password
		}
	}
	if user == "" {
		user = "anonymous"
	}
	if len(args) > 1 {
		password = args[1]
	}
	if password == "" && anonymous(user) {
		password = "guest@example.com"
	}
	steps := []step{c.command("USER "+user, func(r Reply) {
		if r.Class() != 3 {
			return
		}
		c.insert(c.command("PASS "+password, func(r Reply) {
			if r.Class() == 3 {
				c.insert(c.command("ACCT "+c.cfg.Account, nil))
			}
		}))
	})}
	steps = append(steps, step{start: func() {
		c.session.loggedIn = true
		c.next()
	}})
	return append(steps, c.program.afterLogin(c)...), nil
}

// planQuit says goodbye and waits for the server to close.
func (c *Client) planQuit([]string) ([]step, error) {
	if !c.open {
		return []step{{start: func() { c.ended = true; c.next() }}}, nil
	}
	return []step{c.goodbye()}, nil
}

func (c *Client) goodbye() step {
	return step{
		start: func() { c.send("QUIT") },
		reply: func(r Reply) {
			if r.Class() != 1 {
				c.startTimer(GoodbyeTimer, goodbyeMoment)
			}
		},
		timer: func(name TimerName) {
			if name == GoodbyeTimer {
				c.dropControl()
				c.left()
			}
		},
	}
}

func (c *Client) timerFired(name TimerName) {
	if name == RetryTimer {
		c.retryDue = true
	}
	if name == MaxTimer && c.cfg.Profile != Raw {
		if c.open || c.pi.state == WaitConnect {
			c.status = c.program.timedOut
			c.dropControl()
			c.lost(&ConnectError{ControlChannel, TimedOut})
		}
		return
	}
	if c.cfg.Profile == Raw {
		c.rawTimer(name)
		return
	}
	if c.step.timer != nil {
		c.step.timer(name)
	}
}
