//go:build linux && xvfb

package visual

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"image"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"gioui.org/app"
	"gioui.org/op"
	"github.com/stretchr/testify/require"

	"ftpscope/visual/model"
)

// asWindow makes the test program a window of its own: "player" is ftpscope's,
// "empty" one that draws nothing, to compare with. It says on standard output
// when a stage has been reached.
const asWindow = "FTPSCOPE_TEST_WINDOW"

func TestMain(m *testing.M) {
	drawn := func(s stage) { fmt.Println("drawn", s) }
	switch os.Getenv(asWindow) {
	case "player":
		leave(run(func(w model.Worker) (*App, error) {
			p, err := Options{Run: "active-blocked", Language: "en"}.window(simulator{}, w)
			return New(p), err
		}, &memory{}, drawn))
	case "empty":
		leave(emptyWindow(drawn))
	}
	os.Exit(m.Run())
}

func leave(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func emptyWindow(drawn func(stage)) error {
	w := new(app.Window)
	w.Option(app.Title("empty"), app.Size(1280, 800))
	var ops op.Ops
	for first := true; ; {
		switch e := w.Event().(type) {
		case app.DestroyEvent:
			return e.Err
		case app.FrameEvent:
			ops.Reset()
			e.Frame(&ops)
			if first {
				drawn(stageOpen)
				drawn(stageWhole)
				first = false
			}
		}
	}
}

// display is an X server without a screen.
type display struct{ name string }

func startDisplay(t testing.TB) display {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-ac", "-nolisten", "tcp", "-screen", "0", "1280x800x24")
	cmd.ExtraFiles = []*os.File{w}
	require.NoError(t, cmd.Start(), "make test installs Xvfb")
	w.Close()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	number, err := bufio.NewReader(r).ReadString('\n')
	require.NoError(t, err)
	return display{":" + strings.TrimSpace(number)}
}

// window is a program with a window on a display.
type window struct {
	t       testing.TB
	display display
	cmd     *exec.Cmd
	id      uint32
	started [stageWhole + 1]time.Duration // from its start to each stage
}

func (d display) open(t testing.TB, kind string) *window {
	t.Helper()
	w := &window{t: t, display: d}
	w.cmd = exec.Command(os.Args[0])
	w.cmd.Env = append(os.Environ(), asWindow+"="+kind, "DISPLAY="+d.name, "WAYLAND_DISPLAY=", "EGL_PLATFORM=", "LIBGL_ALWAYS_SOFTWARE=1", "XDG_CONFIG_HOME="+t.TempDir(), "XDG_STATE_HOME="+t.TempDir())
	out, err := w.cmd.StdoutPipe()
	require.NoError(t, err)
	start := time.Now()
	w.cmd.Stderr = os.Stderr
	require.NoError(t, w.cmd.Start())
	t.Cleanup(func() { w.cmd.Process.Kill() })
	lines := bufio.NewReader(out)
	for s := range w.started {
		_, err = lines.ReadString('\n')
		require.NoError(t, err, "it opens a window")
		w.started[s] = time.Since(start)
	}
	return w
}

func (d display) xdotool(t testing.TB, args ...string) string {
	t.Helper()
	cmd := exec.Command("xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.name)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "xdotool %s: %s", args, out)
	return strings.TrimSpace(string(out))
}

// focus gives the window the keyboard, as a window manager would.
func (w *window) focus() {
	w.t.Helper()
	names := strings.Fields(w.display.xdotool(w.t, "search", "--sync", "--onlyvisible", "--name", "ftpscope"))
	id, err := strconv.ParseUint(names[0], 10, 32)
	require.NoError(w.t, err)
	w.id = uint32(id)
	w.display.xdotool(w.t, "windowfocus", "--sync", names[0])
}

func (w *window) press(keys ...string) {
	w.t.Helper()
	w.display.xdotool(w.t, append([]string{"key", "--delay", "1"}, keys...)...)
}

// rss is the resident memory in MiB.
func (w *window) rss() float64 {
	w.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.cmd.Process.Pid))
	require.NoError(w.t, err)
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	require.NoError(w.t, err)
	return kib / 1024
}

// cpu is the processor time that the program has taken, in clock ticks.
func (w *window) cpu() int {
	w.t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", w.cmd.Process.Pid))
	require.NoError(w.t, err)
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')'):]))
	user, err := strconv.Atoi(fields[12])
	require.NoError(w.t, err)
	return user
}

// rest waits until the window draws no more.
func (w *window) rest() {
	w.t.Helper()
	w.quiet(100 * time.Millisecond)
}

// quiet waits until the window has done nothing for five such pauses.
func (w *window) quiet(pause time.Duration) {
	w.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for quiet, last := 0, -1; quiet < 5; time.Sleep(pause) {
		require.True(w.t, time.Now().Before(deadline), "it never comes to rest")
		now := w.cpu()
		quiet++
		if now != last {
			quiet, last = 0, now
		}
	}
}

// close asks the window to close, as its close button does, and returns how
// the program ended.
func (w *window) close() error {
	x := w.display.connect(w.t)
	defer x.Close()
	message := make([]byte, 32)
	message[0], message[1] = 33, 32 // ClientMessage of 32-bit values
	binary.LittleEndian.PutUint32(message[4:], w.id)
	binary.LittleEndian.PutUint32(message[8:], x.atom("WM_PROTOCOLS"))
	binary.LittleEndian.PutUint32(message[12:], x.atom("WM_DELETE_WINDOW"))
	x.request(25, 0, append(le32(w.id, 0), message...)) // SendEvent
	x.atom("WM_PROTOCOLS")                              // answered once the event has been sent
	ended := make(chan error, 1)
	go func() { ended <- w.cmd.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(20 * time.Second):
		return fmt.Errorf("the window stays open")
	}
}

// xclient speaks the X11 protocol as far as the tests need it.
type xclient struct {
	net.Conn
	t    testing.TB
	root uint32
}

func (d display) connect(t testing.TB) *xclient {
	t.Helper()
	c, err := net.Dial("unix", "/tmp/.X11-unix/X"+strings.TrimPrefix(d.name, ":"))
	require.NoError(t, err)
	x := &xclient{Conn: c, t: t}
	_, err = c.Write([]byte{'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	require.NoError(t, err)
	head := x.read(8)
	require.EqualValues(t, 1, head[0], "the X server lets us in")
	setup := x.read(4 * int(binary.LittleEndian.Uint16(head[6:])))
	vendor := int(binary.LittleEndian.Uint16(setup[16:]))
	formats := int(setup[21])
	x.root = binary.LittleEndian.Uint32(setup[32+(vendor+3)/4*4+8*formats:])
	return x
}

func le32(values ...uint32) []byte {
	var out []byte
	for _, v := range values {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

func (x *xclient) read(n int) []byte {
	buf := make([]byte, n)
	_, err := io.ReadFull(x, buf)
	require.NoError(x.t, err)
	return buf
}

func (x *xclient) request(opcode, detail byte, body []byte) {
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	head := binary.LittleEndian.AppendUint16([]byte{opcode, detail}, uint16(1+len(body)/4))
	_, err := x.Write(append(head, body...))
	require.NoError(x.t, err)
}

// reply reads the answer to the latest request.
func (x *xclient) reply() (head, rest []byte) {
	head = x.read(32)
	require.EqualValues(x.t, 1, head[0], "the X server answers")
	return head, x.read(4 * int(binary.LittleEndian.Uint32(head[4:])))
}

func (x *xclient) atom(name string) uint32 {
	body := binary.LittleEndian.AppendUint16(nil, uint16(len(name)))
	x.request(16, 0, append(append(body, 0, 0), name...))
	head, _ := x.reply()
	return binary.LittleEndian.Uint32(head[8:])
}

// screen is what is to be seen on the display.
func (d display) screen(t testing.TB) *image.RGBA {
	t.Helper()
	x := d.connect(t)
	defer x.Close()
	const w, h = 1280, 800
	x.request(73, 2, append(le32(x.root, 0), le32(w|h<<16, 0xffffffff)...)) // GetImage, ZPixmap
	_, data := x.reply()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := 0; i < len(img.Pix); i += 4 {
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = data[i+2], data[i+1], data[i], 255
	}
	return img
}
