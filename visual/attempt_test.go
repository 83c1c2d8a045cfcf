package visual

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gioui.org/io/key"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/lessons"
	"ftpscope/sim"
	"ftpscope/visual/model"
)

// atTask is a window with the task of a lesson open.
func atTask(t testing.TB, progress, lesson string) *desk {
	d := student(t, progress, 1280, 720)
	d.app.Player.Settings.ReduceMotion = true
	require.NoError(t, d.app.Player.Learn.OpenStep(lesson, 99))
	d.settle()
	return d
}

func nat(d *desk) bool { return d.app.Player.Run.Scenario.ClientRouter.NAT }

func TestAnAttemptAtATaskIsThereAgain(t *testing.T) {
	progress := filepath.Join(t.TempDir(), "progress.json")
	d := atTask(t, progress, "firewall")
	require.False(t, d.has("Start the task over"), "there is nothing yet to start over from")
	d.focus("Client’s router: NAT")
	d.press(key.NameSpace, 0)
	d.settle()
	require.True(t, nat(d))
	attempt := d.app.Player.Run.Scenario.Table()

	d.do("Back")
	d.settle()
	assert.False(t, nat(d), "a step of the lesson tells about its own run")
	for l := d.app.Player.Learn; !l.AtTask(); d.settle() {
		if l.Asking() {
			l.Give()
			d.frame()
		}
		label, _, _ := d.app.onward()
		d.do(label)
	}
	assert.Equal(t, attempt, d.app.Player.Run.Scenario.Table(), "back and forth")
	d.press("Z", key.ModShortcut)
	d.settle()
	assert.False(t, nat(d), "with what can be undone")
	d.press("Z", key.ModShortcut|key.ModShift)
	d.settle()
	require.True(t, nat(d))

	d.do("Lab")
	d.do("Learn")
	d.settle()
	assert.Equal(t, attempt, d.app.Player.Run.Scenario.Table(), "to another place and back")

	d.app.flush() // as the window closes
	d = student(t, progress, 1280, 720)
	d.do("Learn")
	course := d.app.Player.Learn.Course()
	i := slices.IndexFunc(course, func(e model.Entry) bool { return e.ID == "firewall" })
	require.True(t, course[i].Next)
	d.do("Go on: 4 · A firewall says no")
	d.settle()
	assert.Equal(t, attempt, d.app.Player.Run.Scenario.Table(), "closed and started again")

	d.press("L", key.ModShortcut)
	d.settle()
	assert.Equal(t, "pt-BR", d.app.Player.Learn.Lesson.Language)
	assert.Equal(t, attempt, d.app.Player.Run.Scenario.Table(), "in another language")
}

func TestATaskIsStartedOverAndThatIsTakenBack(t *testing.T) {
	d := atTask(t, "", "firewall")
	d.focus("Client’s router: NAT")
	d.press(key.NameSpace, 0)
	d.settle()
	d.do("Start the task over")
	d.settle()
	assert.False(t, nat(d))
	assert.Empty(t, d.app.Player.Learn.Progress.Of("firewall").Tasks["task"].Attempt)
	assert.False(t, d.has("Start the task over"))
	d.press("Z", key.ModShortcut)
	d.settle()
	assert.True(t, nat(d))
	assert.True(t, d.has("Start the task over"))
}

func TestAnAttemptIsWrittenAMomentAfterItChanged(t *testing.T) {
	progress := filepath.Join(t.TempDir(), "progress.json")
	d := atTask(t, progress, "firewall")
	require.NoError(t, d.app.Player.SetPolicy(model.ClientForward, "accept"))
	kept := func() string {
		p, err := lessons.LoadProgress(progress)
		require.NoError(t, err)
		return p.Of("firewall").Tasks["task"].Attempt
	}
	d.frame()
	assert.Empty(t, kept(), "the person is still at it")
	d.settle()
	assert.Contains(t, kept(), "accept")
}

func TestAnAttemptThatCannotBeReadSaysSoAndTheTaskBegins(t *testing.T) {
	progress := filepath.Join(t.TempDir(), "progress.json")
	require.NoError(t, os.WriteFile(progress, []byte(`{"version":1,"lessons":{"firewall":{"step":"task","attempt":"client = 3"}}}`), 0o600))
	d := atTask(t, progress, "firewall")
	l := d.app.Player.Learn
	assert.Contains(t, english(l.Problem), "cannot be taken up")
	assert.Equal(t, l.Task().Run.Scenario.Table(), d.app.Player.Run.Scenario.Table())
	assert.Equal(t, "client = 3", l.Progress.Of("firewall").Tasks["task"].Attempt, "it is kept until there is another")
}

func TestAnAttemptUnderWayIsKeptWhenTheTaskIsLeft(t *testing.T) {
	d := atTask(t, "", "firewall")
	p, b := d.app.Player, &bench{}
	p.Worker = b.do
	require.NoError(t, p.SetPolicy(model.ClientForward, "accept"))
	p.Learn.Back()
	assert.Nil(t, p.Job())
	b.finish()
	d.frame()
	p.Learn.Next()
	assert.Equal(t, "accept", p.Scenario().ClientRouter.Firewall.Policy)
	p.Stop()
	assert.Contains(t, p.Learn.Progress.Of("firewall").Tasks["task"].Attempt, "accept", "and when taking it up is stopped")
}

func TestALineUnderWayIsGivenUpWhenTheTaskIsLeft(t *testing.T) {
	d := atTask(t, "", "active")
	p, b := d.app.Player, &bench{}
	d.fill(p.Learn.Task().Title, "192,168,1,2,21,179")
	p.Worker = b.do
	p.Learn.Write()
	require.NotNil(t, p.Job())
	p.Learn.Back()
	run := p.Run.Trace
	b.finish()
	d.frame()
	assert.Same(t, run, p.Run.Trace, "the step tells about its own run")
}

func TestALineThatWasWrittenIsThereAgain(t *testing.T) {
	progress := filepath.Join(t.TempDir(), "progress.json")
	d := atTask(t, progress, "active")
	l := d.app.Player.Learn
	require.Equal(t, lessons.TaskWrite, l.Task().Kind)
	d.fill(l.Task().Title, "192,168,1,2,21")
	l.Back()
	l.Next()
	assert.Equal(t, lessons.Answer{"192,168,1,2,21"}, l.Draft)
	d.app.flush()
	d = atTask(t, progress, "active")
	assert.Equal(t, lessons.Answer{"192,168,1,2,21"}, d.app.Player.Learn.Draft)
}

func TestALineThatIsTriedIsSeenToTheLastWordOnIt(t *testing.T) {
	progress := filepath.Join(t.TempDir(), "progress.json")
	d := atTask(t, progress, "active")
	l := d.app.Player.Learn
	d.fill(l.Task().Title, "5555")
	d.do("Try it")
	what, _ := d.app.caption(d.app.Player)
	assert.Equal(t, "The server answers 501 Not h1,h2,h3,h4,p1,p2.", what)
	d.fill(l.Task().Title, "192,168,1,2,21,179")
	d.do("Try it")
	what, _ = d.app.caption(d.app.Player)
	assert.Equal(t, "The server answers 226 Transfer complete.", what)
	d.app.flush()

	d = atTask(t, progress, "active")
	v, err := d.app.Player.Learn.Verdict()
	require.NoError(t, err)
	require.NotNil(t, v, "what was done is judged again")
	assert.True(t, v.Done)
	again, _ := d.app.caption(d.app.Player)
	assert.Equal(t, what, again)
}

func TestADoneLineIsShownAgainOnlyIfItIsTheOneThatWasTried(t *testing.T) {
	d := atTask(t, "", "active")
	l := d.app.Player.Learn
	d.fill(l.Task().Title, "192,168,1,2,21,179")
	d.do("Try it")
	require.True(t, l.Done())
	d.fill(l.Task().Title, "192,16")
	l.Back()
	l.Next()
	d.settle()
	v, err := l.Verdict()
	require.NoError(t, err)
	assert.Nil(t, v, "half a line is tried by nobody")
	assert.Zero(t, d.app.Player.Cursor.N)
}

func TestTheComparisonWithAVariantStaysThatWhenTheAttemptChanges(t *testing.T) {
	d := atTask(t, "", "bounce")
	p := d.app.Player
	p.SetField("server.pasv_promiscuous", false)
	p.Learn.ShowVariant(p.Learn.Task().Conditions[2])
	require.NotNil(t, p.Compare)
	require.False(t, p.Compare.Players[1].Run.Scenario.Server.PasvPromiscuous)
	p.Undo()
	require.NotNil(t, p.Compare)
	assert.Equal(t, "compare.condition", p.Compare.Title.Key)
	assert.True(t, p.Compare.Players[1].Run.Scenario.Server.PasvPromiscuous, "of what the attempt is now")
	assert.NotEmpty(t, p.Compare.Players[1].Run.Scenario.Attacker.Script)
}

func TestTheRunThatAConditionIsJudgedByCanBeSeen(t *testing.T) {
	d := atTask(t, "", "bounce")
	p := d.app.Player
	p.SetField("server.pasv_promiscuous", false)
	d.settle()
	d.do("Show the run that this is judged by: The server does not call Ana’s computer for the attacker.")
	d.settle()
	require.NotNil(t, p.Compare)
	judged := p.Compare.Players[1].Run
	assert.Equal(t, []string{"open", "login", "cmd PORT 192,168,1,2,19,136", "send RETR notes.txt", "reply 5", "quit"}, judged.Scenario.Attacker.Script)
	assert.False(t, judged.Scenario.Server.PasvPromiscuous, "it is a variant of the attempt")
	p.CloseCompare()
	d.settle()
	assert.True(t, p.InLesson() && p.Learn.Labs())
	assert.False(t, p.Run.Scenario.Server.PasvPromiscuous)
}

func TestTheWholeAttemptIsInTheProgressFile(t *testing.T) {
	d := atTask(t, "", "firewall")
	p := d.app.Player
	p.SetField("client.mode", "pasv")
	s, err := sim.Parse([]byte(p.Learn.Progress.Of("firewall").Tasks["task"].Attempt), p.Run.Scenario.ID+".toml")
	require.NoError(t, err)
	assert.Equal(t, p.Run.Scenario.Table(), s.Table())
	p.Learn.Again()
	assert.Empty(t, p.Learn.Progress.Of("firewall").Tasks["task"].Attempt, "doing the lesson again begins anew")
	assert.True(t, p.Learn.Progress.Of("firewall").Done, "and what was done stays done")
	assert.False(t, p.Learn.Passed(1), "though its steps are to be gone through")
	require.NoError(t, p.Learn.OpenStep("firewall", 99))
	p.Learn.Solve()
	assert.False(t, p.Learn.Progress.Of("firewall").Shown(), "nor is it forgotten that it was done without help")
}
