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

// localName is what the machine calls the one local file of a client.
const localName = "local"

// Get downloads a file.
func (c Client) Get(ctx context.Context, from Remote, to io.Writer) error {
	run := c.session(from)
	if err := run.wishes(ctx, "binary", "get "+quote(from.Path)+" "+localName); err != nil {
		return err
	}
	content, _ := run.client.File(localName)
	_, err := to.Write(content)
	return err
}

// Put uploads a file, in place of one that is there.
func (c Client) Put(ctx context.Context, to Remote, from io.Reader) error {
	content, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	run := c.session(to)
	run.client.SetFile(localName, content)
	return run.wishes(ctx, "binary", "put "+localName+" "+quote(to.Path))
}

// List gives the listing of a folder, as the server words it.
func (c Client) List(ctx context.Context, of Remote) (string, error) {
	run := c.session(of)
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
	err     error    // the first failure
	over    bool
}

func (c Client) session(to Remote) *run {
	if c.Timeout == 0 {
		c.Timeout = defaultPatience
	}
	return &run{Client: c, remote: to, client: ftp.NewClient(ftp.ClientConfig{
		User: to.User, Password: to.Password, Mode: c.Mode, SkipPasvIP: true,
		ConnectTimeout: c.Timeout.Milliseconds(),
	})}
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
		if strings.HasPrefix(r.asked, "ls") {
			r.printed = o.Text
		}
	case ftp.Finished:
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
