package scene

import "slices"

// graph is what of a state machine is to be drawn, with its states in layers:
// every arrow that does not lead back goes down.
type graph struct {
	names []string
	edges []edge
	level []int // the layer of each state

	nodes  []vertex // the states, then the bends of the arrows that pass other layers
	layers [][]int  // nodes from left to right
}

// edge is all arrows between two states.
type edge struct {
	from, to int
	on       []string
	back     bool  // it leads up
	bends    []int // nodes between its ends, from top to bottom
}

type vertex struct{ x, w float32 }

// newGraph takes the arrows whose ends are kept, in the order of the table.
func newGraph(arrows []Arrow, start string, keep func(Arrow) bool) *graph {
	g := &graph{}
	place := map[string]int{}
	state := func(name string) int {
		i, known := place[name]
		if !known {
			i = len(g.names)
			place[name] = i
			g.names = append(g.names, name)
		}
		return i
	}
	state(start)
	for _, a := range arrows {
		if !keep(a) {
			continue
		}
		from, to := state(a.From), state(a.To)
		i := slices.IndexFunc(g.edges, func(e edge) bool { return e.from == from && e.to == to })
		if i < 0 {
			i = len(g.edges)
			g.edges = append(g.edges, edge{from: from, to: to})
		}
		if !slices.Contains(g.edges[i].on, a.On) {
			g.edges[i].on = append(g.edges[i].on, a.On)
		}
	}
	g.rank()
	return g
}

// upper and lower are the ends of an edge as it is drawn.
func (e *edge) upper() int {
	if e.back {
		return e.to
	}
	return e.from
}

func (e *edge) lower() int {
	if e.back {
		return e.from
	}
	return e.to
}

// rank puts the states into layers: each as far down as the longest way to it
// from the start, and what nothing leads to just above where it leads.
func (g *graph) rank() {
	g.turnBack()
	g.level = make([]int, len(g.names))
	for range g.names { // no way is longer than there are states
		for i := range g.edges {
			if e := &g.edges[i]; e.from != e.to {
				g.level[e.lower()] = max(g.level[e.lower()], g.level[e.upper()]+1)
			}
		}
	}
	for s := range g.names {
		nearest := len(g.names)
		reached := s == 0
		for i := range g.edges {
			switch e := &g.edges[i]; {
			case e.from == e.to:
			case e.lower() == s:
				reached = true
			case e.upper() == s:
				nearest = min(nearest, g.level[e.lower()])
			}
		}
		if !reached && nearest < len(g.names) {
			g.level[s] = nearest - 1
		}
	}
}

// turnBack marks the edges that lead back: to the start, above which nothing
// stands, or to a state they come from.
func (g *graph) turnBack() {
	const fresh, open, done = 0, 1, 2
	mark := make([]int, len(g.names))
	var visit func(s int)
	visit = func(s int) {
		mark[s] = open
		for i := range g.edges {
			e := &g.edges[i]
			if e.from != s || e.to == s {
				continue
			}
			e.back = e.to == 0 || mark[e.to] == open
			if mark[e.to] == fresh {
				visit(e.to)
			}
		}
		mark[s] = done
	}
	for s := range g.names {
		if mark[s] == fresh {
			visit(s)
		}
	}
}

// arrange orders every layer so that few arrows cross, and gives its nodes
// their places within a width; ok is false where a layer does not fit.
func (g *graph) arrange(widths []float32, bend, apart, width float32) (ok bool) {
	g.nodes = make([]vertex, len(g.names))
	for i := range g.names {
		g.nodes[i].w = widths[i]
	}
	depth := slices.Max(g.level) + 1
	g.layers = make([][]int, depth)
	for i, l := range g.level {
		g.layers[l] = append(g.layers[l], i)
	}
	for i := range g.edges {
		e := &g.edges[i]
		e.bends = nil
		if e.from == e.to {
			continue
		}
		for l := g.level[e.upper()] + 1; l < g.level[e.lower()]; l++ {
			e.bends = append(e.bends, len(g.nodes))
			g.layers[l] = append(g.layers[l], len(g.nodes))
			g.nodes = append(g.nodes, vertex{w: bend})
		}
	}
	links := g.links()
	g.untangle(links)
	return g.place(links, apart, width)
}

// links are the neighbours of every node, above and below.
func (g *graph) links() (links [2][][]int) {
	for k := range links {
		links[k] = make([][]int, len(g.nodes))
	}
	for i := range g.edges {
		e := &g.edges[i]
		if e.from == e.to {
			continue
		}
		chain := append(append([]int{e.upper()}, e.bends...), e.lower())
		for k := 1; k < len(chain); k++ {
			a, b := chain[k-1], chain[k]
			links[0][b] = append(links[0][b], a)
			links[1][a] = append(links[1][a], b)
		}
	}
	return links
}

// untangle moves every node towards the middle of its neighbours, downwards
// and upwards in turn, and keeps the order with the fewest crossings.
func (g *graph) untangle(links [2][][]int) {
	at := make([]float64, len(g.nodes))
	number := func() {
		for _, layer := range g.layers {
			for i, n := range layer {
				at[n] = float64(i)
			}
		}
	}
	number()
	best, fewest := g.copyLayers(), g.crossings(links[1], at)
	for turn := range 12 {
		for k := range g.layers {
			l := k
			if turn%2 == 1 {
				l = len(g.layers) - 1 - k
			}
			middle := make(map[int]float64, len(g.layers[l]))
			for _, n := range g.layers[l] {
				middle[n] = mean(links[turn%2][n], at, at[n])
			}
			slices.SortStableFunc(g.layers[l], func(a, b int) int {
				switch {
				case middle[a] < middle[b]:
					return -1
				case middle[a] > middle[b]:
					return 1
				}
				return 0
			})
			for i, n := range g.layers[l] {
				at[n] = float64(i)
			}
		}
		if n := g.crossings(links[1], at); n < fewest {
			best, fewest = g.copyLayers(), n
		}
	}
	g.layers = best
}

func (g *graph) copyLayers() [][]int {
	out := make([][]int, len(g.layers))
	for i, l := range g.layers {
		out[i] = slices.Clone(l)
	}
	return out
}

func mean(of []int, at []float64, none float64) float64 {
	if len(of) == 0 {
		return none
	}
	sum := 0.0
	for _, n := range of {
		sum += at[n]
	}
	return sum / float64(len(of))
}

// crossings counts the pairs of lines that cross between layers.
func (g *graph) crossings(below [][]int, at []float64) (n int) {
	for _, layer := range g.layers {
		for i, a := range layer {
			for _, b := range layer[i+1:] {
				for _, x := range below[a] {
					for _, y := range below[b] {
						if at[x] > at[y] {
							n++
						}
					}
				}
			}
		}
	}
	return n
}

// place gives the nodes their x: near their neighbours, in their order, apart.
func (g *graph) place(links [2][][]int, apart, width float32) bool {
	for _, layer := range g.layers {
		total := -apart
		for _, n := range layer {
			total += g.nodes[n].w + apart
		}
		if total > width {
			return false
		}
		x := (width - total) / 2
		for _, n := range layer {
			g.nodes[n].x = x + g.nodes[n].w/2
			x += g.nodes[n].w + apart
		}
	}
	for turn := range 10 {
		for _, layer := range g.layers {
			wish := make([]float32, len(layer))
			for i, n := range layer {
				near := append(slices.Clone(links[0][n]), links[1][n]...)
				if turn < 4 {
					near = links[turn%2][n]
				}
				wish[i] = g.nodes[n].x
				if len(near) > 0 {
					wish[i] = 0
					for _, m := range near {
						wish[i] += g.nodes[m].x / float32(len(near))
					}
				}
			}
			g.settle(layer, wish, apart, width)
		}
	}
	return true
}

// settle moves a layer's nodes as near to their wishes as their order and the
// width allow: half way between pushing from the left and from the right.
func (g *graph) settle(layer []int, wish []float32, apart, width float32) {
	right, left := slices.Clone(wish), slices.Clone(wish)
	n := len(layer)
	half := func(i int) float32 { return g.nodes[layer[i]].w / 2 }
	fit := func(x []float32) {
		for i := range n {
			low := half(i)
			if i > 0 {
				low = x[i-1] + half(i-1) + apart + half(i)
			}
			x[i] = max(x[i], low)
		}
		for i := n - 1; i >= 0; i-- {
			high := width - half(i)
			if i+1 < n {
				high = x[i+1] - half(i+1) - apart - half(i)
			}
			x[i] = min(x[i], high)
		}
	}
	fit(right)
	for i := n - 1; i >= 0; i-- {
		if i+1 < n {
			left[i] = min(left[i], left[i+1]-half(i+1)-apart-half(i))
		}
	}
	fit(left)
	for i, node := range layer {
		g.nodes[node].x = (left[i] + right[i]) / 2
	}
}
