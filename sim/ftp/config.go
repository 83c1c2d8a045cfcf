package ftp

import "net/netip"

// Profile names the program a machine imitates.
type Profile string

// Server profiles. The empty profile is Plain: RFC 959's own texts and the
// defaults of the RFCs.
const (
	Plain    Profile = "plain"
	Vsftpd   Profile = "vsftpd"   // 3.0.3
	Proftpd  Profile = "proftpd"  // 1.3.8
	Pureftpd Profile = "pureftpd" // 1.0.50
)

// Client profiles besides Plain.
const (
	Curl  Profile = "curl"  // 7.88.1
	Raw   Profile = "raw"   // the scripted client of the recordings
	Lftp  Profile = "lftp"  // 4.9.2
	Tnftp Profile = "tnftp" // 20210827
)

// TLSPolicy says what a server does about AUTH TLS (RFC 4217).
type TLSPolicy string

// TLS policies; the empty one is no TLS.
const (
	NoTLS       TLSPolicy = ""
	TLSOffered  TLSPolicy = "offered"
	TLSRequired TLSPolicy = "required" // USER is refused before AUTH TLS
)

// ServerConfig is what all sessions of a server share. Its zero value is a
// plain server for anonymous users.
type ServerConfig struct {
	Profile   Profile
	Behaviour *Behaviour // nil: what the profile does, see [BehaviourOf]

	ControlPort uint16     // for the record; the sockets' own port counts
	DataPort    uint16     // source of active data connections; 0: any high port
	PasvRange   PortRange  // where PASV and EPSV listen
	PasvPorts   []uint16   // fixed numbers, in order; before PasvRange
	PasvAddress netip.Addr // announced in 227; invalid: the control connection's

	PortPromiscuous bool // PORT may name any address (vsftpd port_promiscuous)
	PasvPromiscuous bool // any address may connect to a passive port
	AsyncAbor       bool // vsftpd async_abor_enable

	// RFC 2577's defences, switched off for a lesson: AllowLowPorts lets PORT
	// name a port below 1024 (§3). The other two are the promiscuous settings.
	AllowLowPorts bool

	MaxRate int64 // bytes a second, in chunks of 4096; 0: as fast as TCP goes

	ConnectTimeout, AcceptTimeout, DataTimeout, IdleTimeout int64 // milliseconds; 0: none

	Users      map[string]string // name to password; empty: anonymous only
	Accounts   map[string]string // name to account, for those who must send ACCT
	ReadOnly   bool              // no command may change the store
	SendBuffer int               // octets that the system takes at once for a data connection; 0: any number
	NewFiles   bool              // none but those that bring new files (vsftpd: anon_upload_enable alone)

	TLS TLSPolicy

	MaxLine   int // bytes of a command line; 0: 4096
	MaxQueued int // commands waiting for a transfer's end; 0: 64
}

// Mode is how a client gets its data connections.
type Mode string

// Data modes. Auto is EPSV, then PASV, then the reason why neither worked.
const (
	ModePort Mode = "port"
	ModePasv Mode = "pasv"
	ModeEprt Mode = "eprt"
	ModeEpsv Mode = "epsv"
	ModeAuto Mode = "auto"
)

// ClientConfig is one client program with its options.
type ClientConfig struct {
	Profile Profile

	Server      netip.AddrPort // where `open` without a host goes
	ControlPort uint16         // local port of the control connection; 0: any
	DataPorts   []uint16       // fixed local data ports, used in order; then any
	DataRange   PortRange      // where PORT and EPRT listen, when DataPorts are used up
	PortAddress netip.Addr     // announced in PORT and EPRT; invalid: the control connection's

	Mode       Mode // empty: ModePasv
	SkipPasvIP bool // ignore the address in 227, dial the control peer

	Local Local // the user's files; nil: those given to SetFile, in memory

	User, Password string // empty: anonymous, guest@example.com
	Account        string // for a 332

	// Task and FileBytes tell the raw profile's retr, stor and list steps and
	// its default script what to do; StoreBytes makes the files it uploads.
	FileBytes int64

	ConnectTimeout, MaxTime int64 // milliseconds; 0: none
	MaxLine                 int   // bytes of a reply line; 0: 4096
	MaxReply                int   // bytes of a whole reply; 0: 65536
}
