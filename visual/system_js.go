package visual

import (
	"context"
	"syscall/js"

	"ftpscope/visual/model"
)

// watchSystemTheme tells of the browser's theme, which is the system's or one
// of its own, now and whenever it changes.
func watchSystemTheme(ctx context.Context, tell func(model.Theme)) {
	light := js.Global().Call("matchMedia", "(prefers-color-scheme: light)")
	now := func() {
		if light.Get("matches").Bool() {
			tell(model.Light)
		} else {
			tell(model.Dark)
		}
	}
	changed := js.FuncOf(func(js.Value, []js.Value) any {
		go now()
		return nil
	})
	defer changed.Release()
	light.Call("addEventListener", "change", changed)
	now()
	<-ctx.Done()
	light.Call("removeEventListener", "change", changed)
}
