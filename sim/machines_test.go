package sim

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ftpscope/sim/ftp"
	"ftpscope/sim/trace"
)

// Whatever a recorded machine did stands in the table that is drawn of it.
func TestRecordedTransitionsStandInTheTables(t *testing.T) {
	tables := map[string]map[[2]string]bool{}
	for _, m := range Machines() {
		arrows := map[[2]string]bool{}
		for _, a := range m.Arrows {
			arrows[[2]string{a.From, a.To}] = true
		}
		tables[m.Name] = arrows
	}
	for _, name := range Presets() {
		_, tr, _ := mustRun(t, name)
		state := map[uint32]string{}
		seen := 0
		for id := trace.ID(1); int(id) <= tr.Len(); id++ {
			e := tr.Event(id)
			switch e.Kind {
			case trace.KindMachine:
				m := tr.Machine(e)
				arrows := tables[tablesOf(tr.Nodes[e.At].Role)+"-"+m.Machine]
				assert.True(t, arrows[[2]string{m.From, m.To}] || arrows[[2]string{string(ftp.AnyState), m.To}], "%s: %+v", name, *m)
				seen++
			case trace.KindSocket:
				s := tr.Socket(e)
				from, known := state[s.ID]
				state[s.ID] = s.State.String()
				if known {
					assert.True(t, tables["tcp"][[2]string{from, s.State.String()}], "%s: %s to %s", name, from, s.State)
				}
			}
		}
		assert.NotZero(t, seen)
	}
}

// tablesOf is which of the tables a host's machines run on.
func tablesOf(r trace.Role) string {
	if r == trace.RoleServer || r == trace.RoleSecondServer {
		return "server"
	}
	return "client"
}
