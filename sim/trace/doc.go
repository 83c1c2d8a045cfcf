// Package trace holds what happened in one run: every event, its cause, and
// the ways to look at it.
//
// A [Trace] is a log of small [Event] values with side tables for what only
// some kinds of event carry. Nothing is computed twice and nothing is guessed:
// a cause is the number of an earlier event, recorded when the event happened.
// The state of the world at any moment is a fold over the log
// ([World.Apply]); keyframes make [Trace.Seek] logarithmic. The [Outline]
// groups the packets into messages and the messages into steps, the three
// sizes in which a person walks through a run; [Align] puts two outlines beside
// each other by what happens in them.
//
// The package does not know where events come from: the network model and real
// sockets fill the same log through [Recorder].
package trace
