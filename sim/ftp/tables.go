package ftp

// States of the server's protocol interpreter.
const (
	WaitConnection State = "wait connection"
	WaitUser       State = "wait user"
	WaitPass       State = "wait password"
	WaitAcct       State = "wait account"
	WaitDelay      State = "wait login delay"
	WaitCommand    State = "wait command"
	WaitRnto       State = "wait rename to"
	WaitPort       State = "wait listener"
	WaitTransfer   State = "wait transfer"
	WaitClose      State = "wait close"
	Closed         State = "closed"
)

// ServerPI is the server's protocol interpreter.
var ServerPI = Table{
	{WaitConnection, "connected", WaitUser},
	{WaitUser, "USER", WaitPass},
	{WaitUser, "USER accepted", WaitCommand},
	{WaitPass, "USER", WaitPass},
	{WaitPass, "USER accepted", WaitCommand},
	{WaitPass, "PASS", WaitCommand},
	{WaitPass, "PASS, account needed", WaitAcct},
	{WaitPass, "PASS wrong", WaitDelay},
	{WaitAcct, "USER", WaitPass},
	{WaitAcct, "ACCT", WaitCommand},
	{WaitAcct, "ACCT wrong", WaitDelay},
	{WaitDelay, "delay over", WaitUser},
	{WaitCommand, "USER", WaitPass},
	{WaitCommand, "USER accepted", WaitCommand},
	{WaitCommand, "RNFR", WaitRnto},
	{WaitRnto, "RNFR", WaitRnto},
	{WaitRnto, "RNTO", WaitCommand},
	{WaitRnto, "USER", WaitPass},
	{WaitRnto, "USER accepted", WaitCommand},
	{WaitCommand, "PASV", WaitPort},
	{WaitRnto, "PASV", WaitPort},
	{WaitPort, "listening", WaitCommand},
	{WaitPort, "no port", WaitCommand},
	{WaitCommand, "transfer", WaitTransfer},
	{WaitRnto, "transfer", WaitTransfer},
	{WaitTransfer, "transfer over", WaitCommand},
	{WaitUser, "logged out", WaitUser},
	{WaitPass, "logged out", WaitUser},
	{WaitAcct, "logged out", WaitUser},
	{WaitCommand, "logged out", WaitUser},
	{WaitRnto, "logged out", WaitUser},
	{AnyState, "last reply", WaitClose},
	{AnyState, "control closed", Closed},
}

// States of the server's data transfer process.
const (
	Idle       State = "idle"
	WaitListen State = "wait listen"  // the listener is not bound yet
	WaitDial   State = "wait dial"    // listening; no transfer command yet
	WaitAccept State = "wait accept"  // listening; the transfer command came
	WaitDialed State = "wait connect" // dialling
	Connected  State = "connected"    // established; nothing moves yet
	Sending    State = "sending"
	Receiving  State = "receiving"
	WaitEnd    State = "wait end" // our FIN is sent
)

// ServerDTP is the server's data transfer process.
var ServerDTP = Table{
	{Idle, "PASV", WaitListen},
	{WaitDial, "PASV", WaitListen},
	{Connected, "PASV", WaitListen},
	{WaitListen, "listening", WaitDial},
	{WaitListen, "no port", Idle},
	{WaitDial, "connected", Connected},
	{WaitDial, "transfer", WaitAccept},
	{WaitAccept, "connected", Connected},
	{WaitAccept, "foreign peer", WaitAccept},
	{WaitDial, "foreign peer", WaitDial},
	{Idle, "transfer", WaitDialed},
	{WaitDialed, "connected", Connected},
	{Connected, "send", Sending},
	{Connected, "receive", Receiving},
	{Sending, "FIN sent", WaitEnd},
	{Receiving, "FIN sent", WaitEnd},
	{AnyState, "over", Idle},
	{AnyState, "over, listening on", WaitDial},
}

// States of the client's protocol interpreter.
const (
	Disconnected   State = "disconnected"
	WaitConnect    State = "wait connection"
	WaitGreeting   State = "wait 220"
	Ready          State = "ready"
	WaitLogin      State = "wait login reply"
	WaitSetup      State = "wait setup reply" // to PORT, EPRT, PASV, EPSV
	WaitReply      State = "wait reply"
	WaitOpening    State = "wait 150"
	WaitCompletion State = "wait 226"
	WaitGoodbye    State = "wait 221"
	WaitHangUp     State = "wait close"
)

// ClientPI is the client's protocol interpreter. Commands sent ahead of the
// replies to earlier ones take their turn when those have come.
var ClientPI = Table{
	{Disconnected, "open", WaitConnect},
	{WaitConnect, "connected", WaitGreeting},
	{WaitGreeting, "reply", Ready},
	{Ready, "login", WaitLogin},
	{WaitLogin, "reply", Ready},
	{Ready, "setup", WaitSetup},
	{WaitSetup, "reply", Ready},
	{Ready, "command", WaitReply},
	{WaitReply, "reply", Ready},
	{Ready, "transfer", WaitOpening},
	{WaitOpening, "preliminary", WaitCompletion},
	{WaitOpening, "reply", Ready},
	{WaitCompletion, "reply", Ready},
	{Ready, "QUIT", WaitGoodbye},
	{WaitGoodbye, "reply", WaitHangUp},
	{AnyState, "control closed", Disconnected},
}

// ClientDTP is the client's data transfer process.
var ClientDTP = Table{
	{Idle, "listen", WaitListen},
	{WaitListen, "listening", WaitAccept},
	{WaitAccept, "connected", Connected},
	{Idle, "dial", WaitDialed},
	{WaitDialed, "connected", Connected},
	{Connected, "send", Sending},
	{Connected, "receive", Receiving},
	{Sending, "FIN sent", WaitEnd},
	{AnyState, "over", Idle},
}
