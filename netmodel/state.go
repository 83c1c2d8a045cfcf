package netmodel

// State is the state of a TCP connection (RFC 9293 §3.3.2).
type State uint8

// The states.
const (
	Closed State = iota
	Listen
	SynSent
	SynReceived
	Established
	FinWait1
	FinWait2
	CloseWait
	Closing
	LastAck
	TimeWait
	stateCount
)

var stateNames = [stateCount]string{
	"CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
	"FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT",
}

func (s State) String() string {
	if s < stateCount {
		return stateNames[s]
	}
	return "UNKNOWN"
}

// Trigger is what moves a connection from one state to the next.
type Trigger uint8

// The triggers: what the user calls, what arrives, what runs out.
const (
	PassiveOpen Trigger = iota
	ActiveOpen
	UserClose
	UserAbort
	ReceiveSYN
	ReceiveSYNACK
	ReceiveACKOfSYN
	ReceiveFIN
	ReceiveACKOfFIN
	ReceiveRST
	ReceiveUnreachable // an ICMP error while connecting
	GiveUp             // nothing answered our retransmissions
	TimeWaitOver
	triggerCount
)

var triggerNames = [triggerCount]string{
	"passive OPEN", "active OPEN", "CLOSE", "ABORT", "rcv SYN", "rcv SYN,ACK",
	"rcv ACK of SYN", "rcv FIN", "rcv ACK of FIN", "rcv RST", "rcv ICMP error",
	"give up", "2MSL timeout",
}

func (t Trigger) String() string {
	if t < triggerCount {
		return triggerNames[t]
	}
	return "unknown"
}

// Transition is one arrow of the state diagram.
type Transition struct {
	From State
	On   Trigger
	To   State
	Send Flags // what the arrow's label says is sent; 0: nothing
}

// TCPTransitions is the state diagram of RFC 9293 figure 5 with the arrows that
// it leaves out for clearness (resets, aborts, timeouts). The machine runs on
// this table and on nothing else. A SYN to a listening socket makes a new one,
// which starts where the arrow ends.
var TCPTransitions = []Transition{
	{Closed, PassiveOpen, Listen, 0},
	{Closed, ActiveOpen, SynSent, SYN},
	{Listen, ReceiveSYN, SynReceived, SYN | ACK},
	{Listen, UserClose, Closed, 0},

	{SynSent, ReceiveSYN, SynReceived, SYN | ACK},
	{SynSent, ReceiveSYNACK, Established, ACK},
	{SynSent, ReceiveRST, Closed, 0},
	{SynSent, ReceiveUnreachable, Closed, 0},
	{SynSent, UserClose, Closed, 0},
	{SynSent, UserAbort, Closed, 0},
	{SynSent, GiveUp, Closed, 0},

	{SynReceived, ReceiveACKOfSYN, Established, 0},
	{SynReceived, UserClose, FinWait1, FIN | ACK},
	{SynReceived, ReceiveRST, Closed, 0},
	{SynReceived, UserAbort, Closed, RST | ACK},
	{SynReceived, GiveUp, Closed, 0},

	{Established, UserClose, FinWait1, FIN | ACK},
	{Established, ReceiveFIN, CloseWait, ACK},
	{Established, ReceiveRST, Closed, 0},
	{Established, UserAbort, Closed, RST | ACK},
	{Established, GiveUp, Closed, 0},

	{FinWait1, ReceiveACKOfFIN, FinWait2, 0},
	{FinWait1, ReceiveFIN, Closing, ACK},
	{FinWait1, ReceiveRST, Closed, 0},
	{FinWait1, UserAbort, Closed, RST | ACK},
	{FinWait1, GiveUp, Closed, 0},

	{FinWait2, ReceiveFIN, TimeWait, ACK},
	{FinWait2, ReceiveRST, Closed, 0},
	{FinWait2, UserAbort, Closed, RST | ACK},

	{CloseWait, UserClose, LastAck, FIN | ACK},
	{CloseWait, ReceiveRST, Closed, 0},
	{CloseWait, UserAbort, Closed, RST | ACK},
	{CloseWait, GiveUp, Closed, 0},

	{Closing, ReceiveACKOfFIN, TimeWait, 0},
	{Closing, ReceiveRST, Closed, 0},
	{Closing, UserAbort, Closed, 0},
	{Closing, GiveUp, Closed, 0},

	{LastAck, ReceiveACKOfFIN, Closed, 0},
	{LastAck, ReceiveRST, Closed, 0},
	{LastAck, UserAbort, Closed, 0},
	{LastAck, GiveUp, Closed, 0},

	{TimeWait, TimeWaitOver, Closed, 0},
	{TimeWait, ReceiveRST, Closed, 0},
	{TimeWait, UserAbort, Closed, 0},
	{TimeWait, ReceiveSYN, Closed, 0}, // with timestamps: the port is used again
}

// noTransition marks the places of the table that have no arrow.
const noTransition = stateCount

var nextState = func() (next [stateCount][triggerCount]State) {
	for s := range next {
		for t := range next[s] {
			next[s][t] = noTransition
		}
	}
	for _, t := range TCPTransitions {
		next[t.From][t.On] = t.To
	}
	return next
}()
