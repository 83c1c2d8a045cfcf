package ftp

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// ArgumentError says what is wrong with a command's argument or a reply's
// text.
type ArgumentError struct {
	Form, Text string
	Why        *Fault
}

// Say is the sentence that tells the error.
func (e *ArgumentError) Say() (key string, args []any) {
	return "error.argument", []any{"form", e.Form, "text", strconv.Quote(e.Text), "why", e.Why}
}

func (e *ArgumentError) Error() string { return fmt.Sprintf("%s %q: %s", e.Form, e.Text, e.Why) }

// ErrFamily is an address family the control connection does not have
// (RFC 2428 §2: reply 522).
var ErrFamily error = &Fault{Key: "error.argument.family"}

// HostPortRules are the liberties a program takes in reading PORT and EPRT.
// The zero value is the RFC's grammar.
type HostPortRules struct {
	ExtraNumbers bool // PORT: numbers after the sixth are ignored
	Spaces       bool // PORT: spaces after commas
	OnlyBar      bool // EPRT: no delimiter but |
	OpenEnd      bool // EPRT: the last delimiter may be missing
	PortWraps    bool // EPRT: a port beyond 65535 is taken modulo 65536
}

// PortBytes splits a port into the two numbers of PORT and 227 (RFC 959
// §4.1.2): port = p1*256 + p2.
func PortBytes(port uint16) (p1, p2 uint8) { return uint8(port >> 8), uint8(port) }

// FormatPort writes an IPv4 address and port as PORT's argument and the inside
// of 227: h1,h2,h3,h4,p1,p2.
func FormatPort(a netip.AddrPort) string {
	var h [4]byte
	if ip := a.Addr().Unmap(); ip.Is4() {
		h = ip.As4()
	}
	p1, p2 := PortBytes(a.Port())
	return fmt.Sprintf("%d,%d,%d,%d,%d,%d", h[0], h[1], h[2], h[3], p1, p2)
}

// ParsePort reads PORT's argument. Address 0.0.0.0 and port 0 name nothing
// that could be dialled and are refused with the rest.
func ParsePort(text string, rules HostPortRules) (netip.AddrPort, error) {
	fail := func(key string, args ...any) (netip.AddrPort, error) {
		return netip.AddrPort{}, &ArgumentError{"PORT", text, &Fault{key, args}}
	}
	parts := strings.Split(text, ",")
	if len(parts) < 6 || len(parts) > 6 && !rules.ExtraNumbers {
		return fail("error.argument.numbers", "n", len(parts))
	}
	var n [6]byte
	for i := range n {
		part := parts[i]
		if rules.Spaces {
			part = strings.TrimLeft(part, " ")
		}
		v, ok := byteNumber(part)
		if !ok {
			return fail("error.argument.byte", "n", i+1)
		}
		n[i] = v
	}
	a := netip.AddrPortFrom(netip.AddrFrom4([4]byte(n[:4])), uint16(n[4])<<8|uint16(n[5]))
	switch {
	case a.Addr().IsUnspecified():
		return fail("error.argument.no_address")
	case a.Port() == 0:
		return fail("error.argument.port_zero")
	}
	return a, nil
}

// byteNumber reads up to three decimal digits as one byte.
func byteNumber(s string) (byte, bool) {
	if len(s) == 0 || len(s) > 3 || !digits(s) {
		return 0, false
	}
	v, err := strconv.ParseUint(s, 10, 8)
	return byte(v), err == nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// family is the number RFC 2428 §2 gives an address's protocol.
func family(a netip.Addr) int {
	if a.Unmap().Is4() {
		return 1
	}
	return 2
}

// FormatEprt writes EPRT's argument: |1|192.168.1.2|2001|.
func FormatEprt(a netip.AddrPort) string {
	return fmt.Sprintf("|%d|%s|%d|", family(a.Addr()), a.Addr().Unmap(), a.Port())
}

// ParseEprt reads EPRT's argument (RFC 2428 §2): any printable character
// serves as delimiter. The error is [ErrFamily] for a family other than 1 or 2
// or one that the address does not belong to.
func ParseEprt(text string, rules HostPortRules) (netip.AddrPort, error) {
	fail := func(key string) (netip.AddrPort, error) {
		return netip.AddrPort{}, &ArgumentError{"EPRT", text, &Fault{Key: key}}
	}
	if text == "" || text[0] < 33 || text[0] > 126 || rules.OnlyBar && text[0] != '|' {
		return fail("error.argument.delimiter")
	}
	parts := strings.Split(text[1:], text[:1])
	if len(parts) == 3 && rules.OpenEnd {
		parts = append(parts, "")
	}
	if len(parts) != 4 || parts[3] != "" {
		return fail("error.argument.fields")
	}
	if parts[0] != "1" && parts[0] != "2" {
		return netip.AddrPort{}, ErrFamily
	}
	ip, err := netip.ParseAddr(parts[1])
	if err != nil || ip.Zone() != "" || ip.IsUnspecified() {
		return fail("error.argument.no_address")
	}
	if strconv.Itoa(family(ip)) != parts[0] {
		return netip.AddrPort{}, ErrFamily
	}
	port, err := strconv.ParseUint(parts[2], 10, 16)
	if err != nil && rules.PortWraps && digits(parts[2]) {
		var wide uint64
		wide, err = strconv.ParseUint(parts[2], 10, 32)
		port = wide & 0xffff
	}
	if err != nil || port == 0 || !digits(parts[2]) {
		return fail("error.argument.port")
	}
	return netip.AddrPortFrom(ip, uint16(port)), nil
}

// PasvRules are the liberties a client takes in reading a 227.
type PasvRules struct {
	FirstDigits bool // the first digits must begin the address (tnftp)
	OneLine     bool // only the reply's first line is read (tnftp)
}

// ParsePasv finds h1,h2,h3,h4,p1,p2 in the lines of a reply to PASV. As
// RFC 1123 §4.1.2.6 asks, neither parentheses nor a fixed place are needed.
func ParsePasv(lines []string, rules PasvRules) (netip.AddrPort, error) {
	for i, line := range lines {
		if i > 0 && rules.OneLine {
			break
		}
		text := line
		if len(line) >= 4 && digits(line[:3]) {
			text = line[4:]
		}
		for at := range len(text) {
			if text[at] < '0' || text[at] > '9' || at > 0 && text[at-1] >= '0' && text[at-1] <= '9' {
				continue
			}
			if n, ok := sixNumbers(text[at:]); ok {
				return netip.AddrPortFrom(netip.AddrFrom4([4]byte(n[:4])), uint16(n[4])<<8|uint16(n[5])), nil
			}
			if rules.FirstDigits {
				break
			}
		}
	}
	return netip.AddrPort{}, &ArgumentError{"227", strings.Join(lines, "\n"), &Fault{Key: "error.argument.six"}}
}

// sixNumbers reads six comma separated bytes at the start of s, spaces after
// the commas allowed, whatever follows.
func sixNumbers(s string) (n [6]byte, ok bool) {
	for i := range n {
		if i > 0 {
			if !strings.HasPrefix(s, ",") {
				return n, false
			}
			s = strings.TrimLeft(s[1:], " ")
		}
		end := 0
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		if n[i], ok = byteNumber(s[:end]); !ok {
			return n, false
		}
		s = s[end:]
	}
	return n, true
}

// FormatEpsv writes the port of a 229: (|||6446|).
func FormatEpsv(port uint16) string { return fmt.Sprintf("(|||%d|)", port) }

// ParseEpsv finds the port in a reply to EPSV (RFC 2428 §3): between
// parentheses, three equal delimiters, the port, the delimiter again.
func ParseEpsv(lines []string) (uint16, error) {
	for _, line := range lines {
		open := strings.IndexByte(line, '(')
		if open < 0 || len(line) < open+7 {
			continue
		}
		inside := line[open+1:]
		d := inside[:1]
		rest, ok := strings.CutPrefix(inside, d+d+d)
		if !ok || d < "!" || d > "~" {
			continue
		}
		number, _, ok := strings.Cut(rest, d+")")
		if port, err := strconv.ParseUint(number, 10, 16); ok && digits(number) && err == nil && port > 0 {
			return uint16(port), nil
		}
	}
	return 0, &ArgumentError{"229", strings.Join(lines, "\n"), &Fault{Key: "error.argument.epsv"}}
}
