package capture_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"ftpscope/sim/capture"
	"ftpscope/sim/trace"
)

// BenchmarkWrite captures a bulk download behind NAT: two full segments, one
// acknowledgement.
func BenchmarkWrite(b *testing.B) {
	const rounds = 10_000
	r := newRun()
	data := make([]byte, 1460)
	in := append([]hop{
		{what: trace.Forwarded, at: serverRouter}, {what: trace.Rewritten, at: clientRouter, src: there, dst: here},
	}, toClient()[1:]...)
	out := append([]hop{{what: trace.Rewritten, at: clientRouter, src: nat, dst: there}}, toServer()...)
	for i := range uint32(rounds) {
		for k := range uint32(2) {
			r.send(server, there, nat, trace.Packet{Flags: trace.ACK, Seq: (2*i + k) * 1460, Window: 65535, Payload: data}, in...)
		}
		r.send(client, here, there, trace.Packet{Flags: trace.ACK, Ack: (2*i + 2) * 1460, Window: 65535}, out...)
	}
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, capture.Write(io.Discard, r.Trace(), "middle"))
	}
	b.ReportMetric(float64(3*rounds*b.N)/b.Elapsed().Seconds(), "packets/s")
}
