package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ftpscope/sim/ftp"
)

// side is one of the two ends.
type side int

const (
	clientSide side = iota
	serverSide
)

func (s side) other() side { return 1 - s }

func (s side) String() string { return [...]string{"client", "server"}[s] }

// segment is what travels on a connection.
type segment struct {
	kind   segmentKind
	data   string
	urgent bool
	hop    int // places passed
}

type segmentKind string

const (
	syn       segmentKind = "SYN"
	synAck    segmentKind = "SYN,ACK"
	handshake segmentKind = "ACK of SYN"
	bytesSent segmentKind = "data"
	fin       segmentKind = "FIN"
	finAck    segmentKind = "ACK of FIN"
	rst       segmentKind = "RST"
)

// wire is one TCP connection: in order and reliable, unless it is cut.
type wire struct {
	dialer        side
	control       bool
	local, remote netip.AddrPort // the dialer's
	queue         [2][]segment   // under way, by sender
	held          []segment      // arrived at the acceptor, whose program has not taken the connection yet
	up            [2]bool
	ended         [2]bool // reset, given up, or closed both ways
	finSent       [2]bool
	finAcked      [2]bool
	finGot        [2]bool
	cut           bool // the network carries nothing of it any more
}

func (w *wire) String() string {
	if w.control {
		return "control"
	}
	return "data"
}

// alarm is a timer: of a machine, or of TCP giving up a connection.
type alarm struct {
	of     side
	name   ftp.TimerName
	giveUp *wire
	at     int64
}

// host is one side's program and its sockets.
type host struct {
	machine  machine
	control  *wire
	data     *wire
	released bool // the machine has closed data itself
	listener netip.AddrPort
	backlog  []*wire
	inputs   []ftp.Input
	busy     bool
	said     []ftp.Said // the dialogue as this side sees it
}

// wires is a client and a server back to back, and everything between them.
type wires struct {
	*tale
	t        *testing.T
	client   *ftp.Client
	hosts    [2]host
	wires    []*wire
	alarms   []alarm
	now      int64
	port     uint16
	store    *ftp.Memory
	left     bounds
	aborted  bool
	finished []ftp.Finished
	fault    string
	story    strings.Builder
	telling  bool
}

var (
	exploreClient  = netip.MustParseAddrPort("192.168.1.2:2000")
	exploreServer  = netip.MustParseAddrPort("203.0.113.10:21")
	exploreContent = []byte("two parts")
)

// newWires starts a tale.
func newWires(t *testing.T, tale *tale) *wires {
	store := ftp.NewMemory()
	require.NoError(t, store.WriteFile("/f", exploreContent, fileDate))
	cfg := tale.client
	cfg.Server = exploreServer
	w := &wires{tale: tale, t: t, client: ftp.NewClient(cfg), store: store, left: tale.bounds, port: 40000}
	w.client.SetFile("up", exploreContent)
	w.hosts[clientSide].machine = w.client
	w.hosts[serverSide].machine = ftp.NewServer(tale.server, store)
	for _, wish := range tale.wishes {
		w.feed(clientSide, ftp.Wish{Text: wish})
	}
	return w
}

func (w *wires) tell(format string, args ...any) {
	w.telling = true
	fmt.Fprintf(&w.story, format+"\n", args...)
}

// feed gives a machine an input, and carries out what follows.
func (w *wires) feed(to side, in ftp.Input) {
	h := &w.hosts[to]
	h.inputs = append(h.inputs, in)
	if h.busy {
		return
	}
	h.busy = true
	for len(h.inputs) > 0 {
		in := h.inputs[0]
		h.inputs = h.inputs[1:]
		if w.telling {
			w.tell("    %s: %T%.100q", to, in, fmt.Sprintf("%+v", in))
		}
		for _, out := range slices.Clone(h.machine.Handle(in)) {
			if w.telling {
				w.tell("        %T%.200q", out, fmt.Sprintf("%+v", out))
			}
			w.do(to, h, out)
		}
	}
	h.busy = false
}

func (w *wires) do(at side, h *host, out ftp.Output) {
	switch o := out.(type) {
	case ftp.CommandSent:
		h.said = append(h.said, ftp.Said{Text: o.Line})
	case ftp.CommandParsed:
		h.said = append(h.said, ftp.Said{Text: o.Line})
	case ftp.ReplySent:
		h.said = append(h.said, ftp.Said{Server: true, Text: o.Line})
	case ftp.ReplyReceived:
		h.said = append(h.said, ftp.Said{Server: true, Text: o.Line})
	case ftp.Finished:
		w.finished = append(w.finished, o)
	case ftp.StartTimer:
		w.stopTimer(at, o.Name)
		w.alarms = append(w.alarms, alarm{of: at, name: o.Name, at: w.now + o.Milliseconds})
	case ftp.StopTimer:
		w.stopTimer(at, o.Name)
	case ftp.DialControl:
		h.control = w.dial(at, true, exploreClient, o.Remote)
	case ftp.SendControl:
		w.send(h.control, at, segment{kind: bytesSent, data: string(o.Raw), urgent: o.Urgent})
	case ftp.CloseControl:
		w.close(h.control, at)
	case ftp.AbortControl:
		w.abort(h.control, at)
	default:
		w.doData(at, h, out)
	}
}

func (w *wires) doData(at side, h *host, out ftp.Output) {
	switch o := out.(type) {
	case ftp.Listen:
		w.port++
		h.listener = netip.AddrPortFrom(o.Addr, w.port)
		w.feed(at, ftp.Listening{Addr: h.listener})
	case ftp.StopListening:
		h.listener = netip.AddrPort{}
		for _, c := range h.backlog {
			w.abort(c, at)
		}
		h.backlog = nil
	case ftp.DialData:
		w.port++
		w.setData(h, w.dial(at, false, netip.AddrPortFrom(w.address(at), w.port), o.Remote))
	case ftp.SendData:
		w.sendHalves(h.data, at, string(o.Data))
	case ftp.SendFile:
		whole, _ := o.Content.Bytes()
		w.sendHalves(h.data, at, string(whole[o.Offset:]))
		w.feed(at, ftp.DataWritable{Taken: int64(len(whole)) - o.Offset})
	case ftp.CloseData:
		h.released = true
		w.close(h.data, at)
	case ftp.AbortData:
		w.abort(h.data, at)
	}
}

func (w *wires) address(at side) netip.Addr {
	if at == clientSide {
		return exploreClient.Addr()
	}
	return exploreServer.Addr()
}

func (w *wires) stopTimer(of side, name ftp.TimerName) {
	w.alarms = slices.DeleteFunc(w.alarms, func(a alarm) bool { return a.giveUp == nil && a.of == of && a.name == name })
}

func (w *wires) setData(h *host, c *wire) {
	if h.data != nil && !h.released {
		w.fault = "a second data connection while the first is in use"
	}
	h.data, h.released = c, false
}

func (w *wires) dial(from side, control bool, local, remote netip.AddrPort) *wire {
	c := &wire{dialer: from, control: control, local: local, remote: remote}
	w.wires = append(w.wires, c)
	w.send(c, from, segment{kind: syn})
	return c
}

// sendHalves sends data as two segments, so that something can come between.
func (w *wires) sendHalves(c *wire, from side, data string) {
	half := len(data) / 2
	for _, part := range []string{data[:half], data[half:]} {
		if part != "" {
			w.send(c, from, segment{kind: bytesSent, data: part})
		}
	}
}

// send puts a segment on its way. On a cut connection TCP sends it again and
// again, and gives up.
func (w *wires) send(c *wire, from side, s segment) {
	switch {
	case c == nil || c.ended[from] && s.kind != rst && s.kind != finAck:
	case c.cut:
		w.giveUpLater(c, from, s.kind)
	default:
		c.queue[from] = append(c.queue[from], s)
	}
}

// What Linux takes to give up: six SYNs (tcp_syn_retries), or fifteen
// retransmissions (tcp_retries2).
const (
	synPatience  = 127_000
	dataPatience = 924_000
)

func (w *wires) giveUpLater(c *wire, from side, kind segmentKind) {
	patience := int64(dataPatience)
	switch kind {
	case syn, synAck:
		patience = synPatience
	case handshake, finAck, rst:
		return // nobody waits for these to be acknowledged
	}
	for _, a := range w.alarms {
		if a.giveUp == c && a.of == from {
			return
		}
	}
	w.alarms = append(w.alarms, alarm{of: from, giveUp: c, at: w.now + patience})
}

func (w *wires) close(c *wire, from side) {
	switch {
	case c == nil || c.ended[from] || c.finSent[from]:
	case !c.up[from]:
		c.ended[from] = true
	default:
		c.finSent[from] = true
		w.send(c, from, segment{kind: fin})
	}
}

func (w *wires) abort(c *wire, from side) {
	if c == nil || c.ended[from] {
		return
	}
	if c.up[from] {
		w.send(c, from, segment{kind: rst})
	}
	w.end(c, from)
}

// end is a socket's end; the next connection in the backlog takes its place.
func (w *wires) end(c *wire, at side) {
	c.ended[at] = true
	w.alarms = slices.DeleteFunc(w.alarms, func(a alarm) bool { return a.giveUp == c && a.of == at })
	h := &w.hosts[at]
	if h.control == c {
		h.control = nil
	}
	if h.data != c {
		return
	}
	h.data = nil
	if len(h.backlog) > 0 {
		next := h.backlog[0]
		h.backlog = h.backlog[1:]
		w.take(next, at)
	}
}

// take hands a program a connection from its listener, with what has come on
// it meanwhile.
func (w *wires) take(c *wire, at side) {
	h := &w.hosts[at]
	w.setData(h, c)
	w.feed(at, ftp.DataConnected{Local: c.remote, Remote: c.local, Accepted: true})
	held := c.held
	c.held = nil
	for _, s := range held {
		w.arrived(c, at, s)
	}
}
