package ftp

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tell gives a server lines of a logged-in session.
func tell(s *Server, lines ...string) {
	for _, l := range lines {
		s.Handle(ControlReceived{Data: []byte(l + "\r\n")})
	}
}

// Found by the explorer of package sim: the client's FIN of the transfer before
// was taken for that of the next, and the upload stored as an empty file.
func TestTheFINOfTheTransferBeforeDoesNotEndTheNext(t *testing.T) {
	store := library(t)
	s := NewServer(ServerConfig{}, store)
	s.Handle(ControlConnected{serverAddr, clientAddr})
	tell(s, "USER ftp", "PASS x", "PASV")
	s.Handle(Listening{serverAddr})
	s.Handle(DataPeerClosed{})
	s.Handle(DataConnected{serverAddr, clientAddr, true})
	tell(s, "STOR up.bin")
	_, dtp := s.State()
	require.Equal(t, Receiving, dtp)
	s.Handle(DataReceived{Data: []byte("late")})
	s.Handle(DataPeerClosed{})
	s.Handle(DataAcked{})
	content, err := store.Open("/up.bin")
	require.NoError(t, err)
	got, _ := content.Bytes()
	assert.Equal(t, "late", string(got))
}

// Found by the explorer: 226 can overtake the data connection it is about, when
// the server does not wait for acknowledgements.
func TestA226BeforeTheDataConnectionIsNoEmptyFile(t *testing.T) {
	for name, c := range map[string]struct {
		then Input
		ok   bool
	}{
		"the connection comes after all": {DataConnected{clientAddr, serverAddr, true}, true},
		"it does not":                    {TimerFired{ConnectTimer}, false},
	} {
		t.Run(name, func(t *testing.T) {
			client := NewClient(ClientConfig{Server: serverAddr, Mode: ModePort, ConnectTimeout: 10_000})
			var finished []Finished
			for _, in := range []Input{
				Wish{"open"}, Wish{"get a"}, ControlConnected{clientAddr, serverAddr}, ControlReceived{Data: []byte("220 hi\r\n")},
				Listening{clientAddr}, ControlReceived{Data: []byte("200 ok\r\n150 go\r\n226 done\r\n")},
				c.then, DataReceived{Data: []byte("a")}, DataPeerClosed{},
			} {
				for _, o := range client.Handle(in) {
					if f, ok := o.(Finished); ok {
						finished = append(finished, f)
					}
				}
			}
			require.Len(t, finished, 2)
			assert.Equal(t, c.ok, finished[1].OK)
			got, _ := client.File("a")
			assert.Equal(t, c.ok, string(got) == "a")
		})
	}
}
