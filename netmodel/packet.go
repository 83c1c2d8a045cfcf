package netmodel

import (
	"net/netip"
	"strings"
)

// AddrPort is short for netip.AddrPort.
type AddrPort = netip.AddrPort

// Flags are the control bits of a TCP segment (RFC 9293 §3.1).
type Flags uint8

// The control bits, at their places in the header.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
)

// String writes the flags as captures do: "SYN,ACK".
func (f Flags) String() string {
	var names []string
	for i, name := range [...]string{"FIN", "SYN", "RST", "PSH", "ACK", "URG"} {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// Has reports whether all bits of g are set.
func (f Flags) Has(g Flags) bool { return f&g == g }

// Packet is one IP packet: a TCP segment, or an ICMP error. Its number stays
// with it through forwarding and rewriting.
type Packet struct {
	No             uint32
	Src, Dst       AddrPort // ports are 0 for ICMP
	Seq, Ack       uint32
	Flags          Flags
	TTL            uint8
	Window         uint16
	Urgent         uint16 // with URG: offset from Seq to the octet after the urgent data
	Tag            uint8  // label of the connection, given by the application
	Retransmission bool
	Payload        []byte     // shared, never changed in place
	ICMP           *ICMPError // nil for TCP
}

// segmentLength is SEG.LEN: octets of sequence space (RFC 9293 §3.4).
func (p *Packet) segmentLength() uint32 {
	n := uint32(len(p.Payload))
	if p.Flags&SYN != 0 {
		n++
	}
	if p.Flags&FIN != 0 {
		n++
	}
	return n
}

// ICMPError is an ICMP or ICMPv6 error message about a TCP segment. It quotes
// the segment's addresses and sequence number as they were where the error
// arose; NAT translates them on the way back.
type ICMPError struct {
	Type, Code uint8
	About      uint32 // number of the packet
	Src, Dst   AddrPort
	Seq        uint32
}
