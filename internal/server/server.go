// Package server runs a node: it listens, answers, drains and stops.
package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"
)

// Listen opens a TCP address. Port 0 takes any free one.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("the address %s is in use by another process", address)
	}
	if err != nil {
		return nil, fmt.Errorf("can't listen on %s: %w", address, err)
	}
	return listener, nil
}

// limits are those of one connection. They bound what a slow or hostile caller can hold.
type limits struct {
	readHeader, read, write, idle time.Duration
	headerBytes                   int
}

var usual = limits{
	readHeader:  5 * time.Second,
	read:        30 * time.Second,
	write:       60 * time.Second,
	idle:        2 * time.Minute,
	headerBytes: 32 << 10,
}

// Serve answers on the listener until the context ends. Then it stops accepting, lets
// running calls finish within the drain time, and returns nil if they did.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, drain time.Duration) error {
	return usual.serve(ctx, listener, handler, drain)
}

func (l limits) serve(ctx context.Context, listener net.Listener, handler http.Handler, drain time.Duration) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: l.readHeader,
		ReadTimeout:       l.read,
		WriteTimeout:      l.write,
		IdleTimeout:       l.idle,
		MaxHeaderBytes:    l.headerBytes,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("calls were still running after %s", drain), server.Close())
	}
	return nil
}
