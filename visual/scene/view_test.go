package scene

import (
	"maps"
	"slices"
	"testing"

	"ftpscope/assets"
	"ftpscope/sim/trace"
)

// wide measures like the widest of fonts: what has room by it has room by any.
func wide(scale float32) func(string, Style) float32 {
	return func(text string, s Style) float32 {
		return float32(len([]rune(text))) * s.Size() * .62 * scale
	}
}

func newView(o *trace.Outline, f *Film, w, h, scale float32, lang string) *View {
	return &View{
		Outline: o, Film: f, World: trace.NewWorld(o.Trace), W: w, H: h, Scale: scale,
		Texts: assets.Catalog(lang), Measure: wide(scale), Selected: -1,
	}
}

// seek moves a view's cursor.
func (v *View) seek(pos float64) *View {
	v.Pos = pos
	v.Outline.Trace.Seek(v.World, v.Film.Events(pos))
	return v
}

// eachStory runs a test on every story, in the order of their names.
func eachStory(t *testing.T, test func(t *testing.T, o *trace.Outline, f *Film)) {
	all := stories()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) { test(t, all[name], NewFilm(all[name])) })
	}
}

// moments are the positions right after each event and half way to the next.
func moments(f *Film, n int) []float64 {
	var out []float64
	for id := range trace.ID(n) {
		a, b := f.Pos(id), f.Pos(id+1)
		out = append(out, a, (a+b)/2)
	}
	return append(out, f.Length())
}
