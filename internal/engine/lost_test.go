package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// loss is what becomes of a write whose sender learns nothing.
type loss int

const (
	none       loss = iota // it is answered
	lostBefore             // it did not arrive
	lostAfter              // it is in, and its answer is lost
	lateBefore             // it arrives just before the next one
	lateAfter              // it arrives just after the next one
	aborted                // another transaction was in the way
	losses
)

// lossy is a client that loses writes, or their answers, and counts what SpiceDB took.
type lossy struct {
	engine.Client
	plan        []loss // for the writes in turn; after that all goes well
	early, late *v1.WriteRelationshipsRequest
	took        int
}

func (l *lossy) WriteRelationships(ctx context.Context, in *v1.WriteRelationshipsRequest, opts ...grpc.CallOption) (*v1.WriteRelationshipsResponse, error) {
	early, late := l.early, l.late
	l.early, l.late = nil, nil
	l.arrives(ctx, early)
	defer l.arrives(ctx, late)
	what := none
	if len(l.plan) > 0 {
		what, l.plan = l.plan[0], l.plan[1:]
	}
	switch what {
	case lostBefore:
		return nil, status.Error(codes.Unavailable, "lost")
	case lostAfter:
		l.arrives(ctx, in)
		return nil, status.Error(codes.Unavailable, "lost")
	case lateBefore:
		l.early = in
		return nil, status.Error(codes.DeadlineExceeded, "late")
	case lateAfter:
		l.late = in
		return nil, status.Error(codes.DeadlineExceeded, "late")
	case aborted:
		return nil, status.Error(codes.Aborted, "serialization")
	default:
		response, err := l.Client.WriteRelationships(ctx, in, opts...)
		if err == nil {
			l.took++
		}
		return response, err
	}
}

// arrives sends a write whose answer nobody waits for.
func (l *lossy) arrives(ctx context.Context, in *v1.WriteRelationshipsRequest) {
	if in == nil {
		return
	}
	if _, err := l.Client.WriteRelationships(ctx, in); err == nil {
		l.took++
	}
}

// requireOnce applies the delivery big, of 4 writes, with what is lost on the way.
func requireOnce(t *testing.T, plan []loss) {
	t.Helper()
	client := dial(t)
	apply(t, engine.New(client, engine.Options{}), 1, "+organization:acme#owner@user:alice")
	d, want := big(t)
	l := &lossy{Client: client, plan: plan}
	require.NoError(t, engine.New(l, engine.Options{MaxUpdates: 5}).Apply(t.Context(), d), "%v", plan)
	require.Equal(t, want, everything(t, client), "%v", plan)
	require.Equal(t, 4, l.took, "%v: each part once", plan)
}

func TestALostAnswerEndsInSuccessAndOneApplication(t *testing.T) {
	for what := lostBefore; what < losses; what++ {
		for write := range 4 {
			plan := make([]loss, write+1)
			plan[write] = what
			requireOnce(t, plan)
		}
	}
}

func TestAnyLosses(t *testing.T) {
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 0))
		plan := make([]loss, 10)
		for i := range plan {
			// Never so many in a row that an applier gives up.
			if i%4 != 3 {
				plan[i] = loss(random.IntN(int(losses)))
			}
		}
		requireOnce(t, plan)
	}
}

// TestLossesOfTwoTrees moves both in each write.
func TestLossesOfTwoTrees(t *testing.T) {
	for what := lostBefore; what < losses; what++ {
		client := dial(t)
		beforeAttaching(t, client)
		d, want := attaching(t)
		l := &lossy{Client: client, plan: []loss{none, what, none, what}}
		require.NoError(t, engine.New(l, engine.Options{MaxUpdates: 6}).Apply(t.Context(), d))
		require.ElementsMatch(t, want, everything(t, client))
		require.Equal(t, 5, l.took)
	}
}

// TestAWriteThatNeverGetsThroughIsGivenUp also where nobody has set a deadline.
func TestAWriteThatNeverGetsThroughIsGivenUp(t *testing.T) {
	client := dial(t)
	plan := make([]loss, 100)
	for i := range plan {
		plan[i] = lostBefore
	}
	l := &lossy{Client: client, plan: plan}
	d := tenancy.Delivery{RootID: "acme", Version: 1, Updates: updates(t, "+organization:acme#owner@user:alice")}
	requireUnavailable(t, engine.New(l, engine.Options{}).Apply(t.Context(), d), "apply")
	require.Empty(t, everything(t, client))
}

// A refusal is no loss: it is told at once, and the write is not sent again.
func TestARefusalIsNotRepeated(t *testing.T) {
	for _, code := range []codes.Code{codes.InvalidArgument, codes.PermissionDenied, codes.Unauthenticated, codes.ResourceExhausted} {
		r := &refusing{Client: dial(t), code: code}
		d := tenancy.Delivery{RootID: "acme", Version: 1}
		require.Error(t, engine.New(r, engine.Options{}).Apply(t.Context(), d), code)
		require.Equal(t, 1, r.asked, code)
	}
}

type refusing struct {
	engine.Client
	code  codes.Code
	asked int
}

func (r *refusing) WriteRelationships(context.Context, *v1.WriteRelationshipsRequest, ...grpc.CallOption) (*v1.WriteRelationshipsResponse, error) {
	r.asked++
	return nil, status.Error(r.code, fmt.Sprint(r.code))
}
