package scene

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// further are runs with hosts beside the client and the server.
var further = []struct {
	name, preset string
	set          []string
}{
	{"a thief on the Internet", "passive-stolen", nil},
	{"a thief behind the client's router", "passive-stolen", []string{
		"attacker.place=client-lan", "client_router.nat=true", "client_router.firewall=block-inbound", "server_router.firewall=allow-21-passive",
	}},
	{"a thief before a firewall", "passive-stolen", []string{"server_router.firewall=allow-21", "server_router.block_with=icmp", "client.mode=port"}},
	{"a bounce", "active-bounce", []string{"client_router.firewall=block-inbound"}},
	{"two servers", "two-servers", nil},
	{"two servers, firewalls between", "two-servers", []string{"client_router.firewall=block-inbound", "client_router.nat=true", "server_router.firewall=allow-21"}},
	{"a bounce to a second server", "active-bounce", []string{
		"second_server.on=true", `attacker.script=["@0.6s open", "login", "cmd PORT 192,0,2,10,19,136", "cmd RETR notes.txt", "quit"]`,
		"server_router.firewall=allow-21", "server_router.block_with=reset",
	}},
	{"hosts that do nothing", "passive", []string{"second_server.on=true", "attacker.place=client-lan", `attacker.script=[]`}},
}

func run(t *testing.T, preset string, settings ...string) *trace.Outline {
	t.Helper()
	s, err := sim.Preset(preset)
	require.NoError(t, err)
	for _, set := range settings {
		key, value, _ := strings.Cut(set, "=")
		require.NoError(t, s.Set(key, value), set)
	}
	tr, err := sim.Run(s)
	require.NoError(t, err)
	return trace.NewOutline(tr)
}

func TestFurtherHostsKeepApart(t *testing.T) {
	for _, tt := range further {
		t.Run(tt.name, func(t *testing.T) {
			o := run(t, tt.preset, tt.set...)
			f := NewFilm(o)
			var out Scene
			stops := o.Stops(trace.ByMessage)
			turn := 0
			for _, size := range append(sizes, [2]float32{660, 236}, [2]float32{900, 220}) {
				for _, scale := range scales {
					for _, lang := range assets.Languages() {
						v := newView(o, f, size[0], size[1], scale, lang)
						turn++
						for i := turn % 5; i < len(stops); i += 5 {
							for _, after := range [...]float64{0, .3} {
								Stage(v.seek(f.Pos(stops[i])+after), &out)
								require.NoError(t, tidy(v, &out), "%v, scale %v, %s, after %d events", size, scale, lang, stops[i])
							}
						}
						v = newView(o, f, min(size[0], 366), max(size[1], 300), scale, lang).seek(f.Length() / 2)
						for _, by := range [...]trace.Size{trace.ByMessage, trace.ByPacket} {
							for scroll := float32(0); scroll < 1500; scroll += 333 {
								Sequence(v, by, scroll, &out)
								require.NoError(t, tidy(v, &out), "sequence, scale %v, %s, scrolled by %v", scale, lang, scroll)
							}
						}
					}
				}
			}
		})
	}
}

// Every further host has a card and a lifeline of its own where there is room
// for one at all: in a window of 960 by 600 there is.
func TestFurtherHostsAreShown(t *testing.T) {
	for _, tt := range further {
		o := run(t, tt.preset, tt.set...)
		v := newView(o, NewFilm(o), 880, 236, 1, "en")
		for i := range o.Trace.Nodes {
			if !o.Trace.Nodes[i].Role.Further() {
				continue
			}
			name := map[trace.Role]string{trace.RoleAttacker: "Attacker", trace.RoleSecondServer: "Second server"}[o.Trace.Nodes[i].Role]
			var out Scene
			Stage(v.seek(v.Film.Length()/2), &out)
			assert.Contains(t, words(&out), name, tt.name)
			Sequence(v, trace.ByMessage, 0, &out)
			assert.Contains(t, words(&out), name, tt.name)
		}
	}
}

// A guest's lane tells who opened what lies on it, as the channels do, and what
// became of an attempt.
func TestGuestsLanesTellWhoOpenedThem(t *testing.T) {
	for _, tt := range []struct {
		preset string
		set    []string
		guest  string
		to     Side
		want   []string
	}{
		{"passive-stolen", nil, "attacker", ServerSide, []string{"data open by attacker", "data opening by attacker", "data reset by attacker"}},
		{"active-bounce", nil, "attacker", ServerSide, []string{"command closing by attacker", "command open by attacker", "command opening by attacker"}},
		{"two-servers", nil, "second-server", ClientSide, []string{"command closing by client", "command open by client", "command opening by client"}},
		{"two-servers", nil, "second-server", ServerSide, []string{"data closing by server", "data open by server", "data opening by server"}},
		{
			"passive-stolen", []string{"server_router.firewall=allow-21", "client.mode=port", `attacker.script=["@0.1s call 1234 1.5"]`}, "attacker", ServerSide,
			[]string{"data blocked by attacker", "data opening by attacker"},
		},
	} {
		o := run(t, tt.preset, tt.set...)
		v := newView(o, NewFilm(o), 880, 400, 1, "en")
		guest := 0
		for v.Film.guests[guest].node != nodeOf(t, o, tt.guest) {
			guest++
		}
		s := stage{painter: painter{v, o.Trace, &Scene{}}, film: v.Film}
		seen := map[string]bool{}
		lane := guestLane(guest, tt.to)
		for n := range trace.ID(o.Trace.Len() + 1) {
			v.seek(v.Film.Pos(n))
			s.find()
			l := s.lane[lane]
			if l.Phase == None {
				continue
			}
			phase := [...]string{Opening: "opening", Open: "open", Closing: "closing", Reset: "reset", Blocked: "blocked"}[l.Phase]
			seen[fmt.Sprintf("%v %s by %s", l.Channel, phase, s.party(lane, l.Opener))] = true
		}
		var got []string
		for _, w := range tt.want {
			if seen[w] {
				got = append(got, w)
			}
		}
		assert.Equal(t, tt.want, got, "%s: %v", tt.preset, seen)
	}
}

func nodeOf(t *testing.T, o *trace.Outline, name string) trace.Node {
	n, ok := o.Trace.NodeByName(name)
	require.True(t, ok, name)
	return n
}

// What a further host sends is drawn on its own lane, between its card and the
// host it is for, and through no wall that its way does not lead through.
func TestFurtherHostsPacketsKeepToTheirLanes(t *testing.T) {
	for _, tt := range further {
		o := run(t, tt.preset, tt.set...)
		v := newView(o, NewFilm(o), 1280, 500, 1, "en")
		s := stage{painter: painter{v, o.Trace, &Scene{}}, film: v.Film}
		for n := range trace.ID(o.Trace.Len() + 1) {
			v.seek(v.Film.Pos(n) + .02)
			s.find()
			for i := range s.legs {
				g := &s.legs[i]
				ends := s.lanes[g.lane].ends
				require.True(t, g.x >= ends[0]-.1 && g.x <= ends[1]+.1, "%s, after %d events: %v is not within %v", tt.name, n, g.x, ends)
				p := o.Trace.FlowOf(o.Trace.Packet(o.Trace.Event(g.flight.Sent)))
				foreign := false
				for _, a := range [...]string{"192.0.2.66", "192.0.2.10", "192.168.1.66"} {
					foreign = foreign || p.Src.Addr().String() == a || p.Dst.Addr().String() == a
				}
				if foreign {
					assert.GreaterOrEqual(t, g.lane, guestLanes, "%s, after %d events", tt.name, n)
				}
			}
		}
	}
}

// A lane that never opened was refused, not broken off.
func TestALaneSaysWhetherAResetRefusedItOrBrokeItOff(t *testing.T) {
	for preset, want := range map[string]string{
		"active-bounce":  "refused with a reset",  // the victim listens on no such port
		"passive-stolen": "broken off by a reset", // the server drops the client's connection
	} {
		o := run(t, preset)
		v := newView(o, NewFilm(o), 1200, 500, 1, "en")
		said := ""
		for _, n := range o.Stops(trace.ByMessage) {
			var out Scene
			Stage(v.seek(v.Film.Pos(n)+.3), &out)
			said += strings.Join(words(&out), "\n")
		}
		assert.Contains(t, said, want, preset)
	}
}

// The port that a guest calls listens until its call is taken, if somebody
// listens there at all.
func TestThePortThatAGuestCallsListensOrDoesNot(t *testing.T) {
	o := run(t, "passive-stolen")
	v := newView(o, NewFilm(o), 1200, 500, 1, "en")
	s := stage{painter: painter{v, o.Trace, &Scene{}}, film: v.Film}
	var ends []trace.TCPState
	for n := range trace.ID(o.Trace.Len() + 1) {
		v.seek(v.Film.Pos(n))
		s.find()
		l := s.lane[guestLane(0, ServerSide)]
		if state := l.Ends[ServerSide].State; l.Phase != None && (len(ends) == 0 || ends[len(ends)-1] != state) {
			ends = append(ends, state)
		}
	}
	require.GreaterOrEqual(t, len(ends), 4)
	assert.Equal(t, []trace.TCPState{trace.Closed, trace.Listen, trace.SynReceived, trace.Established}, ends[:4])
}

// What a lesson about an attacker is about is seen where hardly anything is.
func TestAGuestOutlastsTheNamesOfClientAndServer(t *testing.T) {
	o := run(t, "passive-stolen")
	v := newView(o, NewFilm(o), 928, 150, 2, "en")
	var out Scene
	Stage(v.seek(v.Film.Length()/2), &out)
	assert.Contains(t, words(&out), "Attacker")
	assert.NotContains(t, words(&out), "Client")
}

func TestAConnectionToARouterItselfEndsThere(t *testing.T) {
	o := run(t, "active", "client_router.nat=true", "server.port_promiscuous=true", "client.port_address=198.51.100.1")
	film := NewFilm(o)
	v := newView(o, film, 800, 400, 1, "en")
	i := slices.IndexFunc(o.Messages, func(m trace.Message) bool { return m.Kind == trace.MsgOpen && m.Channel == trace.Data })
	var out Scene
	Stage(v.seek(film.Pos(o.Messages[i].Last)), &out)
	var lane, router Rect
	for _, h := range out.Hits {
		switch {
		case h.ID.Kind == HitLane && h.ID.Channel == uint8(trace.Data):
			lane = h.Rect
		case h.ID.Kind == HitRouter:
			router = h.Rect
		case h.ID.Kind == HitPort:
			assert.NotContains(t, h.Name, "2001", "the client is not called")
		}
	}
	assert.InDelta(t, router.X+router.W/2, lane.X, 1)
	assert.Contains(t, words(&out), ":2001")
}
