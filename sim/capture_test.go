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

// heard puts together what one side said on its connections, out of a capture:
// one connection after the other.
func heard(t *testing.T, file []byte, said func(*layers.TCP) bool) string {
	t.Helper()
	r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.DefaultNgReaderOptions)
	require.NoError(t, err)
	type stream struct {
		text []byte
		next uint32
	}
	streams := map[string]*stream{}
	var order []string
	for {
		data, _, err := r.ReadPacketData()
		if err == io.EOF {
			var text string
			for _, key := range order {
				text += string(streams[key].text)
			}
			return text
		}
		require.NoError(t, err)
		p := gopacket.NewPacket(data, r.LinkType(), gopacket.Default)
		segment, ok := p.TransportLayer().(*layers.TCP)
		if !ok || !said(segment) {
			continue
		}
		key := p.NetworkLayer().NetworkFlow().String() + segment.TransportFlow().String()
		s := streams[key]
		if s == nil {
			require.True(t, segment.SYN, "the first segment opens the connection")
			s = &stream{next: segment.Seq}
			streams[key], order = s, append(order, key)
		}
		if segment.Seq == s.next {
			s.text = append(s.text, segment.Payload...)
			s.next += uint32(len(segment.Payload))
			if segment.SYN || segment.FIN {
				s.next++
			}
		}
	}
}

// lines are the commands or replies that one host has to do with, as they were
// on the wire, one session after the other.
func lines(tr *trace.Trace, kind trace.Kind, at string) (text string) {
	for session := range trace.AttackerSession + 1 {
		for id := trace.ID(1); int(id) <= tr.Len(); id++ {
			e := tr.Event(id)
			if e.Kind == kind && tr.Nodes[e.At].Name == at && e.Session == session {
				text += tr.Line(e).Text + "\r\n"
				for _, more := range tr.Line(e).More {
					text += more + "\r\n"
				}
			}
		}
	}
	return text
}

// behind are the hosts whose sessions pass a router.
var behind = map[string]string{"client-router": "client", "middle": "client", "server-router": "server"}

func TestEveryVantagePointHearsTheWholeDialogue(t *testing.T) {
	for _, preset := range sim.Presets() {
		s, err := sim.Preset(preset)
		require.NoError(t, err)
		tr, err := sim.Run(s)
		require.NoError(t, err)
		for _, at := range capture.VantagesOf(tr) {
			t.Run(preset+" at "+at, func(t *testing.T) {
				var file bytes.Buffer
				require.NoError(t, capture.Write(&file, tr, at))
				replies := heard(t, file.Bytes(), func(s *layers.TCP) bool { return s.SrcPort == 21 })
				host := at
				if near, ok := behind[at]; ok {
					host = near
				}
				assert.Equal(t, lines(tr, trace.KindReply, host), replies)
				commands := heard(t, file.Bytes(), func(s *layers.TCP) bool { return s.DstPort == 21 })
				assert.Equal(t, masked(lines(tr, trace.KindCommand, host)), masked(commands))
			})
		}
	}
}

var password = regexp.MustCompile(`(?m)^PASS .*$`)

// masked hides the password: on the wire it stands in clear, in the trace it does not.
func masked(commands string) string { return password.ReplaceAllString(commands, "PASS") }
