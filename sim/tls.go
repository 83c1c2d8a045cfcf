package sim

import (
	"encoding/binary"
	"math/rand/v2"

	"ftpscope/netmodel"
	"ftpscope/sim/ftp"
)

// TLS 1.3 (RFC 8446) as far as a wire shows it: the records have their real
// lengths, the handshake its flights, and nobody on the way can read a thing.
// Nothing is really encrypted. A sealed record is random bytes; what it stands
// for is kept aside, where only the two ends look.

// Content types of records (RFC 8446 §5.1).
const (
	changeCipherSpec = 20
	handshakeRecord  = 22
	applicationData  = 23
)

const (
	recordHeader = 5
	recordLimit  = 1 << 14
	clientHello  = 517
	sealOverhead = 1 + 16 // the inner content type and the AEAD's tag
)

// What a server with an RSA certificate of 2048 bits says sealed in its first
// flight: extensions, certificate, its proof, Finished; and the client's own
// Finished, the close_notify alert.
const (
	serverFlight = 10 + 840 + 264 + 36
	finished     = 36
	closeNotify  = 2
)

// sealKey is the beginning of a sealed record, by which its content is found.
type sealKey [8]byte

// vault is what the sealed records of a run stand for.
type vault struct {
	content map[sealKey][]byte
	random  *rand.ChaCha8
	arrived []byte // on the latest protected data connection
}

func newVault(seed uint64) *vault {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return &vault{content: map[sealKey][]byte{}, random: rand.NewChaCha8(key)}
}

func (v *vault) bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = v.random.Read(b) // never fails
	return b
}

func record(kind byte, body []byte) []byte {
	head := []byte{kind, 3, 3, byte(len(body) >> 8), byte(len(body))}
	return append(head, body...)
}

// seal makes the records of a plain text.
func (v *vault) seal(text []byte) []byte {
	var out []byte
	for len(text) > 0 {
		piece := text[:min(len(text), recordLimit)]
		text = text[len(piece):]
		body := v.bytes(len(piece) + sealOverhead)
		v.content[sealKey(body)] = piece
		out = append(out, record(applicationData, body)...)
	}
	return out
}

// opaque is a sealed record of the handshake, whose content matters to nobody.
func (v *vault) opaque(length int) []byte {
	return record(applicationData, v.bytes(length+sealOverhead))
}

// hello is the one message of either side that is not sealed: its random, its
// session ID, the one cipher suite, and the extensions for version and key.
func (v *vault) hello(role ftp.Role) []byte {
	message, version, share := byte(1), []byte{0, 43, 0, 3, 2, 3, 4}, []byte{0, 51, 0, 38, 0, 36, 0, 29, 0, 32}
	suites, compression := []byte{0, 2, 0x13, 1}, []byte{1, 0}
	extensions := []byte{0, 10, 0, 4, 0, 2, 0, 29, 0, 13, 0, 6, 0, 4, 8, 4, 4, 3} // groups, signatures
	if role == ftp.TLSServer {
		message, version, share = 2, []byte{0, 43, 0, 2, 3, 4}, []byte{0, 51, 0, 36, 0, 29, 0, 32}
		suites, compression, extensions = suites[2:], compression[1:], nil
	}
	body := append([]byte{3, 3}, v.bytes(32)...)
	body = append(append(body, 32), v.bytes(32)...)
	body = append(append(body, suites...), compression...)
	extensions = append(append(extensions, version...), append(share, v.bytes(32)...)...)
	if role == ftp.TLSClient { // OpenSSL fills it up (RFC 7685)
		padding := clientHello - recordHeader - 4 - len(body) - 2 - len(extensions) - 4
		extensions = append(extensions, 0, 21, byte(padding>>8), byte(padding))
		extensions = append(extensions, make([]byte, padding)...)
	}
	body = append(binary.BigEndian.AppendUint16(body, uint16(len(extensions))), extensions...)
	return record(handshakeRecord, append([]byte{message, 0, byte(len(body) >> 8), byte(len(body))}, body...))
}

// tls is one end of a protected connection.
type tls struct {
	role       ftp.Role
	stream     []byte   // received, not yet a whole record
	ready      bool     // the handshake is over
	waiting    [][]byte // written before it was
	closing    bool     // and so was the end
	peerClosed bool
}

func (a *actor) startTLS(o ftp.StartTLS) {
	c := a.control
	if o.Channel == ftp.DataChannel {
		c = a.data
		a.net.vault.arrived = []byte{}
	}
	if c == nil {
		return
	}
	a.tls[c] = &tls{role: o.Role}
	if o.Role == ftp.TLSClient {
		a.write(c, a.net.vault.hello(o.Role))
	}
}

// protect writes to a connection, sealed where that has been agreed on.
func (a *actor) protect(c *netmodel.Conn, text []byte) {
	switch t := a.tls[c]; {
	case t == nil:
		a.write(c, text)
	case t.ready:
		a.write(c, a.net.vault.seal(text))
	default:
		t.waiting = append(t.waiting, text)
	}
}

// unprotect takes what came on a protected connection, record by record.
func (a *actor) unprotect(c *netmodel.Conn, t *tls, data []byte) {
	t.stream = append(t.stream, data...)
	for a.tls[c] == t && len(t.stream) >= recordHeader {
		length := recordHeader + int(binary.BigEndian.Uint16(t.stream[3:]))
		if len(t.stream) < length {
			return
		}
		kind, body := t.stream[0], t.stream[recordHeader:length]
		t.stream = t.stream[length:]
		a.record(c, t, kind, body)
	}
}

func (a *actor) record(c *netmodel.Conn, t *tls, kind byte, body []byte) {
	v := a.net.vault
	switch {
	case kind == handshakeRecord && t.role == ftp.TLSServer:
		flight := append(v.hello(t.role), record(changeCipherSpec, []byte{1})...)
		a.write(c, append(flight, v.opaque(serverFlight)...))
	case kind != applicationData:
	case !t.ready:
		if t.role == ftp.TLSClient {
			a.write(c, append(record(changeCipherSpec, []byte{1}), v.opaque(finished)...))
		}
		a.secured(c, t)
	default:
		if text, known := v.content[sealKey(body)]; known {
			a.deliver(c, text)
		}
	}
}

// secured sends what has waited for the end of the handshake.
func (a *actor) secured(c *netmodel.Conn, t *tls) {
	t.ready = true
	for _, text := range t.waiting {
		a.protect(c, text)
	}
	t.waiting = nil
	if t.closing {
		t.closing = false
		a.letGo(c)
	}
}

func (a *actor) deliver(c *netmodel.Conn, text []byte) {
	switch c {
	case a.control:
		a.feed(ftp.ControlReceived{Data: text})
	case a.data:
		a.net.vault.arrived = append(a.net.vault.arrived, text...)
		a.feed(ftp.DataReceived{Data: text, Shared: true})
	}
}

// sayGoodbye ends protection before a connection ends (RFC 8446 §6.1), unless
// the peer has gone and would answer with a reset. False: the handshake comes
// first.
func (a *actor) sayGoodbye(c *netmodel.Conn) bool {
	t := a.tls[c]
	switch {
	case t == nil || t.peerClosed:
	case !t.ready:
		t.closing = true
		return false
	default:
		a.write(c, a.net.vault.opaque(closeNotify))
	}
	return true
}
