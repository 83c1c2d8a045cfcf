package ftp

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

var someone = netip.MustParseAddrPort("192.0.2.1:50000")

// controlLines gives the text of what goes out on the control connection.
func controlLines(outs []Output) []string {
	var lines []string
	for _, o := range outs {
		if sent, ok := o.(SendControl); ok {
			lines = append(lines, sent.Lines...)
		}
	}
	return lines
}

// Whoever sits in between can put clear text behind AUTH TLS; it must not
// count as said under protection (CVE-2011-0411).
func TestCommandsBehindAuthAreForgotten(t *testing.T) {
	for _, cut := range []string{"AUTH TLS\r\nUSER ana\r\n", "AUTH TLS\r\nUSER a", "NOOP\r\nAUTH TLS\r\nNOOP\r\nNO"} {
		s := NewServer(ServerConfig{TLS: TLSOffered}, NewMemory())
		s.Handle(ControlConnected{Local: someone, Remote: someone})
		said := controlLines(s.Handle(ControlReceived{Data: []byte(cut)}))
		assert.True(t, strings.HasPrefix(said[len(said)-1], "234"), "%q: %q", cut, said)
		assert.Equal(t, []string{"200 OK"}, controlLines(s.Handle(ControlReceived{Data: []byte("NOOP\r\n")})), cut)
	}
}

func TestRepliesBehind234AreForgotten(t *testing.T) {
	c := NewClient(ClientConfig{Server: someone})
	c.Handle(Wish{Text: "open"})
	c.Handle(ControlConnected{Local: someone, Remote: someone})
	c.Handle(ControlReceived{Data: []byte("220 ready\r\n")})
	c.Handle(Wish{Text: "auth"})
	assert.Equal(t, []string{"PBSZ 0"}, controlLines(c.Handle(ControlReceived{Data: []byte("234 go\r\n200 PBSZ=0\r\n200 PROT\r\n")})))
	assert.Equal(t, []string{"PROT P"}, controlLines(c.Handle(ControlReceived{Data: []byte("200 PBSZ=0\r\n")})))
}

func TestABackslashTakesTheNextCharacterAsItIs(t *testing.T) {
	assert.Equal(t, []string{"get", `say "hi" \ there`, `c:\x`}, words(`get "say \"hi\" \\ there" c:\x`))
}
