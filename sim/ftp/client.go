package ftp

// Client is one session's client side.
type Client struct {
	cfg ClientConfig
	out []Output
}

// NewClient makes the client side of one session.
func NewClient(cfg ClientConfig) *Client { return &Client{cfg: cfg} }

// Handle takes one input and returns what follows from it. The slice is valid
// until the next call.
func (c *Client) Handle(in Input) []Output {
	c.out = c.out[:0]
	return c.out
}

// ExitStatus is the client program's exit status so far, and whether it has
// ended.
func (c *Client) ExitStatus() (status int, ended bool) { return 0, false }

// File gives what a download brought under that local name.
func (c *Client) File(name string) ([]byte, bool) { return nil, false }

// SetFile puts a local file where uploads find it.
func (c *Client) SetFile(name string, data []byte) {}
