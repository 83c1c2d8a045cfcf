package sim

import (
	"slices"
	"strings"

	"ftpscope/sim/trace"
)

// outcome judges a run by what its client saw: the task succeeded when the last
// transfer command was answered with 2xx, and the client had what that promised;
// without any transfer, when every command was answered, the last with 2xx.
func outcome(t *trace.Trace, u *user) trace.Outcome {
	o := trace.Outcome{Task: task(u.asked)}
	o.Exit, _ = u.client.ExitStatus()
	transfers, replies, waits := dialogue(t)
	switch {
	case len(transfers) > 0:
		o.Reply = transfers[len(transfers)-1].reply
	case len(replies) > 0:
		o.Reply = replies[len(replies)-1]
	}
	o.OK = o.Reply/100 == 2 && (len(transfers) > 0 || !movesData(o.Task) && !waits) && !u.broken
	if !o.OK {
		o.Blocked = blocked(t)
	}
	if len(transfers) > 0 {
		o.Bytes = received(t, transfers[len(transfers)-1], receiver(o.Task, transfers[len(transfers)-1]))
	}
	return o
}

// received counts what arrived of a transfer at the side that it was meant for.
func received(t *trace.Trace, x transfer, to trace.Role) (bytes int64) {
	receiver, _ := t.NodeByRole(to)
	for id := x.began; int(id) <= t.Len(); id++ {
		if e := t.Event(id); e.Kind == trace.KindData && e.At == receiver && e.Session != trace.AttackerSession {
			bytes = t.Progress(e).Bytes
		}
	}
	return bytes
}

// receiver is the side that a transfer was meant for.
func receiver(task string, x transfer) trace.Role {
	switch {
	case slices.Contains([]string{"STOR", "STOU", "APPE"}, trace.Verb(x.command)):
		return trace.RoleServer
	case strings.HasPrefix(task, "proxy "):
		return trace.RoleSecondServer
	}
	return trace.RoleClient
}

var dataWishes = []string{"get", "put", "ls", "nlst", "append", "retr", "stor", "list"}

func movesData(wish string) bool {
	verb, _, _ := strings.Cut(strings.TrimPrefix(wish, "proxy "), " ")
	return slices.Contains(dataWishes, verb)
}

// task is the last wish that moves data, else the last but for leaving.
func task(asked []string) string {
	for _, w := range slices.Backward(asked) {
		if movesData(w) {
			return w
		}
	}
	for i, w := range slices.Backward(asked) {
		if i == 0 || w != "quit" && w != "end" {
			return w
		}
	}
	return ""
}

type transfer struct {
	command string
	began   trace.ID
	reply   int // the last one
}

// dialogue pairs the client's transfer commands with their replies, which come
// in the order of the commands. Without any transfer the replies are all those
// but the one to QUIT; waits says that another command was not answered.
func dialogue(t *trace.Trace) (transfers []transfer, replies []int, waits bool) {
	client, _ := t.NodeByRole(trace.RoleClient)
	pending := []string{""} // the greeting answers the connection
	for id := trace.ID(1); int(id) <= t.Len(); id++ {
		e := t.Event(id)
		if e.At != client || e.Session != trace.OwnSession {
			continue
		}
		switch e.Kind {
		case trace.KindCommand:
			line := t.Line(e).Text
			pending = append(pending, line)
			if trace.IsTransfer(trace.Verb(line)) {
				transfers = append(transfers, transfer{command: line, began: id})
			}
		case trace.KindReply:
			code := t.Line(e).Code
			asked := ""
			if len(pending) > 0 {
				asked = pending[0]
			}
			if trace.Verb(asked) != "QUIT" {
				replies = append(replies, code)
			}
			if i := slices.IndexFunc(transfers, func(x transfer) bool { return x.command == asked && x.reply < 200 }); i >= 0 {
				transfers[i].reply = code
			}
			if code >= 200 && len(pending) > 0 {
				pending = pending[1:]
			}
		}
	}
	return transfers, replies, slices.ContainsFunc(pending, func(line string) bool { return trace.Verb(line) != "QUIT" })
}

// attackers reports whether a packet is one of the attacker's, or for it.
func attackers(t *trace.Trace, e trace.Event) bool {
	attacker, ok := t.NodeByRole(trace.RoleAttacker)
	if !ok {
		return false
	}
	to, known := t.NodeByAddr(t.FlowOf(t.Packet(e)).Dst.Addr())
	return t.Origin(e) == attacker || known && to == attacker
}

// blocked is the event in which the decisive packet died: the first SYN of a
// data connection that did, else the first SYN, else the first packet.
func blocked(t *trace.Trace) trace.ID {
	var found [3]trace.ID
	for id := trace.ID(1); int(id) <= t.Len(); id++ {
		e := t.Event(id)
		if e.Kind != trace.KindPacket || !e.What.Died() || attackers(t, e) {
			continue
		}
		rank := 2
		if f := t.Packet(e).Flags; f.Has(trace.SYN) && !f.Has(trace.ACK) {
			rank = 1
			if e.Channel == trace.Data {
				rank = 0
			}
		}
		if found[rank] == 0 {
			found[rank] = id
		}
	}
	for _, id := range found {
		if id != 0 {
			return id
		}
	}
	return 0
}
