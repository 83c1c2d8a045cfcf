package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

// The values of Linux: nf_conntrack_proto_tcp.c, and 300 s for what a helper
// expects and for data that waits for its acknowledgement.
func TestEntriesLiveAsLongAsOnLinux(t *testing.T) {
	s, err := Preset("active")
	require.NoError(t, err)
	require.NoError(t, s.Set("client_router.nat", "true"))
	require.NoError(t, s.Set("client_router.helper", "true"))
	tr, err := Run(s)
	require.NoError(t, err)
	w := trace.NewWorld(tr)
	left := map[string]map[time.Duration]bool{}
	for range tr.Len() {
		w.Apply(tr)
		for i := range w.Tracks {
			e := &w.Tracks[i]
			require.Positive(t, e.Left(w.T), "it would be gone")
			if e.Expires != 0 && left[e.State] == nil {
				left[e.State] = map[time.Duration]bool{}
			}
			left[e.State][e.Left(w.T)] = true
		}
	}
	for state, seconds := range map[string][]time.Duration{
		"SYN_SENT": {120}, "SYN_RECV": {60}, "ESTABLISHED": {432_000, 300}, "FIN_WAIT": {120}, "LAST_ACK": {30}, "TIME_WAIT": {120},
		"": {300}, // an expectation
	} {
		for _, s := range seconds {
			assert.Contains(t, left[state], s*time.Second, "%q", state)
		}
	}
}

// A connection without traffic counts down, and a packet winds it up again.
func TestAnEntryCountsDownBetweenPackets(t *testing.T) {
	s, err := Preset("passive")
	require.NoError(t, err)
	require.NoError(t, s.Set("client_router.firewall", "block-inbound"))
	require.NoError(t, s.Set("user", `["open", "login ana", "@60s noop", "@61s quit"]`))
	tr, err := Run(s)
	require.NoError(t, err)
	at := func(moment time.Duration) time.Duration {
		w := tr.World(tr.At(moment))
		require.NotEmpty(t, w.Tracks)
		return w.Tracks[0].Left(moment)
	}
	assert.Equal(t, 10*time.Second, at(40*time.Second)-at(50*time.Second), "nothing is said between")
	assert.Less(t, at(59*time.Second), at(60*time.Second+500*time.Millisecond))
	assert.InDelta(t, 5*24*3600, at(60*time.Second+500*time.Millisecond).Seconds(), 1)
}
