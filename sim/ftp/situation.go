package ftp

// Situation names what a reply is about; a profile's [Texts] say how its server
// words it.
type Situation string

// Situations: connecting and leaving.
const (
	ServiceReady   Situation = "service ready"   // a session begins
	ServiceClosing Situation = "service closing" // the service stops
	SessionIdle    Situation = "session idle"    // no command within the idle timeout
	Goodbye        Situation = "goodbye"         // QUIT
)

// Situations: login.
const (
	PasswordNeeded  Situation = "password needed"  // USER
	AccountNeeded   Situation = "account needed"   // PASS, and the user must name an account
	LoggedIn        Situation = "logged in"        // the right password
	LoginRefused    Situation = "login refused"    // a wrong name or password
	LoginsExhausted Situation = "logins exhausted" // too many wrong passwords
	UserUnknown     Situation = "user unknown"     // USER names nobody, and the server says so at once
	UserFirst       Situation = "user first"       // PASS without USER
	UserAgain       Situation = "user again"       // USER when logged in, and that is not allowed
	PasswordAgain   Situation = "password again"   // PASS when logged in
	AccountFirst    Situation = "account first"    // ACCT out of order
	AccountTaken    Situation = "account taken"    // the right account
	AccountIdle     Situation = "account idle"     // ACCT when no account is needed
	AccountRefused  Situation = "account refused"  // a wrong account
	LoginFirst      Situation = "login first"      // a command that needs a login
	Reinitialized   Situation = "reinitialized"    // REIN
)

// Situations: commands in general.
const (
	UnknownCommand    Situation = "unknown command"     // no such command
	EmptyLine         Situation = "empty line"          // a line without a command
	LineTooLong       Situation = "line too long"       // a line beyond the limit
	TooManyWaiting    Situation = "too many waiting"    // too many commands sent ahead
	NotImplemented    Situation = "not implemented"     // a known command this server does not have
	BadArgument       Situation = "bad argument"        // an argument is missing or wrong
	MissingPathname   Situation = "missing pathname"    // RETR or STOR without one
	NotDuringTransfer Situation = "not during transfer" // a command the server does not take while data flow
	ReadOnlyStore     Situation = "read only store"     // a change, and nothing may be changed
)

// Situations: parameters.
const (
	TypeSet              Situation = "type set"              // TYPE
	TypeUnsupported      Situation = "type unsupported"      // TYPE known but not supported
	TypeUnknown          Situation = "type unknown"          // TYPE with another letter
	StructureSet         Situation = "structure set"         // STRU F
	StructureUnsupported Situation = "structure unsupported" // STRU R or P
	StructureUnknown     Situation = "structure unknown"     // STRU with another letter
	ModeSet              Situation = "mode set"              // MODE S
	ModeUnsupported      Situation = "mode unsupported"      // MODE B or C
	ModeUnknown          Situation = "mode unknown"          // MODE with another letter
	Allocated            Situation = "allocated"             // ALLO
)

// Situations: data connections.
const (
	PortAccepted    Situation = "port accepted"    // PORT
	PortMalformed   Situation = "port malformed"   // PORT with a bad argument
	PortForeign     Situation = "port foreign"     // PORT names somebody else (RFC 2577 §3)
	PortLow         Situation = "port low"         // PORT names a port below 1024 (RFC 2577 §3)
	EprtAccepted    Situation = "eprt accepted"    // EPRT
	EprtMalformed   Situation = "eprt malformed"   // EPRT with a bad argument
	EprtFamily      Situation = "eprt family"      // EPRT of another address family
	EprtForeign     Situation = "eprt foreign"     // EPRT names somebody else
	EprtLow         Situation = "eprt low"         // EPRT names a port below 1024
	PassiveMode     Situation = "passive mode"     // PASV
	ExtendedPassive Situation = "extended passive" // EPSV
	EpsvFamily      Situation = "epsv family"      // EPSV of another address family
	EpsvMalformed   Situation = "epsv malformed"   // EPSV with a bad argument
	EpsvAll         Situation = "epsv all"         // EPSV ALL
	PasvAfterAll    Situation = "pasv after all"   // PASV after EPSV ALL
	PortAfterAll    Situation = "port after all"   // PORT after EPSV ALL
	EprtAfterAll    Situation = "eprt after all"   // EPRT after EPSV ALL
	PasvOnIPv6      Situation = "pasv on IPv6"     // PASV on an IPv6 control connection
	NoPassivePort   Situation = "no passive port"  // PASV or EPSV, and every port is taken
	DataSetupFirst  Situation = "data setup first" // a transfer, and neither PORT nor PASV
	PortNotBound    Situation = "port not bound"   // the data port cannot be used
	DataRefused     Situation = "data refused"     // no data connection came about
	DataForeign     Situation = "data foreign"     // somebody else connected to the passive port
	DataUnprotected Situation = "data unprotected" // a transfer in the clear, and TLS is required
)

// Situations: transfers.
const (
	OpeningFile     Situation = "opening file"     // before RETR's data
	OpeningUpload   Situation = "opening upload"   // before STOR's and APPE's data
	OpeningUnique   Situation = "opening unique"   // before STOU's data (RFC 1123 §4.1.2.9)
	OpeningList     Situation = "opening list"     // before a listing
	OpeningFacts    Situation = "opening facts"    // before MLSD's data
	OpeningActive   Situation = "opening active"   // before the data of an active transfer, where that is another text
	FileSent        Situation = "file sent"        // RETR is done
	FileStored      Situation = "file stored"      // STOR, APPE or STOU is done
	ListSent        Situation = "list sent"        // a listing is done
	SendingFailed   Situation = "sending failed"   // the data connection was lost while sending
	ReceivingFailed Situation = "receiving failed" // the data connection was lost while receiving
	DataStalled     Situation = "data stalled"     // the transfer made no progress
	LocalError      Situation = "local error"      // a file could not be read or written
	StorageExceeded Situation = "storage exceeded" // no space left
	TransferAborted Situation = "transfer aborted" // ABOR ended a transfer: first reply
	AbortDone       Situation = "abort done"       // ABOR ended a transfer: second reply
	AbortIdle       Situation = "abort idle"       // ABOR, and nothing to abort
)

// Situations: files.
const (
	FileUnavailable      Situation = "file unavailable"      // RETR
	ListUnavailable      Situation = "list unavailable"      // LIST, NLST
	StoreRefused         Situation = "store refused"         // STOR, APPE, STOU
	RestartAccepted      Situation = "restart accepted"      // REST
	RestartMalformed     Situation = "restart malformed"     // REST with something else than a number
	RestartNotAscii      Situation = "restart not ascii"     // REST in TYPE A, where that is refused
	RestartBeyond        Situation = "restart beyond"        // RETR or STOR after REST beyond the file's end (RFC 1123 §4.1.3.4)
	RestartAscii         Situation = "restart ascii"         // RETR after REST in TYPE A
	WorkingDirectory     Situation = "working directory"     // PWD
	DirectoryChanged     Situation = "directory changed"     // CWD
	DirectoryUp          Situation = "directory up"          // CDUP
	DirectoryUnavailable Situation = "directory unavailable" // CWD, CDUP
	DirectoryMade        Situation = "directory made"        // MKD
	DirectoryNotMade     Situation = "directory not made"    // MKD
	DirectoryRemoved     Situation = "directory removed"     // RMD
	DirectoryNotRemoved  Situation = "directory not removed" // RMD
	FileDeleted          Situation = "file deleted"          // DELE
	FileNotDeleted       Situation = "file not deleted"      // DELE
	RenameReady          Situation = "rename ready"          // RNFR
	RenameUnavailable    Situation = "rename unavailable"    // RNFR
	RenameFirst          Situation = "rename first"          // RNTO without RNFR
	Renamed              Situation = "renamed"               // RNTO
	NotRenamed           Situation = "not renamed"           // RNTO
	FileSize             Situation = "file size"             // SIZE
	NoSize               Situation = "no size"               // SIZE
	NoSizeAscii          Situation = "no size ascii"         // SIZE in TYPE A, and the server will not count
	FileTime             Situation = "file time"             // MDTM
	NoTime               Situation = "no time"               // MDTM
	FactsUnavailable     Situation = "facts unavailable"     // MLST, MLSD
	FactsNotDirectory    Situation = "facts not directory"   // MLSD of a file
	FactsBegin           Situation = "facts begin"           // MLST
	FactsEnd             Situation = "facts end"             // MLST
)

// Situations: information.
const (
	SystemType        Situation = "system type"        // SYST
	NoOperation       Situation = "no operation"       // NOOP
	FeaturesBegin     Situation = "features begin"     // FEAT
	FeaturesEnd       Situation = "features end"       // FEAT
	HelpBegin         Situation = "help begin"         // HELP
	HelpEnd           Situation = "help end"           // HELP
	HelpCommand       Situation = "help command"       // HELP with a command
	HelpUnknown       Situation = "help unknown"       // HELP with something else
	StatusBegin       Situation = "status begin"       // STAT
	StatusEnd         Situation = "status end"         // STAT
	StatusFileBegin   Situation = "status file begin"  // STAT of a file
	StatusDirBegin    Situation = "status dir begin"   // STAT of a directory
	StatusFileEnd     Situation = "status file end"    // STAT of a file
	StatusDirEnd      Situation = "status dir end"     // STAT of a directory
	StatusUnavailable Situation = "status unavailable" // STAT of nothing
	SiteUnknown       Situation = "site unknown"       // SITE
	SiteHelp          Situation = "site help"          // SITE HELP
	Unmountable       Situation = "unmountable"        // SMNT
	OptionSet         Situation = "option set"         // OPTS UTF8
	OptionUnknown     Situation = "option unknown"     // OPTS
)

// Situations: protection (RFC 4217).
const (
	AuthAccepted          Situation = "auth accepted"          // AUTH TLS
	AuthUnknown           Situation = "auth unknown"           // AUTH with another mechanism
	AuthAgain             Situation = "auth again"             // AUTH when the connection is protected
	AuthUnavailable       Situation = "auth unavailable"       // AUTH, and no TLS here
	AuthFirst             Situation = "auth first"             // PBSZ or PROT before AUTH
	TLSFirst              Situation = "tlsfirst"               // USER before AUTH, and TLS is required
	BufferSet             Situation = "buffer set"             // PBSZ
	BufferFirst           Situation = "buffer first"           // PROT before PBSZ
	ProtectionSet         Situation = "protection set"         // PROT
	ProtectionUnsupported Situation = "protection unsupported" // PROT S or E
	ProtectionUnknown     Situation = "protection unknown"     // PROT with another letter
	ControlCleared        Situation = "control cleared"        // CCC
	ControlClearRefused   Situation = "control clear refused"  // CCC
	ControlNotProtected   Situation = "control not protected"  // CCC without TLS
)
