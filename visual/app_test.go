package visual

import (
	"image"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gioui.org/io/key"
	"gioui.org/io/semantic"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
	"ftpscope/visual/scene"
)

func TestTabReachesEveryControlInTheOrderOfReading(t *testing.T) {
	for _, size := range [][2]int{{1600, 1000}, {960, 600}} {
		d := open(t, Options{Run: "active-blocked"}, size[0], size[1])
		d.app.Player.JumpToMessage(4)
		d.settle()
		var want, got []string
		for _, c := range d.controls() {
			want = append(want, c.Label)
		}
		// The time bar is neither button nor field, but has the focus in its turn.
		bar := d.app.text("window.time")
		for range 300 {
			name := d.tab()
			if len(got) > 0 && name == got[0] && len(got) >= len(want) {
				break
			}
			if name != bar {
				got = append(got, name)
			}
		}
		assert.Equal(t, want, got)
	}
}

func TestEveryControlHasAName(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 1600, 1000)
	for tab := range tabCount {
		d.app.inspector.tab = tab
		d.settle()
		for _, c := range d.controls() {
			assert.NotEmpty(t, c.Label, "%v at %v", c.Class, c.Bounds)
		}
	}
}

func TestStepsByKeyAndButtonAgree(t *testing.T) {
	d := open(t, Options{Run: "active"}, 1280, 720)
	stops := d.app.Player.Run.Outline.Stops(trace.ByStep)
	d.press(key.NameRightArrow, 0)
	d.settle()
	assert.Equal(t, stops[1], d.app.Player.Cursor.N)
	d.focus("One step forward")
	d.press(key.NameReturn, 0)
	d.settle()
	assert.Equal(t, stops[2], d.app.Player.Cursor.N)
	d.press(key.NamePageUp, 0)
	assert.Equal(t, stops[1], d.app.Player.Cursor.N, "a presenter's clicker")
	d.press(key.NameEnd, 0)
	assert.True(t, d.app.Player.AtEnd())
	d.press(key.NameHome, 0)
	assert.True(t, d.app.Player.AtStart())
	d.press(key.NameRightArrow, key.ModShift)
	d.settle()
	assert.Equal(t, d.app.Player.Run.Outline.Stops(trace.ByPacket)[1], d.app.Player.Cursor.N)
}

func TestSpacePlaysUnlessAButtonHasTheFocus(t *testing.T) {
	d := open(t, Options{Run: "active"}, 1280, 720)
	d.press(key.NameSpace, 0)
	assert.True(t, d.app.Player.Playing())
	d.press(key.NameSpace, 0)
	assert.False(t, d.app.Player.Playing())
	d.focus("Go by messages")
	d.press(key.NameSpace, 0)
	assert.False(t, d.app.Player.Playing())
}

func TestAtRestNoFrameIsAskedFor(t *testing.T) {
	d := open(t, Options{Run: "active"}, 1280, 720)
	_, wake := d.router.WakeupTime()
	assert.False(t, wake)
	d.press(key.NameSpace, 0)
	_, wake = d.router.WakeupTime()
	assert.True(t, wake, "while it plays")
	d.settle()
	assert.True(t, d.app.Player.AtEnd())
}

func TestForwardAndBackLeadToTheSamePicture(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 1600, 1000)
	d.press("2", 0)
	var pictures [][]scene.Shape
	shot := func() []scene.Shape {
		return append(slices.Clone(d.app.stage.scene.Shapes), d.app.sequence.scene.Shapes...)
	}
	for !d.app.Player.AtEnd() {
		pictures = append(pictures, shot())
		d.press(key.NameRightArrow, 0)
		d.settle()
	}
	require.Greater(t, len(pictures), 10)
	for i := len(pictures) - 1; i >= 0; i-- {
		d.press(key.NameLeftArrow, 0)
		d.settle()
		stage := len(d.app.stage.scene.Shapes)
		assert.Equal(t, pictures[i][:stage], shot()[:stage], "message %d", i)
	}
}

func TestARunIsChosenByKeyboard(t *testing.T) {
	d := open(t, Options{Run: "active"}, 1280, 720)
	d.focus("Run")
	d.press(key.NameReturn, 0)
	d.frame()
	d.press(key.NameDownArrow, 0)
	d.frame()
	d.press(key.NameReturn, 0)
	d.settle()
	assert.Equal(t, "passive", d.app.Player.Run.Name)
	d.press(key.NameSpace, 0)
	assert.True(t, d.app.Player.Playing(), "Space plays what was chosen")
}

// described is what the semantic tree says of the control of that name.
func (d *desk) described(label string) (text string, box image.Rectangle) {
	for _, n := range d.router.AppendSemantics(nil) {
		if n.Desc.Label == label {
			return n.Desc.Description, n.Desc.Bounds
		}
	}
	return "", image.Rectangle{}
}

func TestAWrongFieldSaysSoInTheLanguageOfTheWindow(t *testing.T) {
	d := open(t, Options{Run: "active", Language: "pt-BR"}, 1600, 1000)
	d.focus("Servidor: Porta de comandos")
	d.enter("21", "99999")
	why, _ := d.described("Servidor: Porta de comandos")
	assert.Equal(t, "é 99999; fica entre 1 e 65535", why)
}

// settleTyping draws a few frames: a field with a caret that blinks never rests.
func (d *desk) settleTyping() {
	for range 3 {
		d.frame()
	}
}

func TestTheSequenceDiagramLeadsToAMessage(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 1600, 1000)
	hit := d.app.sequence.scene.Hits[3]
	left := float32(1600 - d.app.sequence.scene.W)
	top := 1000 - float32(d.app.transportHeight(1600)) - d.app.sequence.scene.H
	d.click(left+hit.Rect.X+hit.Rect.W/2, top+hit.Rect.Y+hit.Rect.H/2)
	assert.Equal(t, trace.ID(hit.ID.N), d.app.Player.Cursor.N)
}

func TestTheTimeBarScrubs(t *testing.T) {
	d := open(t, Options{Run: "active"}, 1600, 1000)
	length := d.app.Player.Run.Film.Length()
	d.click(900, 1000-float32(d.app.transportHeight(1600))/2)
	assert.Greater(t, d.app.Player.Cursor.Pos, 0.2*length)
	assert.Less(t, d.app.Player.Cursor.Pos, 0.9*length)
}

func TestTheLanguageChangesAtOnce(t *testing.T) {
	d := open(t, Options{Run: "active"}, 1280, 720)
	require.True(t, d.has("Play or pause"))
	d.press("L", key.ModShortcut)
	assert.True(t, d.has("Reproduzir ou pausar"))
	d.press("L", key.ModShortcut)
	assert.True(t, d.has("Reproducir o pausar"))
}

func TestTheKeysAreShownAndPutAway(t *testing.T) {
	d := open(t, Options{Run: "active"}, 1280, 720)
	d.press("?", key.ModShift)
	assert.True(t, d.has("Close"))
	d.press(key.NameEscape, 0)
	assert.False(t, d.has("Close"))
	d.press(key.NameF1, 0)
	d.focus("Close")
	d.press(key.NameReturn, 0)
	assert.False(t, d.has("Close"))
}

func TestNoTwoBindingsShareAKey(t *testing.T) {
	for i, a := range keymap {
		for _, b := range keymap[i+1:] {
			same := a.Name == b.Name && a.Mods&^b.Allow == b.Mods&^a.Allow
			assert.False(t, same && a.Action != b.Action, "%s and %s", a.Action, b.Action)
		}
	}
}

func TestEveryBindingNamesAnAction(t *testing.T) {
	d := open(t, Options{Run: "active"}, 1280, 720)
	for _, b := range keymap {
		assert.NotNil(t, d.app.Player.Action(b.Action).Do, b.Action)
	}
}

func TestWithoutADisplayThereIsAnErrorAndNoWindow(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	if !hasDisplay(os.Getenv) {
		assert.ErrorIs(t, Main(Options{}), ErrNoDisplay)
	}
}

func TestPlayingIsTheClocksNotTheFrames(t *testing.T) {
	a, b := open(t, Options{Run: "active"}, 1280, 720), open(t, Options{Run: "active"}, 1280, 720)
	a.press(key.NameSpace, 0)
	b.press(key.NameSpace, 0)
	for range 10 {
		a.now = a.now.Add(10 * time.Millisecond)
		a.frame()
	}
	for range 2 {
		b.now = b.now.Add(50 * time.Millisecond)
		b.frame()
	}
	assert.InDelta(t, a.app.Player.Cursor.Pos, b.app.Player.Cursor.Pos, 1e-6)
}

func TestNoKeyOfTheCatalogueIsShownInsteadOfItsSentence(t *testing.T) {
	key := regexp.MustCompile(`^(window|action|firewall|packet|sockets|theme|language|run|key|caption|stage)\.[a-z]`)
	for i, lang := range assets.Languages() {
		for _, run := range sim.Presets()[i:] { // every run in some language, every language in most runs
			d := open(t, Options{Run: run, Language: lang}, 1600, 1000)
			for m := range d.app.Player.Run.Outline.Messages {
				d.app.Player.JumpToMessage(m)
				d.app.inspector.tab = tab(m % int(tabSequence))
				d.settle()
				for _, n := range d.router.AppendSemantics(nil) {
					assert.NotRegexp(t, key, n.Desc.Label)
					assert.NotRegexp(t, key, n.Desc.Description)
				}
			}
		}
	}
}

func TestThePageCoversTheStageAndGivesItBack(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 960, 600)
	size := d.context().Constraints.Max
	before := d.app.places(size)
	d.focus("Larger page, over the stage")
	d.press(key.NameReturn, 0)
	assert.Zero(t, d.app.places(size).stage.Dy())
	d.press(key.NameReturn, 0)
	assert.Equal(t, before, d.app.places(size))
}

func TestTheCursorsRowIsSeenInTheSequenceDiagram(t *testing.T) {
	for _, size := range [][2]int{{1600, 1000}, {1280, 720}, {960, 600}} {
		d := open(t, Options{Run: "active-blocked"}, size[0], size[1])
		d.app.inspector.tab = tabSequence
		for m, msg := range d.app.Player.Run.Outline.Messages {
			d.app.Player.JumpToMessage(m)
			d.settle()
			seen := slices.ContainsFunc(d.app.sequence.scene.Hits, func(h scene.Hit) bool { return trace.ID(h.ID.N) == msg.Stop })
			assert.True(t, seen, "message %d at %v", m, size)
		}
	}
}

func TestTheTranscriptShowsTheLineOfTheCursor(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 1280, 720)
	d.app.inspector.tab = tabTranscript
	list := &d.app.inspector.lists[tabTranscript]
	last := func() bool { return list.Position.First+list.Position.Count == d.app.inspector.transcript.shown }
	d.app.Player.JumpToMessage(9)
	d.settle()
	assert.Positive(t, list.Position.First, "there is more than has room")
	assert.True(t, last())
	list.ScrollBy(-3)
	d.settle()
	assert.False(t, last(), "scrolled away, it stays there")
	d.app.Player.Do(model.ActForward)
	d.settle()
	assert.True(t, last(), "until the cursor moves")
}

// The transcript tells what the ladder of the command line tells, in its order.
func TestTheTranscriptTellsWhatIsTypedAndPrintedAtTheClient(t *testing.T) {
	d := open(t, Options{Run: "active-blocked", Language: "pt-BR"}, 1600, 1000)
	p := d.app.Player
	d.app.inspector.tab, d.app.inspector.expanded = tabTranscript, true
	p.JumpToMessage(1)
	d.settle()
	var seen []string
	for _, n := range d.router.AppendSemantics(nil) {
		for _, begin := range []string{"ftp> ", "Conectado a ", "O cliente abre "} {
			if strings.HasPrefix(n.Desc.Label, begin) && n.Desc.Class == semantic.Button {
				seen = append(seen, n.Desc.Label)
			}
		}
	}
	assert.Equal(t, []string{
		"ftp> open", "Conectado a 203.0.113.10:21.",
		"O cliente abre o canal de comando, da sua porta 2000 para a porta 21 do servidor.", "ftp> login ana",
	}, seen)
	p.Do(model.ActEnd)
	rows := d.app.transcribe().rows
	assert.True(t, slices.IsSortedFunc(rows, func(a, b toldRow) int { return int(a.since) - int(b.since) }))
	own := 0
	for i := range p.Printed() {
		if p.Printed()[i].Own() {
			own++
		}
	}
	assert.Len(t, rows, own+len(p.Run.Outline.Messages), "each once")

	p.JumpToMessage(1)
	d.settle()
	d.focus("Conectado a 203.0.113.10:21.")
	d.press(key.NameReturn, 0)
	assert.Equal(t, trace.KindSocket, p.Run.Trace.Event(p.Cursor.N).Kind)
}

func TestTheTranscriptTellsEveryLineOfAReplyWithItsMessage(t *testing.T) {
	d := open(t, Options{Learn: LearnOptions{Lesson: "dialogue"}}, 1280, 720)
	p := d.app.Player
	m := slices.IndexFunc(p.Run.Outline.Messages, func(m trace.Message) bool { return m.Code == 211 })
	require.GreaterOrEqual(t, m, 0)
	rows := d.app.transcribe().rows
	at := slices.IndexFunc(rows, func(r toldRow) bool { return r.printed == nil && r.message == m })
	var told []string
	for _, r := range rows[at+1:] {
		if r.printed == nil || r.printed.Kind != trace.PrintReply {
			break
		}
		assert.Equal(t, rows[at].since, r.since)
		told = append(told, r.printed.Text)
	}
	require.NotEmpty(t, told)
	assert.Equal(t, " EPRT", told[0])
	assert.Equal(t, "211 End", told[len(told)-1])
}
