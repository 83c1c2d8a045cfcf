//go:build fidelity && linux

package sim_test

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"github.com/stretchr/testify/require"
)

// observation is what captures at all vantage points tell of a run, real or not.
type observation struct {
	OK            bool
	Reply         int      // the last to the transfer command, or the last of all but QUIT's
	AtClient      []string // announcements as they left or reached the client
	AtServer      []string
	BlockedSYN    string // where the first SYN of a data connection died that did; "" for none
	BlockedByPort string // the port it went to: "passive", "announced"
}

// segments are the TCP segments of one capture.
func segments(t *testing.T, file []byte) []*layers.TCP {
	var source interface {
		gopacket.PacketDataSource
		LinkType() layers.LinkType
	}
	source, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.DefaultNgReaderOptions)
	if err != nil {
		source, err = pcapgo.NewReader(bytes.NewReader(file))
	}
	require.NoError(t, err)
	var out []*layers.TCP
	for {
		data, _, err := source.ReadPacketData()
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return out
		}
		require.NoError(t, err)
		p := gopacket.NewPacket(data, source.LinkType(), gopacket.Default)
		if s, ok := p.TransportLayer().(*layers.TCP); ok && p.Layer(layers.LayerTypeICMPv4) == nil {
			out = append(out, s)
		}
	}
}

// said puts together the lines that one side said on the control connection.
func said(all []*layers.TCP, is func(*layers.TCP) bool) []string {
	pieces := map[uint32][]byte{}
	var starts []uint32
	for _, s := range all {
		if !is(s) || len(s.Payload) == 0 || len(pieces[s.Seq]) >= len(s.Payload) {
			continue
		}
		if pieces[s.Seq] == nil {
			starts = append(starts, s.Seq)
		}
		pieces[s.Seq] = s.Payload
	}
	slices.SortFunc(starts, func(a, b uint32) int { return int(int32(a - b)) })
	var text []byte
	for i, seq := range starts {
		if i > 0 && int32(seq-starts[0]) < int32(len(text)) {
			continue // sent again, cut otherwise
		}
		text = append(text, pieces[seq]...)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\r\n"), "\r\n")
}

var (
	announcing = regexp.MustCompile(`^(PORT|EPRT|227|229) `)
	finalReply = regexp.MustCompile(`^[2-5]\d\d `)
	// ephemeral is the port of an announcement by a client: any will do.
	portPort = regexp.MustCompile(`^(PORT \d+,\d+,\d+,\d+),\d+,\d+$`)
	eprtPort = regexp.MustCompile(`^(EPRT \|.\|[^|]+)\|\d+\|$`)
	pasvText = regexp.MustCompile(`^(227) .*?(\d+,\d+,\d+,\d+),(\d+),(\d+).*$`)
	epsvText = regexp.MustCompile(`^(229) .*\(\|\|\|(\d+)\|\).*$`)
)

func announcements(lines []string) []string {
	var out []string
	for _, l := range lines {
		if !announcing.MatchString(l) {
			continue
		}
		l = portPort.ReplaceAllString(l, "$1")
		l = eprtPort.ReplaceAllString(l, "$1")
		l = pasvText.ReplaceAllString(l, "$1 $2")
		l = epsvText.ReplaceAllString(l, "$1")
		out = append(out, l)
	}
	return out
}

// observe reads captures by vantage point.
func observe(t *testing.T, files map[string][]byte, control layers.TCPPort) observation {
	at := map[string][]*layers.TCP{}
	for vantage, file := range files {
		at[vantage] = segments(t, file)
	}
	commands := func(s *layers.TCP) bool { return s.DstPort == control }
	replies := func(s *layers.TCP) bool { return s.SrcPort == control }
	var o observation
	asked, answered := said(at["client"], commands), said(at["client"], replies)
	o.Reply, o.OK = verdict(asked, answered)
	o.AtClient = append(announcements(asked), announcements(answered)...)
	o.AtServer = append(announcements(said(at["server"], commands)), announcements(said(at["server"], replies))...)
	o.BlockedSYN, o.BlockedByPort = blockedSYN(at, control)
	return o
}

// verdict is the final reply to the last transfer command, and whether it is a
// success; without one it is the last reply but that to QUIT, and no success.
// Replies come in the order of the commands, after the greeting.
func verdict(asked, answered []string) (reply int, ok bool) {
	var codes []int
	for _, l := range answered {
		if finalReply.MatchString(l) {
			code := 0
			fmt.Sscan(l[:3], &code)
			codes = append(codes, code)
		}
	}
	for i, l := range asked {
		verb, _, _ := strings.Cut(l, " ")
		if i+1 >= len(codes) {
			break
		}
		if slices.Contains([]string{"RETR", "STOR", "LIST"}, verb) {
			return codes[i+1], codes[i+1]/100 == 2
		}
		if verb != "QUIT" {
			reply = codes[i+1]
		}
	}
	return reply, false
}

// blockedSYN looks for the first SYN of a data connection that never came out
// at the other end. NAT leaves its sequence number alone.
func blockedSYN(at map[string][]*layers.TCP, control layers.TCPPort) (where, to string) {
	path := []string{"client", "middle", "server-router", "server"}
	deaths := []string{"", "client-router", "internet", "server-router"} // between a vantage point and the one before it
	for _, outward := range []bool{true, false} {
		if !outward {
			slices.Reverse(path)
			deaths = []string{"", "server-router", "internet", "client-router"}
		}
		for _, s := range at[path[0]] {
			if !s.SYN || s.ACK || s.DstPort == control {
				continue
			}
			for i, vantage := range path {
				passed := slices.ContainsFunc(at[vantage], func(o *layers.TCP) bool { return o.SYN && !o.ACK && o.Seq == s.Seq })
				if !passed {
					return deaths[i], map[bool]string{true: "passive", false: "announced"}[outward]
				}
			}
		}
	}
	return "", ""
}
