package live

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"ftpscope/sim/ftp"
)

// Client is how a client works; its zero value uses clear text and PASV.
type Client struct {
	Mode    ftp.Mode
	Secure  bool // AUTH TLS before the login, and protected data
	NoCheck bool // take any certificate
	TLS     *tls.Config
	Timeout time.Duration // for a connection, and without any progress; 0: a minute
}

const defaultPatience = time.Minute

var (
	errStalled = errors.New("no answer")
	// ErrInterrupted is the end of a client whose context ended.
	ErrInterrupted = errors.New("interrupted")
)

// Get downloads a file. What came before a failure has been written.
func (c Client) Get(ctx context.Context, from Remote, to io.Writer) error {
	return c.GetRest(ctx, from, 0, to)
}

// GetRest downloads what of a file comes after so many bytes.
func (c Client) GetRest(ctx context.Context, from Remote, have int64, to io.Writer) error {
	run := c.session(from, &localFile{to: to})
	return run.wishes(ctx, append([]string{"binary"}, after(have, "get "+quote(from.Path)+" "+localName)...)...)
}

// Put uploads a file, in place of one that is there. What can be read anywhere,
// such as an *os.File, is sent from its beginning, wherever it stands.
func (c Client) Put(ctx context.Context, to Remote, from io.Reader) error {
	return c.put(ctx, to, from, false)
}

// PutRest uploads what the server lacks of a file: it asks for the size of what
// is there (RFC 3659 §4).
func (c Client) PutRest(ctx context.Context, to Remote, from io.Reader) error {
	return c.put(ctx, to, from, true)
}

func (c Client) put(ctx context.Context, to Remote, from io.Reader, rest bool) error {
	content, drop, err := contentOf(from)
	if err != nil {
		return err
	}
	run := c.session(to, &localFile{content: content})
	upload := "put " + localName + " " + quote(to.Path)
	if rest {
		run.size, run.upload = content.Size(), upload
		err = run.wishes(ctx, "binary", "size "+quote(to.Path))
	} else {
		err = run.wishes(ctx, "binary", upload)
	}
	return errors.Join(err, drop())
}

// after are the wishes that begin a transfer at an offset.
func after(offset int64, transfer string) []string {
	if offset == 0 {
		return []string{transfer}
	}
	return []string{"restart " + strconv.FormatInt(offset, 10), transfer}
}

// List gives the listing of a folder, as the server words it.
func (c Client) List(ctx context.Context, of Remote) (string, error) {
	run := c.session(of, nil)
	wish := "ls"
	if of.Path != "" {
		wish += " " + quote(of.Path)
	}
	if err := run.wishes(ctx, wish); err != nil {
		return "", err
	}
	return run.printed, nil
}

// quote keeps a name together in a wish.
func quote(name string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

// run is one client session from open to quit.
type run struct {
	Client
	remote  Remote
	client  *ftp.Client
	alive   sync.WaitGroup
	left    []string // wishes to come
	asked   string   // the wish under way
	printed string   // the listing
	upload  string   // what to do when the size of the file there is known; empty: nothing is asked
	size    int64    // of the file here
	err     error    // the first failure
	over    bool
}

func (c Client) session(to Remote, local *localFile) *run {
	if c.Timeout == 0 {
		c.Timeout = defaultPatience
	}
	cfg := ftp.ClientConfig{
		User: to.User, Password: to.Password, Mode: c.Mode, SkipPasvIP: true,
		ConnectTimeout: c.Timeout.Milliseconds(),
	}
	if local != nil {
		cfg.Local = local
	}
	return &run{Client: c, remote: to, client: ftp.NewClient(cfg)}
}

// config is that of the client's TLS. A server can demand that a data
// connection goes on with the session of the control connection, so sessions
// are kept.
func (r *run) config() *tls.Config {
	config := r.TLS.Clone()
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if config.ServerName == "" {
		config.ServerName = r.remote.Host
	}
	config.InsecureSkipVerify = r.NoCheck
	config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	return config
}

// wishes opens a session, asks for one thing after the other and leaves.
func (r *run) wishes(ctx context.Context, tasks ...string) error {
	r.left = []string{"login"}
	if r.Secure {
		r.left = []string{"auth", "login"}
	}
	r.left = append(append(r.left, tasks...), "quit")

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s := newSession(ctx, r.client, r.config(), &r.alive)
	stalled := time.AfterFunc(r.Timeout, func() { cancel(errStalled) })
	defer stalled.Stop()
	s.observe = func(out ftp.Output) {
		stalled.Reset(r.Timeout)
		r.see(s, out)
	}
	r.asked = "open " + quote(r.remote.Host) + " " + strconv.Itoa(int(r.remote.Port))
	s.take(event{in: ftp.Wish{Text: r.asked}})
	s.run(func() bool { return r.over || ctx.Err() != nil })
	r.alive.Wait()
	switch {
	case r.over:
		return r.explain(r.err)
	case errors.Is(context.Cause(ctx), errStalled):
		return fmt.Errorf("%s: no answer for %s", r.remote, r.Timeout)
	}
	return ErrInterrupted
}

// see follows what the machine does. After a failure nothing is left but to
// leave.
func (r *run) see(s *session, out ftp.Output) {
	switch o := out.(type) {
	case ftp.Printed:
		if strings.HasPrefix(r.asked, "ls") || strings.HasPrefix(r.asked, "size") {
			r.printed = o.Text
		}
	case ftp.Finished:
		if strings.HasPrefix(r.asked, "size") {
			o.Err = r.compare(o)
		}
		if o.Err != nil && r.err == nil && r.asked != "quit" {
			r.err, r.left = o.Err, []string{"quit"}
		}
		if len(r.left) == 0 {
			r.over = true
			return
		}
		r.asked, r.left = r.left[0], r.left[1:]
		s.feed(ftp.Wish{Text: r.asked})
	}
}

// compare decides what of the file is to be sent, now that the server has said
// how much it has. One that has no such file, or does not tell, gets the whole.
func (r *run) compare(o ftp.Finished) error {
	var there int64
	var refused *ftp.ReplyError
	switch {
	case o.Err != nil && !errors.As(o.Err, &refused):
		return o.Err
	case o.OK:
		if n, _ := fmt.Sscanf(r.printed, "213 %d", &there); n != 1 || there < 0 {
			return fmt.Errorf("%q is no size (RFC 3659 §4)", r.printed)
		}
	}
	if there > r.size {
		return fmt.Errorf("%d bytes are there already, and the file here has %d; upload it without --resume", there, r.size)
	}
	if there < r.size || !o.OK {
		r.left = append(after(there, r.upload), r.left...)
	}
	return nil
}

// advice tells, for a reason why there is no connection, what it means.
var advice = map[ftp.Failure]string{
	ftp.Refused:      "connection refused; is a server running there?",
	ftp.TimedOut:     "no answer in time; a firewall may drop the packets",
	ftp.Unreachable:  "no way there",
	ftp.NotFound:     "no such host",
	ftp.NotTrusted:   "its certificate is not trusted; --insecure goes on all the same",
	ftp.BadHandshake: "the TLS handshake failed",
	ftp.WasReset:     "the connection was reset",
	ftp.ClosedEarly:  "the server closed the connection",
}

// explain says in a sentence what went wrong.
func (r *run) explain(err error) error {
	var connect *ftp.ConnectError
	var reply *ftp.ReplyError
	switch {
	case errors.As(err, &connect):
		text, ok := advice[connect.Reason]
		if !ok {
			text = string(connect.Reason)
		}
		if connect.Channel == ftp.DataChannel {
			text = "data connection: " + strings.Replace(text, "is a server running there?", "try another --mode", 1)
		}
		return fmt.Errorf("%s: %s", r.remote, text)
	case errors.As(err, &reply):
		return fmt.Errorf("%s: %s: %s", r.remote, reply.Command, reply.Reply.First())
	case err != nil:
		return fmt.Errorf("%s: %w", r.remote, err)
	}
	return nil
}
