package netmodel

import (
	"fmt"
	"net/netip"
	"time"
)

// SYNTiming is the schedule on which an unanswered SYN is repeated.
type SYNTiming uint8

// The schedules.
const (
	ClassicSYN SYNTiming = iota // RFC 6298: 0, 1, 3, 7, 15, 31 s, given up at 63 s
	LinuxSYN                    // Linux since 6.5: 0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 68 s, given up at 133 s
)

// Options of a Network. The zero value is a sensible network.
type Options struct {
	Seed        uint64 // of ports not fixed, initial sequence numbers and loss
	SYNTiming   SYNTiming
	Timestamps  bool   // TCP timestamps: a new SYN may reuse a port in TIME-WAIT (RFC 6191)
	Window      uint16 // receive window in octets; 0: 65535
	MSS         uint16 // over IPv4; IPv6 has 20 less; 0: 1460
	DataRetries int    // retransmissions of one segment before giving up; 0: 8 classic, 15 linux

	MaxEvents uint64        // 0: 10 million
	MaxTime   time.Duration // 0: 24 h
}

// BoundError says that a run was stopped by one of its bounds.
type BoundError struct {
	Bound string // "MaxEvents", "MaxTime"
	Limit string
}

func (e *BoundError) Error() string {
	return fmt.Sprintf("the run reached its bound %s (%s); raise the bound if the scenario is meant to go on", e.Bound, e.Limit)
}

// Link is what joins interfaces.
type Link struct {
	Name    string         // a named link has a NodeID of its own, at which packets are Lost
	Delay   time.Duration  // one way
	Rate    uint64         // octets a second; 0: no limit
	Loss    float64        // probability of losing a packet, 0 to 1
	Carries []netip.Prefix // packets with source or destination outside these are lost; empty: carries all
}
