package theme_test

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"ftpscope/visual/scene"
	"ftpscope/visual/theme"
)

// sights are how people see colours: linear light through a matrix (Machado,
// Oliveira and Fernandes 2009, severity 1).
var sights = map[string][3][3]float64{
	"all colours":  {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// apart is how different two colours must look: some five times the least
// difference that an eye tells (ΔE of CIE 1976).
const apart = 12

func TestChannelsAndVerdictsStayApartInEverySight(t *testing.T) {
	pairs := [][2]scene.Paint{
		{scene.CommandPaint, scene.DataPaint},
		{scene.AllowedPaint, scene.BlockedPaint},
		{scene.DataPaint, scene.BlockedPaint},
		{scene.CommandPaint, scene.BlockedPaint},
	}
	for i := range theme.Palettes {
		p := &theme.Palettes[i]
		for name, m := range sights {
			for _, pair := range pairs {
				a, b := lab(p[pair[0]], m), lab(p[pair[1]], m)
				far := math.Sqrt(square(a[0]-b[0]) + square(a[1]-b[1]) + square(a[2]-b[2]))
				assert.GreaterOrEqual(t, far, float64(apart), fmt.Sprintf("theme %d, paints %d and %d, %s", i, pair[0], pair[1], name))
			}
		}
	}
}

func square(v float64) float64 { return v * v }

// lab is a colour as a sight has it, in CIE L*a*b*.
func lab(c color.NRGBA, sight [3][3]float64) [3]float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	in := [3]float64{linear(c.R), linear(c.G), linear(c.B)}
	seen := times(sight, in)
	for i := range seen {
		seen[i] = min(max(seen[i], 0), 1)
	}
	xyz := times([3][3]float64{{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}, seen)
	f := func(v, white float64) float64 {
		if v /= white; v > 0.008856 {
			return math.Cbrt(v)
		}
		return 7.787*v + 16.0/116
	}
	x, y, z := f(xyz[0], 0.9505), f(xyz[1], 1), f(xyz[2], 1.089)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func times(m [3][3]float64, v [3]float64) (out [3]float64) {
	for i := range m {
		for j := range v {
			out[i] += m[i][j] * v[j]
		}
	}
	return out
}
