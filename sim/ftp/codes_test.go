package ftp

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// talk sends lines to a logged-in server on its own and gives the codes of its
// replies to the last one. Listeners come up at once; nobody dials.
type talk struct {
	*Server
	replies []Reply
	out     []Output
}

func newTalk(cfg ServerConfig, store Store, login bool) *talk {
	c := &talk{Server: NewServer(cfg, store)}
	c.input(ControlConnected{netip.MustParseAddrPort("198.51.100.2:21"), netip.MustParseAddrPort("198.51.100.1:40000")})
	if login {
		c.say("USER ftp")
		c.say("PASS x")
	}
	return c
}

func (c *talk) input(in Input) {
	port := uint16(30000)
	for _, o := range append([]Output(nil), c.Handle(in)...) {
		c.out = append(c.out, o)
		switch o := o.(type) {
		case ReplySent:
			c.replies = append(c.replies, Reply{o.Code, o.Lines})
		case Listen:
			port++
			c.input(Listening{netip.AddrPortFrom(o.Addr, port)})
		}
	}
}

// say gives the codes in reply to a line, "-" without one.
func (c *talk) say(text string) string {
	c.replies, c.out = nil, nil
	c.input(ControlReceived{Data: []byte(text + "\r\n")})
	if len(c.replies) == 0 {
		return "-"
	}
	var codes []string
	for _, r := range c.replies {
		codes = append(codes, fmt.Sprint(r.Code))
	}
	return strings.Join(codes, " ")
}

// Each row: a command (after semicolons: those before it), then the codes of
// plain, vsftpd, ProFTPD, Pure-FTPd. The last three as observed.
var codeTable = []string{
	"PORT 1,2,3                     | 501 500 501 501",
	"PORT 198,51,100,1,9,9,9        | 501 500 200 200",
	"PORT 198,51,100,1,256,9        | 501 500 501 501",
	"PORT 198,51,100,1,0,0          | 501 500 501 501",
	"PORT 198,51,100,1,0,25         | 504 500 500 501",
	"PORT 198,51,100,1,3,255        | 504 500 500 501",
	"PORT 198,51,100,1,4,0          | 200 200 200 200",
	"PORT 203,0,113,99,9,9          | 501 500 500 500",
	"PORT 192,168,1,2,9,9           | 501 500 200 500",
	"PORT 0,0,0,0,9,9               | 501 500 501 501",
	"PORT 198, 51, 100, 1, 9, 9     | 501 200 501 200",
	"PORT 198,051,100,001,009,009   | 200 200 200 200",
	"EPRT |2|::1|2000|              | 522 500 522 522",
	"EPRT |3|x|2000|                | 522 500 522 522",
	"EPRT !1!198.51.100.1!2000!     | 200 500 200 200",
	"EPRT |1|198.51.100.1|2000      | 501 200 501 501",
	"EPRT |1|198.51.100.1|70000|    | 501 500 200 501",
	"EPSV 2                         | 522 522 522 229",
	"EPSV xyz                       | 501 522 501 229",
	"EPSV ALL                       | 200 200 200 220",
	"EPSV ALL; PORT 198,51,100,1,9,9| 501 550 500 501",
	"EPSV ALL; PASV                 | 501 550 500 227",
	"EPSV ALL; EPRT |1|198.51.100.1|2000| | 501 200 500 501",
	"FOO                            | 500 500 500 500",
	"nOoP                           | 200 200 200 200",
	"SYST                           | 215 215 215 215",
	"XPWD                           | 257 257 257 257",
	"TYPE A N                       | 200 200 200 200",
	"TYPE A T                       | 200 500 200 200",
	"TYPE L 8                       | 200 200 200 200",
	"TYPE L 7                       | 504 500 200 200",
	"TYPE E                         | 504 500 504 504",
	"TYPE Z                         | 501 500 504 504",
	"STRU R                         | 504 504 504 504",
	"STRU Z                         | 501 504 501 504",
	"MODE B                         | 504 504 504 504",
	"MODE Z                         | 501 504 501 504",
	"ALLO 5                         | 202 202 202 200",
	"ACCT x                         | 202 502 502 202",
	"SMNT x                         | 502 502 502 500",
	"REIN                           | 220 502 502 500",
	"USER other                     | 331 530 501 530",
	"PASS again                     | 202 230 503 530",
	"RNTO x                         | 503 503 503 503",
	"RNFR notes.txt                 | 350 350 350 350",
	"RNFR notes.txt; NOOP; RNTO b   | 250 250 250 250",
	"RNFR notes.txt; RNTO nodir/b   | 553 550 550 451",
	"RNFR nosuch                    | 550 550 550 550",
	"CWD incoming                   | 250 250 250 250",
	"CWD nosuch                     | 550 550 550 550",
	"CDUP                           | 250 250 250 250",
	"MKD new                        | 257 257 257 257",
	"RMD incoming                   | 550 550 550 550",
	"DELE notes.txt                 | 250 250 250 250",
	"REST 5                         | 350 350 501 350",
	"TYPE I; REST x                 | 501 350 501 554",
	"SIZE notes.txt                 | 213 213 550 213",
	"TYPE I; SIZE notes.txt         | 213 213 213 213",
	"SIZE nosuch                    | 550 550 550 550",
	"MDTM notes.txt                 | 213 213 213 213",
	"MLST notes.txt                 | 250 500 250 250",
	"MLST nosuch                    | 550 500 550 550",
	"MLSD notes.txt                 | 501 500 550 550",
	"OPTS UTF8 ON                   | 200 200 200 504",
	"OPTS MLST type;size;           | 200 501 200 200",
	"STAT                           | 211 211 211 211",
	"STAT notes.txt                 | 213 213 213 213",
	"STAT incoming                  | 212 213 212 213",
	"STAT nosuch                    | 450 213 450 213",
	"HELP RETR                      | 214 214 214 214",
	"FEAT                           | 211 211 211 211",
	"SITE FOO                       | 504 550 500 500",
	"ABOR                           | 226 225 226 226",
	"PASV; ABOR                     | 226 225 226 226",
	"RETR notes.txt                 | - 425 - 425",
	"RETR nosuch                    | 550 425 550 550",
	"PASV; RETR nosuch              | 550 550 550 550",
	"PASV; STOR nodir/x             | 553 553 550 553",
	"TYPE I; REST 99999; PASV; RETR notes.txt | 554 - 554 554",
	"PASV; REST 4; RETR notes.txt   | 554 550 - 503",
	"QUIT                           | 221 221 221 221",
}

func TestEveryServerAnswersWithTheCodesSeen(t *testing.T) {
	for _, row := range codeTable {
		at := strings.LastIndex(row, "|")
		commands := strings.Split(strings.TrimSpace(row[:at]), "; ")
		want := strings.Fields(row[at+1:])
		for i, profile := range serverProfiles {
			t.Run(fmt.Sprintf("%s/%s", profile, strings.TrimSpace(row[:at])), func(t *testing.T) {
				c := newTalk(ServerConfig{Profile: profile}, library(t), true)
				got := ""
				for _, command := range commands {
					got = c.say(strings.TrimSpace(command))
				}
				assert.Equal(t, want[i], got)
			})
		}
	}
}

func TestBeforeTheLogin(t *testing.T) {
	for command, want := range map[string]string{
		"NOOP":        "200 530 200 200",
		"FOO":         "500 530 500 530",
		"PASS x":      "503 503 503 530",
		"HELP":        "214 530 214 214",
		"FEAT":        "211 211 211 211",
		"SYST":        "215 530 215 215",
		"LIST":        "530 530 530 530",
		"":            "500 - 500 -",
		"USER nosuch": "331 530 331 331",
	} {
		for i, profile := range serverProfiles {
			got := newTalk(ServerConfig{Profile: profile}, library(t), false).say(command)
			assert.Equal(t, strings.Fields(want)[i], got, "%s %s", profile, command)
		}
	}
}

func TestABouncePassesOnlyWhenTheDefencesAreOff(t *testing.T) {
	bounce := "PORT 203,0,113,99,0,25"
	assert.Equal(t, "501", newTalk(ServerConfig{}, library(t), true).say(bounce))
	assert.Equal(t, "504", newTalk(ServerConfig{PortPromiscuous: true}, library(t), true).say(bounce))
	open := newTalk(ServerConfig{PortPromiscuous: true, AllowLowPorts: true}, library(t), true)
	assert.Equal(t, "200", open.say(bounce))
	open.say("RETR notes.txt")
	assert.Contains(t, open.out, Output(DialData{netip.MustParseAddrPort("198.51.100.2:0"), netip.MustParseAddrPort("203.0.113.99:25")}))
}

func TestAForeignCallerOfAPassivePort(t *testing.T) {
	for profile, want := range map[Profile]string{Plain: "425", Vsftpd: "425", Proftpd: "150 226", Pureftpd: "-"} {
		c := newTalk(ServerConfig{Profile: profile}, library(t), true)
		c.say("PASV")
		c.input(DataConnected{Remote: netip.MustParseAddrPort("192.168.1.3:9"), Accepted: true})
		got := c.say("LIST")
		if profile == Proftpd {
			c.input(DataPeerClosed{})
			got += fmt.Sprintf(" %d", c.replies[len(c.replies)-1].Code)
		}
		assert.Equal(t, want, got, profile)
	}
}

func TestDefaultDataPort(t *testing.T) {
	c := newTalk(ServerConfig{DataPort: 20}, library(t), true)
	assert.Equal(t, "-", c.say("RETR notes.txt"))
	assert.Contains(t, c.out, Output(DialData{netip.MustParseAddrPort("198.51.100.2:20"), netip.MustParseAddrPort("198.51.100.1:40000")}),
		"RFC 959 §3.2: from L-1 to the port the client speaks from")
}

func TestAPasvServesOneTransferExceptAtPureFTPd(t *testing.T) {
	for profile, want := range map[Profile]string{Plain: "425", Vsftpd: "425", Proftpd: "425", Pureftpd: "150 226"} {
		c := newTalk(ServerConfig{Profile: profile}, library(t), true)
		peer := netip.MustParseAddrPort("198.51.100.1:50000")
		c.say("PASV")
		c.input(DataConnected{Remote: peer, Accepted: true})
		c.say("LIST")
		c.input(DataAcked{})
		c.input(DataPeerClosed{})
		c.input(DataConnected{Remote: peer, Accepted: true})
		assert.Equal(t, want, c.say("LIST"), profile)
	}
}

func TestWhen226IsSaid(t *testing.T) {
	for profile, want := range map[Profile][3]int{Plain: {150, 226, 226}, Vsftpd: {150, 226, 226}, Proftpd: {150, 150, 226}, Pureftpd: {226, 226, 226}} {
		c := newTalk(ServerConfig{Profile: profile}, library(t), true)
		c.say("PASV")
		c.input(DataConnected{Remote: netip.MustParseAddrPort("198.51.100.1:50000"), Accepted: true})
		var last [3]int
		c.say("RETR notes.txt")
		for i, in := range []Input{nil, DataAcked{}, DataPeerClosed{}} {
			if in != nil {
				c.input(in)
			}
			last[i] = c.replies[len(c.replies)-1].Code
		}
		assert.Equal(t, want, last, "%s: after the data, after its acknowledgement, after the peer's FIN", profile)
	}
}

func TestCommandsWhileDataFlow(t *testing.T) {
	for _, c := range []struct {
		profile  Profile
		urgent   bool
		asyncAb  bool
		command  string
		at, then string
	}{
		{Plain, false, false, "ABOR", "426 226", ""},
		{Plain, false, false, "STAT", "211", "226"},
		{Plain, false, false, "NOOP", "-", "226 200"},
		{Plain, false, false, "QUIT", "-", "226 221"},
		{Vsftpd, false, false, "ABOR", "-", "226 225"},
		{Vsftpd, true, false, "ABOR", "-", "226 225"},
		{Vsftpd, false, true, "ABOR", "-", "226 225"},
		{Vsftpd, true, true, "ABOR", "426 226", ""},
		{Vsftpd, false, false, "STAT", "-", "226 211"},
		{Proftpd, true, false, "ABOR", "-", "226 226"},
		{Proftpd, false, false, "NOOP", "-", "226 200"},
		{Pureftpd, false, false, "ABOR", "426 226", ""},
		{Pureftpd, false, false, "NOOP", "500", "226"},
		{Pureftpd, false, false, "QUIT", "426 226", ""},
	} {
		t.Run(fmt.Sprintf("%s/%s/%v/%v", c.profile, c.command, c.urgent, c.asyncAb), func(t *testing.T) {
			s := newTalk(ServerConfig{Profile: c.profile, MaxRate: 8192, AsyncAbor: c.asyncAb}, library(t), true)
			s.say("PASV")
			s.input(DataConnected{Remote: netip.MustParseAddrPort("198.51.100.1:50000"), Accepted: true})
			s.say("RETR notes.txt")
			if c.urgent {
				s.input(ControlReceived{Data: []byte("\xff\xf4\xff\xf2"), Urgent: true})
			}
			assert.Equal(t, c.at, s.say(c.command))
			s.replies = nil
			for range 5 {
				s.input(TimerFired{RateTimer})
			}
			s.input(DataAcked{})
			s.input(DataPeerClosed{})
			var then []string
			for _, r := range s.replies {
				then = append(then, fmt.Sprint(r.Code))
			}
			assert.Equal(t, c.then, strings.Join(then, " "))
		})
	}
}

func TestALostControlConnectionStopsATransferOrNot(t *testing.T) {
	for profile, stops := range map[Profile]bool{Plain: true, Vsftpd: false, Proftpd: false, Pureftpd: true} {
		c := newTalk(ServerConfig{Profile: profile, MaxRate: 8192}, library(t), true)
		c.say("PASV")
		c.input(DataConnected{Remote: netip.MustParseAddrPort("198.51.100.1:50000"), Accepted: true})
		c.say("RETR notes.txt")
		c.out = nil
		c.input(ControlClosed{})
		if stops {
			assert.Contains(t, c.out, Output(AbortData{}), profile)
		} else {
			assert.NotContains(t, c.out, Output(AbortData{}), profile)
		}
	}
}

func TestTheLeniencyOfClientsReading227(t *testing.T) {
	want := netip.MustParseAddrPort("203.0.113.10:1234")
	tnftp := tnftpProgram().pasv
	for text, ok := range map[string][2]bool{ // everybody, tnftp
		"227 Entering Passive Mode (203,0,113,10,4,210).": {true, true},
		"227 Entering Passive Mode 203,0,113,10,4,210":    {true, true},
		"227 =203,0,113,10,4,210":                         {true, true},
		"227 session 42 (203,0,113,10,4,210)":             {true, false},
		"227-first\n227 (203,0,113,10,4,210)":             {true, false},
		"227 (203, 0, 113, 10, 4, 210)":                   {true, true},
		"227 (203.0.113.10,4,210)":                        {false, false},
		"227 (4,210)":                                     {false, false},
		"227 PORT 36001":                                  {false, false},
		"227 (203,0,113,10,4,256)":                        {false, false},
	} {
		for i, rules := range []PasvRules{{}, tnftp} {
			got, err := ParsePasv(strings.Split(text, "\n"), rules)
			assert.Equal(t, ok[i], err == nil, "%q %v", text, rules)
			if err == nil {
				assert.Equal(t, want, got)
			}
		}
	}
	for text, ok := range map[string]bool{"229 x (|||1234|)": true, "229 (!!!1234!)": true, "229 |||1234|": false,
		"229 (|1|203.0.113.10|1234|)": false, "229 (|||0|)": false, "229 (": false} {
		_, err := ParseEpsv([]string{text})
		assert.Equal(t, ok, err == nil, text)
	}
}

// What single servers do with lines, as observed (facts S2, S10, S12; 1.10).
func TestOddLines(t *testing.T) {
	for name, c := range map[string]struct {
		pieces []string
		want   string // codes of plain, vsftpd, ProFTPD, Pure-FTPd
	}{
		"CR and LF apart":       {[]string{"NO", "OP\r", "\n"}, "200 200 - 200"},
		"together":              {[]string{"NO", "OP\r\n"}, "200 200 200 200"},
		"and the next":          {[]string{"NOOP\r", "\nNOOP\r\n"}, "200+200 200+200 200 200+200"},
		"an option is offered":  {[]string{"\xff\xfd\x01NOOP\r\n"}, "200 500 200 -"},
		"too long":              {[]string{"NOOP " + strings.Repeat("x", 9000) + "\r\n"}, "500 500 - 421"},
		"FEAT with an argument": {[]string{"FEAT x\r\n"}, "501 211 501 211"},
	} {
		for i, profile := range serverProfiles {
			s := newTalk(ServerConfig{Profile: profile}, library(t), true)
			s.replies = nil
			for _, piece := range c.pieces {
				s.input(ControlReceived{Data: []byte(piece)})
			}
			var codes []string
			for _, r := range s.replies {
				codes = append(codes, fmt.Sprint(r.Code))
			}
			got := strings.Join(codes, "+")
			if got == "" {
				got = "-"
			}
			assert.Equal(t, strings.Fields(c.want)[i], got, "%s, %s", name, profile)
		}
	}
}

// Without PORT or PASV, ProFTPD dials the port below the client's, from any of
// its own (fact D1); Pure-FTPd ends a download that is reset with a second 150
// (D16), has its own idea of OPTS MLST (F11) and deletes a CR alone (P5).
func TestOddTransfers(t *testing.T) {
	pro := newTalk(ServerConfig{Profile: Proftpd, DataPort: 20}, library(t), true)
	pro.say("RETR notes.txt")
	assert.Contains(t, pro.out, Output(DialData{netip.MustParseAddrPort("198.51.100.2:0"), netip.MustParseAddrPort("198.51.100.1:39999")}))

	for profile, want := range map[Profile]int{Plain: 426, Vsftpd: 426, Proftpd: 426, Pureftpd: 150} {
		s := newTalk(ServerConfig{Profile: profile, MaxRate: 4096}, library(t), true)
		s.say("PASV")
		s.input(DataConnected{Remote: netip.MustParseAddrPort("198.51.100.1:50000"), Accepted: true})
		s.say("RETR notes.txt")
		s.input(DataReset{})
		assert.Equal(t, want, s.replies[len(s.replies)-1].Code, profile)
		assert.Equal(t, "200", s.say("NOOP"), "%s: the session goes on", profile)
	}

	pure := newTalk(ServerConfig{Profile: Pureftpd}, library(t), true)
	pure.say("OPTS MLST type;size;")
	assert.Equal(t, "200  MLST OPTS "+strings.Join(mlstFacts, ";")+";", pure.replies[0].First())
	pure.say("FEAT")
	assert.Contains(t, pure.replies[0].Lines, " MLSD")

	for profile, want := range map[Profile]string{Plain: "a\rb\nc", Proftpd: "a\rb\nc", Pureftpd: "ab\nc"} {
		store := library(t)
		s := newTalk(ServerConfig{Profile: profile}, store, true)
		s.say("PASV")
		s.input(DataConnected{Remote: netip.MustParseAddrPort("198.51.100.1:50000"), Accepted: true})
		s.say("STOR up.txt")
		s.input(DataReceived{Data: []byte("a\rb\r\nc")})
		s.input(DataPeerClosed{})
		s.input(DataAcked{})
		file, err := store.Open("/up.txt")
		require.NoError(t, err, profile)
		got, _ := file.Bytes()
		assert.Equal(t, want, string(got), profile)
	}
}
