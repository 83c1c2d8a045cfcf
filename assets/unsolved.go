package assets

import "strings"

// unsolved are the sentences that say how a packet was stopped, by what their
// keys begin with, and those that stand in for them.
var unsolved = []struct{ prefix, key string }{
	{"caption.dropped.why", "unsolved.why"},
	{"caption.rejected.why", "unsolved.why"},
	{"caption.reset.why.router", "unsolved.why"},
	{"caption.icmp.why", "unsolved.why"},
	{"caption.dropped", "unsolved.stopped"},
	{"caption.rejected", "unsolved.stopped"},
	{"verdict.dropped", "unsolved.verdict"},
	{"verdict.rejected", "unsolved.verdict"},
}

// Unsolved are the same sentences for one who is to find out how packets were
// stopped: they say only that they were.
func (t *Texts) Unsolved() *Texts { return t.unsolved }

func (t *Texts) withUnsolved() *Texts {
	copied := *t
	copied.instead = func(key string) string {
		for _, u := range unsolved {
			if strings.HasPrefix(key, u.prefix) {
				return u.key
			}
		}
		return key
	}
	t.unsolved = &copied
	return t
}
