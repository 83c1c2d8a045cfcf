// Package scene turns a recorded run and a cursor on its time axis into
// pictures as data: the stage with its two channels, and the sequence diagram.
//
// [Stage] and [Sequence] are pure functions from a [View] to a [Scene], a list
// of shapes in device-independent units (dp) from the scene's top left corner,
// and the regions of it that can be pointed at. They know neither windows nor
// fonts nor colours: paints and text styles are names which a theme resolves,
// words come from a catalogue, and widths from a measuring function. [Film] is
// the time axis a person scrubs: virtual time slowed down until a packet can
// be followed, with long waits shortened.
package scene
