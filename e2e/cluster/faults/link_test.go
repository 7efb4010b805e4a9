package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stand is a link to a server that answers each line with the same line, and the test as
// its caller.
type stand struct {
	*link
	address string
}

func newStand(t *testing.T) stand {
	t.Helper()
	server := listen(t)
	go echo(server)
	s := stand{link: newLink(server.Addr().String())}
	listener := listen(t)
	s.address = listener.Addr().String()
	go s.serve(listener)
	return s
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

func echo(listener net.Listener) {
	for {
		c, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			_, _ = io.Copy(c, c)
			c.Close()
		}()
	}
}

// caller is one connection through the link.
type caller struct {
	t *testing.T
	net.Conn
	lines *bufio.Reader
}

func (s stand) call(t *testing.T) caller {
	t.Helper()
	c, err := net.Dial("tcp", s.address)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return caller{t, c, bufio.NewReader(c)}
}

func (c caller) send(line string) {
	c.t.Helper()
	_, err := io.WriteString(c, line+"\n")
	require.NoError(c.t, err)
}

// hears takes the next line that comes.
func (c caller) hears(line string) {
	c.t.Helper()
	heard, err := c.lines.ReadString('\n')
	require.NoError(c.t, err)
	require.Equal(c.t, line+"\n", heard)
}

// isReset waits until the connection is broken.
func (c caller) isReset() {
	c.t.Helper()
	_, err := c.lines.ReadString('\n')
	require.Error(c.t, err)
	require.NotErrorIs(c.t, err, io.EOF, "it was ended, and not reset")
}

// refuses requires that a new connection is reset, be it while it is made or after.
func (s stand) refuses(t *testing.T) {
	t.Helper()
	c, err := net.Dial("tcp", s.address)
	if err != nil {
		require.ErrorIs(t, err, syscall.ECONNRESET)
		return
	}
	defer c.Close()
	caller{t, c, bufio.NewReader(c)}.isReset()
}

// silent requires that nothing has come. What the link saw has been waited for before.
func (c caller) silent() {
	c.t.Helper()
	require.NoError(c.t, c.SetReadDeadline(time.Now()))
	_, err := c.lines.ReadByte()
	require.ErrorContains(c.t, err, "i/o timeout")
	require.NoError(c.t, c.SetReadDeadline(time.Time{}))
}

func (s stand) awaitSeen(t *testing.T, enough func(seen) bool) {
	t.Helper()
	_, err := s.await(t.Context(), enough)
	require.NoError(t, err)
}

func TestPass(t *testing.T) {
	s := newStand(t)
	c := s.call(t)
	c.send("one")
	c.hears("one")
	require.NoError(t, c.Conn.(*net.TCPConn).CloseWrite())
	_, err := c.lines.ReadString('\n')
	require.ErrorIs(t, err, io.EOF, "ends pass too")
	s.awaitSeen(t, func(now seen) bool { return now.Connections == 0 })
}

func TestDelay(t *testing.T) {
	const delay = 50 * time.Millisecond
	s := newStand(t)
	s.set(state{State: pass, Delay: delay})
	begun := time.Now()
	c := s.call(t)
	c.send("one")
	c.hears("one")
	require.GreaterOrEqual(t, time.Since(begun), 2*delay, "there and back")
}

func TestCutHoldsWhatIsSent(t *testing.T) {
	s := newStand(t)
	old := s.call(t)
	old.send("one")
	old.hears("one")
	s.set(state{State: cut})
	old.send("two")
	s.awaitSeen(t, func(now seen) bool { return now.Held == 1 })
	fresh := s.call(t)
	fresh.send("three")
	s.awaitSeen(t, func(now seen) bool { return now.Held == 2 && now.Connections == 2 })
	old.silent()
	fresh.silent()
	s.set(state{State: pass})
	old.hears("two")
	fresh.hears("three")
}

func TestSwallowLosesAnswers(t *testing.T) {
	s := newStand(t)
	c, idle := s.call(t), s.call(t)
	idle.send("here")
	idle.hears("here")
	s.set(state{State: swallow})
	c.send("one")
	s.awaitSeen(t, func(now seen) bool { return now.Swallowed == 1 })
	c.silent()
	s.set(state{State: pass})
	c.isReset()
	idle.send("still here")
	idle.hears("still here")
}

func TestRefuseResets(t *testing.T) {
	s := newStand(t)
	old := s.call(t)
	old.send("one")
	old.hears("one")
	s.set(state{State: refuse})
	old.isReset()
	s.refuses(t)
	s.set(state{State: pass})
	again := s.call(t)
	again.send("two")
	again.hears("two")
}

func TestResetEndsACut(t *testing.T) {
	s := newStand(t)
	s.set(state{State: cut})
	c := s.call(t)
	c.send("one")
	s.awaitSeen(t, func(now seen) bool { return now.Held == 1 })
	control := http.NewServeMux()
	s.register(control, "/links/1")
	answer := httptest.NewRecorder()
	control.ServeHTTP(answer, httptest.NewRequest("POST", "/links/1/reset", nil))
	require.Equal(t, 200, answer.Code)
	c.isReset()
	s.awaitSeen(t, func(now seen) bool { return now.Connections == 0 })
}

func TestADestinationThatRefusesIsSeen(t *testing.T) {
	gone := listen(t)
	gone.Close()
	s := stand{link: newLink(gone.Addr().String())}
	listener := listen(t)
	s.address = listener.Addr().String()
	go s.serve(listener)
	s.refuses(t)
}

func TestControl(t *testing.T) {
	s := newStand(t)
	control := http.NewServeMux()
	s.register(control, "/links/1")
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		control.ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
		return answer
	}
	require.Equal(t, 200, ask("PUT", "/links/1", `{"state":"cut"}`).Code)
	require.Equal(t, 400, ask("PUT", "/links/1", `{`).Code)
	require.Equal(t, 400, ask("PUT", "/links/1", `{"state":"torn"}`).Code)
	require.Equal(t, cut, s.state.State)
	require.JSONEq(t, `{"connections":0,"held":0,"swallowed":0}`, ask("GET", "/links/1?held=0", "").Body.String())
}
