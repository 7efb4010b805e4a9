package spicedbtest

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Proxy stands before a server, ends TLS if it is given a certificate, and loses what it is
// told to lose.
type Proxy struct {
	t        testing.TB
	upstream string
	listener net.Listener
	all      sync.WaitGroup

	mu          sync.Mutex
	certificate *tls.Certificate
	open        map[net.Conn]bool
	down        bool // every connection ends at once
	mute        bool // what the server says is held back
	cutNext     bool // the next thing that the server says breaks its connection
	speaks      chan struct{}
	carried     int // bytes that servers have said
}

// NewProxy listens on an address of the loopback interface, with TLS if there is a certificate.
func NewProxy(t testing.TB, upstream string, certificate *tls.Certificate) *Proxy {
	t.Helper()
	return NewProxyAt(t, "127.0.0.1:0", upstream, certificate)
}

// NewProxyAt listens on an address.
func NewProxyAt(t testing.TB, address, upstream string, certificate *tls.Certificate) *Proxy {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	require.NoError(t, err)
	p := &Proxy{t: t, upstream: upstream, listener: listener, certificate: certificate, open: map[net.Conn]bool{}, speaks: make(chan struct{})}
	close(p.speaks)
	p.all.Go(p.accept)
	t.Cleanup(p.stop)
	return p
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Carried is how many bytes the server has said.
func (p *Proxy) Carried() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.carried
}

// Present shows another certificate from now on, and breaks what is connected.
func (p *Proxy) Present(certificate tls.Certificate) {
	p.mu.Lock()
	p.certificate = &certificate
	p.mu.Unlock()
	p.Break()
}

// Down breaks every connection, and every new one, until Up.
func (p *Proxy) Down() {
	p.mu.Lock()
	p.down = true
	p.mu.Unlock()
	p.Break()
}

// Up ends what Down and Mute have begun.
func (p *Proxy) Up() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = false
	if p.mute {
		p.mute = false
		close(p.speaks)
	}
}

// Mute holds back what the server says, as if it were slow, until Up.
func (p *Proxy) Mute() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.mute {
		p.mute, p.speaks = true, make(chan struct{})
	}
}

// LoseNext loses the next thing that the server says, and the connection with it.
func (p *Proxy) LoseNext() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cutNext = true
}

// Break breaks every connection that there is.
func (p *Proxy) Break() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		_ = conn.Close() // it may be closed already
	}
}

func (p *Proxy) stop() {
	_ = p.listener.Close()
	p.mu.Lock()
	p.down = true
	p.mu.Unlock()
	p.Up()
	p.Break()
	p.all.Wait()
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.all.Go(func() { p.serve(conn) })
	}
}

// serve carries one connection. What goes wrong with it is what the test wants.
func (p *Proxy) serve(conn net.Conn) {
	p.mu.Lock()
	down, certificate := p.down, p.certificate
	p.mu.Unlock()
	defer conn.Close()
	if down {
		return
	}
	if certificate != nil {
		conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*certificate}, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12})
	}
	server, err := (&net.Dialer{}).DialContext(p.t.Context(), "tcp", p.upstream)
	if err != nil {
		return
	}
	defer server.Close()
	defer p.forget(conn, server)
	p.remember(conn, server)
	p.all.Go(func() {
		_, _ = io.Copy(server, conn)
		_ = server.Close()
	})
	p.carryBack(conn, server)
}

func (p *Proxy) remember(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		p.open[conn] = true
	}
}

func (p *Proxy) forget(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		delete(p.open, conn)
	}
}

// carryBack brings what the server says to the client.
func (p *Proxy) carryBack(client, server net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := server.Read(buffer)
		if err != nil || p.lost(n) {
			_ = client.Close()
			return
		}
		if _, err := client.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// lost waits until the server may speak, and reports whether what it says is lost.
func (p *Proxy) lost(bytes int) bool {
	p.mu.Lock()
	speaks := p.speaks
	p.mu.Unlock()
	<-speaks
	p.mu.Lock()
	defer p.mu.Unlock()
	p.carried += bytes
	cut := p.cutNext
	p.cutNext = false
	return cut
}

// Unused is an address where nobody listens.
func Unused(t testing.TB) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
