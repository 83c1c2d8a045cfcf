package model

import "slices"

// Theme is a choice of colours.
type Theme uint8

// The themes.
const (
	Dark Theme = iota
	Light
	Contrast
	ThemeCount
)

// ThemeNames are the names that the command line takes, by theme.
var ThemeNames = [ThemeCount]string{"dark", "light", "contrast"}

// Speeds are the speeds of playing that can be chosen, as factors.
var Speeds = []float64{0.5, 1, 2, 4}

// Settings are the choices of the person, whatever the run.
type Settings struct {
	Languages    []string // those there are
	Language     string
	Theme        Theme
	TextSize     Int // per cent
	Speed        Int // index into Speeds
	ReduceMotion bool
	FullScreen   bool
	Present      bool // only the stage, for a room full of people
	ShowKeys     bool
}

func newSettings(languages []string) Settings {
	return Settings{
		Languages: languages,
		Language:  languages[0],
		TextSize:  Int{Value: 100, Min: 80, Max: 200, Increment: 10},
		Speed:     Int{Value: 1, Min: 0, Max: len(Speeds) - 1, Increment: 1},
	}
}

// NextLanguage goes round the languages.
func (s *Settings) NextLanguage() {
	i := slices.Index(s.Languages, s.Language)
	s.Language = s.Languages[(i+1)%len(s.Languages)]
}

// NextTheme goes round the themes.
func (s *Settings) NextTheme() { s.Theme = (s.Theme + 1) % ThemeCount }
