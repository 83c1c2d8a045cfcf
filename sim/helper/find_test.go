package helper

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"ftpscope/netmodel"
)

// What nf_conntrack_ftp reads, overlooks and refuses.
func TestFind(t *testing.T) {
	const c, s = netmodel.Original, netmodel.Reply
	me := netip.MustParseAddr("10.9.1.2")
	six := netip.MustParseAddr("2001:db8::2")
	for name, x := range map[string]struct {
		from    netmodel.Direction
		sender  netip.Addr
		payload string
		want    verdict
		to      string // address and port read
		at      string // the part that would be rewritten
	}{
		"PORT":                              {c, me, "PORT 10,9,1,2,235,147\r\n", complete, "10.9.1.2:60307", "10,9,1,2,235,147"},
		"lower case":                        {c, me, "port 10,9,1,2,0,22\r\n", complete, "10.9.1.2:22", "10,9,1,2,0,22"},
		"no number is checked":              {c, me, "PORT 10,9,1,2,256,22\r\n", complete, "10.9.1.2:22", "10,9,1,2,256,22"},
		"two spaces":                        {c, me, "PORT  10,9,1,2,235,147\r\n", partial, "", ""},
		"cut in the address":                {c, me, "PORT 10,9", partial, "", ""},
		"cut in the verb":                   {c, me, "PO", partial, "", ""},
		"a verb alone":                      {c, me, "PORT", partial, "", ""},
		"too many numbers":                  {c, me, "PORT 10,9,1,2,235,147,1\r\n", partial, "", ""},
		"another command":                   {c, me, "PWD\r\n", nothing, "", ""},
		"EPRT":                              {c, me, "EPRT |1|10.9.1.2|60307|\r\n", complete, "10.9.1.2:60307", "|1|10.9.1.2|60307|"},
		"EPRT with another delimiter":       {c, me, "EPRT !1!10.9.1.2!60307!\r\n", complete, "10.9.1.2:60307", "!1!10.9.1.2!60307!"},
		"EPRT of the other family":          {c, me, "EPRT |2|::1|60307|\r\n", partial, "", ""},
		"EPRT over IPv6":                    {c, six, "EPRT |2|2001:db8::2|2001|\r\n", complete, "[2001:db8::2]:2001", "|2|2001:db8::2|2001|"},
		"EPRT without an end":               {c, me, "EPRT |1|10.9.1.2|60307\r\n", partial, "", ""},
		"EPRT of port 0":                    {c, me, "EPRT |1|10.9.1.2|0|\r\n", partial, "", ""},
		"227":                               {s, me, "227 Entering Passive Mode (10,9,1,2,117,48).\r\n", complete, "10.9.1.2:30000", "10,9,1,2,117,48"},
		"227 without parentheses":           {s, me, "227 =10,9,1,2,117,48\r\n", complete, "10.9.1.2:30000", "10,9,1,2,117,48"},
		"227 with digits first":             {s, me, "227 session 42 (10,9,1,2,117,48)\r\n", partial, "", ""},
		"227 of several lines":              {s, me, "227-Passive\r\n227 (10,9,1,2,117,48)\r\n", nothing, "", ""},
		"229 names its sender":              {s, me, "229 Extended (|||30000|)\r\n", complete, "10.9.1.2:30000", "|||30000|"},
		"229 with another delimiter":        {s, me, "229 Extended (!!!30000!)\r\n", complete, "10.9.1.2:30000", "!!!30000!"},
		"229 without parentheses":           {s, me, "229 Extended |||30000|\r\n", partial, "", ""},
		"a client cannot say 227":           {c, me, "227 (10,9,1,2,117,48)\r\n", nothing, "", ""},
		"a server cannot say PORT":          {s, me, "PORT 10,9,1,2,235,147\r\n", nothing, "", ""},
		"an encrypted stream":               {c, me, "\x17\x03\x03\x00\x20PORT 10,9,1,2,1,2", nothing, "", ""},
		"another address is still read":     {c, me, "PORT 192,0,2,1,4,0\r\n", complete, "192.0.2.1:1024", "192,0,2,1,4,0"},
		"227 that does not end in the line": {s, me, "227 (10,9,1,2,117,48", partial, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, got := find(x.from, []byte(x.payload), x.sender)
			assert.Equal(t, x.want, got)
			if got == complete {
				assert.Equal(t, x.to, netip.AddrPortFrom(a.host, a.port).String())
				assert.Equal(t, x.at, x.payload[a.from:a.to])
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{"PORT 1,2,3,4,5,6\r\n", "EPRT |1|1.2.3.4|5|\r\n", "EPRT |2|::1|5|\r\n", "227 (1,2,3,4,5,6)\r\n", "229 (|||5|)\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, d := range []netmodel.Direction{netmodel.Original, netmodel.Reply} {
			for _, sender := range []string{"192.0.2.1", "2001:db8::1"} {
				a, got := find(d, payload, netip.MustParseAddr(sender))
				if got == complete && (a.from < 4 || a.from >= a.to || a.to > len(payload) || !a.host.IsValid()) {
					t.Fatalf("%q: address at %d to %d", payload, a.from, a.to)
				}
			}
		}
	})
}
