package trace

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	clientEnd = netip.MustParseAddrPort("192.168.1.2:2000")
	serverEnd = netip.MustParseAddrPort("203.0.113.10:21")
	backEnd   = netip.MustParseAddrPort("203.0.113.10:20")
	dataEnd   = netip.MustParseAddrPort("192.168.1.2:2001")
)

// stageHands writes small runs by hand.
type stageHands struct {
	*Recorder
	t    time.Duration
	next uint32
}

const (
	atClient Node = iota
	atRouter
	atServer
)

func newHands() *stageHands {
	nodes := []NodeInfo{
		{Name: "client", Role: RoleClient, Addrs: []netip.Addr{clientEnd.Addr()}},
		{Name: "client-router", Role: RoleClientRouter},
		{Name: "server", Role: RoleServer, Addrs: []netip.Addr{serverEnd.Addr()}},
	}
	rules := []Rule{{At: atRouter, Chain: "forward", Text: "accept"}, {At: atRouter, Chain: "forward", Index: 1, Text: "drop"}}
	return &stageHands{Recorder: NewRecorder(nodes, rules)}
}

// fly sends a packet to the other side, 10 ms a hop, and returns the event in which it ends.
func (h *stageHands) fly(cause ID, ch Channel, src, dst netip.AddrPort, flags Flags, text string, drop bool) ID {
	h.next++
	from, to := atClient, atServer
	if src.Addr() == serverEnd.Addr() {
		from, to = to, from
	}
	at := func(n Node, cause ID) Stamp { return Stamp{T: h.t, Cause: cause, At: n, Channel: ch} }
	id := h.PacketSent(at(from, cause), src, dst, Packet{No: h.next, Flags: flags, Seq: 100 * h.next, Payload: []byte(text)}, 0)
	h.t += 10 * time.Millisecond
	if drop {
		return h.PacketMoved(at(atRouter, id), Dropped, h.next, 2)
	}
	id = h.PacketMoved(at(atRouter, id), Forwarded, h.next, 1)
	h.t += 10 * time.Millisecond
	return h.PacketMoved(at(to, id), Arrived, h.next, 0)
}

// blockedRun is an active session whose data connection dies twice.
func blockedRun() *Trace {
	h := newHands()
	user := h.User(Stamp{At: atClient}, "get notes.txt")
	id := h.fly(user, Command, clientEnd, serverEnd, SYN, "", false)
	id = h.fly(id, Command, serverEnd, clientEnd, SYN|ACK, "", false)
	id = h.fly(id, Command, clientEnd, serverEnd, ACK, "", false)
	id = h.fly(id, Command, serverEnd, clientEnd, PSH|ACK, "220 Service ready\r\n", false)
	id = h.fly(id, Command, clientEnd, serverEnd, PSH|ACK, "PORT 192,168,1,2,7,209\r\n", false)
	id = h.fly(id, Command, serverEnd, clientEnd, PSH|ACK, "200-PORT\r\n", false)
	id = h.fly(id, Command, serverEnd, clientEnd, PSH|ACK, "200 OK\r\n", false)
	id = h.fly(id, Command, clientEnd, serverEnd, PSH|ACK, "RETR notes.txt\r\n", false)
	h.fly(id, Data, backEnd, dataEnd, SYN, "", true)
	h.t += time.Second
	id = h.fly(id, Data, backEnd, dataEnd, SYN, "", true)
	h.fly(id, Command, serverEnd, clientEnd, PSH|ACK, "425 No\r\n", false)
	return h.Trace()
}

func TestWhyLeadsBackToWhatThePersonDid(t *testing.T) {
	tr := blockedRun()
	chain := tr.Why(ID(tr.Len()))
	first := tr.Event(chain[len(chain)-1])
	assert.Equal(t, KindUser, first.Kind)
	assert.Equal(t, "get notes.txt", tr.User(first))
}

func TestNextFollowsAPacket(t *testing.T) {
	tr := blockedRun()
	var fates []What
	for id := ID(2); id != 0; id = tr.Next(id) {
		fates = append(fates, tr.Event(id).What)
	}
	assert.Equal(t, []What{Sent, Forwarded, Arrived}, fates)
}

func TestOutlineGroupsPacketsIntoMessagesAndSteps(t *testing.T) {
	o := NewOutline(blockedRun())
	var lines []string
	for _, m := range o.Messages {
		line := m.Line
		if m.Kind == MsgOpen {
			line = m.Channel.String() + " open"
			if m.Died {
				line += ", died"
			}
		}
		lines = append(lines, line)
	}
	assert.Equal(t, []string{
		"command open", "220 Service ready", "PORT 192,168,1,2,7,209", "200-PORT", "RETR notes.txt",
		"data open, died", "data open, died", "425 No",
	}, lines)
	var kinds []StepKind
	for _, s := range o.Steps {
		kinds = append(kinds, s.Kind)
	}
	assert.Equal(t, []StepKind{StepConnect, StepAnnounce, StepRequest, StepBlocked, StepRetry, StepRefused}, kinds)
	assert.Equal(t, 1, o.Messages[6].Retry)
}

func TestMessageAtIsTheLatestThatHasHappened(t *testing.T) {
	o := NewOutline(blockedRun())
	assert.Equal(t, -1, o.MessageAt(0))
	for i, m := range o.Messages {
		assert.Equal(t, i, o.MessageAt(m.Stop))
		assert.Equal(t, i, o.MessageAt(m.Done), "though what it brings about is still to come")
		assert.Equal(t, i-1, o.MessageAt(m.Done-1))
	}
}

func TestStopsGrowFinerWithTheirSize(t *testing.T) {
	o := NewOutline(blockedRun())
	for _, size := range []Size{ByStep, ByMessage} {
		for _, stop := range o.Stops(size) {
			assert.Contains(t, o.Stops(size+1), stop, "a stop of size %d is one of the next finer too", size)
		}
	}
	assert.Equal(t, []int{7, 9, 12}, []int{len(o.Stops(ByStep)), len(o.Stops(ByMessage)), len(o.Stops(ByPacket))})
}

func TestCaptionTellsWhatAndWhy(t *testing.T) {
	o := NewOutline(blockedRun())
	for i, want := range []struct{ what, why string }{
		{"caption.open.command", "caption.passed.client"},
		{"caption.reply", "caption.reply.220.why"},
		{"caption.command.PORT", "caption.command.PORT.why"},
		{"caption.reply", "caption.reply.200.why"},
		{"caption.command.RETR", "caption.command.RETR.why"},
		{"caption.dropped.syn.server.client", "caption.dropped.why.rule"},
		{"caption.retry.server", "caption.retry.why.rule"},
		{"caption.reply", "caption.reply.425.why"},
	} {
		what, why := o.Describe(i)
		assert.Equal(t, want.what, what.Key)
		assert.Equal(t, want.why, why.Key)
	}
	again, _ := o.Describe(6)
	n := slices.Index(again.Args, any("n"))
	assert.Equal(t, 1, again.Args[n+1], "the first retry, as the diagram counts")
}

func TestArithmeticOfHostPortForms(t *testing.T) {
	for line, port := range map[string]any{
		"PORT 192,168,1,2,7,209":                         "2001",
		"227 Entering Passive Mode (203,0,113,10,4,210)": "1234",
		"227 Entering Passive Mode 203,0,113,10,4,210":   "1234",
		"EPRT |1|192.168.1.2|5555|":                      "5555",
		"229 Entering Extended Passive Mode (|||32501|)": "32501",
		"PORT 1,2,3":     nil,
		"RETR 1,2,3,4,5": nil,
		"227":            nil,
		"PORT":           nil,
	} {
		args := Arithmetic(line)
		if port == nil {
			assert.Empty(t, args, line)
			continue
		}
		require.NotEmpty(t, args, line)
		assert.Equal(t, port, args[len(args)-1], line)
	}
}

// Seeking anywhere, from anywhere, gives the world that replaying from the start gives.
func TestSeekEqualsReplay(t *testing.T) {
	h := newHands()
	for range 1200 {
		h.fly(0, Command, clientEnd, serverEnd, PSH|ACK, "NOOP\r\n", h.next%5 == 0)
		h.Socket(Stamp{T: h.t, At: atClient}, Socket{ID: h.next % 7, State: TCPState(h.next % 11)})
	}
	tr := h.Trace()
	worlds := []World{*NewWorld(tr)}
	for w := NewWorld(tr); int(w.N) < tr.Len(); {
		w.Apply(tr)
		var c World
		c.copyFrom(w)
		worlds = append(worlds, c)
	}
	rapid.Check(t, func(rt *rapid.T) {
		w := NewWorld(tr)
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, tr.Len()), 1, 8).Draw(rt, "n") {
			tr.Seek(w, ID(n))
			want := worlds[n]
			assert.Equal(rt, want.N, w.N)
			assert.Equal(rt, want.T, w.T)
			assert.ElementsMatch(rt, want.Sockets, w.Sockets)
			assert.ElementsMatch(rt, want.Flights, w.Flights)
			assert.Equal(rt, want.Hits, w.Hits)
		}
	})
}

func TestReceivedPutsSegmentsTogether(t *testing.T) {
	h := newHands()
	h.fly(0, Data, backEnd, dataEnd, SYN, "", false) // sequence number 100
	send := func(seq uint32, text string) {
		h.next++
		s := Stamp{T: h.t, At: atServer, Channel: Data}
		h.PacketSent(s, backEnd, dataEnd, Packet{No: h.next, Flags: ACK, Seq: seq, Payload: []byte(text)}, 0)
		s.At = atClient
		h.PacketMoved(s, Arrived, h.next, 0)
	}
	send(104, "two ")
	send(101, "one")
	send(101, "one")
	send(107, "  three")
	assert.Equal(t, "onetwo  three", string(h.Trace().Received()))
}

func TestARuleIsToldInThePersonsLanguageWhereTheProgramWroteIt(t *testing.T) {
	assert.Equal(t, Sentence{Key: "caption.rule.inbound"}, (&Rule{Note: "inbound", Text: "drop"}).Told())
	assert.Equal(t, "my own", (&Rule{Note: "my own", Text: "drop"}).Told())
	assert.Equal(t, "drop", (&Rule{Text: "drop"}).Told())
}
