package visual

import (
	"gioui.org/io/event"
	"gioui.org/io/key"

	"ftpscope/visual/model"
	"ftpscope/visual/widget"
)

// binding is a key and what it does.
type binding struct {
	Name   key.Name
	Mods   key.Modifiers // all of them
	Allow  key.Modifiers // these may be held as well: how a layout reaches the character
	Action model.ActionID
	Hidden bool // a second way, not told in the list of keys
}

// keymap is every key of the player. Those of presenters' clickers are
// PageDown and PageUp.
var keymap = []binding{
	{Name: key.NameSpace, Action: model.ActPlay},
	{Name: key.NameRightArrow, Action: model.ActForward},
	{Name: key.NameLeftArrow, Action: model.ActBack},
	{Name: key.NamePageDown, Action: model.ActForward},
	{Name: key.NamePageUp, Action: model.ActBack},
	{Name: key.NameRightArrow, Mods: key.ModShift, Action: model.ActForwardPacket},
	{Name: key.NameLeftArrow, Mods: key.ModShift, Action: model.ActBackPacket},
	{Name: key.NameHome, Action: model.ActHome},
	{Name: key.NameEnd, Action: model.ActEnd},
	{Name: "1", Action: model.ActByStep},
	{Name: "2", Action: model.ActByMessage},
	{Name: "3", Action: model.ActByPacket},
	{Name: "+", Allow: key.ModShift, Action: model.ActFaster},
	{Name: "=", Action: model.ActFaster, Hidden: true},
	{Name: "-", Action: model.ActSlower},
	{Name: "W", Action: model.ActWhy},
	{Name: "Z", Mods: key.ModShortcut, Action: model.ActUndo},
	{Name: "Z", Mods: key.ModShortcut | key.ModShift, Action: model.ActRedo},
	{Name: "Y", Mods: key.ModShortcut, Action: model.ActRedo, Hidden: true},
	{Name: "S", Mods: key.ModShortcut, Action: model.ActSave},
	{Name: "O", Mods: key.ModShortcut, Action: model.ActOpen},
	{Name: "P", Mods: key.ModShortcut, Action: model.ActPrompt},
	{Name: "L", Mods: key.ModShortcut, Action: model.ActLanguage},
	{Name: "T", Mods: key.ModShortcut, Action: model.ActTheme},
	{Name: "M", Mods: key.ModShortcut, Action: model.ActReduceMotion},
	{Name: "+", Mods: key.ModShortcut, Allow: key.ModShift, Action: model.ActLarger},
	{Name: "=", Mods: key.ModShortcut, Action: model.ActLarger, Hidden: true},
	{Name: "-", Mods: key.ModShortcut, Action: model.ActSmaller},
	{Name: key.NameF5, Action: model.ActPresent},
	{Name: key.NameF11, Action: model.ActFullScreen},
	{Name: "?", Allow: key.ModShift, Action: model.ActKeys},
	{Name: "/", Allow: key.ModShift, Action: model.ActKeys, Hidden: true},
	{Name: key.NameF1, Action: model.ActKeys, Hidden: true},
}

// filters are the keys listened to while a kind of thing has the focus: a
// button keeps Space, and who writes keeps every key that writes or moves.
func filters(focus widget.Focus) []event.Filter {
	all := make([]event.Filter, 0, len(keymap))
	for _, b := range keymap {
		if focus == widget.FocusButton && b.Name == key.NameSpace {
			continue
		}
		if focus == widget.FocusText && !b.safeWhileWriting() {
			continue
		}
		all = append(all, key.Filter{Name: b.Name, Required: b.Mods, Optional: b.Allow})
	}
	return all
}

func (b binding) safeWhileWriting() bool {
	switch b.Name {
	case key.NameF1, key.NameF5, key.NameF11, key.NamePageDown, key.NamePageUp:
		return true
	}
	return b.Mods.Contain(key.ModShortcut) && b.Name != "Z" && b.Name != "Y"
}

func actionFor(e key.Event) (model.ActionID, bool) {
	for _, b := range keymap {
		if b.Name == e.Name && e.Modifiers&^b.Allow == b.Mods {
			return b.Action, true
		}
	}
	return "", false
}
