package netmodel

import (
	"net/netip"
	"testing"
	"time"
)

// compact is what a trace keeps of a record: 48 bytes.
type compact struct {
	t                        time.Duration
	cause, packet            uint32
	seq, ack                 uint32
	srcPort, dstPort, window uint16
	length                   uint16
	rule                     RuleRef
	kind                     Kind
	what                     What
	node, next               NodeID
	flags                    Flags
	tag                      uint8
}

type compactLog struct {
	records []compact
	hops    int
}

func (l *compactLog) Record(r *Record) ID {
	c := compact{t: r.T, cause: uint32(r.Cause), rule: r.Rule, kind: r.Kind, what: r.What, node: r.Node, next: r.Next}
	if p := r.Packet; p != nil {
		c.packet, c.seq, c.ack, c.flags, c.tag = p.No, p.Seq, p.Ack, p.Flags, p.Tag
		c.srcPort, c.dstPort, c.window, c.length = p.Src.Port(), p.Dst.Port(), p.Window, uint16(len(p.Payload))
		if r.What == Sent || r.What == Forwarded {
			l.hops++
		}
	}
	l.records = append(l.records, c)
	return ID(len(l.records))
}

// BenchmarkTransfer sends 1 MiB over client, router, router, server; both
// routers run a stateful chain of four rules. A hop is one link crossed.
func BenchmarkTransfer(b *testing.B) {
	log := &compactLog{records: make([]compact, 0, 1<<14)}
	f := &fourNodes{Network: New(log, Options{Seed: 1, MaxEvents: 1 << 62, MaxTime: 1 << 62})}
	f.build(20 * time.Millisecond)
	rules := Rules{Policy: VerdictDrop, Rules: []Rule{
		{CT: CTEstablished}, {CT: CTRelated}, {IIf: "lan"},
		{IIf: "wan", DPort: []PortRange{{20, 21}}},
	}}
	for _, r := range []*Node{f.clientRouter, f.serverRouter} {
		if err := r.SetChain(Forward, rules); err != nil {
			b.Fatal(err)
		}
	}
	file := make([]byte, 1<<20)
	got := 0
	_, err := f.server.Listen(netip.AddrPortFrom(netip.Addr{}, 20), 1, &script{
		connected:  func(c *Conn) { c.Write(file); c.Close() },
		peerClosed: func(*Conn) {},
	})
	if err != nil {
		b.Fatal(err)
	}
	receiver := &script{
		received:   func(_ *Conn, data []byte, _ bool) { got += len(data) },
		peerClosed: func(c *Conn) { c.Close() },
	}
	to := netip.AddrPortFrom(serverAddr, 20)
	b.ReportAllocs()
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		log.records = log.records[:0]
		if _, err := f.client.Dial(AddrPort{}, to, 1, receiver); err != nil {
			b.Fatal(err)
		}
		if err := f.Run(); err != nil {
			b.Fatal(err)
		}
	}
	if got == 0 || got%len(file) != 0 {
		b.Fatalf("%d octets arrived", got)
	}
	b.ReportMetric(float64(log.hops)/b.Elapsed().Seconds(), "hops/s")
}
