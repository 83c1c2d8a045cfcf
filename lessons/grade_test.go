package lessons

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ftpscope/assets"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSavedLabsAreGraded(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"=evil.toml": "task = \"swim\"\n",
		"ana.toml":   "user = [\"open\", \"login ana\", \"get notes.txt\", \"quit\"]\nfile = \"notes.txt\"\n",
		"notes.txt":  "no Lab",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644))
	}
	task := open(t, "firewall").Tasks[0]
	grades, err := GradeFolder(task, folder)
	require.NoError(t, err)
	require.Len(t, grades, 2)
	assert.Error(t, grades[0].Err)
	assert.Equal(t, []string{"untouched", "closed"}, unmet(grades[1].Verdict))

	var table strings.Builder
	require.NoError(t, WriteGrades(&table, task, grades, assets.Catalog("en")))
	lines := strings.Split(table.String(), "\n")
	assert.Equal(t, "file,done,arrived,untouched,closed,problem", lines[0])
	assert.True(t, strings.HasPrefix(lines[1], "'=evil.toml,false,,,,"), "no spreadsheet takes it for a formula: %s", lines[1])
	assert.Equal(t, "ana.toml,false,true,false,false,", lines[2])
}

func TestThereMustBeSomethingToGrade(t *testing.T) {
	_, err := GradeFolder(open(t, "firewall").Tasks[0], t.TempDir())
	assert.Contains(t, english(err), "no .toml or .json file")
	_, err = GradeFolder(open(t, "firewall").Tasks[0], filepath.Join(t.TempDir(), "nowhere"))
	assert.Contains(t, english(err), "name a folder with saved Labs")
	_, err = open(t, "active").Gradable("")
	assert.Contains(t, english(err), "not done in the Lab")
	_, err = open(t, "firewall").Gradable("task-9")
	assert.Contains(t, english(err), `no task "task-9" that is done in the Lab; there are task`)
}
