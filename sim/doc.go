// Package sim runs scenarios.
//
// A [Scenario] is data: a client and what its user wants, two routers with
// firewalls, NAT and the FTP helper, a server, the links between them, and where
// it asks for them an attacker and a second server.
// [Run] builds that network out of package netmodel, puts the machines of
// package sim/ftp on its hosts, lets everything happen, and returns the
// [trace.Trace]. To change anything is to change the scenario and run it
// again; there is no second way in.
//
// Scenarios come from TOML or JSON files ([Load]), from the presets built into
// the program ([Preset]), and from single settings ([Scenario.Set]); all three
// speak the same vocabulary, and every error names the field it is about.
package sim
