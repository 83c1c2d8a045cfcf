package ftp

import "net/netip"

// Output is something a machine wants done, or wants recorded.
type Output interface{ output() }

// Channel is one of a session's two connections.
type Channel string

// The two connections of RFC 959 §2.3.
const (
	ControlChannel Channel = "control"
	DataChannel    Channel = "data"
)

// Role is who answers and who speaks first in a TLS handshake. RFC 4217 §7: the
// FTP client is always the TLS client, even when the server dialled.
type Role string

// Roles in a TLS handshake.
const (
	TLSServer Role = "server"
	TLSClient Role = "client"
)

// PortRange is an inclusive range of ports; the zero value leaves the choice
// to the system.
type PortRange struct{ First, Last uint16 }

// TimerName names a timer; starting one that runs restarts it.
type TimerName string

// Timers of the two machines.
const (
	IdleTimer      TimerName = "idle"      // server: no command (RFC 1123 §4.1.3.2)
	ConnectTimer   TimerName = "connect"   // a dial is under way
	AcceptTimer    TimerName = "accept"    // waiting for the peer to dial
	DataTimer      TimerName = "data"      // the transfer makes no progress
	RateTimer      TimerName = "rate"      // the next chunk of a transfer with a limited rate
	LingerTimer    TimerName = "linger"    // waiting for the peer's FIN
	BindTimer      TimerName = "bind"      // server: trying for its data port
	RetryTimer     TimerName = "retry"     // client: before the next attempt
	LoginTimer     TimerName = "login"     // the delay after a wrong password (RFC 2577 §5)
	ReplyTimer     TimerName = "reply"     // client: patience for one reply
	MaxTimer       TimerName = "max time"  // client: everything together
	SleepTimer     TimerName = "sleep"     // client: doing nothing, on purpose
	KeepaliveTimer TimerName = "keepalive" // client: the next NOOP
	CallTimer      TimerName = "call"      // client: patience for calls nobody asked for
	GoodbyeTimer   TimerName = "goodbye"   // client: the program's last moment
)

// Outputs for the control connection.
type (
	// SendControl writes Raw in one segment if it fits: one command line, or
	// one reply with all its lines. Lines is the same without line ends and
	// with passwords masked. Urgent: Raw's last byte is sent as urgent data.
	SendControl struct {
		Raw    []byte
		Lines  []string
		Urgent bool
	}
	// DialControl opens the control connection. Host is what the user wrote;
	// Remote's address is invalid when Host is a name to be looked up. Local's
	// port 0 means any.
	DialControl struct {
		Host          string
		Local, Remote netip.AddrPort
	}
	// CloseControl sends what was written and then a FIN.
	CloseControl struct{}
	// AbortControl sends an RST.
	AbortControl struct{}
)

// Outputs for the data connection.
type (
	// Listen binds a data listener to Addr: on the first free one of Ports if
	// there are any, otherwise on a free one of Range if it is not zero,
	// otherwise on any. The answer is [Listening] or [ListenFailed].
	Listen struct {
		Addr  netip.Addr
		Ports []uint16
		Range PortRange
	}
	// StopListening closes the data listener and what waits in its backlog.
	StopListening struct{}
	// DialData opens the data connection. The answer is [DataConnected] or
	// [DataFailed]. Local without an address, or with port 0, leaves that to
	// the system.
	DialData struct{ Local, Remote netip.AddrPort }
	// SendData writes Data, which is shared and must never be changed. More
	// tells TCP that a further chunk follows after a pause: a last segment
	// that is not full waits for it, as with sendfile(2). Room asks for
	// [DataWritable] as the transport's buffer takes the data in.
	SendData struct {
		Data []byte
		More bool
		Room bool
	}
	// SendFile writes Content from Offset to its end; the answer is
	// [DataWritable].
	SendFile struct {
		Content Content
		Offset  int64
	}
	// CloseData closes in order: FIN after the data. Discard: the program had
	// not yet written what has not left this host, so the FIN comes at once.
	CloseData struct{ Discard bool }
	// AbortData resets the data connection (RST), or gives up a dial.
	AbortData struct{}
)

// Outputs for timers and TLS.
type (
	// StartTimer asks for a [TimerFired] after so many milliseconds.
	StartTimer struct {
		Name         TimerName
		Milliseconds int64
	}
	// StopTimer forgets a timer; one that does not run is no error.
	StopTimer struct{ Name TimerName }
	// StartTLS begins a handshake once everything written before has left.
	// From here on the channel's stream is opaque to anyone in between.
	StartTLS struct {
		Channel Channel
		Role    Role
	}
	// StopTLS ends the protection of the control connection (CCC, RFC 4217
	// §12.3, and REIN), after what was written before.
	StopTLS struct{ Channel Channel }
)

// Outputs for the record: what happened inside. Nothing need be done.
type (
	// CommandSent is a command line on its way (client), passwords masked.
	CommandSent struct{ Line string }
	// CommandParsed is a command line as the server understood it, passwords
	// masked.
	CommandParsed struct{ Line string }
	// ReplySent is a whole reply on its way (server).
	ReplySent struct {
		Code  int
		Line  string
		Lines []string
	}
	// ReplyReceived is a whole reply as the client understood it.
	ReplyReceived struct {
		Code  int
		Line  string
		Lines []string
	}
	// StateChanged is a transition taken by one of the two machines of a side.
	StateChanged struct {
		Machine  Part
		From, To State
		Trigger  Trigger
	}
	// Progress counts a transfer's bytes; Total is -1 when it is not known.
	Progress struct{ Bytes, Total int64 }
	// Stored says that a file was written: at the server an upload, at the
	// client a download.
	Stored struct {
		Path  string
		Bytes int64
	}
	// Printed is what the client program would show.
	Printed struct{ Text string }
	// Finished ends a wish. Reply is the code that decided it, 0 without one.
	Finished struct {
		Wish  string
		OK    bool
		Reply int
		Err   error
	}
)

func (SendControl) output()   {}
func (DialControl) output()   {}
func (CloseControl) output()  {}
func (AbortControl) output()  {}
func (Listen) output()        {}
func (StopListening) output() {}
func (DialData) output()      {}
func (SendData) output()      {}
func (SendFile) output()      {}
func (CloseData) output()     {}
func (AbortData) output()     {}
func (StartTimer) output()    {}
func (StopTimer) output()     {}
func (StartTLS) output()      {}
func (StopTLS) output()       {}
func (CommandSent) output()   {}
func (CommandParsed) output() {}
func (ReplySent) output()     {}
func (ReplyReceived) output() {}
func (StateChanged) output()  {}
func (Progress) output()      {}
func (Stored) output()        {}
func (Printed) output()       {}
func (Finished) output()      {}
