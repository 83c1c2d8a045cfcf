package capture_test

import (
	"bytes"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ftpscope/sim/capture"
	"ftpscope/sim/trace"
)

func orElse(text string, other netip.AddrPort) netip.AddrPort {
	if text == "" {
		return other
	}
	return netip.MustParseAddrPort(text)
}

func TestSYNAnnouncesTheMaximumSegmentSize(t *testing.T) {
	for _, c := range []struct {
		name     string
		src, dst netip.AddrPort
		want     []byte
	}{
		{"IPv4: 1460", here, there, []byte{1460 >> 8, 1460 & 255}},
		{"IPv6: 1440", here6, far6, []byte{1440 >> 8, 1440 & 255}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRun()
			r.send(client, c.src, c.dst, syn)
			r.send(client, c.src, c.dst, trace.Packet{Flags: trace.ACK, Seq: 1001})
			got := see(t, r.Trace(), "client")
			require.Len(t, got, 2)
			options := tcp(t, got[0]).Options
			require.Len(t, options, 1)
			assert.Equal(t, layers.TCPOptionKind(layers.TCPOptionKindMSS), options[0].OptionType)
			assert.Equal(t, c.want, options[0].OptionData)
			assert.Empty(t, tcp(t, got[1]).Options)
		})
	}
}

func TestUrgentPointerFollowsTheLastOctet(t *testing.T) {
	r := newRun()
	r.send(client, here, there, trace.Packet{Flags: trace.PSH | trace.ACK | trace.URG, Payload: []byte{0xff, 0xf4, 0xff, 0xf2}})
	r.send(client, here, there, trace.Packet{Flags: trace.PSH | trace.ACK, Payload: []byte("ABOR\r\n")})
	got := see(t, r.Trace(), "client")
	require.Len(t, got, 2)
	assert.True(t, tcp(t, got[0]).URG)
	assert.EqualValues(t, 4, tcp(t, got[0]).Urgent)
	assert.EqualValues(t, 0, tcp(t, got[1]).Urgent)
}

func TestTimeRunsFromAFixedDateInNanoseconds(t *testing.T) {
	r := newRun()
	r.now = 3*time.Second + 7
	r.send(client, here, there, syn, toServer()...)
	start := time.Date(2001, 9, 9, 1, 46, 40, 0, time.UTC)
	for at, want := range map[string]time.Duration{"client": 3_010_000_007, "middle": 3_020_000_007, "server": 3_040_000_007} {
		got := see(t, r.Trace(), at)
		require.Len(t, got, 1)
		assert.Equal(t, start.Add(want), got[0].at.UTC(), at)
	}
}

func TestIdentificationStaysBehindNAT(t *testing.T) {
	r := newRun()
	r.send(client, here, there, syn)
	no := r.send(client, here, there, syn, append([]hop{{what: trace.Rewritten, at: clientRouter, src: nat, dst: there}}, toServer()...)...)
	inside, outside := see(t, r.Trace(), "client")[1], see(t, r.Trace(), "server")[0]
	for _, p := range []captured{inside, outside} {
		ip := p.NetworkLayer().(*layers.IPv4)
		assert.EqualValues(t, no, ip.Id)
		assert.Equal(t, layers.IPv4DontFragment, ip.Flags)
	}
}

func TestSegmentsAreReadBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := trace.Packet{
			Seq: rapid.Uint32().Draw(rt, "seq"), Ack: rapid.Uint32().Draw(rt, "ack"), Window: rapid.Uint16().Draw(rt, "window"),
			Flags: trace.Flags(rapid.IntRange(0, 63).Draw(rt, "flags")), Payload: rapid.SliceOfN(rapid.Byte(), 0, 1460).Draw(rt, "payload"),
		}
		src, dst := here, there
		if rapid.Bool().Draw(rt, "IPv6") {
			src, dst = here6, far6
		}
		r := newRun()
		r.send(client, src, dst, p, toServer()...)
		got := see(t, r.Trace(), "server")
		require.Len(rt, got, 1)
		s := tcp(t, got[0])
		assert.Equal(rt, p.Seq, s.Seq)
		assert.Equal(rt, p.Ack, s.Ack)
		assert.Equal(rt, p.Window, s.Window)
		assert.EqualValues(rt, src.Port(), s.SrcPort)
		assert.EqualValues(rt, dst.Port(), s.DstPort)
		assert.Equal(rt, p.Flags, trace.Flags(s.Contents[13]), "control bits")
		assert.True(rt, bytes.Equal(p.Payload, s.Payload), "payload")
		assert.Equal(rt, src.Addr().String()+">"+dst.Addr().String(), got[0].NetworkLayer().NetworkFlow().Src().String()+">"+got[0].NetworkLayer().NetworkFlow().Dst().String())
	})
}

func TestSameTraceSameFile(t *testing.T) {
	r := newRun()
	r.send(client, here, there, syn, toServer()...)
	var first, second bytes.Buffer
	require.NoError(t, capture.Write(&first, r.Trace(), "middle"))
	require.NoError(t, capture.Write(&second, r.Trace(), "middle"))
	assert.Equal(t, first.Bytes(), second.Bytes())
	_, iface := read(t, first.Bytes())
	assert.Equal(t, "wan", iface.Name)
	assert.Equal(t, "the client's router, outer interface: after NAT, before the Internet's delay", iface.Description)
	assert.Empty(t, iface.OS, "the file tells nothing of the machine that wrote it")
}

func TestARunWithoutPacketsIsAnEmptyCapture(t *testing.T) {
	assert.Empty(t, see(t, newRun().Trace(), "client"))
}

func TestErrorsNameThePlace(t *testing.T) {
	ack := trace.Packet{Flags: trace.ACK}
	for _, c := range []struct {
		name, at, want string
		nodes          []trace.NodeInfo
		record         func(*run)
	}{
		{
			name: "unknown vantage point", at: "moon",
			want: `cannot capture at "moon": this run has the vantage points client, client-router, middle, server-router, server`,
		},
		{
			name: "a run without routers", at: "middle", nodes: []trace.NodeInfo{nodes[client], nodes[server]},
			want: `cannot capture at "middle": this run has the vantage points client, server`,
		},
		{
			name: "no address", at: "client", record: func(r *run) { r.send(client, netip.AddrPort{}, there, ack) },
			want: "capture at client: packet 1: no address: invalid AddrPort to 203.0.113.10:21",
		},
		{
			name: "two families", at: "client", record: func(r *run) { r.send(client, here6, there, ack) },
			want: "capture at client: packet 1: addresses of two families: [2001:db8:1::2]:2000 to 203.0.113.10:21",
		},
		{
			name: "too much for a packet", at: "client",
			record: func(r *run) { r.send(client, here, there, trace.Packet{Payload: make([]byte, 65536)}) },
			want:   "capture at client: packet 1: 65536 octets do not fit in one segment",
		},
		{
			name: "an ICMP error about nothing", at: "client",
			record: func(r *run) { r.send(client, here, there, trace.Packet{ICMP: 3, About: 7}) },
			want:   "capture at client: packet 1: an ICMP error about packet 7, which was not sent before",
		},
		{
			name: "an ICMP error about itself", at: "client",
			record: func(r *run) { r.send(client, here, there, trace.Packet{ICMP: 3, About: 1}) },
			want:   "capture at client: packet 1: an ICMP error about packet 1, which was not sent before",
		},
		{
			name: "an ICMP error about an ICMP error", at: "client",
			record: func(r *run) {
				r.send(server, there, here, trace.Packet{ICMP: 3, About: 9})
				r.send(client, here, there, trace.Packet{ICMP: 3, About: 1})
			},
			want: "capture at client: packet 2: an ICMP error about another, packet 1 (RFC 1122 §3.2.2 forbids it)",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRun()
			if c.nodes != nil {
				r.Recorder = trace.NewRecorder(c.nodes, nil)
			}
			if c.record != nil {
				c.record(r)
			}
			assert.EqualError(t, capture.Write(&bytes.Buffer{}, r.Trace(), c.at), c.want)
		})
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left on device")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestAFileThatCannotBeWrittenIsAnError(t *testing.T) {
	r := newRun()
	for range 200 {
		r.send(client, here, there, syn)
	}
	assert.ErrorIs(t, capture.Write(fullDisk{}, r.Trace(), "client"), errFull, "while packets are written")
	assert.ErrorIs(t, capture.Write(fullDisk{}, newRun().Trace(), "client"), errFull, "at the end")
}
