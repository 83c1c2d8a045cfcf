// Package capture writes a finished run as tcpdump would have recorded it at
// one interface of the network: a pcapng file that Wireshark opens.
//
// [Write] follows every packet through the trace, finds where it passed the
// interface ([Vantages]) and in which form (before or after NAT), and builds
// the octets that were on the wire there: IPv4 or IPv6 with TCP or an ICMP
// error, all lengths and checksums right. The frames start with the IP header
// (link type raw IP): the model has no link layer.
//
// A capture holds what really crossed the wire, passwords included.
package capture
