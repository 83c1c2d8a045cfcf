//go:build interop

package live

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ftpscope/sim/ftp"
)

// daemon is a server nobody here wrote, for one test.
type daemon struct {
	port         uint16
	home         string // its configuration
	dir          string // what it serves
	certificate  string // files for TLS, in PEM
	key, both    string
	user, secret string
}

// daemons start the servers in the foreground.
var daemons = []struct {
	name  string
	start func(t testing.TB, d *daemon) *exec.Cmd
}{
	{"vsftpd", vsftpd},
	{"proftpd", proftpd},
	{"pureftpd", pureftpd},
	{"pyftpdlib", pyftpdlib},
}

func (d *daemon) file(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(d.home, name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func vsftpd(t testing.TB, d *daemon) *exec.Cmd {
	d.user, d.secret = "anonymous", "guest"
	d.dir = filepath.Join(d.dir, "in") // the root itself may not be writable
	require.NoError(t, os.Mkdir(d.dir, 0o777))
	require.NoError(t, os.Chmod(d.dir, 0o777))
	empty := filepath.Join(d.home, "empty")
	require.NoError(t, os.Mkdir(empty, 0o755))
	return exec.Command("vsftpd", d.file(t, "vsftpd.conf", fmt.Sprintf(`listen=YES
listen_address=127.0.0.1
listen_port=%d
background=NO
anonymous_enable=YES
ftp_username=daemon
anon_root=%s
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_umask=022
write_enable=YES
secure_chroot_dir=%s
seccomp_sandbox=NO
ssl_enable=YES
allow_anon_ssl=YES
force_local_logins_ssl=NO
force_local_data_ssl=NO
rsa_cert_file=%s
rsa_private_key_file=%s
ssl_ciphers=HIGH
`, d.port, filepath.Dir(d.dir), empty, d.certificate, d.key)))
}

func proftpd(t testing.TB, d *daemon) *exec.Cmd {
	d.user, d.secret = "anonymous", "guest"
	modules := filepath.Join(os.Getenv("FTPSCOPE_INTEROP"), "usr/lib/proftpd")
	return exec.Command("proftpd", "-n", "-q", "-c", d.file(t, "proftpd.conf", fmt.Sprintf(`ServerType standalone
ModulePath %s
LoadModule mod_tls.c
DefaultAddress 127.0.0.1
Port %d
User nobody
Group nogroup
ScoreboardFile %s/scoreboard
PidFile %s/pid
DelayEngine off
UseIPv6 off
WtmpLog off
TransferLog none
SystemLog none
TLSEngine on
TLSECCertificateFile %s
TLSECCertificateKeyFile %s
TLSRequired off
<Anonymous %s>
  User nobody
  Group nogroup
  UserAlias anonymous ftp
  RequireValidShell off
  AllowOverwrite on
</Anonymous>
`, modules, d.port, d.home, d.home, d.certificate, d.key, d.dir)))
}

func pureftpd(t testing.TB, d *daemon) *exec.Cmd {
	users, database := filepath.Join(d.home, "passwd"), filepath.Join(d.home, "pdb")
	add := exec.Command("pure-pw", "useradd", d.user, "-f", users, "-u", "nobody", "-g", "nogroup", "-d", d.dir, "-m", "-F", database)
	add.Stdin = strings.NewReader(d.secret + "\n" + d.secret + "\n")
	out, err := add.CombinedOutput()
	require.NoError(t, err, string(out))
	return exec.Command("pure-ftpd", "-S", fmt.Sprintf("127.0.0.1,%d", d.port), "-l", "puredb:"+database, "-j", "-u", "1",
		"-Y", "1", "-2", d.both, "-g", filepath.Join(d.home, "pid"))
}

func pyftpdlib(_ testing.TB, d *daemon) *exec.Cmd {
	return exec.Command("/usr/bin/python3", "-c", fmt.Sprintf("from pyftpdlib.authorizers import DummyAuthorizer as A; "+
		"from pyftpdlib.handlers import TLS_FTPHandler as H; from pyftpdlib.servers import FTPServer as S; "+
		"a=A(); a.add_user(%q,%q,%q,perm='elradfmwMT'); H.authorizer=a; H.certfile=%q; S(('127.0.0.1',%d),H).serve_forever()",
		d.user, d.secret, d.dir, d.both, d.port))
}

func TestInteropServers(t *testing.T) {
	var table matrix
	t.Run("get, put and ls", func(t *testing.T) {
		for _, server := range daemons {
			for _, mode := range []string{"port", "pasv", "eprt", "epsv", "auto"} {
				for _, secure := range []bool{false, true} {
					row := table.row("client", server.name, mode, secure)
					t.Run(strings.Join([]string{server.name, mode, protection(secure)}, " "), func(t *testing.T) {
						t.Parallel()
						d, roots := startDaemon(t, server.start)
						c := Client{Mode: ftp.Mode(mode), Secure: secure, TLS: &tls.Config{RootCAs: roots}, Timeout: 15 * time.Second}
						for operation, do := range map[string]func() error{
							"list": func() error { return d.list(t, c) },
							"get":  func() error { return d.get(t, c) },
							"put":  func() error { return d.put(t, c) },
						} {
							err := do()
							row.note(operation, err)
							if err != nil {
								t.Errorf("%s: %v", operation, err)
							}
						}
					})
				}
			}
		}
	})
	t.Log(table.String())
}

func (d *daemon) remote(name string) Remote {
	if dir := filepath.Base(d.dir); dir == "in" {
		name = "in/" + name
	}
	return Remote{Host: "127.0.0.1", Port: d.port, User: d.user, Password: d.secret, Path: name}
}

func (d *daemon) list(t *testing.T, c Client) error {
	listing, err := c.List(t.Context(), d.remote(""))
	if err == nil && !strings.Contains(listing, "get.bin") {
		err = fmt.Errorf("no get.bin in %q", listing)
	}
	return err
}

func (d *daemon) get(t *testing.T, c Client) error {
	var got bytes.Buffer
	err := c.Get(t.Context(), d.remote("get.bin"), &got)
	if err == nil && !bytes.Equal(got.Bytes(), payload(interopSize)) {
		err = errors.New("other bytes")
	}
	return err
}

func (d *daemon) put(t *testing.T, c Client) error {
	if err := c.Put(t.Context(), d.remote("put.bin"), bytes.NewReader(payload(interopSize))); err != nil {
		return err
	}
	return same(filepath.Join(d.dir, "put.bin"), payload(interopSize))
}

// nextPort is below those that a system gives to whoever asks for any: one that
// was free a moment ago would be taken by somebody else meanwhile.
var nextPort atomic.Uint32

// freePort is a port for one test alone.
func freePort(t testing.TB) uint16 {
	t.Helper()
	for {
		port := uint16(20_000 + nextPort.Add(1))
		require.Less(t, port, uint16(30_000), "no port is free")
		l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)))
		if err == nil {
			require.NoError(t, l.Close())
			return port
		}
	}
}

// startDaemon starts a server on a free port with a fresh folder, and has it
// end with the test.
func startDaemon(t testing.TB, start func(testing.TB, *daemon) *exec.Cmd) (*daemon, *x509.CertPool) {
	t.Helper()
	home, err := os.MkdirTemp("/tmp", "interop")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	require.NoError(t, os.Chmod(home, 0o755)) // they serve as other users
	d := &daemon{home: home, dir: filepath.Join(home, "served"), user: "ana", secret: "secret"}
	require.NoError(t, os.Mkdir(d.dir, 0o755))
	d.port = freePort(t)
	roots := d.certify(t)

	cmd := start(t, d)
	if filepath.Base(d.dir) == "served" {
		require.NoError(t, os.Chmod(d.dir, 0o777))
	}
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "get.bin"), payload(interopSize), 0o644))
	require.NoError(t, os.Chmod(filepath.Join(d.dir, "get.bin"), 0o644))
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(said.String())
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		if greets(net.JoinHostPort("127.0.0.1", strconv.Itoa(int(d.port)))) {
			return d, roots
		}
		require.NoError(t, ctx.Err(), "it does not listen: %s", &said)
		time.Sleep(20 * time.Millisecond)
	}
}

// greets reports whether a server is there and speaks: one that is only dialled
// and left while it starts was seen to end.
func greets(address string) bool {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return false
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	code := make([]byte, 3)
	if _, err := io.ReadFull(c, code); err != nil || string(code) != "220" {
		return false
	}
	_, err = io.WriteString(c, "QUIT\r\n")
	return err == nil
}

// certify makes the files for TLS.
func (d *daemon) certify(t testing.TB) *x509.CertPool {
	t.Helper()
	certificate, err := SelfSigned(netip.Addr{})
	require.NoError(t, err)
	der, err := x509.MarshalECPrivateKey(certificate.PrivateKey.(*ecdsa.PrivateKey))
	require.NoError(t, err)
	public := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
	private := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	d.certificate, d.key = d.file(t, "cert.pem", string(public)), d.file(t, "key.pem", string(private))
	d.both = d.file(t, "both.pem", string(private)+string(public))
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(public)
	return roots
}

// 1 GiB over loopback to curl, from here and from vsftpd by turns, so that
// whatever else the machine does falls on both.
func BenchmarkDownloadByCurl(b *testing.B) {
	fetch := func(url string) time.Duration {
		start := time.Now()
		out, err := exec.Command("curl", "-sS", "-o", os.DevNull, "-w", "%{size_download}", url).CombinedOutput()
		took := time.Since(start)
		require.NoError(b, err, string(out))
		require.Equal(b, strconv.Itoa(benchSize), string(out))
		return took
	}
	ours := serve(b, nil)
	hole(b, ours.dir)
	theirs, _ := startDaemon(b, vsftpd)
	hole(b, theirs.dir)
	urls := [2]string{"ftp://ana:secret@" + ours.address + "/hole.bin", fmt.Sprintf("ftp://127.0.0.1:%d/in/hole.bin", theirs.port)}
	var took [2]time.Duration
	for _, url := range urls {
		fetch(url) // the first reading of the file is the disk's
	}
	for b.Loop() {
		for i, url := range urls {
			took[i] += fetch(url)
		}
	}
	mib := float64(b.N) * benchSize / (1 << 20)
	b.ReportMetric(mib/took[0].Seconds(), "MiB/s")
	b.ReportMetric(mib/took[1].Seconds(), "vsftpd-MiB/s")
	b.ReportMetric(took[1].Seconds()/took[0].Seconds(), "×vsftpd")
}
