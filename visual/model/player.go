package model

import (
	"context"

	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// Simulator offers runs by name and makes them. Package sim is one; tests
// bring recordings of their own.
type Simulator interface {
	Presets() []string
	Preset(name string) (sim.Scenario, error)
	Run(ctx context.Context, s sim.Scenario, report func(sim.Progress)) (*trace.Trace, error)
}

// Player is the state of the window.
type Player struct {
	Settings Settings
	Run      Run
	Cursor   Cursor
	Selected trace.ID // the sending of a packet that was pointed at; 0: none
	Edit     Edit
	Why      Why
	Compare  *Compare // two runs on show in place of this one; nil: none
	Learn    *Learn   // lessons; nil: none
	Problem  error    // why the latest thing that took a while could not be done
	Lab      Lab
	Worker   Worker // does what may take long

	sim     Simulator
	job     *Job
	world   *trace.World
	before  *trace.World
	history history
	actions map[ActionID]Action
}

// New opens the named run; an empty name means the first one.
func New(s Simulator, name string, languages []string) (*Player, error) {
	if name == "" {
		name = s.Presets()[0]
	}
	scenario, err := s.Preset(name)
	if err != nil {
		return nil, err
	}
	return Open(s, name, scenario, languages)
}

// Open plays a scenario that need not be a preset.
func Open(s Simulator, name string, scenario sim.Scenario, languages []string) (*Player, error) {
	p := &Player{sim: s, Settings: newSettings(languages), Worker: InPlace}
	p.actions = p.makeActions()
	r, err := simulate(context.Background(), s, &Job{}, name, scenario)
	if err != nil {
		return nil, err
	}
	p.load(r)
	p.Saved("")
	return p, nil
}

// Presets are the names of the runs that can be chosen.
func (p *Player) Presets() []string { return p.sim.Presets() }

// Choose opens another run at its beginning. Undo leads back within a run, not
// from one run to another.
func (p *Player) Choose(name string) error {
	scenario, err := p.sim.Preset(name)
	if err != nil {
		return err
	}
	return p.another(name, scenario, func() { p.Saved("") })
}

// another shows another run at its beginning, once it is made.
func (p *Player) another(name string, s sim.Scenario, landed func()) error {
	return p.remake(&Job{Kind: JobOpen}, name, s, func(int) {
		p.begin()
		landed()
		p.Learn.try(&p.Run.Scenario)
	}, nil)
}

// remake has a run made in place of the one on show; where two are on show, both,
// and where a task is judged by it, with the verdict. Until then, and when it
// fails, everything stays as it is. landed is told at which message the run
// before was left.
func (p *Player) remake(j *Job, name string, s sim.Scenario, landed func(message int), failed func(error)) error {
	if p.Fixed() {
		return ErrFixed
	}
	made, message := p.sim, -1
	var was *Comparison
	if p.Compare != nil {
		c := p.Compare.Comparison
		was = &c
	}
	if j.Kind == JobChange {
		message = p.Message()
	}
	task := p.Learn.attempted()
	return p.beside(j, func(ctx context.Context) (func(), error) {
		r, err := simulate(ctx, made, j, name, s)
		if err != nil {
			return nil, err
		}
		var x *Compare
		if was != nil {
			c, err := r.comparison(*was, message)
			if err == nil {
				x, err = compare(ctx, made, j, &r, c)
			}
			if err != nil {
				return nil, err
			}
		}
		v := judge(ctx, task, &r)
		return func() {
			p.Settle()
			message := p.Message()
			p.load(r)
			landed(message)
			p.Learn.note(task, v)
			if p.Compare != nil {
				p.showAgain(x)
			}
		}, ctx.Err()
	}, failed)
}

// load puts a run in place of the one on show.
func (p *Player) load(r Run) {
	p.Run = r
	p.world, p.before = trace.NewWorld(r.Trace), trace.NewWorld(r.Trace)
	p.Why.About = 0
}

// World is the state of everything at the cursor.
func (p *Player) World() *trace.World {
	p.Run.Trace.Seek(p.world, p.Cursor.N)
	return p.world
}

// Message is the message that the cursor is about, the latest that is
// complete; -1 before the first.
func (p *Player) Message() int { return p.Run.Outline.MessageAt(p.Cursor.N) }

// lookBack bounds how many events are searched for the sending of a packet
// that is under way; none is as long on the way as that.
const lookBack = 4096

// PacketSent is the event in which the packet that the cursor is about was
// sent: the selected one, else the first of the message, which is what
// firewalls judge a connection by, or when stepping by packets the one that
// moved last. It is 0 before the first.
func (p *Player) PacketSent() trace.ID {
	t := p.Run.Trace
	if p.Selected != 0 {
		return p.Selected
	}
	if p.Cursor.Size != trace.ByPacket {
		if m := p.Message(); m >= 0 {
			return p.Run.Outline.Messages[m].First
		}
		return 0
	}
	no := uint32(0)
	for id, n := p.Cursor.N, 0; id > 0 && n < lookBack; id, n = id-1, n+1 {
		e := t.Event(id)
		if e.Kind != trace.KindPacket {
			continue
		}
		switch {
		case no == 0 && e.What != trace.Sent:
			no = t.Packet(e).No
		case e.What == trace.Sent && t.Packet(e).No == no:
			return id
		}
	}
	return 0
}

// Packet is the latest event up to the cursor of that packet.
func (p *Player) Packet() (e trace.Event, ok bool) {
	for id := p.PacketSent(); id != 0 && id <= p.Cursor.N; id = p.Run.Trace.Next(id) {
		e, ok = p.Run.Trace.Event(id), true
	}
	return e, ok
}

// DecidedBy is the index of the trace's rule that decided that packet, or -1. A
// lesson that asks for the rule is not to be told.
func (p *Player) DecidedBy() int {
	if rule := p.decided(); !p.keepsRule(rule) {
		return rule
	}
	return -1
}

// decided is DecidedBy, whatever is asked.
func (p *Player) decided() int {
	rule := -1
	for id := p.PacketSent(); id != 0 && id <= p.Cursor.N; id = p.Run.Trace.Next(id) {
		if e := p.Run.Trace.Event(id); e.Rule != 0 {
			rule = int(e.Rule) - 1
		}
	}
	return rule
}

// Do does the action of that name, if it can be done now.
func (p *Player) Do(id ActionID) bool { return p.actions[id].Try() }

// Action is the action of that name.
func (p *Player) Action(id ActionID) Action { return p.actions[id] }

func (p *Player) makeActions() map[ActionID]Action {
	s := &p.Settings
	size := func(z trace.Size) Action { return Action{Do: func() { p.Cursor.Size = z }} }
	add := func(i *Int, n int) Action {
		return Action{Do: func() { i.Add(n) }, Enabled: func() bool { return i.CanAdd(n) }}
	}
	flip := func(b *bool) Action { return Action{Do: func() { *b = !*b }} }
	alone := func() bool { return p.Compare == nil && !p.Fixed() }
	open := func() bool { _, hidden := p.horizon(); return !hidden }
	notAtEnd := func() bool { return !p.Transport().AtEnd() }
	notAtStart := func() bool { return !p.Transport().AtStart() }
	return map[ActionID]Action{
		ActPlay:          {Do: func() { p.Transport().TogglePlay() }, Enabled: func() bool { return notAtEnd() || notAtStart() }},
		ActForward:       {Do: p.forward, Enabled: func() bool { return notAtEnd() || p.speaking() }},
		ActBack:          {Do: p.back, Enabled: func() bool { return notAtStart() || p.speaking() }},
		ActForwardPacket: {Do: func() { p.Transport().Forward(trace.ByPacket) }, Enabled: notAtEnd},
		ActBackPacket:    {Do: func() { p.Transport().Back(trace.ByPacket) }, Enabled: notAtStart},
		ActHome:          {Do: func() { p.Transport().Home() }, Enabled: notAtStart},
		ActEnd:           {Do: func() { p.Transport().End() }, Enabled: notAtEnd},
		ActByStep:        size(trace.ByStep),
		ActByMessage:     size(trace.ByMessage),
		ActByPacket:      size(trace.ByPacket),
		ActFaster:        add(&s.Speed, 1),
		ActSlower:        add(&s.Speed, -1),
		ActUndo:          {Do: p.Undo, Enabled: func() bool { return len(p.history.past) > 0 }},
		ActRedo:          {Do: p.Redo, Enabled: func() bool { return len(p.history.future) > 0 }},
		ActStop:          {Do: p.Stop, Enabled: func() bool { return p.job != nil }},
		ActLanguage:      {Do: s.NextLanguage},
		ActTheme:         {Do: s.NextTheme},
		ActLarger:        add(&s.TextSize, 1),
		ActSmaller:       add(&s.TextSize, -1),
		ActPresent:       flip(&s.Present),
		ActReduceMotion:  flip(&s.ReduceMotion),
		ActFullScreen:    flip(&s.FullScreen),
		ActKeys:          flip(&s.ShowKeys),
		ActSave:          {Do: func() { p.Lab.Ask = AskSave }, Enabled: alone},
		ActOpen:          {Do: func() { p.Lab.Ask = AskOpen }, Enabled: alone},
		ActPrompt:        {Do: func() { p.Lab.Prompt.Wanted = true }, Enabled: alone},
		ActWhy: {Do: p.ToggleWhy, Enabled: func() bool {
			return p.Compare == nil && (p.Why.Open || p.Event() != 0) && p.MayAsk()
		}},
		ActWhatIf: {Do: func() { p.Problem = p.OpenCompare(p.WhatIfs()[0]) }, Enabled: func() bool { return p.Compare == nil && open() && len(p.WhatIfs()) > 0 }},
	}
}
