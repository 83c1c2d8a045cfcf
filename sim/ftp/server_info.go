package ftp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func (s *Server) list(arg string) {
	s.sendListing(listPath(arg), func(i Info, _ string) string { return listLine(i) })
}

// nlst sends names that can be used in RETR as they are (RFC 1123 §4.1.2.7).
func (s *Server) nlst(arg string) {
	name := listPath(arg)
	if info, err := s.store.Stat(s.resolve(name)); err == nil && !info.Dir && s.does.NlstNeedsDir {
		s.say(NoSize)
		return
	}
	s.sendListing(name, func(i Info, prefix string) string { return prefix + i.Name })
}

// sendListing sends a line for each entry, in TYPE A whatever TYPE says
// (RFC 1123 §4.1.2.7).
func (s *Server) sendListing(name string, format func(i Info, prefix string) string) {
	if s.does.SetupFirst && !s.setUp() {
		return
	}
	infos, dir, err := entries(s.store, s.resolve(name))
	j := &transfer{name: name, path: s.resolve(name), opening: OpeningList, done: ListSent, count: len(infos)}
	if s.current.verb == "MLSD" {
		j.opening = OpeningFacts
	}
	if err != nil {
		j.trouble = errorWords(err)
	}
	switch {
	case err != nil && s.does.LateListError:
		j.done = ListUnavailable
	case err != nil && !s.does.ListMissingOK:
		s.refuse(ListUnavailable, "{error}", errorWords(err))
		return
	}
	prefix := ""
	switch {
	case dir && name != "":
		prefix = strings.TrimSuffix(name, "/") + "/"
	case !dir:
		prefix = name[:strings.LastIndexByte(name, '/')+1]
	}
	for _, info := range infos {
		j.data = append(append(j.data, format(info, prefix)...), '\r', '\n')
	}
	j.length = int64(len(j.data))
	s.start(j)
}

// mlsd sends the facts of a directory's entries (RFC 3659 §7.2).
func (s *Server) mlsd(name string) {
	dir := s.resolve(name)
	info, err := s.store.Stat(dir)
	switch {
	case err != nil:
		s.refuse(FactsUnavailable)
	case !info.Dir:
		s.refuse(FactsNotDirectory)
	default:
		s.sendListing(name, func(i Info, _ string) string { return factsOf(i, s.facts) + " " + i.Name })
	}
}

func (s *Server) mlst(name string) {
	file := s.resolve(name)
	info, err := s.store.Stat(file)
	if err != nil {
		s.say(FactsUnavailable)
		return
	}
	s.block(FactsBegin, FactsEnd, []string{" " + factsOf(info, s.facts) + " " + file}, "{path}", file)
}

// sizeLimit bounds what is read to count a file's bytes in TYPE A.
const sizeLimit = 1 << 24

// size gives the exact number of bytes a transfer would take (RFC 3659 §4).
func (s *Server) size(name string) {
	file, err := s.store.Open(s.resolve(name))
	if err != nil {
		s.say(NoSize, "{error}", errorWords(err))
		return
	}
	n := file.Size()
	switch {
	case !s.ascii || s.does.SizeIgnoresType:
	case s.does.SizeNeedsImage || n > sizeLimit:
		n = -1
	default:
		text := make([]byte, n)
		if got, err := file.ReadAt(text, 0); int64(got) < n && err != nil {
			n = -1
		} else {
			n = int64(len(toNetwork(text, 0, s.does.DoublesCR)))
		}
	}
	_ = file.Close() // it was only read
	if n < 0 {
		s.say(NoSizeAscii)
		return
	}
	s.say(FileSize, "{size}", strconv.FormatInt(n, 10))
}

func (s *Server) mdtm(name string) {
	info, err := s.store.Stat(s.resolve(name))
	if err != nil || info.Dir {
		words := "Is a directory"
		if err != nil {
			words = errorWords(err)
		}
		s.say(NoTime, "{error}", words)
		return
	}
	s.say(FileTime, "{time}", info.Modified.String())
}

// block sends a reply of several lines: the first and the last a situation's,
// the body as it stands.
func (s *Server) block(begin, end Situation, body []string, pairs ...string) {
	first, last := s.reply(begin, pairs...), s.reply(end, pairs...)
	s.send(Reply{last.Code, slices.Concat(first.Lines, body, last.Lines)})
}

// stat reports on the session, or lists a path on the control connection.
func (s *Server) stat(arg string) {
	if arg != "" {
		s.statPath(listPath(arg))
		return
	}
	body := s.status()
	for i := range body {
		body[i] = "     " + body[i]
	}
	s.block(StatusBegin, StatusEnd, body)
}

// status describes the session; its wording is vsftpd's.
func (s *Server) status() []string {
	lines := []string{"Connected to " + s.remote.Addr().Unmap().String(), "Logged in as " + s.statusUser(), "TYPE: " + s.statusType()}
	if s.cfg.MaxRate > 0 {
		lines = append(lines, fmt.Sprintf("Session bandwidth limit in byte/s is %d", s.cfg.MaxRate))
	} else {
		lines = append(lines, "No session bandwidth limit")
	}
	if s.cfg.IdleTimeout > 0 {
		lines = append(lines, fmt.Sprintf("Session timeout in seconds is %d", s.cfg.IdleTimeout/1000))
	} else {
		lines = append(lines, "No session timeout")
	}
	lines = append(lines, "Control connection is "+protection(s.secured, "encrypted"),
		"Data connections will be "+protection(s.private, "encrypted"))
	switch {
	case s.cfg.Profile == Vsftpd:
		lines = append(lines, "At session startup, client count was 1", "vsFTPd 3.0.3 - secure, fast, stable")
	case s.moving():
		lines = append(lines, fmt.Sprintf("Transferring %s, %d bytes so far", s.job.name, s.job.moved))
	}
	return lines
}

func (s *Server) statusType() string {
	if s.ascii {
		return "ASCII"
	}
	return "BINARY"
}

func (s *Server) statusUser() string {
	if anonymous(s.login.user) {
		return "ftp"
	}
	return s.login.user
}

func protection(on bool, word string) string {
	if on {
		return word
	}
	return "plain text"
}

func (s *Server) statPath(name string) {
	infos, dir, err := entries(s.store, s.resolve(name))
	if err != nil && !s.does.ListMissingOK {
		s.say(StatusUnavailable, "{error}", errorWords(err))
		return
	}
	var body []string
	for _, info := range infos {
		body = append(body, listLine(info))
	}
	begin, end := StatusFileBegin, StatusFileEnd
	if dir {
		begin, end = StatusDirBegin, StatusDirEnd
	}
	s.block(begin, end, body, "{path}", s.resolve(name))
}

// aboutTLS says that a command is RFC 4217's.
func aboutTLS(v Verb) bool { return v == "AUTH" || v == "PBSZ" || v == "PROT" || v == "CCC" }

// has says whether a command is there: the profile has it, and TLS as far as
// it is offered.
func (s *Server) has(v Verb) bool {
	if aboutTLS(v) && (s.cfg.TLS == NoTLS || v == "CCC" && s.cfg.TLS == TLSRequired) {
		return false
	}
	return !slices.Contains(s.does.Missing, v) && !slices.Contains(s.does.Unimplemented, v)
}

// feat lists everything beyond RFC 959 (RFC 2389 §3), one space before each.
func (s *Server) feat(arg string) {
	if arg != "" && !s.does.AnyFeatArgument {
		s.say(BadArgument)
		return
	}
	var body []string
	for _, c := range Commands {
		if c.Feature == "" || !s.has(c.Verb) {
			continue
		}
		line := c.Feature
		if c.Verb == "MLST" {
			line += " " + s.factList()
		}
		body = append(body, " "+line)
	}
	if s.does.PasvFeature {
		body = append(body, " PASV")
	}
	if s.does.MlsdFeature {
		body = append(body, " MLSD")
	}
	if !s.does.NoUTF8Feature {
		body = append(body, " UTF8")
	}
	body = append(body, " TVFS")
	slices.Sort(body)
	s.block(FeaturesBegin, FeaturesEnd, body)
}

// factList marks the facts in use with an asterisk (RFC 3659 §7.8).
func (s *Server) factList() string {
	list := ""
	for _, fact := range mlstFacts {
		list += fact
		if slices.Contains(s.facts, fact) {
			list += "*"
		}
		list += ";"
	}
	return list
}

func (s *Server) opts(arg string) {
	what, option, _ := strings.Cut(arg, " ")
	switch {
	case strings.EqualFold(what, "UTF8") && (option == "" || strings.EqualFold(option, "ON")):
		s.say(OptionSet)
	case strings.EqualFold(what, "MLST") && s.has("MLST"):
		space := " "
		if s.does.FactsFixed {
			s.facts, space = mlstFacts, "  "
		} else {
			s.facts = selectFacts(option)
		}
		list := strings.Join(s.facts, ";")
		if list != "" {
			list = " " + list + ";"
		}
		s.send(Reply{200, []string{"200" + space + "MLST OPTS" + list}})
	default:
		s.say(OptionUnknown)
	}
}

// help lists the commands, or explains one, from the command table.
func (s *Server) help(arg string) {
	if arg != "" && !s.does.OneHelp {
		c, ok := LookUp(arg)
		if !ok || !s.has(c.Verb) {
			s.say(HelpUnknown)
			return
		}
		s.say(HelpCommand, "{usage}", strings.TrimSuffix(string(c.Verb)+" "+c.Argument, " "), "{summary}", c.Summary)
		return
	}
	var body []string
	for i, name := range s.helpNames() {
		if i%helpColumns == 0 {
			body = append(body, "")
		}
		body[len(body)-1] += fmt.Sprintf(" %-4s", name)
	}
	for i := range body {
		body[i] = strings.TrimRight(body[i], " ")
	}
	s.block(HelpBegin, HelpEnd, body)
}

// helpColumns is how many names of commands stand in a line of HELP.
const helpColumns = 14

// helpNames are the commands that HELP lists: those there are.
func (s *Server) helpNames() (names []string) {
	for _, c := range Commands {
		offered := c.Alias == "" && s.has(c.Verb)
		if s.does.AllHelp {
			offered = !slices.Contains(s.does.Missing, c.Verb) && !aboutTLS(c.Verb)
		}
		if offered {
			names = append(names, string(c.Verb))
		}
	}
	if s.does.AllHelp {
		slices.Sort(names)
	}
	return names
}

func (s *Server) site(arg string) {
	if strings.EqualFold(arg, "HELP") {
		s.say(SiteHelp)
		return
	}
	s.say(SiteUnknown)
}

// smnt has nothing to mount: the store is one tree.
func (s *Server) smnt(string) { s.say(Unmountable) }
