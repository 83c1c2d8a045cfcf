package scene

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

func TestLanePhases(t *testing.T) {
	type want struct {
		phase  Phase
		opener Side
		client End
		server End
	}
	login := func(s *story) { s.login() }
	tests := []struct {
		name    string
		channel trace.Channel
		tell    func(s *story)
		want    want
	}{
		{"nothing has happened", trace.Command, func(*story) {}, want{phase: None}},
		{"the server listens", trace.Command, func(s *story) { s.state(server, trace.Command, 21, 0, trace.Listen) },
			want{phase: None, server: End{21, trace.Listen}}},
		{"the client's SYN is sent", trace.Command, func(s *story) {
			s.state(server, trace.Command, 21, 0, trace.Listen)
			s.state(client, trace.Command, 2000, 21, trace.SynSent)
			s.send(client, trace.Command, 2000, 21, trace.SYN, "")
		}, want{Opening, ClientSide, End{2000, trace.SynSent}, End{21, trace.Listen}}},
		{"the command channel stands", trace.Command, login,
			want{Open, ClientSide, End{2000, trace.Established}, End{21, trace.Established}}},
		{"no data socket yet", trace.Data, login, want{phase: None}},
		{"PORT announced: the server is to call", trace.Data, func(s *story) {
			s.login()
			s.active(func() {})
		}, want{phase: Expected, opener: ServerSide, client: End{2001, trace.Listen}}},
		{"PASV answered: the client is to call", trace.Data, func(s *story) {
			s.login()
			s.state(server, trace.Data, 1234, 0, trace.Listen)
		}, want{phase: Expected, opener: ClientSide, server: End{1234, trace.Listen}}},
		{"the server's SYN is dropped", trace.Data, func(s *story) {
			s.login()
			s.active(s.blocked)
		}, want{Blocked, ServerSide, End{2001, trace.Listen}, End{20, trace.SynSent}}},
		{"the server tries again", trace.Data, func(s *story) {
			s.login()
			s.active(s.blocked)
			s.wait(time.Second)
			s.send(server, trace.Data, 20, 2001, trace.SYN, "")
		}, want{Opening, ServerSide, End{2001, trace.Listen}, End{20, trace.SynSent}}},
		{"the server has given up", trace.Data, func(s *story) {
			s.login()
			s.active(s.blocked)
			s.state(server, trace.Data, 20, 2001, trace.Closed)
		}, want{Blocked, ServerSide, End{2001, trace.Listen}, End{20, trace.Closed}}},
		{"another port is announced after that", trace.Data, func(s *story) {
			s.login()
			s.active(s.blocked)
			s.state(server, trace.Data, 20, 2001, trace.Closed)
			s.unlisten(client, trace.Data, 2001)
			s.state(server, trace.Data, 1234, 0, trace.Listen)
		}, want{phase: Expected, opener: ClientSide, server: End{1234, trace.Listen}}},
		{"the server closes", trace.Data, func(s *story) {
			s.login()
			s.connect(trace.Data, client, 2001, 1234)
			s.state(server, trace.Data, 1234, 2001, trace.FinWait1)
			s.send(server, trace.Data, 1234, 2001, trace.FIN|trace.ACK, "")
		}, want{Closing, ClientSide, End{2001, trace.Established}, End{1234, trace.FinWait1}}},
		{"both have closed", trace.Data, func(s *story) {
			s.login()
			s.connect(trace.Data, client, 2001, 1234)
			s.close(trace.Data, server, 1234, 2001)
			s.state(client, trace.Data, 2001, 1234, trace.Closed)
		}, want{phase: None, server: End{1234, trace.TimeWait}}},
		{"a RST refuses it", trace.Data, func(s *story) {
			s.login()
			s.state(client, trace.Data, 2001, 1234, trace.SynSent)
			s.fly(client, trace.Data, 2001, 1234, trace.SYN, "")
			s.fly(server, trace.Data, 1234, 2001, trace.RST|trace.ACK, "")
			s.state(client, trace.Data, 2001, 1234, trace.Closed)
		}, want{Reset, ClientSide, End{2001, trace.Closed}, End{1234, trace.Closed}}},
		{"refused at the second attempt", trace.Data, func(s *story) {
			s.login()
			s.state(client, trace.Data, 2001, 1234, trace.SynSent)
			s.die(client, trace.Data, 2001, 1234, trace.SYN, internet, trace.Lost)
			s.wait(time.Second)
			s.fly(client, trace.Data, 2001, 1234, trace.SYN, "")
			s.fly(server, trace.Data, 1234, 2001, trace.RST|trace.ACK, "")
			s.state(client, trace.Data, 2001, 1234, trace.Closed)
		}, want{Reset, ClientSide, End{2001, trace.Closed}, End{1234, trace.Closed}}},
		{"a RST breaks it off", trace.Command, func(s *story) {
			s.login()
			s.state(server, trace.Command, 21, 2000, trace.Closed)
			s.fly(server, trace.Command, 21, 2000, trace.RST, "")
			s.state(client, trace.Command, 2000, 21, trace.Closed)
		}, want{Reset, ClientSide, End{2000, trace.Closed}, End{21, trace.Listen}}},
		{"a RST is still under way", trace.Command, func(s *story) {
			s.login()
			s.send(server, trace.Command, 21, 2000, trace.RST, "")
		}, want{Open, ClientSide, End{2000, trace.Established}, End{21, trace.Established}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(firewall(clientRouter)...)
			tt.tell(s)
			o := s.outline()
			f := NewFilm(o)
			w := o.Trace.World(trace.ID(o.Trace.Len()))
			l := LaneOf(o, f, w, f.Length(), tt.channel)
			assert.Equal(t, tt.want, want{l.Phase, l.Opener, l.Ends[ClientSide], l.Ends[ServerSide]})
			assert.Equal(t, tt.want.phase == Blocked, l.Died != 0)
		})
	}
}

// blocked is the server's attempt to call that a firewall drops.
func (s *story) blocked() {
	s.state(server, trace.Data, 20, 2001, trace.SynSent)
	s.die(server, trace.Data, 20, 2001, trace.SYN, clientRouter, trace.Dropped)
}

func TestLaneIsTheLatestConnectionOfItsChannel(t *testing.T) {
	o := stories()["passive twice behind a firewall"]
	f := NewFilm(o)
	require.Len(t, o.Conns, 3)
	for i, c := range o.Conns {
		w := o.Trace.World(c.Open)
		l := LaneOf(o, f, w, f.Pos(c.Open), c.Channel)
		assert.Equal(t, i, l.Conn)
		assert.Equal(t, Open, l.Phase)
	}
}

func TestABlockedLaneIsGivenUpWhenItsOpenerIs(t *testing.T) {
	given := func(end func(*story)) bool {
		s := newStory(firewall(clientRouter)...)
		s.login()
		s.active(s.blocked)
		end(s)
		o := s.outline()
		f := NewFilm(o)
		l := LaneOf(o, f, o.Trace.World(trace.ID(o.Trace.Len())), f.Length(), trace.Data)
		return l.GivenUp()
	}
	assert.False(t, given(func(*story) {}))
	assert.True(t, given(func(s *story) { s.state(server, trace.Data, 20, 2001, trace.Closed) }))
}
