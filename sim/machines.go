package sim

import (
	"ftpscope/netmodel"
	"ftpscope/sim/ftp"
)

// MachineTable is a state diagram that a machine of every run moves along.
type MachineTable struct {
	Name   string // stable: "client-pi"
	Part   string // "pi", "dtp" (RFC 959 §2.3) or "tcp" (RFC 9293 §3.3.2)
	Side   string // "client" or "server"; "": both sides' are alike
	Start  string
	Arrows []MachineArrow
}

// MachineArrow is one transition. From is [ftp.AnyState] where it starts in
// every state that has no arrow of its own for the trigger.
type MachineArrow struct{ From, To, On string }

// Machines are the tables the machines run on.
func Machines() []MachineTable {
	return []MachineTable{
		ftpMachine("client-pi", ftp.PI, "client", ftp.ClientPI),
		ftpMachine("client-dtp", ftp.DTP, "client", ftp.ClientDTP),
		ftpMachine("server-pi", ftp.PI, "server", ftp.ServerPI),
		ftpMachine("server-dtp", ftp.DTP, "server", ftp.ServerDTP),
		tcpMachine(),
	}
}

func ftpMachine(name string, part ftp.Part, side string, table ftp.Table) MachineTable {
	m := MachineTable{Name: name, Part: string(part), Side: side, Start: string(table.Initial())}
	for _, t := range table {
		m.Arrows = append(m.Arrows, MachineArrow{string(t.From), string(t.To), string(t.Trigger)})
	}
	return m
}

func tcpMachine() MachineTable {
	m := MachineTable{Name: "tcp", Part: "tcp", Start: netmodel.Closed.String()}
	for _, t := range netmodel.TCPTransitions {
		m.Arrows = append(m.Arrows, MachineArrow{t.From.String(), t.To.String(), t.On.String()})
	}
	return m
}
