package scene

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

func TestAnotherHostHasACardOfItsOwn(t *testing.T) {
	tests := []struct {
		name string
		o    *trace.Outline
		hide trace.ID
		want bool
	}{
		{"where it meddles", stolen(), 0, true},
		{"not where nobody does", stories()["passive, nothing between"], 0, false},
		{"not before it is known", stolen(), stolen().Conns[1].First - 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := newView(tt.o, NewFilm(tt.o), 860, 520, 1, "en")
			v.HideAfter = tt.hide
			var out Scene
			Stage(v, &out)
			if tt.want {
				assert.Subset(t, words(&out), []string{"Another host", "192.168.1.3"})
			} else {
				assert.NotContains(t, words(&out), "Another host")
			}
		})
	}
}

// The data channel stays the client's own: what another host does is not taken
// for the client's doing.
func TestAnotherHostsConnectionIsNotTheDataChannel(t *testing.T) {
	o := stolen()
	f := NewFilm(o)
	require.Len(t, o.Conns, 2)
	stolen := &o.Conns[1]
	require.NotZero(t, stolen.Open)
	for n := stolen.First; n <= trace.ID(o.Trace.Len()); n++ {
		l := LaneOf(o, f, o.Trace.World(n), f.Pos(n), trace.Data)
		assert.Contains(t, []Phase{Expected, None}, l.Phase, "after %d events", n)
	}
}

func TestAnotherHostsPacketsFlyBelowTheChannels(t *testing.T) {
	o := stolen()
	v := newView(o, NewFilm(o), 860, 520, 1, "en")
	s := stage{painter: painter{v, o.Trace, &Scene{}}, film: v.Film}
	v.seek(v.Film.Pos(o.Conns[1].First) + .01)
	s.find()
	require.Len(t, s.legs, 1)
	lane := guestLane(0, ServerSide)
	assert.Equal(t, lane, s.legs[0].lane)
	assert.Greater(t, s.lanes[lane].line, s.cards[ClientSide].Y+s.cards[ClientSide].H)

	v.seek(v.Film.Pos(v.Film.deaths[lane][0].event))
	var out Scene
	Stage(v, &out)
	assert.Contains(t, descriptions(&out), "dropped")
}

func descriptions(s *Scene) (out []string) {
	for _, h := range s.Hits {
		out = append(out, h.Description)
	}
	return out
}

func TestTheHostsAddressesStandBesideTheirNamesWhereThereIsNoLineForThem(t *testing.T) {
	o := stolen()
	v := newView(o, NewFilm(o), 600, 250, 1, "en")
	var out Scene
	Stage(v, &out)
	var name, address *Shape
	for i := range out.Shapes {
		switch out.Shapes[i].Text {
		case "Server":
			name = &out.Shapes[i]
		case "203.0.113.10":
			address = &out.Shapes[i]
		}
	}
	require.NotNil(t, name)
	require.NotNil(t, address, "what a text speaks of is there")
	assert.InDelta(t, name.P[0].Y, address.P[0].Y, 2, "on one line")
}
