package capture

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"ftpscope/sim/trace"
)

// epoch is when every run begins, so that the same run gives the same file:
// second 1,000,000,000 of Unix time.
var epoch = time.Unix(1_000_000_000, 0).UTC()

// Write writes what a capture of the run at one of the [Vantages] holds, in
// pcapng with timestamps in nanoseconds.
func Write(w io.Writer, t *trace.Trace, at string) error {
	v, node, err := find(t, at)
	if err != nil {
		return err
	}
	wire := newWire(t, v, node)
	// Neither hardware nor operating system is named: the file is the same on all.
	section := pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{Application: "ftpscope"}}
	iface := pcapgo.NgInterface{Name: v.iface, Description: v.about, LinkType: layers.LinkTypeRaw}
	out, err := pcapgo.NewNgWriterInterface(w, iface, section)
	if err != nil {
		return fmt.Errorf("capture at %s: %w", at, err)
	}
	if err := wire.write(out); err != nil {
		return fmt.Errorf("capture at %s: %w", at, err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("capture at %s: %w", at, err)
	}
	return nil
}

func (w *wire) write(out *pcapgo.NgWriter) error {
	passages, sent := w.all()
	f := newFramer()
	for _, p := range passages {
		frame, err := f.build(w, p, sent)
		if err != nil {
			return fmt.Errorf("packet %d: %w", p.packet.No, err)
		}
		info := gopacket.CaptureInfo{Timestamp: epoch.Add(w.Event(p.id).T), CaptureLength: len(frame), Length: len(frame)}
		if err := out.WritePacket(info, frame); err != nil {
			return err
		}
	}
	return nil
}

// all returns the passages of all packets in the order in which they happened,
// and by packet number the event with which each was sent.
func (w *wire) all() (passages []passage, sent []trace.ID) {
	for id := trace.ID(1); int(id) <= w.Len(); id++ {
		e := w.Event(id)
		if e.Kind != trace.KindPacket || e.What != trace.Sent {
			continue
		}
		no := int(w.Packet(e).No)
		for len(sent) <= no {
			sent = append(sent, 0)
		}
		sent[no] = id
		passages = w.follow(id, passages)
	}
	slices.SortStableFunc(passages, func(a, b passage) int { return cmp.Compare(a.id, b.id) })
	return passages, sent
}

// build returns the octets of a packet; they are good until the next call.
func (f *framer) build(w *wire, p passage, sent []trace.ID) ([]byte, error) {
	var err error
	if p.packet.IsICMP() {
		var about trace.ID
		if int(p.packet.About) < len(sent) {
			about = sent[p.packet.About]
		}
		err = f.icmp(w, p, about)
	} else {
		err = segment(f.frame, w.FlowOf(p.packet), p.packet, p.ttl)
	}
	return f.frame.Bytes(), err
}
