package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"ftpscope/sim"
	"ftpscope/sim/capture"
	"ftpscope/sim/export"
	"ftpscope/sim/trace"
)

type runCommand struct {
	scenario `embed:""`
	language `embed:""`
	Format   string `enum:"text,json,pcapng,nft" default:"text" help:"Form of the output: text (a ladder with the verdict), json (one event a line), pcapng (a capture for Wireshark) or nft (a router's rules for nft -f)."`
	At       string `placeholder:"PLACE" help:"Where a capture is taken: ${vantages}; client without. For nft the router: client-router, without, or server-router."`
	Output   string `short:"o" placeholder:"FILE" help:"Write to a file instead of standard output."`
}

// Validate checks the place against the format.
func (c *runCommand) Validate() error {
	if c.At != "" && c.Format != "pcapng" && c.Format != "nft" {
		return fmt.Errorf("--at %s: only a capture (--format pcapng) or a ruleset (--format nft) has a place", c.At)
	}
	if c.Format == "pcapng" && c.At != "" && !slices.Contains(capture.Vantages(), c.At) {
		return fmt.Errorf("--at %s: a capture is taken at one of %s", c.At, strings.Join(capture.Vantages(), ", "))
	}
	return nil
}

// Run runs the scenario and writes what was asked for.
func (c *runCommand) Run(stdout io.Writer) error {
	texts, err := c.texts()
	if err != nil {
		return err
	}
	s, err := c.load()
	if err != nil {
		return err
	}
	if c.Format == "nft" {
		return c.ruleset(stdout, &s)
	}
	t, err := sim.Run(s)
	if err != nil {
		return err
	}
	err = write(c.Output, stdout, func(w io.Writer) error {
		switch c.Format {
		case "json":
			return export.JSON(w, t, s.Masked().Table())
		case "pcapng":
			return c.capture(w, t)
		}
		return ladder(w, s, t, texts)
	})
	if err == nil && !t.Outcome.OK {
		return errFailed
	}
	return err
}

func (c *runCommand) capture(w io.Writer, t *trace.Trace) error {
	at := c.At
	if at == "" {
		at = "client"
	}
	return capture.Write(w, t, at)
}

// ruleset writes a router's rules; nothing need be run for that.
func (c *runCommand) ruleset(stdout io.Writer, s *sim.Scenario) error {
	at := c.At
	if at == "" {
		at = "client-router"
	}
	text, err := sim.Ruleset(s, strings.ReplaceAll(at, "-", "_"))
	if err != nil {
		return usageError{trace.Err("error.place.why", "what", "--at", "why", err)}
	}
	return write(c.Output, stdout, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}
