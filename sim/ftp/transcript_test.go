package ftp

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// said turns "C> …" and "S> …" lines into a transcript, a reply's further
// lines left out.
func said(lines ...string) []Said {
	var out []Said
	inside := ""
	for _, l := range lines {
		text := l[3:]
		if l[0] == 'C' {
			out = append(out, Said{Text: strings.TrimPrefix(text, "<IAC IP><IAC DM>")})
			continue
		}
		if inside != "" {
			if endsReply(text, inside) {
				inside = ""
			}
			continue
		}
		if len(text) > 3 && text[3] == '-' {
			inside = text[:3]
		}
		out = append(out, Said{Server: true, Text: text})
	}
	return out
}

func TestRecordedSessionsFollowTheDiagramsOfRFC959(t *testing.T) {
	for _, r := range recordings(t) {
		assert.NoError(t, CheckTranscript(said(r.Control...)), r.ID)
	}
	for name, lines := range goldenRuns(t) {
		assert.NoError(t, CheckTranscript(said(lines...)), name)
	}
}

func TestATranscriptThatBreaksTheDiagramsIsCaught(t *testing.T) {
	for reason, session := range map[string]string{
		"nobody asked":               "S> 220 hello|S> 200 by the way",
		"not a reply":                "S> hello",
		"a second preliminary reply": "S> 220 hello|C> RETR a|S> 150 go|S> 125 go on",
		"NOOP has no preliminary":    "S> 220 hello|C> NOOP|S> 150 wait",
		"PWD has no intermediate":    "S> 220 hello|C> PWD|S> 350 more",
		"RNFR succeeds with 3yz":     "S> 220 hello|C> RNFR a|S> 250 done",
		"REST succeeds with 3yz":     "S> 220 hello|C> REST 5|S> 200 done",
	} {
		err := CheckTranscript(said(strings.Split(session, "|")...))
		assert.ErrorContains(t, err, reason, session)
	}
}
