//go:build fidelity && linux

package sim_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// vsftpd starts the server as the scenario describes it, for anonymous users.
func (l *lab) vsftpd() {
	s := l.s.Server
	root, empty := filepath.Join(l.dir, "root"), filepath.Join(l.dir, "empty")
	for _, dir := range []string{root, filepath.Join(root, "incoming"), empty} {
		require.NoError(l.t, os.Mkdir(dir, 0o755))
	}
	require.NoError(l.t, os.Chmod(filepath.Join(root, "incoming"), 0o777))
	require.NoError(l.t, os.WriteFile(filepath.Join(root, l.s.File), make([]byte, l.s.FileBytes), 0o644))
	yes := map[bool]string{true: "YES", false: "NO"}
	settings := [][2]any{
		{"listen", yes[!l.server.Is6()]}, {"listen_ipv6", yes[l.server.Is6()]}, {"background", "NO"}, {"anonymous_enable", "YES"}, {"local_enable", "NO"}, {"write_enable", "YES"},
		{"anon_upload_enable", "YES"}, {"anon_root", root}, {"secure_chroot_dir", empty}, {"isolate", "NO"}, {"isolate_network", "NO"},
		{"xferlog_enable", "NO"}, {"one_process_model", "NO"}, {"listen_port", s.ControlPort}, {"connect_from_port_20", yes[s.DataPort != 0]},
		{"ftp_data_port", max(s.DataPort, 1)}, {"pasv_min_port", s.PasvMin}, {"pasv_max_port", s.PasvMax},
		{"port_promiscuous", yes[s.PortPromiscuous]}, {"pasv_promiscuous", yes[s.PasvPromiscuous]},
		{"connect_timeout", int(s.ConnectTimeout)}, {"accept_timeout", int(s.AcceptTimeout)},
		{"data_connection_timeout", int(s.DataTimeout)}, {"idle_session_timeout", int(s.IdleTimeout)},
	}
	if s.PasvAddress != "" {
		settings = append(settings, [2]any{"pasv_address", s.PasvAddress})
	}
	var conf strings.Builder
	for _, kv := range settings {
		fmt.Fprintf(&conf, "%s=%v\n", kv[0], kv[1])
	}
	file := filepath.Join(l.dir, "vsftpd.conf")
	require.NoError(l.t, os.WriteFile(file, []byte(conf.String()), 0o600))
	l.start(labServer, "vsftpd", file)
	require.Eventually(l.t, func() bool {
		out, _ := l.command(labServer, "ss", "-Htln", "sport", "=", fmt.Sprint(s.ControlPort)).Output()
		return len(out) > 0
	}, 5*time.Second, 50*time.Millisecond, "vsftpd does not listen")
}

// curl does the scenario's task, to its end.
func (l *lab) curl() {
	c := l.s.Client
	host := netip.AddrPortFrom(l.reachedAs, uint16(l.s.Server.ControlPort)).String()
	args := []string{"curl", "-sS", "--globoff", "--connect-timeout", fmt.Sprint(c.ConnectTimeout), "--max-time", fmt.Sprint(c.MaxTime)}
	args = append(args, map[string][]string{
		"pasv": {"--disable-epsv"}, "epsv": nil, "port": {"-P", "-", "--disable-eprt"}, "eprt": {"-P", "-"},
	}[c.Mode]...)
	if !c.SkipPasvIP {
		args = append(args, "--no-ftp-skip-pasv-ip")
	}
	got, up := filepath.Join(l.dir, "got"), filepath.Join(l.dir, "up.bin")
	switch l.s.Task {
	case "list":
		args = append(args, "ftp://"+host+"/", "-o", got)
	case "retr":
		args = append(args, "ftp://"+host+"/"+l.s.File, "-o", got)
	default:
		require.NoError(l.t, os.WriteFile(up, make([]byte, l.s.FileBytes), 0o600))
		args = append(args, "-T", up, "ftp://"+host+"/incoming/")
	}
	_ = l.command(labClient, args...).Run() // its failure is part of the story
	time.Sleep(time.Duration(l.s.Settle * float64(time.Second)))
}
