package capture

import (
	"errors"
	"fmt"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"ftpscope/sim/trace"
)

// internetworkControl is the precedence of ICMP errors (RFC 1812 §4.3.2.5).
const internetworkControl = 0xc0

// How much of the packet an error quotes: as much as keeps the whole within
// what every host must accept (RFC 1812 §4.3.2.3, RFC 4443 §2.4 (c)).
const (
	quoted4 = 576 - 20 - 8
	quoted6 = 1280 - 40 - 8
)

// icmp builds an ICMP error of the frame's family, with its quotation.
func (f *framer) icmp(w *wire, p passage, about trace.ID) error {
	src, dst, err := ends(w.FlowOf(p.packet))
	if err != nil {
		return err
	}
	if err := f.quotation(w, p, about); err != nil {
		return err
	}
	quote := f.quote.Bytes()
	if src.Addr().Is4() {
		quote = quote[:min(len(quote), quoted4)]
		return gopacket.SerializeLayers(f.frame, fixAll,
			ip(p.packet, p.ttl, src.Addr(), dst.Addr(), layers.IPProtocolICMPv4),
			&layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(p.packet.ICMP, p.packet.Code)},
			gopacket.Payload(quote))
	}
	quote = quote[:min(len(quote), quoted6)]
	network := ip(p.packet, p.ttl, src.Addr(), dst.Addr(), layers.IPProtocolICMPv6)
	h := &layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(p.packet.ICMP, p.packet.Code)}
	unused := make([]byte, 4, 4+len(quote)) // RFC 4443 §3.1
	return errors.Join(
		h.SetNetworkLayerForChecksum(network),
		gopacket.SerializeLayers(f.frame, fixAll, network, h, gopacket.Payload(append(unused, quote...))),
	)
}

// quotation builds the packet that an error is about. NAT undoes inside the
// quotation what it did to the packet (RFC 5508 §4.2): wherever both pass, the
// quotation reads as the packet did. Only its TTL is that of where it died.
func (f *framer) quotation(w *wire, p passage, about trace.ID) error {
	if about == 0 || about >= p.id {
		return fmt.Errorf("an ICMP error about packet %d, which was not sent before", p.packet.About)
	}
	quoted, ttl := w.end(about)
	for _, seen := range w.follow(about, nil) {
		if seen.id < p.id {
			quoted = seen.packet
		}
	}
	if quoted.IsICMP() {
		return fmt.Errorf("an ICMP error about another, packet %d (RFC 1122 §3.2.2 forbids it)", quoted.No)
	}
	if err := segment(f.quote, w.FlowOf(quoted), quoted, ttl); err != nil {
		return fmt.Errorf("in the quotation: %w", err)
	}
	return nil
}

// end returns the form and the TTL that a packet had come to where it died.
func (w *wire) end(sent trace.ID) (p *trace.Packet, ttl uint8) {
	ttl = initialTTL
	for id := sent; id != 0; id = w.Next(id) {
		e := w.Event(id)
		p = w.Packet(e)
		// Linux takes one off before the forward chain has its say.
		if r := w.Rule(e); e.What == trace.Forwarded || e.What == trace.Rejected && r != nil && r.Chain == "forward" {
			ttl--
		}
	}
	return p, ttl
}
