package model

import "strings"

// RuleColumns is a rule as the table shows it. What a column does not say is "".
type RuleColumns struct {
	From    string // interface the packet comes in by: "lan", "wan"
	To      string // interface it leaves by
	Source  string // source port or ports
	Port    string // destination port or ports
	Address string // addresses matched, as written
	State   string // connection tracking states, "established,related"
	Verdict string // first word of it: "accept", "drop", "reject"
	Comment string
}

// Columns takes a rule in nftables' syntax apart for the eye. It judges
// nothing: whether the rule can be read is for [sim.CheckRule] to say.
func Columns(text string) RuleColumns {
	var c RuleColumns
	if i := strings.Index(text, " comment "); i >= 0 {
		c.Comment = strings.Trim(strings.TrimSpace(text[i+len(" comment "):]), `"`)
		text = text[:i]
	}
	words := &words{strings.Fields(text)}
	for w := words.next(); w != ""; w = words.next() {
		switch w {
		case "iif", "iifname":
			c.From = strings.Trim(words.next(), `"`)
		case "oif", "oifname":
			c.To = strings.Trim(words.next(), `"`)
		case "sport":
			c.Source = words.set()
		case "dport":
			c.Port = words.set()
		case "saddr", "daddr":
			c.Address = strings.TrimSpace(c.Address + " " + w + " " + words.set())
		case "state":
			c.State = words.set()
		case "accept", "drop", "reject":
			c.Verdict = w
			return c
		}
	}
	return c
}

type words struct{ rest []string }

func (w *words) next() string {
	if len(w.rest) == 0 {
		return ""
	}
	first := w.rest[0]
	w.rest = w.rest[1:]
	return first
}

// set reads a value, or several in braces, as "21, 990".
func (w *words) set() string {
	first := w.next()
	if !strings.HasPrefix(first, "{") {
		return first
	}
	all := strings.TrimPrefix(first, "{")
	for !strings.HasSuffix(all, "}") && len(w.rest) > 0 {
		all += " " + w.next()
	}
	return strings.TrimSpace(strings.TrimSuffix(all, "}"))
}
