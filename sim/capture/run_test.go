package capture_test

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/capture"
	"ftpscope/sim/trace"
)

// The nodes of the tests, in the order of the line they stand in.
const (
	client trace.Node = iota
	clientRouter
	internet
	serverRouter
	server
)

var nodes = []trace.NodeInfo{
	{Name: "client", Role: trace.RoleClient, Addrs: addrs("192.168.1.2", "2001:db8:1::2")},
	{Name: "client-router", Role: trace.RoleClientRouter, Addrs: addrs("192.168.1.1", "198.51.100.1", "2001:db8:1::1")},
	{Name: "internet", Role: trace.RoleInternet},
	{Name: "server-router", Role: trace.RoleServerRouter, Addrs: addrs("203.0.113.1", "198.51.100.2", "2001:db8:2::1")},
	{Name: "server", Role: trace.RoleServer, Addrs: addrs("203.0.113.10", "2001:db8:2::10")},
}

var rules = []trace.Rule{
	{At: clientRouter, Chain: "forward", Text: "policy drop", Policy: true},
	{At: server, Chain: "input", Text: "reject"},
}

// Numbers of rules, as packet events name them.
const (
	byForward = 1
	byInput   = 2
)

var (
	here  = netip.MustParseAddrPort("192.168.1.2:2000")
	nat   = netip.MustParseAddrPort("198.51.100.1:2000")
	there = netip.MustParseAddrPort("203.0.113.10:21")
	here6 = netip.MustParseAddrPort("[2001:db8:1::2]:2000")
	far6  = netip.MustParseAddrPort("[2001:db8:2::10]:21")
)

func addrs(texts ...string) (out []netip.Addr) {
	for _, s := range texts {
		out = append(out, netip.MustParseAddr(s))
	}
	return out
}

// run is a trace written by hand, packet by packet.
type run struct {
	*trace.Recorder
	now  time.Duration
	last trace.ID
	no   uint32
}

func newRun() *run { return &run{Recorder: trace.NewRecorder(nodes, rules)} }

// hop is what becomes of a packet after it was sent; ten milliseconds pass
// wherever it changes its place.
type hop struct {
	what     trace.What
	at       trace.Node
	rule     uint16
	src, dst netip.AddrPort // after rewriting
}

// send records a packet and its way, and returns its number.
func (r *run) send(at trace.Node, src, dst netip.AddrPort, p trace.Packet, way ...hop) uint32 {
	r.no++
	p.No = r.no
	r.now += 10 * time.Millisecond
	r.last = r.PacketSent(r.stamp(at), src, dst, p, 0)
	for _, h := range way {
		if h.at != at {
			r.now += 10 * time.Millisecond
			at = h.at
		}
		if h.what == trace.Rewritten {
			r.last = r.PacketRewritten(r.stamp(at), p.No, h.src, h.dst, p, h.rule)
		} else {
			r.last = r.PacketMoved(r.stamp(at), h.what, p.No, h.rule)
		}
	}
	return p.No
}

func (r *run) stamp(at trace.Node) trace.Stamp {
	return trace.Stamp{T: r.now, Cause: r.last, At: at, Channel: trace.Command}
}

// The ways that most packets take.
func toServer() []hop {
	return []hop{{what: trace.Forwarded, at: clientRouter}, {what: trace.Forwarded, at: serverRouter}, {what: trace.Arrived, at: server}}
}

func toClient() []hop {
	return []hop{{what: trace.Forwarded, at: serverRouter}, {what: trace.Forwarded, at: clientRouter}, {what: trace.Arrived, at: client}}
}

// captured is one packet of a capture, decoded.
type captured struct {
	gopacket.Packet
	at time.Time
}

// read decodes a whole capture. Every packet must decode to its end, with right checksums.
func read(t *testing.T, file []byte) (packets []captured, iface pcapgo.NgInterface) {
	t.Helper()
	r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.NgReaderOptions{ErrorOnMismatchingLinkType: true})
	require.NoError(t, err)
	require.Equal(t, layers.LinkTypeRaw, r.LinkType())
	iface, err = r.Interface(0)
	require.NoError(t, err)
	for {
		data, info, err := r.ReadPacketData()
		if err == io.EOF {
			return packets, iface
		}
		require.NoError(t, err)
		packets = append(packets, captured{decode(t, data, r.LinkType()), info.Timestamp})
	}
}

// decode decodes a packet to its end and verifies its checksums.
func decode(t *testing.T, data []byte, first gopacket.Decoder) gopacket.Packet {
	t.Helper()
	p := gopacket.NewPacket(data, first, gopacket.Default)
	require.Nil(t, p.ErrorLayer())
	for _, l := range p.Layers() {
		if l, ok := l.(interface {
			SetNetworkLayerForChecksum(gopacket.NetworkLayer) error
		}); ok {
			require.NoError(t, l.SetNetworkLayerForChecksum(p.NetworkLayer()))
		}
	}
	err, wrong := p.VerifyChecksums()
	require.NoError(t, err)
	require.Empty(t, wrong)
	return p
}

// see captures a trace at a vantage point.
func see(t *testing.T, tr *trace.Trace, at string) []captured {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, capture.Write(&file, tr, at))
	packets, _ := read(t, file.Bytes())
	return packets
}

func tcp(t *testing.T, p gopacket.Packet) *layers.TCP {
	t.Helper()
	segment, ok := p.TransportLayer().(*layers.TCP)
	require.True(t, ok, "no TCP in %v", p)
	return segment
}

// short writes a packet as its ends, flags and TTL.
func (c captured) short(t *testing.T) string {
	ip, ok := c.NetworkLayer().(*layers.IPv4)
	require.True(t, ok)
	s := tcp(t, c)
	flags := ""
	for _, f := range []struct {
		set  bool
		name string
	}{{s.SYN, "S"}, {s.FIN, "F"}, {s.RST, "R"}, {s.PSH, "P"}, {s.ACK, "A"}, {s.URG, "U"}} {
		if f.set {
			flags += f.name
		}
	}
	return fmt.Sprintf("%s:%d > %s:%d %s ttl %d", ip.SrcIP, s.SrcPort, ip.DstIP, s.DstPort, flags, ip.TTL)
}

// assertSeen compares what each vantage point saw, one line a packet.
func assertSeen(t *testing.T, tr *trace.Trace, want map[string][]string) {
	t.Helper()
	for _, at := range capture.VantagesOf(tr) {
		var got []string
		for _, p := range see(t, tr, at) {
			got = append(got, p.short(t))
		}
		assert.Equal(t, want[at], got, at)
	}
}
