package visual

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/visual/model"
)

func settings(t *testing.T) *model.Settings {
	p, err := Options{Run: "active"}.player(simulator{})
	require.NoError(t, err)
	return &p.Settings
}

func TestWhatIsChosenIsRemembered(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	file := filepath.Join(t.TempDir(), "settings.toml")
	s := settings(t)
	var c chooser
	c.begin(s, "")
	assert.False(t, c.look(s), "nothing was chosen yet")
	s.NextLanguage()
	s.NextTheme()
	s.TextSize.Set(150)
	s.ReduceMotion = true
	c.Width, c.Height = 1000, 700
	assert.True(t, c.look(s))
	require.NoError(t, c.save(file))

	again := settings(t)
	p, err := loadPreferences(file)
	require.NoError(t, err)
	next := chooser{preferences: p}
	next.begin(again, "")
	assert.Equal(t, s, again)
	assert.Equal(t, []int{1000, 700}, []int{next.Width, next.Height})
	assert.False(t, next.look(again))
}

func TestTheSystemIsFollowedUntilThePersonChooses(t *testing.T) {
	t.Setenv("LC_ALL", "pt_BR.UTF-8")
	s := settings(t)
	var c chooser
	c.begin(s, "")
	assert.Equal(t, "pt-BR", s.Language)
	c.follow(s, model.Light)
	assert.Equal(t, model.Light, s.Theme)
	c.follow(s, model.Dark)
	assert.Equal(t, model.Dark, s.Theme)
	assert.Empty(t, c.Theme)
	assert.Empty(t, c.Language)
	s.Theme = model.Contrast
	c.follow(s, model.Light)
	assert.Equal(t, model.Contrast, s.Theme)
}

func TestTheLanguageAskedForCountsForThisWindow(t *testing.T) {
	s := settings(t)
	c := chooser{preferences: preferences{Language: "es"}}
	c.begin(s, "pt")
	assert.Equal(t, "pt-BR", s.Language)
	c.look(s)
	assert.Equal(t, "es", c.Language)
}

func TestWhatCannotBeReadIsSetAside(t *testing.T) {
	for name, content := range map[string]string{
		"damaged":    "version = 1\nlanguage = [",
		"no version": "language = \"es\"",
		"newer":      "version = 99",
		"wrong type": "version = 1\ntext_size = \"big\"",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "settings.toml")
			for i := 1; i <= 2; i++ {
				require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
				p, err := loadPreferences(file)
				assert.ErrorAs(t, err, new(*preferencesError))
				assert.Zero(t, p)
				assert.NoFileExists(t, file)
			}
			kept, err := os.ReadFile(file + ".damaged-2")
			require.NoError(t, err)
			assert.Equal(t, content, string(kept))
		})
	}
}

func TestWithoutAFileThereIsNothingToRemember(t *testing.T) {
	p, err := loadPreferences(filepath.Join(t.TempDir(), "settings.toml"))
	require.NoError(t, err)
	assert.Zero(t, p)
}

func TestSenselessPreferencesArePassedOver(t *testing.T) {
	s := settings(t)
	preferences{Language: "tlh", Theme: "pink", TextSize: 9999}.apply(s)
	assert.Equal(t, "en", s.Language)
	assert.Equal(t, model.Dark, s.Theme)
	assert.Equal(t, 200, s.TextSize.Value)
}
