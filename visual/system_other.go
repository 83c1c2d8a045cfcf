//go:build !linux && !windows && !js

package visual

import (
	"context"
	"os/exec"
	"runtime"

	"ftpscope/visual/model"
)

// watchSystemTheme tells of the system's theme once, where it can be asked.
func watchSystemTheme(ctx context.Context, tell func(model.Theme)) {
	if runtime.GOOS != "darwin" {
		return
	}
	// The key is there while dark is chosen, and missing otherwise.
	if exec.CommandContext(ctx, "defaults", "read", "-g", "AppleInterfaceStyle").Run() == nil {
		tell(model.Dark)
	} else {
		tell(model.Light)
	}
}
