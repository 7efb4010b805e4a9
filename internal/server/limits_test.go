package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/server"
)

// running serves until the test ends, and gives the address.
func running(t *testing.T, serve func(context.Context, net.Listener) error) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	listener, err := server.Listen(ctx, "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-served)
	})
	return listener.Addr().String()
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// Attack 34: more headers than a call has are refused before anybody looks at them.
func TestHeadersAreBounded(t *testing.T) {
	unreached := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it is answered") })
	address := running(t, func(ctx context.Context, listener net.Listener) error {
		return server.Serve(ctx, listener, unreached, time.Minute)
	})
	conn := dial(t, address)
	go func() {
		text := &strings.Builder{}
		text.WriteString("GET / HTTP/1.1\r\nHost: x\r\n")
		for i := range 10_000 {
			fmt.Fprintf(text, "X-%d: %d\r\n", i, i)
		}
		_, _ = io.WriteString(conn, text.String()) // it may be cut off on the way
	}()
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, answer.StatusCode)
}

// Attack 34: whoever sends a byte at a time, or none, is left, and his connection with him.
func TestSlowCallersAreLeft(t *testing.T) {
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err == nil {
			t.Error("the body has arrived")
		}
	})
	address := running(t, func(ctx context.Context, listener net.Listener) error {
		return server.ServeImpatiently(ctx, listener, handler)
	})
	for name, begun := range map[string]string{
		"nothing":           "",
		"half of a header":  "POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"a part of a body":  "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{",
		"a part of a chunk": "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\na\r\n{",
	} {
		t.Run(name, func(t *testing.T) {
			conn := dial(t, address)
			_, err := io.WriteString(conn, begun)
			require.NoError(t, err)
			_, _ = io.ReadAll(conn) // ends when the server leaves; without its limits never
		})
	}
}
