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
		_, err := e.Check(tenancy.AboutTrees(t.Context(), rootID), []tenancy.Question{question})
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
	before := token(another, "acme")
	require.NotEmpty(t, before, "the fence was read")

	further := token(e, "acme")
	require.NoError(t, e.Overwrite(t.Context(), engine.Fence("acme", 2), tenancy.Delivery{RootID: "acme", Version: 1}))
	require.NotContains(t, []string{"", further}, token(e, "acme"), "it was written anew")
	_, err = another.Version(t.Context(), "acme")
	require.NoError(t, err)
	require.NotContains(t, []string{"", before}, token(another, "acme"), "it is further back than it was")

	alone := engine.New(client, engine.Options{})
	require.NoError(t, alone.Apply(t.Context(), tenancy.Delivery{RootID: "acme", Version: 2}))
	require.Empty(t, token(alone, "acme"))
}

// lagging is a client that takes an older state for the newest, for a while.
type lagging struct {
	engine.Client
	newest *v1.ZedToken
	left   int
}

func (l *lagging) ReadRelationships(ctx context.Context, in *v1.ReadRelationshipsRequest, opts ...grpc.CallOption) (grpc.ServerStreamingClient[v1.ReadRelationshipsResponse], error) {
	in.Consistency = l.taken(in.Consistency)
	return l.Client.ReadRelationships(ctx, in, opts...)
}

// CheckPermission asks for the newest state in the same way.
func (l *lagging) CheckPermission(ctx context.Context, in *v1.CheckPermissionRequest, opts ...grpc.CallOption) (*v1.CheckPermissionResponse, error) {
	in.Consistency = l.taken(in.Consistency)
	return l.Client.CheckPermission(ctx, in, opts...)
}

func (l *lagging) LookupResources(ctx context.Context, in *v1.LookupResourcesRequest, opts ...grpc.CallOption) (grpc.ServerStreamingClient[v1.LookupResourcesResponse], error) {
	in.Consistency = l.taken(in.Consistency)
	return l.Client.LookupResources(ctx, in, opts...)
}

// taken is the state that a call is answered at.
func (l *lagging) taken(asked *v1.Consistency) *v1.Consistency {
	if !asked.GetFullyConsistent() || l.left == 0 {
		return asked
	}
	l.left--
	return &v1.Consistency{Requirement: &v1.Consistency_AtExactSnapshot{AtExactSnapshot: l.newest}}
}

// newestOf is the token of the newest state.
func newestOf(t *testing.T, client engine.Client) *v1.ZedToken {
	t.Helper()
	response, err := client.CheckPermission(t.Context(), &v1.CheckPermissionRequest{
		Consistency: &v1.Consistency{Requirement: &v1.Consistency_FullyConsistent{FullyConsistent: true}},
		Resource:    &v1.ObjectReference{ObjectType: "organization", ObjectId: "other"}, Permission: "own",
		Subject: &v1.SubjectReference{Object: &v1.ObjectReference{ObjectType: "user", ObjectId: "alice"}},
	})
	require.NoError(t, err)
	return response.GetCheckedAt()
}

// TestALookupHasOfEachTreeWhatWasSeenOfIt, also where the newest state of one of them is older
// than what was seen of another.
func TestALookupHasOfEachTreeWhatWasSeenOfIt(t *testing.T) {
	client := &lagging{Client: dial(t).Client}
	e := engine.New(client, engine.Options{Overlapping: true})
	require.NoError(t, e.WriteSchema(t.Context()))
	for _, rootID := range []string{"acme", "other"} {
		require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: rootID, Version: 1}))
	}
	alice := tenancy.Object{Type: "user", ID: "alice"}
	before := newestOf(t, client)
	owner := tenancy.Update{Relationship: tenancy.Relationship{Resource: tenancy.Object{Type: "organization", ID: "other"}, Relation: "owner", Subject: alice}}
	require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "other", Version: 2, Updates: []tenancy.Update{owner}}))

	client.newest, client.left = before, 2
	ids, err := e.LookupResources(tenancy.AboutTrees(t.Context(), "acme", "other"), alice, "own", "organization")
	require.NoError(t, err)
	require.Equal(t, []string{"other"}, ids)

	client.left = 100
	_, err = e.LookupResources(tenancy.AboutTrees(t.Context(), "acme", "other"), alice, "own", "organization")
	require.Error(t, err, "rather than what is older")
}

// TestALookupIsNotOlderThanItsNewestTree: where SpiceDB takes a state for its newest in which
// one of the trees has not begun, the others are not asked about at that state either.
func TestALookupIsNotOlderThanItsNewestTree(t *testing.T) {
	client := &lagging{Client: dial(t).Client}
	e := engine.New(client, engine.Options{Overlapping: true})
	require.NoError(t, e.WriteSchema(t.Context()))
	alice := tenancy.Object{Type: "user", ID: "alice"}
	owner := tenancy.Relationship{Resource: tenancy.Object{Type: "organization", ID: "other"}, Relation: "owner", Subject: alice}
	require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "other", Version: 1, Updates: []tenancy.Update{{Relationship: owner}}}))
	client.newest = newestOf(t, client)
	require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "other", Version: 2, Updates: []tenancy.Update{{Delete: true, Relationship: owner}}}))
	require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "acme", Version: 1}))

	for _, roots := range [][]string{{"acme", "other"}, {"other", "acme"}} {
		about := tenancy.AboutTrees(t.Context(), roots...)
		client.left = 3
		ids, err := e.LookupResources(about, alice, "own", "organization")
		require.NoError(t, err)
		require.Empty(t, ids)

		client.left = 100
		_, err = e.LookupResources(about, alice, "own", "organization")
		require.Error(t, err, "rather than what is older")
	}
}

// TestAnOlderFenceTakesNothingBack that was seen of a tree: it may come from a call that began
// before the write.
func TestAnOlderFenceTakesNothingBack(t *testing.T) {
	client := &lagging{Client: dial(t).Client}
	e := engine.New(client, engine.Options{Overlapping: true})
	require.NoError(t, e.WriteSchema(t.Context()))
	alice := tenancy.Object{Type: "user", ID: "alice"}
	owner := tenancy.Relationship{Resource: tenancy.Object{Type: "organization", ID: "acme"}, Relation: "owner", Subject: alice}
	require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "acme", Version: 1, Updates: []tenancy.Update{{Relationship: owner}}}))
	client.newest = newestOf(t, client)
	require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "acme", Version: 2, Updates: []tenancy.Update{{Delete: true, Relationship: owner}}}))

	client.left = 1
	version, err := e.Version(t.Context(), "acme")
	require.NoError(t, err)
	require.EqualValues(t, 2, version)
	client.left = 100
	_, err = e.Version(t.Context(), "acme")
	require.Error(t, err, "rather than what is older")

	question := tenancy.Question{Subject: alice, Permission: "own", Resource: owner.Resource}
	answers, err := e.Check(tenancy.AboutTrees(t.Context(), "acme"), []tenancy.Question{question})
	require.NoError(t, err)
	require.Equal(t, []bool{false}, answers)
}
