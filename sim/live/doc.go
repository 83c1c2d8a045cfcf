// Package live puts the FTP machines of package ftp on real sockets.
//
// A [Server] accepts control connections and gives each a session; a [Client]
// runs one session from open to quit. A session is one goroutine that owns one
// machine: it takes what the sockets and timers report out of a channel, hands
// it to the machine, and carries out what the machine answers. Each connection has a
// goroutine that reads and, while a file is sent, one that writes; they know
// nothing of FTP. A reader waits until the session has dealt with what it
// brought, so bytes that come after a request for TLS are never taken for
// clear text, and nobody is buffered without bounds.
//
// What a model calls a store is here memory or a folder ([Folder]), shared by
// all sessions. Uploads appear under their names only when they are whole.
package live
