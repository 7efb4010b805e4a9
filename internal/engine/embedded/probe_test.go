package embedded_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// steps is a probe that keeps which steps have ended, and how many go on.
type steps struct {
	mu    sync.Mutex
	open  int
	ended []string
}

func (s *steps) Begin(ctx context.Context, step tenancy.Step) (context.Context, func(error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open++
	return ctx, func(err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.open--
		s.ended = append(s.ended, fmt.Sprintf("%s %s %t", step.Part, step.Name, err == nil))
	}
}

// take returns what has ended since it was last asked.
func (s *steps) take(t *testing.T) []string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Zero(t, s.open, "every step ends")
	ended := slices.Compact(s.ended)
	s.ended = nil
	return ended
}

// The probe is told of every call, once, also of one that is left before its end.
func TestProbeIsToldOfCalls(t *testing.T) {
	probe := &steps{}
	e := start(t, embedded.Config{Probe: probe})
	probe.take(t)

	require.NoError(t, e.Apply(t.Context(), delivery(t, 1, "+organization:acme#owner@user:ann")))
	require.Equal(t, []string{"engine WriteRelationships true"}, probe.take(t))
	_, err := e.Check(t.Context(), []tenancy.Question{owns("ann", "acme")})
	require.NoError(t, err)
	require.Equal(t, []string{"engine Evaluate true"}, probe.take(t))
	_, err = e.Check(t.Context(), []tenancy.Question{owns("ann", "acme"), owns("bob", "acme")})
	require.NoError(t, err)
	require.Equal(t, []string{"engine CheckBulkPermissions true"}, probe.take(t))
	_, err = e.LookupResources(t.Context(), tenancy.Object{Type: "user", ID: "ann"}, "own", "organization")
	require.NoError(t, err)
	require.Equal(t, []string{"engine LookupResources true"}, probe.take(t))
	version, err := e.Version(t.Context(), "acme")
	require.NoError(t, err)
	require.EqualValues(t, 1, version)
	require.Equal(t, []string{"engine ReadRelationships true"}, probe.take(t))

	_, err = e.Check(t.Context(), []tenancy.Question{{Subject: tenancy.Object{Type: "nobody", ID: "x"}, Permission: "own", Resource: tenancy.Object{Type: "organization", ID: "acme"}}})
	require.Error(t, err)
	require.Contains(t, probe.take(t), "engine Evaluate false")
}
