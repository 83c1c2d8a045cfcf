package model

import (
	"sort"

	"ftpscope/sim/trace"
)

// axis is one film for two aligned runs: piece after piece what happens in
// both, the longer of the two deciding how long a piece takes.
type axis struct {
	ends   []float64    // of each piece, in film seconds of the axis
	at     [2][]float64 // the same on the film of either run
	pieces [][2]int     // the messages that end a piece, -1: none on that side
	stops  [3][]float64 // by size, from the beginning
}

// newAxis takes what only one run has together with what only the other has in
// its place, so that both go on at the same time.
func newAxis(al *trace.Alignment, runs [2]*Run) *axis {
	x := &axis{}
	var only [2][]int
	flush := func() {
		for k := range max(len(only[0]), len(only[1])) {
			piece := [2]int{-1, -1}
			for side := range only {
				if k < len(only[side]) {
					piece[side] = only[side][k]
				}
			}
			x.add(piece, runs)
		}
		only = [2][]int{}
	}
	for _, m := range al.Messages {
		switch {
		case m.B < 0:
			only[0] = append(only[0], m.A)
		case m.A < 0:
			only[1] = append(only[1], m.B)
		default:
			flush()
			x.add([2]int{m.A, m.B}, runs)
		}
	}
	flush()
	x.finish(runs)
	return x
}

func (x *axis) add(piece [2]int, runs [2]*Run) {
	var to [2]float64
	for side, r := range runs {
		to[side] = x.last(side)
		if m := piece[side]; m >= 0 {
			to[side] = max(to[side], r.Film.Pos(r.Outline.Messages[m].Stop))
		}
	}
	x.extend(piece, to)
}

func (x *axis) extend(piece [2]int, to [2]float64) {
	long := max(to[0]-x.last(0), to[1]-x.last(1))
	x.ends = append(x.ends, x.length()+long)
	x.pieces = append(x.pieces, piece)
	for side := range to {
		x.at[side] = append(x.at[side], to[side])
	}
}

// finish adds what follows the last message, and finds the stops.
func (x *axis) finish(runs [2]*Run) {
	var to [2]float64
	for side, r := range runs {
		stops := r.Outline.Stops(trace.ByPacket)
		to[side] = max(x.last(side), r.Film.Pos(stops[len(stops)-1]))
	}
	x.extend([2]int{-1, -1}, to)
	for size := range x.stops {
		all := []float64{0, x.length()}
		for side, r := range runs {
			for _, stop := range r.Outline.Stops(trace.Size(size))[1:] {
				all = append(all, x.from(side, r.Film.Pos(stop)))
			}
		}
		sort.Float64s(all)
		x.stops[size] = all[:1]
		for _, s := range all[1:] {
			if last := x.stops[size][len(x.stops[size])-1]; s-last > nearly {
				x.stops[size] = append(x.stops[size], s)
			}
		}
	}
}

// nearly is how far apart two moments of the axis are the same to the eye, in
// film seconds; events are a thousandth apart.
const nearly = 1e-6

func (x *axis) length() float64 {
	if len(x.ends) == 0 {
		return 0
	}
	return x.ends[len(x.ends)-1]
}

func (x *axis) last(side int) float64 {
	if len(x.at[side]) == 0 {
		return 0
	}
	return x.at[side][len(x.at[side])-1]
}

// piece is the one that a moment lies in; at its end it is still that one.
func (x *axis) piece(pos float64) int {
	return min(sort.SearchFloat64s(x.ends, pos-nearly), len(x.ends)-1)
}

// bounds are where a list of ends begins and ends its piece i.
func bounds(ends []float64, i int) (from, to float64) {
	if i > 0 {
		from = ends[i-1]
	}
	return from, ends[i]
}

// to is a moment of the axis on the film of a run.
func (x *axis) to(side int, pos float64) float64 {
	i := x.piece(pos)
	from, until := bounds(x.ends, i)
	a, b := bounds(x.at[side], i)
	if pos >= until-nearly || until <= from {
		return b
	}
	return a + (b-a)*(pos-from)/(until-from)
}

// from is a moment of a run's film on the axis: the earliest that shows it.
func (x *axis) from(side int, film float64) float64 {
	i := min(sort.SearchFloat64s(x.at[side], film-nearly), len(x.ends)-1)
	from, until := bounds(x.ends, i)
	a, b := bounds(x.at[side], i)
	if film >= b-nearly || b <= a {
		return until
	}
	return from + (until-from)*max(film-a, 0)/(b-a)
}
