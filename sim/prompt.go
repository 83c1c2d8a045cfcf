package sim

import "ftpscope/sim/ftp"

// Usages are the commands that the person at the client can type, each as
// "get FILE [LOCAL]".
func Usages() []string { return ftp.Usages() }

// CheckWish says what is wrong with a command as it is written, or nil.
func CheckWish(text string) error { return ftp.CheckWish(text) }

// NeedsSession reports whether a command is for a client that is connected.
func NeedsSession(text string) bool { return ftp.NeedsSession(text) }
