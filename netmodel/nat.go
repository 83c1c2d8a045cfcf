package netmodel

func (n *Node) prerouting(f *flight) bool {
	l := n.look(f)
	n.apply(f, &l)
	return true
}

func (n *Node) postrouting(f *flight, in, out *Iface) bool {
	n.confirm(f)
	return true
}

func (n *Node) confirmInput(f *flight) bool {
	n.confirm(f)
	return true
}
