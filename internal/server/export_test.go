package server

import (
	"context"
	"net"
	"net/http"
	"time"
)

// ServeImpatiently is [Serve] for tests that wait until it is tired of a slow caller.
func ServeImpatiently(ctx context.Context, listener net.Listener, handler http.Handler) error {
	impatient := usual
	impatient.readHeader, impatient.read = 50*time.Millisecond, 100*time.Millisecond
	return impatient.serve(ctx, listener, handler, time.Minute)
}
