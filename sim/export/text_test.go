package export

import (
	"bytes"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/sim/trace"
)

func draw(t *testing.T, tr *trace.Trace, lang string, verdict ...string) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Text(&b, trace.NewOutline(tr), assets.Catalog(lang), nil, verdict))
	return b.String()
}

// With UPDATE_GOLDEN=1 the ladders are written anew, to be read before they
// are committed.
func TestLadders(t *testing.T) {
	for _, test := range []struct {
		file, lang string
		trace      *trace.Trace
		verdict    []string
	}{
		{"blocked.en.txt", "en", blocked(), []string{"The file did not arrive.", "The server called from port 20 to port 2001 of the client, and the firewall let nothing in.", "• Client: use passive mode. Then the client opens both connections, and that is allowed.", "    --set client.mode=pasv"}},
		{"blocked.pt-BR.txt", "pt-BR", blocked(), []string{"O cliente esperou pela chamada do servidor."}},
		{"arrived.es.txt", "es", arrived(), nil},
	} {
		t.Run(test.file, func(t *testing.T) {
			got := draw(t, test.trace, test.lang, test.verdict...)
			golden := filepath.Join("testdata", test.file)
			if os.Getenv("UPDATE_GOLDEN") != "" {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

func TestLadderOfAnEmptyRunHasHeadAndVerdict(t *testing.T) {
	got := strings.Split(draw(t, newSession().Trace(), "en", "Nothing happened."), "\n")
	require.Len(t, got, 5)
	assert.Contains(t, got[1], "192.168.1.2")
	assert.Equal(t, "Nothing happened.", got[3])
}

func TestLadderNamesRejectionAndItsAnswer(t *testing.T) {
	s := newSession()
	s.send(server, trace.Data, serverDTP, clientDTP, trace.SYN, "", hop{what: trace.Rejected, at: clientRouter, rule: 2})
	s.packets++
	id := s.PacketSent(stampAt(s, clientRouter, 2, trace.Data), clientDTP, serverDTP,
		trace.Packet{No: s.packets, ICMP: 3, Code: 13, About: 1}, 0)
	s.PacketMoved(stampAt(s, server, id, trace.Data), trace.Arrived, s.packets, 0)
	got := draw(t, s.Trace(), "en")
	assert.Contains(t, got, `rejected by client-router#2: iifname "wan" drop`)
	assert.Contains(t, got, "ICMP 3/13")
}

func TestLadderLeadsToTheHostBehindTheRoutersAddress(t *testing.T) {
	s := newSession()
	public := netip.MustParseAddrPort("198.51.100.2:21")
	syn := trace.Packet{No: 1, Flags: trace.SYN}
	id := s.PacketSent(stampAt(s, client, 0, trace.Command), clientPI, public, syn, 0)
	id = s.PacketRewritten(stampAt(s, serverRouter, id, trace.Command), 1, clientPI, serverPI, syn, 0)
	s.PacketMoved(stampAt(s, server, id, trace.Command), trace.Arrived, 1, 0)
	got := draw(t, s.Trace(), "en")
	assert.Contains(t, got, "▶ :21\n")
	assert.Contains(t, got, "server-router rewrites 198.51.100.2:21 to 203.0.113.10:21")
}

func TestLadderNamesAnotherAddressOfAHost(t *testing.T) {
	s := newSession()
	s.toServer(trace.Data, otherEnd, serverDTP, trace.SYN, "")
	assert.Contains(t, draw(t, s.Trace(), "en"), "192.168.1.3 calls :20 (SYN)")
}

func TestLadderKeepsControlCharactersFromTheTerminal(t *testing.T) {
	got := draw(t, arrived(), "en")
	assert.NotContains(t, got, "\x1b")
	assert.NotContains(t, got, "\r")
}

func TestTheCatalogueHasTheLaddersWordsAndNoOthers(t *testing.T) {
	source, err := os.ReadFile("text.go")
	require.NoError(t, err)
	catalogue, err := os.ReadFile(filepath.Join("..", "..", "assets", "text", "en", "cli.toml"))
	require.NoError(t, err)
	words := func(content []byte) []string {
		found := regexp.MustCompile(`ladder_\w+`).FindAllString(string(content), -1)
		slices.Sort(found)
		return slices.Compact(found)
	}
	assert.Equal(t, words(catalogue), words(source))
}

func TestLadderTellsWhatIsTypedAndPrintedAtTheClient(t *testing.T) {
	tr := blocked()
	printed := []trace.Printed{
		{Kind: trace.PrintAsked, At: 1, Text: "get notes.txt"},
		{Kind: trace.PrintReply, At: 2, Text: "220 Not again"},
		{Kind: trace.PrintNote, At: 2, Received: []trace.ID{2}},
		{Kind: trace.PrintWrong, At: trace.ID(tr.Len()), Say: trace.Sentence{Key: "prompt.no_answer", Args: []any{"addr", "203.0.113.10:21"}}},
	}
	var b strings.Builder
	require.NoError(t, Text(&b, trace.NewOutline(tr), assets.Catalog("pt-BR"), printed, []string{"End."}))
	lines := strings.Split(b.String(), "\n")
	assert.Equal(t, "  0,000 s ftp> get notes.txt", lines[2])
	assert.NotContains(t, b.String(), "Not again", "it is an arrow")
	assert.Regexp(t, `^ +[\d,]+ s Sem conexão com 203\.0\.113\.10:21\.\n\nEnd\.\n$`, strings.Join(lines[len(lines)-4:], "\n"))
}

func TestLadderReportsAWriterThatFails(t *testing.T) {
	full := errors.New("no space left")
	assert.ErrorIs(t, Text(failing{full}, trace.NewOutline(blocked()), assets.Catalog("en"), nil, nil), full)
	assert.ErrorIs(t, JSON(failing{full}, blocked(), nil), full)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
