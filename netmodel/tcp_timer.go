package netmodel

import "time"

const (
	initialRTO      = time.Second     // RFC 6298 §2.1
	rtoAfterLostSYN = 3 * time.Second // RFC 6298 §5.7
	timeWait        = 60 * time.Second
	answeredSoon    = 40 * time.Millisecond // TCP_ATO_MIN
	synAckTries     = 6                     // net.ipv4.tcp_synack_retries is 5
)

// synWaits are the pauses after each SYN; after the last the attempt is given up.
var synWaits = [...][]time.Duration{
	ClassicSYN: {1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second},
	LinuxSYN: {time.Second, time.Second, time.Second, time.Second, time.Second, // net.ipv4.tcp_syn_linear_timeouts is 4
		2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 33 * time.Second, 65 * time.Second},
}

// rtt is the round-trip estimate of RFC 6298.
type rtt struct {
	srtt, rttvar, rto time.Duration
	backoff           int // doublings of rto since something was last acknowledged
}

// sample takes a measured round trip in. Linux puts its floor of 200 ms under
// the variance, the RFC its second under the whole.
func (r *rtt) sample(measured time.Duration, timing SYNTiming) {
	if r.srtt == 0 {
		r.srtt, r.rttvar = measured, measured/2
	} else {
		r.rttvar += ((r.srtt - measured).Abs() - r.rttvar) / 4
		r.srtt += (measured - r.srtt) / 8
	}
	if timing == LinuxSYN {
		r.rto = r.srtt + max(4*r.rttvar, 200*time.Millisecond)
	} else {
		r.rto = max(r.srtt+4*r.rttvar, time.Second)
	}
}

// patience is how long to wait for an answer to what was sent last.
func (c *Conn) patience() time.Duration {
	timing := c.node.net.opt.SYNTiming
	if c.state == SynSent && c.head < len(c.out) {
		tries := c.out[c.head].tries
		return synWaits[timing][min(tries, len(synWaits[timing]))-1]
	}
	limit := 60 * time.Second
	if timing == LinuxSYN {
		limit = 120 * time.Second // TCP_RTO_MAX
	}
	return min(c.rto<<min(c.backoff, 16), limit)
}

// armRetransmission sets the timer if something waits for an answer, or for the
// window to open, and it is not set yet.
func (c *Conn) armRetransmission() {
	if c.timer.at == 0 {
		c.rearm()
	}
}

// rearm starts the retransmission timer anew (RFC 6298 §5.3), or stops it.
func (c *Conn) rearm() {
	if c.state == TimeWait || c.state == Closed {
		return
	}
	if c.head == len(c.out) {
		c.disarm()
		return
	}
	c.arm(c.patience())
	if !c.waiting {
		c.waiting = true
		c.node.net.live++
	}
}

func (c *Conn) arm(d time.Duration) {
	c.timer.set(c.node.net, c.node.net.now+d, connTimer, c.slot)
}

func (c *Conn) disarm() {
	c.timer.at = 0
	if c.waiting {
		c.waiting = false
		c.node.net.live--
	}
}

// timerDue also gives back the slot of a connection that is closed, once no
// event refers to it any more.
func (c *Conn) timerDue(e event) bool {
	due := c.timer.due(c.node.net, e)
	if c.state == Closed {
		c.releaseSlot()
		return false
	}
	return due
}

func (c *Conn) releaseSlot() {
	if c.timer.queued == 0 {
		c.node.net.conns.give(c.slot)
	}
}

// startTimeWait waits until no old segment can be about. It does not keep a run
// going.
func (c *Conn) startTimeWait() {
	c.disarm()
	c.timeWaitBy = c.node.net.cause
	c.arm(timeWait)
}

// timeout handles the timer: time is up, or an answer is missing.
func (c *Conn) timeout() {
	c.timer.at = 0
	net := c.node.net
	switch {
	case c.state == TimeWait:
		net.cause = c.timeWaitBy
		c.finish(TimeWaitOver)
	case c.next > c.head:
		s := &c.out[c.head]
		net.cause = s.sent
		if s.tries >= c.tries() {
			c.end(GiveUp, ErrTimedOut)
			return
		}
		c.backoff++
		c.resend(s)
	case c.head < len(c.out):
		c.probe()
	}
}

// tries is how often the oldest segment may be sent.
func (c *Conn) tries() int {
	switch c.state {
	case SynSent:
		return len(synWaits[c.node.net.opt.SYNTiming])
	case SynReceived:
		return synAckTries
	}
	return c.node.net.opt.DataRetries + 1
}

// probe asks a peer whose window is closed, as Linux does: with an old sequence
// number, which must be answered.
func (c *Conn) probe() {
	if c.probes > c.node.net.opt.DataRetries {
		c.end(GiveUp, ErrTimedOut)
		return
	}
	c.probes++
	c.backoff++
	c.sendEmpty(ACK, c.sndUna-1)
	c.rearm()
}
