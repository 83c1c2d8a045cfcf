package ftp

import (
	"strconv"
	"strings"
)

// Texts are a server program's replies: code and text as on the wire, lines of
// a longer one separated by \n, what varies in braces: {path}, {size}, {type},
// {offset} and the like; what a situation does not know stays out of its text.
type Texts map[Situation]string

// TextsOf gives a profile's replies. Situations it does not word itself have
// the plain text.
func TextsOf(p Profile) Texts {
	switch p {
	case Vsftpd:
		return vsftpdTexts
	case Proftpd:
		return proftpdTexts
	case Pureftpd:
		return pureftpdTexts
	}
	return plainTexts
}

// reply words a situation; pairs are a name in braces and what stands for it.
func (t Texts) reply(what Situation, pairs ...string) Reply {
	text, ok := t[what]
	if !ok {
		text = plainTexts[what]
	}
	if len(pairs) > 0 {
		text = strings.NewReplacer(pairs...).Replace(text)
	}
	code, _ := strconv.Atoi(text[:3])
	return Reply{Code: code, Lines: strings.Split(text, "\n")}
}
