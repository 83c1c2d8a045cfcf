// Package netmodel is an in-memory network: a virtual clock with its event
// queue, hosts, links and routers, TCP as RFC 9293 has it, and on every node
// what Linux does to a packet on its way: firewall chains as nftables thinks,
// connection tracking, NAT, and a slot for a helper that reads a protocol. It
// knows no application protocol, no real time and no real socket. Everything
// runs in one goroutine; the same calls with the same seed yield the same
// records, to the byte.
package netmodel
