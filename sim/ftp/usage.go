package ftp

import "strings"

// Usages are the commands a client takes, each as "get FILE [LOCAL]".
func Usages() []string {
	out := make([]string, len(wishTable))
	for i, w := range wishTable {
		out[i] = w.usage
	}
	return out
}

// CheckWish says what is wrong with a command as it is written: one that no
// client knows, or arguments too few or too many. Whether it can be granted
// shows when it is its turn.
func CheckWish(text string) error {
	if strings.ContainsAny(text, "\r\n\x00") {
		return wishErr(text, "error.wish.line")
	}
	fields := words(text)
	if len(fields) == 0 {
		return nil
	}
	for _, w := range wishTable {
		if w.name != fields[0] {
			continue
		}
		n := len(fields) - 1
		switch {
		case n < w.least || n > w.most:
			return wishErr(text, "error.wish.usage", "usage", w.usage)
		case w.name == "proxy" && (fields[1] == "get" || fields[1] == "put") && n != 2:
			return wishErr(text, "error.wish.usage", "usage", "proxy "+fields[1]+" FILE")
		case w.name == "proxy":
			_, command, _ := strings.Cut(strings.TrimSpace(text), " ")
			return CheckWish(command)
		}
		return nil
	}
	return wishErr(fields[0], "error.wish.unknown")
}

// NeedsSession reports whether a command is for a client that is connected.
func NeedsSession(text string) bool {
	fields := words(text)
	for _, w := range wishTable {
		if len(fields) > 0 && w.name == fields[0] {
			return w.online
		}
	}
	return false
}
