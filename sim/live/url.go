package live

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// Remote is where a client goes, and what for: an ftp URL (RFC 1738 §3.2).
type Remote struct {
	Host           string // a name or an address, without brackets
	Port           uint16
	User, Password string // empty: anonymous
	Path           string // from the directory one is in after login; "/…" from the root
}

// ParseURL reads ftp://USER:PASS@HOST:PORT/PATH. What is needed at least is
// the host; a path from the root begins with %2F or a second slash.
func ParseURL(text string) (Remote, error) {
	wrong := func(reason string) (Remote, error) {
		return Remote{}, fmt.Errorf("%s: %s; write ftp://USER:PASS@HOST:PORT/PATH", hidePassword(text), reason)
	}
	u, err := url.Parse(text)
	var parse *url.Error
	switch {
	case errors.As(err, &parse):
		return wrong(strings.TrimPrefix(hidePassword(parse.Err.Error()), "parse "))
	case err != nil:
		return wrong("not a URL")
	case u.Scheme != "ftp":
		return wrong("not an ftp URL")
	case u.Hostname() == "":
		return wrong("no host")
	case u.RawQuery != "" || u.Fragment != "":
		return wrong("? and # must be written %3F and %23")
	}
	r := Remote{Host: u.Hostname(), Port: 21, User: u.User.Username(), Path: strings.TrimPrefix(u.Path, "/")}
	r.Password, _ = u.User.Password()
	if p := u.Port(); p != "" {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil || n == 0 {
			return wrong("port " + strconv.Quote(p) + " is not in 1 to 65535")
		}
		r.Port = uint16(n)
	}
	for _, part := range []string{r.Host, r.User, r.Password, r.Path} {
		if strings.ContainsFunc(part, unicode.IsControl) {
			return wrong("a control character in it")
		}
	}
	return r, nil
}

// hidePassword takes a password out of what is shown.
func hidePassword(text string) string {
	before, rest, ok := strings.Cut(text, "://")
	at := strings.LastIndex(rest, "@")
	if !ok || at < 0 {
		return text
	}
	user, _, secret := strings.Cut(rest[:at], ":")
	if !secret {
		return text
	}
	return before + "://" + user + ":***" + rest[at:]
}

// String is the host and port, as a person writes them.
func (r Remote) String() string {
	host := r.Host
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(int(r.Port))
}
