// Package scene turns a recorded run and a cursor on its time axis into
// pictures as data: the stage with its two channels, the sequence diagram, state
// diagrams with the way a machine took, the chain of causes of an event, and
// the fields of a packet.
//
// [Stage], [Sequence], [Diagram], [Why] and [Packet] are pure functions from a [View] to a [Scene], a list
// of shapes in device-independent units (dp) from the scene's top left corner,
// and the regions of it that can be pointed at. They know neither windows nor
// fonts nor colours: paints and text styles are names which a theme resolves,
// words come from a catalogue, and widths from a measuring function. [Film] is
// the time axis a person scrubs: virtual time slowed down until a packet can
// be followed, with long waits shortened. What does not depend on the cursor is
// worked out once: a [Film] for a run, a [Chart] for a state table and a size.
package scene
