package main

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"

	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// starting is the API of a node that is not ready: it lives, says what it waits for, and
// refuses every call until later.
type starting struct{ waitsFor atomic.Value }

// wait names the part that is missing.
func (s *starting) wait(part string) { s.waitsFor.Store([]string{part}) }

func (s *starting) missing(context.Context) []string {
	parts, _ := s.waitsFor.Load().([]string)
	return parts
}

// Authenticate knows nobody yet. It comes before everything else of a call.
func (s *starting) Authenticate(context.Context, string) (tenancy.Caller, error) {
	return tenancy.Caller{}, tenancy.Unavailable(tenancy.CodeEngineUnavailable, errors.New("the node is starting"))
}

func (s *starting) handler(config httpapi.Config) http.Handler {
	config.Authenticator, config.Ready = s, s.missing
	return httpapi.New(config)
}
