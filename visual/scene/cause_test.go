package scene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/trace"
)

func presetRun(t *testing.T, name string) *trace.Outline {
	t.Helper()
	s, err := sim.Preset(name)
	require.NoError(t, err)
	tr, err := sim.Run(s)
	require.NoError(t, err)
	return trace.NewOutline(tr)
}

// reply is the event in which a reply with a code arrives.
func reply(o *trace.Outline, code int) trace.ID {
	for _, m := range o.Messages {
		if m.Code == code {
			return m.Last
		}
	}
	return 0
}

func TestCausesLeadBackToTheWishInAFewSentences(t *testing.T) {
	tests := []struct {
		preset string
		code   int
		want   []string
	}{
		{"active-blocked", 425, []string{
			"The server answers 425 Can't open data connection.",
			"60 s passed without a connection, so the waiting ended.",
			"The client’s firewall drops the server’s SYN to port 2001.",
			"The client asks for a file: RETR notes.txt.",
			"The client names a port for the data channel: PORT 192,168,1,2,7,209.",
			"“get notes.txt” was typed at the client.",
		}},
		{"passive", 226, []string{
			"The server answers 226 Transfer complete.",
			"The server closes the data channel.",
			"The client asks for a file: RETR notes.txt.",
			"The client opens the data channel, from its port 2001 to port 1234 of the server.",
			"The server answers 227 Entering Passive Mode (203,0,113,10,4,210).",
			"The client asks the server to choose a port: PASV.",
			"“get notes.txt” was typed at the client.",
		}},
		{"passive", 230, []string{
			"The server answers 230 Logged in.",
			"The client sends the password.",
			"“login ana” was typed at the client.",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.preset, func(t *testing.T) {
			o := presetRun(t, tt.preset)
			var got []string
			for _, c := range Causes(o, reply(o, tt.code)) {
				got = append(got, assets.Catalog("en").Text(c.What.Key, c.What.Args...))
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestEveryEventHasAChainThatOnlyLeadsBack(t *testing.T) {
	for _, name := range sim.Presets() {
		o := presetRun(t, name)
		f := NewFilm(o)
		for _, lang := range assets.Languages() {
			v := newView(o, f, 366, 900, 1, lang)
			var out Scene
			for id := trace.ID(1); int(id) <= o.Trace.Len(); id++ {
				for _, c := range Causes(o, id) {
					began := c.Event
					if c.Message >= 0 {
						began = o.Messages[c.Message].First
					}
					require.LessOrEqual(t, began, id, "%s, event %d", name, id)
					for _, s := range []trace.Sentence{c.What, c.Because} {
						text := v.Texts.Text(s.Key, s.Args...)
						require.False(t, s.Key != "" && text == s.Key || strings.Contains(text, "{"), "%s, event %d: %s", name, id, text)
					}
				}
				Why(v, Causes(o, id), 0, &out)
				require.NoError(t, tidy(v, &out), "%s, event %d", name, id)
				require.LessOrEqual(t, len(Causes(o, id)), 8, "%s, event %d", name, id)
			}
		}
	}
}

func TestEveryRowOfTheChainJumpsToItsEvent(t *testing.T) {
	o := presetRun(t, "active-blocked")
	v := newView(o, NewFilm(o), 400, 600, 1, "en")
	id := reply(o, 425)
	var out Scene
	causes := Causes(o, id)
	Why(v, causes, 0, &out)
	require.Len(t, out.Hits, len(causes))
	for i, h := range out.Hits {
		assert.Equal(t, uint32(causes[i].Stop), h.ID.N)
		assert.Equal(t, uint32(i), h.ID.Row)
	}
	assert.Contains(t, out.Hits[2].Description, "Rule 3")
}

func TestChainTextsKeepApart(t *testing.T) {
	o := presetRun(t, "active-blocked")
	f := NewFilm(o)
	var out Scene
	for _, size := range [][2]float32{{240, 300}, {366, 500}, {900, 200}} {
		for _, scale := range scales {
			for _, lang := range assets.Languages() {
				v := newView(o, f, size[0], size[1], scale, lang)
				for scroll := float32(0); scroll < 600; scroll += 37 {
					Why(v, Causes(o, reply(o, 425)), scroll, &out)
					require.NoError(t, tidy(v, &out), "%v, scale %v, %s, scrolled by %v", size, scale, lang, scroll)
				}
			}
		}
	}
}

func TestNoCauseIsToldBehindAnOpenQuestion(t *testing.T) {
	o := presetRun(t, "active-blocked")
	v := newView(o, NewFilm(o), 400, 600, 1, "en")
	id := reply(o, 425)
	v.HideAfter = id - 1
	var out Scene
	assert.Zero(t, Why(v, Causes(o, id), 0, &out))
	assert.Empty(t, out.Shapes)
}
