package trace

import (
	"net/netip"
	"strings"
)

// What client and server have agreed on for the data channel, as their lines
// say it.

// named is the address in a PORT, and whether it is that of another host than
// the sender.
func (o *Outline) named(m *Message) (a string, foreign bool) {
	fields := strings.Split(strings.TrimSpace(m.Line[min(len(m.Line), 5):]), ",")
	if Verb(m.Line) != "PORT" || len(fields) != 6 {
		return "", false
	}
	a = strings.Join(fields[:4], ".")
	addr, err := netip.ParseAddr(a)
	host, known := o.Trace.NodeByAddr(addr)
	return a, err == nil && known && o.Trace.Nodes[host].Role.Host() && addr != m.Src.Addr()
}

// passive reports whether the latest data port of the session that a message
// belongs to was named by the server.
func (o *Outline) passive(m *Message) (by bool) {
	for i := range o.Messages {
		before := &o.Messages[i]
		switch verb := Verb(before.Line); {
		case before == m:
			return by
		case before.Conn != m.Conn:
		case before.Code == 227 || before.Code == 229:
			by = true
		case verb == "PORT" || verb == "EPRT":
			by = false
		}
	}
	return false
}

// deaf reports whether nobody listens on the port that a command names, as where
// a person typed the line.
func (o *Outline) deaf(m *Message) bool {
	sum := Arithmetic(m.Line)
	known := false // what sockets the host has
	for id := m.First; id > 0 && len(sum) > 0; id-- {
		e := o.Trace.Event(id)
		if e.Kind != KindSocket {
			continue
		}
		if s := o.Trace.Socket(e); s.At == m.From {
			known = true
			if port(s.Local.Port()) == sum[len(sum)-1] {
				return s.State != Listen
			}
		}
	}
	return known
}

// unnamed reports whether a data connection goes to a port that no line has
// named, but which goes by the other end of a command channel: that is the
// default (RFC 959 §3.2), and the port below it the default of some servers.
func (o *Outline) unnamed(m *Message) bool {
	if m.Conn < 0 {
		return false
	}
	to, fallback := o.Conns[m.Conn].Dst.Port(), false
	for i := 0; i < len(o.Messages) && &o.Messages[i] != m; i++ {
		if before := &o.Messages[i]; before.Kind == MsgOpen && before.Channel == Command {
			p := before.Src.Port()
			fallback = fallback || to == p || to == p-1
		}
	}
	if !fallback { // few have to be read for the numbers in their lines
		return false
	}
	for i := 0; i < len(o.Messages) && &o.Messages[i] != m; i++ {
		before := &o.Messages[i]
		if sum := Arithmetic(before.Line); len(sum) > 0 && before.Code != 227 && before.Code != 229 && sum[len(sum)-1] == port(to) {
			return false
		}
	}
	return true
}
