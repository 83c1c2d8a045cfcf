// Package model is what the player knows, without a window: the run, the
// cursor on its time axis, the size of a step, what is selected, the firewall
// being edited, and the settings of the person in front of it; and [Compare],
// which moves two runs under one cursor.
//
// Whatever a person can do is an [Action], a [Bool] or an [Int]. Buttons, menus
// and keys share them, so that they cannot disagree. Nothing here draws, and
// nothing reads a clock: the window passes the moment to [Player.Advance].
package model
