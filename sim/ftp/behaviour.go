package ftp

// Behaviour is everything in which server programs differ besides their texts.
// The zero value of each field is what the RFCs ask for, or leave open.
type Behaviour struct {
	HostPort HostPortRules // liberties in reading PORT and EPRT

	// The course of a transfer.
	Completion      Completion         // when 226 is said
	Busy            BusyPolicy         // commands while data flow
	Aborting        AbortPolicy        // which ABOR stops a transfer
	AbortBreaks     bool               // it stops an upload by closing its data connection, and then finds it broken
	FinishOnClose   bool               // a lost control connection does not stop a transfer
	PreliminaryOnly bool               // 150 before the data connection is tried, not after
	PassivePolicy   Passive            // what becomes of the passive port
	ForeignWaits    bool               // a foreign peer is sent away at once, and the right one still awaited
	ForeignServed   bool               // a foreign peer is served
	NeedsSetup      bool               // every active transfer needs a PORT of its own
	SetupFirst      bool               // 425 for want of PORT or PASV comes before 550
	BelowPort       bool               // without a PORT it dials the port below the client's, not the client's own (RFC 959 §3.2)
	StrayOpening    bool               // a download that is reset ends with another 150 instead of 426
	AnySourcePort   bool               // active connections do not come from the data port
	PrivateReplaced bool               // a private address in PORT means the control peer
	PortCancels     bool               // even a PORT that is refused ends the PASV before it
	BindOrDie       bool               // when it cannot bind to the data port the session ends
	DeafWhenSent    bool               // once all is handed over, a reset tells it nothing: 226
	IdleGoesOn      bool               // the idle timer runs on while a data connection is awaited, and is heeded after the 425
	ResetOnFailure  bool               // a refused transfer resets the open data connection
	IdleAborKeeps   bool               // ABOR with nothing to abort leaves a listener alone
	StallCloses     bool               // a stalled transfer ends the session
	AllExcept       map[Verb]Situation // what EPSV ALL does not forbid, or how it forbids; nil: as RFC 2428 §4
	AnyEpsvArgument bool               // EPSV takes whatever argument

	// Commands.
	Missing           []Verb // commands unknown to the program
	Unimplemented     []Verb // commands it knows and does not have
	BareLF            bool   // LF alone ends a line
	SplitEndLost      bool   // a line is lost whose CR and LF come in different segments
	LongLineLost      bool   // a line too long is passed over in silence
	OptionsLoseLine   bool   // a line with a Telnet option negotiation is lost, and so is the negotiation
	AnyFeatArgument   bool   // FEAT takes an argument (RFC 2389 §3.2: 501)
	FactsFixed        bool   // OPTS MLST changes nothing
	MlsdFeature       bool   // FEAT lists MLSD beside MLST
	DropsCR           bool   // a CR alone is taken out of an upload in TYPE A
	SilentEmpty       bool   // no reply to an empty line
	TelnetBytes       bool   // Telnet commands are bytes like any others
	LongLineEnds      bool   // a line too long ends the session
	ListMissingOK     bool   // LIST of nothing is an empty listing
	LateListError     bool   // LIST of nothing fails after 150
	SizeIgnoresType   bool   // SIZE does not count what TYPE A would send
	SizeNeedsImage    bool   // SIZE is refused in TYPE A
	AsciiIgnored      bool   // TYPE A changes nothing about files
	DoublesCR         bool   // TYPE A sends CR LF as CR CR LF
	AnyByteSize       bool   // TYPE L 7 is taken too
	PlainFormatOnly   bool   // TYPE A T is not taken for A N
	OneHelp           bool   // HELP of a command is HELP
	AllHelp           bool   // HELP knows the X names and what is not implemented, and nothing of TLS; by the alphabet
	PasvFeature       bool   // FEAT lists PASV
	NoUTF8Feature     bool   // FEAT does not list UTF8
	NlstNeedsDir      bool   // NLST of a file is refused
	LaxRestart        bool   // REST takes anything, and beyond the end there is nothing to send
	RestartNeedsImage bool   // REST is refused in TYPE A
	ProtWithoutPbsz   bool   // PROT does not need PBSZ
	TLSForbidden      bool   // without TLS, PBSZ and PROT are forbidden, and AUTH is known at the login only

	EmptyPathUnavailable bool // a missing pathname is one that does not exist
	SaysActivePort       bool // 150 names the port an active transfer went to

	// Login.
	ClosedBeforeLogin []Verb  // commands others allow before login
	UnknownNeedsLogin bool    // before login not even an unknown command is told from a known one
	AnonymousEarly    bool    // USER tells at once that a name is not welcome
	ReloginAllowed    bool    // USER when logged in begins anew
	LoginDelays       []int64 // milliseconds before each refusal; the last goes on
	MaxLogins         int     // wrong passwords until the session ends
	SilentLoginEnd    bool    // … by a reset without 421
}

// Completion says when a transfer is reported complete (226).
type Completion int

// Completions.
const (
	AfterAck     Completion = iota // our FIN is acknowledged (vsftpd: close that lingers)
	AfterPeerFIN                   // the peer's FIN has come, or ten seconds passed (ProFTPD: TimeoutLinger)
	AtOnce                         // our FIN is sent (Pure-FTPd)
)

// BusyPolicy says what becomes of commands while data flow.
type BusyPolicy int

// Busy policies.
const (
	QueueButUrgent BusyPolicy = iota // ABOR and STAT are taken, the rest waits (RFC 959 §4.1.3)
	QueueAll                         // everything waits
	Refuse                           // everything but ABOR and QUIT is refused
)

// AbortPolicy says which ABOR stops a transfer.
type AbortPolicy int

// Abort policies.
const (
	AbortPlain  AbortPolicy = iota // any
	AbortUrgent                    // one sent as urgent data, if ServerConfig.AsyncAbor
	AbortNever                     // none
)

// Passive says what becomes of a passive port.
type Passive int

// Passive policies.
const (
	OneTransfer Passive = iota // it serves one transfer
	Reusable                   // it serves until the next PASV or PORT
)

// BehaviourOf gives what a profile does, to be changed and put into
// [ServerConfig].
func BehaviourOf(p Profile) Behaviour {
	switch p {
	case Vsftpd:
		return vsftpdBehaviour()
	case Proftpd:
		return proftpdBehaviour()
	case Pureftpd:
		return pureftpdBehaviour()
	}
	return Behaviour{MaxLogins: 3, LoginDelays: []int64{5000}, ReloginAllowed: true}
}

func vsftpdBehaviour() Behaviour {
	return Behaviour{
		HostPort:   HostPortRules{Spaces: true, OnlyBar: true, OpenEnd: true},
		Completion: AfterAck, Busy: QueueAll, Aborting: AbortUrgent, AbortBreaks: true, FinishOnClose: true,
		NeedsSetup: true, SetupFirst: true, PortCancels: true, BindOrDie: true, DeafWhenSent: true, IdleGoesOn: true, IdleAborKeeps: true, StallCloses: true,
		AllExcept:       map[Verb]Situation{"EPRT": EprtAccepted},
		Missing:         []Verb{"MLST", "MLSD", "CCC"},
		Unimplemented:   []Verb{"REIN", "ACCT", "SMNT"},
		AnyFeatArgument: true,
		BareLF:          true, SilentEmpty: true, TelnetBytes: true, LongLineEnds: true, ListMissingOK: true,
		SizeIgnoresType: true, AsciiIgnored: true, AllHelp: true, OneHelp: true, PasvFeature: true, NoUTF8Feature: true, PlainFormatOnly: true, LaxRestart: true, ProtWithoutPbsz: true, TLSForbidden: true,
		ClosedBeforeLogin: []Verb{"HELP", "NOOP", "SYST", "REIN", "ACCT"}, UnknownNeedsLogin: true, EmptyPathUnavailable: true,
		AnonymousEarly: true, LoginDelays: []int64{1000}, MaxLogins: 3, SilentLoginEnd: true,
	}
}

func proftpdBehaviour() Behaviour {
	return Behaviour{
		HostPort:   HostPortRules{ExtraNumbers: true, PortWraps: true},
		Completion: AfterPeerFIN, Busy: QueueAll, Aborting: AbortNever, FinishOnClose: true,
		BelowPort: true, SplitEndLost: true, LongLineLost: true,
		ForeignServed: true, AnySourcePort: true, PrivateReplaced: true, ResetOnFailure: true,
		Unimplemented: []Verb{"REIN", "ACCT", "SMNT"},
		AnyByteSize:   true, LateListError: true, SizeNeedsImage: true, RestartNeedsImage: true,
		MaxLogins: 3, SilentLoginEnd: true,
	}
}

func pureftpdBehaviour() Behaviour {
	return Behaviour{
		HostPort:   HostPortRules{ExtraNumbers: true, Spaces: true},
		Completion: AtOnce, Busy: Refuse, Aborting: AbortPlain,
		PassivePolicy: Reusable, ForeignWaits: true, NeedsSetup: true, IdleAborKeeps: true,
		AllExcept:       map[Verb]Situation{"PASV": PassiveMode},
		AnyEpsvArgument: true,
		StrayOpening:    true, OptionsLoseLine: true, AnyFeatArgument: true, FactsFixed: true, MlsdFeature: true, DropsCR: true,
		Missing: []Verb{"REIN", "SMNT"},
		BareLF:  true, SilentEmpty: true, LongLineEnds: true, ListMissingOK: true,
		SizeIgnoresType: true, DoublesCR: true, NlstNeedsDir: true,
		UnknownNeedsLogin: true, SaysActivePort: true, AnyByteSize: true,
		LoginDelays: []int64{5700, 7200, 9400, 10000}, MaxLogins: 5,
	}
}
