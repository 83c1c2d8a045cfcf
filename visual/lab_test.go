package visual

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gioui.org/io/key"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
	"ftpscope/visual/model"
	"ftpscope/visual/widget"
)

// enter types over what stands in the field that has the focus.
func (d *desk) enter(old, text string) {
	d.router.Queue(key.EditEvent{Range: key.Range{Start: 0, End: len([]rune(old))}, Text: text})
	d.frame()
	d.frame()
}

func lab(t testing.TB, run string) *desk {
	d := open(t, Options{Run: run}, 1600, 1000)
	d.app.Player.Settings.ReduceMotion = true
	return d
}

// TestASessionByKeyboardAlone is a whole one: a rule is added, a command typed,
// steps made, a change taken back, the scenario saved and opened again.
func TestASessionByKeyboardAlone(t *testing.T) {
	d := lab(t, "active-blocked")
	p := d.app.Player
	file := filepath.Join(t.TempDir(), "mine")

	d.focus("Add rule: Through the client’s router")
	d.press(key.NameReturn, 0)
	d.frame()
	require.True(t, p.Run.Trace.Outcome.OK)
	d.press(key.NameEscape, 0)
	d.settle()
	d.press(key.NameEnd, 0)

	d.press("P", key.ModShortcut)
	d.frame()
	require.Equal(t, d.app.text("prompt.name"), d.app.kit.Focused)
	d.enter("", "si")
	d.press(key.NameTab, 0)
	assert.Equal(t, "size ", p.Lab.Prompt.Text)
	d.enter("size ", "size no")
	d.press(key.NameTab, 0)
	d.press(key.NameReturn, 0)
	d.settleTyping()
	assert.Equal(t, "size notes.txt", p.Run.Scenario.User[3])
	lines := p.Session()
	assert.Equal(t, "213 12288", lines[len(lines)-1].Text)

	d.press(key.NameEscape, 0)
	d.settle()
	n := p.Cursor.N
	d.press(key.NameLeftArrow, 0)
	assert.Less(t, p.Cursor.N, n)
	d.press("Z", key.ModShortcut)
	assert.Len(t, p.Run.Scenario.User, 4)
	d.press("Z", key.ModShortcut|key.ModShift)
	assert.Len(t, p.Run.Scenario.User, 5)

	d.press("S", key.ModShortcut)
	d.frame()
	require.Equal(t, "Save as", d.app.kit.Focused)
	d.enter("active-blocked.toml", file)
	d.press(key.NameReturn, 0)
	d.frame()
	require.True(t, d.has("Save") == false, "the strip is away")
	assert.False(t, p.Changed())
	saved := p.Run.Scenario.Table()

	require.NoError(t, p.Choose("passive"))
	d.press("O", key.ModShortcut)
	d.frame()
	d.enter("", file+".toml")
	d.press(key.NameReturn, 0)
	d.frame()
	back := p.Run.Scenario.Table()
	delete(saved, "id")
	delete(back, "id")
	assert.Equal(t, saved, back)
	assert.True(t, p.AtStart())
	d.settle()
}

func TestAFieldKeepsWhatIsWrongAndSaysWhy(t *testing.T) {
	d := lab(t, "active")
	p := d.app.Player
	before := p.Run.Trace
	d.focus("Server: Command port")
	d.enter("21", "99999")
	assert.Same(t, before, p.Run.Trace)
	assert.Equal(t, "99999", d.app.form.field("server.control_port").text.Editor.Text())
	assert.Contains(t, english(p.FieldErr("server.control_port")), "between 1 and 65535")
	d.enter("99999", "2121")
	assert.NoError(t, p.FieldErr("server.control_port"))
	assert.Equal(t, 2121, p.Run.Scenario.Server.ControlPort)
	d.press(key.NameEscape, 0)
	d.settle()
	d.press("Z", key.ModShortcut)
	d.frame()
	assert.Equal(t, 21, p.Run.Scenario.Server.ControlPort)
	assert.Equal(t, "21", d.app.form.field("server.control_port").text.Editor.Text())
	d.settle()
}

func TestAChangeInTheFormKeepsThePlace(t *testing.T) {
	d := lab(t, "active-blocked")
	p := d.app.Player
	p.JumpToMessage(4)
	d.focus("Client’s router: NAT")
	d.press(key.NameSpace, 0)
	assert.True(t, p.Run.Scenario.ClientRouter.NAT)
	assert.Equal(t, 4, p.Message())
}

func TestTheNetworkIsAPageWhereTheWindowIsNarrow(t *testing.T) {
	d := open(t, Options{Run: "active"}, 960, 600)
	assert.False(t, d.has("Client: First ports"))
	d.focus("Network")
	d.press(key.NameReturn, 0)
	d.frame()
	assert.True(t, d.has("Client: First ports"))
	d.size.X = 1600
	d.frame()
	assert.True(t, d.has("Client: First ports"), "beside the stage")
	assert.False(t, d.has("Network"))
}

func TestATallPageCoversTheStageWhereThereIsRoomForALineOrTwo(t *testing.T) {
	d := open(t, Options{Run: "active"}, 960, 600)
	for _, page := range []string{"Network", "Packet"} {
		for _, expanded := range []bool{true, false} {
			d.focus(page)
			d.press(key.NameReturn, 0)
			d.frame()
			assert.Equal(t, expanded, d.app.inspector.expanded, page)
		}
	}
	d.focus("Firewall")
	d.press(key.NameReturn, 0)
	d.frame()
	assert.False(t, d.app.inspector.expanded, "its rules light up beside the stage")
	d = open(t, Options{Run: "active"}, 1180, 900)
	d.focus("Network")
	d.press(key.NameReturn, 0)
	d.frame()
	assert.False(t, d.app.inspector.expanded, "there is room for both")
}

func TestEscapeLeavesThePromptWhileWorkIsOffered(t *testing.T) {
	d := lab(t, "active")
	d.app.files.offer = &unsaved{Version: unsavedVersion, Name: "active"}
	d.press("P", key.ModShortcut)
	d.frame()
	require.Equal(t, widget.FocusText, d.app.kit.Focus)
	d.press(key.NameEscape, 0)
	d.frame()
	assert.Equal(t, widget.FocusNone, d.app.kit.Focus)
	assert.NotNil(t, d.app.files.offer)
	assert.Equal(t, "Work on “Active mode” was not saved last time.", d.app.stripText(), "called what the window calls it")
}

func TestEnterKeepsARuleThatCannotBeRead(t *testing.T) {
	d := open(t, Options{Run: "active-blocked"}, 1280, 720)
	p := d.app.Player
	p.OpenRule(model.ClientForward, 0)
	d.settleTyping()
	write(d, "nonsense")
	d.press(key.NameReturn, 0)
	d.settleTyping()
	assert.True(t, p.Edit.Open)
	assert.Equal(t, "nonsense", p.Edit.Text)
	d.press(key.NameEscape, 0)
	d.settle()
	assert.False(t, p.Edit.Open, "Escape gives it up")
}

func TestALineThatIsNoCommandStaysInThePrompt(t *testing.T) {
	d := lab(t, "active")
	d.press("P", key.ModShortcut)
	d.frame()
	d.enter("", "fetch notes.txt")
	d.press(key.NameReturn, 0)
	d.settleTyping()
	assert.Contains(t, english(d.app.Player.Lab.Prompt.Err), "no such command")
	assert.Equal(t, "fetch notes.txt", d.app.inspector.prompt.field.Editor.Text())
	d.press(key.NameUpArrow, 0)
	d.press(key.NameDownArrow, 0)
	d.frame()
	assert.Equal(t, "", d.app.inspector.prompt.field.Editor.Text())
}

func TestALineOfTheSessionLeadsToItsMoment(t *testing.T) {
	d := lab(t, "passive")
	p := d.app.Player
	p.Do(model.ActEnd)
	d.app.inspector.tab = tabPrompt
	d.frame()
	d.frame()
	lines := p.Session()
	last := lines[len(lines)-1]
	d.focus(last.Text)
	d.press(key.NameReturn, 0)
	assert.Equal(t, last.At, p.Cursor.N)
	d.settle()
}

func TestARemedyIsOneKeyAway(t *testing.T) {
	d := lab(t, "active-blocked")
	p := d.app.Player
	d.app.inspector.tab = tabDiagnosis
	d.frame()
	remedy := p.Diagnosis().Remedies[0]
	d.focus("Apply: " + d.app.say(remedy.Say))
	d.press(key.NameReturn, 0)
	assert.True(t, p.Run.Trace.Outcome.OK)
	d.press("Z", key.ModShortcut)
	d.focus("Compare: " + d.app.say(remedy.Say))
	d.press(key.NameReturn, 0)
	require.NotNil(t, p.Compare)
	assert.Equal(t, model.PlaceCompare, p.Shown())
	d.focus("Lab")
	d.press(key.NameReturn, 0)
	assert.Equal(t, model.PlaceLab, p.Shown())
}

func TestWhatCannotBeSavedOrOpenedSaysWhyAndStays(t *testing.T) {
	d := lab(t, "active")
	p := d.app.Player
	d.press("S", key.ModShortcut)
	d.frame()
	bad := filepath.Join(t.TempDir(), "no", "folder.toml")
	d.enter("active.toml", bad)
	d.press(key.NameReturn, 0)
	d.frame()
	assert.Error(t, d.app.files.err)
	assert.Equal(t, bad, d.app.files.path.Editor.Text())
	d.press(key.NameEscape, 0)
	assert.Equal(t, model.AskNothing, p.Lab.Ask)

	before := p.Run.Trace
	d.press("O", key.ModShortcut)
	d.frame()
	d.enter("", filepath.Join(t.TempDir(), "none.toml"))
	d.press(key.NameReturn, 0)
	d.frame()
	assert.ErrorIs(t, d.app.files.err, os.ErrNotExist)
	assert.Same(t, before, p.Run.Trace)
}

func TestAFileIsReplacedOnlyWhenAskedTwice(t *testing.T) {
	d := lab(t, "active")
	file := filepath.Join(t.TempDir(), "other.toml")
	require.NoError(t, os.WriteFile(file, []byte("theirs"), 0o600))
	d.press("S", key.ModShortcut)
	d.frame()
	d.enter("active.toml", file)
	d.press(key.NameReturn, 0)
	d.frame()
	assert.Contains(t, english(d.app.files.err), "already")
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "theirs", string(kept))
	d.press(key.NameReturn, 0)
	d.frame()
	assert.Equal(t, file, d.app.Player.Lab.File)
	_, err = sim.Load(file)
	assert.NoError(t, err)
}

func TestAHostThatIsNotThereHasOneFieldThatBringsIt(t *testing.T) {
	for place, fields := range map[string][2]string{
		"Second server: In the network": {"Second server: Command port", "second_server.on=true"},
		"Attacker: Where":               {"Attacker: What it does", "attacker.place=internet"},
	} {
		d := lab(t, "active")
		d.frame()
		field := func(label string) bool {
			for _, n := range d.router.AppendSemantics(nil) {
				if strings.HasPrefix(n.Desc.Label, label) {
					return true
				}
			}
			return false
		}
		assert.True(t, field(place), place)
		assert.False(t, field(fields[0]), fields[0])
		key, value, _ := strings.Cut(fields[1], "=")
		require.NoError(t, d.app.Player.Run.Scenario.Set(key, value))
		d.frame()
		assert.True(t, field(fields[0]), fields[0])
	}
}

func TestAFileChosenInTheSystemsDialogIsSavedAtOnce(t *testing.T) {
	for _, name := range []string{"mine.toml", "mine"} {
		d := lab(t, "active")
		file := filepath.Join(t.TempDir(), name)
		d.app.files.browse = func(save bool, offered string, done func(string, error)) {
			assert.True(t, save)
			assert.Equal(t, "active.toml", offered)
			require.NoError(t, os.WriteFile(file, nil, 0o600)) // the desktop portal makes it
			done(file, nil)
		}
		d.press("S", key.ModShortcut)
		d.frame()
		d.do("Browse…")
		assert.Equal(t, file, d.app.Player.Lab.File, "asked in the dialog, not once more")
		saved, err := sim.Load(file)
		require.NoError(t, err)
		assert.Equal(t, d.app.Player.Run.Scenario.Title, saved.Title)
	}
}

func TestUnsavedWorkIsOfferedAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "unsaved.json")
	d := lab(t, "active")
	d.app.remember(file, time.Hour)
	d.frame()
	assert.NoFileExists(t, file)
	d.app.Player.SetField("client_router.nat", true)
	d.frame()
	assert.NoFileExists(t, file, "the person is still at it")
	d.app.keeper.flush()
	require.FileExists(t, file)
	want := d.app.Player.Run.Scenario.Table()

	next := lab(t, "passive") // the program was started again
	next.app.remember(file, time.Hour)
	next.frame()
	next.focus("Restore")
	next.press(key.NameReturn, 0)
	next.frame()
	assert.Equal(t, want, next.app.Player.Run.Scenario.Table())
	assert.True(t, next.app.Player.Changed())
	assert.False(t, next.has("Restore"))
	next.settle()

	again := lab(t, "passive")
	again.app.remember(file, time.Hour)
	again.frame()
	again.focus("Discard")
	again.press(key.NameReturn, 0)
	assert.NoFileExists(t, file)
}

func TestSavedWorkIsNotKeptTwice(t *testing.T) {
	dir := t.TempDir()
	d := lab(t, "active")
	d.app.remember(filepath.Join(dir, "unsaved.json"), time.Hour)
	d.app.Player.SetField("client_router.nat", true)
	d.frame()
	d.app.keeper.flush()
	require.FileExists(t, filepath.Join(dir, "unsaved.json"))
	d.app.files.text = filepath.Join(dir, "mine.toml")
	d.app.Player.Lab.Ask = model.AskSave
	d.app.saveFile()
	d.frame()
	d.app.keeper.flush()
	assert.NoFileExists(t, filepath.Join(dir, "unsaved.json"))
	_, err := sim.Load(filepath.Join(dir, "mine.toml"))
	assert.NoError(t, err)
}

func TestUnsavedWorkIsWrittenAfterAPause(t *testing.T) {
	file := filepath.Join(t.TempDir(), "unsaved.json")
	d := lab(t, "active")
	d.app.remember(file, time.Millisecond)
	d.app.Player.SetField("client_router.nat", true)
	d.frame()
	assert.Eventually(t, func() bool { _, err := os.Stat(file); return err == nil }, 5*time.Second, 5*time.Millisecond)
}

func TestADamagedFileOfUnsavedWorkIsSetAside(t *testing.T) {
	for _, content := range []string{"", "{", `{"Version":99}`, `{"Version":1,"Name":"x","Scenario":"client = 3"}`} {
		file := filepath.Join(t.TempDir(), "unsaved.json")
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		d := lab(t, "active")
		d.app.remember(file, time.Hour)
		d.frame()
		assert.Nil(t, d.app.files.offer)
		assert.NoFileExists(t, file)
		kept, err := os.ReadFile(file + ".damaged-1")
		require.NoError(t, err)
		assert.Equal(t, content, string(kept))
		assert.True(t, strings.Contains(english(d.app.files.say), "damaged-1"))
	}
}

func TestNothingOfTheLabAsksForFramesAtRest(t *testing.T) {
	d := lab(t, "active-blocked")
	for _, tab := range []tab{tabNetwork, tabPrompt, tabDiagnosis} {
		for _, width := range []int{960, 1600} {
			d.size.X = width
			d.app.inspector.tab = tab
			d.settle()
			_, wake := d.router.WakeupTime()
			assert.False(t, wake)
		}
	}
}

func TestEveryFieldHasAName(t *testing.T) {
	d := lab(t, "active")
	for _, lang := range d.app.Player.Settings.Languages {
		d.app.Player.Settings.Language = lang
		d.frame()
		for _, g := range model.Form() {
			assert.NotEqual(t, "form."+g.Name, d.app.text("form."+g.Name))
			for _, f := range g.Fields {
				assert.NotEqual(t, f.Path, d.app.fieldLabel(f.Path), lang)
			}
		}
	}
}

func TestNoTextOfTheWholeFormIsCut(t *testing.T) {
	eachWindow(t, func(t *testing.T, d *desk) {
		d.app.form.all = true
		d.app.inspector.tab, d.app.inspector.expanded = tabNetwork, true
		d.settle()
		for _, text := range d.app.kit.Cut() {
			if !d.mayBeCut(text) {
				assert.Fail(t, "cut", text)
			}
		}
	})
}
