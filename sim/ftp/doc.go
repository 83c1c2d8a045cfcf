// Package ftp is the File Transfer Protocol itself, without input or output.
//
// A [Server] and a [Client] are the two ends of one session, each made of the
// two parts RFC 959 §2.2 names: a protocol interpreter (PI), which speaks on
// the control connection, and a data transfer process (DTP), which moves files
// on the data connection. Both are machines: Handle takes one [Input] (bytes
// arrived, a connection stands, a timer fired, the user wants something) and
// returns the [Output] values that follow from it (send this, listen, dial,
// start a timer), to be carried out in order. There is no socket, no clock and
// no goroutine in here, so the same machines run in the network model, on real
// sockets and under a fuzzer, and the same inputs always give the same
// outputs.
//
// The grammar of commands, replies and host-port forms, the command table, the
// reply texts of the server programs that are imitated ([Profile]), and the
// file store's interface live here as well.
package ftp
