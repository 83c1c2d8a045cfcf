package lessons

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"ftpscope/sim/trace"
)

//go:embed skeleton
var skeleton embed.FS

// New makes the folder of a lesson that works, to be changed into one's own,
// inside another folder. It returns the new folder and overwrites nothing.
func New(folder, id string) (string, error) {
	if !goodID.MatchString(id) {
		return "", trace.Err("error.lesson.id_bad", "id", strconv.Quote(id))
	}
	dir := filepath.Join(folder, id)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", trace.Err("error.lesson.new", "why", err)
	}
	entries, err := skeleton.ReadDir("skeleton")
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		data, err := skeleton.ReadFile("skeleton/" + e.Name())
		if err != nil {
			return "", err
		}
		data = bytes.Replace(data, []byte(`id = "ID"`), []byte(fmt.Sprintf("id = %q", id)), 1)
		if err := os.WriteFile(filepath.Join(dir, e.Name()), data, 0o644); err != nil {
			return "", err
		}
	}
	return dir, nil
}
