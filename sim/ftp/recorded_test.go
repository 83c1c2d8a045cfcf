package ftp

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recording is what a real client and vsftpd did, cut down to the control
// channel (testdata/recorded.json).
type recording struct {
	ID             string   `json:"id"`
	Program        string   `json:"program"`
	Mode           string   `json:"mode"`
	SkipPasvIP     bool     `json:"skip_pasv_ip"`
	Script         []string `json:"script"`
	PortAddress    string   `json:"port_address"`
	ConnectTimeout float64  `json:"connect_timeout_s"`
	MaxTime        float64  `json:"max_time_s"`
	Task           string   `json:"task"`
	FileBytes      int64    `json:"file_bytes"`
	ClientNAT      bool     `json:"client_nat"`
	Server         struct {
		Address         string `json:"address"`
		PasvAddress     string `json:"pasv_address"`
		PortPromiscuous bool   `json:"port_promiscuous"`
		PasvPromiscuous bool   `json:"pasv_promiscuous"`
		AsyncAbor       bool   `json:"async_abor"`
		MaxRate         int64  `json:"max_rate"`
		Connect         int64  `json:"connect_timeout_s"`
		Accept          int64  `json:"accept_timeout_s"`
		Data            int64  `json:"data_timeout_s"`
		Idle            int64  `json:"idle_timeout_s"`
	} `json:"server"`
	Outcome     string   `json:"outcome"`
	ExitStatus  int      `json:"exit_status"`
	Control     []string `json:"control"`
	Rewritten   bool     `json:"rewritten"`
	Connections []string `json:"connections"`
}

func (r recording) client() ClientConfig {
	cfg := ClientConfig{Profile: Profile(r.Program), Mode: Mode(r.Mode), SkipPasvIP: r.SkipPasvIP, FileBytes: r.FileBytes,
		ConnectTimeout: int64(r.ConnectTimeout * 1000), MaxTime: int64(r.MaxTime * 1000)}
	if r.PortAddress != "" {
		cfg.PortAddress = netip.MustParseAddr(r.PortAddress)
	}
	return cfg
}

func (r recording) server() ServerConfig {
	s := r.Server
	cfg := ServerConfig{Profile: Vsftpd, DataPort: 20, NewFiles: true, PortPromiscuous: s.PortPromiscuous, PasvPromiscuous: s.PasvPromiscuous,
		AsyncAbor: s.AsyncAbor, MaxRate: s.MaxRate, ConnectTimeout: s.Connect * 1000, AcceptTimeout: s.Accept * 1000,
		DataTimeout: s.Data * 1000, IdleTimeout: s.Idle * 1000}
	if s.PortPromiscuous {
		cfg.DataPort = 0 // as in every recording that believes a foreign address
	}
	if s.PasvAddress != "" {
		cfg.PasvAddress = netip.MustParseAddr(s.PasvAddress)
	}
	return cfg
}

func (r recording) wishes() []string {
	wishes := []string{"open", "login"}
	switch {
	case len(r.Script) > 0:
		wishes = append(wishes, r.Script...)
	case r.Program == "raw":
		wishes = append(wishes, r.Task, "quit")
	case r.Task == "list":
		wishes = append(wishes, "ls", "quit")
	case r.Task == "stor":
		wishes = append(wishes, "put incoming/up.bin incoming/up.bin", "quit")
	default:
		wishes = append(wishes, "get file.bin", "quit")
	}
	if r.Program == "raw" {
		wishes = append(wishes, "end")
	}
	return wishes
}

// replay runs the two machines against each other, each data connection ending
// as the recorded one did.
func (r recording) replay(t *testing.T, byteWise bool) *pipe {
	store := NewMemory()
	require.NoError(t, store.WriteFile("file.bin", Payload(r.FileBytes), Epoch))
	require.NoError(t, store.MakeDir("incoming"))
	p := newPipe(r.client(), r.server(), store)
	p.byteWise = byteWise
	p.serverSees, p.clientSees = clientAddr, serverAddr
	if r.ClientNAT {
		p.serverSees = netip.MustParseAddrPort("198.51.100.1:2000")
	}
	if r.Server.Address == "private" {
		p.serverIs = netip.MustParseAddrPort("10.0.0.10:21")
		p.clientSees = netip.MustParseAddrPort("198.51.100.2:21")
	}
	p.client.SetFile("incoming/up.bin", Payload(r.FileBytes))
	p.anyTarget = true
	p.block = func(int) Failure {
		outcome := "established"
		if len(r.Connections) > 0 {
			outcome, r.Connections = r.Connections[0], r.Connections[1:]
		}
		return map[string]Failure{"no answer": TimedOut, "reset": Refused, "ICMP admin prohibited": Prohibited}[outcome]
	}
	p.run(r.wishes()...)
	return p
}

var announced = []*regexp.Regexp{
	regexp.MustCompile(`^(.*\d+,\d+,\d+,\d+,)(\d+),(\d+)(.*)$`),
	regexp.MustCompile(`^(.*EPRT \|\d\|[^|]*\|)(\d+)(\|)$`),
	regexp.MustCompile(`^(.*\(\|\|\|)(\d+)(\|\))$`),
}

// portsNumbered writes announced ports as the recordings do: <port 1> and so
// on, in the order of their first appearance.
func portsNumbered(lines []string) []string {
	seen := map[int]int{}
	name := func(port int) string {
		if seen[port] == 0 {
			seen[port] = len(seen) + 1
		}
		return fmt.Sprintf("<port %d>", seen[port])
	}
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	var out []string
	for _, l := range lines {
		if m := announced[0].FindStringSubmatch(l); m != nil {
			l = m[1] + name(number(m[2])*256+number(m[3])) + m[4]
		} else if m := announced[1].FindStringSubmatch(l); m != nil {
			l = m[1] + name(number(m[2])) + m[3]
		} else if m := announced[2].FindStringSubmatch(l); m != nil {
			l = m[1] + name(number(m[2])) + m[3]
		}
		out = append(out, l)
	}
	return out
}

// needsNetwork are the recordings whose course comes from what a router did to
// the control channel; the network model judges those.
func (r recording) needsNetwork() bool {
	return r.Rewritten || r.ID == "raw-idle-firewall" || r.ID == "raw-idle-nat"
}

func recordings(t *testing.T) []recording {
	data, err := os.ReadFile("testdata/recorded.json")
	require.NoError(t, err)
	var all []recording
	require.NoError(t, json.Unmarshal(data, &all))
	require.NotEmpty(t, all)
	return all
}

func TestRecordedSessionsAreReplayedLineByLine(t *testing.T) {
	for _, r := range recordings(t) {
		if r.needsNetwork() {
			continue
		}
		for _, byteWise := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%v", r.ID, byteWise), func(t *testing.T) {
				p := r.replay(t, byteWise)
				assert.Equal(t, strings.Join(r.Control, "\n"), strings.Join(portsNumbered(p.log), "\n"))
				status, ended := p.client.ExitStatus()
				assert.True(t, ended, "the program ends")
				assert.Equal(t, r.ExitStatus, status, "exit status")
				assert.Empty(t, p.faults)
			})
		}
	}
}
