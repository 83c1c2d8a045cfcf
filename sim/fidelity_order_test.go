package sim

import (
	"math"
	"slices"
	"strings"
	"time"
)

const (
	race = 15 * time.Millisecond  // two packets that cross within this time could as well have passed in the other order
	late = 150 * time.Millisecond // a FIN this long after the completion reply still belongs to the transfer
)

// passed are the events at one vantage point in the order of time.
func (r *reduced) passed(v int) []string {
	var out []string
	for _, id := range r.ids {
		if r.events[id].at[v] != nil {
			out = append(out, id)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int {
		x, y := r.events[a].at[v], r.events[b].at[v]
		switch {
		case x.before(*y):
			return -1
		case y.before(*x):
			return 1
		}
		return strings.Compare(a, b) // of one packet, data that brings the FIN along
	})
	return out
}

// order is that of the events at one vantage point, with two races settled as
// the recordings settle them, because real machines do both: of two packets
// that cross, the arriving one comes first; a completion reply comes after the
// FINs of its data connection.
func (r *reduced) order(v int) []string {
	events := r.passed(v)
	if events == nil {
		return []string{}
	}
	arriving := byServer
	if v == atServer {
		arriving = byClient
	}
	for moved := true; moved; {
		moved = false
		for i := range len(events) - 1 {
			if r.wrong(events[i], events[i+1], v, arriving) {
				events[i], events[i+1] = events[i+1], events[i]
				moved = true
			}
		}
	}
	return events
}

// wrong reports whether two neighbours have to change places.
func (r *reduced) wrong(first, second string, v, arriving int) bool {
	apart := connOf(first) != connOf(second)
	gap := r.events[second].at[v].t - r.events[first].at[v].t
	if r.completes(first, v) {
		return apart && strings.HasSuffix(second, ".FIN") && gap < late
	}
	crossing := gap.Abs() < race && r.sender(first) != arriving && r.sender(second) == arriving && !r.completes(second, v)
	return crossing && (apart || strings.HasSuffix(first, ".FIN") && strings.HasSuffix(second, ".FIN"))
}

// completes reports whether an event is a completion reply.
func (r *reduced) completes(id string, v int) bool {
	lines := r.events[id].lines[v]
	_, kind, _ := strings.Cut(id, ".")
	if lines == nil || kind[0] != 'S' || len(lines[0]) < 4 {
		return false
	}
	return slices.Contains([]string{"226 ", "426 ", "250 ", "451 "}, lines[0][:4])
}

func connOf(id string) string {
	conn, _, _ := strings.Cut(id, ".")
	return conn
}

func (r *reduced) conn(id string) *seenConn {
	for _, c := range r.conns {
		if c.name == connOf(id) {
			return c
		}
	}
	return nil
}

// sender is the side from which an event's packet comes.
func (r *reduced) sender(id string) int {
	_, kind, _ := strings.Cut(id, ".")
	switch {
	case strings.HasPrefix(kind, "SYN") || kind[0] != 'C' && kind[0] != 'S':
		if r.conn(id).clientOpens == (kind != "SYNACK") {
			return byClient
		}
		return byServer
	case kind[0] == 'C':
		return byClient
	}
	return byServer
}

// waits are the pauses of a second and more before an event, in whole seconds.
func (r *reduced) waits(v int) map[string]int {
	out := map[string]int{}
	events := r.passed(v)
	for i := 1; i < len(events); i++ {
		gap := r.events[events[i]].at[v].t - r.events[events[i-1]].at[v].t
		if gap >= 900*time.Millisecond {
			out[events[i]] = int(math.RoundToEven(gap.Seconds()))
		}
	}
	return out
}
