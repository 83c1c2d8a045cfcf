package ftp

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// wishGenerator draws what a user could want, in any order.
var wishGenerator = rapid.SampledFrom([]string{
	"get notes.txt", "get nosuch", "put up.bin", "append up.bin", "ls", "nlst", "ls incoming", "cd incoming", "cdup", "pwd",
	"binary", "ascii", "mode port", "mode pasv", "mode eprt", "mode epsv", "mode auto", "stat", "size notes.txt", "noop",
	"mkdir d", "rmdir d", "delete old.bin", "rename notes.txt n.txt", "rename n.txt notes.txt", "restart 4", "abort",
	"quote HELP", "quote REIN", "auth", "login", "close", "open", "nonsense", "quote OPTS MLST size;",
})

// TestNoSessionHangs: whatever the user wants and whatever becomes of the data
// connections, every wish comes to an end, no two data connections stand at
// once, every state change stands in its table, every reply in its diagram, and
// a file that is reported complete is the file.
func TestNoSessionHangs(t *testing.T) {
	content := numberedLines(5000)
	rapid.Check(t, func(t *rapid.T) {
		profile := rapid.SampledFrom([]Profile{Plain, Lftp, Tnftp, Curl}).Draw(t, "client")
		scfg := ServerConfig{
			Profile: rapid.SampledFrom(serverProfiles).Draw(t, "server"), TLS: TLSOffered,
			MaxRate: rapid.SampledFrom([]int64{0, 10_000}).Draw(t, "rate"), ConnectTimeout: 5000, AcceptTimeout: 5000, IdleTimeout: 900_000,
		}
		byteWise := rapid.Bool().Draw(t, "byte by byte")
		if byteWise {
			does := BehaviourOf(scfg.Profile)
			does.SplitEndLost = false // or no command would be heard
			scfg.Behaviour = &does
		}
		store := NewMemory()
		require.NoError(t, store.WriteFile("notes.txt", content, Epoch))
		require.NoError(t, store.WriteFile("incoming/old.bin", content, Epoch))
		p := newPipe(ClientConfig{Profile: profile, SkipPasvIP: true, ConnectTimeout: 4000}, scfg, store)
		p.byteWise = byteWise
		p.block = func(n int) Failure {
			return rapid.SampledFrom([]Failure{"", "", "", TimedOut, Refused, Prohibited}).Draw(t, fmt.Sprint("dial ", n))
		}
		p.client.SetFile("up.bin", content)
		wishes := append([]string{"open", "login"}, rapid.SliceOfN(wishGenerator, 1, 12).Draw(t, "wishes")...)
		p.run(wishes...)
		require.Empty(t, p.faults)
		require.Len(t, p.finished, len(wishes))
		for _, f := range p.finished {
			if f.Wish != "get notes.txt" || !f.OK || f.Err != nil {
				continue
			}
			require.Equal(t, 226, f.Reply)
			got, ok := p.client.File("notes.txt")
			require.True(t, ok)
			require.Equal(t, content, got)
		}
	})
}

func TestTheSameInputGivesTheSameOutput(t *testing.T) {
	run := func() string {
		cfg := ClientConfig{Profile: Lftp, Mode: ModeAuto}
		p := newPipe(cfg, ServerConfig{Profile: Pureftpd, MaxRate: 9000}, library(t))
		p.run("open", "login", "get notes.txt", "ls", "stat", "quote FEAT", "quit")
		return p.control() + p.verdict() + fmt.Sprint(p.printed)
	}
	require.Equal(t, run(), run())
}
