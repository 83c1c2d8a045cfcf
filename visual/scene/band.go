package scene

// band is a horizontal strip of the stage in which texts stand side by side.
// What it has given away it does not give twice, so nothing in it overlaps.
type band struct {
	on    bool // whether the stage is high enough for it
	y, h  float32
	taken [24]span
	n     int
}

type span struct{ from, to float32 }

// take marks a part of the band as occupied.
func (b *band) take(from, to float32) {
	if b.n < len(b.taken) {
		b.taken[b.n] = span{from, to}
		b.n++
	}
}

// free reports whether nothing stands between from and to.
func (b *band) free(from, to float32) bool {
	for _, s := range b.taken[:b.n] {
		if from < s.to && to > s.from {
			return false
		}
	}
	return b.n < len(b.taken)
}

// fit finds the place nearest to centre where something of a width fits
// between from and to, and takes it together with a little air.
func (b *band) fit(from, to, centre, width float32) (x float32, ok bool) {
	half := width/2 + 3
	best := float32(-1)
	try := func(c float32) {
		d := max(c-centre, centre-c)
		if c-half < from-.01 || c+half > to+.01 || !b.free(c-half+.02, c+half-.02) || best >= 0 && d >= best {
			return
		}
		x, best = c, d
	}
	try(min(max(centre, from+half), to-half))
	for _, s := range b.taken[:b.n] {
		try(s.from - half)
		try(s.to + half)
	}
	if best < 0 || !b.on {
		return 0, false
	}
	b.take(x-half, x+half)
	return x, true
}

// widest is the widest gap of the band between from and to.
func (b *band) widest(from, to float32) span {
	best := span{}
	start := func(x float32) {
		if x < from || x > to {
			return
		}
		end := to
		for _, s := range b.taken[:b.n] {
			if s.to > x+.01 {
				end = min(end, max(s.from, x))
			}
		}
		if end-x > best.to-best.from+.01 {
			best = span{x, end}
		}
	}
	start(from)
	for _, s := range b.taken[:b.n] {
		start(s.to)
	}
	return best
}
