// Package export writes a finished run for people and programs that have no
// window: [Text] draws it as a ladder between client and server, [JSON] lists
// its events, one object a line.
//
// Both only read the trace. The ladder's words come from a catalogue; the
// names of the JSON form are stable.
package export
