//go:build !race

package sim

// underRace says that the race detector is on, and everything ten times slower.
const underRace = false
