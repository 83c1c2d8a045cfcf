package ftp

import "net/netip"

// Input is something that happened to a session's machine.
type Input interface{ input() }

// Failure says why a connection could not be had or was lost.
type Failure string

// The failures the network can report, in the words of connect(2).
const (
	Refused       Failure = "refused"              // RST in answer to the SYN, or ICMP port unreachable
	TimedOut      Failure = "timed out"            // no answer to any SYN
	Unreachable   Failure = "unreachable"          // ICMP network or host unreachable, or no route
	Prohibited    Failure = "prohibited"           // ICMP administratively prohibited
	PortInUse     Failure = "port in use"          // the local port is taken
	PairTaken     Failure = "pair taken"           // a connection of the same four numbers stands, perhaps in TIME-WAIT
	NoPortFree    Failure = "no port free"         // every port of the range is taken
	NotFound      Failure = "host not found"       // the name has no address
	BadHandshake  Failure = "TLS handshake failed" // the peer does not speak TLS, or speaks it badly
	NotTrusted    Failure = "certificate not trusted"
	WasReset      Failure = "reset" // RST on an established connection
	ClosedEarly   Failure = "closed early"
	PolicyRefused Failure = "not permitted" // the local system forbids it (a low port, say)
)

// Inputs of the control connection.
type (
	// ControlConnected says that the control connection is established.
	ControlConnected struct{ Local, Remote netip.AddrPort }
	// ControlFailed answers [DialControl] when no connection came about.
	ControlFailed struct{ Reason Failure }
	// ControlReceived brings bytes of the control connection, cut anywhere;
	// the machine keeps no reference to Data. Urgent: TCP's urgent pointer
	// points into Data, whose urgent byte stands in line (SO_OOBINLINE).
	ControlReceived struct {
		Data   []byte
		Urgent bool
	}
	// ControlClosed says that the peer closed (FIN) or reset (RST) the control
	// connection, or that the network gave it up.
	ControlClosed struct{ Reset bool }
)

// Inputs of the data connection. A session has at most one.
type (
	// Listening answers [Listen]: Addr is what the socket is bound to.
	Listening struct{ Addr netip.AddrPort }
	// ListenFailed answers [Listen] when no port could be had.
	ListenFailed struct{ Reason Failure }
	// DataConnected says that the three-way handshake is done: by our dial, or
	// on our listener (Accepted). After an Accepted one the next is held in
	// the listener's backlog until this one is gone.
	DataConnected struct {
		Local, Remote netip.AddrPort
		Accepted      bool
	}
	// DataFailed answers [DialData] when no connection came about.
	DataFailed struct{ Reason Failure }
	// DataReceived brings bytes of the data connection. The machine copies
	// what it keeps, unless they are Shared: then they will never change.
	DataReceived struct {
		Data   []byte
		Shared bool
	}
	// DataPeerClosed is the peer's FIN: the end of its data.
	DataPeerClosed struct{}
	// DataReset is an RST, or a connection the network gave up.
	DataReset struct{}
	// DataAcked says that everything written, and our FIN if we closed, is
	// acknowledged by the peer.
	DataAcked struct{}
	// DataWritable reports how many bytes the transport took since the last
	// report. It answers every [SendFile] once all is taken (with Err when the
	// file could not be read); after [SendData] it may be left out when the
	// data is in memory, and is then taken for granted.
	DataWritable struct {
		Taken int64
		Err   error
	}
)

// Inputs from elsewhere.
type (
	// TimerFired says that the time asked for with [StartTimer] is over.
	TimerFired struct{ Name TimerName }
	// TLSFailed says that a handshake asked for with [StartTLS] failed; the
	// connection is gone.
	TLSFailed struct {
		Channel Channel
		Reason  Failure
	}
	// Wish is one line of what the user wants; see [Client]. Client only.
	Wish struct{ Text string }
	// Shutdown asks a server to end the session with 421, as when the service
	// is stopped. Server only.
	Shutdown struct{}
)

func (ControlConnected) input() {}
func (ControlFailed) input()    {}
func (ControlReceived) input()  {}
func (ControlClosed) input()    {}
func (Listening) input()        {}
func (ListenFailed) input()     {}
func (DataConnected) input()    {}
func (DataFailed) input()       {}
func (DataReceived) input()     {}
func (DataPeerClosed) input()   {}
func (DataReset) input()        {}
func (DataAcked) input()        {}
func (DataWritable) input()     {}
func (TimerFired) input()       {}
func (TLSFailed) input()        {}
func (Wish) input()             {}
func (Shutdown) input()         {}
