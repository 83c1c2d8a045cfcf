package ftp

import (
	"path"
	"strconv"
	"strings"
)

// wish is a line of the client's own command language.
type wish struct {
	name, usage string
	least, most int // arguments
	online      bool
	plan        func(c *Client, args []string) ([]step, error)
}

// wishTable lists what a user can want of a client, in the words of the
// classic ftp program. Filled in init, as its entries use it through plan.
var wishTable []wish

func init() {
	wishTable = []wish{
		{"open", "open HOST [PORT]", 0, 2, false, (*Client).planOpen},
		{"login", "login [USER [PASSWORD]]", 0, 2, true, (*Client).planLogin},
		{"user", "user USER [PASSWORD]", 1, 2, true, (*Client).planLogin},
		{"ls", "ls [PATH]", 0, 1, true, func(c *Client, a []string) ([]step, error) { return c.planList("LIST")(a) }},
		{"nlst", "nlst [PATH]", 0, 1, true, func(c *Client, a []string) ([]step, error) { return c.planList("NLST")(a) }},
		{"get", "get FILE [LOCAL]", 1, 2, true, (*Client).planGet},
		{"put", "put LOCAL [REMOTE]", 1, 2, true, func(c *Client, a []string) ([]step, error) { return c.planPut("STOR")(a) }},
		{"append", "append LOCAL [REMOTE]", 1, 2, true, func(c *Client, a []string) ([]step, error) { return c.planPut("APPE")(a) }},
		{"restart", "restart OFFSET", 1, 1, true, planRestart},
		{"cd", "cd PATH", 1, 1, true, planCd},
		{"cdup", "cdup", 0, 0, true, single("CDUP")},
		{"pwd", "pwd", 0, 0, true, single("PWD")},
		{"mkdir", "mkdir PATH", 1, 1, true, single("MKD")},
		{"rmdir", "rmdir PATH", 1, 1, true, single("RMD")},
		{"delete", "delete FILE", 1, 1, true, single("DELE")},
		{"rename", "rename FROM TO", 2, 2, true, planRename},
		{"size", "size FILE", 1, 1, true, single("SIZE")},
		{"modtime", "modtime FILE", 1, 1, true, single("MDTM")},
		{"stat", "stat [PATH]", 0, 1, true, single("STAT")},
		{"system", "system", 0, 0, true, single("SYST")},
		{"features", "features", 0, 0, true, single("FEAT")},
		{"noop", "noop", 0, 0, true, single("NOOP")},
		{"abort", "abort", 0, 0, true, single("ABOR")},
		{"passive", "passive", 0, 0, false, setMode(ModePasv)},
		{"active", "active", 0, 0, false, setMode(ModePort)},
		{"mode", "mode port|pasv|eprt|epsv|auto", 1, 1, false, planMode},
		{"ascii", "ascii", 0, 0, true, setType("A")},
		{"binary", "binary", 0, 0, true, setType("I")},
		{"quote", "quote LINE", 1, 99, true, planQuote},
		{"auth", "auth", 0, 0, true, planAuth},
		{"proxy", "proxy COMMAND", 1, 99, false, planProxy},
		{"close", "close", 0, 0, false, planClose},
		{"quit", "quit", 0, 0, false, (*Client).planQuit},
	}
}

// single is a wish that is one command, its reply shown.
func single(verb Verb) func(*Client, []string) ([]step, error) {
	return func(c *Client, args []string) ([]step, error) {
		return []step{c.show(strings.TrimSuffix(string(verb)+" "+strings.Join(args, " "), " "))}, nil
	}
}

func planCd(c *Client, args []string) ([]step, error) {
	folder := args[0]
	if c.program.absolute {
		folder = Resolve(orRoot(c.folder), folder)
	}
	return []step{c.command("CWD "+folder, func(r Reply) {
		c.folder = folder
		c.emit(Printed{strings.Join(r.Lines, "\n")})
	})}, nil
}

func orRoot(folder string) string {
	if folder == "" {
		return "/"
	}
	return folder
}

func planRestart(c *Client, args []string) ([]step, error) {
	offset, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil || offset < 0 {
		return nil, wishErr("restart", "error.wish.offset", "value", strconv.Quote(args[0]))
	}
	c.session.restart = offset
	return nil, nil
}

func planRename(c *Client, args []string) ([]step, error) {
	return []step{c.command("RNFR "+args[0], nil), c.show("RNTO " + args[1])}, nil
}

func setMode(m Mode) func(*Client, []string) ([]step, error) {
	return func(c *Client, _ []string) ([]step, error) {
		c.session.mode = m
		return nil, nil
	}
}

func planMode(c *Client, args []string) ([]step, error) {
	switch m := Mode(strings.ToLower(args[0])); m {
	case ModePort, ModePasv, ModeEprt, ModeEpsv, ModeAuto:
		c.session.mode = m
		return nil, nil
	}
	return nil, wishErr("mode "+args[0], "error.wish.mode")
}

func setType(letter string) func(*Client, []string) ([]step, error) {
	return func(c *Client, _ []string) ([]step, error) {
		c.session.wantType = letter
		return []step{c.setType(letter)}, nil
	}
}

// setType sends TYPE unless it is in force.
func (c *Client) setType(letter string) step {
	return step{
		start: func() {
			if c.session.letter == letter {
				c.next()
				return
			}
			c.step = c.command("TYPE "+letter, func(Reply) { c.session.letter = letter })
			c.step.start()
		},
	}
}

func planQuote(c *Client, _ []string) ([]step, error) {
	_, text, _ := strings.Cut(c.wish, " ")
	text = strings.TrimLeft(text, " ")
	verb, arg := SplitCommand(text)
	known, _ := LookUp(verb)
	switch known.Verb {
	case "RETR", "STOR", "STOU", "APPE", "LIST", "NLST", "MLSD":
		if !c.session.elsewhere {
			return nil, wishErr("quote", "error.wish.quote_data", "verb", verb)
		}
	case "AUTH", "PROT", "QUIT":
		return nil, wishErr("quote", "error.wish.quote_channel", "verb", verb)
	}
	return []step{c.command(text, func(r Reply) {
		c.emit(Printed{strings.Join(r.Lines, "\n")})
		c.learn(known.Verb, arg)
	})}, nil
}

// learn notes what a quoted command changed in the session.
func (c *Client) learn(verb Verb, arg string) {
	switch verb {
	case "TYPE":
		c.session.letter = "I" // L 8 is the same here
		if strings.HasPrefix(strings.ToUpper(arg), "A") {
			c.session.letter = "A"
		}
	case "PORT", "PASV", "EPRT", "EPSV":
		c.session.elsewhere = true
	case "REIN", "CCC":
		if c.session.secured {
			c.emit(StopTLS{ControlChannel})
		}
		c.session.secured = false
		if verb == "REIN" {
			c.freshSession()
		}
	}
}

// planProxy is for a client that has no second session.
func planProxy(*Client, []string) ([]step, error) {
	return nil, wishErr("proxy", "error.wish.proxy")
}

// planAuth protects the session: AUTH TLS, the handshake, PBSZ 0, PROT P
// (RFC 4217 §12).
func planAuth(c *Client, _ []string) ([]step, error) {
	return []step{
		c.command("AUTH TLS", func(Reply) {
			c.emit(StartTLS{ControlChannel, TLSClient})
			c.freshSession()
			c.session.secured = true
		}),
		c.command("PBSZ 0", nil),
		c.command("PROT P", func(Reply) { c.session.private = true }),
	}, nil
}

func planClose(c *Client, _ []string) ([]step, error) {
	if !c.open {
		return nil, ErrNotConnected
	}
	return []step{c.goodbye()}, nil
}

// splitDir cuts a path into directory and name, as curl does.
func splitDir(name string) (dir, base string) {
	dir, base = path.Split(name)
	return strings.TrimSuffix(dir, "/"), base
}
