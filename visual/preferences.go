package visual

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/BurntSushi/toml"
	"github.com/adrg/xdg"
	"github.com/google/renameio/v2/maybe"

	"ftpscope/assets"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
)

// preferences are the choices that outlive the window. What the person never
// chose is empty, so that it goes on following the system.
type preferences struct {
	Version      int    `toml:"version"`
	Language     string `toml:"language,omitempty"`
	Theme        string `toml:"theme,omitempty"`
	TextSize     int    `toml:"text_size,omitzero"` // per cent
	ReduceMotion bool   `toml:"reduce_motion"`
	Width        int    `toml:"width,omitzero"` // of the window, in dp
	Height       int    `toml:"height,omitzero"`
}

// preferencesVersion is that of the file's form.
const preferencesVersion = 1

// preferencesError says that a file of preferences could not be used, why, and
// under what other name it was kept.
type preferencesError struct {
	file, kept string
	err        error
}

// Say is the sentence that tells the error.
func (e *preferencesError) Say() (key string, args []any) {
	if e.kept == "" {
		return "error.preferences", []any{"file", e.file, "why", e.err}
	}
	return "error.preferences.kept", []any{"file", e.file, "why", e.err, "kept", e.kept}
}

func (e *preferencesError) Error() string { return e.file + ": " + e.err.Error() }

func (e *preferencesError) Unwrap() error { return e.err }

// preferencesFile is where they are kept: in the person's configuration folder.
func preferencesFile() (string, error) {
	return xdg.ConfigFile(filepath.Join("ftpscope", "settings.toml"))
}

// loadPreferences reads the file; one that is missing says nothing. One that
// cannot be used is set aside, and the error says so.
func loadPreferences(file string) (preferences, error) {
	p, err := readPreferences(file)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	kept, moved := setAside(file)
	if moved != nil {
		kept = ""
	}
	return preferences{}, &preferencesError{file, kept, err}
}

func readPreferences(file string) (preferences, error) {
	var p preferences
	data, err := os.ReadFile(file)
	if err != nil {
		return p, err
	}
	if _, err := toml.Decode(string(data), &p); err != nil {
		return preferences{}, err
	}
	switch {
	case p.Version > preferencesVersion:
		return preferences{}, trace.Err("error.preferences.newer", "version", p.Version)
	case p.Version < 1:
		return preferences{}, trace.Err("error.preferences.version")
	}
	return p, nil
}

// setAside renames a file, to a name that is free.
func setAside(file string) (kept string, err error) {
	for i := 1; ; i++ {
		kept = fmt.Sprintf("%s.damaged-%d", file, i)
		if _, err := os.Lstat(kept); errors.Is(err, fs.ErrNotExist) {
			return kept, os.Rename(file, kept)
		}
	}
}

// save writes the file whole or not at all.
func (p preferences) save(file string) error {
	p.Version = preferencesVersion
	var out bytes.Buffer
	if err := toml.NewEncoder(&out).Encode(p); err != nil {
		return err
	}
	return maybe.WriteFile(file, out.Bytes(), 0o600)
}

// apply makes the choices the window's. What makes no sense is passed over.
func (p preferences) apply(s *model.Settings) {
	if slices.Contains(s.Languages, p.Language) {
		s.Language = p.Language
	}
	if i := slices.Index(model.ThemeNames[:], p.Theme); i >= 0 {
		s.Theme = model.Theme(i)
	}
	if p.TextSize != 0 {
		s.TextSize.Set(p.TextSize)
	}
	s.ReduceMotion = p.ReduceMotion
}

// chooser tells what a person chose from what the window began with.
type chooser struct {
	preferences
	language string      // that the window began with
	theme    model.Theme // that follows the system
}

// begin applies what is remembered, and the system's where nothing is.
func (c *chooser) begin(s *model.Settings, asked string) {
	switch {
	case asked != "":
		s.Language = assets.Match(asked)
	case c.Language == "":
		s.Language = assets.SystemLanguage(os.Getenv)
	}
	language := s.Language
	c.apply(s)
	if asked != "" {
		s.Language = language
	}
	c.language, c.theme = s.Language, s.Theme
}

// ground is the theme that a window opens in, as far as it is known before.
func (p preferences) ground() model.Theme {
	return model.Theme(max(slices.Index(model.ThemeNames[:], p.Theme), 0))
}

// follow gives the window the system's theme until the person chooses one.
func (c *chooser) follow(s *model.Settings, system model.Theme) {
	c.look(s)
	if c.Theme == "" {
		s.Theme, c.theme = system, system
	}
}

// look takes note of what the person chose and reports whether it is news.
func (c *chooser) look(s *model.Settings) bool {
	before := c.preferences
	if s.Language != c.language {
		c.Language, c.language = s.Language, s.Language
	}
	if s.Theme != c.theme {
		c.Theme, c.theme = model.ThemeNames[s.Theme], s.Theme
	}
	if s.TextSize.Value != 100 || c.TextSize != 0 {
		c.TextSize = s.TextSize.Value
	}
	c.ReduceMotion = s.ReduceMotion
	return c.preferences != before
}
