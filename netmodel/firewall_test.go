package netmodel

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRulesMatch(t *testing.T) {
	p := netip.MustParsePrefix
	lan, wan := &Iface{name: "lan"}, &Iface{name: "wan"}
	syn := &flight{Packet: Packet{Src: netip.MustParseAddrPort("192.168.1.2:2000"), Dst: netip.MustParseAddrPort("203.0.113.10:21"), Flags: SYN}, ct: CTNew}
	answer := &flight{Packet: Packet{Src: syn.Dst, Dst: syn.Src, Flags: SYN | ACK}, ct: CTEstablished}
	icmp := &flight{Packet: Packet{Src: syn.Dst, Dst: syn.Src, ICMP: &ICMPError{}}, ct: CTRelated}
	for name, c := range map[string]struct {
		rule              Rule
		syn, answer, icmp bool
	}{
		"everything":             {Rule{}, true, true, true},
		"switched off":           {Rule{Disabled: true}, false, false, false},
		"incoming interface":     {Rule{IIf: "lan"}, true, true, true},
		"other interface":        {Rule{IIf: "wan"}, false, false, false},
		"outgoing interface":     {Rule{OIf: "wan"}, true, true, true},
		"source":                 {Rule{Src: p("192.168.0.0/16")}, true, false, false},
		"destination":            {Rule{Dst: p("192.168.1.2/32")}, false, true, true},
		"destination port":       {Rule{DPort: ports(21, 21)}, true, false, false},
		"source port range":      {Rule{SPort: ports(20, 21)}, false, true, false},
		"port set":               {Rule{DPort: []PortRange{{80, 80}, {2000, 2001}}}, false, true, false},
		"tcp":                    {Rule{Protocol: TCP}, true, true, false},
		"icmp":                   {Rule{Protocol: ICMP}, false, false, true},
		"new":                    {Rule{CT: CTNew}, true, false, false},
		"established or related": {Rule{CT: CTEstablished | CTRelated}, false, true, true},
		"opening":                {Rule{SYN: true}, true, false, false},
		"syn bit":                {Rule{SYNBit: true}, true, true, false},
		"reset is for tcp":       {Rule{Verdict: VerdictReject, Reject: TCPReset}, true, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.syn, c.rule.matches(syn, lan, wan))
			assert.Equal(t, c.answer, c.rule.matches(answer, lan, wan))
			assert.Equal(t, c.icmp, c.rule.matches(icmp, lan, wan))
		})
	}
}

func TestFirstMatchWinsThenPolicy(t *testing.T) {
	f := newFourNodes(t, Options{})
	require.NoError(t, f.clientRouter.SetChain(Forward, Rules{Policy: VerdictDrop, Rules: []Rule{
		{DPort: ports(80, 80)},
		{DPort: ports(21, 21), Verdict: VerdictReject, Reject: TCPReset},
		{DPort: ports(21, 22)},
	}}))
	_, ended := f.attempt(21)
	assert.Equal(t, ErrRefused, ended)
	rejected := f.log.of(f.clientRouter, Rejected)
	require.Len(t, rejected, 1)
	assert.Equal(t, "client-router#2", f.RuleName(rejected[0].Rule))
	f.attempt(23)
	assert.Equal(t, "client-router#policy", f.RuleName(f.log.of(f.clientRouter, Dropped)[0].Rule))
	f.attempt(22)
	assert.Equal(t, "client-router#3", f.RuleName(f.log.of(f.clientRouter, Forwarded)[0].Rule))
}

func TestRejectAnswersAsLinuxDoes(t *testing.T) {
	for name, c := range map[string]struct {
		with RejectWith
		want error
		src  string
		kind [2]uint8
	}{
		"tcp reset":        {TCPReset, ErrRefused, "203.0.113.10:21", [2]uint8{}},
		"port-unreachable": {PortUnreachable, ErrRefused, "192.168.1.1:0", [2]uint8{3, 3}},
		"host-unreachable": {HostUnreachable, ErrHostUnreachable, "192.168.1.1:0", [2]uint8{3, 1}},
		"admin-prohibited": {AdminProhibited, ErrHostUnreachable, "192.168.1.1:0", [2]uint8{3, 13}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFourNodes(t, Options{})
			require.NoError(t, f.clientRouter.SetChain(Forward, Rules{Rules: []Rule{{Verdict: VerdictReject, Reject: c.with}}}))
			at, ended := f.attempt(21)
			assert.Equal(t, c.want, ended)
			assert.Zero(t, at)
			answer := f.log.of(f.clientRouter, Sent)[0]
			assert.Equal(t, c.src, answer.Packet.Src.String())
			if c.with == TCPReset {
				assert.Equal(t, RST|ACK, answer.Packet.Flags)
			} else {
				assert.Equal(t, c.kind, [2]uint8{answer.Packet.ICMP.Type, answer.Packet.ICMP.Code})
			}
			assert.Equal(t, Rejected, f.log.recs[answer.Cause-1].What)
		})
	}
}

func TestICMPIsSoftOnceConnected(t *testing.T) {
	f := newFourNodes(t, Options{DataRetries: 2})
	_, err := f.server.Listen(netip.AddrPortFrom(serverAddr, 21), 0, &script{})
	require.NoError(t, err)
	var ended error
	c, err := f.client.Dial(AddrPort{}, netip.AddrPortFrom(serverAddr, 21), 0, &script{ended: func(_ *Conn, err error) { ended = err }})
	require.NoError(t, err)
	require.NoError(t, f.Run())
	require.NoError(t, f.clientRouter.SetChain(Forward, Rules{Rules: []Rule{{Verdict: VerdictReject}}}))
	c.Write([]byte("x"))
	require.NoError(t, f.Run())
	assert.Len(t, f.log.of(f.clientRouter, Rejected), 3)
	assert.Equal(t, ErrTimedOut, ended)
}

func TestHostFirewallDropsWhatItSends(t *testing.T) {
	f := newFourNodes(t, Options{})
	require.NoError(t, f.client.SetChain(Output, Rules{Rules: []Rule{{DPort: ports(21, 21), Verdict: VerdictDrop}}}))
	_, ended := f.attempt(21)
	assert.Equal(t, ErrTimedOut, ended)
	var whats []What
	for _, r := range f.log.recs {
		if r.Packet != nil && r.Packet.No == 1 {
			whats = append(whats, r.What)
		}
	}
	assert.Equal(t, []What{Sent, Dropped}, whats)
}

func TestUnreachableNetworksAndHosts(t *testing.T) {
	p := netip.MustParsePrefix
	f := newFourNodes(t, Options{})
	f.serverRouter.routes = f.serverRouter.routes[:2] // no default
	f.serverRouter.AddRoute(p("192.168.1.0/24"), f.serverRouter.Iface("wan"), netip.Addr{})
	f.clientRouter.AddRoute(p("192.0.2.0/24"), f.clientRouter.Iface("wan"), netip.MustParseAddr("198.51.100.77"))
	for to, c := range map[string]struct {
		want error
		at   time.Duration
	}{
		"198.18.0.1:21":   {ErrNetworkUnreachable, 40 * time.Millisecond}, // the server's router has no route
		"203.0.113.99:21": {ErrHostUnreachable, 3040 * time.Millisecond},  // nobody answers there
		"192.0.2.1:21":    {ErrHostUnreachable, 3 * time.Second},          // nor at the next router's address
		"192.168.1.99:21": {ErrHostUnreachable, 3 * time.Second},          // nor on the own LAN
	} {
		t.Run(to, func(t *testing.T) {
			var ended error
			var at time.Duration
			start := f.Now()
			_, err := f.client.Dial(AddrPort{}, netip.MustParseAddrPort(to), 0, &script{
				ended: func(_ *Conn, err error) { ended, at = err, f.Now()-start },
			})
			require.NoError(t, err)
			require.NoError(t, f.Run())
			assert.Equal(t, c.want, ended)
			assert.Equal(t, c.at, at)
		})
	}
}

func TestRoutingLoopEndsByTTL(t *testing.T) {
	f := newFourNodes(t, Options{})
	f.serverRouter.routes = f.serverRouter.routes[:0]
	f.serverRouter.SetDefault(f.serverRouter.Iface("wan"))
	_, err := f.client.Dial(AddrPort{}, netip.AddrPortFrom(serverAddr, 21), 0, &script{})
	require.NoError(t, err)
	require.NoError(t, f.RunUntil(5*time.Second))
	assert.Contains(t, f.log.String(), "icmp 11/0")
}

func TestRulesThatCannotBe(t *testing.T) {
	node := New(nil, Options{}).AddRouter("r")
	for at, r := range map[Chain]Rule{
		Forward:     {Verdict: VerdictDNAT},
		Input:       {OIf: "wan"},
		Output:      {IIf: "lan"},
		Prerouting:  {Verdict: VerdictDNAT},
		Postrouting: {DPort: ports(5, 1)},
		HelperChain: {Verdict: VerdictSetHelper},
	} {
		err := node.SetChain(at, Rules{Rules: []Rule{{}, r}})
		require.Error(t, err)
		assert.Contains(t, english(err), "chain "+at.String()+", rule 2: ")
	}
	assert.Error(t, node.SetChain(Forward, Rules{Policy: VerdictReject}))
	assert.Error(t, node.SetChain(0, Rules{}))
	assert.Contains(t, english(node.SetChain(Forward, Rules{Rules: make([]Rule, 40_000)})), "a chain has at most 32767 rules")
}
