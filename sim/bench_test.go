package sim

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

// BenchmarkRun transfers 1 MiB over client, two routers with firewalls, and
// server, recording everything.
func BenchmarkRun(b *testing.B) {
	s, err := Preset("passive-behind-firewall")
	require.NoError(b, err)
	s.FileBytes = 1 << 20
	s.Link.Rate = 0
	s.User = []string{"open", "login ana", "binary", "get notes.txt", "quit"}
	s.ServerRouter.Firewall = Firewall{Preset: "allow-21-passive"}
	s.Server.PasvPorts = []int{30000}
	var t *trace.Trace
	for b.Loop() {
		t, err = Run(s)
		require.NoError(b, err)
	}
	require.True(b, t.Outcome.OK)
	b.ReportMetric(float64(countHops(t)*b.N)/b.Elapsed().Seconds(), "hops/s")
}

// countHops counts the links that packets crossed.
func countHops(t *trace.Trace) int {
	hops := 0
	for id := trace.ID(1); int(id) <= t.Len(); id++ {
		if e := t.Event(id); e.Kind == trace.KindPacket && e.What != trace.Sent && e.What != trace.Rewritten {
			hops++
		}
	}
	return hops
}

// BenchmarkMemory weighs what a run keeps of each event.
func BenchmarkMemory(b *testing.B) {
	s, err := Preset("passive")
	require.NoError(b, err)
	s.FileBytes = 16 << 20
	s.User = []string{"open", "login ana", "binary", "get notes.txt", "quit"}
	payload(s.FileBytes).whole() // the file is no part of the trace: its packets point into it
	var perEvent float64
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		t, err := Run(s)
		require.NoError(b, err)
		runtime.GC()
		runtime.ReadMemStats(&after)
		perEvent = float64(after.HeapAlloc-before.HeapAlloc) / float64(t.Len())
		runtime.KeepAlive(t)
	}
	b.ReportMetric(perEvent, "B/event")
}
