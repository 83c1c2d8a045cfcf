package export

import "ftpscope/sim/trace"

// head writes the names of the nodes and, under them, the hosts' addresses.
func (l *ladder) head() {
	names, addrs := newRow(), newRow()
	for i := range l.t.Nodes {
		n := &l.t.Nodes[i]
		addr := ""
		if len(n.Addrs) > 0 {
			addr = n.Addrs[0].String()
		}
		switch n.Role {
		case trace.RoleClient:
			names.put(leftEdge-len(n.Name)+1, n.Name)
			addrs.put(leftEdge-len(addr)+1, addr)
		case trace.RoleServer:
			names.put(rightEdge, n.Name)
			addrs.put(rightEdge, addr)
		case trace.RoleClientRouter, trace.RoleServerRouter:
			names.put(columns[n.Role]-len(n.Name)/2, n.Name)
		}
	}
	l.line(names.String())
	l.line(addrs.String())
}

// ends are the columns between which a message goes.
func (l *ladder) ends(m *trace.Message) (from, to int) {
	from, to = l.column(m.From, -1), l.column(m.To, -1)
	switch {
	case from < 0 && to < 0:
		return leftEdge, rightEdge
	case from < 0:
		from = opposite(to)
	case to < 0 || to == from:
		to = opposite(from)
	}
	return from, to
}

// column is where a node stands; a host that is neither client nor server has
// no place of its own and gets the other one given.
func (l *ladder) column(n trace.Node, other int) int {
	if c, ok := columns[l.t.Nodes[n].Role]; ok {
		return c
	}
	return other
}

func opposite(column int) int {
	if column <= (leftEdge+rightEdge)/2 {
		return rightEdge
	}
	return leftEdge
}

// isHost reports whether a node stands at an edge, where ports are written.
func (l *ladder) isHost(n trace.Node) bool {
	switch l.t.Nodes[n].Role {
	case trace.RoleClient, trace.RoleServer, trace.RoleOther:
		return true
	}
	return false
}
