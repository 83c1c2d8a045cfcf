package netmodel

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// twoPeers is two TCP peers on one wire, as in the figures of RFC 9293: A on the
// left with ISS 100, B on the right with ISS 300.
type twoPeers struct {
	*Network
	log  *logbook
	a, b *Node
	t    *testing.T
}

var (
	addrA = netip.MustParseAddrPort("10.0.0.1:1000")
	addrB = netip.MustParseAddrPort("10.0.0.2:2000")
)

func newTwoPeers(t *testing.T, opt Options) *twoPeers {
	n, log := newNetwork(t, opt)
	p := &twoPeers{Network: n, log: log, t: t}
	p.a = n.AddHost("A", netip.PrefixFrom(addrA.Addr(), 24))
	p.b = n.AddHost("B", netip.PrefixFrom(addrB.Addr(), 24))
	n.Connect(p.a.Iface("eth0"), p.b.Iface("eth0"), Link{Delay: 10 * time.Millisecond})
	return p
}

func (p *twoPeers) dial(from *Node, app App) *Conn {
	local, remote := addrA, addrB
	if from == p.b {
		local, remote = addrB, addrA
	}
	c, err := from.Dial(local, remote, 1, app)
	require.NoError(p.t, err)
	return c
}

func (p *twoPeers) listen(app App) *Listener {
	l, err := p.b.Listen(addrB, 1, app)
	require.NoError(p.t, err)
	return l
}

// inject lets a packet arrive that neither side sent.
func (p *twoPeers) inject(at *Node, s Packet) {
	f := p.newFlight()
	s.No, s.TTL, s.Window = f.No, 64, 65535
	f.Packet = s
	if at == p.a {
		f.Src, f.Dst = addrB, addrA
	} else {
		f.Src, f.Dst = addrA, addrB
	}
	p.enter(f)
	from := p.a
	if at == p.a {
		from = p.b
	}
	f.node, f.in = at, at.ifaces[0]
	p.emitPacket(f, Sent, from.id, at.id, RuleRef{})
	p.schedule(p.now, packetArrives, f.slot)
}

// story tells the run as the figures do: one line for each segment sent or new
// state, numbers counted from the figures' initial ones.
func (p *twoPeers) story(issA, issB uint32) string {
	var lines []string
	for _, r := range p.log.recs {
		name := p.NodeName(r.Node)
		switch {
		case r.Socket != nil:
			lines = append(lines, fmt.Sprintf("%s %v", name, r.Socket.State))
		case r.What == Sent:
			mine, theirs := issA-100, issB-300
			if r.Packet.Src == addrB {
				mine, theirs = theirs, mine
			}
			s := fmt.Sprintf("%s <SEQ=%d>", name, r.Packet.Seq-mine)
			if r.Packet.Flags&ACK != 0 {
				s += fmt.Sprintf("<ACK=%d>", r.Packet.Ack-theirs)
			}
			s += fmt.Sprintf("<CTL=%v>", r.Packet.Flags)
			if n := len(r.Packet.Payload); n > 0 {
				s += fmt.Sprintf("<DATA=%d>", n)
			}
			lines = append(lines, s)
		}
	}
	return strings.Join(lines, "\n")
}

func lines(text string) string {
	var all []string
	for _, l := range strings.Split(strings.TrimSpace(text), "\n") {
		all = append(all, strings.TrimSpace(l))
	}
	return strings.Join(all, "\n")
}

func TestFigure6Handshake(t *testing.T) {
	p := newTwoPeers(t, Options{})
	var b *Conn
	p.listen(&script{connected: func(c *Conn) { b = c }})
	a := p.dial(p.a, &script{connected: func(c *Conn) {}})
	require.NoError(t, p.Run())
	a.Write([]byte("data"))
	require.NoError(t, p.Run())
	assert.Equal(t, lines(`
		B LISTEN
		A SYN-SENT
		A <SEQ=100><CTL=SYN>
		B SYN-RECEIVED
		B <SEQ=300><ACK=101><CTL=SYN,ACK>
		A ESTABLISHED
		A <SEQ=101><ACK=301><CTL=ACK>
		B ESTABLISHED
		A <SEQ=101><ACK=301><CTL=PSH,ACK><DATA=4>
		B <SEQ=301><ACK=105><CTL=ACK>`), p.story(a.iss, b.iss))
}

func TestFigure7SimultaneousOpen(t *testing.T) {
	p := newTwoPeers(t, Options{})
	connected := 0
	app := &script{connected: func(*Conn) { connected++ }}
	a, b := p.dial(p.a, app), p.dial(p.b, app)
	require.NoError(t, p.Run())
	assert.Equal(t, lines(`
		A SYN-SENT
		A <SEQ=100><CTL=SYN>
		B SYN-SENT
		B <SEQ=300><CTL=SYN>
		B SYN-RECEIVED
		B <SEQ=300><ACK=101><CTL=SYN,ACK>
		A SYN-RECEIVED
		A <SEQ=100><ACK=301><CTL=SYN,ACK>
		B ESTABLISHED
		A ESTABLISHED`), p.storyWithoutACKs(a.iss, b.iss))
	assert.Equal(t, 2, connected)
}

// storyWithoutACKs leaves out pure acknowledgements: who is quicker to send one
// depends on who is first in the same instant.
func (p *twoPeers) storyWithoutACKs(issA, issB uint32) string {
	var kept []string
	for _, l := range strings.Split(p.story(issA, issB), "\n") {
		if !strings.HasSuffix(l, "<CTL=ACK>") {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "\n")
}

func TestFigure8OldDuplicateSYN(t *testing.T) {
	p := newTwoPeers(t, Options{})
	p.listen(&script{})
	a := p.dial(p.a, &script{})
	p.inject(p.b, Packet{Seq: a.iss - 10, Flags: SYN}) // SEQ=90, arriving before the SYN
	require.NoError(t, p.Run())
	var issB uint32
	for _, r := range p.log.of(p.b, Sent) {
		if r.Packet.Flags == SYN|ACK {
			issB = r.Packet.Seq
			break
		}
	}
	story := p.story(a.iss, issB)
	assert.Contains(t, story, "B <SEQ=300><ACK=91><CTL=SYN,ACK>\n")
	assert.Contains(t, story, "A <SEQ=91><CTL=RST>\nB CLOSED")
	assert.Equal(t, Established, a.state, "the SYN comes again after the reset:\n"+story)
}

func TestFigure9HalfOpenConnectionIsDiscovered(t *testing.T) {
	p := newTwoPeers(t, Options{})
	var b *Conn // the first of two
	var why error
	p.listen(&script{connected: func(c *Conn) {
		if b == nil {
			b = c
		}
	}, ended: func(_ *Conn, err error) { why = err }})
	a := p.dial(p.a, &script{})
	require.NoError(t, p.Run())
	a.ended = true
	a.finish(UserAbort) // A crashes: nothing is sent
	again := p.dial(p.a, &script{})
	require.NoError(t, p.Run())
	assert.Equal(t, ErrReset, why, "A answers B's ACK of a number it never sent with a reset")
	assert.Equal(t, Closed, b.state)
	assert.Equal(t, Established, again.state, "and its own SYN, sent again, opens a connection")
}

func TestFigure10DataToAHalfOpenConnection(t *testing.T) {
	p := newTwoPeers(t, Options{})
	var b *Conn
	var why error
	p.listen(&script{connected: func(c *Conn) { b = c }, ended: func(_ *Conn, err error) { why = err }})
	a := p.dial(p.a, &script{})
	require.NoError(t, p.Run())
	a.ended = true
	a.finish(UserAbort)
	b.Write([]byte("data"))
	require.NoError(t, p.Run())
	assert.Equal(t, ErrReset, why)
}

func TestFigure12NormalClose(t *testing.T) {
	p := newTwoPeers(t, Options{})
	var b *Conn
	var told []string
	p.listen(&script{
		connected:  func(c *Conn) { b = c },
		peerClosed: func(c *Conn) { c.node.After(time.Second, "close", c.Close) },
		ended:      func(_ *Conn, err error) { told = append(told, fmt.Sprint("B ", err)) },
	})
	a := p.dial(p.a, &script{ended: func(_ *Conn, err error) { told = append(told, fmt.Sprint("A ", err)) }})
	require.NoError(t, p.Run())
	p.log.recs = nil
	a.Close()
	require.NoError(t, p.Run())
	require.NoError(t, p.RunUntil(p.Now()+timeWait))
	assert.Equal(t, lines(`
		A FIN-WAIT-1
		A <SEQ=101><ACK=301><CTL=FIN,ACK>
		B CLOSE-WAIT
		B <SEQ=301><ACK=102><CTL=ACK>
		A FIN-WAIT-2
		B LAST-ACK
		B <SEQ=301><ACK=102><CTL=FIN,ACK>
		A TIME-WAIT
		A <SEQ=102><ACK=302><CTL=ACK>
		B CLOSED
		A CLOSED`), p.story(a.iss, b.iss))
	assert.Equal(t, []string{"A <nil>", "B <nil>"}, told)
}

func TestFigure13SimultaneousClose(t *testing.T) {
	p := newTwoPeers(t, Options{})
	var b *Conn
	ended := 0
	p.listen(&script{connected: func(c *Conn) { b = c }, ended: func(_ *Conn, err error) { assert.NoError(t, err); ended++ }})
	a := p.dial(p.a, &script{ended: func(_ *Conn, err error) { assert.NoError(t, err); ended++ }})
	require.NoError(t, p.Run())
	p.log.recs = nil
	a.Close()
	b.Close()
	require.NoError(t, p.Run())
	require.NoError(t, p.RunUntil(p.Now()+timeWait))
	assert.Equal(t, lines(`
		A FIN-WAIT-1
		A <SEQ=101><ACK=301><CTL=FIN,ACK>
		B FIN-WAIT-1
		B <SEQ=301><ACK=101><CTL=FIN,ACK>
		B CLOSING
		B <SEQ=302><ACK=102><CTL=ACK>
		A CLOSING
		A <SEQ=102><ACK=302><CTL=ACK>
		A TIME-WAIT
		B TIME-WAIT
		A CLOSED
		B CLOSED`), p.story(a.iss, b.iss))
	assert.Equal(t, 2, ended)
}
