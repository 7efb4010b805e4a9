package server

import (
	"encoding/json"
	"net/http"
	"sync/atomic"
)

// Gate stands before a service that is still starting: the process lives and says what it
// waits for, and every call is refused until it is opened.
type Gate struct {
	service atomic.Pointer[http.Handler]
	waiting atomic.Pointer[string]
}

// WaitFor says what is missing before the service is ready.
func (g *Gate) WaitFor(what string) { g.waiting.Store(&what) }

// Open lets calls through to the service, from now on.
func (g *Gate) Open(service http.Handler) { g.service.Store(&service) }

func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if service := g.service.Load(); service != nil {
		(*service).ServeHTTP(w, r)
		return
	}
	if r.URL.Path == "/healthz" {
		w.WriteHeader(http.StatusOK)
		return
	}
	g.refuse(w)
}

func (g *Gate) refuse(w http.ResponseWriter) {
	detail := "The service is starting."
	if waiting := g.waiting.Load(); waiting != nil {
		detail = "The service is starting: " + *waiting + "."
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusServiceUnavailable)
	// A caller that has gone needs no answer.
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": "about:blank", "title": "Service Unavailable", "status": http.StatusServiceUnavailable,
		"detail": detail, "code": "engine-unavailable", "retry_after": 1,
	})
}
