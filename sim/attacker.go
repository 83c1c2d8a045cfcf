package sim

import (
	"net/netip"
	"slices"

	"ftpscope/netmodel"
	"ftpscope/sim/ftp"
	"ftpscope/sim/trace"
)

// attacker works off a script.
type attacker struct {
	net    *network
	actor  *actor
	client *ftp.Client
	steps  []wish
}

// newAttacker puts the attacker's program on its host; nil: there is none.
func newAttacker(s *Scenario, n *network) *attacker {
	if n.attacker == nil {
		return nil
	}
	to := netip.AddrPortFrom(n.reachedAs, uint16(s.Server.ControlPort))
	cfg := ftp.ClientConfig{Profile: ftp.Raw, Server: to, Mode: ftp.ModePasv, ConnectTimeout: millis(attackerPatience), MaxTime: millis(attackerPatience)}
	if s.Client.Program == "plain" {
		cfg.User, cfg.Password = attackerUser, attackerPassword
	}
	a := &attacker{net: n, client: ftp.NewClient(cfg)}
	a.actor = newActor(n, n.attacker, a.client, s.Seed)
	a.actor.session = trace.AttackerSession
	a.actor.resolve = n.lookUp
	a.actor.finished = func(ftp.Finished) { a.next() }
	for _, line := range append(slices.Clone(s.Attacker.Script), "end") {
		w, _ := timed(line) // Check has accepted it
		a.steps = append(a.steps, w)
	}
	return a
}

// An attacker has an account on a server that has accounts, as users of bounce
// attacks had (RFC 2577 §2), and gives up in the end.
const (
	attackerUser     = "mallory"
	attackerPassword = "secret"
	attackerPatience = 90
)

// gone reports whether the attacker has nothing more to do.
func (a *attacker) gone() bool {
	if a == nil {
		return true
	}
	_, ended := a.client.ExitStatus()
	return ended
}

// next goes on to the next step, now or at its time.
func (a *attacker) next() {
	if a == nil || len(a.steps) == 0 {
		return
	}
	w := a.steps[0]
	a.steps = a.steps[1:]
	if w.at > a.net.Now() {
		a.net.attacker.After(w.at-a.net.Now(), "attacker", func() { a.do(w.text) })
		return
	}
	a.do(w.text)
}

func (a *attacker) do(text string) {
	if text == "end" {
		a.actor.feed(ftp.Wish{Text: text})
		return
	}
	stamp := trace.Stamp{T: a.net.Now(), Cause: trace.ID(a.net.Cause()), At: trace.Node(a.net.attacker.ID()), Session: trace.AttackerSession}
	id := a.net.rec.User(stamp, ftp.MaskWish(text))
	a.net.Under(netmodel.ID(id), func() { a.actor.feed(ftp.Wish{Text: text}) })
}
