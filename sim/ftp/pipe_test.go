package ftp

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// pipe wires a client to a server without a network: what one sends the other
// receives, in order, and time passes only when nothing else can happen.
type pipe struct {
	client *Client
	server *Server
	todo   []event
	timers []timer // in order of setting
	now    int64
	limit  int // events left

	byteWise                                   bool                   // deliver streams one byte at a time
	block                                      func(dial int) Failure // what becomes of the n-th data connection's SYN; "" lets it through
	anyTarget                                  bool                   // a data connection arrives whatever its address, only the port counts
	clientIs, serverIs, serverSees, clientSees netip.AddrPort         // the control connection's ends, NAT considered

	listeners map[side]netip.AddrPort
	data      bool          // a data connection stands
	closed    map[side]bool // who has sent its FIN on it
	hung      map[side]bool // who has sent its FIN on the control connection
	nextPort  uint16
	dials     int

	telnet   string   // what stands before the next line
	log      []string // control lines, as the recordings have them
	finished []Finished
	printed  []string
	tls      []string
	clientUp bool
	begun    int // where in log the session begins
	scfg     ServerConfig
	store    Store
	faults   []string
}

type side string

const (
	client side = "C"
	server side = "S"
)

func (s side) other() side {
	if s == client {
		return server
	}
	return client
}

type event struct {
	to side
	in Input
}

type timer struct {
	of   side
	name TimerName
	at   int64
}

var (
	clientAddr = netip.MustParseAddrPort("192.168.1.2:2000")
	serverAddr = netip.MustParseAddrPort("203.0.113.10:21")
)

func newPipe(cfg ClientConfig, scfg ServerConfig, store Store) *pipe {
	if !cfg.Server.IsValid() {
		cfg.Server = serverAddr
	}
	return &pipe{client: NewClient(cfg), server: NewServer(scfg, store), scfg: scfg, store: store, limit: 200_000, nextPort: 40000,
		clientIs: clientAddr, serverIs: serverAddr, serverSees: clientAddr, clientSees: serverAddr,
		listeners: map[side]netip.AddrPort{}, closed: map[side]bool{}, hung: map[side]bool{}}
}

// run gives the client its wishes and lets everything happen.
func (p *pipe) run(wishes ...string) *pipe {
	for _, w := range wishes {
		p.push(client, Wish{w})
	}
	p.drain()
	return p
}

func (p *pipe) drain() {
	for p.limit > 0 {
		p.limit--
		if !p.stepOnce() {
			p.check()
			return
		}
	}
	p.faults = append(p.faults, "it never ends")
}

// stepOnce lets one thing happen; false when there is nothing left.
func (p *pipe) stepOnce() bool {
	if len(p.todo) == 0 {
		return p.fireTimer()
	}
	e := p.todo[0]
	p.todo = p.todo[1:]
	p.handle(e)
	return true
}

// check notes what must not have happened in any run: a state change that
// stands in no table, a reply no diagram knows.
func (p *pipe) check() {
	for _, m := range []machine{p.client.pi, p.client.dtp, p.server.pi, p.server.dtp} {
		for _, lost := range m.lost {
			p.faults = append(p.faults, fmt.Sprintf("%s: no arrow from %q for %q", m.part, lost.From, lost.Trigger))
		}
	}
	if err := CheckTranscript(said(p.log[p.begun:]...)); err != nil {
		p.faults = append(p.faults, err.Error())
	}
}

func (p *pipe) fireTimer() bool {
	if len(p.timers) == 0 {
		return false
	}
	first := 0
	for i, t := range p.timers {
		if t.at < p.timers[first].at {
			first = i
		}
	}
	t := p.timers[first]
	p.timers = slices.Delete(p.timers, first, first+1)
	p.now = t.at
	p.push(t.of, TimerFired{t.name})
	return true
}

func (p *pipe) push(to side, in Input) { p.todo = append(p.todo, event{to, in}) }

func (p *pipe) handle(e event) {
	var out []Output
	if e.to == client {
		out = p.client.Handle(e.in)
	} else {
		out = p.server.Handle(e.in)
	}
	for _, o := range out {
		p.do(e.to, o)
	}
}

func (p *pipe) deliver(to side, raw []byte, make func([]byte) Input) {
	if !p.byteWise {
		p.push(to, make(raw))
		return
	}
	for i := range raw {
		p.push(to, make(raw[i:i+1]))
	}
}

func (p *pipe) do(from side, o Output) {
	switch o := o.(type) {
	case SendControl:
		if len(o.Lines) == 0 && len(o.Raw) > 0 && o.Raw[0] == telnetIAC {
			p.telnet = "<IAC IP><IAC DM>"
		}
		for _, l := range o.Lines {
			p.log = append(p.log, string(from)+"> "+p.telnet+l)
			p.telnet = ""
		}
		p.deliver(from.other(), o.Raw, func(b []byte) Input { return ControlReceived{Data: b, Urgent: o.Urgent} })
	case DialControl:
		if p.clientUp { // a new session
			p.check()
			p.server, p.begun, p.telnet = NewServer(p.scfg, p.store), len(p.log), ""
		}
		p.clientUp, p.hung = true, map[side]bool{}
		p.push(client, ControlConnected{p.clientIs, p.clientSees})
		p.push(server, ControlConnected{p.serverIs, p.serverSees})
	case CloseControl:
		p.hung[from] = true
		p.push(from.other(), ControlClosed{})
	case AbortControl:
		p.push(from.other(), ControlClosed{Reset: true})
	case Listen:
		p.listenOn(from, o)
	case StopListening:
		delete(p.listeners, from)
	case DialData:
		p.dialData(from, o)
	case SendData:
		if len(o.Data) == 0 {
			p.faults = append(p.faults, "empty SendData")
		}
		p.deliver(from.other(), o.Data, func(b []byte) Input { return DataReceived{Data: b} })
		p.push(from, DataWritable{Taken: int64(len(o.Data))})
	case StartTLS:
		p.tls = append(p.tls, fmt.Sprintf("%s %s %s", from, o.Channel, o.Role))
	case SendFile:
		p.sendFile(from, o)
	case CloseData:
		p.closeData(from)
	case AbortData:
		if p.data {
			p.data = false
			p.push(from.other(), DataReset{})
		}
	case StartTimer:
		p.stopTimer(from, o.Name)
		p.timers = append(p.timers, timer{from, o.Name, p.now + o.Milliseconds})
	case StopTimer:
		p.stopTimer(from, o.Name)
	case Finished:
		p.finished = append(p.finished, o)
	case Printed:
		p.printed = append(p.printed, o.Text)
	}
}

func (p *pipe) stopTimer(of side, name TimerName) {
	p.timers = slices.DeleteFunc(p.timers, func(t timer) bool { return t.of == of && t.name == name })
}

func (p *pipe) listenOn(from side, o Listen) {
	port := o.Range.First
	if len(o.Ports) > 0 {
		port = o.Ports[0]
	}
	if port == 0 {
		p.nextPort++
		port = p.nextPort
	}
	a := netip.AddrPortFrom(o.Addr, port)
	p.listeners[from] = a
	p.push(from, Listening{a})
}

func (p *pipe) dialData(from side, o DialData) {
	p.dials++
	if p.block != nil {
		if why := p.block(p.dials); why != "" {
			if why != TimedOut {
				p.push(from, DataFailed{why})
			}
			return
		}
	}
	to := from.other()
	if l := p.listeners[to]; l != o.Remote && (!p.anyTarget || l.Port() != o.Remote.Port()) {
		p.push(from, DataFailed{Refused})
		return
	}
	if p.data {
		p.faults = append(p.faults, "two data connections")
	}
	p.data, p.closed = true, map[side]bool{}
	local := o.Local
	if !local.Addr().IsValid() {
		local = netip.AddrPortFrom(p.clientIs.Addr(), local.Port())
	}
	if local.Port() == 0 {
		p.nextPort++
		local = netip.AddrPortFrom(local.Addr(), p.nextPort)
	}
	p.push(from, DataConnected{local, o.Remote, false})
	seen := local
	if to == server && local.Addr() == p.clientIs.Addr() {
		seen = netip.AddrPortFrom(p.serverSees.Addr(), local.Port())
	}
	p.push(to, DataConnected{o.Remote, seen, true})
}

func (p *pipe) sendFile(from side, o SendFile) {
	data := make([]byte, o.Content.Size()-o.Offset)
	_, err := o.Content.ReadAt(data, o.Offset)
	p.deliver(from.other(), data, func(b []byte) Input { return DataReceived{Data: b} })
	if int64(len(data)) < o.Content.Size()-o.Offset {
		p.push(from, DataWritable{Err: err})
		return
	}
	p.push(from, DataWritable{Taken: int64(len(data))})
}

func (p *pipe) closeData(from side) {
	if !p.data {
		return
	}
	p.closed[from] = true
	p.push(from.other(), DataPeerClosed{})
	p.push(from, DataAcked{})
	if p.closed[from.other()] {
		p.data = false
	}
}

// verdict is what became of the wishes, as one string.
func (p *pipe) verdict() string {
	var b strings.Builder
	for _, f := range p.finished {
		fmt.Fprintf(&b, "%s: %v %d", f.Wish, f.OK, f.Reply)
		if f.Err != nil {
			fmt.Fprintf(&b, " (%v)", f.Err)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// control is the control channel as one string.
func (p *pipe) control() string { return strings.Join(p.log, "\n") + "\n" }
