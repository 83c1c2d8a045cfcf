package nft

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ftpscope/netmodel"
)

// The files in testdata are rulesets of recorded runs on a real Linux, and two
// that hold every form; `nft -c -f` takes them all.
func TestPrintWritesWhatParseRead(t *testing.T) {
	files, err := filepath.Glob("testdata/*.nft")
	require.NoError(t, err)
	require.Greater(t, len(files), 20)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			set, err := Parse(string(text))
			require.NoError(t, err)
			assert.Equal(t, string(text), Print(set))
		})
	}
}

func TestParsedRulesetFitsANode(t *testing.T) {
	text, err := os.ReadFile("testdata/everything.nft")
	require.NoError(t, err)
	set, err := Parse(string(text))
	require.NoError(t, err)
	router := netmodel.New(nil, netmodel.Options{}).AddRouter("router")
	for at, rules := range set.Chains {
		if rules != nil {
			assert.NoError(t, router.SetChain(netmodel.Chain(at), *rules))
		}
	}
}

func TestParseRule(t *testing.T) {
	for line, want := range map[string]netmodel.Rule{
		`ct state established,related accept`: {CT: netmodel.CTEstablished | netmodel.CTRelated},
		`iifname "lan" accept`:                {IIf: "lan"},
		`iifname lan accept`:                  {IIf: "lan"},
		`iifname "wan" tcp sport 20 tcp dport 1024-65535 accept`: {
			IIf: "wan", SPort: []netmodel.PortRange{{First: 20, Last: 20}}, DPort: []netmodel.PortRange{{First: 1024, Last: 65535}},
		},
		`iifname "wan" counter reject with tcp reset comment "inbound"`: {
			IIf: "wan", Verdict: netmodel.VerdictReject, Reject: netmodel.TCPReset, Comment: "inbound",
		},
		`drop comment "x"`:                       {Verdict: netmodel.VerdictDrop, Comment: "x"},
		`counter packets 3 bytes 180 drop`:       {Verdict: netmodel.VerdictDrop},
		`tcp dport {21,2121} accept`:             {DPort: []netmodel.PortRange{{First: 21, Last: 21}, {First: 2121, Last: 2121}}, PortSet: true},
		`reject with icmp type host-unreachable`: {Verdict: netmodel.VerdictReject, Reject: netmodel.HostUnreachable},
		`reject with icmpx admin-prohibited`:     {Verdict: netmodel.VerdictReject, Reject: netmodel.AdminProhibited},
		`tcp flags syn drop`:                     {Verdict: netmodel.VerdictDrop, SYNBit: true},
		`tcp dport 21 ct helper set "ftp"`:       {Verdict: netmodel.VerdictSetHelper, Helper: "ftp", DPort: []netmodel.PortRange{{First: 21, Last: 21}}},
	} {
		t.Run(line, func(t *testing.T) {
			got, err := ParseRule(line)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
}

func TestErrorsSayWhereAndWhatWasExpected(t *testing.T) {
	for line, want := range map[string]string{
		``:                          `line 1, column 1: expected a rule, found nothing`,
		`iifname "lan"`:             `line 1, column 14: expected a verdict: accept, drop, reject, snat, dnat, masquerade, redirect or ct helper set, found the end`,
		`iifname "lan accept`:       `line 1, column 9: expected a closing ", found the end of the line`,
		`iifname "wan*" drop`:       `line 1, column 9: the name of an interface has 1 to 15 characters, no space, no /, and no wildcard`,
		`tcp dport 21, 22 accept`:   `line 1, column 13: several stand in braces: tcp dport { 21, 2121 }`,
		`tcp dport 70000 accept`:    `line 1, column 11: expected a port from 0 to 65535 or a range like 1024-65535, found "70000"`,
		`tcp dport 30-20 accept`:    `line 1, column 11: expected a port from 0 to 65535 or a range like 1024-65535, found "30-20"`,
		`tcp dport { 20, 20 } drop`: `line 1, column 17: this port stands in the set already`,
		`ct state old accept`:       `line 1, column 10: expected established, related, new, invalid or untracked, found "old"`,
		`udp dport 53 accept`:       `line 1, column 1: expected iifname, oifname, ip, ip6, tcp, meta l4proto, ct state, counter, comment or a verdict, found "udp"`,
		`accept drop`:               `line 1, column 8: a rule has one verdict; this is the second`,
		`accept iifname "lan"`:      `line 1, column 8: expected a comment or the end of the rule after the verdict, found "iifname"`,
		`ip saddr 2001:db8::1 drop`: `line 1, column 10: expected an address or prefix of family ip, found "2001:db8::1"`,
		`dnat to 10.0.0.10:0`:       `line 1, column 9: expected an address, address:port, or ranges of them (IPv6 with a port: [address]:port), found "10.0.0.10:0"`,
		"drop\naccept":              `line 2, column 1: expected the end of the rule, found "accept"`,
	} {
		t.Run(line, func(t *testing.T) {
			_, err := ParseRule(line)
			assert.Equal(t, want, english(err))
		})
	}
}

func TestErrorsInARuleset(t *testing.T) {
	chain := func(head, rule string) string {
		return "table inet filter {\n  chain x {\n    type " + head + ";\n    " + rule + "\n  }\n}\n"
	}
	for name, c := range map[string]struct{ text, want string }{
		"a hook the model has not":  {chain("filter hook ingress priority 0", "accept"), `line 3, column 10: the model has no chain of type filter at hook ingress`},
		"a verdict out of place":    {chain("filter hook forward priority 0", "masquerade"), `line 4, column 5: this verdict has no meaning in this chain`},
		"an interface too early":    {chain("filter hook input priority 0", `oifname "wan" drop`), `line 4, column 5: oifname is not known before routing`},
		"a helper nobody declared":  {chain("filter hook prerouting priority 0", `ct helper set "ftp"`), `line 4, column 19: no such helper in this table; declare it: ct helper NAME { type "ftp" protocol tcp; }`},
		"two chains at a hook":      {chain("filter hook input priority 0", "drop") + chain("filter hook input priority 1", "drop"), `line 8, column 9: the model has one chain at each hook, and this is the second at input`},
		"no closing brace":          {"table inet filter {\n", `line 2, column 1: expected "chain", "ct helper" or "}", found the end`},
		"a policy that is none":     {chain("filter hook input priority 0; policy reject", "drop"), `line 3, column 47: expected "accept" or "drop", found "reject"`},
		"an address not of a table": {"table ip nat { chain p { type nat hook prerouting priority dstnat;\n dnat to 2001:db8::1\n } }", `line 2, column 2: the address is not of the table's family ip`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(c.text)
			assert.Equal(t, c.want, english(err))
		})
	}
}

func TestARuleSwitchedOffIsWrittenAsAComment(t *testing.T) {
	var set Ruleset
	set.Chains[netmodel.Forward] = &netmodel.Rules{Rules: []netmodel.Rule{{Verdict: netmodel.VerdictDrop, Disabled: true}}}
	assert.Contains(t, Print(set), "\n    # counter drop\n")
}

func TestACommentCannotBreakOutOfItsQuotes(t *testing.T) {
	line := PrintRule(netmodel.Rule{Comment: "a\" accept\n\x00" + strings.Repeat("é", 100)})
	got, err := ParseRule(line)
	require.NoError(t, err)
	assert.Equal(t, line, PrintRule(got))
}

func TestEveryRuleSurvivesPrintAndParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := anyRule().Draw(t, "rule")
		text := PrintRule(rule)
		got, err := ParseRule(text)
		require.NoError(t, err, text)
		require.Equal(t, text, PrintRule(got))
	})
}

func anyRule() *rapid.Generator[netmodel.Rule] {
	ports := rapid.SliceOfNDistinct(rapid.Uint16(), 0, 4, rapid.ID[uint16])
	toRanges := func(p []uint16) (r []netmodel.PortRange) {
		for _, port := range p {
			r = append(r, netmodel.PortRange{First: port, Last: port})
		}
		return r
	}
	return rapid.Custom(func(t *rapid.T) netmodel.Rule {
		return netmodel.Rule{
			IIf:     rapid.SampledFrom([]string{"", "lan", "wan", "eth0.1"}).Draw(t, "iif"),
			CT:      netmodel.CTState(rapid.IntRange(0, 31).Draw(t, "ct")),
			SPort:   toRanges(ports.Draw(t, "sport")),
			DPort:   toRanges(ports.Draw(t, "dport")),
			SYN:     rapid.Bool().Draw(t, "syn"),
			Verdict: rapid.SampledFrom([]netmodel.Verdict{netmodel.VerdictAccept, netmodel.VerdictDrop, netmodel.VerdictReject, netmodel.VerdictMasquerade}).Draw(t, "verdict"),
			Reject:  netmodel.RejectWith(rapid.IntRange(0, 3).Draw(t, "reject")),
			Comment: rapid.String().Draw(t, "comment"),
			PortSet: rapid.Bool().Draw(t, "set"),
		}
	})
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.nft")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("table ip nat { chain a { type nat hook postrouting priority srcnat + 5; policy accept; snat to [2001:db8::1]:1-2; } }")
	f.Fuzz(func(t *testing.T, text string) {
		set, err := Parse(text)
		if err != nil {
			return
		}
		once := Print(set)
		again, err := Parse(once)
		if err != nil {
			t.Fatalf("what Print wrote is not understood: %v\n%s", err, once)
		}
		if twice := Print(again); twice != once {
			t.Fatalf("Print is not a fixpoint:\n%s\n%s", once, twice)
		}
	})
}
