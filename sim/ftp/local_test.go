package ftp

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
)

// fullDisk is a place for files that takes no more than some bytes.
type fullDisk struct {
	room      int
	discarded int
}

var errFull = errors.New("no space left on device")

func (d *fullDisk) Open(string) (Content, error)         { return nil, errFull }
func (d *fullDisk) Create(string, int64) (Writer, error) { return d, nil }
func (d *fullDisk) Commit() error                        { return nil }
func (d *fullDisk) Discard() error                       { d.discarded++; return nil }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.room -= len(p); d.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// A download that finds no room is given up, and what came of it forgotten: also
// when only its very last byte finds none, after both sides called it complete.
func TestADownloadWithoutRoomIsForgotten(t *testing.T) {
	for name, room := range map[string]int{"in the middle": 2, "at the last byte": 4} {
		t.Run(name, func(t *testing.T) {
			disk := &fullDisk{room: room}
			c := NewClient(ClientConfig{Server: serverAddr, Local: disk})
			b := &bench{machine: c}
			b.feed(Wish{"open"}, ControlConnected{clientAddr, serverAddr})
			b.reply("220 hello")
			b.feed(Wish{"login ana secret"})
			b.reply("230 welcome")
			b.feed(Wish{"ascii"})
			b.reply("200 fine")
			b.feed(Wish{"get f"})
			b.reply("227 (203,0,113,10,117,48)")
			b.feed(DataConnected{Local: clientAddr, Remote: serverAddr})
			b.reply("150 here")
			b.forget()
			b.feed(DataReceived{Data: []byte("four\r")}, DataPeerClosed{})
			b.reply("226 done")
			assert.Equal(t, 1, disk.discarded)
			assert.False(t, c.Busy())
			assert.Empty(t, c.dtp.lost)
		})
	}
}
