package visual

import (
	"context"
	"os"
	"path/filepath"

	"github.com/godbus/dbus/v5"

	"ftpscope/visual/model"
)

// The desktop portal's setting for light and dark.
const (
	portalName      = "org.freedesktop.portal.Desktop"
	portalPath      = "/org/freedesktop/portal/desktop"
	portalSettings  = "org.freedesktop.portal.Settings"
	portalNamespace = "org.freedesktop.appearance"
	portalKey       = "color-scheme"
)

// watchSystemTheme tells of the system's theme, now and whenever it changes,
// until ctx ends. Where the desktop has no portal it tells nothing.
func watchSystemTheme(ctx context.Context, tell func(model.Theme)) {
	if _, err := os.Stat(filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "bus")); err != nil && os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		return // there is no bus, and none to be started for this
	}
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return
	}
	defer bus.Close()
	changes := make(chan *dbus.Signal, 8)
	bus.Signal(changes)
	if bus.AddMatchSignal(dbus.WithMatchInterface(portalSettings), dbus.WithMatchMember("SettingChanged")) != nil {
		return
	}
	var now dbus.Variant
	call := bus.Object(portalName, portalPath).CallWithContext(ctx, portalSettings+".Read", 0, portalNamespace, portalKey)
	if call.Store(&now) == nil {
		tellScheme(now, tell)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case s, ok := <-changes:
			if !ok {
				return
			}
			var namespace, key string
			if dbus.Store(s.Body, &namespace, &key, &now) == nil && namespace == portalNamespace && key == portalKey {
				tellScheme(now, tell)
			}
		}
	}
}

// tellScheme reads the portal's value: 1 prefers dark, 2 light, 0 has no
// preference.
func tellScheme(v dbus.Variant, tell func(model.Theme)) {
	value := v.Value()
	if inner, ok := value.(dbus.Variant); ok { // Read wraps it twice
		value = inner.Value()
	}
	switch value {
	case uint32(1):
		tell(model.Dark)
	case uint32(2):
		tell(model.Light)
	}
}
