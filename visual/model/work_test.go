package model_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
	"ftpscope/sim/trace"
	"ftpscope/visual/model"
)

// bench is a worker whose work takes as long as a test wants it to.
type bench struct {
	simulator
	quick  bool // all of it is done at once
	broken bool // no run comes to an end
	works  []func()
	ended  int // of works
}

var errBroken = errors.New("broken")

func (b *bench) Run(ctx context.Context, s sim.Scenario, report func(sim.Progress)) (*trace.Trace, error) {
	if b.broken {
		return nil, errBroken
	}
	return b.simulator.Run(ctx, s, report)
}

func (b *bench) do(work func()) func() bool {
	b.works = append(b.works, work)
	mine := len(b.works)
	if b.quick {
		b.finish()
	}
	return func() bool { return b.ended >= mine }
}

// finish does all the work there is.
func (b *bench) finish() {
	for ; b.ended < len(b.works); b.ended++ {
		b.works[b.ended]()
	}
}

// slow is a player whose runs are not there until finished.
func slow(t require.TestingT, name string) (*model.Player, *bench) {
	b := &bench{}
	p, err := model.New(b, name, languages)
	require.NoError(t, err)
	p.Worker = b.do
	return p, b
}

// land finishes the work and puts it in place.
func land(t *testing.T, p *model.Player, b *bench) {
	b.finish()
	for n := 0; p.Land(); n++ {
		require.Less(t, n, 10)
		b.finish()
	}
	assert.Nil(t, p.Job())
}

func TestALongRunIsMadeBesideThePresentOne(t *testing.T) {
	p, b := slow(t, "active-blocked")
	p.JumpToMessage(4)
	before := p.Run.Trace
	p.SetField("client_router.nat", true)
	require.NotNil(t, p.Job())
	assert.Equal(t, model.JobChange, p.Job().Kind)
	assert.Same(t, before, p.Run.Trace, "it is not there yet")
	assert.True(t, p.Scenario().ClientRouter.NAT, "the form shows it all the same")
	assert.True(t, p.Changed())
	assert.False(t, p.Land(), "nor now")
	p.Do(model.ActForward)
	p.Settle()
	p.Back(trace.ByMessage)
	at := p.Message()
	b.finish()
	assert.True(t, p.Land())
	assert.Nil(t, p.Job())
	assert.True(t, p.Run.Scenario.ClientRouter.NAT)
	assert.Equal(t, at, p.Message(), "the place is the one that the person went to meanwhile")
}

func TestProgressIsToldWhileARunIsMade(t *testing.T) {
	p, b := slow(t, "passive")
	p.WriteField(field(t, "file_bytes"), "3000000")
	job := p.Job()
	assert.Zero(t, job.Progress())
	b.finish()
	assert.EqualValues(t, 3_000_000, job.Progress().Total)
	assert.Greater(t, job.Progress().Bytes, int64(2_000_000))
	assert.Greater(t, job.Progress().Events, 10_000)
}

func TestANewerChangeIsBuiltOnTheOneUnderWayAndTakesItsPlace(t *testing.T) {
	p, b := slow(t, "active")
	p.SetField("client_router.nat", true)
	p.WriteField(field(t, "seed"), "9")
	require.NoError(t, p.AddRule(model.ServerForward))
	land(t, p, b)
	assert.Len(t, b.works, 3)
	s := p.Run.Scenario
	assert.True(t, s.ClientRouter.NAT)
	assert.EqualValues(t, 9, s.Seed)
	assert.NotEmpty(t, s.ServerRouter.Firewall.Rules)
	b.quick = true
	p.Undo()
	p.Undo()
	assert.NotEqualValues(t, 9, p.Run.Scenario.Seed, "each is a change of its own to undo")
	assert.True(t, p.Run.Scenario.ClientRouter.NAT)
	p.Undo()
	assert.False(t, p.Changed())
}

func TestStoppingLeavesEverythingAsItWasAndWhatWasTyped(t *testing.T) {
	p, b := slow(t, "active-blocked")
	b.quick = true
	p.SetField("server_router.nat", true)
	b.quick = false
	before, run := p.Run.Scenario.Table(), p.Run.Trace
	bytes := field(t, "file_bytes")
	p.WriteField(bytes, "5000")
	p.WriteField(bytes, "50000")
	p.SetField("client_router.nat", true)
	p.OpenRule(model.ClientForward, 0)
	p.WriteRule("tcp dport 21 accept")
	require.NoError(t, p.Edit.Err)
	require.True(t, p.Do(model.ActStop))
	assert.Nil(t, p.Job())
	assert.Equal(t, before, p.Scenario().Table())
	assert.Same(t, run, p.Run.Trace)
	assert.Equal(t, "50000", p.FieldText(bytes), "what was typed stands there still")
	assert.ErrorIs(t, p.FieldErr("file_bytes"), model.ErrStopped)
	assert.Equal(t, "tcp dport 21 accept", p.Edit.Text)
	assert.ErrorIs(t, p.Edit.Err, model.ErrStopped)
	b.finish()
	assert.False(t, p.Land(), "what was stopped never comes")
	assert.False(t, p.Action(model.ActRedo).Ready())
	p.WriteField(bytes, "50000")
	land(t, p, b)
	assert.Equal(t, 50000, p.Run.Scenario.FileBytes, "written again it is tried again")
	assert.NoError(t, p.FieldErr("file_bytes"))
	p.Undo()
	land(t, p, b)
	p.Undo()
	assert.Equal(t, "none", p.Scenario().ServerRouter.DNAT)
	assert.False(t, p.Scenario().ServerRouter.NAT, "the history is the one from before")
}

func TestUndoingWhatIsUnderWayNeedsNoRun(t *testing.T) {
	p, b := slow(t, "active")
	run := p.Run.Trace
	p.SetField("client_router.nat", true)
	p.Undo()
	assert.Nil(t, p.Job())
	assert.Same(t, run, p.Run.Trace)
	assert.False(t, p.Changed())
	p.Redo()
	require.NotNil(t, p.Job())
	land(t, p, b)
	assert.True(t, p.Run.Scenario.ClientRouter.NAT)
}

func TestARunThatFailsLateSaysSoWhereItWasAskedFor(t *testing.T) {
	p, b := slow(t, "active")
	p.WriteField(field(t, "max_events"), "100")
	land(t, p, b)
	assert.ErrorContains(t, p.FieldErr("max_events"), "error.field.bound")
	assert.NoError(t, p.Problem)
	p.SetField("client_router.nat", true)
	land(t, p, b)
	assert.True(t, p.Run.Scenario.ClientRouter.NAT)
	assert.Equal(t, "100", p.FieldText(field(t, "max_events")))
}

func TestAChangeThatFailsAtOnceLeavesWhatIsUnderWay(t *testing.T) {
	p, b := slow(t, "active")
	p.SetField("client_router.nat", true)
	b.quick = true
	b.ended++ // the first goes on
	p.SetField("server_router.dnat", "control")
	assert.ErrorContains(t, p.FieldErr("server_router.dnat"), "error.field.dnat_private")
	assert.NotNil(t, p.Job())
	b.works[0]()
	assert.True(t, p.Land())
	assert.True(t, p.Run.Scenario.ClientRouter.NAT)
}

func TestAStoppedLineIsInThePromptAgain(t *testing.T) {
	p, b := slow(t, "active")
	p.JumpToMessage(4)
	say(p, "pwd")
	assert.Empty(t, p.Lab.Prompt.Text)
	p.Stop()
	assert.Equal(t, "pwd", p.Lab.Prompt.Text)
	assert.ErrorIs(t, p.Lab.Prompt.Err, model.ErrStopped)
	assert.NotContains(t, p.Scenario().User, "pwd")
	p.Say()
	p.Write("ls") // the next one is being typed already
	land(t, p, b)
	assert.Contains(t, p.Run.Scenario.User, "pwd")
	assert.Equal(t, "ls", p.Lab.Prompt.Text)
	assert.True(t, p.Playing(), "the answer is played")
}

func TestOpeningAnotherRunInterruptsAChangeOnly(t *testing.T) {
	p, b := slow(t, "active")
	p.SetField("client_router.nat", true)
	require.NoError(t, p.Choose("passive"))
	assert.Equal(t, model.JobOpen, p.Job().Kind)
	assert.True(t, p.Scenario().ClientRouter.NAT, "until it is there the person works on")
	p.Stop()
	assert.Equal(t, model.JobChange, p.Job().Kind, "the change goes on")
	require.NoError(t, p.Choose("passive"))
	land(t, p, b)
	assert.Equal(t, "passive", p.Run.Name)
	assert.False(t, p.Run.Scenario.ClientRouter.NAT)
	assert.False(t, p.Action(model.ActUndo).Ready())
	assert.True(t, p.AtStart())
}

func TestTwoRunsAreMadeBesideOne(t *testing.T) {
	p, b := slow(t, "active-blocked")
	require.NoError(t, p.Go(model.PlaceCompare))
	assert.Nil(t, p.Compare)
	assert.Equal(t, model.JobCompare, p.Job().Kind)
	require.NoError(t, p.Go(model.PlaceLab))
	assert.Nil(t, p.Job(), "who goes elsewhere does not want it any more")
	require.NoError(t, p.Go(model.PlaceCompare))
	land(t, p, b)
	require.NotNil(t, p.Compare)
	assert.Same(t, p.Run.Trace, p.Compare.Players[0].Run.Trace, "the run there is needs not be made again")
	shown := p.Compare
	require.NoError(t, p.ToggleRule(model.ClientForward, 2))
	assert.Same(t, shown, p.Compare)
	land(t, p, b)
	assert.True(t, p.Compare.Players[0].Run.Scenario.ClientRouter.Firewall.Rules[2].Off)
	assert.True(t, p.Compare.Players[1].Run.Scenario.ClientRouter.Firewall.Rules[2].Off)
}

func TestAComparisonThatIsOpenedDuringAChangeIsOfWhatCameOfIt(t *testing.T) {
	p, b := slow(t, "active-blocked")
	require.NoError(t, p.ToggleRule(model.ClientForward, 2))
	require.NoError(t, p.Go(model.PlaceCompare))
	land(t, p, b)
	require.NotNil(t, p.Compare)
	assert.True(t, p.Run.Scenario.ClientRouter.Firewall.Rules[2].Off)
	assert.True(t, p.Compare.Players[1].Run.Scenario.ClientRouter.Firewall.Rules[2].Off)
}

func TestWhatIsSavedDuringAChangeIsTheChange(t *testing.T) {
	p, b := slow(t, "active")
	p.SetField("client_router.nat", true)
	_, _, s, changed := p.Work()
	assert.True(t, changed && s.ClientRouter.NAT)
	p.Saved("mine.toml")
	assert.False(t, p.Changed())
	land(t, p, b)
	assert.False(t, p.Changed())
}

func TestAWholeRunIsGoneThroughWhileAnotherIsMade(t *testing.T) {
	p, _ := slow(t, "active-blocked")
	p.SetField("client_router.nat", true)
	for !p.AtEnd() {
		p.Forward(trace.ByPacket)
		p.Settle()
	}
	assert.NotEmpty(t, p.Session())
	assert.False(t, p.Diagnosis().OK)
}

// TestTheWorkSharesNothingWithThePlayer is for the race detector: the person
// goes on while runs are made in another goroutine.
func TestTheWorkSharesNothingWithThePlayer(t *testing.T) {
	p := open(t, "active-blocked")
	p.Worker = func(work func()) func() bool {
		ended := make(chan struct{})
		go func() { work(); close(ended) }()
		return func() bool {
			select {
			case <-ended:
				return true
			default:
				return false
			}
		}
	}
	for _, change := range []func(){
		func() { p.WriteField(field(t, "file_bytes"), "2000000") },
		func() { require.NoError(t, p.AddRule(model.ClientForward)) },
		func() { require.NoError(t, p.Go(model.PlaceCompare)) },
		func() { p.SetField("client_router.nat", true) },
		func() { p.Undo() },
		func() { require.NoError(t, p.Choose("passive")) },
	} {
		change()
		for !p.Land() {
			p.Do(model.ActForward)
			p.Transport().Home()
			_ = p.Session()
			_ = p.Diagnosis()
			_ = p.Comparisons()
			_ = p.World()
			_ = rulesOf(p, model.ClientForward)
			_ = p.Changed()
			p.Job().Progress()
		}
	}
	assert.Equal(t, "passive", p.Run.Name)
}
