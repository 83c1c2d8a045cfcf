package assets

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestUnsolvedSentencesDoNotTellHowAPacketWasStopped(t *testing.T) {
	for _, lang := range Languages() {
		all := Catalog(lang)
		for key := range byKey(t, lang) {
			area, rest, _ := strings.Cut(key, ".")
			if area == "caption" && (strings.HasPrefix(rest, "dropped") || strings.HasPrefix(rest, "rejected")) || area == "verdict" && rest != "lost" {
				assert.Contains(t, []string{all.Text("unsolved.stopped"), all.Text("unsolved.why"), all.Text("unsolved.verdict")}, all.Unsolved().Text(key), "%s in %s", key, lang)
				continue
			}
		}
		assert.Equal(t, all.Text("caption.start"), all.Unsolved().Text("caption.start"))
		assert.Equal(t, all.Text("verdict.lost"), all.Unsolved().Text("verdict.lost"), "nobody stopped that")
	}
}
