package ftp_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ftpscope/assets"
	"ftpscope/sim/ftp"
)

func TestACommandIsCheckedAsItIsWritten(t *testing.T) {
	for text, want := range map[string]string{
		"get notes.txt":      "",
		`get "my notes"`:     "",
		"":                   "",
		"  ls ":              "",
		"get":                "usage: get FILE [LOCAL]",
		"open a b c":         "usage: open HOST [PORT]",
		"fetch notes.txt":    "no such command",
		"ls\r\nDELE x":       "one line",
		"quote SITE CHMOD a": "",
	} {
		if err := ftp.CheckWish(text); want == "" {
			assert.NoError(t, err, text)
		} else {
			assert.Contains(t, assets.Catalog("en").Error(err), want, text)
		}
	}
	assert.True(t, ftp.NeedsSession("get notes.txt"))
	assert.False(t, ftp.NeedsSession("open"))
	assert.Contains(t, ftp.Usages(), "get FILE [LOCAL]")
}
