package visual

import (
	"context"
	"image"
	"sync"
	"time"

	"gioui.org/app"
	"gioui.org/unit"

	"ftpscope/visual/model"
)

// memory keeps a window's preferences in their file. The zero value keeps none.
type memory struct {
	chooser
	file   string
	themes chan model.Theme // the system's latest
	timer  *time.Timer
	mu     sync.Mutex // while the file is written
}

// savePause is how long preferences must have been left alone to be written.
const savePause = time.Second

// remember reads what the person chose before. The error says what was set
// aside; the window can be used all the same.
func remember() (*memory, error) {
	m := &memory{themes: make(chan model.Theme, 1)}
	file, err := preferencesFile()
	if err == nil {
		m.file = file
		m.preferences, err = loadPreferences(file)
	}
	return m, err
}

// watch follows the system's theme until ctx ends; changed asks for a frame.
func (m *memory) watch(ctx context.Context, changed func()) {
	if m.themes == nil {
		return
	}
	go watchSystemTheme(ctx, func(t model.Theme) {
		select {
		case <-m.themes: // nobody looked at the one before
		default:
		}
		m.themes <- t
		changed()
	})
}

// size is how large the window was, or else what a first one is.
func (m *memory) size() (width, height unit.Dp) {
	if m.Width < 640 || m.Height < 480 {
		return 1280, 800
	}
	return unit.Dp(m.Width), unit.Dp(m.Height)
}

// before brings the settings up to date before a frame.
func (m *memory) before(s *model.Settings) {
	select {
	case t := <-m.themes:
		m.follow(s, t)
	default:
	}
}

// after takes note of what a frame changed. Only the size of a window that
// fills no screen is one that the person gave it.
func (m *memory) after(s *model.Settings, mode app.WindowMode, size image.Point, metric unit.Metric) {
	before := m.preferences
	m.look(s)
	if mode == app.Windowed {
		m.Width, m.Height = int(metric.PxToDp(size.X)+.5), int(metric.PxToDp(size.Y)+.5)
	}
	if m.preferences == before || m.file == "" {
		return
	}
	if m.timer != nil {
		m.timer.Stop()
	}
	now := m.preferences
	m.timer = time.AfterFunc(savePause, func() { m.write(now) })
}

// end writes what has not been written yet.
func (m *memory) end() {
	if m.timer != nil && m.timer.Stop() {
		m.write(m.preferences)
	}
}

// write saves them. That settings cannot be kept is no reason to disturb.
func (m *memory) write(p preferences) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_ = p.save(m.file)
}
