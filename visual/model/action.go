package model

// Action is something a person can do, and whether it can be done now.
type Action struct {
	Do      func()
	Enabled func() bool // nil: always
}

// Ready reports whether the action can be done now.
func (a Action) Ready() bool { return a.Enabled == nil || a.Enabled() }

// Try does the action if it can be done now.
func (a Action) Try() bool {
	if !a.Ready() {
		return false
	}
	a.Do()
	return true
}

// Int is a number within a range.
type Int struct {
	Value     int
	Min, Max  int
	Increment int
}

// Set gives the number a value, kept within its range.
func (i *Int) Set(v int) { i.Value = min(max(v, i.Min), i.Max) }

// Add moves the number by a count of increments.
func (i *Int) Add(n int) { i.Set(i.Value + n*i.Increment) }

// CanAdd reports whether Add would change anything.
func (i *Int) CanAdd(n int) bool {
	v := i.Value + n*i.Increment
	return min(max(v, i.Min), i.Max) != i.Value
}

// ActionID names an action; its words stand in the catalogue under
// "action." and the name.
type ActionID string

// The actions of the player, in the order in which the list of keys shows them.
const (
	ActPlay          ActionID = "play"
	ActForward       ActionID = "forward"
	ActBack          ActionID = "back"
	ActForwardPacket ActionID = "forward_packet"
	ActBackPacket    ActionID = "back_packet"
	ActHome          ActionID = "home"
	ActEnd           ActionID = "end"
	ActByStep        ActionID = "by_step"
	ActByMessage     ActionID = "by_message"
	ActByPacket      ActionID = "by_packet"
	ActFaster        ActionID = "faster"
	ActSlower        ActionID = "slower"
	ActUndo          ActionID = "undo"
	ActRedo          ActionID = "redo"
	ActStop          ActionID = "stop"
	ActSave          ActionID = "save"
	ActOpen          ActionID = "open"
	ActPrompt        ActionID = "prompt"
	ActLanguage      ActionID = "language"
	ActTheme         ActionID = "theme"
	ActLarger        ActionID = "larger"
	ActSmaller       ActionID = "smaller"
	ActWhy           ActionID = "why"
	ActWhatIf        ActionID = "what_if"
	ActPresent       ActionID = "present"
	ActReduceMotion  ActionID = "reduce_motion"
	ActFullScreen    ActionID = "full_screen"
	ActKeys          ActionID = "keys"
)
