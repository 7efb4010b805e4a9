package cluster_test

import (
	"context"
	"net"
	"path"
	"sync"
	"testing"
	"time"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// failing is a server that fails every call, of any method, and counts them.
type failing struct {
	mu    sync.Mutex
	calls map[string]int
}

func serveFailing(t *testing.T) (*failing, string) {
	t.Helper()
	f := &failing{calls: map[string]int{}}
	server := grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		method, _ := grpc.MethodFromServerStream(stream)
		f.mu.Lock()
		defer f.mu.Unlock()
		f.calls[path.Base(method)]++
		return status.Error(codes.Unavailable, "failing")
	}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return f, listener.Addr().String()
}

// TestOnlyWhatChangesNothingIsTriedAgain: of a write that failed nobody knows what it did.
func TestOnlyWhatChangesNothingIsTriedAgain(t *testing.T) {
	f, address := serveFailing(t)
	e := connect(t, cluster.Config{Endpoints: []string{address}, Backoff: time.Millisecond, MaxBackoff: time.Millisecond, Failures: 1000})
	ctx, alice := t.Context(), tenancy.Object{Type: "user", ID: "alice"}
	requireUnavailable(t, ask(ctx, e))
	_, err := e.Check(ctx, []tenancy.Question{owns("a", "b"), owns("c", "d")})
	requireUnavailable(t, err)
	_, err = e.LookupResources(ctx, alice, "own", "organization")
	requireUnavailable(t, err)
	_, err = e.LookupSubjects(ctx, tenancy.Object{Type: "organization", ID: "acme"}, "own", "user")
	requireUnavailable(t, err)
	_, err = e.Version(ctx, "acme")
	requireUnavailable(t, err)
	requireFault(t, engine.FaultUnreachable, e.Inspect(ctx, ""))
	_, err = e.Client().WriteRelationships(ctx, &v1.WriteRelationshipsRequest{})
	require.Equal(t, codes.Unavailable, status.Code(err))
	_, err = e.Client().DeleteRelationships(ctx, &v1.DeleteRelationshipsRequest{})
	require.Equal(t, codes.Unavailable, status.Code(err))
	requireUnavailable(t, e.WriteSchema(ctx))
	requireUnavailable(t, e.Load(ctx, relationships(t, "organization:acme#owner@user:alice")))
	require.Equal(t, map[string]int{
		"CheckPermission": 5, "CheckBulkPermissions": 5, "LookupResources": 5, "LookupSubjects": 5, "ReadRelationships": 5, "ReadSchema": 5,
		"WriteRelationships": 1, "DeleteRelationships": 1, "WriteSchema": 1, "ImportBulkRelationships": 1,
	}, f.calls)
}

func (f *failing) count() (all int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, calls := range f.calls {
		all += calls
	}
	return all
}

// TestCallsGoToAllNodes in turn.
func TestCallsGoToAllNodes(t *testing.T) {
	one, first := serveFailing(t)
	other, second := serveFailing(t)
	e := connect(t, cluster.Config{Endpoints: []string{first, second}, Failures: 1 << 30})
	write := func() { _ = e.WriteSchema(t.Context()) } // which is not tried again
	for write(); one.count() == 0 || other.count() == 0; write() {
		require.NoError(t, t.Context().Err())
	}
	before := one.count() - other.count()
	for range 10 {
		write()
	}
	require.Equal(t, before, one.count()-other.count())
}

// TestRetriesEndWithTheCaller who has less time than they would take.
func TestRetriesEndWithTheCaller(t *testing.T) {
	_, address := serveFailing(t)
	e := connect(t, cluster.Config{Endpoints: []string{address}, Backoff: time.Hour, MaxBackoff: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	requireUnavailable(t, ask(ctx, e))
	require.Error(t, ctx.Err())
}

// told is a probe that keeps the names of the steps that have ended.
type told struct {
	mu    sync.Mutex
	ended []string
}

func (p *told) Begin(ctx context.Context, step tenancy.Step) (context.Context, func(error)) {
	return ctx, func(error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.ended = append(p.ended, step.Part+" "+step.Name)
	}
}

// TestTheProbeIsToldOfCalls once each, with its retries, and of none that the circuit keeps back.
func TestTheProbeIsToldOfCalls(t *testing.T) {
	_, address := serveFailing(t)
	probe := &told{}
	e := connect(t, cluster.Config{Endpoints: []string{address}, Backoff: time.Millisecond, Failures: 2, OpenFor: time.Hour, Probe: probe})
	for range 5 {
		requireUnavailable(t, ask(t.Context(), e))
	}
	require.Equal(t, cluster.CircuitOpen, e.Circuit())
	require.Equal(t, []string{"engine CheckPermission", "engine CheckPermission"}, probe.ended)
}
