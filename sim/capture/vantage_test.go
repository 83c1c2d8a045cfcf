package capture_test

import (
	"testing"

	"ftpscope/sim/trace"
)

var syn = trace.Packet{Flags: trace.SYN, Seq: 1000, Window: 65535}

func TestAVantagePointSeesWhatPassesIt(t *testing.T) {
	const plain = "192.168.1.2:2000 > 203.0.113.10:21 S ttl "
	const translated = "198.51.100.1:2000 > 203.0.113.10:21 S ttl "
	type sees map[string][]string
	for _, c := range []struct {
		name     string
		at       trace.Node
		src, dst string
		way      []hop
		want     sees
	}{
		{
			name: "all the way, each router taking one off the TTL", at: client, way: toServer(),
			want: sees{
				"client": {plain + "64"}, "client-router": {plain + "64"}, "middle": {plain + "63"},
				"server-router": {plain + "63"}, "server": {plain + "62"},
			},
		},
		{
			name: "with its new source from the outer interface on", at: client,
			way: append([]hop{{what: trace.Rewritten, at: clientRouter, src: nat, dst: there}}, toServer()...),
			want: sees{
				"client": {plain + "64"}, "client-router": {plain + "64"}, "middle": {translated + "63"},
				"server-router": {translated + "63"}, "server": {translated + "62"},
			},
		},
		{
			name: "before the firewall that drops it", at: client, way: []hop{{what: trace.Dropped, at: clientRouter, rule: byForward}},
			want: sees{"client": {plain + "64"}, "client-router": {plain + "64"}},
		},
		{
			name: "before the host's own firewall", at: client,
			way: []hop{{what: trace.Forwarded, at: clientRouter}, {what: trace.Forwarded, at: serverRouter}, {what: trace.Rejected, at: server, rule: byInput}},
			want: sees{
				"client": {plain + "64"}, "client-router": {plain + "64"}, "middle": {plain + "63"},
				"server-router": {plain + "63"}, "server": {plain + "62"},
			},
		},
		{
			name: "not what its own firewall keeps in", at: client, way: []hop{{what: trace.Dropped, at: client}},
			want: sees{},
		},
		{
			name: "not what a host sends to itself", at: client, dst: "192.168.1.2:21", way: []hop{{what: trace.Arrived, at: client}},
			want: sees{},
		},
		{
			name: "before the Internet loses it", at: client,
			way:  []hop{{what: trace.Forwarded, at: clientRouter}, {what: trace.Lost, at: internet}},
			want: sees{"client": {plain + "64"}, "client-router": {plain + "64"}, "middle": {plain + "63"}},
		},
		{
			name: "before a link without a name loses it", at: client, way: []hop{{what: trace.Lost, at: client}},
			want: sees{"client": {plain + "64"}},
		},
		{
			name: "while it is under way when the run ends", at: client, way: []hop{{what: trace.Forwarded, at: clientRouter}},
			want: sees{"client": {plain + "64"}, "client-router": {plain + "64"}, "middle": {plain + "63"}},
		},
		{
			name: "while it is under way to nobody known", at: client, dst: "192.0.2.1:21", way: []hop{{what: trace.Forwarded, at: clientRouter}},
			want: sees{
				"client":        {"192.168.1.2:2000 > 192.0.2.1:21 S ttl 64"},
				"client-router": {"192.168.1.2:2000 > 192.0.2.1:21 S ttl 64"},
				"middle":        {"192.168.1.2:2000 > 192.0.2.1:21 S ttl 63"},
			},
		},
		{
			name: "not what is under way to the host itself", at: client, dst: "192.168.1.2:21",
			want: sees{},
		},
		{
			name: "on its side, what a router itself says in another's name", at: clientRouter, src: "203.0.113.10:21", dst: "192.168.1.2:2000",
			way: []hop{{what: trace.Arrived, at: client}},
			want: sees{
				"client":        {"203.0.113.10:21 > 192.168.1.2:2000 S ttl 64"},
				"client-router": {"203.0.113.10:21 > 192.168.1.2:2000 S ttl 64"},
			},
		},
		{
			name: "twice, what a router turns back to where it came from", at: client, dst: "198.51.100.1:21",
			way: []hop{
				{what: trace.Rewritten, at: clientRouter, src: nat, dst: here}, {what: trace.Forwarded, at: clientRouter}, {what: trace.Arrived, at: client},
			},
			want: sees{
				"client":        {"192.168.1.2:2000 > 198.51.100.1:21 S ttl 64", "198.51.100.1:2000 > 192.168.1.2:2000 S ttl 63"},
				"client-router": {"192.168.1.2:2000 > 198.51.100.1:21 S ttl 64", "198.51.100.1:2000 > 192.168.1.2:2000 S ttl 63"},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRun()
			r.send(c.at, orElse(c.src, here), orElse(c.dst, there), syn, c.way...)
			assertSeen(t, r.Trace(), c.want)
		})
	}
}

func TestPacketsStandInTheOrderInWhichTheyPass(t *testing.T) {
	r := newRun()
	// Two SYNs cross: each side sees its own first.
	mine := trace.Packet{No: 1, Flags: trace.SYN}
	theirs := trace.Packet{No: 2, Flags: trace.SYN}
	r.PacketSent(r.stamp(client), here, there, mine, 0)
	r.PacketSent(r.stamp(server), there, here, theirs, 0)
	r.PacketMoved(r.stamp(clientRouter), trace.Forwarded, 1, 0)
	r.PacketMoved(r.stamp(serverRouter), trace.Forwarded, 2, 0)
	r.PacketMoved(r.stamp(serverRouter), trace.Forwarded, 1, 0)
	r.PacketMoved(r.stamp(clientRouter), trace.Forwarded, 2, 0)
	r.PacketMoved(r.stamp(client), trace.Arrived, 2, 0)
	r.PacketMoved(r.stamp(server), trace.Arrived, 1, 0)

	out, in := "192.168.1.2:2000 > 203.0.113.10:21 S ttl ", "203.0.113.10:21 > 192.168.1.2:2000 S ttl "
	assertSeen(t, r.Trace(), map[string][]string{
		"client": {out + "64", in + "62"}, "client-router": {out + "64", in + "62"}, "middle": {out + "63", in + "63"},
		"server-router": {in + "63", out + "63"}, "server": {in + "64", out + "62"},
	})
}
