package sim

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

// A scenario file is an error that says where, or a scenario that can be
// written, read back and run.
func FuzzParse(f *testing.F) {
	for _, name := range presetOrder {
		text, err := presetFiles.ReadFile("presets/" + name + ".toml")
		require.NoError(f, err)
		f.Add(text, false)
	}
	cases, err := filepath.Glob(recordings + "/*.scenario.json")
	require.NoError(f, err)
	for _, file := range cases {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(text, true)
	}
	f.Add([]byte("user = ['@1s noop']\n[client_router.sysctl]\n'net.netfilter.nf_conntrack_tcp_loose' = 0"), false)
	f.Fuzz(func(t *testing.T, text []byte, json bool) {
		file := "x.toml"
		if json {
			file = "x.json"
		}
		s, err := Parse(text, file)
		if err != nil {
			require.True(t, strings.HasPrefix(english(err), file+":"), "%v", err)
			return
		}
		written, err := toml.Marshal(s.Table())
		require.NoError(t, err)
		again, err := Parse(written, "x.toml")
		require.NoError(t, err, "%s", written)
		require.Equal(t, s.Table(), again.Table())
		short(&s)
		if tr, err := Run(s); err == nil {
			Diagnose(&s, tr)
		}
	})
}

// short keeps a run of a scenario that anybody wrote small.
func short(s *Scenario) {
	s.MaxEvents, s.FileBytes, s.Settle = min(s.MaxEvents, 3000), min(s.FileBytes, 1<<16), min(s.Settle, 10)
}

// What a client sends and in which pieces, NAT and the helper on both sides
// cope: no packet is lost but by name, no byte is counted twice.
func FuzzHelperOnTheWire(f *testing.F) {
	f.Add("cmd PORT 192,168,1,2,7,209\nsend RETR file.bin\naccept\nread all", true)
	f.Add("send PO\nsend RT 192,168,1,2,7,209\nreply 2", true)
	f.Add("cmd EPRT |1|192.168.1.2|2001|\ncmd PORT 1,2,3,4,5\nepsv\ndial\nretr", false)
	f.Add("pasv\ndial\ncmd NOOP\nstor\nquit", false)
	f.Fuzz(func(t *testing.T, script string, nat bool) {
		s := Default()
		s.Client.Program, s.Client.Script = "raw", strings.Split(script, "\n")
		s.Client.MaxTime = 30
		s.ClientRouter.NAT, s.ClientRouter.Helper = nat, true
		s.ServerRouter.Helper, s.Server.Address, s.ServerRouter.DNAT = true, "private", "control"
		s.FileBytes, s.MaxEvents = 3000, 5000
		tr, err := Run(s)
		if err != nil {
			require.Contains(t, english(err), "reached its bound")
			return
		}
		inOrder(t, tr)
		conserved(t, tr, tr.World(trace.ID(tr.Len())))
	})
}
