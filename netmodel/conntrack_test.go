package netmodel

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var stateful = Rules{Policy: VerdictDrop, Rules: []Rule{{CT: CTEstablished}, {CT: CTRelated}, {IIf: "lan"}}}

// session opens a connection from client to server and returns both ends.
func (f *fourNodes) session(port uint16) (client, server *Conn) {
	t := f.log.t
	app := &script{connected: func(c *Conn) { server = c }, peerClosed: func(c *Conn) { c.Close() }}
	l, err := f.server.Listen(netip.AddrPortFrom(netip.Addr{}, port), 0, app)
	require.NoError(t, err)
	client, err = f.client.Dial(AddrPort{}, netip.AddrPortFrom(serverAddr, port), 0, &script{peerClosed: func(c *Conn) { c.Close() }})
	require.NoError(t, err)
	require.NoError(t, f.Run())
	require.NotNil(t, server, f.log.String())
	l.Close()
	return client, server
}

func (f *fourNodes) tracks(node *Node) (states []TrackState) {
	f.EachTrack(node.id, func(e *Entry) { states = append(states, e.State) })
	return states
}

func TestEntryFollowsTheConnection(t *testing.T) {
	f := newFourNodes(t, Options{})
	require.NoError(t, f.clientRouter.SetChain(Forward, stateful))
	c, _ := f.session(21)
	c.Close()
	require.NoError(t, f.Run())
	var seen []TrackState
	for _, r := range f.log.recs {
		if r.Track != nil && (len(seen) == 0 || seen[len(seen)-1] != r.Track.State) {
			seen = append(seen, r.Track.State)
		}
	}
	assert.Equal(t, []TrackState{TrackSynSent, TrackSynRecv, TrackEstablished, TrackFinWait, TrackLastAck, TrackTimeWait}, seen)
	f.EachTrack(f.clientRouter.id, func(e *Entry) { assert.True(t, e.Replied && e.Assured) })
	require.NoError(t, f.RunUntil(f.Now()+119*time.Second))
	assert.Len(t, f.tracks(f.clientRouter), 1)
	require.NoError(t, f.RunUntil(f.Now()+2*time.Second))
	assert.Empty(t, f.tracks(f.clientRouter), "TIME_WAIT lasts 120 s")
}

func TestTableStaysEmptyWhereNoRuleNeedsIt(t *testing.T) {
	f := newFourNodes(t, Options{})
	require.NoError(t, f.clientRouter.SetChain(Forward, Rules{Rules: []Rule{{DPort: ports(21, 21)}}}))
	f.session(21)
	assert.Empty(t, f.tracks(f.clientRouter))
}

func TestDroppedSYNLeavesNoEntry(t *testing.T) {
	f := newFourNodes(t, Options{})
	require.NoError(t, f.serverRouter.SetChain(Forward, stateful))
	f.attempt(21)
	assert.Empty(t, f.tracks(f.serverRouter))
}

func TestWhatHasNoEntry(t *testing.T) {
	for name, c := range map[string]struct {
		flags Flags
		loose bool
		want  CTState
	}{
		"SYN":              {SYN, true, CTNew},
		"ACK":              {ACK, true, CTNew},
		"ACK, not loose":   {ACK, false, CTInvalid},
		"SYN,ACK":          {SYN | ACK, true, CTInvalid},
		"RST":              {RST, true, CTInvalid},
		"FIN,ACK":          {FIN | ACK, true, CTInvalid},
		"no flags":         {0, true, CTInvalid},
		"FIN,PSH,URG":      {FIN | PSH | URG, true, CTInvalid},
		"SYN, not loose":   {SYN, false, CTNew},
		"RST,ACK is a RST": {RST | ACK, true, CTInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			n := New(nil, Options{}).AddRouter("r")
			require.NoError(t, n.SetChain(Forward, stateful))
			if !c.loose {
				require.NoError(t, n.SetSysctl("net.netfilter.nf_conntrack_tcp_loose", "0"))
			}
			l := n.look(&flight{Packet: Packet{Src: addrA, Dst: addrB, Flags: c.flags}})
			assert.Equal(t, c.want, l.state)
		})
	}
}

// What FACTS call the idle control connection: forgotten, then used again.
func TestForgottenConnection(t *testing.T) {
	for name, c := range map[string]struct {
		loose, fromServer bool
		rules             []Rule
		survives          bool
	}{
		"picked up from inside":          {true, false, stateful.Rules, true},
		"not picked up when not loose":   {false, false, stateful.Rules[:2], false},
		"from outside it is new":         {true, true, stateful.Rules, false},
		"syn only":                       {true, false, []Rule{{CT: CTEstablished}, {CT: CTNew, SYN: true}}, false},
		"new admits a stray ACK as well": {true, false, []Rule{{CT: CTEstablished}, {CT: CTNew}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFourNodes(t, Options{DataRetries: 3})
			require.NoError(t, f.clientRouter.SetChain(Forward, Rules{Policy: VerdictDrop, Rules: c.rules}))
			require.NoError(t, f.clientRouter.SetSysctl("net.netfilter.nf_conntrack_tcp_timeout_established", "5"))
			if !c.loose {
				require.NoError(t, f.clientRouter.SetSysctl("net.netfilter.nf_conntrack_tcp_loose", "0"))
				require.NoError(t, f.clientRouter.SetChain(Forward, Rules{Policy: VerdictDrop, Rules: append(c.rules[:2:2], Rule{CT: CTNew})}))
			}
			client, server := f.session(21)
			require.NoError(t, f.RunUntil(f.Now()+7*time.Second))
			require.Empty(t, f.tracks(f.clientRouter))
			from := client
			if c.fromServer {
				from = server
			}
			from.Write([]byte("x"))
			require.NoError(t, f.Run())
			assert.Equal(t, c.survives, from.State() == Established, f.log.String())
		})
	}
}

func TestSegmentsOutsideTheWindowAreInvalid(t *testing.T) {
	f := newFourNodes(t, Options{})
	require.NoError(t, f.clientRouter.SetChain(Forward, stateful))
	client, _ := f.session(21)
	classify := func(p Packet) CTState {
		p.Src, p.Dst, p.Window = client.local, client.remote, 65535
		return f.clientRouter.look(&flight{Packet: p}).state
	}
	assert.Equal(t, CTEstablished, classify(Packet{Seq: client.sndNxt, Ack: client.rcvNxt, Flags: ACK}))
	assert.Equal(t, CTInvalid, classify(Packet{Seq: client.sndNxt + 200000, Ack: client.rcvNxt, Flags: ACK}))
	assert.Equal(t, CTInvalid, classify(Packet{Seq: client.sndNxt, Ack: client.rcvNxt + 1, Flags: ACK}))
	assert.Equal(t, CTInvalid, classify(Packet{Seq: client.sndNxt - 200000, Flags: RST}))
	require.NoError(t, f.clientRouter.SetSysctl("net.netfilter.nf_conntrack_tcp_be_liberal", "1"))
	assert.Equal(t, CTEstablished, classify(Packet{Seq: client.sndNxt + 200000, Ack: client.rcvNxt, Flags: ACK}))
}

func TestUnansweredDataShortensTheTimeout(t *testing.T) {
	f := newFourNodes(t, Options{})
	require.NoError(t, f.clientRouter.SetChain(Forward, stateful))
	client, _ := f.session(21)
	require.NoError(t, f.server.SetChain(Input, Rules{Policy: VerdictDrop}))
	at := f.Now()
	client.Write([]byte("x"))
	require.NoError(t, f.RunUntil(at+time.Millisecond))
	assert.Equal(t, at+300*time.Second, f.clientRouter.tracking.all[0].timer.at)
}

func TestClosedTupleIsOpenedAgain(t *testing.T) {
	f := newFourNodes(t, Options{Timestamps: true})
	require.NoError(t, f.clientRouter.SetChain(Forward, stateful))
	c, _ := f.session(21)
	local := c.Local()
	c.Close()
	require.NoError(t, f.Run())
	require.Equal(t, []TrackState{TrackTimeWait}, f.tracks(f.clientRouter))
	_, err := f.server.Listen(netip.AddrPortFrom(netip.Addr{}, 21), 0, &script{})
	require.NoError(t, err)
	again, err := f.client.Dial(local, netip.AddrPortFrom(serverAddr, 21), 0, &script{})
	require.NoError(t, err)
	require.NoError(t, f.Run())
	assert.Equal(t, Established, again.State())
	assert.Equal(t, []TrackState{TrackEstablished}, f.tracks(f.clientRouter))
}

func TestSysctlsAreChecked(t *testing.T) {
	n := New(nil, Options{}).AddRouter("r")
	for state := TrackSynSent; state < trackStateCount; state++ {
		assert.NoError(t, n.SetSysctl("net.netfilter.nf_conntrack_tcp_timeout_"+map[TrackState]string{
			TrackSynSent: "syn_sent", TrackSynRecv: "syn_recv", TrackEstablished: "established", TrackFinWait: "fin_wait",
			TrackCloseWait: "close_wait", TrackLastAck: "last_ack", TrackTimeWait: "time_wait", TrackClose: "close", TrackSynSent2: "syn_sent2",
		}[state], "7"))
		assert.Equal(t, 7*time.Second, n.sysctl.timeouts[state])
	}
	assert.Contains(t, english(n.SetSysctl("net.ipv4.ip_forward", "1")), "net.ipv4.ip_forward: the model has no such setting")
	assert.Contains(t, english(n.SetSysctl("net.netfilter.nf_conntrack_tcp_loose", "yes")), `"yes" is no whole number`)
	assert.NoError(t, CheckSysctl("net.netfilter.nf_conntrack_tcp_loose", "0"))
	assert.True(t, defaultSysctls.loose, "checked, not set")
	assert.Contains(t, english(CheckSysctl("net.netfilter.nf_conntrack_tcp_loose", "-1")), `"-1" is no whole number`)
}

// A SYN that comes again does not put an entry's end off ("do not renew timeout
// on SYN retransmit", nf_conntrack_proto_tcp.c); the recording forget-syn-sent
// shows it.
func TestARepeatedSYNDoesNotKeepItsEntry(t *testing.T) {
	f := newFourNodes(t, Options{SYNTiming: LinuxSYN})
	require.NoError(t, f.clientRouter.SetChain(Forward, stateful))
	require.NoError(t, f.clientRouter.SetSysctl("net.netfilter.nf_conntrack_tcp_timeout_syn_sent", "3"))
	require.NoError(t, f.server.SetChain(Input, Rules{Policy: VerdictDrop}))
	_, err := f.client.Dial(AddrPort{}, netip.AddrPortFrom(serverAddr, 21), 0, &script{})
	require.NoError(t, err)
	require.NoError(t, f.RunUntil(4500*time.Millisecond)) // SYNs at 0, 1, 2, 3, 4 s
	made := 0
	for _, r := range f.log.recs {
		if r.Track != nil && r.Node == f.clientRouter.id && r.What == Created {
			made++
		}
	}
	assert.Equal(t, 2, made)
}
