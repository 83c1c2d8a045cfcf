// Package model is what the player knows, without a window: the run, the
// cursor on its time axis, the size of a step, what is selected, the firewall
// being edited, and the settings of the person in front of it; and [Compare],
// which moves two runs under one cursor.
//
// Whatever a person can do is an [Action], a [Bool] or an [Int]. Buttons, menus
// and keys share them, so that they cannot disagree. Nothing here draws, and
// nothing reads a clock: the window passes the moment to [Player.Advance].
//
// What may take long, making runs above all, is a [Job] that a [Worker] does
// beside the window. It touches nothing that is on show: what has come of it
// [Player.Land] puts in place, so that a player belongs to one goroutine.
package model
