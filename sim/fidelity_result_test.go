package sim

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// result is a run in the form in which it is the same every time: what was
// said, which packets passed where and in which order, what the routers knew.
// Recorded cases have this form, and so has what becomes of a trace.
type result struct {
	Outcome       string                    `json:"outcome"`
	ExitStatus    any                       `json:"exit_status"`
	FinalReply    *string                   `json:"final_reply"`
	Transfers     []recordedTransfer        `json:"transfers"`
	Control       []string                  `json:"control"`
	Announcements []announcement            `json:"announcements"`
	Connections   []connSummary             `json:"connections"`
	Packets       []packetSummary           `json:"packets"`
	Order         map[string][]string       `json:"order"`
	Waits         map[string]map[string]int `json:"waits_s"`
	ClientRouter  routerSummary             `json:"client_router"`
	ServerRouter  routerSummary             `json:"server_router"`
}

type recordedTransfer struct {
	Command string   `json:"command"`
	Replies []string `json:"replies"`
}

// announcement is a line that names a data port, as it reads at each vantage
// point with the port blanked.
type announcement struct {
	N         int    `json:"n"`
	Event     string `json:"event"`
	Client    string `json:"client,omitempty"`
	Middle    string `json:"middle,omitempty"`
	Server    string `json:"server,omitempty"`
	Rewritten bool   `json:"rewritten"`
}

type connSummary struct {
	Name         string `json:"name"`
	OpenedBy     string `json:"opened_by"`
	Announcement *int   `json:"announcement"`
	Client       string `json:"client,omitempty"`
	Middle       string `json:"middle,omitempty"`
	Server       string `json:"server,omitempty"`
	Result       string `json:"result"`
}

type packetSummary struct {
	ID           string   `json:"id"`
	From         string   `json:"from"`
	SPort        string   `json:"sport,omitempty"`
	DPort        string   `json:"dport,omitempty"`
	Flags        string   `json:"flags,omitempty"`
	Len          any      `json:"len,omitempty"`
	ICMP         string   `json:"icmp,omitempty"`
	About        string   `json:"about,omitempty"`
	Text         string   `json:"text,omitempty"`
	Born         string   `json:"born"`
	Seen         []string `json:"seen"`
	Died         *string  `json:"died"`
	AgainAfter   []int    `json:"again_after_s,omitempty"`
	Resent       bool     `json:"resent,omitempty"`
	Untranslated bool     `json:"untranslated,omitempty"`
}

type routerSummary struct {
	Rules        []ruleSummary  `json:"rules"`
	Conntrack    []entrySummary `json:"conntrack"`
	Expectations []string       `json:"expectations"`
}

type ruleSummary struct {
	Chain  string `json:"chain"`
	Rule   string `json:"rule"`
	Blocks bool   `json:"blocks"`
	Hit    bool   `json:"hit"`
}

type entrySummary struct {
	Connection string   `json:"connection"`
	State      string   `json:"state"`
	Original   string   `json:"original"`
	Reply      string   `json:"reply"`
	Flags      []string `json:"flags"`
	Helper     *string  `json:"helper"`
}

// recordedCase is a scenario and what really happened.
type recordedCase struct {
	id       string
	scenario Scenario
	result   map[string]any
}

// recordedCases reads a folder of cases: ID.scenario.json beside ID.result.json.
func recordedCases(t *testing.T, folder string) []recordedCase {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.scenario.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "%s holds no case", folder)
	var cases []recordedCase
	for _, file := range files {
		s, err := Load(file)
		require.NoError(t, err)
		data, err := os.ReadFile(strings.TrimSuffix(file, ".scenario.json") + ".result.json")
		require.NoError(t, err)
		c := recordedCase{id: strings.TrimSuffix(filepath.Base(file), ".scenario.json"), scenario: s}
		require.NoError(t, json.Unmarshal(data, &c.result), file)
		cases = append(cases, c)
	}
	return cases
}

// generic turns a result into what decoding its JSON gives.
func generic(t *testing.T, r *result) map[string]any {
	t.Helper()
	data, err := json.Marshal(r)
	require.NoError(t, err)
	var out map[string]any
	require.NoError(t, json.Unmarshal(data, &out))
	return out
}
