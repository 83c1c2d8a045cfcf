package sim

import (
	"os"
	"path/filepath"
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
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(c.text), c.file)
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
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
	assert.ErrorContains(t, s.Set("client.colour", "red"), "client.colour: unknown field")
	assert.ErrorContains(t, s.Set("client.mode.x", "red"), "client.mode has no parts")
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
