//go:build linux && xvfb

package visual

import (
	"image"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestARealWindowStartsStepsAndCloses(t *testing.T) {
	t.Parallel()
	d := startDisplay(t)
	w := d.open(t, "player")
	w.focus()
	w.rest()
	first := d.screen(t)
	w.press("Right", "Right")
	w.rest()
	second := d.screen(t)
	// What the window shows is what a picture of it shows.
	p, err := Options{Run: "active-blocked", Language: "en"}.player(simulator{})
	require.NoError(t, err)
	a := New(p)
	assert.Less(t, different(t, a, first), 0.01)
	require.NoError(t, RenderOptions{Step: 2}.place(p))
	assert.Less(t, different(t, a, second), 0.01)
	w.press("Home")
	w.rest()
	assert.Equal(t, first.Pix, d.screen(t).Pix)
	require.NoError(t, w.close())
}

// different is the part of pixels in which a screen differs from the App's
// picture by more than what drivers round differently.
func different(t *testing.T, a *App, screen *image.RGBA) float64 {
	t.Helper()
	img, err := a.Picture(screen.Bounds().Dx(), screen.Bounds().Dy(), 1)
	require.NoError(t, err)
	want := img.(*image.RGBA)
	n := 0
	for i := 0; i < len(want.Pix); i += 4 {
		for c := range 3 {
			if by := int(want.Pix[i+c]) - int(screen.Pix[i+c]); by > 24 || by < -24 {
				n++
				break
			}
		}
	}
	return float64(n) / float64(len(want.Pix)/4)
}

// TestMemoryDoesNotGrowWithSteps reads memory when the window has come to rest
// and given back what it does not need. The first thousand steps fill what has a
// bound: layouts of text, and buffers as large as the busiest frame needs. What
// is more after ten times as many would be a leak.
func TestMemoryDoesNotGrowWithSteps(t *testing.T) {
	t.Parallel()
	d := startDisplay(t)
	w := d.open(t, "player")
	w.focus()
	steps := func(n int) {
		for range n / 100 {
			var keys []string
			for range 50 {
				keys = append(keys, "Next", "Prior")
			}
			w.press(keys...)
			w.quiet(10 * time.Millisecond) // nobody is a hundred keys ahead of the window
		}
		w.rest()
		time.Sleep(idlePause)
		w.rest()
	}
	steps(1000)
	steps(100)
	before := w.rss()
	steps(10_000)
	after := w.rss()
	t.Logf("%.1f MiB after 100 steps, %.1f MiB after 10,000", before, after)
	assert.LessOrEqual(t, after, before+6, "the driver's own memory goes up and down by that much")
	require.NoError(t, w.close())
}

func BenchmarkStart(b *testing.B) {
	d := startDisplay(b)
	var opened, whole, empty, memory float64
	for b.Loop() {
		e := d.open(b, "empty")
		p := d.open(b, "player")
		opened, whole, empty = opened+p.started[stageOpen].Seconds(), whole+p.started[stageWhole].Seconds(), empty+e.started[stageOpen].Seconds()
		p.rest()
		memory += p.rss() - e.rss()
		p.cmd.Process.Kill()
		e.cmd.Process.Kill()
	}
	n := float64(b.N)
	b.ReportMetric(1000*opened/n, "ms/first-frame")
	b.ReportMetric(opened/empty, "first-frame/empty")
	b.ReportMetric(1000*whole/n, "ms/whole-picture")
	b.ReportMetric(whole/empty, "whole-picture/empty")
	b.ReportMetric(memory/n, "MiB-above-empty")
}
