package netmodel

import (
	"fmt"
	"strings"
)

// Fault is what is wrong, as the key of a sentence and what it is filled with,
// pairs of name and value. The words are for whoever shows it to choose.
type Fault struct {
	Key  string
	Args []any
}

func fault(key string, args ...any) *Fault { return &Fault{key, args} }

// Say is the sentence.
func (f *Fault) Say() (key string, args []any) { return f.Key, f.Args }

func (f *Fault) Error() string {
	var out strings.Builder
	out.WriteString(f.Key)
	for i := 0; i+1 < len(f.Args); i += 2 {
		fmt.Fprintf(&out, " %v=%v", f.Args[i], f.Args[i+1])
	}
	return out.String()
}
