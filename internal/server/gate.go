package server

import (
	"net/http"
	"sync/atomic"
)

// Gate answers by the handler that was set last, so that a service can answer while it is
// still starting. One must be set before the first call.
type Gate struct {
	handler atomic.Pointer[http.Handler]
}

// Set lets the handler answer from now on. Calls that run go on as they began.
func (g *Gate) Set(handler http.Handler) { g.handler.Store(&handler) }

func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*g.handler.Load()).ServeHTTP(w, r)
}
