package visual

import (
	"cmp"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
)

var update = flag.Bool("update", false, "draw the golden pictures anew")

// goldens are the states that the stage can be in.
var goldens = []struct {
	name string
	run  string
	set  [][2]string
	at   RenderOptions
}{
	{"beginning", "active", nil, RenderOptions{}},
	{"command-channel", "active", nil, RenderOptions{Step: 1}},
	{"expected", "active", nil, RenderOptions{Message: 7}},
	{"opening", "active", nil, RenderOptions{Time: 276 * time.Millisecond}},
	{"open-active", "active", nil, RenderOptions{Step: 5}},
	{"file-under-way", "active", nil, RenderOptions{Time: 323 * time.Millisecond}},
	{"closing", "active", nil, RenderOptions{Step: 7}},
	{"open-passive", "passive", nil, RenderOptions{Step: 4}},
	{"dropped", "active-blocked", nil, RenderOptions{Step: 5}},
	{"given-up", "active-blocked", nil, RenderOptions{Step: 7}},
	{"refused", "active-blocked", [][2]string{{"client_router.block_with", "icmp"}, {"client_router.firewall", "block-inbound"}}, RenderOptions{Step: 6}},
	{"rewritten", "active", [][2]string{{"client_router.nat", "true"}, {"client_router.helper", "true"}}, RenderOptions{Time: 199 * time.Millisecond}},
}

// Drivers draw the edges of letters and lines a little differently: that much
// of a channel, in that part of the pixels, is no difference.
const (
	goldenShade = 28
	goldenPart  = 0.01
)

func TestTheStageLooksAsItDid(t *testing.T) {
	for i, g := range goldens {
		for _, scale := range []float32{1, 2}[:1+(i+3)%4/3] { // every fourth at both scales
			name := g.name + map[float32]string{1: "", 2: "@2x"}[scale] + ".png"
			t.Run(name, func(t *testing.T) {
				img := goldenPicture(t, i, scale)
				file := filepath.Join("testdata", "stage", name)
				if *update {
					writePicture(t, file, img)
				}
				assert.Less(t, unlike(t, readPicture(t, file), img), goldenPart)
			})
		}
	}
}

// goldenPicture is the stage as it is presented, small.
func goldenPicture(t *testing.T, i int, scale float32) image.Image {
	t.Helper()
	g := goldens[i]
	s, err := sim.Preset(g.run)
	require.NoError(t, err)
	for _, set := range g.set {
		require.NoError(t, s.Set(set[0], set[1]))
	}
	themes := []string{"dark", "light", "contrast"}
	p, err := Options{Run: g.run, Scenario: &s, TextSize: 80, Theme: themes[i%len(themes)]}.player(simulator{})
	require.NoError(t, err)
	p.Settings.Present = true
	require.NoError(t, g.at.place(p))
	img, err := New(p).Picture(880, 540, scale)
	require.NoError(t, err)
	return img
}

// unlike is the part of pixels in which two pictures differ.
func unlike(t *testing.T, a, b image.Image) float64 {
	t.Helper()
	require.Equal(t, a.Bounds(), b.Bounds())
	n, r := 0, a.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c, d := color.RGBAModel.Convert(a.At(x, y)).(color.RGBA), color.RGBAModel.Convert(b.At(x, y)).(color.RGBA)
			if far(c.R, d.R) || far(c.G, d.G) || far(c.B, d.B) {
				n++
			}
		}
	}
	return float64(n) / float64(r.Dx()*r.Dy())
}

func far(a, b uint8) bool { return max(a, b)-min(a, b) > goldenShade }

func readPicture(t *testing.T, file string) image.Image {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	img, err := png.Decode(f)
	require.NoError(t, err)
	return img
}

// writePicture keeps the file small with colours by number: the commonest ones.
func writePicture(t *testing.T, file string, img image.Image) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	f, err := os.Create(file)
	require.NoError(t, err)
	defer f.Close()
	small := image.NewPaletted(img.Bounds(), commonest(img))
	draw.Draw(small, small.Bounds(), img, img.Bounds().Min, draw.Src)
	e := png.Encoder{CompressionLevel: png.BestCompression}
	require.NoError(t, e.Encode(f, small))
}

// commonest are the colours that most of a picture is drawn in. What lies
// between them, at the edges of letters, takes the nearest.
func commonest(img image.Image) color.Palette {
	count := map[color.RGBA]int{}
	r := img.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			count[color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	var all color.Palette
	for _, c := range colours[:min(len(colours), 256)] {
		all = append(all, c)
	}
	return all
}
