package sim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

// underTLS runs a preset whose client begins with AUTH TLS.
func underTLS(t *testing.T, preset string, set ...string) (*Scenario, *trace.Trace) {
	t.Helper()
	s, err := Preset(preset)
	require.NoError(t, err)
	s.Client.TLS, s.Server.TLS = true, "offered"
	for i := 0; i < len(set); i += 2 {
		require.NoError(t, s.Set(set[i], set[i+1]))
	}
	tr, err := Run(s)
	require.NoError(t, err)
	return &s, tr
}

func TestUnderTLSTheFileArrivesUnharmed(t *testing.T) {
	for _, preset := range []string{"active", "passive", "passive-behind-firewall"} {
		for _, user := range []string{`["open", "login ana", "get notes.txt", "quit"]`, `["open", "login ana", "put notes.txt", "ls", "get notes.txt", "quit"]`} {
			s, tr := underTLS(t, preset, "user", user, "file_bytes", "50000")
			assert.True(t, tr.Outcome.OK, preset)
			assert.EqualValues(t, 50000, tr.Outcome.Bytes)
			want := sha256.Sum256(payload(s.FileBytes).whole())
			assert.Equal(t, hex.EncodeToString(want[:]), tr.SHA256())
		}
	}
}

// After 234 nothing on the wire can be read: neither commands nor the file.
func TestUnderTLSTheWireIsOpaque(t *testing.T) {
	_, tr := underTLS(t, "passive")
	var wire bytes.Buffer
	for id := trace.ID(1); int(id) <= tr.Len(); id++ {
		if e := tr.Event(id); e.Kind == trace.KindPacket && e.What == trace.Sent {
			wire.Write(tr.Packet(e).Payload)
		}
	}
	assert.Contains(t, wire.String(), "AUTH TLS\r\n234 ")
	for _, secret := range []string{"USER", "PASS", "227 ", "RETR", "226 ", "000000000000001"} {
		assert.NotContains(t, wire.String(), secret)
	}
}

func TestMessagesUnderTLSHaveNoLine(t *testing.T) {
	_, tr := underTLS(t, "passive")
	o := trace.NewOutline(tr)
	sealed, secure := 0, false
	for i, m := range o.Messages {
		if m.Kind == trace.MsgSealed {
			sealed, secure = sealed+1, true
			assert.Empty(t, m.Line)
			assert.Positive(t, m.Bytes)
			what, _ := o.Describe(i)
			assert.Contains(t, []string{"caption.sealed.client", "caption.sealed.server", "caption.handshake.client", "caption.handshake.server"}, what.Key)
		}
		assert.False(t, secure && (m.Kind == trace.MsgCommand || m.Kind == trace.MsgReply), "%q", m.Line)
	}
	assert.Greater(t, sealed, 20)
}

// The helper cannot read what is encrypted (and opens no hole for it).
func TestTheHelperIsBlindUnderTLS(t *testing.T) {
	for tls, ok := range map[string]bool{"true": false, "false": true} {
		s, tr := underTLS(t, "active-blocked", "client.tls", tls, "client_router.helper", "true",
			"client_router.firewall", "block-inbound")
		assert.Equal(t, ok, tr.Outcome.OK, "TLS %s", tls)
		if !ok {
			d := Diagnose(s, tr)
			assert.Equal(t, "diagnosis.blind", d.Why.Key)
			require.Len(t, d.Remedies, 2)
			assert.Equal(t, map[string]string{"client.mode": "pasv"}, d.Remedies[0].Set)
			assert.Equal(t, map[string]string{"client.tls": "false"}, d.Remedies[1].Set)
		}
	}
}

func TestAServerThatRequiresTLSTurnsOthersAway(t *testing.T) {
	_, tr := underTLS(t, "passive", "server.tls", "required", "client.tls", "false")
	assert.False(t, tr.Outcome.OK)
	_, tr = underTLS(t, "passive", "server.tls", "required")
	assert.True(t, tr.Outcome.OK)
}
