package ftp

import "strings"

// Verb is a command's name in capitals.
type Verb string

// Command is an entry of the command table.
type Command struct {
	Verb     Verb
	Argument string // as HELP shows it; empty: none
	Required bool   // the argument must not be missing
	Open     bool   // allowed before login
	Changes  bool   // changes the store
	Path     bool   // the argument is a pathname: exactly one space before it (RFC 3659 §2.2)
	Secret   bool   // the argument is masked in every record
	Diagram  Diagram
	Alias    Verb   // the command it is another name for (RFC 1123 §4.1.3.1)
	Feature  string // its line in FEAT (RFC 2389)
	Source   string // the RFC and section that define it
	Summary  string

	run func(s *Server, arg string)
}

// Diagram is the state diagram of RFC 959 §6 that a command's replies follow.
type Diagram int

// The diagrams of RFC 959 §6, by their figures.
const (
	OneStep      Diagram = iota // 2 is success, 4 and 5 failure
	TwoStep                     // a 1 first
	RenameFrom                  // 3
	LoginUser                   // 2, or 3 and PASS
	LoginPass                   // 2, or 3 and ACCT
	RestartPoint                // 3 and the transfer
	AuthStep                    // 2, or 3 and ADAT (RFC 2228)
)

// Commands is the command table: it drives parsing, permissions, argument
// checks, HELP and FEAT. Filled in init, as commands reach the table again
// through the server.
var Commands []Command

func init() {
	Commands = []Command{
		{Verb: "USER", Argument: "name", Required: true, Open: true, Diagram: LoginUser, Source: "RFC 959 §4.1.1", Summary: "who logs in", run: (*Server).user},
		{Verb: "PASS", Argument: "password", Open: true, Secret: true, Diagram: LoginPass, Source: "RFC 959 §4.1.1", Summary: "the password", run: (*Server).pass},
		{Verb: "ACCT", Argument: "account", Required: true, Open: true, Secret: true, Source: "RFC 959 §4.1.1", Summary: "the account", run: (*Server).acct},
		{Verb: "CWD", Argument: "path", Required: true, Path: true, Source: "RFC 959 §4.1.1", Summary: "change the directory", run: (*Server).chdir},
		{Verb: "CDUP", Source: "RFC 959 §4.1.1", Summary: "change to the directory above", run: (*Server).cdup},
		{Verb: "SMNT", Argument: "path", Required: true, Path: true, Source: "RFC 959 §4.1.1", Summary: "mount another file system", run: (*Server).smnt},
		{Verb: "REIN", Open: true, Diagram: TwoStep, Source: "RFC 959 §4.1.1", Summary: "log out, keep the connection", run: (*Server).rein},
		{Verb: "QUIT", Open: true, Source: "RFC 959 §4.1.1", Summary: "end the session", run: (*Server).quit},
		{Verb: "PORT", Argument: "h1,h2,h3,h4,p1,p2", Required: true, Source: "RFC 959 §4.1.2", Summary: "the server shall dial there", run: (*Server).port},
		{Verb: "PASV", Source: "RFC 959 §4.1.2", Summary: "the server shall listen", run: (*Server).pasv},
		{Verb: "TYPE", Argument: "A|I|L 8", Required: true, Source: "RFC 959 §4.1.2", Summary: "how data is represented", run: (*Server).typ},
		{Verb: "STRU", Argument: "F", Required: true, Source: "RFC 959 §4.1.2", Summary: "how files are structured", run: (*Server).stru},
		{Verb: "MODE", Argument: "S", Required: true, Source: "RFC 959 §4.1.2", Summary: "how data is transmitted", run: (*Server).mode},
		{Verb: "RETR", Argument: "path", Required: true, Path: true, Diagram: TwoStep, Source: "RFC 959 §4.1.3", Summary: "send a file", run: (*Server).retr},
		{Verb: "STOR", Argument: "path", Required: true, Path: true, Changes: true, Diagram: TwoStep, Source: "RFC 959 §4.1.3", Summary: "receive a file", run: (*Server).stor},
		{Verb: "STOU", Path: true, Changes: true, Diagram: TwoStep, Source: "RFC 959 §4.1.3", Summary: "receive a file under a new name", run: (*Server).stou},
		{Verb: "APPE", Argument: "path", Required: true, Path: true, Changes: true, Diagram: TwoStep, Source: "RFC 959 §4.1.3", Summary: "receive the end of a file", run: (*Server).appe},
		{Verb: "ALLO", Argument: "bytes", Required: true, Source: "RFC 959 §4.1.3", Summary: "reserve space", run: (*Server).allo},
		{Verb: "REST", Argument: "offset", Required: true, Diagram: RestartPoint, Feature: "REST STREAM", Source: "RFC 3659 §5", Summary: "where the next transfer begins", run: (*Server).rest},
		{Verb: "RNFR", Argument: "path", Required: true, Path: true, Changes: true, Diagram: RenameFrom, Source: "RFC 959 §4.1.3", Summary: "rename this", run: (*Server).rnfr},
		{Verb: "RNTO", Argument: "path", Required: true, Path: true, Changes: true, Source: "RFC 959 §4.1.3", Summary: "rename to this", run: (*Server).rnto},
		{Verb: "ABOR", Source: "RFC 959 §4.1.3", Summary: "stop the transfer", run: (*Server).abor},
		{Verb: "DELE", Argument: "path", Required: true, Path: true, Changes: true, Source: "RFC 959 §4.1.3", Summary: "delete a file", run: (*Server).dele},
		{Verb: "RMD", Argument: "path", Required: true, Path: true, Changes: true, Source: "RFC 959 §4.1.3", Summary: "remove a directory", run: (*Server).rmd},
		{Verb: "MKD", Argument: "path", Required: true, Path: true, Changes: true, Source: "RFC 959 §4.1.3", Summary: "make a directory", run: (*Server).mkd},
		{Verb: "PWD", Source: "RFC 959 §4.1.3", Summary: "name the directory", run: (*Server).pwd},
		{Verb: "LIST", Argument: "[path]", Path: true, Diagram: TwoStep, Source: "RFC 959 §4.1.3", Summary: "send a listing", run: (*Server).list},
		{Verb: "NLST", Argument: "[path]", Path: true, Diagram: TwoStep, Source: "RFC 959 §4.1.3", Summary: "send the names", run: (*Server).nlst},
		{Verb: "SITE", Argument: "command", Required: true, Source: "RFC 959 §4.1.3", Summary: "what only this server has", run: (*Server).site},
		{Verb: "SYST", Open: true, Source: "RFC 959 §4.1.3", Summary: "the kind of system", run: (*Server).syst},
		{Verb: "STAT", Argument: "[path]", Path: true, Source: "RFC 959 §4.1.3", Summary: "the session, the transfer, or a listing", run: (*Server).stat},
		{Verb: "HELP", Argument: "[command]", Open: true, Source: "RFC 959 §4.1.3", Summary: "what commands there are", run: (*Server).help},
		{Verb: "NOOP", Open: true, Source: "RFC 959 §4.1.3", Summary: "nothing", run: (*Server).noop},
		{Verb: "FEAT", Open: true, Source: "RFC 2389 §3", Summary: "what there is beyond RFC 959", run: (*Server).feat},
		{Verb: "OPTS", Argument: "command option", Required: true, Open: true, Source: "RFC 2389 §4", Summary: "set an option", run: (*Server).opts},
		{Verb: "EPRT", Argument: "|af|address|port|", Required: true, Feature: "EPRT", Source: "RFC 2428 §2", Summary: "the server shall dial there", run: (*Server).eprt},
		{Verb: "EPSV", Argument: "[1|2|ALL]", Feature: "EPSV", Source: "RFC 2428 §3", Summary: "the server shall listen", run: (*Server).epsv},
		{Verb: "SIZE", Argument: "path", Required: true, Path: true, Feature: "SIZE", Source: "RFC 3659 §4", Summary: "how many bytes a transfer takes", run: (*Server).size},
		{Verb: "MDTM", Argument: "path", Required: true, Path: true, Feature: "MDTM", Source: "RFC 3659 §3", Summary: "when a file was changed", run: (*Server).mdtm},
		{Verb: "MLST", Argument: "[path]", Path: true, Feature: "MLST", Source: "RFC 3659 §7", Summary: "the facts of a file", run: (*Server).mlst},
		{Verb: "MLSD", Argument: "[path]", Path: true, Diagram: TwoStep, Source: "RFC 3659 §7", Summary: "send the facts of a directory's files", run: (*Server).mlsd},
		{Verb: "AUTH", Argument: "TLS", Required: true, Open: true, Diagram: AuthStep, Feature: "AUTH TLS", Source: "RFC 4217 §4", Summary: "protect the control connection", run: (*Server).auth},
		{Verb: "PBSZ", Argument: "0", Required: true, Open: true, Feature: "PBSZ", Source: "RFC 4217 §8", Summary: "the protection buffer", run: (*Server).pbsz},
		{Verb: "PROT", Argument: "C|P", Required: true, Open: true, Feature: "PROT", Source: "RFC 4217 §9", Summary: "protect the data connections", run: (*Server).prot},
		{Verb: "CCC", Feature: "CCC", Source: "RFC 4217 §5", Summary: "go on in clear text", run: (*Server).ccc},
		{Verb: "XCWD", Alias: "CWD"}, {Verb: "XCUP", Alias: "CDUP"}, {Verb: "XMKD", Alias: "MKD"},
		{Verb: "XRMD", Alias: "RMD"}, {Verb: "XPWD", Alias: "PWD"},
	}
}

// LookUp finds a command by its verb in any case; another name's entry is that
// of the command it stands for.
func LookUp(verb string) (Command, bool) {
	if len(verb) > 4 {
		return Command{}, false
	}
	name := Verb(strings.ToUpper(verb))
	for i := range Commands {
		if Commands[i].Verb != name {
			continue
		}
		if alias := Commands[i].Alias; alias != "" {
			return LookUp(string(alias))
		}
		return Commands[i], true
	}
	return Command{}, false
}

// SplitCommand cuts a command line into verb and argument. One space is cut
// off; further ones belong to a pathname (RFC 2640 §3.1), and are dropped
// before any other argument (RFC 959 §5.3).
func SplitCommand(text string) (verb, arg string) {
	verb, arg, _ = strings.Cut(text, " ")
	if c, ok := LookUp(verb); !ok || !c.Path {
		arg = strings.TrimLeft(arg, " ")
	}
	return verb, arg
}

// Mask hides what a record must not show: the argument of PASS and ACCT.
func Mask(text string) string {
	verb, arg := SplitCommand(text)
	if c, ok := LookUp(verb); ok && c.Secret && arg != "" {
		return verb + " ***"
	}
	return text
}

// hidden stands where a secret was in what a user wants.
const hidden = "••••••"

// MaskWish hides what a record must not show of a wish: the password of login
// and user, and the argument of a quoted PASS or ACCT.
func MaskWish(text string) string {
	verb, rest, _ := strings.Cut(strings.TrimLeft(text, " "), " ")
	rest = strings.TrimLeft(rest, " ")
	switch strings.Join(words(verb), "") {
	case "proxy":
		return verb + " " + MaskWish(rest)
	case "login", "user":
		if user, given := afterWord(rest); given {
			return verb + " " + user + " " + hidden
		}
	case "quote", "cmd", "send", "urgent":
		command, arg := SplitCommand(rest)
		if c, ok := LookUp(command); ok && c.Secret && arg != "" {
			return verb + " " + command + " " + hidden
		}
	}
	return text
}

// afterWord gives the first word as it is written, and says whether another
// follows it.
func afterWord(text string) (word string, more bool) {
	quote, escaped := false, false
	for i, r := range text {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && quote:
			escaped = true
		case r == '"':
			quote = !quote
		case r == ' ' && !quote:
			return text[:i], strings.TrimLeft(text[i:], " ") != ""
		}
	}
	return text, false
}
