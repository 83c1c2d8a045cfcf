package theme

import (
	"sync"

	"gioui.org/font"
	"gioui.org/font/opentype"
	"gioui.org/text"

	"ftpscope/assets"
	"ftpscope/visual/scene"
)

const (
	words    = font.Typeface("Inter")
	protocol = font.Typeface("JetBrains Mono")
)

// Font is the typeface and weight of a text style. Dark letters on light ground
// look thinner than light ones on dark, and are set a little stronger.
func Font(s scene.Style, onLight bool) font.Font {
	f := font.Font{Typeface: words}
	if onLight {
		f.Weight = font.Medium
	}
	if s.Mono() {
		f.Typeface, f.Weight = protocol, font.Normal
	}
	switch s {
	case scene.SmallStrong, scene.BodyStrong, scene.Lead, scene.MonoStrong:
		f.Weight = font.SemiBold
	case scene.Title, scene.Display:
		f.Weight = font.Bold
	}
	return f
}

// NewShaper sets text in the program's own typefaces and in no others, so that
// a picture looks the same on every machine. Each window has one of its own.
func NewShaper() *text.Shaper {
	return text.NewShaper(text.NoSystemFonts(), text.WithCollection(Faces()))
}

// Faces are the program's typefaces, in the order in which a shaper counts them.
// They are part of the program: one that cannot be read is a fault of the program.
var Faces = sync.OnceValue(func() []font.FontFace {
	var all []font.FontFace
	add := func(t font.Typeface, w font.Weight, data []byte) {
		face, err := opentype.Parse(data)
		if err != nil {
			panic("theme: " + string(t) + ": " + err.Error())
		}
		all = append(all, font.FontFace{Font: font.Font{Typeface: t, Weight: w}, Face: face})
	}
	add(words, font.Normal, assets.Inter(assets.Regular))
	add(words, font.Medium, assets.Inter(assets.Medium))
	add(words, font.SemiBold, assets.Inter(assets.SemiBold))
	add(words, font.Bold, assets.Inter(assets.Bold))
	add(protocol, font.Normal, assets.Mono(assets.Regular))
	add(protocol, font.SemiBold, assets.Mono(assets.SemiBold))
	return all
})
