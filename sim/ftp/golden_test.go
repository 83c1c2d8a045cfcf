package ftp

import (
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// goldenRuns are the 24 runs of curl against vsftpd and ProFTPD: three tasks,
// four modes (testdata/golden.txt).
func goldenRuns(t *testing.T) map[string][]string {
	data, err := os.ReadFile("testdata/golden.txt")
	require.NoError(t, err)
	runs := map[string][]string{}
	name := ""
	for _, l := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if rest, ok := strings.CutPrefix(l, "== "); ok {
			name = rest
			continue
		}
		if strings.HasPrefix(l, "C> PASS ") {
			l = "C> PASS ***"
		}
		runs[name] = append(runs[name], l)
	}
	return runs
}

func TestCurlAgainstTwoServersSaysWhatWasRecorded(t *testing.T) {
	runs := goldenRuns(t)
	require.Len(t, runs, 24)
	local := netip.MustParseAddr("127.0.0.1")
	for name, want := range runs {
		t.Run(name, func(t *testing.T) {
			part := strings.Split(name, "-")
			profile, task, mode := Vsftpd, part[1], part[2]
			ccfg := ClientConfig{Profile: Curl, Mode: Mode(mode), SkipPasvIP: true, Password: "ftp@example.com"}
			scfg := ServerConfig{DataPort: 20}
			if part[0] == "pro" {
				profile, ccfg.User, ccfg.Password = Proftpd, "lab", "pw"
				scfg.Users = map[string]string{"lab": "pw"}
			}
			scfg.Profile = profile
			store := NewMemory()
			require.NoError(t, store.WriteFile("f5k.bin", Payload(5000), Epoch))
			require.NoError(t, store.MakeDir("upload"))
			p := newPipe(ccfg, scfg, store)
			p.serverIs, p.clientSees = netip.AddrPortFrom(local, 21), netip.AddrPortFrom(local, 21)
			p.serverSees, p.clientIs = netip.AddrPortFrom(local, 46354), netip.AddrPortFrom(local, 46354)
			p.client.SetFile("up", Payload(5000))
			wish := map[string]string{"list": "ls", "retr": "get f5k.bin", "stor": "put up upload/" + mode + ".bin"}[task]
			p.run("open", "login", wish, "quit")
			assert.Equal(t, portsNumbered(want), portsNumbered(p.log))
			status, ended := p.client.ExitStatus()
			assert.True(t, ended && status == 0, "exit status %d", status)
			assert.Empty(t, p.faults)
		})
	}
}
