package ftp

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnAbortedDownloadLeavesTheSessionInOrder(t *testing.T) {
	for _, profile := range serverProfiles {
		store := NewMemory()
		require.NoError(t, store.WriteFile("big", numberedLines(100_000), Epoch))
		p := newPipe(ClientConfig{}, ServerConfig{Profile: profile, MaxRate: 4096}, store)
		for _, w := range []string{"open", "login", "binary", "get big"} {
			p.push(client, Wish{w})
		}
		for p.now < 3000 {
			p.stepOnce()
		}
		p.run("abort", "pwd", "quit")
		assert.Contains(t, p.verdict(), "get big: false", profile)
		assert.Contains(t, p.verdict(), "pwd: true 257", profile)
		assert.Contains(t, p.verdict(), "quit: true 221", profile)
		assert.Empty(t, p.faults, profile)
	}
}

func TestADownloadIsResumed(t *testing.T) {
	for _, profile := range serverProfiles {
		p := newPipe(ClientConfig{}, ServerConfig{Profile: profile}, library(t))
		p.client.SetFile("notes.txt", numberedLines(5000))
		p.run("open", "login", "binary", "restart 5000", "get notes.txt", "quit")
		got, _ := p.client.File("notes.txt")
		assert.Equal(t, numberedLines(kib12), got, profile)
		assert.Contains(t, p.control(), "C> REST 5000\nS> 350")
	}
}

func TestTwoTransfersInARowUseTwoPorts(t *testing.T) {
	cfg := ClientConfig{Mode: ModePort, DataPorts: []uint16{2001, 2002}}
	p := newPipe(cfg, ServerConfig{DataPort: 20}, library(t)).run("open", "login", "get notes.txt", "get notes.txt b", "quit")
	assert.Contains(t, p.control(), "PORT 192,168,1,2,7,209")
	assert.Contains(t, p.control(), "PORT 192,168,1,2,7,210")
	assert.NotContains(t, p.verdict(), "false")
}

func TestAutoModeTriesEpsvThenPasvThenSaysWhy(t *testing.T) {
	p := newPipe(ClientConfig{Mode: ModeAuto}, ServerConfig{}, library(t))
	p.block = func(n int) Failure { return map[int]Failure{1: Refused}[n] }
	p.run("open", "login", "get notes.txt", "quit")
	assert.Contains(t, p.control(), "C> EPSV\nS> 229")
	assert.Contains(t, p.control(), "C> PASV\nS> 227")
	assert.Contains(t, p.verdict(), "get notes.txt: true 226")

	p = newPipe(ClientConfig{Mode: ModeAuto}, ServerConfig{}, library(t))
	p.block = func(int) Failure { return Prohibited }
	p.run("open", "login", "get notes.txt", "quit")
	assert.Contains(t, p.verdict(), "get notes.txt: false 0 (data connection: prohibited)")
}

func TestTheSessionIsProtectedAsRFC4217Says(t *testing.T) {
	p := newPipe(ClientConfig{}, ServerConfig{TLS: TLSRequired}, library(t)).
		run("open", "login", "auth", "login", "get notes.txt", "quit")
	assert.Equal(t, strings.Join([]string{"S> 220 Service ready", "C> USER anonymous", "S> 530 AUTH TLS first", "C> AUTH TLS",
		"S> 234 Proceed with negotiation", "C> PBSZ 0", "S> 200 PBSZ=0", "C> PROT P", "S> 200 PROT now Private", "C> USER anonymous"}, "\n"),
		strings.Join(p.log[:10], "\n"))
	assert.Contains(t, p.verdict(), "get notes.txt: true 226")
	assert.Equal(t, []string{"S control server", "C control client", "S data server", "C data client"}, p.tls)
}

func TestCommandTableIsComplete(t *testing.T) {
	for _, v := range strings.Fields("USER PASS ACCT PORT PASV TYPE MODE STRU RETR STOR APPE RNFR RNTO DELE CWD CDUP RMD MKD PWD LIST NLST SYST STAT HELP NOOP QUIT" +
		" XCWD XCUP XMKD XPWD XRMD ABOR REIN REST ALLO STOU SITE SMNT FEAT OPTS EPRT EPSV SIZE MDTM MLST MLSD AUTH PBSZ PROT CCC") {
		c, ok := LookUp(v)
		require.True(t, ok, v)
		assert.NotNil(t, c.run, v)
		assert.NotEmpty(t, c.Source, v)
		assert.NotEmpty(t, c.Summary, v)
	}
}

func TestEverySituationHasAPlainTextOfThreeDigits(t *testing.T) {
	for _, texts := range []Texts{plainTexts, vsftpdTexts, proftpdTexts, pureftpdTexts} {
		for what, text := range texts {
			assert.Contains(t, plainTexts, what)
			r := texts.reply(what)
			assert.Regexp(t, `^[1-5][0-9][0-9][ -]`, text, what)
			assert.Equal(t, fmt.Sprint(r.Code), r.Lines[len(r.Lines)-1][:3], what)
		}
	}
}

func TestEveryStateOfATableCanBeReached(t *testing.T) {
	for name, table := range map[string]Table{"ServerPI": ServerPI, "ServerDTP": ServerDTP, "ClientPI": ClientPI, "ClientDTP": ClientDTP} {
		reached := map[State]bool{table.Initial(): true}
		for range table {
			for _, a := range table {
				if reached[a.From] || a.From == AnyState {
					reached[a.To] = true
				}
			}
		}
		for _, a := range table {
			assert.True(t, a.From == AnyState || reached[a.From], "%s: %s", name, a.From)
		}
	}
}

func TestTextTravelsWithCRLFAndIsStoredWithoutCR(t *testing.T) {
	for cut := range 7 {
		var f fromNetwork
		in := "a\r\nb\rc\r\n"
		got := string(f.convert([]byte(in[:cut]))) + string(f.convert([]byte(in[cut:]))) + string(f.flush())
		assert.Equal(t, "a\nb\rc\n", got)
	}
	assert.Equal(t, "a\r\nb\r\n", string(toNetwork([]byte("a\nb\r\n"), 0, false)))
	assert.Equal(t, "a\r\nb\r\r\n", string(toNetwork([]byte("a\nb\r\n"), 0, true)), "Pure-FTPd")
}

func TestAnIdleSessionAndAStalledTransferEnd(t *testing.T) {
	s := newTalk(ServerConfig{Profile: Vsftpd, IdleTimeout: 5000, DataTimeout: 5000}, library(t), true)
	s.replies = nil
	s.input(TimerFired{IdleTimer})
	assert.Equal(t, "421 Timeout.", s.replies[0].First())
	assert.Contains(t, s.out, Output(CloseControl{}))

	s = newTalk(ServerConfig{Profile: Vsftpd, DataTimeout: 5000}, library(t), true)
	s.say("PASV")
	s.input(DataConnected{Remote: s.remote, Accepted: true})
	s.say("STOR new")
	s.replies = nil
	s.input(TimerFired{DataTimer})
	assert.Empty(t, s.replies, "it moved since the timer was set")
	s.input(TimerFired{DataTimer})
	assert.Equal(t, "421 Data timeout. Reconnect. Sorry.", s.replies[0].First())
}

// Only what waits for a data connection lets the idle timer run on.
func TestTheDelayAfterAWrongPasswordIsNotIdleTime(t *testing.T) {
	s := newTalk(ServerConfig{Profile: Vsftpd, Users: map[string]string{"ana": "secret"}, IdleTimeout: 5000}, library(t), false)
	s.say("USER ana")
	s.say("PASS wrong")
	s.input(TimerFired{IdleTimer})
	s.input(TimerFired{LoginTimer})
	s.say("USER ana")
	s.say("PASS secret")
	s.say("PASV")
	s.input(DataConnected{Remote: s.remote, Accepted: true})
	s.say("NLST")
	s.input(DataAcked{})
	for _, r := range s.replies {
		assert.NotEqual(t, 421, r.Code, r.First())
	}
	assert.Equal(t, 226, s.replies[len(s.replies)-1].Code)
}

func TestThreeWrongPasswordsEndTheSession(t *testing.T) {
	for profile, want := range map[Profile][2]string{Plain: {"530", "421"}, Vsftpd: {"530", "530"}, Proftpd: {"530", "530"}} {
		s := newTalk(ServerConfig{Profile: profile, Users: map[string]string{"ana": "secret"}}, library(t), false)
		for i := range 3 {
			s.say("USER ana")
			s.say("PASS wrong")
			s.input(TimerFired{LoginTimer})
			code := fmt.Sprint(s.replies[0].Code)
			assert.Equal(t, want[min(i/2, 1)], code, "%s, attempt %d", profile, i+1)
		}
		pi, _ := s.State()
		assert.Equal(t, WaitClose, pi, profile)
	}
}

func TestAnUploadCutShortKeepsWhatCame(t *testing.T) {
	store := library(t)
	s := newTalk(ServerConfig{Profile: Vsftpd}, store, true)
	s.say("PASV")
	s.input(DataConnected{Remote: s.remote, Accepted: true})
	s.say("STOR new")
	s.input(DataReceived{Data: make([]byte, 1000)})
	s.replies = nil
	s.input(DataReset{})
	assert.Equal(t, "426 Failure reading network stream.", s.replies[0].First())
	info, err := store.Stat("/new")
	require.NoError(t, err)
	assert.EqualValues(t, 1000, info.Size)
}

// FEAT and HELP say what there is (RFC 2389 §3, RFC 959 §4.1.3): TLS's commands
// only where TLS is offered, CCC only where clear text is allowed.
func TestFEATAndHELPListWhatIsOffered(t *testing.T) {
	for policy, want := range map[TLSPolicy][2]bool{NoTLS: {}, TLSOffered: {true, true}, TLSRequired: {true, false}} {
		for _, ask := range []string{"FEAT", "HELP"} {
			b := &bench{machine: NewServer(ServerConfig{TLS: policy}, NewMemory())}
			b.feed(ControlConnected{serverAddr, clientAddr})
			b.reply(ask)
			reply := strings.ReplaceAll(strings.Join(b.said, " ")+" ", "AUTH TLS", "AUTH")
			assert.Equal(t, want[0], strings.Contains(reply, " AUTH "), "%s, TLS %s: %s", ask, policy, reply)
			assert.Equal(t, want[1], strings.Contains(reply, " CCC "), "%s, TLS %s: %s", ask, policy, reply)
		}
	}
}
