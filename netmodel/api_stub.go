package netmodel

import (
	"net/netip"
	"time"
)

type (
	Network  struct{}
	Node     struct{}
	Iface    struct{}
	Timer    struct{}
	Listener struct{}
	Conn     struct{ App any }
	track    struct{}
)

func New(rec Recorder, opt Options) *Network { return nil }

func (n *Network) AddHost(name string, addrs ...netip.Prefix) *Node { return nil } // interface eth0, default route on it
func (n *Network) AddRouter(name string) *Node                      { return nil }
func (n *Network) Connect(a, b *Iface, l Link)                      {} // an interface connected again joins b (or a) to its segment
func (n *Network) Now() time.Duration                               { return 0 }
func (n *Network) Run() error                                       { return nil } // until only ageing (TIME-WAIT, conntrack timeouts) is left
func (n *Network) RunUntil(t time.Duration) error                   { return nil } // ageing included
func (n *Network) Step() bool                                       { return false }
func (n *Network) Cause() ID                                        { return 0 }
func (n *Network) Under(id ID, f func())                            {}
func (n *Network) NodeName(id NodeID) string                        { return "" } // named links too
func (n *Network) RuleName(r RuleRef) string                        { return "" } // client-router#3
func (n *Network) EachSocket(f func(*SocketInfo))                   {}
func (n *Network) EachFlight(f func(p *Packet, from NodeID))        {} // from: where its last record stands
func (n *Network) EachTrack(node NodeID, f func(*Entry))            {}
func (n *Network) EachExpectation(node NodeID, f func(*Expectation)) {
}
func (n *Network) EachHit(f func(RuleRef, uint64)) {}

func (n *Node) ID() NodeID                                                     { return 0 }
func (n *Node) Name() string                                                   { return "" }
func (n *Node) AddIface(name string, addrs ...netip.Prefix) *Iface             { return nil } // with its connected routes
func (n *Node) Iface(name string) *Iface                                       { return nil }
func (n *Node) AddRoute(to netip.Prefix, out *Iface, via netip.Addr)           {} // via zero: the router at the other end
func (n *Node) SetDefault(out *Iface)                                          {} // both families
func (n *Node) SetChain(c Chain, r Rules) error                                { return nil }
func (n *Node) SetSysctl(key, value string) error                              { return nil }
func (n *Node) AttachHelper(name string, h Helper)                             {}
func (n *Node) After(d time.Duration, name string, f func()) Timer             { return Timer{} }
func (t Timer) Stop()                                                          {}
func (n *Node) Listen(local AddrPort, tag uint8, app App) (*Listener, error)   { return nil, nil }
func (n *Node) Dial(local, remote AddrPort, tag uint8, app App) (*Conn, error) { return nil, nil }
func (l *Listener) Addr() AddrPort                                             { return AddrPort{} }
func (l *Listener) Close()                                                     {}
func (l *Listener) Tag() uint8                                                 { return 0 }
func (c *Conn) Write(b []byte) error                                           { return nil }
func (c *Conn) WriteUrgent(b []byte) error                                     { return nil }
func (c *Conn) Close()                                                         {}
func (c *Conn) Abort()                                                         {}
func (c *Conn) Pause()                                                         {}
func (c *Conn) Resume()                                                        {}
func (c *Conn) Local() AddrPort                                                { return AddrPort{} }
func (c *Conn) Remote() AddrPort                                               { return AddrPort{} }
func (c *Conn) State() State                                                   { return 0 }
func (c *Conn) Accepted() bool                                                 { return false }
func (c *Conn) ID() uint32                                                     { return 0 } // SocketInfo.ID
func (c *Conn) Tag() uint8                                                     { return 0 }
func (s *HelperSegment) Expect(e Expectation) AddrPort                         { return AddrPort{} } // Src, Dst, Real set; returns Dst with the port that was free
