package ftp

import "errors"

// dataReceived takes what came on the data connection. What comes before the
// transfer command waits, as in the kernel's buffer.
func (s *Server) dataReceived(data []byte) {
	switch s.dtp.state {
	case Connected:
		if s.data.early = append(s.data.early, data...); len(s.data.early) > earlyLimit {
			s.stopData()
		}
	case Receiving:
		s.data.early = append(s.data.early, data...)
		s.receive()
	}
}

// receive writes what has come to the file: all of it, or with a limited rate
// one piece before the next pause.
func (s *Server) receive() {
	for len(s.data.early) > 0 && !s.job.pausing {
		piece := s.data.early
		if s.cfg.MaxRate > 0 {
			piece = piece[:min(len(piece), rateChunk)]
			s.job.pausing = true
			s.startTimer(RateTimer, max(1, int64(len(piece))*1000/s.cfg.MaxRate))
		}
		s.data.early = s.data.early[len(piece):]
		if !s.write(piece) {
			return
		}
	}
	if s.data.ended && !s.job.pausing {
		s.fileReceived()
	}
}

// write puts a piece into the file; false when the transfer ended over it.
func (s *Server) write(piece []byte) bool {
	s.job.alive = true
	s.job.moved += int64(len(piece))
	if s.job.ascii {
		piece = s.job.decoder.convert(piece)
	}
	if _, err := s.job.writer.Write(piece); err != nil {
		s.failWriting(err)
		return false
	}
	s.emit(Progress{s.job.moved, -1})
	return true
}

func (s *Server) failWriting(err error) {
	if errors.Is(err, ErrNoSpace) {
		s.fail(StorageExceeded, AbortData{})
		return
	}
	s.fail(LocalError, AbortData{})
}

// dataPeerClosed is the end of file in stream mode (RFC 959 §3.4.1).
func (s *Server) dataPeerClosed() {
	if s.dtp.state != Connected && !s.moving() {
		return // of the transfer before
	}
	s.data.ended = true
	switch {
	case s.dtp.state == WaitEnd && s.does.Completion == AfterPeerFIN:
		s.complete()
	case s.dtp.state == Receiving:
		s.receive()
	}
}

// fileReceived closes a file that has come to its end.
func (s *Server) fileReceived() {
	if _, err := s.job.writer.Write(s.job.decoder.flush()); err != nil {
		s.failWriting(err)
		return
	}
	s.finishSending()
}

// pauseOver goes on after a pause that keeps the rate.
func (s *Server) pauseOver() {
	switch s.dtp.state {
	case Sending:
		s.sendNext()
	case Receiving:
		s.job.pausing = false
		s.receive()
	}
}
