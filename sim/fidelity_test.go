package sim

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recordings are runs of real programs across real firewalls and NAT: Linux
// 6.18, vsftpd 3.0.3, curl 7.88.1, lftp 4.9.2, tnftp 20210827, nftables 1.0.6.
// FIDELITY_CASES names another folder of them.
const (
	recordings        = "testdata/fidelity/cases"
	furtherRecordings = "testdata/fidelity/further"
)

// shown is how many differences of a case are worth reading: the later ones
// follow from the first.
const shown = 12

// differentOnPurpose are the cases that the model does not match, and why.
var differentOnPurpose = map[string]string{}

func fidelityCases(t *testing.T) []recordedCase {
	t.Helper()
	folders := []string{recordings, furtherRecordings}
	if other := os.Getenv("FIDELITY_CASES"); other != "" {
		if _, err := os.Stat(other); err != nil && !filepath.IsAbs(other) {
			other = filepath.Join("..", other) // named from the repository's root, while tests run in their package's folder
		}
		folders = []string{other}
	}
	var cases []recordedCase
	for _, folder := range folders {
		cases = append(cases, recordedCases(t, folder)...)
	}
	return cases
}

// For the same scenario the model comes to the same outcome as the real thing,
// with the same lines and the same packets in the same order, dying at the same
// place.
func TestFidelity(t *testing.T) {
	cases := fidelityCases(t)
	matched := 0
	for _, c := range cases {
		t.Run(c.id, func(t *testing.T) {
			tr, err := Run(c.scenario)
			require.NoError(t, err)
			compared := sections
			if p := c.scenario.Client.Program; p != "curl" && p != "raw" {
				compared = roughly
			}
			found := differences(c.result, generic(t, reduce(&c.scenario, tr)), compared)
			if why, ok := differentOnPurpose[c.id]; ok {
				assert.NotEmpty(t, found, "listed as different on purpose (%s), but it matches", why)
				return
			}
			if len(found) == 0 {
				matched++
				return
			}
			if more := len(found) - shown; more > 0 {
				found = append(found[:shown], fmt.Sprintf("and %d differences more", more))
			}
			t.Errorf("%s\n    %s", c.scenario.Title, strings.Join(found, "\n    "))
		})
	}
	t.Logf("%d of %d cases match", matched, len(cases))
}

// What a scenario's fields stand for is the very ruleset that the real routers ran.
func TestFidelityRulesets(t *testing.T) {
	for _, c := range fidelityCases(t) {
		t.Run(c.id, func(t *testing.T) {
			nft, ok := c.result["nft"].(map[string]any)
			require.True(t, ok, "the recording holds no ruleset")
			for _, side := range []string{"client_router", "server_router"} {
				var want []string
				for _, line := range nft[side].([]any) {
					want = append(want, oneForm(line.(string)))
				}
				text, err := Ruleset(&c.scenario, side)
				require.NoError(t, err)
				got := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
				assert.True(t, slices.Equal(want, got), "%s\nrecorded:\n%s\nmodel:\n%s", side, strings.Join(want, "\n"), strings.Join(got, "\n"))
			}
		})
	}
}

var portRange = regexp.MustCompile(`(\d+)-(\d+)`)

// oneForm writes a range of one port as that port: nft takes both.
func oneForm(line string) string {
	return portRange.ReplaceAllStringFunc(line, func(r string) string {
		if first, last, _ := strings.Cut(r, "-"); first == last {
			return first
		}
		return r
	})
}
