package trace

import (
	"net/netip"
	"strconv"
	"strings"
)

// Arithmetic finds the host-port form in a line and offers its sum as catalogue
// arguments: 7×256+209 = 2001. A line without one has none.
func Arithmetic(line string) []any {
	if p, ok := extended(line); ok {
		return []any{"port", p}
	}
	fields := hostPortNumbers(line)
	if len(fields) < 6 {
		return nil
	}
	high, err1 := strconv.Atoi(fields[4])
	low, err2 := strconv.Atoi(fields[5])
	if err1 != nil || err2 != nil {
		return nil
	}
	return []any{"high", high, "low", low, "port", strconv.Itoa(high*256 + low)}
}

// Announced is the address that a line names: in PORT, EPRT and 227. Where it
// names none, as 229 does, it is not valid.
func Announced(line string) netip.Addr {
	if Verb(line) == "EPRT" {
		for _, part := range strings.Split(line, "|") {
			if a, err := netip.ParseAddr(part); err == nil {
				return a
			}
		}
	}
	if fields := hostPortNumbers(line); len(fields) >= 6 {
		a, _ := netip.ParseAddr(strings.Join(fields[:4], "."))
		return a
	}
	return netip.Addr{}
}

// hostPortNumbers are the numbers of PORT and 227, four of them the address.
func hostPortNumbers(line string) []string {
	start := strings.IndexFunc(line, func(r rune) bool { return r >= '0' && r <= '9' })
	if len(line) > 4 && strings.HasPrefix(line, "227") {
		if start = strings.IndexByte(line, '('); start < 0 {
			start = 3
		}
	} else if v := Verb(line); v != "PORT" {
		return nil
	}
	if start < 0 {
		return nil
	}
	return strings.FieldsFunc(line[start:], func(r rune) bool { return r < '0' || r > '9' })
}

// extended reads the port of EPRT and 229 (RFC 2428).
func extended(line string) (string, bool) {
	if Verb(line) != "EPRT" && !strings.HasPrefix(line, "229") {
		return "", false
	}
	fields := strings.FieldsFunc(line[4:], func(r rune) bool { return r == '|' || r == '(' || r == ')' })
	for i := len(fields) - 1; i >= 0; i-- {
		if p, err := strconv.Atoi(strings.TrimSpace(fields[i])); err == nil {
			return strconv.Itoa(p), true
		}
	}
	return "", false
}
