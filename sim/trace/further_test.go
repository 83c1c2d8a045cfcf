package trace

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
)

// meddled is a session by hand beside which an attacker calls the passive port,
// logs in and has the server call the client.
func meddled() *Trace {
	h := opened()
	t := h.Trace()
	thief := netip.MustParseAddrPort("192.0.2.66:4000")
	t.Nodes = append(t.Nodes, NodeInfo{Name: "attacker", Role: RoleAttacker, Addrs: []netip.Addr{thief.Addr()}})
	const atAttacker = Node(3)
	fly := func(cause ID, ch Channel, from, to Node, src, dst netip.AddrPort, flags Flags, text string) ID {
		h.next++
		id := h.PacketSent(Stamp{T: h.t, Cause: cause, At: from, Channel: ch}, src, dst, Packet{No: h.next, Flags: flags, Payload: []byte(text)}, 0)
		return h.PacketMoved(Stamp{T: h.t, Cause: id, At: to, Channel: ch}, Arrived, h.next, 0)
	}
	session(h, "PASV", "227 Entering (203,0,113,10,0,20)")
	user := h.User(Stamp{At: atAttacker, Session: AttackerSession}, "call 20")
	syn := fly(user, Data, atAttacker, atServer, thief, backEnd, SYN, "")
	fly(fly(syn, Data, atServer, atAttacker, backEnd, thief, SYN|ACK, ""), Data, atAttacker, atServer, thief, backEnd, ACK, "")
	session(h, "RETR notes.txt")
	fly(0, Data, atServer, atAttacker, backEnd, thief, ACK, "what it says")
	login := netip.MustParseAddrPort("192.0.2.66:4001")
	id := fly(user, Command, atAttacker, atServer, login, serverEnd, SYN, "")
	fly(fly(id, Command, atServer, atAttacker, serverEnd, login, SYN|ACK, ""), Command, atAttacker, atServer, login, serverEnd, ACK, "")
	port := fly(user, Command, atAttacker, atServer, login, serverEnd, PSH|ACK, "PORT 192,168,1,2,19,136\r\n")
	fly(port, Data, atServer, atClient, backEnd, netip.MustParseAddrPort("192.168.1.2:5000"), SYN, "")
	session(h, "226 Done")
	return t
}

func TestCaptionsNameWhoMeddles(t *testing.T) {
	o := NewOutline(meddled())
	said := map[string]string{}
	for i, m := range o.Messages {
		what, why := o.Describe(i)
		said[what.Key] = why.Key
		if what.Key == "caption.command.by" {
			assert.Equal(t, "PORT 192,168,1,2,19,136", m.Line)
			assert.Contains(t, what.Args, any(Sentence{Key: "caption.who.attacker"}))
			assert.Contains(t, what.Args, any(Sentence{Key: "caption.to.server"}))
			assert.Contains(t, why.Args, any("192.168.1.2"))
		}
	}
	for what, why := range map[string]string{
		"caption.open.data.other":    "caption.open.data.other.why",
		"caption.open.command.other": "caption.open.command.why",
		"caption.chunk.other":        "caption.chunk.why",
		"caption.command.by":         "caption.command.PORT.foreign.why",
		"caption.open.data.bounced":  "caption.open.data.bounced.why",
		"caption.command.PASV":       "caption.command.PASV.why",
	} {
		assert.Equal(t, why, said[what], what)
	}
}

// A session's steps are its own, whatever somebody else says meanwhile.
func TestStepsTellSessionsApart(t *testing.T) {
	o := NewOutline(meddled())
	var own, others []StepKind
	for _, s := range o.Steps {
		if s.Attack {
			others = append(others, s.Kind)
		} else {
			own = append(own, s.Kind)
		}
	}
	assert.Equal(t, []StepKind{StepConnect, StepLogin, StepAnnounce, StepRequest, StepDone}, own)
	assert.Equal(t, []StepKind{StepOpen, StepTransfer, StepConnect, StepAnnounce, StepOpen}, others)
	al := Align(o, passiveWorks())
	for _, p := range al.Pairs {
		switch p.Topic {
		case TopicOthers:
			assert.Equal(t, Sentence{Key: "align.bytes", Args: []any{"bytes", uint64(12)}}, p.A.Says)
			assert.Zero(t, p.B.Stop)
		case TopicVerdict:
			assert.Equal(t, Sentence{Key: "align.reply", Args: []any{"code", 226}}, p.A.Says)
		case TopicFile:
			assert.Equal(t, "align.nothing", p.A.Says.Key, "the file went elsewhere")
		}
	}
}

func TestWhatTheAttackerGotIsNotReceived(t *testing.T) {
	assert.Empty(t, meddled().Received())
}

func TestMachinesOfSessionsAreToldApart(t *testing.T) {
	h := newHands()
	move := func(s Session, to string) {
		h.Machine(Stamp{At: atServer, Session: s}, Machine{Machine: "pi", To: to})
	}
	move(AttackerSession, "wait user")
	move(OwnSession, "wait password")
	move(AttackerSession, "wait command")
	h.Progress(Stamp{At: atServer}, Progress{Bytes: 5, Total: 9})
	h.Progress(Stamp{At: atServer, Session: AttackerSession}, Progress{Bytes: 1, Total: 1})
	tr := h.Trace()
	assert.Equal(t, "wait user", tr.World(1).MachineOf(atServer, "pi"), "while it is alone")
	assert.Equal(t, "wait password", tr.World(3).MachineOf(atServer, "pi"))
	assert.Len(t, tr.World(3).Machines, 2)
	assert.Equal(t, Progress{Bytes: 5, Total: 9}, tr.World(5).Progress)
}

// 226 answers ABOR after a 426 on its own connection, whatever another server said
// meanwhile.
func TestAReplyFollowsThoseOfItsOwnConnection(t *testing.T) {
	o := &Outline{Messages: []Message{
		{Kind: MsgReply, Code: 150, Conn: 0}, {Kind: MsgReply, Code: 426, Conn: 1},
		{Kind: MsgReply, Code: 226, Conn: 0}, {Kind: MsgReply, Code: 226, Conn: 1},
	}}
	assert.Equal(t, 150, o.replyBefore(&o.Messages[2]))
	assert.Equal(t, 426, o.replyBefore(&o.Messages[3]))
}

func TestCaptionsBesideTheSessionSayNothingOfClientAndServer(t *testing.T) {
	h := opened()
	tr := h.Trace()
	second := netip.MustParseAddrPort("192.0.2.10:21")
	tr.Nodes = append(tr.Nodes, NodeInfo{Name: "second-server", Role: RoleSecondServer, Addrs: []netip.Addr{second.Addr()}})
	o := NewOutline(tr)
	for line, want := range map[string]string{
		"PASV":           "caption.command.PASV.by.why",
		"STOR notes.txt": "caption.command.STOR.by.why",
		"RETR notes.txt": "caption.command.RETR.why",
	} {
		_, why := o.command(&Message{Line: line, Src: clientEnd, Dst: second}, "other", nil)
		assert.Equal(t, want, why.Key)
		_, why = o.command(&Message{Line: line, Src: clientEnd, Dst: serverEnd}, "client", nil)
		assert.Equal(t, "caption.command."+Verb(line)+".why", why.Key)
	}
	_, why := o.reply(&Message{Kind: MsgReply, Code: 227, Line: "227 Entering (192,0,2,10,0,20)"}, "other", nil)
	assert.Equal(t, "caption.reply.227.by.why", why.Key)
}

func TestTheCaptionOfARunBeginsWithTheFirstCallOnItsWay(t *testing.T) {
	o := NewOutline(meddled())
	var told []string
	for n := range ID(o.Trace.Len()) {
		if what, _ := o.Caption(n); len(told) == 0 || told[len(told)-1] != what.Key {
			told = append(told, what.Key)
		}
	}
	assert.Equal(t, []string{"caption.start", "caption.first", "caption.open.command"}, told[:3])
}

func TestWhatRETRBringsAboutDependsOnWhoNamedThePort(t *testing.T) {
	for named, want := range map[string]string{
		"227 Entering Passive Mode (203,0,113,10,4,210)": "caption.command.RETR.passive.why",
		"229 Entering Extended Passive Mode (|||1234|)":  "caption.command.RETR.passive.why",
		"PORT 192,168,1,2,7,209":                         "caption.command.RETR.why",
		"EPRT |1|192.168.1.2|2001|":                      "caption.command.RETR.why",
	} {
		o := &Outline{Messages: []Message{
			{Line: "229 Entering Extended Passive Mode (|||1111|)", Code: 229},
			{Line: "PORT 192,168,1,2,4,87"},
			{Line: named},
			{Line: "227 Entering Passive Mode (203,0,113,10,0,20)", Code: 227, Conn: 1},
			{Line: "RETR notes.txt"},
		}}
		fmt.Sscan(named, &o.Messages[2].Code)
		_, why := o.command(&o.Messages[4], "client", nil)
		assert.Equal(t, want, why.Key, named)
	}
}

func TestTheDefaultDataPortIsCalledWhereNoneWasNamed(t *testing.T) {
	for _, c := range []struct {
		what string
		to   uint16
		said []Message
		want bool
	}{
		{"nothing was said", 2000, nil, true},
		{"a server that takes the port below", 1999, nil, true},
		{"PORT named another, in vain", 2000, []Message{{Line: "PORT 192,168,1,2,7,209"}, {Code: 501}}, true},
		{"PORT named this one", 2001, []Message{{Line: "PORT 192,168,1,2,7,209"}}, false},
		{"PORT named the default", 2000, []Message{{Line: "PORT 192,168,1,2,7,208"}}, false},
		{"EPRT named it", 5555, []Message{{Line: "EPRT |1|192.168.1.2|5555|"}}, false},
		{"nobody can read what was said", 2001, []Message{{Kind: MsgSealed}}, false},
	} {
		o := &Outline{
			Conns:    []Conn{{Channel: Command, Src: clientEnd}, {Channel: Data, Dst: netip.AddrPortFrom(clientEnd.Addr(), c.to)}},
			Messages: append([]Message{{Kind: MsgOpen, Channel: Command, Src: clientEnd}}, append(c.said, Message{Kind: MsgOpen, Channel: Data, Conn: 1})...),
		}
		assert.Equal(t, c.want, o.unnamed(&o.Messages[len(o.Messages)-1]), c.what)
	}
}

func TestAPortThatWasOnlyTypedIsListenedOnByNobody(t *testing.T) {
	for _, c := range []struct {
		what    string
		sockets []Socket
		want    string
	}{
		{"what sockets there are is not known", nil, "caption.command.PORT.why"},
		{"it listens", []Socket{{ID: 1, State: Listen, Local: netip.MustParseAddrPort("192.168.1.2:2001")}}, "caption.command.PORT.why"},
		{"it listens elsewhere", []Socket{{ID: 1, State: Listen, Local: netip.MustParseAddrPort("192.168.1.2:2002")}}, "caption.command.PORT.deaf.why"},
		{"it did once", []Socket{
			{ID: 1, State: Listen, Local: netip.MustParseAddrPort("192.168.1.2:2001")},
			{ID: 1, State: Closed, Local: netip.MustParseAddrPort("192.168.1.2:2001")},
		}, "caption.command.PORT.deaf.why"},
	} {
		h := opened()
		for _, s := range c.sockets {
			s.At = atClient
			h.Socket(Stamp{T: h.t, At: atClient}, s)
		}
		o := NewOutline(session(h, "PORT 192,168,1,2,7,209").Trace())
		_, why := o.Describe(len(o.Messages) - 1)
		assert.Equal(t, c.want, why.Key, c.what)
	}
}
