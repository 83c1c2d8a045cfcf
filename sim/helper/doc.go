// Package helper holds the FTP helper of connection tracking, an application
// layer gateway: it reads the ports announced on control connections, makes the
// router expect the data connections, and under NAT rewrites the announcements.
// It does what Linux's nf_conntrack_ftp and nf_nat_ftp do, their blind spots
// included: a command cut in two, a first line, an encrypted stream.
package helper
