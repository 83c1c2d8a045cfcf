// Package nft reads and writes the part of nftables' own syntax that the
// model's firewall knows, so that a ruleset of the model can be loaded by a real
// Linux and the other way round.
//
// Understood are tables of family ip, ip6 and inet with
//
//	ct helper NAME { type "TYPE" protocol tcp; }
//	chain NAME { type filter|nat hook HOOK priority P; policy accept|drop; RULE... }
//
// at the hooks prerouting (nat; filter for `ct helper set`), input, forward,
// output and postrouting (nat), one chain each, and rules of
//
//	iifname "I"  oifname "I"  ip|ip6 saddr|daddr PREFIX
//	meta l4proto tcp|icmp|ipv6-icmp  ip protocol tcp|icmp
//	tcp sport|dport N | N-M | { N, N-M }
//	tcp flags syn  tcp flags & (fin|syn|rst|ack) == syn
//	ct state new,established,related,invalid,untracked
//	counter  comment "TEXT"
//	accept  drop  reject [with tcp reset | with icmp|icmpv6|icmpx [type] REASON]
//	snat|dnat [ip|ip6] to ADDR[-ADDR][:PORT[-PORT]]
//	masquerade [to :PORT[-PORT]] [fully-random]  redirect [to :PORT[-PORT]]
//	ct helper set "NAME"
//
// with `flush ruleset` and comments passed over. Two mappings of the model,
// full cone and restricted, have no word in nftables and are written as plain
// masquerade. A rule that is switched off is written as a comment.
package nft
