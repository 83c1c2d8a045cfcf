package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"ftpscope/sim/trace"
)

// The maximum segment size that the model's hosts announce: an Ethernet
// frame's 1500 octets less IP and TCP headers (RFC 9293 §3.7.1).
const (
	mss4 = 1460
	mss6 = 1440
)

// longest is what an IPv4 packet's length field can say.
const longest = 65535

// framer builds the octets of packets, in buffers that it uses again.
type framer struct {
	frame gopacket.SerializeBuffer
	quote gopacket.SerializeBuffer
}

func newFramer() *framer {
	return &framer{frame: gopacket.NewSerializeBuffer(), quote: gopacket.NewSerializeBuffer()}
}

var fixAll = gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}

// ends are the addresses of a packet, checked.
func ends(f *trace.Flow) (src, dst netip.AddrPort, err error) {
	src = netip.AddrPortFrom(f.Src.Addr().Unmap(), f.Src.Port())
	dst = netip.AddrPortFrom(f.Dst.Addr().Unmap(), f.Dst.Port())
	switch {
	case !src.Addr().IsValid() || !dst.Addr().IsValid():
		return src, dst, fmt.Errorf("no address: %v to %v", f.Src, f.Dst)
	case src.Addr().Is4() != dst.Addr().Is4():
		return src, dst, fmt.Errorf("addresses of two families: %v to %v", f.Src, f.Dst)
	}
	return src, dst, nil
}

// networkLayer is an IP header, of either family.
type networkLayer interface {
	gopacket.NetworkLayer
	gopacket.SerializableLayer
}

// ip makes the network header. The identification of an IPv4 packet is its
// number in the trace, so that it can be found again behind NAT.
func ip(p *trace.Packet, ttl uint8, src, dst netip.Addr, next layers.IPProtocol) networkLayer {
	if src.Is6() {
		return &layers.IPv6{Version: 6, HopLimit: ttl, NextHeader: next, SrcIP: src.AsSlice(), DstIP: dst.AsSlice()}
	}
	h := &layers.IPv4{
		Version: 4, TTL: ttl, Id: uint16(p.No), Flags: layers.IPv4DontFragment, Protocol: next,
		SrcIP: src.AsSlice(), DstIP: dst.AsSlice(),
	}
	if p.IsICMP() {
		h.TOS, h.Flags = internetworkControl, 0
	}
	return h
}

// segment builds a TCP segment into b.
func segment(b gopacket.SerializeBuffer, f *trace.Flow, p *trace.Packet, ttl uint8) error {
	src, dst, err := ends(f)
	if err != nil {
		return err
	}
	if len(p.Payload) > longest-60 {
		return fmt.Errorf("%d octets do not fit in one segment", len(p.Payload))
	}
	h := &layers.TCP{
		SrcPort: layers.TCPPort(src.Port()), DstPort: layers.TCPPort(dst.Port()), Seq: p.Seq, Ack: p.Ack, Window: p.Window,
		FIN: p.Flags.Has(trace.FIN), SYN: p.Flags.Has(trace.SYN), RST: p.Flags.Has(trace.RST),
		PSH: p.Flags.Has(trace.PSH), ACK: p.Flags.Has(trace.ACK), URG: p.Flags.Has(trace.URG),
	}
	if h.URG {
		h.Urgent = uint16(len(p.Payload)) // urgent data always ends with its segment
	}
	if h.SYN {
		h.Options = []layers.TCPOption{mss(src.Addr().Is4())}
	}
	network := ip(p, ttl, src.Addr(), dst.Addr(), layers.IPProtocolTCP)
	return errors.Join(
		h.SetNetworkLayerForChecksum(network),
		gopacket.SerializeLayers(b, fixAll, network, h, gopacket.Payload(p.Payload)),
	)
}

func mss(v4 bool) layers.TCPOption {
	size := uint16(mss6)
	if v4 {
		size = mss4
	}
	return layers.TCPOption{OptionType: layers.TCPOptionKindMSS, OptionData: binary.BigEndian.AppendUint16(nil, size)}
}
