package netmodel

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Rules of Linux that only recordings of real connections tell.

func hits(f *fourNodes, node *Node, c Chain) (n uint64) {
	f.EachHit(func(r RuleRef, count uint64) {
		if r.Node == node.id && r.Chain == c && r.Index == 0 {
			n = count
		}
	})
	return n
}

func TestRuleThatGivesAHelperIsCounted(t *testing.T) {
	f := newFourNodes(t, Options{})
	f.attach(t, 21)
	f.session(21)
	assert.EqualValues(t, 1, hits(f, f.clientRouter, HelperChain))
	created := f.log.of(f.clientRouter, Created)
	require.Len(t, created, 1)
	assert.Equal(t, HelperChain, created[0].Rule.Chain)
}

func TestNATRuleThatChangesNothingIsCounted(t *testing.T) {
	f := newFourNodes(t, Options{})
	require.NoError(t, f.serverRouter.SetChain(Prerouting, Rules{Rules: []Rule{{
		DPort: ports(21, 21), Verdict: VerdictDNAT, To: NATTarget{First: serverAddr},
	}}}))
	f.session(21)
	assert.EqualValues(t, 1, hits(f, f.serverRouter, Prerouting))
}

func TestRSTOfTheRouterItselfMeetsItsNATRules(t *testing.T) {
	f := newFourNodes(t, Options{})
	require.NoError(t, f.serverRouter.SetChain(Postrouting, masquerade))
	require.NoError(t, f.serverRouter.SetChain(Input, Rules{Rules: []Rule{{Verdict: VerdictReject, Reject: TCPReset}}}))
	var ended error
	_, err := f.client.Dial(AddrPort{}, netip.MustParseAddrPort("198.51.100.2:30000"), 0, &script{ended: func(_ *Conn, err error) { ended = err }})
	require.NoError(t, err)
	require.NoError(t, f.Run())
	assert.Equal(t, ErrRefused, ended)
	assert.EqualValues(t, 1, hits(f, f.serverRouter, Postrouting))
	assert.Empty(t, f.tracks(f.serverRouter))
}

// A closed port behind masquerade answers an expected call with a RST that
// carries the public address, though the connection is forgotten over it.
func TestRSTThatEndsAnUnansweredConnectionIsTranslated(t *testing.T) {
	f := newNATNet(t, Options{})
	require.NoError(t, f.clientRouter.SetChain(Postrouting, masquerade))
	f.attach(t, 21)
	client, _ := f.session(21)
	client.Write([]byte("hello\r\n"))
	client.Write([]byte("CALL 192.168.1.2:40001\r\n"))
	require.NoError(t, f.Run())
	var ended error
	_, err := f.server.Dial(AddrPort{}, netip.MustParseAddrPort("198.51.100.1:40001"), 0, &script{ended: func(_ *Conn, err error) { ended = err }})
	require.NoError(t, err)
	require.NoError(t, f.Run())
	assert.Equal(t, ErrRefused, ended)
	assert.Len(t, f.tracks(f.clientRouter), 1, "only the connection that expected it")
}

func TestExpectationGoesWithItsConnection(t *testing.T) {
	f := newFourNodes(t, Options{})
	f.attach(t, 21)
	require.NoError(t, f.clientRouter.SetSysctl("net.netfilter.nf_conntrack_tcp_timeout_established", "5"))
	client, _ := f.session(21)
	client.Write([]byte("hello\r\n"))
	client.Write([]byte("CALL 192.168.1.2:40001\r\n"))
	require.NoError(t, f.RunUntil(f.Now()+4*time.Second))
	require.Len(t, f.log.of(f.clientRouter, Expect), 1)
	assert.Empty(t, f.log.of(f.clientRouter, Unexpect))
	require.NoError(t, f.RunUntil(f.Now()+2*time.Second))
	assert.Len(t, f.log.of(f.clientRouter, Unexpect), 1)
}

// RFC 5681 §3.1: after a timeout the congestion window is one segment.
func TestNothingNewIsSentBesideARepeatedSegment(t *testing.T) {
	p := newTwoPeers(t, Options{DataRetries: 3})
	a, _ := p.pair(&script{}, &script{})
	require.NoError(t, p.b.SetChain(Input, Rules{Policy: VerdictDrop}))
	a.Write([]byte("lost"))
	require.NoError(t, p.RunUntil(p.Now()+2*time.Second))
	a.Close()
	require.NoError(t, p.Run())
	for _, r := range p.log.of(p.a, Sent) {
		assert.Zero(t, r.Packet.Flags&FIN)
	}
}

func TestNaglesRuleGathersSmallWrites(t *testing.T) {
	for on, want := range map[bool][]string{true: {"one", "twothree"}, false: {"one", "two", "three"}} {
		p := newTwoPeers(t, Options{})
		var got []string
		a, _ := p.pair(&script{}, &script{received: func(_ *Conn, b []byte, _ bool) { got = append(got, string(b)) }})
		a.SetNagle(on)
		for _, text := range []string{"one", "two", "three"} {
			a.Write([]byte(text))
		}
		require.NoError(t, p.Run())
		assert.Equal(t, want, got)
	}
}

func TestNaglesRuleDoesNotHoldUpAFIN(t *testing.T) {
	p := newTwoPeers(t, Options{})
	a, b := p.pair(&script{}, &script{})
	a.SetNagle(true)
	a.Write([]byte("one"))
	a.Write([]byte("two"))
	start := p.Now()
	a.Close()
	require.NoError(t, p.Run())
	assert.Equal(t, CloseWait, b.State())
	for _, r := range p.log.of(p.a, Sent) {
		if r.Packet.Flags&FIN != 0 {
			assert.Equal(t, start, r.T)
		}
	}
}
