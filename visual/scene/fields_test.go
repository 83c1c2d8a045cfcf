package scene

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// natted is an active transfer through NAT with the FTP helper.
func natted(t *testing.T) *trace.Outline {
	t.Helper()
	s, err := sim.Preset("active")
	require.NoError(t, err)
	require.NoError(t, s.Set("client_router.nat", "true"))
	require.NoError(t, s.Set("client_router.helper", "true"))
	tr, err := sim.Run(s)
	require.NoError(t, err)
	return trace.NewOutline(tr)
}

// command is the event in which a line is sent.
func command(o *trace.Outline, line string) trace.ID {
	for _, m := range o.Messages {
		if m.Line == line {
			return m.First
		}
	}
	return 0
}

func packetWords(o *trace.Outline, id trace.ID, pos float64) []string {
	v := newView(o, NewFilm(o), 500, 900, 1, "en")
	var out Scene
	Packet(v.seek(pos), id, 0, &out)
	return words(&out)
}

func TestPacketShowsBothKindsOfSequenceNumbers(t *testing.T) {
	o := natted(t)
	id := command(o, "PORT 192,168,1,2,7,209")
	pk := o.Trace.Packet(o.Trace.Event(id))
	seq, ack := o.Trace.Relative(pk)
	v := newView(o, NewFilm(o), 500, 900, 1, "en")
	var out Scene
	Packet(v, id, 0, &out)
	said := map[string]string{}
	for _, h := range out.Hits {
		said[h.Name] = h.Description
	}
	assert.Equal(t, fmt.Sprint(seq, " absolute ", pk.Seq), said["Sequence number"])
	assert.Equal(t, fmt.Sprint(ack, " absolute ", pk.Ack), said["Acknowledges"])
	assert.Equal(t, "192.168.1.2", said["Source address"])
	assert.Equal(t, "21", said["Destination port"])
}

func TestPacketLightsItsFlags(t *testing.T) {
	o := natted(t)
	f := NewFilm(o)
	var out Scene
	for id := trace.ID(1); int(id) <= o.Trace.Len(); id++ {
		e := o.Trace.Event(id)
		if e.Kind != trace.KindPacket || e.What != trace.Sent {
			continue
		}
		Packet(newView(o, f, 500, 900, 1, "en"), id, 0, &out)
		lit := 0
		for _, s := range out.Shapes {
			if s.Kind == FillRect {
				lit++
			}
		}
		want := 0
		for _, b := range flagBits {
			if o.Trace.Packet(e).Flags.Has(b.flag) {
				want++
			}
		}
		assert.Equal(t, want, lit, "event %d", id)
	}
}

func TestPacketDoesTheSum(t *testing.T) {
	o := natted(t)
	assert.Contains(t, packetWords(o, command(o, "PORT 192,168,1,2,7,209"), 0), "7×256 + 209 = 2001")
}

// Before the router it is what the client sent, behind it what the helper made of it.
func TestPacketShowsWhatWasRewrittenOnceItWas(t *testing.T) {
	o := natted(t)
	f := NewFilm(o)
	id := command(o, "PORT 192,168,1,2,7,209")
	before := packetWords(o, id, f.Pos(id))
	assert.Contains(t, before, "PORT 192,168,1,2,7,209")
	assert.NotContains(t, before, "Rewritten by: Client router")
	after := packetWords(o, id, f.Length())
	for _, want := range []string{
		"PORT 198,51,100,1,7,209", "Rewritten by: Client router", "192.168.1.2:2000", "198.51.100.1:2000", "192,168,1,2,7,209", "198,51,100,1,7,209",
	} {
		assert.Contains(t, after, want)
	}
}

func TestPacketHidesPasswords(t *testing.T) {
	o := natted(t)
	id := command(o, "PASS ••••••")
	require.NotZero(t, id)
	assert.Contains(t, packetWords(o, id, 0), "PASS ••••••")
	assert.False(t, slices.ContainsFunc(packetWords(o, id, 0), func(s string) bool {
		return s != "PASS ••••••" && trace.Verb(s) == "PASS"
	}))
}

func TestPacketTextsKeepApart(t *testing.T) {
	o := natted(t)
	f := NewFilm(o)
	var out Scene
	turn := 0
	for _, size := range [][2]float32{{200, 300}, {366, 500}, {900, 260}} {
		for _, scale := range scales {
			for _, lang := range assets.Languages() {
				v := newView(o, f, size[0], size[1], scale, lang).seek(f.Length())
				turn++
				for id := trace.ID(turn%5 + 1); int(id) <= o.Trace.Len(); id += 5 {
					for scroll := float32(0); scroll < 500; scroll += 123 {
						Packet(v, id, scroll, &out)
						require.NoError(t, tidy(v, &out), "%v, scale %v, %s, event %d", size, scale, lang, id)
					}
				}
			}
		}
	}
}

func TestPacketIsNotShownBehindAnOpenQuestion(t *testing.T) {
	o := natted(t)
	v := newView(o, NewFilm(o), 500, 900, 1, "en")
	id := command(o, "PORT 192,168,1,2,7,209")
	v.HideAfter = id - 1
	var out Scene
	assert.Zero(t, Packet(v, id, 0, &out))
	v.HideAfter = id
	Packet(v.seek(v.Film.Length()), id, 0, &out)
	assert.NotContains(t, words(&out), "Rewritten by: Client router")
}

func TestPacketSaysWhichOfItsFieldsNameAddresses(t *testing.T) {
	o := natted(t)
	id := command(o, "PORT 192,168,1,2,7,209")
	v := newView(o, NewFilm(o), 500, 900, 1, "en")
	var out Scene
	Packet(v.seek(0), id, 0, &out)
	named := map[string]string{}
	for _, h := range out.Hits {
		if h.Address.IsValid() {
			named[h.Name+" "+h.Description] = h.Address.String()
		}
	}
	assert.Equal(t, map[string]string{
		"Source address 192.168.1.2":        "192.168.1.2",
		"Destination address 203.0.113.10":  "203.0.113.10",
		"It carries PORT 192,168,1,2,7,209": "192.168.1.2",
	}, named)
}
