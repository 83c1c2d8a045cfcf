package live

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"

	"ftpscope/sim/ftp"
)

// Config is what all sessions of a server share.
type Config struct {
	FTP   ftp.ServerConfig
	Store ftp.Store // used by several sessions at once
	TLS   *tls.Config

	MaxSessions int       // at once; 0: 200
	Record      *Recorder // nil: nothing is recorded
}

// Limits and patience of a server unless the configuration says otherwise.
// RFC 1123 §4.1.3.2 asks for an idle timeout of at least five minutes.
const (
	defaultMaxSessions = 200
	defaultIdle        = 300_000 // ms
	defaultConnect     = 60_000
	defaultAccept      = 60_000
	defaultData        = 300_000
)

// Server serves FTP on real sockets.
type Server struct {
	config Config
	ctx    context.Context
	cancel context.CancelFunc
	alive  sync.WaitGroup // sessions and all their goroutines

	mu       sync.Mutex
	listener net.Listener
	sessions map[*net.TCPConn]struct{}
}

// NewServer makes a server. Timeouts that are zero get their usual values.
func NewServer(c Config) *Server {
	for _, t := range []struct {
		timeout  *int64
		standard int64
	}{
		{&c.FTP.IdleTimeout, defaultIdle}, {&c.FTP.ConnectTimeout, defaultConnect},
		{&c.FTP.AcceptTimeout, defaultAccept}, {&c.FTP.DataTimeout, defaultData},
	} {
		if *t.timeout == 0 {
			*t.timeout = t.standard
		}
	}
	if c.MaxSessions == 0 {
		c.MaxSessions = defaultMaxSessions
	}
	if c.TLS == nil {
		c.FTP.TLS = ftp.NoTLS
	}
	s := &Server{config: c, sessions: map[*net.TCPConn]struct{}{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Serve accepts sessions until Shutdown; then it returns nil.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	s.listener = l
	stopped := s.ctx.Err() != nil // before it began
	s.mu.Unlock()
	if stopped {
		return l.Close()
	}
	for {
		conn, err := l.Accept()
		switch {
		case s.ctx.Err() != nil:
			if err == nil {
				_ = conn.Close()
			}
			return nil
		case errors.Is(err, net.ErrClosed):
			return err
		case err != nil: // no descriptor free, or a caller who has gone
			time.Sleep(10 * time.Millisecond)
		default:
			s.greet(conn.(*net.TCPConn))
		}
	}
}

// greet begins a session, unless there are too many.
func (s *Server) greet(conn *net.TCPConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil || len(s.sessions) >= s.config.MaxSessions {
		s.alive.Go(func() { turnAway(conn) })
		return
	}
	s.sessions[conn] = struct{}{}
	s.alive.Go(func() {
		s.session(conn)
		s.mu.Lock()
		delete(s.sessions, conn)
		s.mu.Unlock()
	})
}

// turnAway tells a caller to come back later (RFC 959 §5.4).
func turnAway(conn *net.TCPConn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(hangUpTimeout))
	if _, err := conn.Write([]byte("421 Too many sessions, try again later\r\n")); err == nil {
		_ = conn.CloseWrite()
		_, _ = conn.Read(make([]byte, 1)) // until it has read that
	}
}

func (s *Server) session(conn *net.TCPConn) {
	se := newSession(s.ctx, nil, s.config.TLS, &s.alive)
	se.machine = ftp.NewServer(s.config.FTP, sessionStore{s.config.Store, &se.whole})
	se.record = s.config.Record.session()
	se.control = newControl(se, conn)
	se.take(event{in: ftp.ControlConnected{Local: addrPort(conn.LocalAddr()), Remote: addrPort(conn.RemoteAddr())}})
	s.alive.Go(se.control.read)
	se.run(func() bool { return se.ended })
}

// Shutdown says goodbye (421) to every session and waits until they are over;
// those that are not when ctx ends are cut off, and it says so.
func (s *Server) Shutdown(ctx context.Context) error {
	s.cancel()
	s.mu.Lock()
	if s.listener != nil {
		_ = s.listener.Close()
	}
	s.mu.Unlock()
	over := make(chan struct{})
	go func() {
		s.alive.Wait()
		close(over)
	}()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	for conn := range s.sessions {
		_ = conn.SetLinger(0)
		_ = conn.Close()
	}
	s.mu.Unlock()
	<-over
	return ctx.Err()
}
