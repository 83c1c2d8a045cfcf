package visual

import (
	"os"
	"path/filepath"
	"syscall/js"

	"gioui.org/app"
	"gioui.org/io/event"
)

// namesFiles: a page is never told where a file lies.
const namesFiles = false

// dialogs is the browser's own for choosing a file, which is copied to the
// browser's disk.
type dialogs struct{ answers }

func newDialogs(w *app.Window) *dialogs { return &dialogs{answers{window: w}} }

func (d *dialogs) listen(event.Event) {}

// browse asks for a file to open.
func (d *dialogs) browse(_ bool, _ string, done func(path string, err error)) {
	input := js.Global().Get("document").Call("createElement", "input")
	input.Set("type", "file")
	input.Set("accept", ".toml,.json")
	var chosen, read js.Func
	chosen = js.FuncOf(func(js.Value, []js.Value) any {
		file := input.Get("files").Index(0)
		path := filepath.Join(home(), filepath.Base(file.Get("name").String()))
		read = js.FuncOf(func(_ js.Value, args []js.Value) any {
			bytes := js.Global().Get("Uint8Array").New(args[0])
			data := make([]byte, bytes.Length())
			js.CopyBytesToGo(data, bytes)
			go func() {
				defer chosen.Release()
				defer read.Release()
				err := os.WriteFile(path, data, 0o644)
				d.come(func() { done(path, err) })
			}()
			return nil
		})
		file.Call("arrayBuffer").Call("then", read)
		return nil
	})
	input.Call("addEventListener", "change", chosen)
	input.Call("click")
}

// handOver downloads a saved file: on the browser's disk nobody finds it.
func handOver(path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		return // it has just been written
	}
	bytes := js.Global().Get("Uint8Array").New(len(data))
	js.CopyBytesToJS(bytes, data)
	url := js.Global().Get("URL")
	address := url.Call("createObjectURL", js.Global().Get("Blob").New([]any{bytes}))
	link := js.Global().Get("document").Call("createElement", "a")
	link.Set("href", address)
	link.Set("download", filepath.Base(path))
	link.Call("click")
	url.Call("revokeObjectURL", address)
}

// whenLeft calls a function when the page is hidden: it may be closed without
// another word.
func whenLeft(f func()) {
	document := js.Global().Get("document")
	document.Call("addEventListener", "visibilitychange", js.FuncOf(func(js.Value, []js.Value) any {
		if document.Get("hidden").Bool() {
			f()
		}
		return nil
	}))
}

func home() string {
	dir, err := os.UserHomeDir()
	if err != nil {
		return "/"
	}
	return dir
}
