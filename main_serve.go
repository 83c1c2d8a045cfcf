package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"ftpscope/sim/capture"
	"ftpscope/sim/export"
	"ftpscope/sim/ftp"
	"ftpscope/sim/live"
	"ftpscope/sim/trace"
)

// farewell is how long sessions have at the end to take their 421.
const farewell = 5 * time.Second

// maxMemory is a tebibyte, in MiB.
const maxMemory = 1 << 20

type serveCommand struct {
	language `embed:""`

	Listen          string        `default:"127.0.0.1:2121" placeholder:"ADDRESS:PORT" help:"Where to listen; without a word about it, only this computer gets in."`
	Dir             string        `placeholder:"DIR" help:"Serve this folder and nothing above it. Without, files are kept in memory."`
	Memory          int64         `default:"256" placeholder:"MIB" help:"How much may be kept in memory."`
	User            []string      `placeholder:"NAME:PASS" sep:"none" help:"Who may log in; can be repeated. Without, anyone as anonymous, who may change files only when --listen is this computer's own address."`
	ReadOnly        bool          `help:"Let nobody change anything."`
	PassivePorts    string        `placeholder:"A-B" help:"Ports for passive data connections; without, any."`
	ExternalAddress string        `placeholder:"IP" help:"IPv4 address to announce in 227, when the server stands behind NAT."`
	DataPort        uint16        `placeholder:"PORT" help:"Source port of active data connections, such as 20; without, any."`
	Profile         string        `enum:"plain,vsftpd,proftpd,pureftpd" default:"plain" help:"Answer as this program does: plain (RFC 959), vsftpd, proftpd or pureftpd."`
	TLS             string        `name:"tls" enum:"off,offered,required" default:"offered" help:"TLS after AUTH TLS: off, offered or required."`
	Cert            string        `type:"existingfile" placeholder:"FILE" help:"Certificate for TLS, in PEM. Without, one is made at the start that nobody has vouched for."`
	Key             string        `type:"existingfile" placeholder:"FILE" help:"The certificate's key, in PEM."`
	MaxSessions     int           `default:"200" placeholder:"N" help:"Sessions at once."`
	IdleTimeout     time.Duration `default:"5m" help:"How long a session may be silent."`
	DataTimeout     time.Duration `default:"5m" help:"How long a transfer may stand still."`
	Format          string        `enum:",text,json,pcapng" default:"" help:"Record the sessions, and write them at the end as text (a ladder), json (one event a line) or pcapng (a capture, without what only the wire knows)."`
	Output          string        `short:"o" placeholder:"FILE" help:"Write the record to a file instead of standard output."`
}

// Run serves until it is interrupted.
func (c *serveCommand) Run(stdout io.Writer) error {
	texts, err := c.texts()
	if err != nil {
		return err
	}
	config, done, err := c.config()
	if err != nil {
		return err
	}
	defer done()
	if err := writable(c.Output); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return listenFault(c.Listen, err)
	}
	address := listener.Addr().(*net.TCPAddr).AddrPort()
	say := stdout
	if c.Format != "" || c.Output != "" {
		config.Record = live.NewRecorder(address.Addr().Unmap())
		if c.Output == "" {
			say = os.Stderr
		}
	}
	config.FTP.ControlPort = address.Port()
	if !address.Addr().IsLoopback() && len(config.FTP.Users) == 0 {
		config.FTP.ReadOnly = true
	}
	server := live.NewServer(config)
	fmt.Fprintf(say, "Serving %s at ftp://%s/, TLS %s. Interrupt (Ctrl-C) to end.\n", c.what(), address, c.TLS)
	if err := serveUntilInterrupted(server, listener); err != nil || config.Record == nil {
		return err
	}
	return write(c.Output, stdout, func(w io.Writer) error {
		t := config.Record.Trace()
		switch c.Format {
		case "json":
			return export.JSON(w, t, c.settings())
		case "pcapng":
			return capture.Write(w, t, "server")
		}
		return export.Text(w, trace.NewOutline(t), texts, nil, nil)
	})
}

// writable finds out whether a record can be written before hours are spent on
// it. What is in the file already stays until then.
func writable(file string) error {
	if file == "" {
		return nil
	}
	probe, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("%w; choose another file with -o", err)
	}
	return probe.Close()
}

// serveUntilInterrupted ends with 421 for everyone who is there.
func serveUntilInterrupted(server *live.Server, listener net.Listener) error {
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-interrupted.Done():
	}
	stop() // who interrupts again does not wait
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return <-served
}

func listenFault(address string, err error) error {
	var op *net.OpError
	var name *net.DNSError
	var form *net.AddrError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%s: address already in use; choose another with --listen", address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s: not an address of this computer; choose another with --listen", address)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%s: not permitted; ports below 1024 need rights, choose another with --listen", address)
	case errors.As(err, &name), errors.As(err, &form):
		return usageError{fmt.Errorf("--listen %s: write ADDRESS:PORT, such as 127.0.0.1:2121", address)}
	case errors.As(err, &op):
		return fmt.Errorf("%s: %w", address, op.Err)
	}
	return err
}

// config turns the command line into a server's configuration; done lets go
// of what it holds.
func (c *serveCommand) config() (config live.Config, done func(), err error) {
	config = live.Config{MaxSessions: c.MaxSessions, FTP: ftp.ServerConfig{
		Profile: ftp.Profile(c.Profile), DataPort: c.DataPort, ReadOnly: c.ReadOnly,
		IdleTimeout: c.IdleTimeout.Milliseconds(), DataTimeout: c.DataTimeout.Milliseconds(),
	}}
	if c.MaxSessions < 1 || c.Memory < 1 || c.IdleTimeout < time.Millisecond || c.DataTimeout < time.Millisecond {
		return config, nil, usageError{errors.New("--max-sessions, --memory, --idle-timeout and --data-timeout must be more than 0, times at least 1ms")}
	}
	if c.Memory > maxMemory {
		return config, nil, usageError{fmt.Errorf("--memory %d: it is at most %d", c.Memory, maxMemory)}
	}
	if config.FTP.Users, err = users(c.User); err != nil {
		return config, nil, err
	}
	if config.FTP.PasvRange, err = portRange(c.PassivePorts); err != nil {
		return config, nil, err
	}
	if c.ExternalAddress != "" {
		if config.FTP.PasvAddress, err = netip.ParseAddr(c.ExternalAddress); err != nil || !config.FTP.PasvAddress.Is4() {
			return config, nil, usageError{fmt.Errorf("--external-address %s: not an IPv4 address", c.ExternalAddress)}
		}
	}
	if err := c.protect(&config); err != nil {
		return config, nil, err
	}
	if c.Dir == "" {
		config.Store = live.NewMemory(c.Memory << 20)
		return config, func() {}, nil
	}
	folder, err := live.OpenFolder(c.Dir)
	if err != nil {
		var path *os.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return config, nil, usageError{fmt.Errorf("--dir %s: %w; name a folder that exists", c.Dir, err)}
	}
	config.Store = folder
	return config, func() { _ = folder.Close() }, nil
}

// protect sets TLS up.
func (c *serveCommand) protect(config *live.Config) error {
	if (c.Cert == "") != (c.Key == "") {
		return usageError{errors.New("--cert and --key belong together: give both or none")}
	}
	if c.TLS == "off" {
		return nil
	}
	config.FTP.TLS = ftp.TLSPolicy(c.TLS)
	var certificate tls.Certificate
	var err error
	if c.Cert != "" {
		if certificate, err = tls.LoadX509KeyPair(c.Cert, c.Key); err != nil {
			return fmt.Errorf("certificate %s with key %s: %w", c.Cert, c.Key, err)
		}
	} else {
		host, _, _ := strings.Cut(c.Listen, ":")
		address, _ := netip.ParseAddr(host) // a certificate need not name an address
		if certificate, err = live.SelfSigned(address); err != nil {
			return err
		}
	}
	config.TLS = live.ServerTLS(certificate)
	return nil
}

// users reads NAME:PASS.
func users(texts []string) (map[string]string, error) {
	out := map[string]string{}
	for _, text := range texts {
		name, password, ok := strings.Cut(text, ":")
		if !ok || name == "" {
			return nil, usageError{fmt.Errorf("--user %s: write NAME:PASS", name)}
		}
		out[name] = password
	}
	return out, nil
}

// portRange reads A-B.
func portRange(text string) (ftp.PortRange, error) {
	if text == "" {
		return ftp.PortRange{}, nil
	}
	first, last, _ := strings.Cut(text, "-")
	a, errA := strconv.ParseUint(first, 10, 16)
	b, errB := strconv.ParseUint(last, 10, 16)
	if errA != nil || errB != nil || a == 0 || b < a {
		return ftp.PortRange{}, usageError{fmt.Errorf("--passive-ports %s: write A-B, two ports with A not above B, such as 30000-30099", text)}
	}
	return ftp.PortRange{First: uint16(a), Last: uint16(b)}, nil
}

func (c *serveCommand) what() string {
	if c.Dir == "" {
		return "files in memory"
	}
	return c.Dir
}

// settings are the head of a record in JSON.
func (c *serveCommand) settings() map[string]any {
	return map[string]any{"serve": map[string]any{
		"listen": c.Listen, "dir": c.Dir, "profile": c.Profile, "passive_ports": c.PassivePorts,
		"external_address": c.ExternalAddress, "data_port": c.DataPort, "tls": c.TLS,
	}}
}
