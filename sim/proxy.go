package sim

import (
	"net/netip"
	"strings"

	"ftpscope/sim/ftp"
	"ftpscope/sim/trace"
)

// proxy is a person's second session, to another server: what the classic ftp
// program does after the word proxy. With get and put the two servers move a
// file between themselves (RFC 959 §5.2), and the person's host only arranges it.
type proxy struct {
	user   *user
	client *ftp.Client
	actor  *actor
	move   *thirdParty // under way; nil: none
}

func newProxy(s *Scenario, u *user, cfg ftp.ClientConfig) *proxy {
	cfg.ControlPort, cfg.DataPorts = 0, nil
	cfg.Server = netip.AddrPortFrom(u.net.lookUp(secondName), uint16(s.SecondServer.ControlPort))
	p := &proxy{user: u, client: ftp.NewClient(cfg)}
	p.actor = newActor(u.net, u.net.client, p.client, s.Seed)
	p.actor.session = trace.ProxySession
	p.actor.resolve = u.net.lookUp
	p.actor.finished = func(f ftp.Finished) {
		if p.move != nil {
			p.move.finished(&p.move.passive, f)
			return
		}
		u.next()
	}
	p.actor.heard = func(r ftp.ReplyReceived) { p.heard(p.actor, r) }
	return p
}

func (p *proxy) ask(text string) {
	verb, rest, _ := strings.Cut(text, " ")
	if verb != "get" && verb != "put" {
		p.actor.feed(ftp.Wish{Text: text})
		return
	}
	name := strings.TrimSpace(rest)
	m := &thirdParty{proxy: p}
	m.active = half{actor: p.user.actor, line: "RETR " + name}
	m.passive = half{actor: p.actor, line: "STOR " + name}
	if verb == "put" {
		m.active.line, m.passive.line = m.passive.line, m.active.line
	}
	p.move = m
	m.next()
}

// heard watches what the servers say while they move a file.
func (p *proxy) heard(a *actor, r ftp.ReplyReceived) {
	if m := p.move; m != nil {
		m.heard(a, r)
	}
}

// thirdParty is one file on its way between two servers. The first session's
// server calls, the second's listens, as in the classic program.
type thirdParty struct {
	proxy           *proxy
	active, passive half
	step            int
	target          netip.AddrPort // where the passive server listens
	failed          bool
}

// half is one server's part.
type half struct {
	actor *actor
	line  string // its transfer command
	asked string // what was asked of its client last
	said  bool
	done  bool
}

// next asks for the next thing; each waits for the one before.
func (m *thirdParty) next() {
	m.step++
	switch m.step {
	case 1:
		m.ask(&m.passive, "binary")
	case 2:
		m.ask(&m.active, "binary")
	case 3:
		m.ask(&m.passive, "quote PASV")
	case 4:
		if !m.target.IsValid() {
			m.end()
			return
		}
		m.ask(&m.active, "quote PORT "+ftp.FormatPort(m.target))
	case 5:
		m.active.said = true
		m.ask(&m.active, "quote "+m.active.line)
	}
}

func (m *thirdParty) ask(h *half, text string) {
	h.asked = text
	h.actor.feed(ftp.Wish{Text: text})
}

// heard notes where the passive server listens, and tells it what to do with
// what comes as soon as the active one has begun.
func (m *thirdParty) heard(a *actor, r ftp.ReplyReceived) {
	switch {
	case a == m.passive.actor && m.step == 3 && r.Code == 227:
		m.target, _ = ftp.ParsePasv(r.Lines, ftp.PasvRules{})
	case a == m.active.actor && m.active.said && r.Code < 200 && !m.passive.said:
		m.passive.said = true
		m.ask(&m.passive, "quote "+m.passive.line)
	}
}

// finished goes on, or ends the whole when one half has failed or both are done.
// What the person asks for at a time of its own is no part of it.
func (m *thirdParty) finished(h *half, f ftp.Finished) {
	if f.Wish != h.asked {
		return
	}
	m.failed = m.failed || !f.OK
	if !m.active.said {
		if m.failed {
			m.end()
		} else {
			m.next()
		}
		return
	}
	h.done = true
	if m.active.done && (m.passive.done || !m.passive.said) {
		m.end()
	}
}

func (m *thirdParty) end() {
	m.proxy.move = nil
	m.proxy.user.broken = m.failed || !m.passive.said
	m.proxy.user.next()
}
