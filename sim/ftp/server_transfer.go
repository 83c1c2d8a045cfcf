package ftp

import (
	"net/netip"
	"slices"
	"strconv"
)

const (
	rateChunk    = 4096    // bytes between two pauses of a limited rate, as vsftpd's
	readChunk    = 1 << 16 // bytes read at a time from a file that is not in memory
	earlyLimit   = 1 << 18 // bytes kept that came before the transfer command
	bindPatience = 2000    // ms that vsftpd tries to bind to its data port
	lingerLimit  = 10_000  // ms a server waits for the peer's FIN (ProFTPD: TimeoutLinger)
)

// transfer is one use of the data connection.
type transfer struct {
	name, path    string
	opening, done Situation
	count         int    // entries of a listing
	trouble       string // why there is nothing to list

	// Sending, when writer is nil.
	content Content
	offset  int64
	data    []byte // what is to be sent, when it is in memory
	ascii   bool
	last    byte  // the last byte sent, for toNetwork
	pending int64 // handed over, and not yet reported taken
	final   bool  // all is handed over

	// Receiving.
	writer  Writer
	decoder fromNetwork
	pausing bool // to keep the rate

	moved  int64
	total  int64 // the file's size, as 150 names it
	length int64 // what travels; -1 when that is not known before
	alive  bool  // it moved since the data timer was set
}

// moving says that a data connection is in use.
func (s *Server) moving() bool {
	return s.dtp.state == Sending || s.dtp.state == Receiving || s.dtp.state == WaitEnd
}

// setUp says whether a transfer could get a data connection, and says so if
// not.
func (s *Server) setUp() bool {
	switch {
	case s.cfg.TLS == TLSRequired && !s.private:
		s.say(DataUnprotected)
	case s.dtp.state == WaitDial || s.dtp.state == Connected || s.data.target.IsValid():
		return true
	case s.data.used || s.does.NeedsSetup:
		s.say(DataSetupFirst)
	default:
		return true
	}
	return false
}

// start begins a transfer: RFC 959 §3.2, the data connection is established
// on the transfer command.
func (s *Server) start(job *transfer) {
	if !s.does.SetupFirst && !s.setUp() {
		job.close()
		return
	}
	s.job = job
	s.fire(&s.pi, "transfer")
	if !s.does.IdleGoesOn {
		s.emit(StopTimer{IdleTimer})
	}
	if s.does.PreliminaryOnly {
		s.sayOpening()
	}
	switch s.dtp.state {
	case Connected:
		s.begin()
	case WaitDial:
		s.fire(&s.dtp, "transfer")
		s.startTimer(AcceptTimer, s.cfg.AcceptTimeout)
	default:
		s.dial()
	}
}

// dial opens an active data connection from the control connection's address
// (RFC 1123 §4.1.2.12), by default to the port the client speaks from.
func (s *Server) dial() {
	target, from := s.data.target, s.cfg.DataPort
	if !target.IsValid() {
		target = s.remote
		if s.does.BelowPort {
			target = netip.AddrPortFrom(target.Addr(), target.Port()-1)
		}
	}
	if s.does.AnySourcePort {
		from = 0
	}
	s.fire(&s.dtp, "transfer")
	if s.does.BindOrDie && s.cfg.PortPromiscuous && from != 0 {
		s.oops("priv_sock_get_cmd") // it binds to the client's address, which is not its own
		return
	}
	s.emit(DialData{Local: netip.AddrPortFrom(s.local.Addr(), from), Remote: target})
	s.startTimer(ConnectTimer, s.cfg.ConnectTimeout)
}

// oops ends the session of a server whose privileged half could not bind to
// the data port: vsftpd dies of that, and its other half of the silence.
func (s *Server) oops(missing string) {
	one, other := s.reply(PortNotBound, "{call}", "vsf_sysutil_bind"), s.reply(PortNotBound, "{call}", missing)
	lines := slices.Concat(one.Lines, other.Lines)
	s.emit(ReplySent{one.Code, one.First(), one.Lines}, ReplySent{other.Code, other.First(), other.Lines},
		SendControl{Raw: wire(lines...), Lines: lines})
	s.dropJob()
	s.stopDataTimers()
	s.fire(&s.dtp, "over")
	s.hangUp()
}

func (s *Server) sayOpening() {
	opening := s.job.opening
	if s.does.SaysActivePort && !s.data.passive {
		opening = OpeningActive
	}
	s.say(opening, "{path}", s.job.path, "{name}", s.job.name, "{port}", strconv.Itoa(int(s.data.peer.Port())),
		"{size}", strconv.FormatInt(max(s.job.total, 0), 10), "{rest}", strconv.FormatInt(max(s.job.total-s.job.offset, 0), 10))
}

// begin moves the data, now that the connection stands.
func (s *Server) begin() {
	if s.foreign(s.data.peer) {
		s.emit(CloseData{})
		s.say(DataForeign)
		s.emit(StopListening{})
		s.dropJob()
		s.over()
		return
	}
	if s.data.passive && s.does.PassivePolicy == OneTransfer {
		s.emit(StopListening{})
	}
	if !s.does.PreliminaryOnly {
		s.sayOpening()
	}
	if s.private {
		s.emit(StartTLS{DataChannel, TLSServer})
	}
	s.job.alive = true
	s.emit(StopTimer{IdleTimer})
	s.startTimer(DataTimer, s.cfg.DataTimeout)
	if s.job.writer == nil {
		s.fire(&s.dtp, "send")
		s.sendNext()
		return
	}
	s.fire(&s.dtp, "receive")
	s.receive()
}

// sendNext hands over the next piece, or what there is.
func (s *Server) sendNext() {
	if s.dtp.state != Sending || s.job.pending > 0 {
		return
	}
	if s.job.final {
		s.finishSending()
		return
	}
	if s.job.content != nil && s.job.offset < s.job.total && !s.job.ascii && s.cfg.MaxRate == 0 {
		s.job.pending, s.job.final = s.job.total-s.job.offset, true
		s.emit(SendFile{s.job.content, s.job.offset})
		return
	}
	piece, err := s.nextPiece()
	if err != nil {
		s.fail(LocalError, AbortData{})
		return
	}
	blocks := s.job.content == nil && s.cfg.MaxRate == 0 && s.cfg.SendBuffer > 0 && len(piece) > s.cfg.SendBuffer
	if len(piece) > 0 {
		s.emit(SendData{Data: piece, More: s.cfg.MaxRate > 0 && !s.job.final, Room: blocks || s.cfg.MaxRate == 0 && !s.job.final})
		s.job.moved += int64(len(piece))
		s.job.alive = true
		s.emit(Progress{s.job.moved, s.job.length})
	}
	switch {
	case s.cfg.MaxRate > 0 && !s.job.final: // the last piece is followed by no pause
		s.startTimer(RateTimer, max(1, int64(len(piece))*1000/s.cfg.MaxRate))
	case s.job.final && !blocks:
		s.finishSending()
	default:
		s.job.pending = int64(len(piece))
	}
}

// nextPiece takes the next piece of what is sent, converted for TYPE A.
func (s *Server) nextPiece() ([]byte, error) {
	j, size := s.job, readChunk
	if s.cfg.MaxRate > 0 {
		size = rateChunk
	}
	if j.content == nil {
		if s.cfg.MaxRate == 0 || len(j.data) < size {
			size = len(j.data)
		}
		piece := j.data[:size]
		j.data = j.data[size:]
		j.final = len(j.data) == 0
		return piece, nil
	}
	piece := make([]byte, min(int64(size), j.content.Size()-j.offset))
	if n, err := j.content.ReadAt(piece, j.offset); n < len(piece) {
		return nil, err
	}
	j.offset += int64(len(piece))
	j.final = j.offset >= j.content.Size()
	if j.ascii && len(piece) > 0 {
		raw := piece
		piece = toNetwork(raw, j.last, s.does.DoublesCR)
		j.last = raw[len(raw)-1]
	}
	return piece, nil
}

func (s *Server) finishSending() {
	s.emit(CloseData{})
	s.fire(&s.dtp, "FIN sent")
	if s.does.Completion == AtOnce || s.does.Completion == AfterPeerFIN && s.data.ended {
		s.complete()
	} else if s.does.Completion == AfterPeerFIN {
		s.startTimer(LingerTimer, lingerLimit)
	}
}

func (s *Server) dataAcked() {
	if s.dtp.state == WaitEnd && s.does.Completion == AfterAck {
		s.complete()
	}
}

func (s *Server) dataWritable(in DataWritable) {
	if s.dtp.state != Sending {
		return
	}
	if in.Err != nil {
		s.fail(LocalError, AbortData{})
		return
	}
	s.job.alive = true
	if s.job.pending == 0 {
		return
	}
	if s.job.content != nil && s.job.final {
		s.job.moved += in.Taken
		s.emit(Progress{s.job.moved, s.job.length})
	}
	if s.job.pending -= in.Taken; s.job.pending <= 0 {
		s.job.pending = 0
		s.sendNext()
	}
}

// dataReset ends a transfer whose connection was lost.
func (s *Server) dataReset() {
	switch s.dtp.state {
	case WaitEnd:
		if s.does.DeafWhenSent && s.job != nil && s.job.writer == nil {
			s.complete()
			return
		}
		s.fail(SendingFailed)
	case Sending:
		if s.does.StrayOpening {
			s.emit(StopTimer{DataTimer})
			s.sayOpening()
			s.dropJob()
			s.over()
			return
		}
		s.fail(SendingFailed)
	case Receiving:
		s.fail(ReceivingFailed)
	case Connected:
		s.emit(StopListening{})
		s.over()
	}
}

// dataRefused ends a transfer that got no connection: 425 with no 150 before.
func (s *Server) dataRefused(reason Failure) {
	if s.dtp.state != WaitDialed && s.dtp.state != WaitAccept {
		return
	}
	if reason == PortInUse && s.does.BindOrDie {
		s.startTimer(BindTimer, bindPatience)
		return
	}
	if s.dtp.state == WaitAccept {
		s.emit(StopListening{})
	}
	s.data.used = s.data.passive
	s.say(DataRefused, "{reason}", dialWords(reason), "{port}", strconv.Itoa(int(s.data.target.Port())))
	s.dropJob()
	s.over()
}

// dialWords is the system's word for a failed dial.
func dialWords(reason Failure) string {
	switch reason {
	case Refused:
		return "Connection refused"
	case Unreachable, Prohibited:
		return "No route to host"
	case PairTaken:
		return "Cannot assign requested address"
	case PortInUse:
		return "Address already in use"
	}
	return "Connection timed out"
}

// dataTimeout looks whether a transfer moved since the timer was set.
func (s *Server) dataTimeout() {
	switch {
	case !s.moving():
	case s.job.alive:
		s.job.alive = false
		s.startTimer(DataTimer, s.cfg.DataTimeout)
	case s.does.StallCloses:
		s.emit(CloseData{})
		s.dropJob()
		s.stopDataTimers()
		s.fire(&s.dtp, "over")
		s.say(DataStalled)
		s.hangUp()
	default:
		s.fail(DataStalled, AbortData{})
	}
}

// fail ends a transfer before its time; what was received stays.
func (s *Server) fail(what Situation, first ...Output) {
	s.emit(first...)
	s.keep()
	s.say(what)
	s.dropJob()
	s.over()
}

// complete ends a transfer as it should.
func (s *Server) complete() {
	if err := s.keep(); err != nil {
		s.fail(LocalError)
		return
	}
	s.say(s.job.done, "{path}", s.job.path, "{name}", s.job.name, "{count}", strconv.Itoa(s.job.count), "{error}", s.job.trouble)
	s.dropJob()
	s.over()
}

// keep puts a received file into the store.
func (s *Server) keep() error {
	j := s.job
	if j == nil || j.writer == nil {
		return nil
	}
	err := j.writer.Commit()
	j.writer = nil
	if err == nil {
		s.emit(Stored{j.path, j.moved})
	}
	return err
}

// abortTransfer is ABOR's special action (RFC 959 §4.1.3): data closed, 426 to
// the transfer, 226 to the ABOR.
func (s *Server) abortTransfer() {
	aborted := TransferAborted
	switch s.dtp.state {
	case Receiving:
		if s.does.AbortBreaks {
			s.emit(CloseData{})
			aborted = ReceivingFailed
		} else {
			s.emit(AbortData{})
		}
	case Sending:
		s.emit(CloseData{Discard: true})
	case WaitAccept:
		s.emit(StopListening{})
	case WaitDialed:
		s.emit(AbortData{})
	}
	s.keep()
	s.say(aborted)
	s.say(AbortDone)
	s.dropJob()
	s.over()
}

func (s *Server) abor(string) {
	if !s.does.IdleAborKeeps {
		s.stopData()
		s.data.used = s.data.used || s.data.passive
	}
	s.say(AbortIdle)
}

// dropJob forgets the transfer; what it received so far stays.
func (s *Server) dropJob() {
	if s.job == nil {
		return
	}
	_ = s.keep()
	s.job.close()
	s.job = nil
}

func (j *transfer) close() {
	if j.content != nil {
		_ = j.content.Close() // it was only read
	}
	if j.writer != nil {
		_ = j.writer.Discard() // nothing was received
	}
}

// over makes the data connection ready for the next transfer, and the command
// connection for the next command.
func (s *Server) over() {
	s.stopDataTimers()
	if s.data.passive && s.does.PassivePolicy == Reusable && s.dtp.state != WaitAccept {
		s.data = dataPort{passive: true, extended: s.data.extended}
		s.fire(&s.dtp, "over, listening on")
	} else {
		s.fire(&s.dtp, "over")
		target := s.data.target
		if s.does.NeedsSetup {
			target = netip.AddrPort{}
		}
		s.data = dataPort{target: target, used: s.data.used || s.data.passive}
	}
	if s.pi.state != WaitTransfer {
		return
	}
	s.fire(&s.pi, "transfer over")
	switch {
	case s.gone:
		s.endSession()
	case s.quitting:
		s.hangUp()
	case s.idleOver:
		s.say(SessionIdle)
		s.hangUp()
	default:
		s.startTimer(IdleTimer, s.cfg.IdleTimeout)
		s.pump()
	}
}
