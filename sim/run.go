package sim

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"ftpscope/netmodel"
	"ftpscope/sim/ftp"
	"ftpscope/sim/trace"
)

// Run lets a scenario happen and returns what happened. The same scenario
// gives the same trace, to the byte, on every machine. A scenario that fails
// (blocked, refused, timed out) is no error: the outcome stands in the trace.
// The error is about the scenario itself, or names the bound that stopped it.
func Run(s Scenario) (*trace.Trace, error) { return run(s, nil, nil) }

// Progress is how far a run has come.
type Progress struct {
	Events int
	Time   time.Duration // on the run's own clock
	Bytes  int64         // that the transfer under way, or the last, has brought
	Total  int64         // of them; where nobody has said, as many as the test file has
}

// RunContext is [Run] for whoever does not wait: it says now and then how far it
// has come, and ends with the context's error when that ends. Nothing of a run
// that was ended is left.
func RunContext(ctx context.Context, s Scenario, report func(Progress)) (*trace.Trace, error) {
	return run(s, nil, func(n *network) error {
		t := n.rec.Trace()
		p := Progress{Events: t.Len(), Time: n.Now(), Bytes: t.LastProgress().Bytes, Total: t.LastProgress().Total}
		if p.Total <= 0 {
			p.Total = int64(s.FileBytes)
		}
		report(p)
		return ctx.Err()
	})
}

// run is Run with a spy that is called after every event, and a watch that is
// called now and then; either may be nil.
func run(s Scenario, spy func(n *network, id trace.ID), watch func(*network) error) (*trace.Trace, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	n, err := build(&s)
	if err != nil {
		return nil, err
	}
	if watch != nil {
		n.Watch = func() error { return watch(n) }
	}
	if spy != nil {
		n.rec.Observe = func(id trace.ID) { spy(n, id) }
	}
	store, err := s.store()
	if err != nil {
		return nil, err
	}
	everywhere := netip.IPv4Unspecified()
	if s.ipv6() {
		everywhere = netip.IPv6Unspecified()
	}
	if err := serve(n, n.server, netip.AddrPortFrom(everywhere, uint16(s.Server.ControlPort)), s.serverConfig(), store, s.Seed); err != nil {
		return nil, &FieldError{Field: "server.control_port", Err: err}
	}
	if n.second != nil {
		if store, err = s.store(); err != nil {
			return nil, err
		}
		if err := serve(n, n.second, netip.AddrPortFrom(everywhere, uint16(s.SecondServer.ControlPort)), s.secondConfig(), store, s.Seed); err != nil {
			return nil, &FieldError{Field: "second_server.control_port", Err: err}
		}
	}
	u, a := newUser(&s, n), newAttacker(&s, n)
	u.next()
	a.next()
	watched := seconds(s.Watch)
	if err := n.RunWhile(func() bool { return (!u.gone() || !a.gone()) && (watched == 0 || n.Now() < watched) }); err != nil {
		return nil, stopped(err)
	}
	if s.Settle > 0 && u.gone() {
		if err := n.RunUntil(n.Now() + seconds(s.Settle) + lookingAway); err != nil {
			return nil, stopped(err)
		}
	}
	t := n.rec.Trace()
	t.Opened = n.vault.arrived
	t.Outcome = outcome(t, u)
	return t, nil
}

// stopped names the field that holds the bound which stopped a run.
func stopped(err error) error {
	var bound *netmodel.BoundError
	if !errors.As(err, &bound) {
		return err
	}
	field := map[string]string{"MaxEvents": "max_events", "MaxTime": "max_time_s"}[bound.Bound]
	return fieldErr(field, "error.field.bound", "bound", bound.Limit)
}

// lookingAway is how long it takes whoever watches a run to notice that the
// client program has ended, and to stop watching.
const lookingAway = 50 * time.Millisecond

// fileDate is that of every test file, so that listings are always the same.
var fileDate = ftp.Stamp{Year: 2001, Month: 9, Day: 9, Hour: 1, Minute: 46, Second: 40}

func (s *Scenario) store() (ftp.Store, error) {
	m := ftp.NewMemory()
	if err := m.WriteContent("/"+s.File, payload(s.FileBytes), fileDate); err != nil {
		return nil, &FieldError{Field: "file", Err: err}
	}
	if err := m.MakeDir("/" + uploadFolder); err != nil {
		return nil, err
	}
	if s.Client.Program != "plain" {
		return m, m.Protect("/")
	}
	return m, nil
}

func millis(s float64) int64 { return int64(s * 1000) }

func ports(list []int) []uint16 {
	out := make([]uint16, len(list))
	for i, p := range list {
		out[i] = uint16(p)
	}
	return out
}

// addr reads an address that Check has already accepted, or none.
func addr(s string) netip.Addr {
	a, _ := netip.ParseAddr(s)
	return a
}

func (s *Scenario) serverConfig() ftp.ServerConfig {
	c := s.Server
	cfg := ftp.ServerConfig{
		Profile: ftp.Profile(c.Profile), ControlPort: uint16(c.ControlPort), DataPort: uint16(c.DataPort),
		PasvRange: ftp.PortRange{First: uint16(c.PasvMin), Last: uint16(c.PasvMax)}, PasvPorts: ports(c.PasvPorts),
		PasvAddress: addr(c.PasvAddress), PortPromiscuous: c.PortPromiscuous, PasvPromiscuous: c.PasvPromiscuous,
		AsyncAbor: c.AsyncAbor, MaxRate: int64(c.MaxRate),
		ConnectTimeout: millis(c.ConnectTimeout), AcceptTimeout: millis(c.AcceptTimeout),
		DataTimeout: millis(c.DataTimeout), IdleTimeout: millis(c.IdleTimeout),
	}
	if c.TLS != "none" {
		cfg.TLS = ftp.TLSPolicy(c.TLS)
	}
	if s.Client.Program == "plain" {
		cfg.Users = map[string]string{"ana": "secret"}
		if s.Attacker.Place != "none" {
			cfg.Users[attackerUser] = attackerPassword
		}
	} else {
		cfg.NewFiles = true // all that strangers may do
	}
	cfg.SendBuffer = sendBuffer
	return cfg
}

// secondConfig is the second server's: the first one's, but for what it has
// settings of its own for.
func (s *Scenario) secondConfig() ftp.ServerConfig {
	c, cfg := s.SecondServer, s.serverConfig()
	cfg.Profile, cfg.ControlPort, cfg.DataPort, cfg.PasvAddress = ftp.Profile(c.Profile), uint16(c.ControlPort), uint16(c.ControlPort-1), netip.Addr{}
	cfg.PasvPorts, cfg.PortPromiscuous, cfg.PasvPromiscuous = ports(c.PasvPorts), c.PortPromiscuous, c.PasvPromiscuous
	cfg.TLS, cfg.MaxRate = ftp.NoTLS, 0
	return cfg
}

func (s *Scenario) clientConfig(server netip.AddrPort) ftp.ClientConfig {
	c := s.Client
	cfg := ftp.ClientConfig{
		Profile: ftp.Profile(c.Program), Server: server, Mode: ftp.Mode(c.Mode), SkipPasvIP: c.SkipPasvIP,
		PortAddress: addr(c.PortAddress), FileBytes: int64(s.FileBytes),
		ConnectTimeout: millis(c.ConnectTimeout), MaxTime: millis(c.MaxTime),
	}
	if len(c.Ports) > 0 {
		cfg.ControlPort, cfg.DataPorts = uint16(c.Ports[0]), ports(c.Ports[1:])
	}
	if c.PortRange != nil {
		cfg.DataRange = ftp.PortRange{First: uint16(c.PortRange[0]), Last: uint16(c.PortRange[1])}
	}
	if c.Program == "plain" {
		cfg.User, cfg.Password = "ana", "secret"
		if len(s.User) > 0 {
			cfg.ConnectTimeout, cfg.MaxTime = 0, 0 // a person at a prompt waits as long as the kernel does
		}
	}
	return cfg
}

// server accepts control connections and gives each a session of its own.
type server struct {
	net      *network
	node     *netmodel.Node
	store    ftp.Store
	cfg      ftp.ServerConfig
	seed     uint64
	sessions map[*netmodel.Conn]*actor
}

// serve has a host listen for control connections.
func serve(n *network, host *netmodel.Node, at netip.AddrPort, cfg ftp.ServerConfig, store ftp.Store, seed uint64) error {
	_, err := host.Listen(at, tagCommand, &server{net: n, node: host, store: store, cfg: cfg, seed: seed, sessions: map[*netmodel.Conn]*actor{}})
	return err
}

// Connected implements netmodel.App.
func (s *server) Connected(c *netmodel.Conn) {
	a := newActor(s.net, s.node, ftp.NewServer(s.cfg, s.store), s.seed)
	a.session = s.net.sessionOf(s.net.Cause())
	a.control = c
	s.sessions[c] = a
	a.Connected(c)
}

// Received implements netmodel.App.
func (s *server) Received(c *netmodel.Conn, data []byte, urgent bool) {
	s.sessions[c].Received(c, data, urgent)
}

// PeerClosed implements netmodel.App.
func (s *server) PeerClosed(c *netmodel.Conn) { s.sessions[c].PeerClosed(c) }

// Acked implements netmodel.App.
func (s *server) Acked(c *netmodel.Conn) { s.sessions[c].Acked(c) }

// Ended implements netmodel.App.
func (s *server) Ended(c *netmodel.Conn, err error) {
	if a, ok := s.sessions[c]; ok {
		delete(s.sessions, c)
		a.Ended(c, err)
	}
}

// user is the person in front of the client: it asks for one thing after the
// other.
type user struct {
	net    *network
	actor  *actor
	client *ftp.Client
	proxy  *proxy
	wishes []wish
	asked  []string // wishes begun, passwords hidden
	broken bool     // the last wish that moves data did not come to a good end
}

// wish is a line of what the user wants, and when: at a given time, or when
// the one before is done.
type wish struct {
	text string
	at   time.Duration // -1: when the one before is done
}

func newUser(s *Scenario, n *network) *user {
	to := netip.AddrPortFrom(n.reachedAs, uint16(s.Server.ControlPort))
	cfg := s.clientConfig(to)
	u := &user{net: n, client: ftp.NewClient(cfg)}
	u.actor = newActor(n, n.client, u.client, s.Seed)
	u.actor.nagle = s.Client.Program == "raw" // the other programs switch it off, or never send two lines at once
	u.actor.resolve = n.lookUp
	u.proxy = newProxy(s, u, cfg)
	u.actor.heard = func(r ftp.ReplyReceived) { u.proxy.heard(u.actor, r) }
	u.actor.finished = func(f ftp.Finished) {
		if m := u.proxy.move; m != nil {
			m.finished(&m.active, f)
			return
		}
		if movesData(f.Wish) {
			u.broken = !f.OK
		}
		u.next()
	}
	u.wishes = s.wishes()
	if s.uploads(u.wishes) {
		data := payload(s.FileBytes).whole()
		u.client.SetFile(s.File, data)
		u.client.SetFile(uploadFile, data)
	}
	for _, w := range u.wishes {
		if w.at >= 0 {
			n.client.After(w.at, "user", func() { u.ask(w.text) })
		}
	}
	return u
}

// gone reports whether the client program has ended.
func (u *user) gone() bool {
	_, ended := u.client.ExitStatus()
	return ended
}

// next asks for the next thing that has no time of its own.
func (u *user) next() {
	for len(u.wishes) > 0 {
		w := u.wishes[0]
		u.wishes = u.wishes[1:]
		if w.at < 0 {
			u.ask(w.text)
			return
		}
	}
}

func (u *user) ask(text string) {
	stamp := trace.Stamp{T: u.net.Now(), Cause: trace.ID(u.net.Cause()), At: trace.Node(u.net.client.ID())}
	said := ftp.MaskWish(text)
	id := u.net.rec.User(stamp, said)
	u.asked = append(u.asked, said)
	u.net.Under(netmodel.ID(id), func() { u.say(text) })
}

// say gives a wish to the session it is for.
func (u *user) say(text string) {
	if rest, second := strings.CutPrefix(text, "proxy "); second {
		u.proxy.ask(strings.TrimSpace(rest))
		return
	}
	u.actor.feed(ftp.Wish{Text: text})
}
