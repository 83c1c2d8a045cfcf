package helper

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/netmodel"
	"ftpscope/netmodel/nft"
)

// peer is one end of a control connection: it remembers what it reads.
type peer struct {
	conn *netmodel.Conn
	read strings.Builder
}

func (p *peer) Connected(c *netmodel.Conn)                     { p.conn = c }
func (p *peer) Received(_ *netmodel.Conn, data []byte, _ bool) { p.read.Write(data) }
func (p *peer) PeerClosed(*netmodel.Conn)                      {}
func (p *peer) Acked(*netmodel.Conn)                           {}
func (p *peer) Ended(*netmodel.Conn, error)                    {}

// session is a control connection across a router with the helper: a client
// at 10.9.1.2, a server at 203.0.113.10, the router at 203.0.113.1.
type session struct {
	*netmodel.Network
	router         *netmodel.Node
	client, server *peer
}

func begin(t *testing.T, helperPort int, natRules ...string) *session {
	t.Helper()
	prefix := netip.MustParsePrefix
	n := netmodel.New(nil, netmodel.Options{Seed: 1})
	client, server := n.AddHost("client", prefix("10.9.1.2/24")), n.AddHost("server", prefix("203.0.113.10/24"))
	s := &session{Network: n, router: n.AddRouter("router"), client: &peer{}, server: &peer{}}
	n.Connect(client.Iface("eth0"), s.router.AddIface("lan", prefix("10.9.1.1/24")), netmodel.Link{})
	n.Connect(server.Iface("eth0"), s.router.AddIface("wan", prefix("203.0.113.1/24")), netmodel.Link{})
	s.router.AttachHelper("ftp", FTP{})
	s.chain(t, netmodel.HelperChain, fmt.Sprintf(`tcp dport { %d } ct helper set "ftp"`, helperPort))
	s.chain(t, netmodel.Postrouting, natRules...)
	_, err := server.Listen(netip.MustParseAddrPort("0.0.0.0:21"), 0, s.server)
	require.NoError(t, err)
	_, err = client.Dial(netip.AddrPort{}, netip.MustParseAddrPort("203.0.113.10:21"), 0, s.client)
	require.NoError(t, err)
	require.NoError(t, n.RunUntil(1e9))
	return s
}

func (s *session) chain(t *testing.T, c netmodel.Chain, texts ...string) {
	t.Helper()
	var rules netmodel.Rules
	for _, text := range texts {
		r, err := nft.ParseRule(text)
		require.NoError(t, err)
		rules.Rules = append(rules.Rules, r)
	}
	require.NoError(t, s.router.SetChain(c, rules))
}

// say writes a segment and lets it arrive.
func (s *session) say(t *testing.T, from *peer, text string) {
	t.Helper()
	require.NoError(t, from.conn.Write([]byte(text)))
	require.NoError(t, s.RunUntil(s.Now()+1e9))
}

// expected lists who is expected to call where, and where that leads.
func (s *session) expected() []string {
	var out []string
	s.EachExpectation(s.router.ID(), func(e *netmodel.Expectation) {
		out = append(out, e.Src.String()+" > "+e.Dst.String()+" = "+e.Real.String())
	})
	return out
}

const masquerade = `oifname "wan" masquerade`

func TestThePortIsExpected(t *testing.T) {
	s := begin(t, 21)
	s.say(t, s.client, "USER ana\r\n")
	s.say(t, s.client, "PORT 10,9,1,2,7,209\r\n")
	assert.Equal(t, []string{"203.0.113.10 > 10.9.1.2:2001 = 10.9.1.2:2001"}, s.expected())
	s.say(t, s.server, "220 hello\r\n")
	s.say(t, s.server, "227 Entering Passive Mode (203,0,113,10,117,48).\r\n")
	assert.Equal(t, []string{"10.9.1.2 > 203.0.113.10:30000 = 203.0.113.10:30000"}, s.expected(), "only the newest")
}

func TestTheVeryFirstLineIsNotRead(t *testing.T) {
	s := begin(t, 21, masquerade)
	s.say(t, s.client, "PORT 10,9,1,2,7,209\r\n")
	assert.Empty(t, s.expected())
	assert.Equal(t, "PORT 10,9,1,2,7,209\r\n", s.server.read.String())
}

// The text grows; all that follows still arrives in order, both ways.
func TestNATRewritesWhatIsAnnounced(t *testing.T) {
	s := begin(t, 21, masquerade)
	s.say(t, s.client, "USER ana\r\n")
	s.say(t, s.client, "PORT 10,9,1,2,7,209\r\n")
	s.say(t, s.server, "200 fine\r\n")
	s.say(t, s.client, "EPRT |1|10.9.1.2|2002|\r\n")
	s.say(t, s.client, "QUIT\r\n")
	s.say(t, s.server, "221 bye\r\n")
	assert.Equal(t, "USER ana\r\nPORT 203,0,113,1,7,209\r\nEPRT |1|203.0.113.1|2002|\r\nQUIT\r\n", s.server.read.String())
	assert.Equal(t, "200 fine\r\n221 bye\r\n", s.client.read.String())
	assert.Equal(t, []string{"203.0.113.10 > 203.0.113.1:2002 = 10.9.1.2:2002"}, s.expected())
}

func TestAForeignAddressPassesUnchanged(t *testing.T) {
	s := begin(t, 21, masquerade)
	s.say(t, s.client, "USER ana\r\n")
	s.say(t, s.client, "PORT 10,9,1,3,7,209\r\n")
	assert.Empty(t, s.expected())
	assert.Equal(t, "USER ana\r\nPORT 10,9,1,3,7,209\r\n", s.server.read.String())
}

// A command cut in two is dropped on every retransmission: the session hangs.
func TestAPartialCommandNeverArrives(t *testing.T) {
	s := begin(t, 21)
	s.say(t, s.client, "USER ana\r\n")
	s.say(t, s.client, "PORT 10,9")
	s.say(t, s.client, ",1,2,7,209\r\n")
	require.NoError(t, s.RunUntil(s.Now()+30e9))
	assert.Equal(t, "USER ana\r\n", s.server.read.String())
}

func TestOtherPortsAreNotRead(t *testing.T) {
	s := begin(t, 2121)
	s.say(t, s.client, "USER ana\r\n")
	s.say(t, s.client, "PORT 10,9,1,2,7,209\r\n")
	assert.Empty(t, s.expected())
}
