package ftp

import (
	"net/netip"
	"strconv"
	"strings"
)

// CheckStep says what is wrong with a step of the raw program's script as it is
// written, or nil.
func CheckStep(text string) error {
	if strings.ContainsAny(text, "\r\n\x00") {
		return wishErr(strconv.Quote(text), "error.wish.line")
	}
	_, err := NewClient(ClientConfig{Profile: Raw, Server: netip.MustParseAddrPort("192.0.2.1:21")}).planRaw(text)
	return err
}

// How a caller who was not asked to goes about it: one port after the other,
// round and round, without haste, for a while.
const (
	callPause    = 2      // ms from a refusal to the next call
	callSilence  = 1000   // ms for a call without an answer, where there are other ports
	callPatience = 10_000 // ms in all, unless the step says otherwise
)

// planRawCall reads `call PORTS [SECONDS]`: the server's ports are called
// without any session, until one answers.
func (c *Client) planRawCall(args []string) ([]step, error) {
	low, high, isRange := strings.Cut(args[0], "-")
	if !isRange {
		high = low
	}
	first, err := strconv.ParseUint(low, 10, 16)
	last, err2 := strconv.ParseUint(high, 10, 16)
	if err != nil || err2 != nil || first == 0 || last < first {
		return nil, wishErr("call", "error.step.ports", "value", strconv.Quote(args[0]))
	}
	patience := int64(callPatience)
	if len(args) > 1 {
		seconds, err := strconv.ParseFloat(args[1], 64)
		if err != nil || !(seconds > 0 && seconds <= 1e6) { // nor is NaN
			return nil, wishErr("call", "error.step.seconds", "value", strconv.Quote(args[1]))
		}
		patience = int64(seconds * 1000)
	}
	return []step{c.rawCall(uint16(first), uint16(last), patience)}, nil
}

func (c *Client) rawCall(first, last uint16, patience int64) step {
	port, calling := first, false
	call := func() {
		calling = true
		c.fire(&c.dtp, "dial")
		c.emit(DialData{Remote: netip.AddrPortFrom(c.cfg.Server.Addr(), port)})
		if first != last {
			c.startTimer(ConnectTimer, callSilence)
		}
	}
	// over ends one call in vain.
	over := func() {
		calling = false
		c.emit(StopTimer{ConnectTimer})
		c.fire(&c.dtp, "over")
		if port++; port > last || port == 0 {
			port = first
		}
	}
	return step{
		start: func() {
			c.rawClose()
			c.startTimer(CallTimer, patience)
			call()
		},
		data: func(in Input) {
			switch in := in.(type) {
			case DataConnected:
				c.emit(StopTimer{ConnectTimer}, StopTimer{CallTimer}, Printed{"call: connected to " + in.Remote.String()})
				c.fire(&c.dtp, "connected")
				c.raw.standing = true
				c.next()
			case DataFailed:
				over()
				c.startTimer(SleepTimer, callPause)
			}
		},
		timer: func(name TimerName) {
			switch {
			case name == SleepTimer:
				call()
			case name == ConnectTimer && calling:
				c.emit(AbortData{})
				over()
				call()
			case name == CallTimer:
				if calling {
					c.emit(AbortData{})
					over()
				}
				c.emit(StopTimer{SleepTimer}, Printed{"call: nobody answered"})
				c.next()
			}
		},
	}
}
