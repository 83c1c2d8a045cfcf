//go:build browser

package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// page is a tab of a browser, with what stands in the folder that make web
// leaves, and whatever else the test puts beside it.
type page struct {
	t    *testing.T
	ctx  context.Context
	site string
	mu   sync.Mutex
	said []string // on the console
}

func browse(t *testing.T, beside map[string][]byte) *page {
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir("../bin/web")))
	for name, data := range beside {
		mux.HandleFunc("/"+name, func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
		})
	}
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.WindowSize(1280, 720), // root has no sandbox
		chromedp.Flag("lang", "pt-BR"), chromedp.Flag("accept-lang", "pt-BR"),
		chromedp.Flag("use-angle", "swiftshader"), chromedp.Flag("enable-unsafe-swiftshader", true), chromedp.Flag("ignore-gpu-blocklist", true))
	ctx, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	ctx, end = chromedp.NewContext(ctx)
	t.Cleanup(end)
	p := &page{t: t, ctx: ctx, site: site.URL}
	console := chromedp.Console(ctx)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			if !strings.Contains(m.Text, "GL Driver Message") { // a picture was taken
				p.mu.Lock()
				p.said = append(p.said, m.Text)
				p.mu.Unlock()
			}
		}
	}()
	p.do(chromedp.EmulateViewport(1280, 720))
	return p
}

// console is what has been written there.
func (p *page) console() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.said, "\n")
}

func (p *page) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.ctx, actions...), p.console())
}

// ask is what a JavaScript expression gives, as text.
func (p *page) ask(expression string) string {
	p.t.Helper()
	answer, err := chromedp.Run(p.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	require.NoError(p.t, err)
	return answer
}

// kept is a file that the program keeps in the browser; "" when there is none.
func (p *page) kept(path string) string {
	p.t.Helper()
	data, err := base64.StdEncoding.DecodeString(p.ask(fmt.Sprintf("localStorage.getItem('ftpscope:%s') ?? ''", path)))
	require.NoError(p.t, err)
	return string(data)
}

func (p *page) picture() image.Image {
	p.t.Helper()
	data, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	require.NoError(p.t, err)
	img, err := png.Decode(bytes.NewReader(data))
	require.NoError(p.t, err)
	return img
}

// different is how much of two pictures differs, and colours how many the
// first has.
func different(a, b image.Image) (part float64, colours int) {
	seen := map[[3]uint32]bool{}
	n, all := 0, a.Bounds().Dx()*a.Bounds().Dy()
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r, g, bl, _ := a.At(x, y).RGBA()
			r2, g2, bl2, _ := b.At(x, y).RGBA()
			seen[[3]uint32{r, g, bl}] = true
			if r != r2 || g != g2 || bl != bl2 {
				n++
			}
		}
	}
	return float64(n) / float64(all), len(seen)
}

func (p *page) waitFor(what string, ok func() bool) {
	p.t.Helper()
	defer func() {
		if p.t.Failed() {
			p.t.Log(p.console())
		}
	}()
	require.Eventually(p.t, ok, time.Minute, 200*time.Millisecond, what)
}

func TestALessonIsTakenInABrowserAndResumedThere(t *testing.T) {
	const progress = "/home/.config/ftpscope/progress.json"
	p := browse(t, nil)
	at := func(step string) func() bool {
		return func() bool { return strings.Contains(p.kept(progress), `"step": "`+step+`"`) }
	}
	p.do(chromedp.Navigate(p.site + "/?lesson=active"))
	p.waitFor("the lesson is open", at("talk"))
	p.do(chromedp.KeyEvent(kb.Enter))
	p.waitFor("Enter goes on", at("port"))
	time.Sleep(3 * time.Second) // what moves has come to rest
	before := p.picture()
	p.do(chromedp.Reload())
	p.waitFor("the page draws", func() bool {
		part, colours := different(p.picture(), before)
		return colours > 200 && part < .02
	})
	assert.Empty(t, p.console(), "nothing to complain of")
	p.do(chromedp.Navigate(p.site + "/?lesson=nonsense"))
	p.waitFor("it says why", func() bool { return strings.Contains(p.console(), `no such lesson: "nonsense"`) })
	assert.Equal(t, `ftpscope: no such lesson: "nonsense" Começar de novo`, p.ask("document.getElementById('state').textContent"))
}

func TestAFileThatIsSavedInABrowserIsDownloaded(t *testing.T) {
	p := browse(t, nil)
	p.do(chromedp.Navigate(p.site))
	p.ask(`(window.downloads = [], HTMLAnchorElement.prototype.click = function() { downloads.push(this.download) })`)
	p.waitFor("the program runs", func() bool { return p.ask("document.getElementById('state').textContent") == "" })
	time.Sleep(3 * time.Second) // until it draws
	p.do(chromedp.KeyEvent("s", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	time.Sleep(2 * time.Second)
	p.do(chromedp.KeyEvent(kb.Home))
	p.ask(`(() => { // as the browser tells of what is pasted, and of an accent that is composed
		const field = document.querySelector("#giowindow textarea");
		const data = new DataTransfer();
		data.setData("text", "o ");
		field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
	})()`)
	time.Sleep(2 * time.Second)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.waitFor("it is saved", func() bool { return p.ask("downloads.join()") != "" })
	assert.Equal(t, "o active.toml", p.ask("downloads.join()"))
	assert.Contains(t, p.kept("/home/o active.toml"), `mode = "port"`)
	assert.Empty(t, p.console())
}

// The tests of package lessons find in the browser's disk what they find in
// every other: folders, files that replace each other, and errors.
func TestTheDiskOfTheBrowserKeepsProgressLikeAnyOther(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lessons.wasm")
	build := exec.Command("go", "test", "-c", "-o", file, "ftpscope/lessons")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	program, err := os.ReadFile(file)
	require.NoError(t, err)
	p := browse(t, map[string][]byte{"lessons.wasm": program, "lessons.html": []byte(`<!doctype html>
<script src="disk.js"></script><script src="wasm_exec.js"></script><script>
const go = new Go();
go.argv = ["lessons", "-test.v", "-test.run=Progress|Broken|SetAside|NotThere"];
go.env = { HOME: "/home", TMPDIR: "/tmp" };
go.exit = status => { document.title = "status " + status; };
WebAssembly.instantiateStreaming(fetch("lessons.wasm"), go.importObject).then(r => go.run(r.instance));
</script>`)})
	p.do(chromedp.Navigate(p.site + "/lessons.html"))
	p.waitFor("the tests end", func() bool { return strings.HasPrefix(p.ask("document.title"), "status") })
	assert.Equal(t, "status 0", p.ask("document.title"), p.console())
	assert.Contains(t, p.console(), "PASS: TestProgressIsWhereItWasAfterARestart")
}
