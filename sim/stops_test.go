package sim

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

func TestAConnectionIsOpenBeforeItsFirstByteLeaves(t *testing.T) {
	for _, name := range Presets() {
		o := trace.NewOutline(preset(t, name))
		opened := 0
		for i := range o.Messages {
			m := &o.Messages[i]
			if m.Kind != trace.MsgOpen || m.Died {
				continue
			}
			opened++
			w := o.Trace.World(m.Stop)
			for _, f := range w.Flights {
				p := o.Trace.Packet(o.Trace.Event(f.Sent))
				if o.Trace.Event(f.Sent).Channel == m.Channel {
					assert.Empty(t, p.Payload, "%s, message %d", name, i)
					assert.Zero(t, p.Flags&trace.FIN, "%s, message %d", name, i)
				}
			}
		}
		assert.Positive(t, opened, name)
	}
}

func TestClosingIsNewsOnceTheFileIsThere(t *testing.T) {
	o := trace.NewOutline(preset(t, "active"))
	for _, m := range o.Messages {
		if m.Kind == trace.MsgChunk {
			c := o.Conns[m.Conn]
			require.Less(t, c.Ended, m.Last, "the FIN follows right behind the file")
			assert.Greater(t, c.Closing, m.Stop)
		}
	}
}

func preset(t *testing.T, name string) *trace.Trace {
	t.Helper()
	s, err := Preset(name)
	require.NoError(t, err)
	run, err := Run(s)
	require.NoError(t, err)
	return run
}
