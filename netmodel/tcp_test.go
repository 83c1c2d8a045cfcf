package netmodel

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryTransitionStandsOnce(t *testing.T) {
	seen := map[[2]any]bool{}
	reached := map[State]bool{Closed: true}
	for _, arrow := range TCPTransitions {
		key := [2]any{arrow.From, arrow.On}
		assert.False(t, seen[key], "%v on %v", arrow.From, arrow.On)
		seen[key] = true
		reached[arrow.To] = true
	}
	assert.Len(t, reached, int(stateCount), "every state can be reached")
}

// pair opens a connection from A to B and returns both ends.
func (p *twoPeers) pair(appA, appB *script) (a, b *Conn) {
	told := appB.connected
	appB.connected = func(c *Conn) {
		b = c
		if told != nil {
			told(c)
		}
	}
	p.listen(appB)
	a = p.dial(p.a, appA)
	require.NoError(p.t, p.Run())
	require.NotNil(p.t, b)
	return a, b
}

func TestResetCountsOnlyAtTheExactNumber(t *testing.T) {
	for name, c := range map[string]struct {
		offset uint32
		flags  Flags
		state  State
		answer bool
	}{
		"the next number":        {0, RST, Closed, false},
		"another in the window":  {1, RST, Established, true},
		"beyond the window":      {65535, RST, Established, false},
		"from the past":          {^uint32(0), RST, Established, false},
		"a SYN in the window":    {1, SYN, Established, true},
		"data beyond the window": {70000, ACK, Established, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := newTwoPeers(t, Options{})
			a, b := p.pair(&script{}, &script{})
			p.log.recs = nil
			p.inject(p.b, Packet{Seq: b.rcvNxt + c.offset, Ack: b.sndNxt, Flags: c.flags, Payload: make([]byte, int(c.flags&ACK)>>4)})
			require.NoError(t, p.Run())
			assert.Equal(t, c.state, b.State())
			assert.Equal(t, Established, a.State())
			assert.Equal(t, c.answer, len(p.log.of(p.b, Sent)) > 0)
		})
	}
}

func TestSegmentsOutOfOrderAreDeliveredInOrder(t *testing.T) {
	p := newTwoPeers(t, Options{})
	var got []byte
	_, b := p.pair(&script{}, &script{received: func(_ *Conn, d []byte, _ bool) { got = append(got, d...) }})
	require.NoError(t, p.a.SetChain(Input, Rules{Policy: VerdictDrop})) // A knows nothing of this
	send := func(from, to int) {
		const text = "abcdefghij"
		p.inject(p.b, Packet{Seq: b.rcvNxt - uint32(len(got)) + uint32(from), Ack: b.sndNxt, Flags: ACK, Payload: []byte(text[from:to])})
		require.NoError(t, p.Run())
	}
	send(6, 10)
	send(2, 4)
	send(2, 7) // overlaps both
	assert.Empty(t, got)
	send(0, 3)
	assert.Equal(t, "abcdefghij", string(got))
	send(0, 5) // a duplicate
	assert.Equal(t, "abcdefghij", string(got))
}

func TestAnswerCarriesTheAcknowledgement(t *testing.T) {
	p := newTwoPeers(t, Options{})
	a, _ := p.pair(&script{}, &script{received: func(c *Conn, _ []byte, _ bool) { c.Write([]byte("answer")) }})
	p.log.recs = nil
	a.Write([]byte("question"))
	require.NoError(t, p.Run())
	sent := p.log.of(p.b, Sent)
	require.Len(t, sent, 1)
	assert.Equal(t, "answer", string(sent[0].Packet.Payload))
	assert.Len(t, p.log.of(p.a, Sent), 2, "the question, and an acknowledgement of the answer")
}

func TestHalfCloseGoesOnReceiving(t *testing.T) {
	p := newTwoPeers(t, Options{})
	var got []byte
	a, b := p.pair(&script{received: func(_ *Conn, d []byte, _ bool) { got = append(got, d...) }}, &script{})
	a.Close()
	require.NoError(t, p.Run())
	assert.Equal(t, FinWait2, a.State())
	assert.Equal(t, CloseWait, b.State())
	require.NoError(t, b.Write([]byte("still here")))
	require.NoError(t, p.Run())
	assert.Equal(t, "still here", string(got))
	assert.Equal(t, ErrNotConnected, a.Write(nil))
}

func TestWindowClosesAndOpensAgain(t *testing.T) {
	p := newTwoPeers(t, Options{Window: 4000})
	var got []byte
	closed := false
	a, b := p.pair(&script{}, &script{
		received:   func(_ *Conn, d []byte, _ bool) { got = append(got, d...) },
		peerClosed: func(*Conn) { closed = true },
	})
	text := bytes.Repeat([]byte("0123456789"), 1000)
	b.Pause()
	a.Write(text)
	a.Close()
	require.NoError(t, p.RunUntil(20*time.Second))
	assert.Empty(t, got)
	assert.Zero(t, b.window())
	probes := 0
	for _, r := range p.log.of(p.a, Sent) {
		if len(r.Packet.Payload) == 0 && r.Packet.Seq == a.sndUna-1 {
			probes++
		}
	}
	assert.Equal(t, 4, probes, "after 1, 3, 7 and 15 s")
	b.Resume()
	require.NoError(t, p.Run())
	assert.Equal(t, text, got)
	assert.True(t, closed)
}

func TestAFINForWhichTheWindowHasNoRoomGoesAlone(t *testing.T) {
	p := newTwoPeers(t, Options{Window: 1000})
	var got []byte
	closed := false
	a, b := p.pair(&script{}, &script{
		received:   func(_ *Conn, d []byte, _ bool) { got = append(got, d...) },
		peerClosed: func(*Conn) { closed = true },
	})
	a.Write(make([]byte, 1000))
	a.Write(make([]byte, 1000)) // waits, fills the window, and has the FIN on it
	a.Close()
	require.NoError(t, p.RunUntil(p.Now()+time.Second))
	assert.Len(t, got, 2000)
	assert.True(t, closed)
	assert.Equal(t, CloseWait, b.State())
}

func TestFINAfterUnreadDataIsToldLast(t *testing.T) {
	p := newTwoPeers(t, Options{})
	var told []string
	a, b := p.pair(&script{}, &script{
		received:   func(*Conn, []byte, bool) { told = append(told, "data") },
		peerClosed: func(*Conn) { told = append(told, "closed") },
	})
	b.Pause()
	a.Write([]byte("x"))
	a.Close()
	require.NoError(t, p.Run())
	assert.Equal(t, CloseWait, b.State())
	assert.Empty(t, told)
	b.Resume()
	assert.Equal(t, []string{"data", "closed"}, told)
}

func TestDataIsRepeatedWithBackoffThenGivenUp(t *testing.T) {
	p := newTwoPeers(t, Options{DataRetries: 4})
	var ended error
	a, _ := p.pair(&script{ended: func(_ *Conn, err error) { ended = err }}, &script{})
	require.NoError(t, p.b.SetChain(Input, Rules{Policy: VerdictDrop}))
	start := p.Now()
	a.Write([]byte("x"))
	require.NoError(t, p.Run())
	var at []time.Duration
	var last ID
	for i, r := range p.log.recs {
		if r.What == Sent && len(r.Packet.Payload) > 0 {
			at = append(at, (r.T - start).Round(time.Second))
			if last != 0 {
				assert.Equal(t, last, r.Cause, "what was not answered is the cause of its repetition")
				assert.True(t, r.Packet.Retransmission)
			}
			last = ID(i + 1)
		}
	}
	s := time.Second
	assert.Equal(t, []time.Duration{0, 1 * s, 3 * s, 7 * s, 15 * s}, at)
	assert.Equal(t, ErrTimedOut, ended)
	assert.Equal(t, 31*s, (p.Now() - start).Round(s))
}

func TestUrgentDataIsMarked(t *testing.T) {
	p := newTwoPeers(t, Options{})
	var urgent []bool
	a, _ := p.pair(&script{}, &script{received: func(_ *Conn, _ []byte, u bool) { urgent = append(urgent, u) }})
	a.Write([]byte("x"))
	a.WriteUrgent([]byte("ABOR\r\n"))
	require.NoError(t, p.Run())
	assert.Equal(t, []bool{false, true}, urgent)
}

func TestSegmentsNeverSpanTwoWrites(t *testing.T) {
	for _, c := range []struct {
		addr string
		want []int
	}{{"10.0.0", []int{3, 1460, 540}}, {"2001:db8::", []int{3, 1440, 560}}} {
		n, log := newNetwork(t, Options{})
		bits := 24
		join := "."
		if c.addr[0] == '2' {
			bits, join = 64, ""
		}
		h1 := netip.MustParseAddr(c.addr + join + "1")
		h2 := netip.MustParseAddr(c.addr + join + "2")
		a := n.AddHost("A", netip.PrefixFrom(h1, bits))
		b := n.AddHost("B", netip.PrefixFrom(h2, bits))
		n.Connect(a.Iface("eth0"), b.Iface("eth0"), Link{Delay: time.Millisecond})
		_, err := b.Listen(netip.AddrPortFrom(h2, 20), 0, &script{})
		require.NoError(t, err)
		conn, err := a.Dial(AddrPort{}, netip.AddrPortFrom(h2, 20), 0, &script{})
		require.NoError(t, err)
		require.NoError(t, n.Run())
		conn.Write([]byte("abc"))
		conn.Write(make([]byte, 2000))
		require.NoError(t, n.Run())
		var sizes []int
		for _, r := range log.of(a, Sent) {
			if size := len(r.Packet.Payload); size > 0 {
				sizes = append(sizes, size)
			}
		}
		assert.Equal(t, c.want, sizes)
	}
}

func TestTimeWaitBlocksThePortUnlessThereAreTimestamps(t *testing.T) {
	for _, timestamps := range []bool{false, true} {
		p := newTwoPeers(t, Options{Timestamps: timestamps})
		a, _ := p.pair(&script{}, &script{peerClosed: func(c *Conn) { c.Close() }})
		a.Close()
		require.NoError(t, p.Run())
		require.Equal(t, TimeWait, a.State())
		_, err := p.a.Dial(addrA, addrB, 0, &script{})
		if !timestamps {
			assert.Equal(t, ErrPairTaken, err)
			require.NoError(t, p.RunUntil(p.Now()+timeWait))
			_, err = p.a.Dial(addrA, addrB, 0, &script{})
		}
		assert.NoError(t, err)
	}
}

func TestLastAcknowledgementLostIsSentAgain(t *testing.T) {
	p := newTwoPeers(t, Options{})
	a, b := p.pair(&script{}, &script{peerClosed: func(c *Conn) { c.Close() }})
	a.Close()
	require.NoError(t, p.RunUntil(p.Now()+15*time.Millisecond)) // A's FIN is there, B's under way
	require.NoError(t, p.b.SetChain(Input, Rules{Policy: VerdictDrop}))
	require.NoError(t, p.RunUntil(p.Now()+500*time.Millisecond))
	assert.Equal(t, TimeWait, a.State())
	assert.Equal(t, LastAck, b.State())
	require.NoError(t, p.b.SetChain(Input, Rules{}))
	require.NoError(t, p.Run())
	assert.Equal(t, Closed, b.State())
}

func TestAbortSendsAReset(t *testing.T) {
	p := newTwoPeers(t, Options{})
	var ended error
	a, b := p.pair(&script{}, &script{ended: func(_ *Conn, err error) { ended = err }})
	a.Abort()
	assert.Equal(t, Closed, a.State())
	require.NoError(t, p.Run())
	assert.Equal(t, Closed, b.State())
	assert.Equal(t, ErrReset, ended)
}

func TestClosedPortRefuses(t *testing.T) {
	p := newTwoPeers(t, Options{})
	var ended error
	p.dial(p.a, &script{ended: func(_ *Conn, err error) { ended = err }})
	require.NoError(t, p.Run())
	assert.Equal(t, ErrRefused, ended)
	assert.Equal(t, 20*time.Millisecond, p.Now())
}

func TestListenerClosesWithItsHalfOpenConnections(t *testing.T) {
	p := newTwoPeers(t, Options{})
	l := p.listen(&script{})
	var ended error
	p.dial(p.a, &script{ended: func(_ *Conn, err error) { ended = err }})
	require.NoError(t, p.RunUntil(15*time.Millisecond))
	l.Close()
	require.NoError(t, p.Run())
	assert.Equal(t, ErrReset, ended, "the ACK of the handshake finds nobody")
	assert.Empty(t, p.sockets)
}

func TestPortsInUse(t *testing.T) {
	p := newTwoPeers(t, Options{})
	p.listen(&script{})
	_, err := p.b.Listen(addrB, 0, &script{})
	assert.Equal(t, ErrAddressInUse, err)
	_, err = p.b.Listen(netip.AddrPortFrom(netip.Addr{}, 2000), 0, &script{})
	assert.Equal(t, ErrAddressInUse, err)
	_, err = p.b.Listen(addrA, 0, &script{})
	assert.Equal(t, ErrAddressNotHere, err)
	l, err := p.b.Listen(AddrPort{}, 0, &script{})
	require.NoError(t, err)
	assert.GreaterOrEqual(t, l.Addr().Port(), uint16(firstEphemeral))
	p.dial(p.a, &script{})
	_, err = p.a.Dial(addrA, addrB, 0, &script{})
	assert.Equal(t, ErrPairTaken, err)
}

// bind(2) to a port where somebody listens fails even with SO_REUSEADDR: a
// server cannot call from the port it is called at (recording data-port-listens).
func TestNobodyDialsFromAPortThatListens(t *testing.T) {
	f := newFourNodes(t, Options{})
	l, err := f.server.Listen(netip.AddrPortFrom(netip.IPv4Unspecified(), 21), 0, &script{})
	require.NoError(t, err)
	from, to := netip.AddrPortFrom(serverAddr, 21), netip.AddrPortFrom(clientAddr, 2001)
	_, err = f.server.Dial(from, to, 0, &script{})
	assert.Equal(t, ErrAddressInUse, err)
	l.Close()
	_, err = f.server.Dial(from, to, 0, &script{})
	assert.NoError(t, err)
}

// What a write has put into the send buffer leaves it as acknowledgements come.
func TestTheSendBufferIsToldWhenItIsLow(t *testing.T) {
	f := newFourNodes(t, Options{})
	c, _ := f.session(21)
	require.NoError(t, c.Write(make([]byte, 100_000)))
	assert.Equal(t, uint32(100_000), c.Unacknowledged())
	var left uint32
	c.WhenLow(46_080, func() { left = c.Unacknowledged() })
	require.NoError(t, f.Run())
	assert.LessOrEqual(t, left, uint32(46_080))
	assert.Greater(t, left, uint32(0))
	assert.Zero(t, c.Unacknowledged())
}

// A segment that nobody answered at once ends Linux's "pingpong mode": the next
// is acknowledged before its answer (recording two-lines-after-425).
func TestAfterASilenceLinuxAcknowledgesAtOnce(t *testing.T) {
	for timing, want := range map[SYNTiming]string{ClassicSYN: "answer", LinuxSYN: "ACK answer"} {
		f := newFourNodes(t, Options{SYNTiming: timing})
		talk := false
		app := &script{received: func(c *Conn, _ []byte, _ bool) {
			if talk {
				_ = c.Write([]byte("answer"))
			}
		}}
		_, err := f.server.Listen(netip.AddrPortFrom(serverAddr, 21), 0, app)
		require.NoError(t, err)
		c, err := f.client.Dial(AddrPort{}, netip.AddrPortFrom(serverAddr, 21), 0, &script{})
		require.NoError(t, err)
		require.NoError(t, f.Run())
		require.NoError(t, c.Write([]byte("unanswered")))
		require.NoError(t, f.Run())
		talk = true
		begun := len(f.log.of(f.server, Sent))
		require.NoError(t, c.Write([]byte("question")))
		require.NoError(t, f.Run())
		var said []string
		for _, r := range f.log.of(f.server, Sent)[begun:] {
			if word := string(r.Packet.Payload); word != "" {
				said = append(said, word)
			} else {
				said = append(said, "ACK")
			}
		}
		assert.Equal(t, want, strings.Join(said, " "))
	}
}

// One wire carries one packet after the other: the answer to the first of a row
// is under way before the last has arrived.
func TestPacketsOfARowArriveOneByOne(t *testing.T) {
	f := newFourNodes(t, Options{})
	c, server := f.session(21)
	server.Abort()
	require.NoError(t, c.Write(make([]byte, 3*c.MSS())))
	require.NoError(t, f.Run())
	var at []time.Duration
	for _, r := range f.log.of(f.server, Arrived) {
		if len(r.Packet.Payload) > 0 {
			at = append(at, r.T)
		}
	}
	require.Len(t, at, 3)
	assert.Less(t, at[0], at[1])
	assert.Less(t, at[1], at[2])
}
