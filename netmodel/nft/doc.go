// Package nft reads and writes the part of nftables' own syntax that the
// model's firewall knows.
package nft
