package trace

import (
	"fmt"
	"strings"
)

// Fault is an error that a sentence of the catalogue tells. It has no words of
// its own: whoever shows it makes them, in the language of whoever reads.
type Fault Sentence

// Err is the error that a sentence tells. Arguments may be errors themselves.
func Err(key string, args ...any) error { return &Fault{Key: key, Args: args} }

// Say is the sentence: its key, and pairs of name and value.
func (f *Fault) Say() (key string, args []any) { return f.Key, f.Args }

// Error names the sentence, for who reads code rather than a screen.
func (f *Fault) Error() string {
	var out strings.Builder
	out.WriteString(f.Key)
	for i := 0; i+1 < len(f.Args); i += 2 {
		fmt.Fprintf(&out, " %v=%v", f.Args[i], f.Args[i+1])
	}
	return out.String()
}

// Unwrap gives the errors among the arguments.
func (f *Fault) Unwrap() []error {
	var inner []error
	for _, arg := range f.Args {
		if err, ok := arg.(error); ok {
			inner = append(inner, err)
		}
	}
	return inner
}
