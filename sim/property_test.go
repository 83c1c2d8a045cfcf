package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ftpscope/sim/trace"
)

// rulePool are rules that people write; some let too much through, some too little.
var rulePool = []string{
	"ct state established,related accept", "ct state established accept", "ct state related accept", "ct state invalid drop",
	`iifname "lan" accept`, `iifname "wan" drop`, `iifname "lan" tcp dport { 21 } accept`, `iifname "wan" tcp dport 21 accept`,
	"tcp dport 30000-30999 accept", `iifname "wan" tcp sport 20 tcp dport 1024-65535 accept`, "ip saddr 192.168.1.0/24 accept",
	"ip daddr 203.0.113.10 accept", "# drop", "drop", "reject with tcp reset", "reject with icmpx type admin-prohibited", "reject",
}

func drawFirewall(t *rapid.T, name string) Firewall {
	names := slices.Concat([]string{"", "none", "none", "none", "none"}, FirewallPresets[1:4]) // "": rules of one's own
	if name == "server router firewall" {
		names = slices.Concat(names[:5], FirewallPresets[4:])
	}
	if preset := rapid.SampledFrom(names).Draw(t, name); preset != "" {
		return Firewall{Preset: preset}
	}
	rules := rapid.SliceOfN(rapid.SampledFrom(rulePool), 0, 6)
	return Firewall{
		Policy: rapid.SampledFrom([]string{"accept", "drop"}).Draw(t, name+" policy"),
		Rules:  ruleTexts(rules.Draw(t, name+" rules")), Input: ruleTexts(rules.Draw(t, name+" input")),
	}
}

func drawRouter(t *rapid.T, name string, r *Router) {
	r.NAT = rapid.Bool().Draw(t, name+" nat")
	r.Mapping = rapid.SampledFrom([]string{"linux", "full-cone", "restricted", "symmetric"}).Draw(t, name+" mapping")
	r.Firewall = drawFirewall(t, name+" firewall")
	r.BlockWith = rapid.SampledFrom([]string{"drop", "reset", "icmp"}).Draw(t, name+" block with")
	r.Helper = rapid.Bool().Draw(t, name+" helper")
	if rapid.IntRange(0, 4).Draw(t, name+" forgets") == 0 {
		r.Sysctl = map[string]string{"net.netfilter.nf_conntrack_tcp_timeout_established": "3"}
	}
}

func drawUser(t *rapid.T, s *Scenario) {
	wish := rapid.SampledFrom([]string{
		"get f", "get f", "put f", "append f", "ls", "binary", "ascii", "mode port", "mode eprt", "mode epsv", "restart 100",
		"@2s abort", "@3.5s stat", "noop", "delete f", "mkdir d", "close", "open", "auth",
	})
	s.User = append([]string{"open", "login ana"}, rapid.SliceOfN(wish, 1, 5).Draw(t, "user")...)
	s.User = append(s.User, "quit")
}

// drawScenario draws a client, two routers, a server and what happens between.
func drawScenario(t *rapid.T) Scenario {
	s := Default()
	s.File, s.Seed = "f", rapid.Uint64Range(0, 1000).Draw(t, "seed")
	s.FileBytes = rapid.SampledFrom([]int{0, 1, 1459, 1460, 5000, 40_000}).Draw(t, "bytes")
	s.Client.Program = rapid.SampledFrom([]string{"plain", "plain", "curl", "raw", "lftp", "tnftp"}).Draw(t, "program")
	s.Client.Mode = rapid.SampledFrom([]string{"port", "pasv", "eprt", "epsv"}).Draw(t, "mode")
	s.Client.SkipPasvIP = rapid.Bool().Draw(t, "skip")
	s.Task = rapid.SampledFrom([]string{"list", "retr", "stor"}).Draw(t, "task")
	if s.Client.Program == "plain" && rapid.Bool().Draw(t, "a person") {
		drawUser(t, &s)
	}
	if s.Client.Program == "lftp" && s.Client.Mode == "eprt" {
		s.Client.Mode = "port"
	}
	drawRouter(t, "client router", &s.ClientRouter)
	drawRouter(t, "server router", &s.ServerRouter)
	if rapid.IntRange(0, 3).Draw(t, "forward") == 0 {
		s.Client.PortRange, s.ClientRouter.ForwardRange = []int{50000, 50009}, []int{50000, 50009}
	}
	s.Server.Profile = rapid.SampledFrom([]string{"plain", "vsftpd", "proftpd", "pureftpd"}).Draw(t, "server")
	s.Server.Address = rapid.SampledFrom([]string{"public", "private", "ipv6"}).Draw(t, "address")
	if s.Server.Address == "private" {
		s.ServerRouter.DNAT = rapid.SampledFrom([]string{"none", "control", "control+passive"}).Draw(t, "dnat")
	}
	if s.ipv6() {
		s.ClientRouter.NAT, s.ServerRouter.NAT, s.ClientRouter.ForwardRange = false, false, nil
		if s.Client.Mode == "port" {
			s.Client.Mode = "eprt"
		}
	}
	s.Server.TLS = rapid.SampledFrom([]string{"none", "offered", "required"}).Draw(t, "server TLS")
	s.Client.TLS = s.Client.Program == "plain" && rapid.Bool().Draw(t, "TLS")
	s.Server.MaxRate = rapid.SampledFrom([]int{0, 0, 8000}).Draw(t, "server rate")
	s.Server.IdleTimeout = rapid.SampledFrom([]float64{5, 300}).Draw(t, "idle")
	s.Link.Delay = time.Duration(rapid.IntRange(0, 300).Draw(t, "delay")) * time.Millisecond
	s.Link.LANDelay = time.Duration(rapid.IntRange(0, 10).Draw(t, "lan delay")) * time.Millisecond
	s.Link.Rate = rapid.SampledFrom([]int{0, 20_000, 500_000}).Draw(t, "rate")
	s.Link.Loss = rapid.SampledFrom([]float64{0, 0, 0, 0.02, 0.1, 0.4}).Draw(t, "loss")
	s.TCP.SYNTiming = rapid.SampledFrom([]string{"classic", "linux"}).Draw(t, "syn")
	s.TCP.Timestamps = rapid.Bool().Draw(t, "timestamps")
	s.TCP.Window = rapid.SampledFrom([]int{1000, 8000, 65535}).Draw(t, "window")
	s.MaxEvents = 50_000
	return s
}

// Whatever the scenario: it comes to its end or to its bounds, every packet
// comes to one end, the cause of everything is earlier, a file called complete
// is the file, and what is blamed for a failure is a packet that died.
func TestEveryScenarioKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		require.NoError(t, s.Check())
		var fold *trace.World
		tr, err := run(s, func(n *network, id trace.ID) {
			tr := n.rec.Trace()
			if fold == nil {
				fold = trace.NewWorld(tr)
			}
			fold.Apply(tr)
			if id%97 == 0 { // a number that no rhythm of events shares
				sameState(t, n, tr, fold)
			}
		}, nil)
		if err != nil {
			require.Contains(t, english(err), "reached its bound")
			return
		}
		inOrder(t, tr)
		conserved(t, tr, fold)
		unharmed(t, &s, tr)
		if at := tr.Outcome.Blocked; at != 0 {
			require.True(t, tr.Event(at).What.Died(), "the blocked event is a death")
			require.False(t, tr.Outcome.OK)
		}
		for _, r := range Diagnose(&s, tr).Remedies {
			mended := s.Clone()
			for key, value := range r.Set {
				require.NoError(t, mended.Set(key, value), "a remedy can be had")
			}
		}
	})
}

func sameState(t require.TestingT, n *network, tr *trace.Trace, fold *trace.World) {
	now := live(n, tr)
	require.ElementsMatch(t, now.Sockets, fold.Sockets, "sockets after event %d", fold.N)
	require.ElementsMatch(t, now.Tracks, fold.Tracks, "connection tracking after event %d", fold.N)
	require.Equal(t, now.Hits, fold.Hits, "rule hits after event %d", fold.N)
	require.Equal(t, flying(n), replayed(tr, fold), "packets under way after event %d", fold.N)
}

// inOrder checks that time never goes back and no cause is later than what it
// causes.
func inOrder(t require.TestingT, tr *trace.Trace) {
	var before time.Duration
	for id := trace.ID(1); int(id) <= tr.Len(); id++ {
		e := tr.Event(id)
		require.Less(t, e.Cause, id, "cause of event %d", id)
		require.GreaterOrEqual(t, e.T, before, "time of event %d", id)
		before = e.T
	}
}

// conserved checks that every packet is sent once and comes to one end, and
// that whoever let it die has a name.
func conserved(t require.TestingT, tr *trace.Trace, end *trace.World) {
	over := map[uint32]bool{}
	for id := trace.ID(1); int(id) <= tr.Len(); id++ {
		e := tr.Event(id)
		if e.Kind != trace.KindPacket {
			continue
		}
		no := tr.Packet(e).No
		done, known := over[no]
		require.Equal(t, e.What != trace.Sent, known, "packet %d is sent once, before anything else", no)
		require.False(t, done, "packet %d goes on after its end", no)
		over[no] = e.What.Final()
		if e.What == trace.Dropped || e.What == trace.Rejected {
			require.NotNil(t, tr.Rule(e), "packet %d was %s by nobody", no, e.What)
		}
	}
	flying := 0
	for _, done := range over {
		if !done {
			flying++
		}
	}
	require.Equal(t, flying, len(end.Flights), "packets without an end are under way")
}

// changes says whether a wish may change what a later download brings.
func changes(wish string) bool {
	verb, _, _ := strings.Cut(wish, " ")
	return slices.Contains([]string{"append", "delete", "restart"}, verb)
}

// unharmed holds the last transfer against the file, when it is called complete.
func unharmed(t require.TestingT, s *Scenario, tr *trace.Trace) {
	if verb, _, _ := strings.Cut(tr.Outcome.Task, " "); !tr.Outcome.OK || verb != "get" && verb != "put" || slices.ContainsFunc(s.User, changes) {
		return
	}
	want := sha256.Sum256(payload(s.FileBytes).whole())
	require.Equal(t, hex.EncodeToString(want[:]), tr.SHA256())
	require.EqualValues(t, s.FileBytes, tr.Outcome.Bytes)
}

func TestTheSameScenarioGivesTheSameTraceWhateverItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		first, err1 := Run(s)
		second, err2 := Run(s.Clone())
		require.Equal(t, err1 == nil, err2 == nil)
		if err1 == nil {
			assert.Equal(t, fingerprint(first), fingerprint(second))
		}
	})
}
