//go:build interop

package live

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	jlaffaye "github.com/jlaffaye/ftp"
)

// programs are the clients, each with the modes it knows.
var programs = []program{
	{"curl", []string{"port", "pasv", "eprt", "epsv"}, true, nil, curl, curlFlaw},
	{"lftp", []string{"port", "pasv", "epsv"}, true, nil, lftp, nil}, // its EPRT names ::, which is nobody's address
	{"tnftp", []string{"port", "pasv", "eprt", "epsv"}, false, nil, tnftp, nil},
	{"inetutils", []string{"port", "pasv", "eprt", "epsv"}, false, nil, inetutils, nil},
	{"wget", []string{"port", "pasv", "eprt", "epsv"}, true, []string{"eprt", "epsv"}, wget, nil},
	{"ftplib", []string{"port", "pasv", "eprt", "epsv"}, true, []string{"eprt", "epsv"}, ftplib, nil},
	{"jlaffaye/ftp", []string{"pasv", "epsv"}, true, nil, goClient, nil},
}

// curlFlaw: curl 7.88.1 asks its TLS layer, not the socket, for the address of
// an active data connection: "sa_addr inet_ntop() failed with errno 97".
func curlFlaw(mode string, secure bool) bool { return secure && (mode == "port" || mode == "eprt") }

func curl(j job, operation string) (string, error) {
	args := append([]string{"-sS", "--max-time", "20"}, map[string][]string{
		"port": {"-P", "-", "--disable-eprt"}, "eprt": {"-P", "-"}, "pasv": {"--disable-epsv"}, "epsv": nil,
	}[j.mode]...)
	if j.secure {
		args = append(args, "--ssl-reqd", "--cacert", j.ca)
	}
	switch operation {
	case "get":
		args = append(args, "-o", "got.bin", j.url("get.bin"))
	case "put":
		args = append(args, "-T", "put.bin", j.url(""))
	case "resume get":
		args = append(args, "-C", "-", "-o", "partial.bin", j.url("get.bin"))
	case "resume put":
		args = append(args, "-C", "-", "-T", "resume.bin", j.url(""))
	case "append":
		args = append(args, "-a", "-T", "tail.txt", j.url("append.txt"))
	case "rename":
		args = append(args, "-Q", "RNFR old.txt", "-Q", "RNTO new.txt", j.url(""))
	case "delete":
		args = append(args, "-Q", "DELE gone.txt", j.url(""))
	case "mkdir":
		args = append(args, "-Q", "MKD made", j.url(""))
	case "rmdir":
		args = append(args, "-Q", "RMD empty", j.url(""))
	case "abort":
		return "", j.interrupted("", "curl", append(args, "-o", "big.bin", j.url("big.bin"))...)
	default:
		args = append(args, j.url(""))
	}
	return j.execute("", "curl", args...)
}

func lftp(j job, operation string) (string, error) {
	settings := []string{
		"set cmd:fail-exit yes", "set net:max-retries 1", "set net:timeout 10", "set xfer:clobber yes",
		"set ftp:ssl-allow " + yes(j.secure), "set ftp:ssl-force " + yes(j.secure), "set ftp:ssl-protect-data " + yes(j.secure),
		"set ssl:ca-file " + j.ca, "set ssl:check-hostname no",
		"set ftp:passive-mode " + yes(j.mode == "pasv" || j.mode == "epsv"), "set ftp:prefer-epsv " + yes(j.mode == "epsv"),
		fmt.Sprintf("open -p %s -u ana,secret %s", j.port, bracket(j.host)),
	}
	command := map[string]string{
		"list": "ls", "get": "get get.bin -o got.bin", "put": "put put.bin",
		"resume get": "get -c get.bin -o partial.bin", "resume put": "put -c resume.bin",
		"rename": "mv old.txt new.txt", "delete": "rm gone.txt", "mkdir": "mkdir made", "rmdir": "rmdir empty",
		"abort": "get big.bin & sleep 1; kill all; ls",
	}[operation]
	if command == "" {
		return "", errUnable
	}
	return j.execute("", "lftp", "-c", strings.Join(append(settings, command, "bye"), "; "))
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func bracket(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// classic are the words of the classic ftp program.
var classic = map[string]string{
	"list": "ls", "get": "get get.bin got.bin", "put": "put put.bin", "resume get": "reget get.bin partial.bin",
	"resume put": fmt.Sprintf("restart %d\nput resume.bin", interopSize/3), "append": "append tail.txt append.txt",
	"rename": "rename old.txt new.txt", "delete": "delete gone.txt", "mkdir": "mkdir made", "rmdir": "rmdir empty",
	"abort": "get big.bin",
}

func tnftp(j job, operation string) (string, error) {
	flag := map[string]string{"port": "-A", "eprt": "-A", "pasv": "-p", "epsv": "-p"}[j.mode]
	script := "user ana secret\nbinary\n"
	if j.mode == "port" || j.mode == "pasv" {
		script = "epsv4 off\n" + script
	}
	return classicProgram(j, operation, script, "tnftp", "-n", "-v", flag, j.host, j.port)
}

func inetutils(j job, operation string) (string, error) {
	flag := map[string]string{"port": "-A", "eprt": "-A", "pasv": "-p", "epsv": "-p"}[j.mode]
	script := "user ana secret\nbinary\n"
	if j.mode == "eprt" || j.mode == "epsv" {
		script = "epsv4\n" + script
	}
	return classicProgram(j, operation, script, "inetutils-ftp", "-n", "-v", flag, j.host, j.port)
}

func classicProgram(j job, operation, script, name string, args ...string) (string, error) {
	if operation == "resume get" { // reget wants the two names alike
		if err := os.Rename(filepath.Join(j.home, "partial.bin"), filepath.Join(j.home, "get.bin")); err != nil {
			return "", err
		}
		defer os.Rename(filepath.Join(j.home, "get.bin"), filepath.Join(j.home, "partial.bin"))
		script += "reget get.bin\nquit\n"
		return j.execute(script, name, args...)
	}
	script += classic[operation] + "\nquit\n"
	if operation == "abort" {
		return "", j.interrupted(script, name, args...)
	}
	return j.execute(script, name, args...)
}

func wget(j job, operation string) (string, error) {
	args := []string{"-nv", "--tries=1", "--timeout=20"}
	url := j.url("")
	if j.secure {
		url = "ftps" + strings.TrimPrefix(url, "ftp")
		args = append(args, "--ca-certificate="+j.ca)
	}
	if j.mode == "port" || j.mode == "eprt" {
		args = append(args, "--no-passive-ftp")
	}
	switch operation {
	case "list":
		_, err := j.execute("", "wget", append(args, "--no-remove-listing", "-O", "index", url)...)
		listing, _ := os.ReadFile(filepath.Join(j.home, "index"))
		return string(listing), err
	case "get":
		return j.execute("", "wget", append(args, "-O", "got.bin", url+"get.bin")...)
	case "resume get":
		if err := os.Rename(filepath.Join(j.home, "partial.bin"), filepath.Join(j.home, "get.bin")); err != nil {
			return "", err
		}
		defer os.Rename(filepath.Join(j.home, "get.bin"), filepath.Join(j.home, "partial.bin"))
		return j.execute("", "wget", append(args, "-c", url+"get.bin")...)
	case "abort":
		return "", j.interrupted("", "wget", append(args, url+"big.bin")...)
	}
	return "", errUnable
}

// ftplib is Python's.
func ftplib(j job, operation string) (string, error) {
	begin := "import ftplib,ssl,sys,io; f=ftplib.FTP(timeout=10); "
	if j.secure {
		begin = fmt.Sprintf("import ftplib,ssl,sys,io; f=ftplib.FTP_TLS(timeout=10,context=ssl.create_default_context(cafile=%q)); ", j.ca)
	}
	begin += fmt.Sprintf("f.connect(%q,%s); f.login('ana','secret'); ", j.host, j.port)
	if j.secure {
		begin += "f.prot_p(); "
	}
	begin += fmt.Sprintf("f.set_pasv(%s); ", map[bool]string{true: "True", false: "False"}[j.mode == "pasv" || j.mode == "epsv"])
	rest := interopSize / 3
	command := map[string]string{
		"list":       "f.retrlines('LIST')",
		"get":        "f.retrbinary('RETR get.bin',open('got.bin','wb').write)",
		"put":        "f.storbinary('STOR put.bin',open('put.bin','rb'))",
		"resume get": fmt.Sprintf("f.retrbinary('RETR get.bin',open('partial.bin','ab').write,rest=%d)", rest),
		"resume put": fmt.Sprintf("s=open('resume.bin','rb'); s.seek(%d); f.storbinary('STOR resume.bin',s,rest=%d)", rest, rest),
		"append":     "f.storbinary('APPE append.txt',open('tail.txt','rb'))",
		"rename":     "f.rename('old.txt','new.txt')",
		"delete":     "f.delete('gone.txt')",
		"mkdir":      "f.mkd('made')",
		"rmdir":      "f.rmd('empty')",
		"abort":      "c=f.transfercmd('RETR big.bin'); c.recv(1000); print(f.abort()); c.close(); print(f.voidresp()); f.voidcmd('NOOP')",
	}[operation]
	return j.execute("", "/usr/bin/python3", "-c", begin+command+"; f.quit()")
}

// goClient is jlaffaye/ftp.
func goClient(j job, operation string) (string, error) {
	options := []jlaffaye.DialOption{jlaffaye.DialWithTimeout(10 * time.Second), jlaffaye.DialWithDisabledEPSV(j.mode == "pasv")}
	if j.secure {
		certificate, err := os.ReadFile(j.ca)
		if err != nil {
			return "", err
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(certificate)
		options = append(options, jlaffaye.DialWithExplicitTLS(&tls.Config{RootCAs: roots, ServerName: "localhost"}))
	}
	c, err := jlaffaye.Dial(net.JoinHostPort(j.host, j.port), options...)
	if err != nil {
		return "", err
	}
	if err := c.Login("ana", "secret"); err != nil {
		return "", err
	}
	said, err := goOperation(j, c, operation)
	if err != nil {
		return said, err
	}
	return said, c.Quit()
}

func goOperation(j job, c *jlaffaye.ServerConn, operation string) (string, error) {
	rest := uint64(interopSize / 3)
	read := func(name string) []byte {
		b, _ := os.ReadFile(filepath.Join(j.home, name)) // checked by what comes of it
		return b
	}
	fetch := func(to string, offset uint64) error {
		r, err := c.RetrFrom("get.bin", offset)
		if err != nil {
			return err
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if err := r.Close(); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(j.home, to), append(read(to)[:offset], b...), 0o600)
	}
	switch operation {
	case "list":
		entries, err := c.List("")
		var names []string
		for _, e := range entries {
			names = append(names, e.Name)
		}
		return strings.Join(names, "\n"), err
	case "get":
		return "", fetch("got.bin", 0)
	case "put":
		return "", c.Stor("put.bin", bytes.NewReader(read("put.bin")))
	case "resume get":
		return "", fetch("partial.bin", rest)
	case "resume put":
		return "", c.StorFrom("resume.bin", bytes.NewReader(read("resume.bin")[rest:]), rest)
	case "append":
		return "", c.Append("append.txt", bytes.NewReader(read("tail.txt")))
	case "rename":
		return "", c.Rename("old.txt", "new.txt")
	case "delete":
		return "", c.Delete("gone.txt")
	case "mkdir":
		return "", c.MakeDir("made")
	case "rmdir":
		return "", c.RemoveDir("empty")
	}
	r, err := c.Retr("big.bin")
	if err != nil {
		return "", err
	}
	if _, err := io.ReadFull(r, make([]byte, 1000)); err != nil {
		return "", err
	}
	_ = r.Close() // says that the transfer failed, which is what was wanted
	return "", c.NoOp()
}
