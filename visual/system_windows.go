package visual

import (
	"context"

	"golang.org/x/sys/windows/registry"

	"ftpscope/visual/model"
)

// watchSystemTheme tells of the theme that Windows gives its programs.
func watchSystemTheme(_ context.Context, tell func(model.Theme)) {
	key, err := registry.OpenKey(registry.CURRENT_USER, `Software\Microsoft\Windows\CurrentVersion\Themes\Personalize`, registry.QUERY_VALUE)
	if err != nil {
		return
	}
	defer key.Close()
	switch light, _, err := key.GetIntegerValue("AppsUseLightTheme"); {
	case err != nil:
	case light == 0:
		tell(model.Dark)
	default:
		tell(model.Light)
	}
}
