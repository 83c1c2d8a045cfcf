package helper

import (
	"net/netip"
	"slices"

	"ftpscope/netmodel"
)

// FTP is the helper called "ftp".
type FTP struct{}

// Segment implements [netmodel.Helper].
func (FTP) Segment(s *netmodel.HelperSegment) netmodel.HelperVerdict {
	if !s.AfterNewline {
		return netmodel.HelperPass // a line's beginning is all it looks at
	}
	a, found := find(s.Direction, s.Payload, s.Sender())
	switch found {
	case partial:
		// Whatever was announced here would be missed: the sender shall try again.
		return netmodel.HelperDrop
	case nothing:
		return netmodel.HelperPass
	}
	if a.host != s.Sender() {
		// A hole towards somebody else is not the sender's to ask for (RFC 2577 §3).
		return netmodel.HelperPass
	}
	to := s.Expect(netmodel.Expectation{
		Src:  s.Peer(),
		Dst:  netip.AddrPortFrom(s.SenderSeen(), a.port),
		Real: netip.AddrPortFrom(a.host, a.port),
	})
	if natted := s.Original.Inverse() != s.Reply; natted {
		if text := a.format(to); text != string(s.Payload[a.from:a.to]) {
			s.Replace(slices.Concat(s.Payload[:a.from], []byte(text), s.Payload[a.to:]))
		}
	}
	return netmodel.HelperPass
}
