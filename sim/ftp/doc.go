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
// The grammar of commands, replies and host-port forms, the command table
// ([Commands]), the reply texts and habits of the programs that are imitated
// ([Profile], [Behaviour], [Texts]), the state diagrams ([ServerPI],
// [ServerDTP], [ClientPI], [ClientDTP]) and the file store's interface
// ([Store]) live here as well.
//
// # What a machine expects of whoever drives it
//
// The data connection is the one that was connected last: what happens to an
// earlier one, whose end may still be under way, must not be reported any
// more. A listener hands over one connection at a time. After CloseData the
// machine still wants to hear of the peer's FIN, of the acknowledgement of its
// own, and of a reset. A dial or listener that was given up is not reported.
//
// # What a client can be told
//
// One [Wish] is one line. Wishes wait for those before them; only abort does
// not. The words are those of the classic program: open, login, ls, get, put,
// cd, mode, restart, quote, quit and so on. A client of the raw profile takes
// the steps of the scripted client of the recordings instead: open, login,
// then cmd LINE, send LINE, reply [S], drain S, pasv, epsv, dial [N] [IP],
// port, eprt, accept, read N|all, write N, close, sleep S, urgent LINE,
// keepalive S, retr, stor, list, quit, and last of all end, the program's own
// end; besides them call PORTS [S], which calls the server's ports uninvited.
package ftp
