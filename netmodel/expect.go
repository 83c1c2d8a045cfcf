package netmodel

import "time"

// expectationLife is how long a helper's expectation waits (nf_conntrack_ftp).
const expectationLife = 300 * time.Second

type expectation struct {
	Expectation
	slot  uint32
	gone  bool
	made  ID
	timer deadline
}

type newline struct{}
type seqAdjust struct{}

func (t *tracker) expected(tuple Tuple) *expectation                 { return nil }
func (n *Node) meetExpectation(f *flight, e *expectation)            {}
func (n *Network) ageExpectation(e *expectation)                     {}
func (n *Network) expectationDue(e *expectation) bool                { return !e.gone }
func (n *Network) EachExpectation(node NodeID, f func(*Expectation)) {}
func (s *HelperSegment) Expect(e Expectation) AddrPort               { return e.Dst }

// AttachHelper makes a helper known by the name that rules use.
func (n *Node) AttachHelper(name string, h Helper) { n.helpers[name] = h }
