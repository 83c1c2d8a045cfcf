package sim

import (
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"ftpscope/sim/ftp"
)

// bounds is how much may go wrong in one walk. Within them every order of
// events is walked.
type bounds struct {
	hops   int // places a segment passes; at each it is carried on or lost
	losses int // connections cut, or SYNs refused
	early  int // timers that fire while something is still under way
}

// tale is a small session to walk.
type tale struct {
	name   string
	client ftp.ClientConfig
	server ftp.ServerConfig
	wishes []string
	abort  bool // the user may say abort at any moment of a transfer
	bounds bounds
}

// explorer walks every interleaving of a tale, depth first. Machines cannot be
// copied, so a state is reached again by doing again what led to it.
type explorer struct {
	tale
	t     *testing.T
	seen  map[fingerprint128]bool
	limit int
	edges int
	ends  int
	fault string
	path  []action
}

func (x *explorer) replay() *wires {
	w := newWires(x.t, &x.tale)
	for _, a := range x.path {
		w.act(a)
	}
	return w
}

// walk explores everything that can follow w, which is used up.
func (x *explorer) walk(w *wires) {
	if x.fault != "" || len(x.seen) >= x.limit {
		return
	}
	actions := w.actions()
	if reason := w.wrong(len(actions) == 0); reason != "" {
		x.fault = reason + "\n" + x.story()
		return
	}
	if len(actions) == 0 {
		x.ends++
		return
	}
	for i := len(actions) - 1; i >= 0; i-- {
		child := w
		if i > 0 {
			child = x.replay()
		}
		child.act(actions[i])
		x.edges++
		if key := child.fingerprint(); !x.seen[key] {
			x.seen[key] = true
			x.path = append(x.path, actions[i])
			x.walk(child)
			x.path = x.path[:len(x.path)-1]
		}
	}
}

// story tells what led to a fault.
func (x *explorer) story() string {
	w := newWires(x.t, &x.tale)
	for _, a := range x.path {
		w.tell("%s", w.describe(a))
		w.act(a)
	}
	return w.story.String()
}

// setting reads a bound from the environment: EXPLORE_LOSSES=2 go test -run Explore ./sim
func setting(name string, standard int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return standard
}

// tales are the sessions walked: each mode with a download and an upload on a
// server of its own, two transfers in a row, one that the user breaks off, and one under TLS.
func tales(b bounds) []tale {
	profiles := []ftp.Profile{ftp.Plain, ftp.Vsftpd, ftp.Proftpd, ftp.Pureftpd}
	var out []tale
	for i, mode := range []ftp.Mode{ftp.ModePort, ftp.ModePasv, ftp.ModeEprt, ftp.ModeEpsv, ftp.ModeAuto} {
		for j, wish := range []string{"get f", "put up"} {
			profile := profiles[(i+j)%len(profiles)]
			out = append(out, newTale(string(mode)+" "+wish+", "+string(profile), mode, profile, b, wish))
		}
	}
	b.early = max(0, b.early-1) // these have many more states
	two := newTale("two transfers", ftp.ModePasv, ftp.Plain, b, "get f", "put up")
	aborted := newTale("abort", ftp.ModePort, ftp.Plain, b, "get f")
	aborted.abort = true
	secured := newTale("auth", ftp.ModePasv, ftp.Plain, b, "get f")
	secured.server.TLS = ftp.TLSRequired
	secured.wishes = slices.Insert(secured.wishes, 1, "auth")
	return append(out, two, aborted, secured)
}

func newTale(name string, mode ftp.Mode, profile ftp.Profile, b bounds, wishes ...string) tale {
	return tale{
		name: name, bounds: b,
		client: ftp.ClientConfig{Mode: mode, SkipPasvIP: true, ConnectTimeout: 10_000, MaxTime: 900_000},
		server: ftp.ServerConfig{Profile: profile, ConnectTimeout: 60_000, AcceptTimeout: 60_000, DataTimeout: 300_000, IdleTimeout: 300_000},
		wishes: append(append([]string{"open", "login"}, wishes...), "quit"),
	}
}

// Whatever is late and whatever is lost, a session comes to its end, has one
// data connection at a time, speaks as RFC 959 §6 draws it, and brings the
// bytes unharmed or says that it failed.
func TestEveryInterleavingOfASmallSessionEndsWell(t *testing.T) {
	early := 1
	if underRace {
		early = 0 // one goroutine has no races: a look is enough
	}
	b := bounds{hops: setting("EXPLORE_HOPS", 1), losses: setting("EXPLORE_LOSSES", 1), early: setting("EXPLORE_EARLY", early)}
	limit := setting("EXPLORE_STATES", 1_000_000)
	for _, tale := range tales(b) {
		t.Run(tale.name, func(t *testing.T) {
			t.Parallel()
			x := &explorer{tale: tale, t: t, seen: map[fingerprint128]bool{}, limit: limit}
			x.walk(x.replay())
			require.Empty(t, x.fault)
			require.Less(t, len(x.seen), limit, "more states than EXPLORE_STATES")
			t.Logf("%d states, %d steps between them, %d ends", len(x.seen), x.edges, x.ends)
		})
	}
}
