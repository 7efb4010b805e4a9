package engine_test

import (
	"context"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// listening is a client that keeps how fresh the last check was to be.
type listening struct {
	engine.Client
	asked *v1.Consistency
}

func (l *listening) CheckPermission(ctx context.Context, in *v1.CheckPermissionRequest, opts ...grpc.CallOption) (*v1.CheckPermissionResponse, error) {
	l.asked = in.Consistency
	return l.Client.CheckPermission(ctx, in, opts...)
}

// TestAQuestionIsAskedByWhatWasSeenOfItsTree, and at the newest state as long as nothing was.
func TestAQuestionIsAskedByWhatWasSeenOfItsTree(t *testing.T) {
	client := &listening{Client: dial(t).Client}
	e := engine.New(client, engine.Options{Overlapping: true})
	require.NoError(t, e.WriteSchema(t.Context()))
	token := func(e *engine.Engine, rootID string) string {
		question := tenancy.Question{Subject: tenancy.Object{Type: "user", ID: "alice"}, Permission: "own", Resource: tenancy.Object{Type: "organization", ID: "acme"}}
		_, err := e.Check(tenancy.AboutTree(t.Context(), rootID), []tenancy.Question{question})
		require.NoError(t, err)
		require.Equal(t, client.asked.GetAtLeastAsFresh() == nil, client.asked.GetFullyConsistent())
		return client.asked.GetAtLeastAsFresh().GetToken()
	}
	require.Empty(t, token(e, "acme"), "nothing was seen")
	require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "acme", Version: 1}))
	first := token(e, "acme")
	require.NotEmpty(t, first)
	require.Empty(t, token(e, "other"))
	require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "acme", Version: 2}))
	require.NotEqual(t, first, token(e, "acme"))

	another := engine.New(client, engine.Options{Overlapping: true})
	require.Empty(t, token(another, "acme"))
	_, err := another.Version(t.Context(), "acme")
	require.NoError(t, err)
	require.NotEmpty(t, token(another, "acme"), "the fence was read")

	require.NoError(t, e.Overwrite(t.Context(), engine.Fence("acme", 2), tenancy.Delivery{RootID: "acme", Version: 1}))
	require.NotEmpty(t, token(e, "acme"), "it was written anew")
	_, err = another.Version(t.Context(), "acme")
	require.NoError(t, err)
	require.Empty(t, token(another, "acme"), "it is further back than it was")

	alone := engine.New(client, engine.Options{})
	require.NoError(t, alone.Apply(t.Context(), tenancy.Delivery{RootID: "acme", Version: 2}))
	require.Empty(t, token(alone, "acme"))
}
