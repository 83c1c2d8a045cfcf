package assets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// said is an error of the program, as any room makes them.
type said struct {
	key  string
	args []any
}

func (s *said) Say() (string, []any) { return s.key, s.args }
func (s *said) Error() string        { return s.key + "!" }

func TestAnErrorIsSaidInTheLanguageOfTheTexts(t *testing.T) {
	policy := &said{"error.field.policy", []any{"value", `"maybe"`}}
	for _, c := range []struct {
		name     string
		err      error
		en, ptBR string
	}{
		{"nothing wrong", nil, "", ""},
		{"a sentence", policy, `is "maybe"; choose accept or drop`, `é "maybe"; escolha accept ou drop`},
		{"a sentence in a sentence", &said{"error.place.field", []any{"field", "client", "why", policy}},
			`client: is "maybe"; choose accept or drop`, `client: é "maybe"; escolha accept ou drop`},
		{"a sentence in an error of the standard library", fmt.Errorf("--at: %w; see there", policy),
			`--at: is "maybe"; choose accept or drop; see there`, `--at: é "maybe"; escolha accept ou drop; see there`},
		{"several", errors.Join(policy, policy), "is \"maybe\"; choose accept or drop\nis \"maybe\"; choose accept or drop",
			"é \"maybe\"; escolha accept ou drop\né \"maybe\"; escolha accept ou drop"},
		{"a file that is not there", &fs.PathError{Op: "open", Path: "a.toml", Err: fs.ErrNotExist},
			"a.toml: no such file or directory", "a.toml: não há esse arquivo nem pasta"},
		{"what only the system says", errors.New("disk on fire"), "disk on fire", "disk on fire"},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.en, Catalog("en").Error(c.err))
			assert.Equal(t, c.ptBR, Catalog("pt-BR").Error(c.err))
		})
	}
}

// sources are the program's own files, without tests.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		content, err := os.ReadFile(path)
		all.Write(content)
		return err
	})
	require.NoError(t, err)
	return all.String()
}

// That each language has them is for another test.
func TestEveryErrorHasItsSentenceAndEverySentenceItsError(t *testing.T) {
	var used, written []string
	for _, found := range regexp.MustCompile(`"(error\.[a-z0-9_.]+)"`).FindAllStringSubmatch(sources(t), -1) {
		used = append(used, found[1])
	}
	for key := range byKey(t, "en") {
		if strings.HasPrefix(key, "error.") {
			written = append(written, key)
		}
	}
	slices.Sort(used)
	slices.Sort(written)
	assert.Greater(t, len(written), 200)
	assert.Equal(t, written, slices.Compact(used))
}
