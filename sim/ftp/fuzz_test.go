package ftp

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func FuzzLinesAreTheSameHoweverTheStreamIsCut(f *testing.F) {
	f.Add([]byte("NOOP\r\nPWD\nUSER x\r\x00y\r\n\xff\xfb\x01\xff\xff\r\n"), true, true)
	f.Add(bytes.Repeat([]byte("x"), 5000), false, false)
	f.Fuzz(func(t *testing.T, data []byte, bareLF, telnet bool) {
		whole := lineReader{max: 64, bareLF: bareLF, telnet: telnet}
		single := whole
		var a, b []line
		whole.feed(data, false, func(l line) bool { a = append(a, l); return true })
		for i := range data {
			single.feed(data[i:i+1], false, func(l line) bool { b = append(b, l); return true })
		}
		require.Equal(t, a, b)
		require.Equal(t, whole.answers, single.answers)
		for _, l := range a {
			require.LessOrEqual(t, len(l.text), 64+1)
		}
		require.LessOrEqual(t, len(whole.buf), 64+1)
	})
}

func FuzzReplies(f *testing.F) {
	f.Add("220-hello\n 234 padded\n220 end\n")
	f.Add("227\n")
	f.Add(strings.Repeat("220-for ever\n", 100))
	f.Fuzz(func(t *testing.T, text string) {
		r := replyReader{max: 512}
		for _, l := range strings.Split(text, "\n") {
			reply, done, err := r.add(l)
			if err != nil {
				return
			}
			if done {
				require.GreaterOrEqual(t, reply.Code, 100)
				require.NotEmpty(t, reply.Lines)
			}
			require.LessOrEqual(t, r.size, 512)
		}
	})
}

func FuzzHostPortForms(f *testing.F) {
	f.Add("192,168,1,2,7,209")
	f.Add("|1|192.168.1.2|2001|")
	f.Add("227 Entering Passive Mode (203,0,113,10,4,210)")
	f.Add("229 ok (|||6446|)")
	f.Fuzz(func(t *testing.T, text string) {
		for _, rules := range []HostPortRules{{}, {true, true, true, true, true}} {
			if a, err := ParsePort(text, rules); err == nil {
				again, err := ParsePort(FormatPort(a), HostPortRules{})
				require.NoError(t, err)
				require.Equal(t, a, again)
			}
			if a, err := ParseEprt(text, rules); err == nil {
				again, err := ParseEprt(FormatEprt(a), HostPortRules{})
				require.NoError(t, err)
				require.Equal(t, a.Addr().Unmap(), again.Addr().Unmap())
				require.Equal(t, a.Port(), again.Port())
			}
		}
		if a, err := ParsePasv([]string{text}, PasvRules{}); err == nil {
			require.True(t, a.Addr().Is4())
		}
		if port, err := ParseEpsv([]string{text}); err == nil {
			require.NotZero(t, port)
		}
	})
}

// somethingHappens turns bytes into inputs: the first chooses, the rest is
// what it carries.
func somethingHappens(kind byte, text string) Input {
	peer, stranger := netip.MustParseAddrPort("192.168.1.2:2001"), netip.MustParseAddrPort("192.168.1.3:9999")
	local := netip.MustParseAddrPort("203.0.113.10:1234")
	timers := []TimerName{IdleTimer, ConnectTimer, AcceptTimer, DataTimer, RateTimer, LingerTimer, LoginTimer, ReplyTimer,
		MaxTimer, SleepTimer, KeepaliveTimer, GoodbyeTimer}
	switch kind % 16 {
	case 0:
		return ControlConnected{serverAddr, clientAddr}
	case 1, 2, 3, 4:
		return ControlReceived{Data: []byte(text + "\r\n"), Urgent: kind%2 == 0}
	case 5:
		return Listening{local}
	case 6:
		return DataConnected{local, peer, true}
	case 7:
		return DataConnected{local, stranger, kind%32 > 16}
	case 8:
		return DataFailed{Refused}
	case 9:
		return DataReceived{Data: []byte(text)}
	case 10:
		return DataPeerClosed{}
	case 11:
		return DataReset{}
	case 12:
		return DataAcked{}
	case 13:
		return DataWritable{Taken: int64(kind)}
	case 14:
		return TimerFired{timers[int(kind/16)%len(timers)]}
	}
	switch kind / 16 % 5 {
	case 0:
		return ControlClosed{}
	case 1:
		return ListenFailed{NoPortFree}
	case 2:
		return ControlFailed{Refused}
	case 3:
		return TLSFailed{DataChannel, BadHandshake}
	}
	return Shutdown{}
}

// bounds checks what every output must keep.
func bounds(t *testing.T, out []Output) {
	require.Less(t, len(out), 2000)
	for _, o := range out {
		if c, ok := o.(SendControl); ok && len(c.Lines) > 0 {
			require.Equal(t, len(c.Lines), bytes.Count(c.Raw, []byte("\r\n")), "%q", c.Raw)
		}
	}
}

var serverProfiles = []Profile{Plain, Vsftpd, Proftpd, Pureftpd}

func FuzzServer(f *testing.F) {
	f.Add(byte(0), "\x00\n\x01USER ftp\n\x01PASS x\n\x01PASV\n\x05\n\x01RETR notes.txt\n\x06\n\x0c\n\x01QUIT")
	f.Add(byte(1), "\x00\n\x01USER ftp\n\x01PASS x\n\x01PORT 192,168,1,2,7,209\n\x01LIST\n\x06\n\x0b\n\x0f")
	f.Add(byte(2), "\x00\n\x01STOR ../../etc/passwd\n\x01RNFR x\x00\n\x01SIZE \xff\xfe")
	f.Fuzz(func(t *testing.T, profile byte, script string) {
		p := serverProfiles[int(profile)%len(serverProfiles)]
		s := NewServer(ServerConfig{Profile: p, IdleTimeout: 1000, DataTimeout: 1000, TLS: TLSOffered, MaxRate: int64(profile/4) * 100}, library(t))
		for _, l := range strings.Split(script, "\n") {
			if l != "" {
				bounds(t, s.Handle(somethingHappens(l[0], l[1:])))
			}
		}
		assert.Empty(t, s.pi.lost, "pi")
		assert.Empty(t, s.dtp.lost, "dtp")
	})
}

var clientProfiles = []Profile{Plain, Curl, Raw, Lftp, Tnftp}

func FuzzClient(f *testing.F) {
	f.Add(byte(0), "!open|!login|!get a|\x00|\x01220 hi|\x01331 pw|\x01230 in|\x01227 (1,2,3,4,5,6)|\x06|\x01150 go|\x09data|\x0a|\x01226 ok")
	f.Add(byte(1), "!open|!login|!ls|!quit|\x00|\x01220-hi|\x01220 there|\x01530 no|\x0f")
	f.Add(byte(2), "!open|!login|!pasv|!dial|!read all|!end|\x00|\x01220 hi|\x01227 (1,2,3,4,5,6)")
	f.Fuzz(func(t *testing.T, profile byte, script string) {
		modes := []Mode{ModePasv, ModePort, ModeEprt, ModeEpsv, ModeAuto}
		p := clientProfiles[int(profile)%len(clientProfiles)]
		c := NewClient(ClientConfig{Profile: p, Server: serverAddr, Mode: modes[int(profile/8)%len(modes)], ConnectTimeout: 1000, MaxTime: 9000})
		c.SetFile("up", []byte("up"))
		for _, l := range strings.Split(script, "|") {
			switch {
			case l == "":
			case l[0] == '!':
				bounds(t, c.Handle(Wish{l[1:]}))
			default:
				bounds(t, c.Handle(somethingHappens(l[0], l[1:])))
			}
		}
		assert.Empty(t, c.pi.lost, "pi")
		assert.Empty(t, c.dtp.lost, "dtp")
	})
}

func TestHostileInputIsBounded(t *testing.T) {
	for _, profile := range serverProfiles {
		for name, attack := range map[string]string{
			"a line of a megabyte":  strings.Repeat("A", 1<<20) + "\r\n",
			"NUL":                   "RETR a\x00b\r\n",
			"Telnet":                "\xff\xfb\x01\xff\xfd\x18\xff\xf1NOOP\r\n",
			"bad UTF-8":             "CWD \xc3\x28\xfe\r\n",
			"ten thousand commands": strings.Repeat("NOOP\r\n", 10_000),
			"path escapes":          "RETR ../../../etc/passwd\r\n",
			"line feeds in a name":  "MKD a\n257 b\r\n",
		} {
			t.Run(fmt.Sprintf("%s/%s", profile, name), func(t *testing.T) {
				s := NewServer(ServerConfig{Profile: profile}, library(t))
				for _, in := range []string{"", "USER ftp\r\n", "PASS x\r\n"} {
					s.Handle(ControlConnected{serverAddr, clientAddr})
					s.Handle(ControlReceived{Data: []byte(in)})
				}
				total := 0
				for _, o := range s.Handle(ControlReceived{Data: []byte(attack)}) {
					if c, ok := o.(SendControl); ok {
						total += len(c.Raw)
						assert.NotContains(t, string(c.Raw), "\r\n257 b")
					}
				}
				assert.Less(t, total, 300_000)
				assert.Less(t, len(s.lines.buf), 5000)
			})
		}
	}
}

func TestAReplyThatNeverEndsEndsTheSession(t *testing.T) {
	c := NewClient(ClientConfig{Server: serverAddr})
	c.Handle(Wish{"open"})
	c.Handle(ControlConnected{clientAddr, serverAddr})
	var end *Finished
	for range 10_000 {
		for _, o := range c.Handle(ControlReceived{Data: []byte("220-and so on\r\n")}) {
			if f, ok := o.(Finished); ok {
				end = &f
			}
		}
		if end != nil {
			break
		}
	}
	require.NotNil(t, end)
	assert.ErrorContains(t, end.Err, "a reply of more than 65536 bytes")
}
