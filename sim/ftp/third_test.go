package ftp

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// loggedIn is a client whose wishes come next.
func loggedIn() *bench {
	b := &bench{machine: NewClient(ClientConfig{Server: serverAddr})}
	b.feed(Wish{"open"}, ControlConnected{clientAddr, serverAddr})
	b.reply("220 hello")
	b.forget()
	return b
}

// RFC 959 §5.2: who has quoted PORT or PASV means another's data connection, and
// may ask for the transfer as well.
func TestATransferIsQuotedAfterAQuotedPort(t *testing.T) {
	b := loggedIn()
	b.feed(Wish{"quote RETR f"})
	assert.Empty(t, b.said, "there is no data connection for it")
	for _, setup := range []string{"PORT 192,0,2,10,4,210", "PASV"} {
		b = loggedIn()
		b.feed(Wish{"quote " + setup})
		b.reply("200 fine")
		b.feed(Wish{"quote RETR f"})
		assert.Equal(t, []string{setup, "RETR f"}, b.said)
		for _, o := range b.did {
			switch o.(type) {
			case DialData, Listen:
				t.Errorf("%s: the data connection is not the program's own, and it did %+v", setup, o)
			}
		}
	}
	b = loggedIn()
	b.feed(Wish{"quote PORT 192,0,2,10,4,210"})
	b.reply("500 no")
	b.feed(Wish{"quote RETR f"})
	assert.Equal(t, []string{"PORT 192,0,2,10,4,210"}, b.said, "refused, it named nobody")
}

func TestALoneClientHasNoProxy(t *testing.T) {
	b := loggedIn()
	var err error
	for _, o := range b.machine.Handle(Wish{"proxy open x"}) {
		if f, ok := o.(Finished); ok {
			err = f.Err
		}
	}
	assert.ErrorContains(t, err, "error.wish.proxy")
}

// caller is a raw program that calls ports of the server.
func caller(step string) *bench {
	b := &bench{machine: NewClient(ClientConfig{Profile: Raw, Server: serverAddr})}
	b.feed(Wish{step})
	return b
}

// dialled are the ports called so far.
func (b *bench) dialled() (ports []uint16) {
	for _, o := range b.did {
		if d, ok := o.(DialData); ok {
			ports = append(ports, d.Remote.Port())
		}
	}
	return ports
}

func TestCallsGoRoundUntilOneIsAnswered(t *testing.T) {
	b := caller("call 1234-1235")
	for range 3 {
		b.feed(DataFailed{Refused}, TimerFired{SleepTimer})
	}
	assert.Equal(t, []uint16{1234, 1235, 1234, 1235}, b.dialled())
	b.feed(TimerFired{ConnectTimer}) // silence, where there are other ports
	assert.Equal(t, []uint16{1234, 1235, 1234, 1235, 1234}, b.dialled())
	assert.Contains(t, b.did, Output(AbortData{}))
	b.feed(DataConnected{Local: clientAddr, Remote: netip.AddrPortFrom(serverAddr.Addr(), 1234)})
	b.forget()
	b.feed(TimerFired{CallTimer}, DataFailed{Refused}, TimerFired{SleepTimer})
	assert.Empty(t, b.dialled(), "it is connected")
	b.feed(Wish{"read all"}, DataReceived{Data: []byte("all of it")}, DataPeerClosed{})
	require.NotNil(t, b.machine)
	assert.False(t, b.machine.(*Client).Busy(), "and has read to the end")
}

func TestCallsEndWhenPatienceDoes(t *testing.T) {
	for _, at := range []string{"during a call", "between two"} {
		b := caller("call 1234 5")
		assert.Contains(t, b.did, Output(StartTimer{CallTimer, 5000}))
		if at == "between two" {
			b.feed(DataFailed{Refused})
		}
		b.feed(TimerFired{CallTimer})
		assert.False(t, b.machine.(*Client).Busy(), at)
		b.forget()
		b.feed(TimerFired{SleepTimer}, DataFailed{Refused})
		assert.Empty(t, b.did, at)
	}
}

func TestStepsAreCheckedAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]string{
		"call 1234": "", "call 30000-30999 60": "", "open": "", "cmd PORT 192,0,2,10,4,210": "", "read all": "",
		"call": "error.step.unknown", "call 0": "error.step.ports", "call 9-3": "error.step.ports", "call x": "error.step.ports",
		"call 1-70000": "error.step.ports", "call 1 soon": "error.step.seconds", "call 1 -1": "error.step.seconds", "call 1 NaN": "error.step.seconds", "sleep NaN": "error.step.number",
		"dance": "error.step.unknown", "cmd A\r\nB": "error.wish.line",
	} {
		if err := CheckStep(text); want == "" {
			assert.NoError(t, err, text)
		} else {
			assert.ErrorContains(t, err, want, text)
		}
	}
}
