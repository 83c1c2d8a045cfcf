package netmodel

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// sysctls are the settings of a node's connection tracking.
type sysctls struct {
	timeouts       [trackStateCount]time.Duration
	maxRetrans     time.Duration // timeout once maxRetransCount repetitions were not answered
	unacknowledged time.Duration // timeout while data is not acknowledged
	retransCount   int
	loose          bool // pick up connections in the middle
	liberal        bool // only RSTs outside the window are invalid
}

var defaultSysctls = sysctls{
	timeouts: [trackStateCount]time.Duration{
		TrackSynSent:     120 * time.Second,
		TrackSynRecv:     60 * time.Second,
		TrackEstablished: 5 * 24 * time.Hour,
		TrackFinWait:     120 * time.Second,
		TrackCloseWait:   60 * time.Second,
		TrackLastAck:     30 * time.Second,
		TrackTimeWait:    120 * time.Second,
		TrackClose:       10 * time.Second,
		TrackSynSent2:    120 * time.Second,
	},
	maxRetrans:     300 * time.Second,
	unacknowledged: 300 * time.Second,
	retransCount:   3,
	loose:          true,
}

const sysctlPrefix = "net.netfilter.nf_conntrack_tcp_"

// SetSysctl sets a kernel setting of the node by its name, as
// net.netfilter.nf_conntrack_tcp_timeout_established (seconds). It holds for
// what happens from then on.
func (n *Node) SetSysctl(key, value string) error { return n.sysctl.put(key, value) }

// CheckSysctl says why [Node.SetSysctl] would refuse a setting; nil if it would not.
func CheckSysctl(key, value string) error {
	s := defaultSysctls
	return s.put(key, value)
}

func (s *sysctls) put(key, value string) error {
	number, err := strconv.ParseUint(value, 10, 31)
	if err != nil {
		return fault("error.sysctl.value", "key", key, "value", strconv.Quote(value), "most", math.MaxInt32)
	}
	name, ours := strings.CutPrefix(key, sysctlPrefix)
	if !ours || !s.set(name, number) {
		return fault("error.sysctl.unknown", "key", key, "prefix", sysctlPrefix)
	}
	return nil
}

func (s *sysctls) set(name string, value uint64) bool {
	seconds := time.Duration(value) * time.Second
	switch name {
	case "loose":
		s.loose = value != 0
	case "be_liberal":
		s.liberal = value != 0
	case "max_retrans":
		s.retransCount = int(value)
	case "timeout_max_retrans":
		s.maxRetrans = seconds
	case "timeout_unacknowledged":
		s.unacknowledged = seconds
	default:
		return s.setTimeout(name, seconds)
	}
	return true
}

func (s *sysctls) setTimeout(name string, d time.Duration) bool {
	state, ok := strings.CutPrefix(name, "timeout_")
	if !ok {
		return false
	}
	for i := TrackSynSent; i < trackStateCount; i++ {
		if strings.ToLower(i.String()) == state {
			s.timeouts[i] = d
			return true
		}
	}
	return false
}
