package trace

// PrintKind is what a line is that the client program shows.
type PrintKind uint8

// The kinds of lines.
const (
	PrintAsked  PrintKind = iota // a command, after ftp>
	PrintReply                   // of the server
	PrintListed                  // of a listing
	PrintNote                    // what the client program says of itself
	PrintWrong                   // likewise, where it could not do what it was asked
)

// Printed is a line that the person at the client sees. Say is used where Text
// is empty.
type Printed struct {
	Kind     PrintKind
	At       ID // events after which it is seen
	Text     string
	Say      Sentence
	Timed    bool // said at a moment of its own
	Received []ID // of a transfer: where it came further
}

// Own reports whether no message carries what the line says: it is between the
// person and the program.
func (p *Printed) Own() bool {
	return len(p.Received) == 0 && (p.Kind == PrintAsked || p.Kind == PrintNote || p.Kind == PrintWrong)
}
