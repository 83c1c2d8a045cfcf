package sim_test

import (
	"bytes"
	"io"
	"regexp"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
	"ftpscope/sim/capture"
	"ftpscope/sim/trace"
)

// heard puts together what one side said on a connection, out of a capture.
func heard(t *testing.T, file []byte, said func(*layers.TCP) bool) string {
	t.Helper()
	r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.DefaultNgReaderOptions)
	require.NoError(t, err)
	var text []byte
	for next := uint32(0); ; {
		data, _, err := r.ReadPacketData()
		if err == io.EOF {
			return string(text)
		}
		require.NoError(t, err)
		segment, ok := gopacket.NewPacket(data, r.LinkType(), gopacket.Default).TransportLayer().(*layers.TCP)
		if !ok || !said(segment) {
			continue
		}
		if next == 0 {
			require.True(t, segment.SYN, "the first segment opens the connection")
			next = segment.Seq
		}
		if segment.Seq == next {
			text = append(text, segment.Payload...)
			next += uint32(len(segment.Payload))
			if segment.SYN || segment.FIN {
				next++
			}
		}
	}
}

// lines are the commands or replies that one host has to do with, as they were
// on the wire.
func lines(tr *trace.Trace, kind trace.Kind, at string) (text string) {
	for id := trace.ID(1); int(id) <= tr.Len(); id++ {
		e := tr.Event(id)
		if e.Kind == kind && tr.Nodes[e.At].Name == at {
			text += tr.Line(e).Text + "\r\n"
			for _, more := range tr.Line(e).More {
				text += more + "\r\n"
			}
		}
	}
	return text
}

func TestEveryVantagePointHearsTheWholeDialogue(t *testing.T) {
	for _, preset := range sim.Presets() {
		s, err := sim.Preset(preset)
		require.NoError(t, err)
		tr, err := sim.Run(s)
		require.NoError(t, err)
		for _, at := range capture.Vantages() {
			t.Run(preset+" at "+at, func(t *testing.T) {
				var file bytes.Buffer
				require.NoError(t, capture.Write(&file, tr, at))
				replies := heard(t, file.Bytes(), func(s *layers.TCP) bool { return s.SrcPort == 21 })
				assert.Equal(t, lines(tr, trace.KindReply, "client"), replies)
				commands := heard(t, file.Bytes(), func(s *layers.TCP) bool { return s.DstPort == 21 })
				assert.Equal(t, masked(lines(tr, trace.KindCommand, "client")), masked(commands))
			})
		}
	}
}

var password = regexp.MustCompile(`(?m)^PASS .*$`)

// masked hides the password: on the wire it stands in clear, in the trace it does not.
func masked(commands string) string { return password.ReplaceAllString(commands, "PASS") }
