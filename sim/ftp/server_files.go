package ftp

import (
	"errors"
	"path"
	"strconv"
	"strings"
)

// resolve gives the absolute path of an argument in the session's directory.
func (s *Server) resolve(name string) string { return Resolve(s.cwd, name) }

// takeRestart gives REST's offset, which holds for one transfer only.
func (s *Server) takeRestart() int64 {
	offset := s.restart
	s.restart = 0
	return offset
}

func (s *Server) retr(name string) {
	offset := s.takeRestart()
	if s.does.SetupFirst && !s.setUp() {
		return
	}
	file := s.resolve(name)
	content, err := s.store.Open(file)
	if err != nil {
		s.refuse(FileUnavailable, "{error}", errorWords(err))
		return
	}
	j := &transfer{name: name, path: file, opening: OpeningFile, done: FileSent, content: content, total: content.Size()}
	j.ascii = s.ascii && !s.does.AsciiIgnored
	switch {
	case s.ascii && offset > 0:
		j.close()
		s.refuse(RestartAscii)
		return
	case offset > j.total && !s.does.LaxRestart:
		j.close()
		s.refuse(RestartBeyond, "{offset}", strconv.FormatInt(offset, 10), "{size}", strconv.FormatInt(j.total, 10))
		return
	}
	j.offset = min(offset, j.total)
	j.length = j.total - j.offset
	if data, ok := content.Bytes(); ok {
		j.data, j.content = data[j.offset:], nil
		if j.ascii {
			j.data = toNetwork(j.data, 0, s.does.DoublesCR)
		}
		j.length = int64(len(j.data))
	} else if j.ascii {
		j.length = -1
	}
	s.start(j)
}

// refuse answers a transfer command that fails before any data connection.
func (s *Server) refuse(what Situation, pairs ...string) {
	if s.does.ResetOnFailure {
		s.stopData()
		s.data = dataPort{used: true}
	}
	s.say(what, pairs...)
}

func (s *Server) stor(name string) {
	how, offset := Replace, s.takeRestart()
	if offset > 0 {
		how = Restart
	}
	s.upload(name, how, offset, OpeningUpload)
}

func (s *Server) appe(name string) {
	s.takeRestart()
	s.upload(name, Append, 0, OpeningUpload)
}

// stou finds a name nobody has (RFC 959 §4.1.3).
func (s *Server) stou(name string) {
	s.takeRestart()
	if name == "" {
		name = "STOU"
	}
	for i := 1; ; i++ {
		unique := name + "." + strconv.Itoa(i)
		if _, err := s.store.Stat(s.resolve(unique)); err != nil {
			s.upload(unique, Exclusive, 0, OpeningUnique)
			return
		}
	}
}

func (s *Server) upload(name string, how WriteMode, offset int64, opening Situation) {
	if s.does.SetupFirst && !s.setUp() {
		return
	}
	file := s.resolve(name)
	if s.cfg.NewFiles && how != Exclusive {
		if _, err := s.store.Stat(file); err == nil {
			s.refuse(StoreRefused, "{error}", errorWords(ErrExist))
			return
		}
	}
	writer, err := s.store.Create(file, how, offset)
	switch {
	case errors.Is(err, ErrBeyondEnd):
		s.refuse(RestartBeyond)
	case err != nil:
		s.refuse(StoreRefused, "{error}", errorWords(err))
	default:
		j := &transfer{name: name, path: file, opening: opening, done: FileStored, writer: writer}
		j.decoder.drops = s.does.DropsCR
		j.ascii = s.ascii && !s.does.AsciiIgnored
		if opening == OpeningUnique {
			j.path = name
		}
		s.start(j)
	}
}

func (s *Server) rest(arg string) {
	offset, err := strconv.ParseInt(arg, 10, 64)
	switch {
	case s.does.RestartNeedsImage && s.ascii:
		s.say(RestartNotAscii)
	case (err != nil || !digits(arg)) && !s.does.LaxRestart:
		s.say(RestartMalformed)
	default:
		if !digits(arg) || err != nil {
			offset = 0
		}
		s.restart = offset
		s.say(RestartAccepted, "{offset}", strconv.FormatInt(offset, 10))
	}
}

func (s *Server) chdir(name string) { s.changeDirectory(s.resolve(name), DirectoryChanged) }

func (s *Server) cdup(string) { s.changeDirectory(path.Dir(s.cwd), DirectoryUp) }

func (s *Server) changeDirectory(dir string, what Situation) {
	info, err := s.store.Stat(dir)
	if err == nil && !info.Dir {
		err = ErrNotDir
	}
	if err != nil {
		s.say(DirectoryUnavailable, "{path}", dir, "{error}", errorWords(err))
		return
	}
	s.cwd = dir
	s.say(what, "{path}", dir)
}

// quoted doubles quotes for a 257 (RFC 959 appendix II).
func quoted(name string) string { return strings.ReplaceAll(name, `"`, `""`) }

func (s *Server) pwd(string) { s.say(WorkingDirectory, "{path}", quoted(s.cwd)) }

func (s *Server) mkd(name string) {
	dir := s.resolve(name)
	s.change(s.store.Mkdir(dir), DirectoryMade, DirectoryNotMade, "{path}", quoted(dir))
}

func (s *Server) rmd(name string) {
	s.change(s.store.Rmdir(s.resolve(name)), DirectoryRemoved, DirectoryNotRemoved)
}

func (s *Server) dele(name string) {
	s.change(s.store.Remove(s.resolve(name)), FileDeleted, FileNotDeleted)
}

// change answers a command that changed the store, or could not.
func (s *Server) change(err error, done, failed Situation, pairs ...string) {
	if err != nil {
		s.say(failed, append(pairs, "{error}", errorWords(err))...)
		return
	}
	s.say(done, pairs...)
}

func (s *Server) rnfr(name string) {
	from := s.resolve(name)
	_, err := s.store.Stat(from)
	if err == nil && from == "/" {
		err = ErrForbidden
	}
	if err != nil {
		s.say(RenameUnavailable, "{error}", errorWords(err))
		return
	}
	s.renaming = from
	s.fire(&s.pi, "RNFR")
	s.say(RenameReady)
}

func (s *Server) rnto(name string) {
	if s.renaming == "" {
		s.say(RenameFirst)
		return
	}
	from := s.renaming
	s.renaming = ""
	s.fire(&s.pi, "RNTO")
	s.change(s.store.Rename(from, s.resolve(name)), Renamed, NotRenamed)
}
