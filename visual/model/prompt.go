package model

import (
	"slices"
	"strings"

	"ftpscope/sim"
	"ftpscope/sim/trace"
)

// Prompt is the line that the person types at the client.
type Prompt struct {
	Text string // as it stands
	Err  error  // why the line could not be taken
	Help bool   // the commands are listed

	Wanted bool // the keyboard is to go there

	unheard  string   // the line whose run is on its way
	recent   []string // lines taken, oldest first
	recalled int      // how far back Recall has gone
}

// synonyms are names that ftp programs know for the same commands.
var synonyms = map[string]string{
	"bye": "quit", "exit": "quit", "disconnect": "close", "dir": "ls", "recv": "get", "send": "put",
	"bin": "binary", "image": "binary", "epsv": "mode epsv", "port": "mode port", "pasv": "mode pasv", "eprt": "mode eprt",
	"rm": "delete", "chdir": "cd", "ren": "rename", "syst": "system", "status": "stat",
}

// Write gives the prompt a text.
func (p *Player) Write(text string) {
	l := &p.Lab.Prompt
	l.Text, l.Err, l.recalled = text, nil, 0
}

// Say takes the prompt's line: the person says it where the cursor stands, and
// what they said later comes after it. The run is shown up to the answer. A
// line that no client takes stays, with what is wrong with it.
func (p *Player) Say() {
	l := &p.Lab.Prompt
	text := strings.TrimSpace(l.Text)
	verb, rest, _ := strings.Cut(text, " ")
	if known, ok := synonyms[strings.ToLower(verb)]; ok {
		verb = known
	}
	text = strings.TrimSpace(strings.ToLower(verb) + " " + rest)
	if text == "" {
		return
	}
	if verb == "help" || verb == "?" {
		l.Help = true
		p.said(text)
		return
	}
	if l.Err = sim.CheckWish(text); l.Err != nil {
		return
	}
	wishes, at := p.wishesAt()
	moment := p.World().T
	timed := text == "abort" && p.Cursor.N > 0
	if timed { // it is for what is going on now, and does not wait its turn
		text = "@" + moment.String() + " " + text
	}
	next := p.Scenario().Clone()
	next.Client.Program, next.Client.Script = "plain", nil
	next.User = slices.Insert(wishes, at, text)
	count := 0
	for _, w := range next.User[:at+1] {
		if !strings.HasPrefix(strings.TrimSpace(w), "@") {
			count++
		}
	}
	written := l.Text
	l.Err = p.commit(next, "", func() {
		if timed {
			p.JumpTo(p.Run.Trace.At(moment))
			p.playTo(p.answered(p.Cursor.N))
			return
		}
		p.watch(count)
	})
	if l.Err != nil {
		return
	}
	l.Help = false
	p.said(sim.Untimed(text))
	if p.job.change() != nil {
		l.unheard = written
	}
}

// unsay takes back a line that could not be said, and reports whether there was
// one.
func (l *Prompt) unsay(err error) bool {
	if l.unheard == "" {
		return false
	}
	if l.Text == "" {
		l.Text = l.unheard
	}
	l.Err, l.unheard = err, ""
	return true
}

func (p *Player) said(text string) {
	l := &p.Lab.Prompt
	if n := len(l.recent); n == 0 || l.recent[n-1] != text {
		l.recent = append(l.recent, text)
	}
	l.Text, l.Err, l.recalled = "", nil, 0
}

// wishesAt are the commands of the run, and where among them the cursor stands.
// What is said after quit would be said to nobody: it comes before.
func (p *Player) wishesAt() (wishes []string, at int) {
	t := p.Run.Trace
	wishes = slices.Clone(p.Scenario().User)
	if len(wishes) == 0 {
		for id := trace.ID(1); int(id) <= t.Len(); id++ {
			if e := t.Event(id); e.Kind == trace.KindUser && e.Session == trace.OwnSession {
				wishes = append(wishes, t.User(e))
			}
		}
	}
	done := make([]bool, len(wishes))
	for id := trace.ID(1); id <= p.Cursor.N; id++ {
		e := t.Event(id)
		if e.Kind != trace.KindUser || e.Session != trace.OwnSession {
			continue
		}
		for i, w := range wishes {
			if !done[i] && sim.Said(w) == t.User(e) {
				done[i], at = true, max(at, i+1)
				break
			}
		}
	}
	for at > 0 && sim.Untimed(wishes[at-1]) == "quit" {
		at--
	}
	return wishes, at
}

// watch plays the answer to the n-th command, from the moment it is said.
func (p *Player) watch(n int) {
	lines := p.Run.lines()
	begin, end := trace.ID(0), trace.ID(p.Run.Trace.Len())
	for _, l := range lines {
		if l.Kind != trace.PrintAsked || l.Timed {
			continue
		}
		if n--; n == 0 {
			begin = l.At
		} else if n < 0 {
			end = l.At - 1
			break
		}
	}
	if begin == 0 {
		return // it is never its turn
	}
	p.JumpTo(begin)
	p.playTo(end)
}

// answered is the event before the first command said after event n, or the last.
func (p *Player) answered(n trace.ID) trace.ID {
	for _, l := range p.Run.lines() {
		if l.Kind == trace.PrintAsked && l.At > n && !l.Timed {
			return l.At - 1
		}
	}
	return trace.ID(p.Run.Trace.Len())
}

// Recall puts an earlier line into the prompt, by 1 the one before and by -1
// the one after.
func (p *Player) Recall(by int) {
	l := &p.Lab.Prompt
	l.recalled = min(max(l.recalled+by, 0), len(l.recent))
	l.Err = nil
	l.Text = ""
	if l.recalled > 0 {
		l.Text = l.recent[len(l.recent)-l.recalled]
	}
}

// Complete ends the word at the end of the prompt, as far as there is only one
// way to: a command, or the name of a file there is.
func (p *Player) Complete() { p.Write(p.completed()) }

// CanComplete reports whether Complete would add anything.
func (p *Player) CanComplete() bool { return p.completed() != p.Lab.Prompt.Text }

func (p *Player) completed() string {
	text := p.Lab.Prompt.Text
	if text == "" {
		return ""
	}
	at := strings.LastIndexByte(text, ' ') + 1
	word, names := text[at:], p.files()
	if at == 0 {
		names = Commands()
	}
	var found []string
	for _, n := range names {
		if strings.HasPrefix(n, word) {
			found = append(found, n)
		}
	}
	switch {
	case len(found) == 0 || at > 0 && word == "":
		return text
	case len(found) == 1:
		return text[:at] + found[0] + " "
	}
	return text[:at] + common(found)
}

// Commands are the names of the commands that the prompt takes.
func Commands() []string {
	names := []string{"help"}
	for _, u := range sim.Usages() {
		name, _, _ := strings.Cut(u, " ")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// files are the names that have been seen: the scenario's file, and what
// commands named.
func (p *Player) files() []string {
	names := []string{p.Run.Scenario.File, "incoming"}
	for _, l := range p.Run.lines() {
		if l.Kind == trace.PrintListed {
			fields := strings.Fields(l.Text)
			names = append(names, fields[len(fields)-1:]...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func common(names []string) string {
	prefix := names[0]
	for _, n := range names[1:] {
		for !strings.HasPrefix(n, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	return prefix
}
