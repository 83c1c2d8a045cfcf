package visual

import (
	"fmt"
	"image"
	"slices"
	"strings"
	"testing"
	"time"

	"gioui.org/io/key"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
)

// blocked opens active-blocked where the first SYN has died.
func blocked(t *testing.T, w, h int) *desk {
	d := open(t, Options{Run: "active-blocked"}, w, h)
	p := d.app.Player
	for i, m := range p.Run.Outline.Messages {
		if p.JumpToMessage(i); m.Died {
			break
		}
	}
	d.settle()
	return d
}

func TestWhatIfIsAskedAndLeftByKeyboard(t *testing.T) {
	d := blocked(t, 1280, 720)
	place := d.app.Player.Cursor.N
	d.focus("What if this packet had fared otherwise?")
	d.press(key.NameReturn, 0)
	d.settle()
	require.NotNil(t, d.app.Player.Compare)
	assert.True(t, d.app.Player.Compare.Players[1].Run.Trace.Outcome.OK)
	d.press(key.NameEnd, 0)
	d.settle()
	assert.True(t, d.has("The server closes the command channel."))
	d.press(key.NameEscape, 0)
	d.settle()
	assert.Nil(t, d.app.Player.Compare)
	assert.Equal(t, place, d.app.Player.Cursor.N)
}

func TestARowOfTheComparisonMovesBothRuns(t *testing.T) {
	d := blocked(t, 1600, 1000)
	require.NoError(t, d.app.Player.OpenCompare(d.app.Player.Comparisons()[0]))
	d.settle()
	d.focus("4 · Data channel")
	d.press(key.NameReturn, 0)
	d.settle()
	c := d.app.Player.Compare
	assert.Equal(t, 3, c.Row())
	for side, one := range c.Players {
		pair := c.Alignment.Pairs[3]
		assert.GreaterOrEqual(t, one.Cursor.N, [2]trace.Part{pair.A, pair.B}[side].Stop)
	}
	var state string
	for _, control := range d.controls() {
		if control.Label == "4 · Data channel" {
			state = control.Description
		}
	}
	assert.Equal(t, "different. active: server → client: no connection; passive: client → server", state)
}

func TestAComparisonIsChosenByKeyboard(t *testing.T) {
	d := blocked(t, 960, 600)
	require.NoError(t, d.app.Player.OpenCompare(d.app.Player.Comparisons()[0]))
	d.settle()
	d.focus("What is compared")
	d.press(key.NameReturn, 0)
	d.frame()
	d.press(key.NameDownArrow, 0)
	d.frame()
	d.press(key.NameReturn, 0)
	d.settle()
	assert.Equal(t, "compare.rule.client-router", d.app.Player.Compare.Title.Key)
}

func TestTwoRunsPlayUnderOneCursorAndComeToRest(t *testing.T) {
	d := blocked(t, 1280, 720)
	require.NoError(t, d.app.Player.OpenCompare(d.app.Player.Comparisons()[0]))
	d.settle()
	_, wake := d.router.WakeupTime()
	assert.False(t, wake)
	d.press(key.NameHome, 0)
	d.press(key.NameSpace, 0)
	d.settle()
	for _, one := range d.app.Player.Compare.Players {
		assert.True(t, one.AtEnd())
	}
}

func TestTheSequenceDiagramsOfAComparisonGoFirst(t *testing.T) {
	for _, v := range []struct {
		w, h int
		both bool
	}{{1600, 1000, true}, {1280, 720, true}, {960, 600, false}} {
		d := open(t, Options{Run: "active-blocked"}, v.w, v.h)
		p := d.app.comparePlaces(image.Rect(0, 50, v.w, v.h-70))
		assert.Equal(t, v.both, !p.sequences[0].Empty() && !p.sequences[1].Empty(), "%d×%d", v.w, v.h)
		for _, r := range p.runs {
			assert.GreaterOrEqual(t, r.Dx(), 500)
			assert.GreaterOrEqual(t, r.Dy(), 230)
		}
	}
}

func TestNoTextOfAComparisonIsCut(t *testing.T) {
	eachWindow(t, func(t *testing.T, d *desk) {
		p := d.app.Player
		require.NoError(t, p.OpenCompare(p.Comparisons()[0]))
		cut := map[string]string{}
		for row := range p.Compare.Alignment.Pairs {
			p.Compare.JumpToRow(row)
			d.settle()
			for _, text := range d.app.kit.Cut() {
				onTheWay := strings.HasPrefix(text, "SYN ") // a packet between host and wall has little room
				if !onTheWay && !d.mayBeCut(text) && text != d.app.text("compare.modes") && !ofARun(p.Compare, text) {
					cut[text] = fmt.Sprint("row ", row)
				}
			}
		}
		assert.Empty(t, cut)
	})
}

// ofARun reports whether a text is a line of one of the runs.
func ofARun(c *model.Compare, text string) bool {
	for _, one := range c.Players {
		if slices.ContainsFunc(one.Run.Outline.Messages, func(m trace.Message) bool {
			return m.Line != "" && strings.Contains(m.Line, strings.TrimSuffix(text, "…"))
		}) {
			return true
		}
	}
	return false
}

func TestTabReachesEveryControlOfAComparison(t *testing.T) {
	d := blocked(t, 960, 600)
	require.NoError(t, d.app.Player.OpenCompare(d.app.Player.Comparisons()[0]))
	d.settle()
	reached := map[string]bool{}
	for range 60 {
		reached[d.tab()] = true
	}
	for _, c := range d.controls() {
		assert.NotEmpty(t, c.Label)
		assert.True(t, reached[c.Label], c.Label)
	}
}

func TestWhyIsAskedByKeyAndEachLinkJumps(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 1600, 1000)
	p := d.app.Player
	for i, m := range p.Run.Outline.Messages {
		if p.JumpToMessage(i); m.Code == 425 {
			break
		}
	}
	d.press("W", 0)
	d.settle()
	require.True(t, p.Why.Open)
	links := d.app.inspector.why.scene.Hits
	require.Greater(t, len(links), 3)
	assert.Equal(t, `“get notes.txt” was typed at the client.`, links[len(links)-1].Name)
	d.focus(links[len(links)-1].Name)
	d.press(key.NameReturn, 0)
	d.settle()
	assert.EqualValues(t, links[len(links)-1].ID.N, p.Cursor.N)
	assert.Equal(t, links, d.app.inspector.why.scene.Hits, "the chain stays")
	d.press("W", 0)
	d.settle()
	assert.False(t, p.Why.Open)
	d.press("W", 0)
	d.settle()
	d.press(key.NameEscape, 0)
	assert.False(t, p.Why.Open)
}

func TestEveryLineOfTheInspectorCanBeAskedWhy(t *testing.T) {
	d := blocked(t, 1600, 1000)
	for tab, line := range map[tab]string{
		tabSockets:     "Why: Server 203.0.113.10:20, SYN-SENT",
		tabConnections: "Why: Connection 192.168.1.2:2000 to 203.0.113.10:21",
		tabTranscript:  "Why: The client asks for a file: RETR notes.txt.",
	} {
		d.app.Player.Why.Open = false
		d.app.inspector.tab = tab
		d.settle()
		d.focus(line)
		d.press(key.NameReturn, 0)
		d.settle()
		assert.True(t, d.app.Player.Why.Open, line)
		assert.NotEmpty(t, d.app.inspector.why.causes, line)
	}
}

// marked are the names of the controls that have just changed.
func (d *desk) marked() (names []string) {
	for _, c := range d.controls() {
		if strings.HasSuffix(c.Description, d.app.text("window.changed")) {
			names = append(names, c.Label)
		}
	}
	return names
}

func TestWhatHasJustChangedIsMarked(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 1600, 1000)
	d.app.Player.Settings.ReduceMotion = true
	d.press("2", 0)
	d.app.inspector.tab = tabSockets
	d.settle()
	var seen []string
	for range d.app.Player.Run.Outline.Messages {
		d.press(key.NameRightArrow, 0)
		d.settle()
		if names := d.marked(); len(names) > 0 && d.app.Player.World().T < time.Second {
			seen = append(seen, names...)
		}
	}
	for _, want := range []string{"Client 192.168.1.2:2000, ESTAB", "Client 192.168.1.2:2001, LISTEN", "Server 203.0.113.10:20, SYN-SENT"} {
		at := slices.Index(seen, want)
		assert.GreaterOrEqual(t, at, 0, want)
		assert.NotContains(t, seen[at+1:], want, "once")
	}
}

func TestConnectionsShowWhatNATMakesOfThem(t *testing.T) {
	s, err := sim.Preset("active")
	require.NoError(t, err)
	require.NoError(t, s.Set("client_router.nat", "true"))
	require.NoError(t, s.Set("client_router.helper", "true"))
	d := open(t, Options{Run: "mine", Scenario: &s}, 1600, 1000)
	p := d.app.Player
	p.JumpToMessage(1)
	d.app.inspector.tab = tabConnections
	d.settle()
	row := d.app.trackRow(&p.World().Tracks[0])
	assert.Equal(t, [7]string{"command", "Client’s router", "192.168.1.2:2000", "203.0.113.10:21", "inside", "ESTABLISHED", "ASSURED"}, [7]string(row.texts[:7]))
	assert.Equal(t, "299\u00a0s", row.texts[7], "the greeting is not acknowledged yet")
	assert.Equal(t, [2]string{"198.51.100.1:2000", ""}, row.after)
	expected := false
	for i := range p.Run.Outline.Messages {
		p.JumpToMessage(i)
		for k := range p.World().Tracks {
			if e := &p.World().Tracks[k]; e.Expected {
				expected = true
				row := d.app.trackRow(e)
				assert.Equal(t, [7]string{"data", "Client’s router", "203.0.113.10:*", "198.51.100.1:2001", "outside", "expected", ""}, [7]string(row.texts[:7]))
				assert.Contains(t, []string{"300\u00a0s", "299\u00a0s"}, row.texts[7])
				assert.Equal(t, [2]string{"", "192.168.1.2:2001"}, row.after)
			}
		}
	}
	assert.True(t, expected)
}

func TestAnEntryRunsDownWithTheClockAndThatIsNoNews(t *testing.T) {
	s, err := sim.Preset("passive")
	require.NoError(t, err)
	require.NoError(t, s.Set("client_router.firewall", "block-inbound"))
	require.NoError(t, s.Set("user", `["open", "login ana", "@60s noop", "@61s quit"]`))
	d := open(t, Options{Run: "mine", Scenario: &s}, 1600, 1000)
	p := d.app.Player
	d.app.inspector.tab = tabConnections
	said := func(pos float64) string {
		p.Scrub(pos)
		d.settle()
		text, _ := d.described("Connection 192.168.1.2:2000 to 203.0.113.10:21")
		return text
	}
	waits := p.Run.Film.Waits()
	i := slices.IndexFunc(waits, func(w scene.Wait) bool { return w.Virtual > 50*time.Second })
	require.GreaterOrEqual(t, i, 0)
	w := waits[i]
	assert.Equal(t, "ESTABLISHED, Expires in 431999\u00a0s", said(w.From+.01))
	assert.Equal(t, "ESTABLISHED, Expires in 431970\u00a0s", said((w.From+w.To)/2))
	assert.Equal(t, "ESTABLISHED, Expires in 300\u00a0s", said(w.To+1), "a command waits for its acknowledgement")
}

func TestEveryMachineIsDrawnAndATakenArrowJumps(t *testing.T) {
	d := blocked(t, 1600, 1000)
	d.app.inspector.tab = tabMachines
	d.settle()
	all := d.app.machines()
	require.Len(t, all, 4+2*2, "four of FTP, and both ends of two connections")
	for _, m := range all {
		page := &d.app.inspector.machines
		page.shown = m
		d.settle()
		assert.NotEmpty(t, page.scene.Shapes)
		for _, hit := range page.scene.Hits {
			assert.Equal(t, scene.HitArrow, hit.ID.Kind)
			assert.LessOrEqual(t, hit.ID.N, uint32(d.app.Player.Cursor.N), "nothing of the future")
		}
	}
	page := &d.app.inspector.machines
	page.shown = all[0]
	d.settle()
	first := page.scene.Hits[0]
	d.focus(first.Name)
	d.press(key.NameReturn, 0)
	d.settle()
	assert.EqualValues(t, first.ID.N, d.app.Player.Cursor.N)
}

func TestRulesThatAPacketPassedByAreMarked(t *testing.T) {
	d := blocked(t, 1600, 1000)
	var notes []string
	for i, r := range rulesOf(d.app.Player, model.ClientForward) {
		notes = append(notes, d.app.ruleTexts(model.ClientForward, i, r)[6])
	}
	assert.Equal(t, []string{"does not match", "does not match", "SYN 203.0.113.10:20 → 192.168.1.2:2001"}, notes)
}

func TestTabsWithoutRoomAreInAList(t *testing.T) {
	for _, lang := range assets.Languages() {
		d := open(t, Options{Run: "active-blocked", Language: lang, TextSize: 200}, 960, 600)
		d.focus(d.app.text("window.tab.more"))
		d.press(key.NameReturn, 0)
		d.frame()
		last := d.app.text("window.tab." + tabNames[tabSequence])
		d.focus(last)
		d.press(key.NameReturn, 0)
		d.settle()
		assert.Equal(t, tabSequence, d.app.inspector.tab)
	}
}

func TestAComparisonIsLaidOutInAnyWindow(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {320, 240}, {640, 480}, {700, 2000}, {3840, 400}, {3840, 2160}} {
		for _, text := range []int{80, 200} {
			d := open(t, Options{Run: "active-blocked", TextSize: text}, size[0], size[1])
			require.NoError(t, d.app.Player.OpenCompare(d.app.Player.Comparisons()[0]))
			d.app.Player.Compare.JumpToRow(3)
			assert.NotPanics(t, d.settle)
		}
	}
}
