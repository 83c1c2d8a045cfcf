package helper

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"

	"ftpscope/netmodel"
)

// announcement is an address found in a line, and where it stands.
type announcement struct {
	host     netip.Addr
	port     uint16
	from, to int // in the payload
	form     form
}

// form is how an address is written.
type form uint8

const (
	sixNumbers   form = iota // 192,168,1,2,7,209 (RFC 959 §4.1.2)
	addressField             // |1|192.168.1.2|2001| (RFC 2428 §2)
	portField                // |||2001| (RFC 2428 §3)
)

// verdict is what a payload looks like.
type verdict uint8

const (
	nothing  verdict = iota
	partial          // begins like an announcement, but none can be read
	complete         // holds an announcement
)

// pattern is one kind of announcement: its first letters, up to where the
// address is sought, and how the address is read.
type pattern struct {
	start string
	skip  byte // the address comes after this octet; 0: at once
	form  form
	read  func(data []byte, a *announcement) (length int)
}

// The patterns of nf_conntrack_ftp: what clients and what servers announce.
var patterns = [2][]pattern{
	netmodel.Original: {
		{"PORT", ' ', sixNumbers, func(d []byte, a *announcement) int { return readSix(d, '\r', a) }},
		{"EPRT", ' ', addressField, readAddressField},
	},
	netmodel.Reply: {
		{"227 ", 0, sixNumbers, readSixAnywhere},
		{"229 ", '(', portField, readPortField},
	},
}

// find looks for an announcement at the beginning of a payload. A 229 names no
// host: it means its sender.
func find(d netmodel.Direction, payload []byte, sender netip.Addr) (announcement, verdict) {
	for _, p := range patterns[d] {
		a := announcement{host: sender, form: p.form}
		if v := p.match(payload, &a); v != nothing {
			return a, v
		}
	}
	return announcement{}, nothing
}

func (p *pattern) match(payload []byte, a *announcement) verdict {
	if len(payload) <= len(p.start) {
		if strings.EqualFold(string(payload), p.start[:len(payload)]) {
			return partial
		}
		return nothing
	}
	if !strings.EqualFold(string(payload[:len(p.start)]), p.start) {
		return nothing
	}
	a.from = len(p.start)
	if p.skip != 0 {
		i := bytes.IndexByte(payload[a.from:], p.skip)
		if i < 0 {
			return partial
		}
		a.from += i + 1
	}
	length := p.read(payload[a.from:], a)
	if length == 0 {
		return partial
	}
	a.to = a.from + length
	return complete
}

// numbers reads count numbers with a separator between them, up to the octet
// end, or up to any that is no digit when end is 0. No number is checked for
// its range: neither does Linux.
func numbers(data []byte, count int, separator, end byte) (n []uint32, length int) {
	n = make([]uint32, 1, count)
	for i, c := range data {
		switch {
		case c >= '0' && c <= '9':
			n[len(n)-1] = n[len(n)-1]*10 + uint32(c-'0')
		case c == separator && len(n) < count:
			n = append(n, 0)
		case (c == end || end == 0) && c != separator && len(n) == count:
			return n, i
		default:
			return nil, 0
		}
	}
	return nil, 0
}

func ipv4(n []uint32) netip.Addr {
	ip := n[0]<<24 | n[1]<<16 | n[2]<<8 | n[3]
	return netip.AddrFrom4([4]byte{byte(ip >> 24), byte(ip >> 16), byte(ip >> 8), byte(ip)})
}

func readSix(data []byte, end byte, a *announcement) int {
	n, length := numbers(data, 6, ',', end)
	if length == 0 {
		return 0
	}
	a.host, a.port = ipv4(n), uint16(n[4]<<8|n[5])
	return length
}

// readSixAnywhere begins at the first digit (RFC 1123 §4.1.2.6).
func readSixAnywhere(data []byte, a *announcement) int {
	i := bytes.IndexAny(data, "0123456789")
	if i < 0 {
		return 0
	}
	a.from += i
	return readSix(data[i:], 0, a)
}

// delimiter is the octet that separates the fields of RFC 2428.
func delimiter(data []byte) (byte, bool) {
	if len(data) <= 3 {
		return 0, false
	}
	d := data[0]
	return d, d > 32 && d < 127 && (d < '0' || d > '9')
}

func readAddressField(data []byte, a *announcement) int {
	d, ok := delimiter(data)
	if !ok || data[2] != d {
		return 0
	}
	family := byte('1')
	if a.host.Is6() {
		family = '2'
	}
	end := bytes.IndexByte(data[3:], d)
	if data[1] != family || end <= 0 {
		return 0
	}
	if family == '1' {
		n, length := numbers(data[3:], 4, '.', d)
		if length == 0 {
			return 0
		}
		a.host = ipv4(n)
	} else {
		host, err := netip.ParseAddr(string(data[3 : 3+end]))
		if err != nil || !host.Is6() || host.Zone() != "" {
			return 0
		}
		a.host = host
	}
	return readPort(data, 3+end+1, d, a)
}

func readPortField(data []byte, a *announcement) int {
	d, ok := delimiter(data)
	if !ok || data[1] != d || data[2] != d {
		return 0
	}
	return readPort(data, 3, d, a)
}

// readPort reads a port that ends with the delimiter.
func readPort(data []byte, start int, d byte, a *announcement) int {
	a.port = 0
	for i := start; i < len(data); i++ {
		switch c := data[i]; {
		case c == d && a.port != 0:
			return i + 1
		case c >= '0' && c <= '9':
			a.port = a.port*10 + uint16(c-'0')
		default:
			return 0
		}
	}
	return 0
}

// format writes an address in the announcement's own form.
func (a *announcement) format(to netip.AddrPort) string {
	switch a.form {
	case portField:
		return fmt.Sprintf("|||%d|", to.Port())
	case addressField:
		family := 1
		if to.Addr().Is6() {
			family = 2
		}
		// IPv6 in full, no zero left out: "%pI6" in nf_nat_ftp.
		return fmt.Sprintf("|%d|%s|%d|", family, to.Addr().StringExpanded(), to.Port())
	}
	ip := to.Addr().As4()
	return fmt.Sprintf("%d,%d,%d,%d,%d,%d", ip[0], ip[1], ip[2], ip[3], to.Port()>>8, to.Port()&255)
}
