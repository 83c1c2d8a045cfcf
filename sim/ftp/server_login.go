package ftp

import (
	"crypto/sha256"
	"crypto/subtle"
	"slices"
	"strings"
)

// login is who a session's user is.
type login struct {
	user     string
	loggedIn bool
	wrong    int // refused passwords
	secured  bool
}

// loginNeeded says whether a command must wait for a login.
func (s *Server) loginNeeded(c Command, known bool) bool {
	if s.loggedIn || known && c.Open && !slices.Contains(s.does.ClosedBeforeLogin, c.Verb) {
		return false
	}
	return known || s.does.UnknownNeedsLogin
}

// knows says whether a user could log in at all.
func (s *Server) knows(user string) bool {
	if len(s.cfg.Users) == 0 {
		return anonymous(user)
	}
	_, ok := s.cfg.Users[user]
	return ok
}

func anonymous(user string) bool {
	return strings.EqualFold(user, "anonymous") || strings.EqualFold(user, "ftp")
}

func (s *Server) user(name string) {
	switch {
	case s.cfg.TLS == TLSRequired && !s.secured:
		s.say(TLSFirst)
	case s.loggedIn && !s.does.ReloginAllowed:
		s.say(UserAgain)
	case s.does.AnonymousEarly && len(s.cfg.Users) == 0 && !anonymous(name):
		s.say(UserUnknown)
	default:
		s.login.user, s.loggedIn = name, false
		s.fire(&s.pi, "USER")
		s.say(PasswordNeeded)
	}
}

// opens says whether a password is the user's; a name that nobody has takes as
// long as one that somebody has (RFC 2577 §7).
func (s *Server) opens(password string) bool {
	right := same(s.cfg.Users[s.login.user], password)
	return s.knows(s.login.user) && (right || len(s.cfg.Users) == 0)
}

// same compares secrets in a time that tells neither where they differ nor how
// long they are.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

func (s *Server) pass(password string) {
	switch {
	case s.loggedIn:
		s.say(PasswordAgain)
	case s.pi.state != WaitPass:
		s.say(UserFirst)
	case !s.opens(password):
		s.refuseLogin("PASS wrong")
	case s.cfg.Accounts[s.login.user] != "":
		s.fire(&s.pi, "PASS, account needed")
		s.say(AccountNeeded)
	default:
		s.logIn("PASS", LoggedIn)
	}
}

func (s *Server) acct(account string) {
	switch {
	case s.loggedIn:
		s.say(AccountIdle)
	case s.pi.state != WaitAcct:
		s.say(AccountFirst)
	case !same(s.cfg.Accounts[s.login.user], account):
		s.refuseLogin("ACCT wrong")
	default:
		s.logIn("ACCT", AccountTaken)
	}
}

func (s *Server) logIn(trigger Trigger, what Situation) {
	s.loggedIn, s.wrong = true, 0
	s.fire(&s.pi, trigger)
	s.say(what)
}

// refuseLogin refuses after a delay, so that guessing takes time (RFC 2577 §5).
func (s *Server) refuseLogin(trigger Trigger) {
	s.fire(&s.pi, trigger)
	s.wrong++
	if n := len(s.does.LoginDelays); n > 0 {
		s.startTimer(LoginTimer, s.does.LoginDelays[min(s.wrong, n)-1])
		return
	}
	s.loginDelayOver()
}

func (s *Server) loginDelayOver() {
	if s.pi.state != WaitDelay {
		return
	}
	s.fire(&s.pi, "delay over")
	if s.does.MaxLogins == 0 || s.wrong < s.does.MaxLogins {
		s.say(LoginRefused)
		s.startTimer(IdleTimer, s.cfg.IdleTimeout)
		s.pump()
		return
	}
	if s.does.SilentLoginEnd {
		s.say(LoginRefused)
	} else {
		s.say(LoginsExhausted)
	}
	s.hangUp()
}

// rein logs out and resets everything but the control connection (RFC 959
// §4.1.1); protection ends with the reply (RFC 4217 §11).
func (s *Server) rein(string) {
	s.forget()
	s.say(Reinitialized)
	if s.secured {
		s.secured = false
		s.emit(StopTLS{ControlChannel})
	}
}

// forget brings the session back to where it was after the greeting.
func (s *Server) forget() {
	s.stopData()
	s.data = dataPort{}
	s.parameters = freshParameters()
	s.login = login{secured: s.secured, wrong: s.wrong}
	s.fire(&s.pi, "logged out")
}

func (s *Server) quit(string) {
	s.say(Goodbye)
	s.hangUp()
}
