package live

import (
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"ftpscope/sim/ftp"
	"ftpscope/sim/trace"
)

// The two nodes of a recorded server: all who call it, and itself.
const (
	clientNode trace.Node = iota
	serverNode
)

// Bounds of a record: what comes after them is left out.
const (
	maxEvents  = 1 << 20
	maxPayload = 64 << 20 // bytes of files
)

// Recorder writes down what a server's sessions do, in the form of a simulated
// run. It stands at the sockets, not on the wire: a segment is what was read or
// written at once, and acknowledgements and losses are not seen.
type Recorder struct {
	mu      sync.Mutex
	rec     *trace.Recorder
	start   time.Time
	packets uint32
	payload int
}

// NewRecorder begins a record of a server that listens at address.
func NewRecorder(address netip.Addr) *Recorder {
	nodes := []trace.NodeInfo{
		clientNode: {Name: "client", Role: trace.RoleClient},
		serverNode: {Name: "server", Role: trace.RoleServer, Addrs: []netip.Addr{address}},
	}
	return &Recorder{rec: trace.NewRecorder(nodes, nil), start: time.Now()}
}

// Trace gives the record, once the server is shut down.
func (r *Recorder) Trace() *trace.Trace {
	t := r.rec.Trace()
	t.Outcome = trace.Outcome{OK: true, Bytes: t.LastProgress().Bytes}
	return t
}

// session begins the record of one session; nil records nothing.
func (r *Recorder) session() *sessionRecord {
	if r == nil {
		return nil
	}
	return &sessionRecord{Recorder: r}
}

// sessionRecord is one session's part of the record.
type sessionRecord struct {
	*Recorder
	control, data wire
	cause         trace.ID    // the command that is being answered
	content       ftp.Content // being sent
	offset        int64
}

// wire is a connection as far as its ends can tell.
type wire struct {
	channel trace.Channel
	ends    [2]netip.AddrPort // by node
	next    [2]uint32         // sequence number, by node
	socket  uint32
	open    bool
}

func (r *sessionRecord) stamp(at trace.Node, c trace.Channel) trace.Stamp {
	return trace.Stamp{T: time.Since(r.start), Cause: r.cause, At: at, Channel: c}
}

// input records what the machine was told.
func (r *sessionRecord) input(in ftp.Input) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.rec.Trace().Len() > maxEvents {
		return
	}
	switch in := in.(type) {
	case ftp.ControlConnected:
		r.connect(&r.control, trace.Command, clientNode, in.Remote, in.Local)
	case ftp.ControlClosed:
		r.close(&r.control, clientNode, in.Reset)
	case ftp.DataConnected:
		opener := serverNode
		if in.Accepted {
			opener = clientNode
		}
		r.connect(&r.data, trace.Data, opener, in.Remote, in.Local)
	case ftp.DataReceived:
		r.segment(&r.data, clientNode, trace.PSH|trace.ACK, slices.Clone(in.Data))
	case ftp.DataWritable:
		r.sent(in.Taken)
	case ftp.DataPeerClosed:
		r.segment(&r.data, clientNode, trace.FIN|trace.ACK, nil)
	case ftp.DataReset:
		r.close(&r.data, clientNode, true)
	}
}

// output records what the machine did.
func (r *sessionRecord) output(out ftp.Output) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.rec.Trace().Len() > maxEvents {
		return
	}
	switch o := out.(type) {
	case ftp.CommandParsed:
		r.cause = 0
		r.cause = r.segment(&r.control, clientNode, trace.PSH|trace.ACK, []byte(o.Line+"\r\n"))
		r.cause = r.rec.Command(r.stamp(serverNode, trace.Command), o.Line)
	case ftp.ReplySent:
		line := trace.Line{Text: o.Line, Code: o.Code, More: o.Lines[1:]}
		r.rec.Reply(r.stamp(serverNode, trace.Command), line)
		r.segment(&r.control, serverNode, trace.PSH|trace.ACK, []byte(strings.Join(o.Lines, "\r\n")+"\r\n"))
	case ftp.StateChanged:
		channel := trace.Command
		if o.Machine == ftp.DTP {
			channel = trace.Data
		}
		r.rec.Machine(r.stamp(serverNode, channel), trace.Machine{Machine: string(o.Machine), From: string(o.From), To: string(o.To)})
	case ftp.Progress:
		r.rec.Progress(r.stamp(serverNode, trace.Data), trace.Progress{Bytes: o.Bytes, Total: o.Total})
	case ftp.SendData:
		r.segment(&r.data, serverNode, trace.PSH|trace.ACK, o.Data)
	case ftp.SendFile:
		r.content, r.offset = o.Content, o.Offset
	case ftp.CloseData:
		r.content = nil
		r.close(&r.data, serverNode, false)
	case ftp.AbortData:
		r.content = nil
		r.close(&r.data, serverNode, true)
	case ftp.CloseControl:
		r.close(&r.control, serverNode, false)
	case ftp.AbortControl:
		r.close(&r.control, serverNode, true)
	}
}

// sent records a piece of a file on its way.
func (r *sessionRecord) sent(n int64) {
	if r.content == nil || r.payload+int(n) > maxPayload {
		return
	}
	piece := make([]byte, n)
	got, _ := r.content.ReadAt(piece, r.offset) // what cannot be read was not sent either
	r.offset += n
	r.segment(&r.data, serverNode, trace.PSH|trace.ACK, piece[:got])
}

// connect records a handshake, which the system has done.
func (r *sessionRecord) connect(w *wire, c trace.Channel, opener trace.Node, client, server netip.AddrPort) {
	*w = wire{channel: c, ends: [2]netip.AddrPort{client, server}, open: true, socket: r.packets + 1}
	r.segment(w, opener, trace.SYN, nil)
	r.segment(w, 1-opener, trace.SYN|trace.ACK, nil)
	r.segment(w, opener, trace.ACK, nil)
	r.socket(w, trace.Established)
}

func (r *sessionRecord) close(w *wire, from trace.Node, reset bool) {
	if !w.open {
		return
	}
	flags := trace.FIN | trace.ACK
	if reset {
		flags = trace.RST | trace.ACK
	}
	r.segment(w, from, flags, nil)
	if reset || from == serverNode {
		r.socket(w, trace.Closed)
		w.open = false
	}
}

func (r *sessionRecord) socket(w *wire, state trace.TCPState) {
	r.rec.Socket(r.stamp(serverNode, w.channel),
		trace.Socket{ID: w.socket, State: state, Local: w.ends[serverNode], Remote: w.ends[clientNode]})
}

// segment records one segment, sent and arrived, and returns its arrival.
func (r *sessionRecord) segment(w *wire, from trace.Node, flags trace.Flags, payload []byte) trace.ID {
	to := 1 - from
	seq := w.next[from]
	w.next[from] += uint32(len(payload))
	if flags&(trace.SYN|trace.FIN) != 0 {
		w.next[from]++
	}
	if w.channel == trace.Data {
		if r.payload += len(payload); r.payload > maxPayload {
			return 0
		}
	}
	r.packets++
	p := trace.Packet{No: r.packets, Seq: seq, Flags: flags, Window: 65535, Payload: payload}
	if flags&trace.ACK != 0 {
		p.Ack = w.next[to]
	}
	sent := r.rec.PacketSent(r.stamp(from, w.channel), w.ends[from], w.ends[to], p, 0)
	arrival := r.stamp(to, w.channel)
	arrival.Cause = sent
	return r.rec.PacketMoved(arrival, trace.Arrived, p.No, 0)
}
