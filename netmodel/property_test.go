package netmodel

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// flow is one direction of a connection under test.
type flow struct {
	sent, got []byte
	ended     bool
	err       error
}

// Whatever a link loses and delays and however the ends write, pause and close:
// the bytes arrive unharmed and in order, or an error is reported.
func TestBytesArriveOrAnErrorIsReported(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n, log := newNetwork(t, Options{
			Seed:      rapid.Uint64().Draw(rt, "seed"),
			SYNTiming: SYNTiming(rapid.IntRange(0, 1).Draw(rt, "timing")),
			Window:    uint16(rapid.SampledFrom([]int{300, 1000, 3000, 65535}).Draw(rt, "window")),
		})
		p := netip.MustParsePrefix
		a, b := n.AddHost("A", p("10.0.0.1/24")), n.AddHost("B", p("10.0.0.2/24"))
		n.Connect(a.Iface("eth0"), b.Iface("eth0"), Link{
			Delay: time.Duration(rapid.IntRange(0, 100).Draw(rt, "delay")) * time.Millisecond,
			Rate:  rapid.SampledFrom([]uint64{0, 10_000}).Draw(rt, "rate"),
			Loss:  rapid.SampledFrom([]float64{0, 0.1, 0.4, 1}).Draw(rt, "loss"),
		})
		var up, down flow
		server := end(n, &up, &down)
		_, err := b.Listen(addrB, 0, server)
		require.NoError(rt, err)
		client := end(n, &down, &up)
		client.connected = func(c *Conn) { write(rt, c, &up) }
		_, err = a.Dial(AddrPort{}, addrB, 0, client)
		require.NoError(rt, err)
		server.connected = func(c *Conn) { write(rt, c, &down) }
		require.NoError(rt, n.Run())
		log.mirror.conserved(t)

		for _, way := range []struct{ out, back *flow }{{&up, &down}, {&down, &up}} {
			require.True(rt, bytes.HasPrefix(way.out.sent, way.out.got), "what arrives is in order and unharmed")
			if !bytes.Equal(way.out.sent, way.out.got) {
				require.True(rt, up.err != nil || down.err != nil, "what does not arrive is reported\n%s", log)
			}
		}
	})
}

// A reader that pauses for longer than its side remembers the connection still
// reads everything, and that the peer has closed.
func TestWhatArrivedIsReadThoughTheConnectionIsOver(t *testing.T) {
	n, _ := newNetwork(t, Options{})
	p := netip.MustParsePrefix
	a, b := n.AddHost("A", p("10.0.0.1/24")), n.AddHost("B", p("10.0.0.2/24"))
	n.Connect(a.Iface("eth0"), b.Iface("eth0"), Link{Delay: time.Millisecond})
	server := &script{}
	server.peerClosed = func(c *Conn) {
		for range 3 {
			require.NoError(t, c.Write(make([]byte, 1000)))
		}
		c.Close()
	}
	_, err := b.Listen(addrB, 0, server)
	require.NoError(t, err)
	got, closed := 0, false
	client := &script{connected: func(c *Conn) { c.Close() }}
	client.received = func(c *Conn, data []byte, _ bool) {
		if got == 0 {
			c.Pause()
			a.After(2*timeWait, "read on", func() {
				require.Equal(t, Closed, c.State(), "it is over")
				c.Resume()
			})
		}
		got += len(data)
	}
	client.peerClosed = func(*Conn) { closed = true }
	_, err = a.Dial(AddrPort{}, addrB, 0, client)
	require.NoError(t, err)
	require.NoError(t, n.Run())
	require.Equal(t, 3000, got)
	require.True(t, closed)
}

// end is an application that reads in, with pauses, and closes when its peer has.
func end(n *Network, in, out *flow) *script {
	s := &script{}
	s.received = func(c *Conn, data []byte, _ bool) {
		in.got = append(in.got, data...)
		if len(in.got)%7 == 0 {
			c.Pause()
			c.node.After(3*time.Second, "read on", c.Resume)
		}
	}
	s.peerClosed = func(c *Conn) { c.Close() }
	s.ended = func(_ *Conn, err error) { out.ended, out.err = true, err }
	return s
}

// write writes a few pieces and perhaps closes.
func write(rt *rapid.T, c *Conn, f *flow) {
	for _, size := range rapid.SliceOfN(rapid.IntRange(0, 4000), 0, 4).Draw(rt, "writes") {
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(len(f.sent) + i)
		}
		if c.Write(data) == nil {
			f.sent = append(f.sent, data...)
		}
	}
	if rapid.Bool().Draw(rt, "close") {
		c.Close()
	}
}

func TestSameSeedSameRecords(t *testing.T) {
	run := func(seed uint64) string {
		f := newFourNodes(t, Options{Seed: seed})
		f.clientRouter.Iface("wan").segment.members[1].cable.Loss = 0.3
		require.NoError(t, f.clientRouter.SetChain(Forward, stateful))
		require.NoError(t, f.clientRouter.SetChain(Postrouting, masquerade))
		_, err := f.server.Listen(netip.AddrPortFrom(netip.Addr{}, 20), 0, &script{connected: func(c *Conn) { c.Write(make([]byte, 20000)) }})
		require.NoError(t, err)
		_, err = f.client.Dial(AddrPort{}, netip.AddrPortFrom(serverAddr, 20), 0, &script{})
		require.NoError(t, err)
		require.NoError(t, f.Run())
		return f.log.String()
	}
	require.Equal(t, run(1), run(1))
	require.NotEqual(t, run(1), run(2))
}

func TestRunEndsAtItsBounds(t *testing.T) {
	for want, opt := range map[string]Options{
		"the run reached its bound MaxEvents (5); raise the bound if the scenario is meant to go on": {MaxEvents: 5},
		"the run reached its bound MaxTime (10s); raise the bound if the scenario is meant to go on": {MaxTime: 10 * time.Second},
	} {
		f := newFourNodes(t, opt)
		require.NoError(t, f.clientRouter.SetChain(Forward, Rules{Policy: VerdictDrop}))
		_, err := f.client.Dial(AddrPort{}, netip.AddrPortFrom(serverAddr, 21), 0, &script{})
		require.NoError(t, err)
		require.Equal(t, want, english(f.Run()))
	}
}

func TestTimersFireInOrderOfSettingAndAreTheCauseOfWhatTheyDo(t *testing.T) {
	f := newFourNodes(t, Options{})
	var fired []string
	note := func(name string) func() { return func() { fired = append(fired, name) } }
	f.client.After(time.Second, "a", note("a"))
	f.client.After(time.Second, "b", note("b"))
	stopped := f.client.After(time.Second, "c", note("c"))
	f.client.After(time.Second, "d", func() {
		note("d")()
		f.client.After(-time.Second, "e", note("e"))
	})
	stopped.Stop()
	stopped.Stop()
	Timer{}.Stop()
	require.NoError(t, f.Run())
	require.Equal(t, []string{"a", "b", "d", "e"}, fired)
	require.Equal(t, "1<0 0s client set timer a 1s\n2<0 0s client set timer b 1s\n3<0 0s client set timer c 1s\n4<0 0s client set timer d 1s\n"+
		"5<0 0s client cancelled timer c 1s\n6<1 1s client fired timer a 1s\n7<2 1s client fired timer b 1s\n8<4 1s client fired timer d 1s\n"+
		"9<8 1s client set timer e 0s\n10<9 1s client fired timer e 0s\n", f.log.String())
}

func TestRateSpacesPackets(t *testing.T) {
	p := newTwoPeers(t, Options{})
	a, _ := p.pair(&script{}, &script{})
	p.a.Iface("eth0").segment.members[1].cable.Rate = 15_000
	p.log.recs = nil
	start := p.Now()
	a.Write(make([]byte, 2920))
	require.NoError(t, p.Run())
	var at []time.Duration
	for _, r := range p.log.of(p.b, Arrived) {
		at = append(at, r.T-start)
	}
	require.Equal(t, []time.Duration{110 * time.Millisecond, 210 * time.Millisecond}, at, "1500 octets take 100 ms")
}
