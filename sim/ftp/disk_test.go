package ftp

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// onDisk is a store whose files are not in memory.
type onDisk struct{ *Memory }

type diskContent struct{ Content }

func (diskContent) Bytes() ([]byte, bool) { return nil, false }

func (d onDisk) Open(path string) (Content, error) {
	c, err := d.Memory.Open(path)
	return diskContent{c}, err
}

func TestAFileThatIsNotInMemoryIsSentJustTheSame(t *testing.T) {
	big := numberedLines(300_000)
	for _, rate := range []int64{0, 1 << 20} {
		for _, kind := range []string{"ascii", "binary"} {
			for _, restart := range []int{0, 4096} {
				name := fmt.Sprintf("%s/rate %d/from %d", kind, rate, restart)
				if kind == "ascii" && restart > 0 {
					continue // refused in TYPE A
				}
				store := NewMemory()
				require.NoError(t, store.WriteFile("big", big, Epoch))
				p := newPipe(ClientConfig{}, ServerConfig{MaxRate: rate}, onDisk{store})
				p.client.SetFile("big", big[:restart])
				p.run("open", "login", kind, fmt.Sprint("restart ", restart), "get big", "quit")
				got, _ := p.client.File("big")
				assert.True(t, string(got) == string(big), name)
				assert.Contains(t, p.verdict(), "get big: true 226", name)
				assert.Empty(t, p.faults, name)
			}
		}
	}
}

func TestShutdownSaysGoodbyeAndLeavesNoHalfFile(t *testing.T) {
	store := library(t)
	s := newTalk(ServerConfig{}, store, true)
	s.say("PASV")
	s.input(DataConnected{Remote: s.remote, Accepted: true})
	s.say("STOR half")
	s.input(DataReceived{Data: []byte("half")})
	s.replies = nil
	s.input(Shutdown{})
	assert.Equal(t, 421, s.replies[0].Code)
	_, err := store.Stat("/half")
	assert.ErrorIs(t, err, ErrNotExist)
}

func BenchmarkSession(b *testing.B) {
	store := library(b)
	b.ReportAllocs()
	for b.Loop() {
		newPipe(ClientConfig{}, ServerConfig{}, store).run("open", "login", "get notes.txt", "quit")
	}
}
