package export

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

func encode(t *testing.T, tr *trace.Trace, scenario any) (lines []string) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, JSON(&b, tr, scenario))
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

func TestJSONLinesOfEachKind(t *testing.T) {
	lines := strings.Join(encode(t, blocked(), map[string]any{"title": "Active <mode>"}), "\n")
	for _, want := range []string{
		`{"format":"ftpscope-trace","version":1,"scenario":{"title":"Active \u003cmode\u003e"}}`,
		`{"id":1,"t_ns":0,"step":1,"kind":"user","at":"client","text":"get notes.txt"}`,
		`{"id":2,"t_ns":0,"cause":1,"step":1,"kind":"socket","at":"client","socket":1,"channel":"command","local":"192.168.1.2:2000","remote":"203.0.113.10:21","state":"SYN-SENT"}`,
		`{"id":3,"t_ns":0,"step":1,"kind":"packet","what":"sent","at":"client","packet":1,"channel":"command","src":"192.168.1.2:2000","dst":"203.0.113.10:21","flags":"S","seq":0,"ack":0,"window":65535,"len":0}`,
		`{"id":4,"t_ns":10000000,"cause":3,"step":1,"kind":"packet","what":"forwarded","at":"client-router","packet":1,"channel":"command","src":"192.168.1.2:2000","dst":"203.0.113.10:21","flags":"S","seq":0,"ack":0,"window":65535,"len":0,"rule":"client-router#1"}`,
		`"kind":"packet","what":"sent","at":"server","packet":2,"channel":"command","src":"203.0.113.10:21","dst":"192.168.1.2:2000","flags":"SA","seq":0,"ack":1,`,
		`"kind":"reply","at":"client","code":220,"line":"220-Welcome","more":["220 Service ready"]}`,
		`"kind":"machine","at":"client","machine":"pi","from":"WAIT-220","to":"IDLE"}`,
		`"kind":"command","at":"client","line":"PORT 192,168,1,2,7,209"}`,
		`"kind":"timer","what":"set","at":"server","name":"connect","for_ns":60000000000}`,
		`"kind":"track","what":"new","at":"client-router","entry":{"no":1,"state":"ESTABLISHED","orig":{"src":"192.168.1.2:2000","dst":"203.0.113.10:21"},"reply":{"src":"203.0.113.10:21","dst":"192.168.1.2:2000"},"flags":"ASSURED","helper":"ftp"}}`,
		`"what":"dropped","at":"client-router","packet":8,"channel":"data","src":"203.0.113.10:20","dst":"192.168.1.2:2001","flags":"S","seq":0,"ack":0,"window":65535,"len":0,"rule":"client-router#2"}`,
		`{"kind":"outcome","ok":false,"task":"get notes.txt","reply":425,"exit":0,"blocked":{"event":30,"rule":"client-router#2"},"bytes":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}`,
	} {
		assert.True(t, strings.Contains(lines, want), "no line has %s", want)
	}
	assert.Contains(t, strings.Join(encode(t, arrived(), nil), "\n"), `"kind":"data","at":"client","bytes":4,"total":4}`)
}

func TestJSONLeavesATotalOutThatNobodyKnows(t *testing.T) {
	s := newSession()
	s.Progress(stampAt(s, server, 0, trace.Data), trace.Progress{Bytes: 1460, Total: -1})
	s.Progress(stampAt(s, client, 0, trace.Data), trace.Progress{Bytes: 0, Total: 0})
	lines := encode(t, s.Trace(), nil)
	assert.True(t, strings.HasSuffix(lines[1], `"kind":"data","at":"server","bytes":1460}`), lines[1])
	assert.True(t, strings.HasSuffix(lines[2], `"kind":"data","at":"client","bytes":0,"total":0}`), lines[2])
}

func TestJSONSaysWhenAnEntryExpires(t *testing.T) {
	s := newSession()
	at := stampAt(s, clientRouter, 0, trace.Command)
	at.T = time.Second
	entry := trace.Track{No: 3, State: "ESTABLISHED", Expires: 301 * time.Second}
	s.Track(at, trace.New, entry, 0)
	at.T, at.Keep = 2*time.Second, trace.Keep{No: 3, For: 300 * time.Second}
	s.Timer(at, trace.Set, trace.Timer{Name: "x"})
	at.Keep = trace.Keep{}
	s.Track(at, trace.Destroy, entry, 0)
	lines := encode(t, s.Trace(), nil)
	assert.Contains(t, lines[1], `"entry":{"no":3,"state":"ESTABLISHED","expires_ns":301000000000}}`)
	assert.Contains(t, lines[2], `"name":"x","kept":{"no":3,"expires_ns":302000000000}}`)
	assert.NotContains(t, lines[3], "expires_ns", "it is gone")
}

// Each line says what its event says: nothing is lost on the way out.
func TestJSONReadBackIsTheTrace(t *testing.T) {
	for _, tr := range []*trace.Trace{blocked(), arrived()} {
		lines := encode(t, tr, nil)
		require.Len(t, lines, tr.Len()+2, "head, events, outcome")
		last := 0.0
		for i, line := range lines[1 : len(lines)-1] {
			var got map[string]any
			require.NoError(t, json.Unmarshal([]byte(line), &got), line)
			e := tr.Event(trace.ID(i + 1))
			assert.EqualValues(t, i+1, got["id"])
			assert.EqualValues(t, e.T, got["t_ns"])
			assert.Equal(t, e.Kind.String(), got["kind"])
			assert.Equal(t, tr.Nodes[e.At].Name, got["at"])
			if e.Cause != 0 {
				assert.EqualValues(t, e.Cause, got["cause"])
			}
			assert.GreaterOrEqual(t, got["step"], last, "steps never go back")
			last = got["step"].(float64)
			if e.Kind == trace.KindPacket {
				f := tr.FlowOf(tr.Packet(e))
				assert.Equal(t, f.Src.String(), got["src"])
				assert.Equal(t, f.Dst.String(), got["dst"])
				assert.EqualValues(t, len(tr.Packet(e).Payload), got["len"])
			}
		}
	}
}

func TestJSONStringsAreAlwaysValid(t *testing.T) {
	for _, s := range []string{"", "plain", `"quoted\"`, "tab\t", "\x00\x1b", "ação", "\xff\xfe", "<&>", "\u2028"} {
		var e encoder
		e.quote(s)
		var back string
		require.NoError(t, json.Unmarshal(e.buf, &back), "%q gave %s", s, e.buf)
		assert.Equal(t, strings.ToValidUTF8(s, "\ufffd"), strings.ReplaceAll(back, "\ufffd\ufffd", "\ufffd"))
	}
}

func TestJSONNamesTheScenarioItCannotWrite(t *testing.T) {
	assert.ErrorContains(t, JSON(io.Discard, blocked(), func() {}), "scenario")
}

func BenchmarkJSON(b *testing.B) {
	s := newSession()
	s.toServer(trace.Data, clientDTP, serverDTP, trace.SYN, "")
	s.toClient(trace.Data, serverDTP, clientDTP, trace.SYN|trace.ACK, "")
	data := strings.Repeat("x", 146)
	for s.Trace().Len() < 1_000_000 {
		s.toServer(trace.Data, clientDTP, serverDTP, trace.ACK, data)
	}
	tr := s.Trace()
	for b.Loop() {
		if err := JSON(io.Discard, tr, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(tr.Len())*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
