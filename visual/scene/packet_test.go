package scene

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ftpscope/assets"
	"ftpscope/sim/trace"
)

func TestPacketNames(t *testing.T) {
	tests := []struct {
		channel trace.Channel
		flags   trace.Flags
		payload string
		want    string
	}{
		{trace.Data, trace.SYN, "", "SYN 20→2001"},
		{trace.Data, trace.SYN | trace.ACK, "", "SYN, ACK"},
		{trace.Data, trace.ACK, "", "ACK"},
		{trace.Data, trace.FIN | trace.ACK, "", "FIN"},
		{trace.Data, trace.RST | trace.ACK, "", "RST"},
		{trace.Command, trace.PSH | trace.ACK, "USER ana\r\n", "USER ana"},
		{trace.Command, trace.PSH | trace.ACK, "PASS secret\r\n", "PASS ••••••"},
		{trace.Command, trace.PSH | trace.ACK, "pass secret", "pass ••••••"},
		{trace.Command, trace.PSH | trace.ACK, "230-Welcome\r\n230 Logged in\r\n", "230-Welcome"},
		{trace.Command, trace.PSH | trace.ACK, "\xff\r\n", "�"},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			s := newStory()
			s.send(server, tt.channel, 20, 2001, tt.flags, tt.payload)
			o := s.outline()
			p := painter{newView(o, NewFilm(o), 800, 500, 1, "en"), o.Trace, &Scene{}}
			assert.Equal(t, tt.want, p.carries(1, o.Trace.Packet(o.Trace.Event(1))))
		})
	}
}

func TestICMPNames(t *testing.T) {
	tests := []struct {
		v6         bool
		kind, code uint8
		want       string
	}{
		{false, 3, 1, "ICMP host unreachable"},
		{false, 3, 3, "ICMP port unreachable"},
		{false, 3, 13, "ICMP admin prohibited"},
		{false, 11, 0, "ICMP 11/0"},
		{true, 1, 1, "ICMP admin prohibited"},
		{true, 1, 4, "ICMP port unreachable"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, icmpName(tt.v6, &trace.Packet{ICMP: tt.kind, Code: tt.code}))
	}
}

func TestAmounts(t *testing.T) {
	tests := []struct {
		n, total int64
		want     string
	}{
		{340, 700, "340/700 B"},
		{1460, 12288, "2/12 KB"},
		{12288, 12288, "12/12 KB"},
		{4096, 0, "4 KB"},
		{4096, -1, "4 KB"},
		{3 << 20, 120 << 20, "3/120 MB"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, amount(tt.n, tt.total))
	}
}

func TestWaitsAreToldInTheUnitThatSuitsThem(t *testing.T) {
	tests := []struct {
		d    time.Duration
		lang string
		want string
	}{
		{300 * time.Millisecond, "en", "0.3 s"},
		{300 * time.Millisecond, "pt-BR", "0,3 s"},
		{time.Second, "en", "1 s"},
		{63 * time.Second, "en", "63 s"},
		{5 * time.Minute, "en", "5 min"},
		{5 * time.Hour, "en", "5 h"},
		{5 * 24 * time.Hour, "es", "5 días"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, stretch(assets.Catalog(tt.lang), tt.d))
	}
}

// A packet of a file says how far it brings the whole.
func TestPieceOfAFileCountsFromItsBeginning(t *testing.T) {
	o := stories()["passive, nothing between"]
	f := NewFilm(o)
	p := painter{newView(o, f, 800, 500, 1, "en"), o.Trace, &Scene{}}
	var names []string
	for id := trace.ID(1); int(id) <= o.Trace.Len(); id++ {
		e := o.Trace.Event(id)
		if e.Kind != trace.KindPacket || e.What != trace.Sent {
			continue
		}
		if pk := o.Trace.Packet(e); rankOf(e, pk) == bulk {
			names = append(names, p.carries(id, pk))
		}
	}
	require.Len(t, names, 9)
	assert.Equal(t, "notes.txt 2/13 KB", names[0])
	assert.Equal(t, "notes.txt 13/13 KB", names[8])
}

func TestBandGivesNothingAwayTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := band{on: true, h: 20}
		var given []span
		for range rapid.IntRange(1, 30).Draw(t, "texts") {
			centre := rapid.Float32Range(0, 1000).Draw(t, "centre")
			width := rapid.Float32Range(1, 300).Draw(t, "width")
			x, ok := b.fit(0, 1000, centre, width)
			if !ok {
				continue
			}
			s := span{x - width/2, x + width/2}
			if s.from < 0 || s.to > 1000 {
				t.Fatalf("%v leaves the band", s)
			}
			for _, other := range given {
				if s.from < other.to && s.to > other.from {
					t.Fatalf("%v covers %v", s, other)
				}
			}
			given = append(given, s)
		}
	})
}

// The file is what the eye follows, not the FIN that is sent right behind it.
func TestFINBehindPiecesOfAFileIsNotNamed(t *testing.T) {
	s := newStory()
	s.login()
	s.say(client, "RETR notes.txt")
	s.connect(trace.Data, client, 2001, 1234)
	for range 3 {
		s.send(server, trace.Data, 1234, 2001, trace.ACK, string(make([]byte, 1460)))
	}
	last := s.send(server, trace.Data, 1234, 2001, trace.FIN|trace.ACK, "")
	for no := last - 3; no <= last; no++ {
		s.move(no, serverRouter, trace.Data, trace.Forwarded)
		s.wait(20 * time.Millisecond)
		s.move(no, client, trace.Data, trace.Arrived)
	}
	o := s.outline()
	v := newView(o, NewFilm(o), 860, 520, 1, "en")
	end := trace.ID(o.Trace.Len())
	var out Scene
	Stage(v.seek(v.Film.Pos(end-8)), &out) // all are under way
	assert.Contains(t, words(&out), "notes.txt 2 KB")
	assert.NotContains(t, words(&out), "FIN")
	Stage(v.seek(v.Film.Pos(end-1)), &out)
	assert.Contains(t, words(&out), "FIN", "where it travels alone it is")
}
