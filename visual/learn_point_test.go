package visual

import (
	"strings"
	"testing"

	"gioui.org/io/key"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/lessons"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
)

func TestAnAnswerIsPointedAtByKeyboard(t *testing.T) {
	d := student(t, "", 1600, 1000)
	require.NoError(t, d.app.Player.Learn.OpenStep("active", 4))
	d.settle()
	l := d.app.Player.Learn
	require.Equal(t, lessons.KindHost, l.Question().Kind)
	d.do(hitOf(d, scene.HitHost, 0))
	d.settle()
	d.press(key.NameReturn, 0) // the way on has the keyboard now
	require.NotNil(t, l.Feedback)
	assert.Equal(t, "client-closes", l.Feedback.Misconception)
	d.do(hitOf(d, scene.HitHost, 1))
	d.settle()
	d.press(key.NameReturn, 0)
	assert.True(t, l.Answered())
}

// hitOf is the name of the nth region of a kind on the stage.
func hitOf(d *desk, kind scene.HitKind, n int) string {
	for _, h := range d.app.stage.scene.Hits {
		if h.ID.Kind == kind {
			if n == 0 {
				return h.Name
			}
			n--
		}
	}
	d.t.Fatal("there is no such region")
	return ""
}

func TestARouterIsPointedAtByItsNameAndCalledAsOnTheStage(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("server-firewall", 0))
	d.settle()
	_, box := d.described("Server firewall")
	require.Greater(t, box.Dx(), 80, "as wide as its name")
	d.click(float32(box.Min.X+box.Max.X)/2, float32(box.Min.Y)+4)
	d.settle()
	assert.Equal(t, lessons.Answer{"server-router"}, l.Draft)
	assert.True(t, d.has("Your answer: Server firewall"))
	assert.Equal(t, scene.HitWall, d.app.view.Focus.Kind, "it is ringed")
	assert.False(t, d.app.isNode(scene.HitID{Kind: scene.HitHost, Node: 99}, "client"), "though the picture be of a run with more hosts")
}

func TestARuleIsPointedAtAndNotToldBefore(t *testing.T) {
	d := student(t, "", 1600, 1000)
	require.NoError(t, d.app.Player.Learn.OpenStep("firewall", 2))
	d.settle()
	for _, n := range d.router.AppendSemantics(nil) {
		assert.False(t, n.Desc.Selected && strings.HasPrefix(n.Desc.Label, "Rule "), n.Desc.Label)
		assert.NotContains(t, n.Desc.Description, "Rule 3", "the caption keeps it back")
		assert.NotContains(t, n.Desc.Label, " hits")
		assert.NotContains(t, n.Desc.Description, " hits")
	}
	assert.Equal(t, "?", d.app.hits(model.ClientForward, 2))
	d.do(`Rule 3: iifname "wan" drop comment "inbound"`)
	assert.Contains(t, d.app.pointedName(lessons.KindRule, d.app.Player.Learn.Draft[0]), "Rule 3: ", "as its row in the table")
	d.do("Check answer")
	assert.True(t, d.app.Player.Learn.Answered())
}

func TestTheRuleIsNotToldBeforeTheStepThatAsksForIt(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("firewall", 1))
	l.Give()
	l.Reveal()
	d.settle()
	require.True(t, d.app.Player.InLesson())
	assert.Equal(t, -1, d.app.Player.DecidedBy(), "no rule is lit")
	_, why := d.app.caption(d.app.Player)
	assert.Equal(t, "Which rule did it is asked next.", why)
	assert.False(t, d.app.Player.MayAsk(), "nor is it told why")
	require.NoError(t, l.OpenStep("firewall", 2))
	l.Give()
	d.settle()
	assert.Equal(t, 2, d.app.Player.DecidedBy())
	require.NoError(t, l.OpenStep("firewall", 1))
	d.settle()
	l.Reveal()
	d.settle()
	assert.True(t, d.app.Player.MayAsk(), "going back, it is known")
}

func TestTheRulesThatALessonSpeaksOfAreInSight(t *testing.T) {
	d := student(t, "", 1280, 720)
	l := d.app.Player.Learn
	for _, e := range l.Course() {
		require.NoError(t, l.OpenStep(e.ID, 0))
		for step := range l.Lesson.Steps {
			require.NoError(t, l.OpenStep(e.ID, step))
			d.settle()
			if d.app.inspector.tab != tabFirewall || !d.app.passesAll(model.ClientSide) && !d.app.passesAll(model.ServerSide) {
				continue // of two tables, the one that decided is
			}
			end := d.app.places(d.size).inspector.Max.Y
			for _, n := range d.router.AppendSemantics(nil) {
				if name := n.Desc.Label; strings.HasPrefix(name, "Rule ") && name < "Rule 4" { // of more, the one that decided is
					assert.LessOrEqual(t, n.Desc.Bounds.Max.Y, end, "%s %d: %s", e.ID, step+1, n.Desc.Label)
				}
			}
		}
	}
}

func TestAddressesArePointedAtByKeyboard(t *testing.T) {
	d := student(t, "", 1600, 1000)
	l := d.app.Player.Learn
	require.NoError(t, l.OpenStep("nat", 2))
	d.settle()
	require.Equal(t, lessons.KindAddresses, l.Question().Kind)
	assert.True(t, d.has("Press 2 addresses on the Packet page."))
	d.do("Source address")
	d.do("Destination address")
	d.do("Check answer")
	assert.Equal(t, "destination", l.Feedback.Misconception)
	d.do("It carries") // the oldest of three gives way
	assert.Equal(t, lessons.Answer{"203.0.113.10", "192.168.1.2"}, l.Draft)
	d.do("Destination address")
	d.do("Source address")
	d.do("Check answer")
	assert.True(t, l.Answered())
	assert.False(t, d.has("Source address"), "now it is read, not pressed")
}

func TestWhatFirewallsDoIsHiddenUntilItIsFoundOut(t *testing.T) {
	d := student(t, "", 1280, 720)
	p, l := d.app.Player, d.app.Player.Learn
	require.NoError(t, l.OpenStep("silence", 6))
	told := func() (found []string) {
		for _, page := range []tab{tabFirewall, tabPacket, tabTranscript, tabConnections, tabSequence, tabDiagnosis} {
			d.app.inspector.tab = page
			for n := range p.Run.Trace.Len() + 1 {
				if n%3 != 0 {
					continue
				}
				p.JumpTo(trace.ID(n))
				d.settle()
				for _, s := range d.router.AppendSemantics(nil) {
					for _, word := range []string{"reject", "refuses", "dropped", "drops", "Rule "} {
						if strings.Contains(s.Desc.Label+" "+s.Desc.Description, word) {
							found = append(found, s.Desc.Label+" "+s.Desc.Description)
						}
					}
				}
			}
		}
		return found
	}
	assert.Empty(t, told())
	assert.False(t, p.Action(model.ActWhy).Ready())
	assert.False(t, d.has("Firewall"), "the page")
	l.Give()
	assert.NotEmpty(t, told())
	assert.True(t, p.Action(model.ActWhy).Ready())
}
