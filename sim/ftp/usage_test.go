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
	assert.NotContains(t, assets.Catalog("en").Error(ftp.CheckWish("user ana hunter2 more")), "hunter2")
	assert.True(t, ftp.NeedsSession("get notes.txt"))
	assert.False(t, ftp.NeedsSession("open"))
	assert.Contains(t, ftp.Usages(), "get FILE [LOCAL]")
}

func TestSecretsInWishesAreHidden(t *testing.T) {
	for text, want := range map[string]string{
		"user ana hunter2":         "user ana ••••••",
		`user "ana b" hunter2`:     `user "ana b" ••••••`,
		`"user" ana hunter2`:       `"user" ana ••••••`,
		"login ana hunter2 more":   "login ana ••••••",
		"  login  ana   hunter2":   "login ana ••••••",
		"quote PASS hunter2":       "quote PASS ••••••",
		"quote  acct  hunter2":     "quote acct ••••••",
		"cmd PASS hunter2":         "cmd PASS ••••••",
		"proxy user ana hunter2":   "proxy user ana ••••••",
		"proxy quote PASS hunter2": "proxy quote PASS ••••••",
		"user ana ••••••":          "user ana ••••••",
		"user ana":                 "user ana",
		"login ":                   "login ",
		"login":                    "login",
		"get ana hunter2":          "get ana hunter2",
		"quote NOOP":               "quote NOOP",
		"quote PASS":               "quote PASS",
		"":                         "",
	} {
		assert.Equal(t, want, ftp.MaskWish(text), text)
	}
}
