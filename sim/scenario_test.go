package sim

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseNamesPlaceAndRemedy(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"unknown field":          {"x.toml", "[client]\nmod = \"port\"", `x.toml:2: client.mod: unknown field; there are program, mode,`},
		"unknown section":        {"x.toml", "[klient]", `x.toml:1: klient: unknown field; there are id, title, client,`},
		"wrong choice":           {"x.toml", "\n[client]\nmode = \"active\"", `x.toml:3: client.mode: is "active"; choose one of port, pasv, eprt, epsv, auto`},
		"port out of range":      {"x.toml", "[server]\ncontrol_port = 70000", `x.toml:2: server.control_port: is 70000; it lies between 1 and 65535`},
		"wrong type":             {"x.toml", "[server]\ncontrol_port = \"ftp\"", `x.toml:2: server.control_port: is a number, not ftp`},
		"not a whole number":     {"x.toml", "file_bytes = 1.5", `x.toml:1: file_bytes: is a whole number, not 1.5`},
		"broken syntax":          {"x.toml", "[client\n", `x.toml:2:`},
		"broken JSON":            {"x.json", "{\n\"task\": }", `x.json:2:`},
		"field of a JSON file":   {"x.json", "{\n\"task\": \"fly\"}", `x.json:2: task: is "fly"; choose one of list, retr, stor`},
		"a rule beyond nftables": {"x.toml", "[client_router.firewall]\nrules = [\n'iifname lan allow']", `client_router.firewall.rules[0]`},
		"a NAT rule in a filter": {"x.toml", "[client_router.firewall]\nrules = ['masquerade']", `a filter rule ends in accept, drop or reject`},
		"unknown firewall":       {"x.toml", "[server_router]\nfirewall = \"strict\"", `x.toml:2: server_router.firewall: is "strict"; choose one of none, block-inbound`},
		"bad address":            {"x.toml", "[server]\npasv_address = \"1.2.3\"", `x.toml:2: server.pasv_address: "1.2.3" is no IP address`},
		"range the wrong way":    {"x.toml", "[client]\nport_range = [9, 3]", `client.port_range: the first port is above the last`},
		"null for a choice":      {"x.json", `{"client": {"mode": null}}`, `client.mode: needs a value; leave the line out`},
		"null for a section":     {"x.json", `{"client": null}`, `client: needs a value`},
		"lftp and EPRT":          {"x.toml", "[client]\nprogram = \"lftp\"\nmode = \"eprt\"", `x.toml:3: client.mode: lftp sends EPRT only over IPv6`},
		"time out of range":      {"x.toml", "[link]\ndelay = \"-1s\"", `x.toml:2: link.delay: is -1s; it lies between 0s and 1m0s`},
		"seconds without end":    {"x.toml", "[link]\ndelay = 1e30", `x.toml:2: link.delay: is 1e+30; it lies between 0s and 1m0s`},
		"a seed beyond floats":   {"x.toml", "seed = 1e30", `x.toml:1: seed: is a whole number from 0 to 2^53, not 1e+30`},
		"a list without end":     {"x.toml", "user = [" + strings.Repeat("'noop',", 1001) + "]", `x.toml:1: user: has 1001 items; it takes at most 1000`},
		"a wish at no time":      {"x.toml", "user = [\"@soon noop\"]", `x.toml:1: user[0]: "@soon" is no time since the start; write it as in "@1.5s noop"`},
		"a wish before time":     {"x.toml", "user = [\"@-1s noop\"]", `x.toml:1: user[0]: "@-1s" is no time`},
		"a wish of no client":    {"x.toml", "user = ['open', 'mget a']", `x.toml:1: user[1]: mget: no such command; help lists`},
		"a wish half said":       {"x.toml", "user = ['open', 'get']", `x.toml:1: user[1]: get: usage: get`},
		"a file without name":    {"x.toml", "file = ''", `x.toml:1: file: is ""; write a name without folders`},
		"a file elsewhere":       {"x.toml", "file = '../x'", `x.toml:1: file: is "../x"; write a name without folders`},
		"IPv6 in 227":            {"x.toml", "[server]\npasv_address = '::1'", `x.toml:2: server.pasv_address: is ::1; 227 has room for IPv4 only`},
		"a helper for no port":   {"x.toml", "[client_router]\nhelper = true\nhelper_ports = []", `x.toml:3: client_router.helper_ports: is empty; name a port`},
		"a step of no attacker":  {"x.toml", "[attacker]\nscript = ['dance']", `x.toml:2: attacker.script[0]: dance: no such step`},
		"a call to no port":      {"x.toml", "[attacker]\nscript = ['open', 'call 9-3']", `x.toml:2: attacker.script[1]: call: "9-3" is no port and no range`},
		"a step at no time":      {"x.toml", "[attacker]\nscript = ['@soon open']", `x.toml:2: attacker.script[0]: "@soon" is no time`},
		"an attack elsewhere":    {"x.toml", "[attacker]\nscript = ['open 192.0.2.1']", `x.toml:2: attacker.script[0]: open takes no host here`},
		"an attacker nowhere":    {"x.toml", "[attacker]\nplace = 'moon'", `x.toml:2: attacker.place: is "moon"; choose one of none, internet, client-lan`},
		"a proxy half said":      {"x.toml", "user = ['open', 'proxy get']", `x.toml:1: user[1]: proxy get: usage: proxy get FILE`},
		"unknown sysctl":         {"x.toml", "[server_router.sysctl]\n'net.ipv4.x' = 1", `x.toml:1: server_router.sysctl: net.ipv4.x: the model has no such setting; it knows`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(c.text), c.file)
			require.Error(t, err)
			assert.Contains(t, english(err), c.want)
		})
	}
}

func TestSetChangesOneField(t *testing.T) {
	s := Default()
	require.NoError(t, s.Set("client_router.nat", "true"))
	require.NoError(t, s.Set("client.mode", "port"))
	require.NoError(t, s.Set("link.delay", "5ms"))
	require.NoError(t, s.Set("server.data_port", "null"))
	require.NoError(t, s.Set("client_router.sysctl.net.netfilter.nf_conntrack_tcp_timeout_established", "5"))
	assert.True(t, s.ClientRouter.NAT)
	assert.Equal(t, "port", s.Client.Mode)
	assert.Equal(t, "5ms", s.Link.Delay.String())
	assert.Zero(t, s.Server.DataPort)
	assert.Equal(t, map[string]string{"net.netfilter.nf_conntrack_tcp_timeout_established": "5"}, s.ClientRouter.Sysctl)
	assert.Contains(t, english(s.Set("client.colour", "red")), "client.colour: unknown field")
	assert.Contains(t, english(s.Set("client.mode.x", "red")), "client.mode is set as a whole")
}

func TestCloneSharesNothing(t *testing.T) {
	s, err := Preset("active-blocked")
	require.NoError(t, err)
	before := s.Table()
	c := s.Clone()
	c.ClientRouter.Firewall.Rules[0].Text = "drop"
	c.User[0] = "quit"
	c.Client.Ports[0] = 9
	assert.Equal(t, before, s.Table())
}

// What is written is read back: every preset, through TOML.
func TestTableIsReadBack(t *testing.T) {
	for _, name := range Presets() {
		s, err := Preset(name)
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), name+".toml")
		text, err := toml.Marshal(s.Table())
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, text, 0o600))
		back, err := Load(file)
		require.NoError(t, err)
		assert.Equal(t, s.Table(), back.Table())
	}
}

// A name stands for the rules that the recordings of real routers show.
func TestExpandWritesTheRulesOfAName(t *testing.T) {
	s := Default()
	s.ClientRouter.Firewall.Preset = "only-21-out"
	s.ClientRouter.BlockWith = "reset"
	s.ClientRouter.ExtraPorts = []int{2121}
	f := s.Expand(&s.ClientRouter)
	var texts []string
	for _, r := range f.Rules {
		texts = append(texts, r.Text)
	}
	assert.Equal(t, []string{
		`ct state established accept comment "established"`,
		`ct state related accept comment "related"`,
		`iifname "lan" tcp dport { 21, 2121 } accept comment "control out"`,
		`reject with tcp reset comment "default"`,
	}, texts)
}

// Of several mistakes the same one is named every time.
func TestCheckNamesTheFirstMistake(t *testing.T) {
	for range 20 {
		s := Default()
		s.Client.Firewall, s.Server.Firewall = Firewall{Preset: "block-inbound"}, Firewall{Preset: "block-inbound"}
		require.Contains(t, english(s.Check()), "client.host_firewall: ")
		s = Default()
		s.ClientRouter.Sysctl = map[string]string{"b": "1", "a": "1", "c": "1"}
		require.Contains(t, english(s.Check()), "client_router.sysctl: a: ")
	}
}

// A device tells no size, and /dev/zero has no end.
func TestLoadStopsReadingWhatIsTooLong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "long.toml")
	require.NoError(t, os.WriteFile(file, bytes.Repeat([]byte("#"), maxFile+1), 0o600))
	_, err := Load(file)
	assert.Contains(t, english(err), "long.toml: too long; a scenario has at most 1048576 bytes")
	if device := "/dev/zero"; filepath.Separator == '/' {
		_, err = Load(device)
		assert.Contains(t, english(err), "/dev/zero: too long")
	}
}

func TestTheRoutersOwnPolicyIsReadBack(t *testing.T) {
	s := Default()
	require.NoError(t, s.Set("client_router.firewall", `{input_policy = "drop"}`))
	assert.Equal(t, "drop", s.Table()["client_router"].(map[string]any)["firewall"].(map[string]any)["input_policy"])
	text, err := Ruleset(&s, "client_router")
	require.NoError(t, err)
	assert.Contains(t, text, "hook input priority filter; policy drop;")
	assert.Contains(t, english(s.Set("client_router.firewall", `{input_policy = "maybe"}`)), `client_router.firewall.input_policy: is "maybe"; choose one of accept, drop`)
	assert.Contains(t, english(s.Set("client.host_firewall", `{rules = ["oifname lan drop"]}`)), "client.host_firewall.rules[0]: oifname is not known before routing")
}
