package ftp

import (
	"net/netip"
	"path"
	"strconv"
	"strings"
)

// clientData is the client's data connection and what moves on it.
type clientData struct {
	ports    []uint16       // fixed ones not used yet
	announce netip.AddrPort // what the listener is bound to
	job      *download

	impatient bool // a dial took all the time there was for connecting
}

// download is a transfer in either direction, or a listing.
type download struct {
	verb        Verb
	name        string // as the server knows the file
	line        string // the transfer command
	local       string
	upload      []byte
	content     Content // what is uploaded, where files are not in memory
	offset      int64   // of content, or of the download
	handed      bool    // content is on its way
	writer      Writer  // of a download
	sends       bool
	ascii       bool
	decoder     fromNetwork
	got         received
	moved       int64
	total       int64
	preliminary bool // 150 came
	connected   bool
	protected   bool // its TLS handshake has begun
	done        bool // the data connection has done its part, or is lost
	lost        bool
	final       *Reply
}

// planTransfer makes the steps of a whole transfer: a data connection, what
// the program sends around it, the command itself.
func (c *Client) planTransfer(j *download) ([]step, error) {
	if j.content != nil {
		j.total = j.content.Size()
	} else if j.sends {
		j.total = int64(len(j.upload))
	} else {
		j.total = -1
	}
	if j.sends && c.program.putsAgain {
		again := *j
		c.second, c.retryDue = &again, false
		c.startTimer(RetryTimer, lftpReconnect)
	}
	return c.transferSteps(j), nil
}

func (c *Client) transferSteps(j *download) []step {
	steps := c.program.beforeData(c, j)
	steps = append(steps, c.setUp(c.session.mode)...)
	steps = append(steps, c.program.afterData(c, j)...)
	steps = append(steps, c.transfer(j))
	return append(steps, c.program.afterwards(c, j)...)
}

func (j *download) listing() bool { return j.verb == "LIST" || j.verb == "NLST" }

// represent converts what is sent, and notes to convert what comes, as the
// TYPE in force asks.
func (c *Client) represent(j *download) step {
	return step{start: func() {
		j.ascii = j.listing() || c.session.letter != "I"
		if j.content != nil && j.ascii && !c.load(j) {
			return
		}
		if j.sends && j.ascii {
			j.upload = toNetwork(j.upload, 0, false)
			j.total = int64(len(j.upload))
		}
		c.next()
	}}
}

// load takes a file into memory: only whole can it be converted.
func (c *Client) load(j *download) bool {
	j.upload = make([]byte, j.content.Size())
	n, err := j.content.ReadAt(j.upload, 0)
	j.close()
	if n < len(j.upload) {
		c.fail(err)
		return false
	}
	return true
}

// restartAt sends REST: a download goes on after what the user has, an upload
// begins with what the server lacks (RFC 3659 §5).
func (c *Client) restartAt(j *download, offset int64) step {
	return step{
		start: func() {
			have := int64(len(j.upload))
			switch {
			case j.content != nil:
				have = j.content.Size()
			case !j.sends && c.cfg.Local != nil:
				have = offset // Create says if it is not so
			case !j.sends:
				got, _ := c.File(j.local)
				have = int64(len(got))
			}
			if have < offset {
				c.fail(wishErr("restart", "error.wish.short", "offset", offset))
				return
			}
			c.send("REST " + strconv.FormatInt(offset, 10))
		},
		reply: func(r Reply) {
			switch {
			case r.Class() == 1:
			case r.Class() != 3:
				c.fail(&ReplyError{"REST", r})
			case j.content != nil || !j.sends && c.cfg.Local != nil:
				j.offset = offset
				c.next()
			case j.sends:
				j.upload = j.upload[offset:]
				c.next()
			default:
				j.got = received{}
				have, _ := c.File(j.local)
				j.got.add(have[:offset])
				c.next()
			}
		},
	}
}

// transfer sends the transfer command and sees it through: 150, the data, 226.
func (c *Client) transfer(j *download) step {
	return step{
		start: func() {
			c.data.job = j
			j.connected = c.dtp.state == Connected
			c.send(j.line)
			if c.program.silenceEnds {
				c.startTimer(ReplyTimer, c.cfg.ConnectTimeout)
			}
		},
		reply: func(r Reply) {
			if c.program.silenceEnds {
				c.emit(StopTimer{ReplyTimer})
			}
			if r.Class() == 1 {
				j.preliminary = true
			} else {
				j.final = &r
			}
			c.progress(j)
		},
		data: func(in Input) { c.transferData(j, in) },
		timer: func(name TimerName) {
			switch {
			case name == ConnectTimer && !j.connected:
				c.fail(&ConnectError{DataChannel, TimedOut})
			case name == ReplyTimer:
				c.dropControl()
				c.fail(&ConnectError{ControlChannel, TimedOut})
			}
		},
	}
}

func (c *Client) transferData(j *download, in Input) {
	switch in := in.(type) {
	case DataConnected:
		if c.dtp.state == WaitAccept {
			c.emit(StopListening{}, StopTimer{ConnectTimer})
			c.fire(&c.dtp, "connected")
			j.connected = true
		}
	case DataReceived:
		c.gotData(j, in)
	case DataPeerClosed:
		if !j.sends && j.connected {
			c.emit(CloseData{})
			j.done = true
		}
	case DataAcked:
		if j.done && c.dtp.state == WaitEnd {
			c.fire(&c.dtp, "over")
		}
	case DataWritable:
		if j.handed && !j.done {
			c.uploaded(j, in)
		}
	case DataReset:
		j.done, j.lost = true, true
	}
	c.progress(j)
}

func (c *Client) gotData(j *download, in DataReceived) {
	if j.sends || !j.connected {
		return
	}
	c.receiving()
	j.moved += int64(len(in.Data))
	switch {
	case j.streams(c):
		data := in.Data
		if j.ascii {
			data = j.decoder.convert(data)
		}
		if !c.write(j, data) {
			return
		}
	case j.ascii:
		j.got.add(j.decoder.convert(in.Data))
	case in.Shared:
		j.got.keep(in.Data)
	default:
		j.got.add(in.Data)
	}
	c.emit(Progress{j.moved, j.total})
}

// streams says that a download goes where the user's files are, piece by piece.
func (j *download) streams(c *Client) bool { return c.cfg.Local != nil && j.local != "" }

// write adds to a download's file; false: the transfer is over for it.
func (c *Client) write(j *download, data []byte) bool {
	var err error
	if j.writer == nil {
		j.writer, err = c.cfg.Local.Create(j.local, j.offset)
	}
	if err == nil && len(data) > 0 {
		_, err = j.writer.Write(data)
	}
	if err == nil {
		return true
	}
	if j.done = true; c.dtp.state != Idle {
		c.emit(AbortData{})
		c.fire(&c.dtp, "over")
	}
	j.close() // complete has let go of the job already
	c.fail(err)
	return false
}

func (c *Client) receiving() {
	if c.dtp.state == Connected {
		c.fire(&c.dtp, "receive")
	}
}

// progress goes on with a transfer after anything that happened to it.
func (c *Client) progress(j *download) {
	if j.preliminary && j.connected && !j.done {
		if c.session.private && !j.protected {
			j.protected = true
			c.emit(StartTLS{DataChannel, TLSClient})
		}
		if j.sends {
			c.upload(j)
		} else {
			c.receiving()
		}
	}
	switch {
	case j.final == nil:
	case j.final.Class() != 2:
		c.dropData()
		c.fail(&ReplyError{j.line, *j.final})
	case j.done || !j.connected && !j.preliminary:
		c.complete(j)
	case !j.connected:
		c.startTimer(ConnectTimer, c.cfg.ConnectTimeout) // 226 came before the connection it is about
	}
}

func (c *Client) upload(j *download) {
	c.fire(&c.dtp, "send")
	if j.content != nil {
		if left := j.content.Size() - j.offset; left > 0 {
			if !j.handed {
				j.handed = true
				c.emit(SendFile{j.content, j.offset})
			}
			if j.moved < left {
				return
			}
		}
		c.emit(CloseData{})
		c.fire(&c.dtp, "FIN sent")
		j.done = true
		return
	}
	if len(j.upload) > 0 {
		c.emit(SendData{Data: j.upload})
	}
	j.moved = int64(len(j.upload))
	c.emit(Progress{j.moved, j.total}, CloseData{})
	c.fire(&c.dtp, "FIN sent")
	j.done = true
}

// uploaded notes how much of a file the transport took.
func (c *Client) uploaded(j *download, in DataWritable) {
	j.moved += in.Taken
	c.emit(Progress{j.moved, j.total})
	if in.Err != nil { // a FIN would call the half of a file the whole
		j.done = true
		c.emit(AbortData{})
		c.fire(&c.dtp, "over")
		c.fail(in.Err)
	}
}

// complete ends a transfer that both sides call complete.
func (c *Client) complete(j *download) {
	c.data.job, c.second = nil, nil
	if j.sends && c.program.putsAgain {
		c.emit(StopTimer{RetryTimer})
	}
	c.last, c.settled = *j.final, true
	c.fire(&c.dtp, "over")
	rest := j.decoder.flush()
	if j.streams(c) && !j.sends && !j.lost && !c.keep(j, rest) {
		return
	}
	j.got.add(rest)
	switch {
	case j.lost:
		j.close()
		c.fail(&ConnectError{DataChannel, WasReset})
		return
	case j.sends:
		j.close()
	case j.streams(c):
		c.emit(Stored{j.local, j.offset + j.moved})
	case j.local == "":
		c.emit(Printed{string(j.got.bytes())})
	default:
		c.files[j.local] = &j.got
		c.emit(Stored{j.local, j.got.size})
	}
	c.next()
}

// keep puts a download into its place.
func (c *Client) keep(j *download, rest []byte) bool {
	if !c.write(j, rest) {
		return false
	}
	err := j.writer.Commit()
	j.writer = nil
	if err != nil {
		c.fail(err)
	}
	return err == nil
}

// close lets go of the user's file; what came of one that is not whole is the
// writer's to forget or to keep.
func (j *download) close() {
	if j.content != nil {
		_ = j.content.Close() // it was only read
		j.content = nil
	}
	if j.writer != nil {
		_ = j.writer.Discard()
		j.writer = nil
	}
}

// dropData closes whatever there is of a data connection.
func (c *Client) dropData() {
	if j := c.data.job; j != nil {
		defer j.close()
	}
	switch c.dtp.state {
	case Idle:
		return
	case WaitListen, WaitAccept:
		c.emit(StopListening{})
	case WaitDialed:
		c.emit(AbortData{}, StopTimer{ConnectTimer})
	case Receiving: // what still comes nobody reads: close(2) makes that a reset
		if !c.data.job.done {
			c.emit(AbortData{})
		}
	default:
		if c.data.job == nil || !c.data.job.done {
			c.emit(CloseData{Discard: true})
		}
	}
	c.data.job = nil
	c.fire(&c.dtp, "over")
}

// dataInput hands an event of the data connection to the step that waits.
func (c *Client) dataInput(in Input) {
	switch {
	case c.cfg.Profile == Raw:
		c.rawData(in)
	case c.step.data != nil:
		c.step.data(in)
	case c.data.job == nil || c.dtp.state == Idle:
		if _, ok := in.(DataConnected); ok {
			c.emit(AbortData{}) // nobody waits for it any more
		}
	}
}

// abort stops the running transfer (RFC 959 §4.1.3): Telnet IP and synch, then
// ABOR; the transfer's reply and ABOR's own follow.
func (c *Client) abort() {
	j := c.data.job
	if j == nil || j.final != nil {
		c.emit(Finished{Wish: "abort", Err: wishErr("abort", "error.wish.abort")})
		return
	}
	c.urgent("ABOR")
	c.dropData()
	replies := 0
	c.steps = nil
	c.step = step{reply: func(r Reply) {
		if r.Class() == 1 {
			return
		}
		if replies++; replies == 2 || len(c.outstanding) == 0 {
			c.fail(&ReplyError{j.line, r})
		}
	}}
}

// urgent sends a line after Telnet's IP and synch signal, whose DM is urgent
// data (RFC 854).
func (c *Client) urgent(text string) {
	c.synch()
	c.send(text)
}

func (c *Client) synch() {
	c.emit(SendControl{Raw: []byte{telnetIAC, telnetIP, telnetIAC}},
		SendControl{Raw: []byte{telnetDM}, Urgent: true})
}

// planGet downloads a file.
func (c *Client) planGet(args []string) ([]step, error) {
	local := path.Base(args[0])
	if len(args) > 1 {
		local = args[1]
	}
	return c.planTransfer(&download{verb: "RETR", name: args[0], line: "RETR " + args[0], local: local})
}

// planPut uploads a local file; verb is STOR or APPE.
func (c *Client) planPut(verb Verb) func([]string) ([]step, error) {
	return func(args []string) ([]step, error) {
		remote := path.Base(args[0])
		if len(args) > 1 {
			remote = args[1]
		}
		if c.cfg.Local != nil {
			content, err := c.cfg.Local.Open(args[0])
			if err != nil {
				return nil, err
			}
			return c.planTransfer(&download{verb: verb, name: remote, line: string(verb) + " " + remote, content: content, sends: true})
		}
		data, ok := c.File(args[0])
		if !ok {
			return nil, wishErr(string(verb), "error.wish.local", "file", strconv.Quote(args[0]))
		}
		return c.planTransfer(&download{verb: verb, name: remote, line: string(verb) + " " + remote, upload: data, sends: true})
	}
}

// planList shows a listing.
func (c *Client) planList(verb Verb) func([]string) ([]step, error) {
	return func(args []string) ([]step, error) {
		line := strings.TrimSpace(string(verb) + " " + strings.Join(args, " "))
		return c.planTransfer(&download{verb: verb, line: line, ascii: true})
	}
}
