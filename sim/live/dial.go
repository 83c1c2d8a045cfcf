package live

import (
	"context"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"

	"ftpscope/sim/ftp"
)

// dial is a connection on its way.
type dial struct {
	channel ftp.Channel
	cancel  context.CancelFunc
	conn    *net.TCPConn // when it came about
}

// start dials in the background.
func (s *session) start(channel ftp.Channel, local netip.AddrPort, remote string) *dial {
	ctx, cancel := context.WithCancel(s.ctx)
	d := &dial{channel: channel, cancel: cancel}
	dialer := net.Dialer{}
	if local.Addr().IsValid() || local.Port() != 0 {
		dialer.LocalAddr = net.TCPAddrFromAddrPort(local)
		dialer.Control = reuseAddress
	}
	s.alive.Go(func() {
		defer cancel()
		conn, err := dialer.DialContext(ctx, "tcp", remote)
		if err == nil {
			d.conn = conn.(*net.TCPConn)
		}
		if !s.tell(event{in: d.answer(err), from: d}) && d.conn != nil {
			_ = d.conn.Close() // nobody waits for it any more
		}
	})
	return d
}

// answer tells the machine what came of the dial. The control connection says
// it itself, see dialled.
func (d *dial) answer(err error) ftp.Input {
	switch {
	case err != nil && d.channel == ftp.ControlChannel:
		return ftp.ControlFailed{Reason: failure(err)}
	case err != nil:
		return ftp.DataFailed{Reason: failure(err)}
	case d.channel == ftp.ControlChannel:
		return ftp.ControlConnected{Local: addrPort(d.conn.LocalAddr()), Remote: addrPort(d.conn.RemoteAddr())}
	}
	return ftp.DataConnected{Local: addrPort(d.conn.LocalAddr()), Remote: addrPort(d.conn.RemoteAddr())}
}

// dialled takes a connection that was dialled; false: it was given up
// meanwhile.
func (s *session) dialled(d *dial) bool {
	if s.dialling != d {
		if d.conn != nil {
			_ = d.conn.Close()
		}
		return false
	}
	s.dialling = nil
	switch {
	case d.conn == nil:
	case d.channel == ftp.ControlChannel:
		s.control = newControl(s, d.conn)
		s.alive.Go(s.control.read)
	default:
		s.data.release()
		s.data = newStream(s, d.conn)
	}
	return true
}

func (s *session) abortDial() {
	if s.dialling != nil {
		s.dialling.cancel()
		s.dialling = nil
	}
}

func (s *session) dialControl(o ftp.DialControl) {
	host := o.Host
	if o.Remote.Addr().IsValid() {
		host = o.Remote.Addr().String()
	}
	s.dialling = s.start(ftp.ControlChannel, o.Local, net.JoinHostPort(host, strconv.Itoa(int(o.Remote.Port()))))
}

func (s *session) dialData(o ftp.DialData) {
	s.dialling = s.start(ftp.DataChannel, o.Local, o.Remote.String())
}

// listener is where data connections arrive. It accepts one at a time; the
// others wait in the system's backlog.
type listener struct {
	s    *session
	tcp  *net.TCPListener
	next chan struct{} // the session wants one
	busy bool          // it has asked for one
}

// accepted is a data connection that arrived.
type accepted struct {
	by   *listener
	conn *net.TCPConn
}

func (s *session) listen(o ftp.Listen) {
	s.stopListening()
	for _, port := range candidates(o) {
		address := net.TCPAddrFromAddrPort(netip.AddrPortFrom(o.Addr, port))
		network := "tcp6"
		if o.Addr.Unmap().Is4() {
			network = "tcp4"
		}
		tcp, err := net.ListenTCP(network, address)
		if err != nil {
			continue
		}
		s.listener = &listener{s: s, tcp: tcp, next: make(chan struct{}, 1)}
		s.alive.Go(s.listener.accept)
		s.feed(ftp.Listening{Addr: addrPort(tcp.Addr())})
		return
	}
	s.feed(ftp.ListenFailed{Reason: ftp.NoPortFree})
}

// candidates are the ports to try, in order: the fixed ones, those of the range
// from anywhere in it on so that nobody can guess the next (RFC 2577 §8), or
// any.
func candidates(o ftp.Listen) []uint16 {
	switch {
	case len(o.Ports) > 0:
		return o.Ports
	case o.Range.First == 0:
		return []uint16{0}
	}
	size := int(o.Range.Last) - int(o.Range.First) + 1
	start := rand.IntN(size)
	ports := make([]uint16, size)
	for i := range ports {
		ports[i] = o.Range.First + uint16((start+i)%size)
	}
	return ports
}

func (l *listener) accept() {
	for range l.next {
		conn, err := l.tcp.AcceptTCP()
		if err != nil {
			return // closed
		}
		in := ftp.DataConnected{Local: addrPort(conn.LocalAddr()), Remote: addrPort(conn.RemoteAddr()), Accepted: true}
		if !l.s.tell(event{in: in, from: &accepted{l, conn}}) {
			_ = conn.Close()
			return
		}
	}
}

// acceptOne asks for the next data connection.
func (l *listener) acceptOne() {
	if l != nil && !l.busy {
		l.busy = true
		l.next <- struct{}{}
	}
}

// accepts takes a data connection; false: nobody listens there any more.
func (s *session) accepts(a *accepted) bool {
	if a.by != s.listener {
		_ = a.conn.Close()
		return false
	}
	s.listener.busy = false
	s.data.release()
	s.data = newStream(s, a.conn)
	return true
}

func (s *session) stopListening() {
	if s.listener == nil {
		return
	}
	close(s.listener.next)
	_ = s.listener.tcp.Close()
	s.listener = nil
}
