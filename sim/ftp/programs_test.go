package ftp

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bench is one machine on its own: a test plays the other side and the network.
type bench struct {
	machine interface{ Handle(Input) []Output }
	said    []string // lines sent, passwords masked
	did     []Output // all the rest that is not for the record
}

func (b *bench) feed(inputs ...Input) {
	for _, in := range inputs {
		for _, o := range b.machine.Handle(in) {
			switch o := o.(type) {
			case SendControl:
				b.said = append(b.said, o.Lines...)
			case CommandSent, CommandParsed, ReplySent, ReplyReceived, StateChanged, Progress, Printed, Finished, Stored:
			default:
				b.did = append(b.did, o)
			}
		}
	}
}

func (b *bench) reply(lines ...string) {
	for _, l := range lines {
		b.feed(ControlReceived{Data: []byte(l + "\r\n")})
	}
}

// forget drops what was done so far.
func (b *bench) forget() { b.said, b.did = nil, nil }

// inPassive is a client program whose EPSV has been answered and that dials.
func inPassive(p Profile) (*bench, *Client) {
	c := NewClient(ClientConfig{Profile: p, Server: serverAddr, Mode: ModeEpsv, ConnectTimeout: 3000})
	b := &bench{machine: c}
	b.feed(Wish{"open"}, Wish{"login"}, Wish{"get f"}, Wish{"quit"}, ControlConnected{clientAddr, serverAddr})
	b.reply("220 hello")
	for range 20 {
		switch last := b.said[len(b.said)-1]; last {
		case "EPSV":
			b.reply("229 fine (|||30000|)")
			b.forget()
			return b, c
		case "USER anonymous":
			b.reply("331 password")
		case "FEAT":
			b.reply("211 none")
		default:
			b.reply("200 fine")
		}
	}
	return b, c
}

// curl has one --connect-timeout for both tries: PASV is asked, and no time is left to dial.
func TestCurlAsksForPASVWhenEPSVTookAllItsTime(t *testing.T) {
	b, c := inPassive(Curl)
	b.feed(TimerFired{ConnectTimer})
	assert.Equal(t, []string{"PASV"}, b.said)
	b.forget()
	b.reply("227 (203,0,113,10,117,48)")
	assert.Contains(t, b.did, CloseControl{})
	assert.NotContains(t, b.did, DialData{})
	status, ended := c.ExitStatus()
	assert.True(t, ended)
	assert.Equal(t, 28, status)
}

func TestCurlAsksForPASVWhenEPSVIsRefused(t *testing.T) {
	b, _ := inPassive(Curl)
	b.feed(DataFailed{Refused})
	assert.Equal(t, []string{"PASV"}, b.said)
}

func TestTnftpGivesUpWhenItCannotConnect(t *testing.T) {
	b, _ := inPassive(Tnftp)
	b.feed(DataFailed{Unreachable})
	assert.Equal(t, []string{"QUIT"}, b.said)
}

// net:timeout holds for the answer to a transfer command too.
func TestLftpDoesNotWaitForEverForAnAnswer(t *testing.T) {
	b, c := inPassive(Lftp)
	b.feed(DataConnected{Local: clientAddr, Remote: serverAddr})
	for len(b.said) > 0 && b.said[len(b.said)-1] != "RETR f" {
		b.reply("200 fine")
	}
	require.Contains(t, b.did, StartTimer{ReplyTimer, 3000})
	b.feed(TimerFired{ReplyTimer})
	assert.Contains(t, b.did, CloseControl{})
	_, ended := c.ExitStatus()
	assert.True(t, ended)
}

// inSession is a server that a client has logged in to and that listens for data.
func inSession(t *testing.T, cfg ServerConfig) *bench {
	cfg.Profile = Vsftpd
	store := NewMemory()
	require.NoError(t, store.WriteFile("/f", numberedLines(10_000), Stamp{Year: 2001, Month: 1, Day: 1}))
	b := &bench{machine: NewServer(cfg, store)}
	b.feed(ControlConnected{serverAddr, clientAddr})
	b.reply("USER anonymous", "PASS x", "TYPE I", "PASV")
	b.feed(Listening{serverAddr})
	b.forget()
	return b
}

func TestStrangersOnlyBringNewFiles(t *testing.T) {
	b := inSession(t, ServerConfig{NewFiles: true})
	b.reply("MKD d", "DELE f", "RNFR f", "APPE f")
	assert.Equal(t, []string{"550 Permission denied.", "550 Permission denied.", "550 Permission denied.", "550 Permission denied."}, b.said)
}

func TestARateHoldsForUploadsToo(t *testing.T) {
	b := inSession(t, ServerConfig{MaxRate: 4096})
	b.feed(DataConnected{Local: serverAddr, Remote: clientAddr, Accepted: true})
	b.reply("STOR g")
	b.feed(DataReceived{Data: make([]byte, 6000)}, DataPeerClosed{})
	assert.Contains(t, b.did, StartTimer{RateTimer, 1000})
	assert.NotContains(t, b.did, CloseData{})
	b.feed(TimerFired{RateTimer}, TimerFired{RateTimer})
	assert.Contains(t, b.did, CloseData{})
}

func TestABORAfterTheLastByteFindsNothingToStop(t *testing.T) {
	b := inSession(t, ServerConfig{AsyncAbor: true})
	b.feed(DataConnected{Local: serverAddr, Remote: clientAddr, Accepted: true})
	b.reply("RETR f")
	b.feed(DataWritable{Taken: 10_000})
	require.Contains(t, b.did, CloseData{})
	b.forget()
	b.feed(ControlReceived{Data: []byte("ABOR\r\n"), Urgent: true}, DataAcked{})
	assert.Equal(t, []string{"226 Transfer complete.", "225 No transfer to ABOR."}, b.said)
}

// An urgent ABOR makes vsftpd close an upload's connection, and find it broken.
func TestAnAbortedUploadIsClosedInOrder(t *testing.T) {
	b := inSession(t, ServerConfig{AsyncAbor: true})
	b.feed(DataConnected{Local: serverAddr, Remote: clientAddr, Accepted: true})
	b.reply("STOR g")
	b.forget()
	b.feed(DataReceived{Data: []byte("x")}, ControlReceived{Data: []byte("ABOR\r\n"), Urgent: true})
	assert.Equal(t, []string{"426 Failure reading network stream.", "226 ABOR successful."}, b.said)
	assert.Contains(t, b.did, CloseData{})
	assert.NotContains(t, b.did, AbortData{})
}

// vsftpd does not look at the control connection while it dials.
func TestAClosedControlConnectionIsSeenAfterTheDial(t *testing.T) {
	b := inSession(t, ServerConfig{})
	b.reply("PORT 192,168,1,2,7,209", "RETR f")
	b.forget()
	b.feed(ControlClosed{})
	assert.Empty(t, b.did[1:], "it stops waiting for commands, and no more")
	b.feed(DataFailed{TimedOut})
	assert.Contains(t, b.did, CloseControl{})
}

func TestLftpDropsTheSessionWhenItCannotConnect(t *testing.T) {
	b, c := inPassive(Lftp)
	b.feed(DataFailed{Refused})
	assert.NotContains(t, b.said, "QUIT")
	assert.Contains(t, b.did, CloseControl{})
	_, ended := c.ExitStatus()
	assert.True(t, ended)
}
