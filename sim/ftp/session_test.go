package ftp

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const kib12 = 12 * 1024

func numberedLines(size int) []byte {
	return []byte(strings.Repeat("000000000000001\n", size/16+1)[:size])
}

func library(t testing.TB) *Memory {
	m := NewMemory()
	require.NoError(t, m.WriteFile("notes.txt", numberedLines(kib12), Epoch))
	require.NoError(t, m.WriteFile("incoming/old.bin", []byte("old"), Epoch))
	return m
}

var ana = ServerConfig{DataPort: 20, PasvPorts: []uint16{1234}, ConnectTimeout: 60_000, AcceptTimeout: 60_000,
	Users: map[string]string{"ana": "secret"}}

func TestTheActiveRunIsTheOneInTheBook(t *testing.T) {
	cfg := ClientConfig{Mode: ModePort, DataPorts: []uint16{2001}, User: "ana", Password: "secret"}
	for _, byteWise := range []bool{false, true} {
		p := newPipe(cfg, ana, library(t))
		p.byteWise = byteWise
		p.run("open", "login ana", "get notes.txt", "quit")
		assert.Equal(t, `S> 220 Service ready
C> USER ana
S> 331 Need password
C> PASS ***
S> 230 Logged in
C> PORT 192,168,1,2,7,209
S> 200 PORT OK
C> RETR notes.txt
S> 150 Opening data connection
S> 226 Transfer complete
C> QUIT
S> 221 Goodbye
`, p.control())
		assert.Equal(t, "open: true 220\nlogin ana: true 230\nget notes.txt: true 226\nquit: true 221\n", p.verdict())
		got, _ := p.client.File("notes.txt")
		assert.Equal(t, numberedLines(kib12), got)
		assert.Empty(t, p.faults)
	}
}

func TestThePassiveRunIsTheOneInTheBook(t *testing.T) {
	cfg := ClientConfig{DataPorts: []uint16{2001}, User: "ana", Password: "secret"}
	p := newPipe(cfg, ana, library(t)).run("open", "login ana", "get notes.txt", "ls", "quit")
	assert.Contains(t, p.control(), "C> PASV\nS> 227 Entering Passive Mode (203,0,113,10,4,210)\nC> RETR notes.txt\nS> 150")
	assert.NotContains(t, p.verdict(), "false")
	require.Len(t, p.printed, 1)
	assert.Contains(t, p.printed[0], "notes.txt\n")
}

func TestABlockedActiveTransferEndsIn425WithNo150(t *testing.T) {
	cfg := ClientConfig{Mode: ModePort, DataPorts: []uint16{2001}, User: "ana", Password: "secret"}
	p := newPipe(cfg, ana, library(t))
	p.block = func(int) Failure { return TimedOut }
	p.run("open", "login ana", "get notes.txt", "quit")
	assert.Contains(t, p.control(), "C> RETR notes.txt\nS> 425 Can't open data connection\nC> QUIT\nS> 221 Goodbye")
	assert.Contains(t, p.verdict(), "get notes.txt: false 425")
	assert.GreaterOrEqual(t, p.now, int64(60_000))
}

func TestAnUploadArrivesAndIsStored(t *testing.T) {
	for _, mode := range []Mode{ModePort, ModePasv, ModeEprt, ModeEpsv, ModeAuto} {
		store := library(t)
		p := newPipe(ClientConfig{Mode: mode}, ServerConfig{}, store)
		p.client.SetFile("up.bin", numberedLines(5000))
		p.run("open", "login", "binary", "put up.bin", "quit")
		assert.NotContains(t, p.verdict(), "false", mode)
		content, err := store.Open("/up.bin")
		require.NoError(t, err, mode)
		data, _ := content.Bytes()
		assert.Equal(t, numberedLines(5000), data)
	}
}

// Only the whole password opens, and an unknown name never does, not even with
// the empty one that its missing entry would be (RFC 2577 §7).
func TestOnlyTheWholePasswordOpens(t *testing.T) {
	for login, want := range map[[2]string]string{
		{"ana", "secret"}: "230", {"ana", "secre"}: "530", {"ana", "secrets"}: "530", {"ana", ""}: "530", {"eve", ""}: "530", {"eve", "secret"}: "530",
	} {
		b := &bench{machine: NewServer(ServerConfig{Users: map[string]string{"ana": "secret"}}, NewMemory())}
		b.feed(ControlConnected{serverAddr, clientAddr})
		b.reply("USER "+login[0], "PASS "+login[1])
		b.feed(TimerFired{LoginTimer})
		assert.Equal(t, want, b.said[len(b.said)-1][:3], login)
	}
}
