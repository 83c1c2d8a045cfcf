package ftp

// Memory is a store in memory, with times that depend on nothing outside.
type Memory struct{}

// NewMemory makes an empty store.
func NewMemory() *Memory { return &Memory{} }

// WriteFile puts a file there, making its directories; data is shared from
// then on and must not be changed.
func (m *Memory) WriteFile(path string, data []byte, modified Stamp) error { return nil }
