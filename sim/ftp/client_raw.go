package ftp

// rawState is where the scripted client stands.
type rawState struct{}

func (c *Client) planRaw(text string) ([]step, error) { return nil, nil }
func (c *Client) rawReply(Reply)                      {}
func (c *Client) rawClosed()                          {}
func (c *Client) rawData(Input)                       {}
