package lessons

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
)

// played runs a preset with changes.
func played(t *testing.T, preset string, set ...string) *Run {
	t.Helper()
	s, err := sim.Preset(preset)
	require.NoError(t, err)
	s, err = change(s, set)
	require.NoError(t, err)
	r, err := play(t.Context(), "test", s)
	require.NoError(t, err)
	return r
}

// says evaluates an expression in a run.
func says[T any](t *testing.T, r *Run, source string) T {
	t.Helper()
	value, err := compute[T](place{File: "test"}, source, r.vocabulary())
	require.NoError(t, err, source)
	return value
}

func TestExpressionsTellOfARun(t *testing.T) {
	active, blocked := played(t, "active"), played(t, "active-blocked")
	helped := played(t, "active", "client_router.nat=true", "client_router.helper=true", "client_router.firewall=block-inbound")
	for _, c := range []struct {
		run    *Run
		source string
		want   int
	}{
		{active, `len(connections)`, 2},
		{active, `connections[1].src_port`, 20},
		{active, `announced_port(first(command("PORT")).line)`, 2001},
		{active, `announced_port("EPRT |1|192.168.1.2|3000|")`, 3000},
		{active, `announced_port("229 Entering (|||4000|)")`, 4000},
		{active, `announced_port("227 Passive (203,0,113,10,4,210)")`, 1234},
		{active, `outcome.bytes`, 12288},
		{active, `start`, 0},
		{active, `count(messages, .kind == "data")`, 1},
		{blocked, `outcome.reply`, 425},
		{blocked, `last(opening("data")).retry`, 5},
		{blocked, `find(rules, .name == outcome.rule).hits`, 6},
		{helped, `first(command("PORT")).length`, 24},
		{helped, `first(command("PORT")).far_length`, 25},
		{helped, `first(command("RETR")).far_seq - first(command("RETR")).seq`, 1},
		{helped, `expectations[0].dst_port`, 2001},
		{helped, `int(setting("link.rate"))`, 500000},
	} {
		assert.Equal(t, c.want, says[int](t, c.run, c.source), c.source)
	}
	for source, want := range map[string]bool{
		`blocked_by("client-router")`:                                     true,
		`blocked_by("server-router")`:                                     false,
		`outcome.ok`:                                                      false,
		`first(opening("data")).how == "dropped"`:                         true,
		`verdict(first(opening("data")), "client-router")`:                true,
		`verdict(first(reply(425)), "client-router")`:                     false,
		`announced_address(first(command("PORT")).line) == "192.168.1.2"`: true,
		`announced_address("EPRT |2|2001:db8::1|3000|") == "2001:db8::1"`: true,
		`heard(425) && !heard(226)`:                                       true,
		`hears(425) > hears(230)`:                                         true,
		`unchanged()`:                                                     true,
		`legal(filter(messages, .line != ""))`:                            true,
		`legal(filter(messages, .kind == "reply"))`:                       false,
		`succeeds_with("client.mode=pasv")`:                               true,
		`succeeds_with("client.mode=eprt")`:                               false,
	} {
		if source[0] == 'v' {
			source += ` == "drop"`
		}
		assert.Equal(t, want, says[bool](t, blocked, source), source)
	}
}

func TestPlacesOfAMessageComeInTheirOrder(t *testing.T) {
	r := played(t, "active")
	for _, m := range r.vocabulary().Messages {
		v := r.vocabulary()
		assert.Less(t, v.Before(m), v.Leaves(m))
		assert.Less(t, v.Leaves(m), v.Arrives(m))
		if m.Kind != "open" { // it is open before the last packet of its handshake arrives
			assert.LessOrEqual(t, v.Arrives(m), v.After(m))
		}
		assert.LessOrEqual(t, v.After(m), v.End)
	}
}

func TestWhatIsNotThereIsAnError(t *testing.T) {
	for source, want := range map[string]string{
		`len(first(command("PORT")).line)`:                    "the run has no such message",
		`first(connections).index`:                            "is no list of messages",
		`first(7).index`:                                      "7 is no list of messages",
		`hears(425)`:                                          "the client never hears 425",
		`int(setting("client.nmae"))`:                         `there is no setting "client.nmae"`,
		`len(announced_address("229 Entering (|||4000|)"))`:   "names no address",
		`announced_port("PORT 2001")`:                         "PORT",
		`unchanged("client.nmae") ? 1 : 0`:                    `there is no setting "client.nmae"`,
		`accepts_new_from_outside("client", 80) ? 1 : 0`:      "port 80 of the client cannot be tried",
		`accepts_new_from_outside("server", 0) ? 1 : 0`:       "there is no port 0",
		`accepts_new_from_outside("router", 80) ? 1 : 0`:      `"router" is no side`,
		`count(1..30, accepts_new_from_outside("server", #))`: "more than 20 things are tried out",
		`count(1..30, succeeds_with())`:                       "more than 20 things are tried out",
		`succeeds_with("client.nmae=x") ? 1 : 0`:              "client.nmae",
		`legal([1]) ? 1 : 0`:                                  "is no list of messages",
		`count(1..100000000, true)`:                           "memory budget",
		`map(messages, .line)`:                                "",
		`len(filter(messages, .code == 150)[3].line)`:         "index out of range",
	} {
		r := played(t, "passive")
		_, err := compute[int](place{File: "test", Line: 3, Column: 5}, source, r.vocabulary())
		require.Contains(t, english(err), want, source)
		assert.Regexp(t, `^test:3:\d+: `, english(err))
	}
}

func TestEncryptedRepliesAreHeardButAreNoReplies(t *testing.T) {
	r := played(t, "passive", "server.tls=offered", "client.tls=true")
	assert.True(t, says[bool](t, r, `heard(230) && len(reply(230)) == 0 && any(messages, .kind == "sealed")`))
}
