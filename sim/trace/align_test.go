package trace

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// session writes a run of commands and replies by hand; the client sends what
// begins with a letter.
func session(h *stageHands, lines ...string) *stageHands {
	for _, line := range lines {
		src, dst := clientEnd, serverEnd
		if line[0] >= '0' && line[0] <= '9' {
			src, dst = dst, src
		}
		h.fly(0, Command, src, dst, PSH|ACK, line+"\r\n", false)
	}
	return h
}

func opened() *stageHands {
	h := newHands()
	h.fly(0, Command, clientEnd, serverEnd, SYN, "", false)
	h.fly(0, Command, serverEnd, clientEnd, SYN|ACK, "", false)
	h.fly(0, Command, clientEnd, serverEnd, ACK, "", false)
	return session(h, "220 Service ready", "USER ana", "230 Logged in")
}

// call opens a data connection, or fails to.
func (h *stageHands) call(fromServer, dies bool) *stageHands {
	src, dst := dataEnd, backEnd
	if fromServer {
		src, dst = dst, src
	}
	h.fly(0, Data, src, dst, SYN, "", dies)
	if !dies {
		h.fly(0, Data, dst, src, SYN|ACK, "", false)
		h.fly(0, Data, src, dst, ACK, "", false)
	}
	return h
}

func activeBlocked() *Outline {
	h := session(opened(), "PORT 192,168,1,2,7,209", "200 OK", "RETR notes.txt").call(true, true)
	return NewOutline(session(h, "425 No").Trace())
}

func passiveWorks() *Outline {
	h := session(opened(), "PASV", "227 Entering (203,0,113,10,0,20)").call(false, false)
	session(h, "RETR notes.txt", "150 Here").fly(0, Data, backEnd, dataEnd, ACK, "what it says", false)
	return NewOutline(session(h, "226 Done").Trace())
}

func TestActiveBesidePassive(t *testing.T) {
	var got [][3]string
	al := Align(activeBlocked(), passiveWorks())
	for _, p := range al.Pairs {
		same := "different"
		if p.Same {
			same = "same"
		}
		got = append(got, [3]string{p.Topic.String() + " " + p.Task, p.A.Says.Key + " | " + p.B.Says.Key, same})
	}
	assert.Equal(t, [][3]string{
		{"connect ", "align.open.client | align.open.client", "same"},
		{"login ", "align.reply | align.reply", "same"},
		{"ports RETR notes.txt", "align.line | align.ports", "different"},
		{"data RETR notes.txt", "align.tried.server | align.open.client", "different"},
		{"file RETR notes.txt", "align.nothing | align.bytes", "different"},
		{"verdict RETR notes.txt", "align.reply | align.reply", "different"},
	}, got)
	assert.True(t, al.Pairs[5].A.Failed)
	assert.False(t, al.Pairs[5].B.Failed)
}

// A client that dials before it asks never asks where its call dies.
func TestATransferThatWasNeverAskedForStandsBesideTheOneThatWas(t *testing.T) {
	h := session(opened(), "PASV", "227 Entering (203,0,113,10,0,20)").call(false, true)
	never := NewOutline(h.Trace())
	for i, p := range Align(never, passiveWorks()).Pairs {
		if i < 2 {
			continue
		}
		assert.Equal(t, "RETR notes.txt", p.Task)
		assert.Equal(t, []Topic{TopicPorts, TopicData, TopicFile, TopicVerdict}[i-2], p.Topic, "one row each")
		if p.Topic == TopicData {
			assert.Equal(t, []string{"align.tried.client", "align.open.client"}, []string{p.A.Says.Key, p.B.Says.Key})
		}
	}
}

// One cursor moves both: at the commands that announce ports, at the replies
// to them, and at the verdict, whatever these say.
func TestCounterpartsAcrossModes(t *testing.T) {
	a, b := activeBlocked(), passiveWorks()
	al := Align(a, b)
	for line, want := range map[string]string{
		"USER ana": "USER ana", "PORT 192,168,1,2,7,209": "PASV", "200 OK": "227 Entering (203,0,113,10,0,20)",
		"RETR notes.txt": "RETR notes.txt", "425 No": "226 Done",
	} {
		for i, m := range a.Messages {
			if m.Line == line {
				assert.Equal(t, want, b.Messages[al.Counterpart(i)].Line)
			}
		}
	}
	assert.Equal(t, -1, al.Counterpart(-1))
	assert.Equal(t, -1, al.Counterpart(len(a.Messages)))
}

func TestRowsSayHowLongAVerdictTook(t *testing.T) {
	o := NewOutline(blockedRun())
	pairs := Align(o, o).Pairs
	assert.Equal(t, Sentence{Key: "align.verdict", Args: []any{"code", 425, "seconds", 1.0}}, pairs[len(pairs)-1].A.Says)
}

// anyRun draws a session with any number of commands and transfers.
func anyRun(rt *rapid.T, name string) *Outline {
	h := opened()
	for _, what := range rapid.SliceOfN(rapid.IntRange(0, 5), 0, 8).Draw(rt, name) {
		switch what {
		case 0:
			session(h, "PORT 192,168,1,2,7,209", "200 OK", "RETR a").call(true, false)
			session(h, "150 Here", "226 Done")
		case 1:
			session(h, "PASV", "227 (203,0,113,10,0,20)").call(false, true)
			session(h, "RETR a", "425 No")
		case 2:
			session(h, "LIST", "550 No")
		case 3:
			session(h, "NOOP", "200 OK")
		case 4:
			session(h, "CWD b", "250 OK")
		case 5:
			session(h, "QUIT", "221 Bye")
		}
	}
	return NewOutline(h.Trace())
}

func TestARunBesideItselfIsTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := anyRun(rt, "run")
		al := Align(o, o)
		for _, p := range al.Pairs {
			assert.True(rt, p.Same, "%v %s", p.Topic, p.Task)
		}
		for i := range o.Messages {
			assert.Equal(rt, i, al.Counterpart(i))
			assert.Equal(rt, Match{A: i, B: i, Same: true}, al.Messages[i])
		}
	})
}

func TestAlignmentKeepsTheOrderOfBothRuns(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := anyRun(rt, "a"), anyRun(rt, "b")
		al := Align(a, b)
		nextA, nextB := 0, 0
		for _, m := range al.Messages {
			if m.A >= 0 {
				assert.Equal(rt, nextA, m.A)
				nextA++
			}
			if m.B >= 0 {
				assert.Equal(rt, nextB, m.B)
				nextB++
			}
		}
		assert.Equal(rt, [2]int{len(a.Messages), len(b.Messages)}, [2]int{nextA, nextB})
		for i := range a.Messages {
			assert.LessOrEqual(rt, al.Counterpart(i-1), al.Counterpart(i))
		}
	})
}

func TestAlignmentIsSymmetric(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := anyRun(rt, "a"), anyRun(rt, "b")
		there, back := Align(a, b), Align(b, a)
		for i := range back.Pairs {
			back.Pairs[i].A, back.Pairs[i].B = back.Pairs[i].B, back.Pairs[i].A
		}
		for i := range back.Messages {
			back.Messages[i].A, back.Messages[i].B = back.Messages[i].B, back.Messages[i].A
		}
		assert.Equal(rt, there.Pairs, back.Pairs)
		assert.Equal(rt, there.Messages, back.Messages)
	})
}

// Every message stands in exactly one row, so that a cursor is always on one.
func TestEveryMessageStandsInOneRow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := anyRun(rt, "a"), anyRun(rt, "b")
		seen := map[int]int{}
		for _, p := range Align(a, b).Pairs {
			for _, i := range p.A.Messages {
				seen[i]++
			}
		}
		assert.Len(rt, seen, len(a.Messages))
		for i, n := range seen {
			assert.Equal(rt, 1, n, "message %d", i)
		}
	})
}
