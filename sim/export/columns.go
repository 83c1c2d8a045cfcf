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

// ends are the columns between which something goes. A host that is neither
// client nor server has no column of its own: it takes the edge that is free.
func (l *ladder) ends(from, to trace.Node) (start, end int) {
	start, known := columns[l.t.Nodes[from].Role]
	end, both := columns[l.t.Nodes[to].Role]
	switch {
	case !known && !both:
		return leftEdge, rightEdge
	case !known:
		start = opposite(end)
	case !both || start == end:
		end = opposite(start)
	}
	return start, end
}

func opposite(column int) int {
	if column <= (leftEdge+rightEdge)/2 {
		return rightEdge
	}
	return leftEdge
}

// isHost reports whether a node stands at an edge, where ports are written.
func (l *ladder) isHost(n trace.Node) bool {
	return l.t.Nodes[n].Role.Host()
}
