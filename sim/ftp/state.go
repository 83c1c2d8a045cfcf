package ftp

// Part is one of a side's two machines (RFC 959 §2.2).
type Part string

// The two machines of a side.
const (
	PI  Part = "pi"  // protocol interpreter
	DTP Part = "dtp" // data transfer process
)

// State says what a machine is waiting for.
type State string

// Trigger is what moves a machine on: a command, a reply, an event.
type Trigger string

// Transition is one arrow of a state diagram.
type Transition struct {
	From    State
	Trigger Trigger
	To      State
}

// Table is a state diagram: the machine's only source of state changes. Its
// first entry's From is the initial state.
type Table []Transition

// Initial is the state a machine starts in.
func (t Table) Initial() State { return t[0].From }

// Next looks up the arrow for a trigger. From [AnyState] stands for every
// state that has no arrow of its own for it.
func (t Table) Next(from State, trigger Trigger) (State, bool) {
	to, found := from, false
	for _, arrow := range t {
		if arrow.Trigger != trigger {
			continue
		}
		switch arrow.From {
		case from:
			return arrow.To, true
		case AnyState:
			to, found = arrow.To, true
		}
	}
	return to, found
}

// AnyState as a transition's From stands for every state.
const AnyState State = "any"

// machine is one part's place in its table.
type machine struct {
	part  Part
	table Table
	state State
	lost  []Transition // triggers the table has no arrow for, the first few: none in a sound machine
}

func newMachine(part Part, table Table) machine {
	return machine{part: part, table: table, state: table.Initial()}
}

// fire moves the machine along its table.
func (m *machine) fire(trigger Trigger) (StateChanged, bool) {
	to, ok := m.table.Next(m.state, trigger)
	if !ok {
		if len(m.lost) < 16 {
			m.lost = append(m.lost, Transition{m.state, trigger, m.state})
		}
		return StateChanged{}, false
	}
	change := StateChanged{m.part, m.state, to, trigger}
	m.state = to
	return change, change.From != to
}
