package sim

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

// changed runs a preset with settings as --set takes them.
func changed(t *testing.T, preset string, settings ...string) (*Scenario, *trace.Trace, *trace.Outline) {
	t.Helper()
	s, err := Preset(preset)
	require.NoError(t, err)
	for _, set := range settings {
		key, value, _ := strings.Cut(set, "=")
		require.NoError(t, s.Set(key, value), set)
	}
	tr, err := Run(s)
	require.NoError(t, err)
	return &s, tr, trace.NewOutline(tr)
}

// got is how many bytes of files a host was sent.
func got(o *trace.Outline, host string) (bytes int) {
	for _, m := range o.Messages {
		if m.Kind == trace.MsgChunk && o.Trace.Nodes[m.To].Name == host {
			bytes += m.Bytes
		}
	}
	return bytes
}

// Who gets a file when a stranger calls the passive port first (RFC 2577 §8):
// vsftpd looks at the address alone, so that nobody is told apart behind one
// NAT router, and one that was sent away has taken the client's place all the
// same.
func TestWhoCallsFirst(t *testing.T) {
	for _, c := range []struct {
		name             string
		set              []string
		attacker, client int
		reply            int
		ok               bool
	}{
		{name: "a trusting server", attacker: 12288, reply: 226},
		{name: "a careful one", set: []string{"server.pasv_promiscuous=false"}, reply: 425},
		{name: "vsftpd as it comes", set: []string{"server.pasv_promiscuous=false", "server.profile=vsftpd"}, reply: 425},
		{name: "Pure-FTPd, which goes on waiting", set: []string{"server.pasv_promiscuous=false", "server.profile=pureftpd"}, client: 12288, reply: 226, ok: true},
		{name: "ProFTPD 1.3.8, which serves strangers", set: []string{"server.pasv_promiscuous=false", "server.profile=proftpd"}, attacker: 12288, reply: 226},
		{
			name:     "a careful one, both behind one NAT router",
			set:      []string{"server.pasv_promiscuous=false", "client_router.nat=true", "attacker.place=client-lan"},
			attacker: 12288, reply: 226,
		},
		{
			name: "a careful one, neighbours without NAT",
			set:  []string{"server.pasv_promiscuous=false", "attacker.place=client-lan"}, reply: 425,
		},
		{name: "a port nobody can guess", set: []string{"server.pasv_ports=null"}, client: 12288, reply: 226, ok: true},
		{name: "a firewall that lets nobody in", set: []string{"server_router.firewall=allow-21", "client.mode=port"}, client: 12288, reply: 226, ok: true},
		{name: "over IPv6", set: []string{"server.address=ipv6", "client.mode=epsv"}, attacker: 12288, reply: 226},
		{name: "no attacker", set: []string{"attacker.place=none"}, client: 12288, reply: 226, ok: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, tr, o := changed(t, "passive-stolen", c.set...)
			assert.Equal(t, c.client, got(o, "client"), "the client's bytes")
			assert.Equal(t, c.attacker, got(o, "attacker"), "the attacker's bytes")
			assert.Equal(t, c.reply, tr.Outcome.Reply)
			assert.Equal(t, c.ok, tr.Outcome.OK)
			assert.Equal(t, int64(c.client), tr.Outcome.Bytes, "what the outcome counts is the client's")
			assert.Len(t, tr.Received(), c.client)
		})
	}
}

func TestCallingGoesThroughARange(t *testing.T) {
	_, _, o := changed(t, "passive-stolen", `attacker.script=["@0.15s call 1233-1234", "read all"]`)
	var ports []uint16
	for _, m := range o.Messages {
		if m.Kind == trace.MsgOpen && o.Trace.Nodes[m.From].Name == "attacker" {
			ports = append(ports, m.Dst.Port())
		}
	}
	assert.Equal(t, []uint16{1233, 1234}, ports[:2])
	assert.Equal(t, 12288, got(o, "attacker"))
}

// A stranger who is not answered gives up after a while, and the run ends.
func TestCallingEnds(t *testing.T) {
	for calls, want := range map[string]float64{`["call 1234 5"]`: 5, `["call 1234-1240 5"]`: 5, `["call 1234"]`: 10} {
		_, tr, o := changed(t, "active", "attacker.place=internet", "attacker.script="+calls, "server_router.firewall=allow-21")
		assert.InDelta(t, want+0.75, tr.End().Seconds(), 0.8, calls)
		assert.True(t, tr.Outcome.OK, calls)
		assert.Zero(t, tr.Outcome.Blocked, "what stops the attacker does not stop the task")
		assert.Zero(t, got(o, "attacker"))
	}
}

func TestABounceCallsWhomPortNames(t *testing.T) {
	calls := func(o *trace.Outline, from, to string) (n int) {
		for _, m := range o.Messages {
			if m.Kind == trace.MsgOpen && m.Channel == trace.Data && o.Trace.Nodes[m.From].Name == from && o.Trace.Nodes[m.To].Name == to && m.Dst.Port() == 5000 {
				n++
			}
		}
		return n
	}
	_, tr, o := changed(t, "active-bounce")
	assert.Equal(t, 1, calls(o, "server", "client"))
	assert.True(t, tr.Outcome.OK, "the client's own file comes all the same")
	_, _, o = changed(t, "active-bounce", "server.port_promiscuous=false")
	assert.Zero(t, calls(o, "server", "client"))
	_, _, o = changed(t, "active-bounce", "second_server.on=true",
		`attacker.script=["open", "login", "cmd PORT 192,0,2,10,19,136", "cmd RETR notes.txt", "quit"]`)
	assert.Equal(t, 1, calls(o, "server", "second-server"))
	_, _, o = changed(t, "active-bounce",
		`attacker.script=["open", "login", "port", "send RETR notes.txt", "accept", "read all", "close", "reply 5", "quit"]`)
	assert.Equal(t, 12288, got(o, "attacker"), "with an account, what it may read comes to it as to anyone")
}

// RFC 959 §5.2, figure 3: one server listens, the other calls it, and the user
// only talks. Either server can refuse the other.
func TestAFileGoesFromServerToServer(t *testing.T) {
	for _, c := range []struct {
		name   string
		set    []string
		second int
		server int
		reply  int
		remedy string
	}{
		{name: "get", second: 12288, reply: 226},
		{name: "put", set: []string{"user=['open','login ana','proxy open second-server','proxy login ana','proxy put notes.txt','quit']"}, server: 12288, reply: 226},
		{name: "vsftpd, both set to it", set: []string{"server.profile=vsftpd", "second_server.profile=vsftpd", "server.data_port=0"}, second: 12288, reply: 226},
		{name: "PORT to others is refused", set: []string{"server.port_promiscuous=false"}, reply: 501, remedy: "server.port_promiscuous"},
		{
			name: "as vsftpd comes", set: []string{"server.profile=vsftpd", "second_server.profile=vsftpd", "server.port_promiscuous=false"},
			reply: 500, remedy: "server.port_promiscuous",
		},
		{
			name: "data from others is refused", set: []string{"second_server.pasv_promiscuous=false"},
			second: 12288, reply: 426, remedy: "second_server.pasv_promiscuous", // TCP took it before the server looked
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, tr, o := changed(t, "two-servers", c.set...)
			assert.Equal(t, c.second, got(o, "second-server"))
			assert.Equal(t, c.server, got(o, "server"))
			assert.Zero(t, got(o, "client"), "the file never passes the user")
			assert.Equal(t, c.reply, tr.Outcome.Reply)
			assert.Equal(t, c.remedy == "", tr.Outcome.OK)
			if c.remedy == "" {
				assert.Equal(t, int64(12288), tr.Outcome.Bytes)
				return
			}
			d := Diagnose(s, tr)
			require.NotEmpty(t, d.Remedies)
			require.Contains(t, d.Remedies[0].Set, c.remedy)
			for key, value := range d.Remedies[0].Set {
				require.NoError(t, s.Set(key, value))
			}
			mended, err := Run(*s)
			require.NoError(t, err)
			assert.True(t, mended.Outcome.OK, "the remedy mends it")
		})
	}
}

func TestTheSecondServerIsAServerLikeAnother(t *testing.T) {
	for open, want := range map[string]string{
		"open second-server":             "second-server",
		"open 192.0.2.10":                "second-server",
		"open second-server 2121":        "",
		"open second-server 21":          "second-server",
		"open":                           "server",
		"open ftp.example.com":           "server",
		"proxy open second-server 21":    "second-server",
		"proxy open 203.0.113.10":        "server",
		"proxy fetch":                    "",
		"proxy get notes.txt to-there":   "",
		"proxy login ana":                "",
		"proxy quote NOOP":               "",
		"open second-server.example.com": "server",
	} {
		s, err := Preset("two-servers")
		require.NoError(t, err)
		s.User = []string{open, "quit"}
		tr, err := Run(s)
		if strings.HasPrefix(open, "proxy fetch") || strings.HasPrefix(open, "proxy get") {
			require.Error(t, err, open)
			continue
		}
		require.NoError(t, err, open)
		to := ""
		for _, c := range trace.NewOutline(tr).Conns {
			if n, ok := tr.NodeByAddr(c.Dst.Addr()); ok && c.Open != 0 {
				to = tr.Nodes[n].Name
			}
		}
		assert.Equal(t, want, to, open)
	}
}

func TestWithoutFurtherHostsThereAreNone(t *testing.T) {
	_, tr, _ := changed(t, "passive", "client_router.nat=true")
	assert.Len(t, tr.Nodes, 5)
	_, tr, _ = changed(t, "passive", "user=['open second-server']")
	assert.False(t, tr.Outcome.OK, "the name is known only where there is such a host")
}

// The sessions of a run are told apart, whoever translates addresses between.
func TestSessionsAreToldApart(t *testing.T) {
	for _, preset := range []string{"active-bounce", "two-servers"} {
		_, tr, _ := changed(t, preset, "client_router.nat=true", "client_router.helper=true")
		said := map[string]bool{}
		for id := trace.ID(1); int(id) <= tr.Len(); id++ {
			if e := tr.Event(id); e.Kind == trace.KindCommand {
				said[fmt.Sprintf("%s, %v: %s", tr.Nodes[e.At].Name, e.Session, tr.Line(e).Text)] = true
			}
		}
		assert.Contains(t, said, "server, own: USER ana")
		if preset == "two-servers" {
			assert.Contains(t, said, "client, proxy: STOR notes.txt")
			assert.Contains(t, said, "second-server, proxy: STOR notes.txt")
			assert.Contains(t, said, "server, own: RETR notes.txt")
		} else {
			assert.Contains(t, said, "server, attacker: USER mallory")
			assert.Contains(t, said, "attacker, attacker: USER mallory")
		}
	}
}

// What the person asks for at a time of its own is no step of a transfer between
// two servers that is under way.
func TestATimedCommandLeavesATransferBetweenServersAlone(t *testing.T) {
	user := `user=['open', 'login ana', 'proxy open second-server', 'proxy login ana', '@0.44s noop', 'proxy get notes.txt', 'proxy quit', 'quit']`
	_, tr, _ := changed(t, "two-servers", user)
	assert.True(t, tr.Outcome.OK, "%+v", tr.Outcome)
	assert.Equal(t, int64(12288), tr.Outcome.Bytes)
}

// Which of the client program's two sessions a connection is for shows in the
// command that opened it: either can be to either server.
func TestEitherSessionCanBeToEitherServer(t *testing.T) {
	for user, want := range map[string][]string{
		`'open second-server', 'pwd', 'proxy pwd'`:                                      {"proxy pwd"},
		`'proxy open 203.0.113.10', 'pwd', 'proxy pwd'`:                                 {"pwd"},
		`'open', 'proxy ls', 'proxy open second-server', 'proxy quit', 'pwd'`:           {"proxy ls"},
		`'open second-server', 'proxy open second-server', 'close', 'pwd', 'proxy pwd'`: {"pwd"},
	} {
		s, tr, _ := changed(t, "two-servers", "user=["+user+", 'quit']")
		var without []string
		asked := ""
		for _, l := range Session(s, tr) {
			switch {
			case l.Kind == trace.PrintAsked:
				asked = l.Text
			case l.Say.Key == "prompt.not_connected":
				without = append(without, asked)
			}
		}
		assert.Equal(t, want, without, user)
	}
}

func TestDiagnosisKnowsAThief(t *testing.T) {
	s, tr, _ := changed(t, "passive-stolen", "server.pasv_promiscuous=false")
	d := Diagnose(s, tr)
	assert.Equal(t, "diagnosis.stolen", d.Why.Key)
	require.Len(t, d.Remedies, 1)
	for key, value := range d.Remedies[0].Set {
		require.NoError(t, s.Set(key, value))
	}
	mended, err := Run(*s)
	require.NoError(t, err)
	assert.True(t, mended.Outcome.OK)

	s, tr, _ = changed(t, "passive-stolen", "client.mode=port", "client_router.firewall=block-inbound", `attacker.script=["call 1234 2"]`)
	assert.Equal(t, "diagnosis.client.blocks.server", Diagnose(s, tr).Why.Key, "what the attacker tries in vain explains nothing")
}

func TestACallToARouterIsNotSaidToReachTheClient(t *testing.T) {
	for _, c := range []struct {
		preset, want string
		set          []string
	}{
		{"active", "caption.open.data.server.at", []string{"client_router.nat=true", "server.port_promiscuous=true", "client.port_address=198.51.100.1"}},
		{"active-bounce", "caption.open.data.bounced.at", []string{"server.port_promiscuous=true", "client_router.nat=true", `attacker.script=["open", "login", "cmd PORT 198,51,100,1,19,136", "send RETR notes.txt", "reply 5", "quit"]`}},
	} {
		_, _, o := changed(t, c.preset, c.set...)
		var said []string
		for i, m := range o.Messages {
			if m.Kind == trace.MsgOpen && m.Channel == trace.Data {
				what, why := o.Describe(i)
				said = append(said, what.Key+" "+why.Key)
			}
		}
		assert.Contains(t, said, c.want+" "+c.want+".why")
	}
}

func TestAConnectionThroughNATIsSaidToReachTheHost(t *testing.T) {
	for _, c := range []struct {
		preset, host string
		channel      trace.Channel
		set          []string
	}{
		{"active", "client", trace.Data, []string{"client_router.nat=true", "client_router.helper=true"}},
		{"passive", "server", trace.Command, []string{"server.address=private", "server_router.dnat=control+passive"}},
	} {
		_, _, o := changed(t, c.preset, c.set...)
		i := slices.IndexFunc(o.Messages, func(m trace.Message) bool { return m.Kind == trace.MsgOpen && m.Channel == c.channel })
		assert.Equal(t, c.host, o.Trace.Nodes[o.Messages[i].To].Name)
	}
}

func TestAHelperThatHurtsIsBlamedAndSwitchingItOffMends(t *testing.T) {
	for name, set := range map[string][]string{
		"two spaces":   {"client.mode=pasv", `user=["open", "login ana", "quote PORT  192,168,1,2,7,209", "get notes.txt", "quit"]`},
		"a line split": {"tcp.window=16", "watch_s=60"},
	} {
		s, tr, _ := changed(t, "active", append(set, "client_router.nat=true", "client_router.helper=true")...)
		d := Diagnose(s, tr)
		assert.Equal(t, "diagnosis.helper.hurts.client", d.Why.Key, name)
		require.Len(t, d.Remedies, 1, name)
		for key, value := range d.Remedies[0].Set {
			require.NoError(t, s.Set(key, value))
		}
		s.TCP.Window = 65535 // a file in pieces of 16 bytes would take longer than anybody watches
		mended, err := Run(*s)
		require.NoError(t, err)
		assert.True(t, mended.Outcome.OK, name)
	}
}

func TestHalfALineThatNeverArrivesIsAMessage(t *testing.T) {
	_, _, o := changed(t, "active", "client_router.nat=true", "client_router.helper=true", "tcp.window=16", "watch_s=30")
	i := slices.IndexFunc(o.Messages, func(m trace.Message) bool { return m.Died })
	require.GreaterOrEqual(t, i, 0)
	assert.Equal(t, "PORT 192,168,1,2…", o.Messages[i].Line)
	assert.Equal(t, "230 Logged in", o.Messages[i-1].Line)
	assert.Equal(t, trace.MsgProbe, o.Messages[i+1].Kind)
}
