package scene

import (
	"net/netip"

	"ftpscope/sim/trace"
)

// Phase is how far a channel's connection has come.
type Phase uint8

// The phases of a lane.
const (
	None     Phase = iota
	Expected       // a data socket listens and nobody has called
	Opening        // a SYN is on its way, or its answer
	Open
	Closing // a FIN has been sent
	Reset   // a RST ended it, or refused it
	Blocked // the attempt to open it died on its way
)

// Side is one of the two ends of a lane.
type Side int

// The sides, from left to right.
const (
	ClientSide Side = iota
	ServerSide
)

// End is what a lane ends in on one host.
type End struct {
	Port  uint16 // 0: no port
	State trace.TCPState
}

// Lane is a channel at one moment: the connection that it has now or had last,
// and the sockets at its ends.
type Lane struct {
	Channel trace.Channel
	Phase   Phase
	Conn    int      // index into Outline.Conns; -1: none that is worth showing
	Opener  Side     // of the connection; of an expected one, the side that is to call
	Closer  Side     // of a closing one
	Ends    [2]End   // by side
	Died    trace.ID // the event in which its latest packet died, while that is news; 0: none
	Sent    trace.ID // that packet's sending
}

// LaneOf says how a channel is in world w, which is the film's at pos.
func LaneOf(o *trace.Outline, f *Film, w *trace.World, pos float64, c trace.Channel) Lane {
	lane := laneIndex(c)
	l := Lane{Channel: c, Conn: f.conn(o, lane, w.N)}
	if l.Conn < 0 {
		l.withoutConn(findSockets(o.Trace, w, c, nil))
		return l
	}
	conn := &o.Conns[l.Conn]
	s := findSockets(o.Trace, w, c, conn)
	l.Opener, l.Closer = sideOf(o.Trace, conn.Opener), sideOf(o.Trace, conn.Closer)
	d := news(f, w, lane, conn, pos)
	l.Died, l.Sent = d.event, d.sent
	l.Phase = phase(conn, &s, w.N, l.Died)
	over := l.Phase == None || l.Phase == Reset || l.Phase == Blocked
	if over && c == trace.Data && s.another(l.Opener.other(), conn) {
		l = Lane{Channel: c, Conn: -1}
	}
	if l.Phase == None {
		l.withoutConn(s)
		return l
	}
	l.Ends[l.Opener].Port, l.Ends[l.Opener.other()].Port = conn.Src.Port(), farPort(conn)
	for side := range l.Ends {
		l.Ends[side].State = s.state(Side(side))
	}
	return l
}

// withoutConn fills in a lane that has sockets but no connection to show.
func (l *Lane) withoutConn(s sockets) {
	l.Conn, l.Died, l.Sent = -1, 0, 0
	for side := range l.Ends {
		switch {
		case s.listener[side] != nil:
			l.Ends[side] = End{s.listener[side].Local.Port(), trace.Listen}
			if l.Channel == trace.Data {
				l.Phase, l.Opener = Expected, Side(side).other()
			}
		case s.own[side] != nil:
			l.Ends[side] = End{s.own[side].Local.Port(), s.own[side].State}
		}
	}
}

// news is the death to be shown: the latest of this connection, until it is
// tried anew or, on an open connection, for a moment.
func news(f *Film, w *trace.World, lane int, conn *trace.Conn, pos float64) death {
	d := f.death(lane, w.N)
	if d.event < f.attempt(lane, w.N) || reached(conn.Open, w.N) && pos > f.Pos(d.event)+afterglow/1000.0 {
		return death{}
	}
	return d
}

func phase(conn *trace.Conn, s *sockets, n, died trace.ID) Phase {
	opened, ended := reached(conn.Open, n), reached(conn.Ended, n)
	alive := s.alive(ClientSide) || s.alive(ServerSide)
	switch {
	case !opened && died != 0:
		return Blocked
	case ended && conn.Reset && !(s.alive(ClientSide) && s.alive(ServerSide)) && (opened || !alive):
		return Reset
	case !opened && alive:
		return Opening
	case !opened:
		return None
	case ended && !alive:
		return None
	case reached(conn.Closing, n) && !conn.Reset:
		return Closing
	}
	return Open // also while a RST is still on its way
}

// GivenUp reports whether the opener of a blocked lane has stopped trying.
func (l *Lane) GivenUp() bool { return l.Phase == Blocked && l.Ends[l.Opener].State == trace.Closed }

// reached reports whether an event, if there ever is one, lies within the first n.
func reached(id, n trace.ID) bool { return id != 0 && id <= n }

// farPort is the port that a connection goes to, as its host knows it where the
// SYN arrives there.
func farPort(c *trace.Conn) uint16 {
	if c.FarDst.IsValid() {
		return c.FarDst.Port()
	}
	return c.Dst.Port()
}

func (s Side) other() Side { return ServerSide - s }

// sideOf is the side a node stands on; an attacker stands on the client's.
func sideOf(t *trace.Trace, n trace.Node) Side {
	switch t.Nodes[n].Role {
	case trace.RoleServer, trace.RoleServerRouter:
		return ServerSide
	}
	return ClientSide
}

func isHost(t *trace.Trace, n trace.Node) bool { return t.Nodes[n].Role.Host() }

// sockets are a channel's sockets at both hosts, by side.
type sockets struct {
	listener [2]*trace.Socket
	own      [2]*trace.Socket // of the connection asked for
}

func findSockets(t *trace.Trace, w *trace.World, c trace.Channel, conn *trace.Conn) sockets {
	var s sockets
	for i := range w.Sockets {
		sock := &w.Sockets[i]
		if sock.Channel != c || t.Nodes[sock.At].Role != trace.RoleClient && t.Nodes[sock.At].Role != trace.RoleServer {
			continue
		}
		side := sideOf(t, sock.At)
		switch {
		case sock.State == trace.Listen:
			s.listener[side] = sock
		case conn != nil && belongs(sock, conn):
			s.own[side] = sock
		}
	}
	return s
}

// belongs reports whether a socket is an end of a connection.
func belongs(s *trace.Socket, c *trace.Conn) bool {
	if s.At == c.Opener {
		return s.Local == c.Src && s.Remote == c.Dst
	}
	if c.FarSrc != (netip.AddrPort{}) {
		return s.Local == c.FarDst && s.Remote == c.FarSrc
	}
	return s.Local.Port() == c.Dst.Port()
}

// alive reports whether the connection still has a socket that can send.
func (s *sockets) alive(side Side) bool {
	return s.own[side] != nil && s.own[side].State != trace.TimeWait
}

// another reports whether a socket listens that conn did not go to.
func (s *sockets) another(far Side, conn *trace.Conn) bool {
	for side, l := range s.listener {
		if l != nil && (Side(side) != far || l.Local.Port() != farPort(conn)) {
			return true
		}
	}
	return false
}

func (s *sockets) state(side Side) trace.TCPState {
	switch {
	case s.own[side] != nil:
		return s.own[side].State
	case s.listener[side] != nil:
		return trace.Listen
	}
	return trace.Closed
}
