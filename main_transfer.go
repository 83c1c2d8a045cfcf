package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"ftpscope/sim/ftp"
	"ftpscope/sim/live"
)

// remote is what the commands that go to a real server share.
type remote struct {
	Mode     string        `enum:"port,pasv,eprt,epsv,auto" default:"auto" help:"Data mode: port, pasv, eprt, epsv, or auto (EPSV, then PASV)."`
	TLS      bool          `name:"tls" help:"Protect login and data with TLS, or fail."`
	Insecure bool          `help:"Take any certificate, from whomever."`
	Timeout  time.Duration `default:"1m" help:"How long to wait for a connection or an answer."`
}

// client gives the client, and a context that ends with an interrupt.
func (r remote) client() (live.Client, context.Context, context.CancelFunc, error) {
	if r.Timeout <= 0 {
		return live.Client{}, nil, nil, usageError{errors.New("--timeout must be more than 0")}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	return live.Client{Mode: ftp.Mode(r.Mode), Secure: r.TLS, NoCheck: r.Insecure, Timeout: r.Timeout}, ctx, stop, nil
}

func target(url string) (live.Remote, error) {
	to, err := live.ParseURL(url)
	if err != nil {
		return to, usageError{err}
	}
	return to, nil
}

// isFolder says that a URL names no file.
func isFolder(r live.Remote) bool { return r.Path == "" || strings.HasSuffix(r.Path, "/") }

type getCommand struct {
	remote `embed:""`
	URL    string `arg:"" name:"url" help:"ftp://USER:PASS@HOST:PORT/PATH; without USER, anonymous."`
	Output string `short:"o" placeholder:"FILE" help:"Where to write; - is standard output. Without, the file's own name, here."`
	Resume bool   `help:"Go on where an attempt with --resume ended, and keep what came (FILE.part) when this one fails too."`
}

// Run downloads a file. It has its name when it is whole, never before. Nothing
// of it stays after a failure or an interrupt, unless it is to be resumed.
func (c *getCommand) Run(stdout io.Writer) error {
	from, err := target(c.URL)
	if err != nil {
		return err
	}
	if isFolder(from) {
		return usageError{fmt.Errorf("%s names no file; ls lists a folder", from)}
	}
	client, ctx, stop, err := c.client()
	if err != nil {
		return err
	}
	defer stop()
	if c.Output == "-" {
		if c.Resume {
			return usageError{errors.New("--resume needs a file; standard output does not keep what it got")}
		}
		return client.Get(ctx, from, stdout)
	}
	name := c.Output
	if name == "" {
		name = path.Base(from.Path)
	}
	if c.Resume {
		return resumed(name, func(have int64, w io.Writer) error { return client.GetRest(ctx, from, have, w) })
	}
	return whole(name, func(w io.Writer) error { return client.Get(ctx, from, w) })
}

// destination says what a download's name is: a folder is a mistake, and what is no
// file keeps its place.
func destination(name string) (device bool, err error) {
	switch there, err := os.Stat(name); {
	case err == nil && there.IsDir():
		return false, usageError{fmt.Errorf("%s: is a folder; choose a file with -o", name)}
	case err == nil && !there.Mode().IsRegular():
		return true, nil
	}
	return false, nil
}

// whole has a file written under another name, and gives it its own at the
// end. A fault on the way leaves nothing. (renameio does the same, but not on
// Windows.)
func whole(name string, content func(io.Writer) error) error {
	switch device, err := destination(name); {
	case err != nil:
		return err
	case device:
		return into(name, content)
	}
	// The name is nobody's: what somebody else calls FILE.part stays his.
	part, err := os.OpenFile(name+"."+strings.ToLower(rand.Text()[:8])+".part", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return fmt.Errorf("%w; choose another file with -o", err)
	}
	err = errors.Join(content(part), part.Close())
	if err == nil {
		err = os.Rename(part.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return nil
}

// resumed has a file written at the end of what an earlier attempt left in
// NAME.part, which gets the name when it is whole.
func resumed(name string, content func(have int64, w io.Writer) error) error {
	switch device, err := destination(name); {
	case err != nil:
		return err
	case device:
		return usageError{fmt.Errorf("%s: --resume needs a file", name)}
	}
	part, err := os.OpenFile(name+".part", os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		return fmt.Errorf("%w; choose another file with -o", err)
	}
	have, err := part.Seek(0, io.SeekEnd)
	if err == nil {
		err = content(have, part)
	}
	if err := errors.Join(err, part.Close()); err != nil {
		if now, statErr := os.Stat(part.Name()); statErr == nil && now.Size() == 0 {
			err = errors.Join(err, os.Remove(part.Name()))
		}
		return err
	}
	return os.Rename(part.Name(), name)
}

// into writes to a device or a pipe, which keeps its place.
func into(name string, content func(io.Writer) error) error {
	device, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("%w; choose another file with -o", err)
	}
	return errors.Join(content(device), device.Close())
}

type putCommand struct {
	remote `embed:""`
	File   string `arg:"" type:"existingfile" help:"The file."`
	URL    string `arg:"" name:"url" help:"ftp://USER:PASS@HOST:PORT/PATH; a path that ends in / is a folder."`
	Resume bool   `help:"Send only what the server lacks of the file."`
}

// Run uploads a file.
func (c *putCommand) Run() error {
	to, err := target(c.URL)
	if err != nil {
		return err
	}
	if isFolder(to) {
		to.Path += filepath.Base(c.File)
	}
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	client, ctx, stop, err := c.client()
	if err != nil {
		return err
	}
	defer stop()
	if c.Resume {
		return client.PutRest(ctx, to, file)
	}
	return client.Put(ctx, to, file)
}

type lsCommand struct {
	remote `embed:""`
	URL    string `arg:"" name:"url" help:"ftp://USER:PASS@HOST:PORT/PATH."`
}

// Run lists a folder.
func (c *lsCommand) Run(stdout io.Writer) error {
	of, err := target(c.URL)
	if err != nil {
		return err
	}
	client, ctx, stop, err := c.client()
	if err != nil {
		return err
	}
	defer stop()
	listing, err := client.List(ctx, of)
	if err != nil {
		return err
	}
	_, err = io.WriteString(stdout, listing)
	return err
}
