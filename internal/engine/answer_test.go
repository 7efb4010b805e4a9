package engine_test

import (
	"context"
	"io"
	"slices"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// answerer gives answers that our schema can't bring about, or that no SpiceDB should give.
type answerer struct {
	engine.Client
	permissionship v1.CheckPermissionResponse_Permissionship
	found          []*v1.LookupResourcesResponse
	spoil          func([]*v1.CheckBulkPermissionsPair) []*v1.CheckBulkPermissionsPair
	asked          []*v1.Consistency
}

func (a *answerer) CheckPermission(_ context.Context, in *v1.CheckPermissionRequest, _ ...grpc.CallOption) (*v1.CheckPermissionResponse, error) {
	a.asked = append(a.asked, in.GetConsistency())
	return &v1.CheckPermissionResponse{Permissionship: a.permissionship}, nil
}

func (a *answerer) CheckBulkPermissions(_ context.Context, in *v1.CheckBulkPermissionsRequest, _ ...grpc.CallOption) (*v1.CheckBulkPermissionsResponse, error) {
	a.asked = append(a.asked, in.GetConsistency())
	response := &v1.CheckBulkPermissionsResponse{}
	for _, item := range in.GetItems() {
		answer := &v1.CheckBulkPermissionsResponseItem{Permissionship: a.permissionship}
		response.Pairs = append(response.Pairs, &v1.CheckBulkPermissionsPair{
			Request: item, Response: &v1.CheckBulkPermissionsPair_Item{Item: answer},
		})
	}
	if a.spoil != nil {
		response.Pairs = a.spoil(response.Pairs)
	}
	return response, nil
}

func (a *answerer) LookupResources(_ context.Context, in *v1.LookupResourcesRequest, _ ...grpc.CallOption) (grpc.ServerStreamingClient[v1.LookupResourcesResponse], error) {
	a.asked = append(a.asked, in.GetConsistency())
	return &found[v1.LookupResourcesResponse]{left: a.found}, nil
}

func (a *answerer) ReadRelationships(_ context.Context, in *v1.ReadRelationshipsRequest, _ ...grpc.CallOption) (grpc.ServerStreamingClient[v1.ReadRelationshipsResponse], error) {
	a.asked = append(a.asked, in.GetConsistency())
	return &found[v1.ReadRelationshipsResponse]{}, nil
}

type found[T any] struct {
	grpc.ServerStreamingClient[T]
	left []*T
}

func (f *found[T]) Recv() (*T, error) {
	if len(f.left) == 0 {
		return nil, io.EOF
	}
	next := f.left[0]
	f.left = f.left[1:]
	return next, nil
}

func TestOnlyAFullPermissionAllows(t *testing.T) {
	for name, value := range v1.CheckPermissionResponse_Permissionship_value {
		permissionship := v1.CheckPermissionResponse_Permissionship(value)
		e := engine.New(&answerer{permissionship: permissionship}, engine.Options{})
		want := permissionship == v1.CheckPermissionResponse_PERMISSIONSHIP_HAS_PERMISSION
		require.Equal(t, []bool{want}, check(t, e, owns("alice", "acme")), name)
		require.Equal(t, []bool{want, want}, check(t, e, owns("alice", "acme"), owns("bob", "acme")), name)
	}
	e := engine.New(&answerer{found: []*v1.LookupResourcesResponse{
		{ResourceObjectId: "a", Permissionship: v1.LookupPermissionship_LOOKUP_PERMISSIONSHIP_CONDITIONAL_PERMISSION},
		{ResourceObjectId: "b", Permissionship: v1.LookupPermissionship_LOOKUP_PERMISSIONSHIP_UNSPECIFIED},
		{ResourceObjectId: "c", Permissionship: v1.LookupPermissionship_LOOKUP_PERMISSIONSHIP_HAS_PERMISSION},
	}}, engine.Options{})
	ids, err := e.LookupResources(t.Context(), tenancy.Object{Type: "user", ID: "alice"}, "own", "organization")
	require.NoError(t, err)
	require.Equal(t, []string{"c"}, ids)
}

// A SpiceDB may answer anything less than this from an older state, if it happens to keep one.
func TestEveryQuestionIsFullyConsistent(t *testing.T) {
	client := &answerer{}
	e := engine.New(client, engine.Options{})
	check(t, e, owns("alice", "acme"))
	check(t, e, owns("alice", "acme"), owns("bob", "acme"))
	_, err := e.LookupResources(t.Context(), tenancy.Object{Type: "user", ID: "alice"}, "own", "organization")
	require.NoError(t, err)
	version(t, e, "acme")
	require.Len(t, client.asked, 6) // of a tree that never was, the version takes three
	for _, consistency := range client.asked {
		require.True(t, consistency.GetFullyConsistent())
	}
}

func TestABulkAnswerThatIsNotWholeIsNone(t *testing.T) {
	type pairs = []*v1.CheckBulkPermissionsPair
	for name, spoil := range map[string]func(pairs) pairs{
		"swapped": func(p pairs) pairs { slices.Reverse(p); return p },
		"short":   func(p pairs) pairs { return p[:1] },
		"one failed": func(p pairs) pairs {
			p[1].Response = &v1.CheckBulkPermissionsPair_Error{Error: &status.Status{Code: 13}}
			return p
		},
	} {
		e := engine.New(&answerer{permissionship: v1.CheckPermissionResponse_PERMISSIONSHIP_HAS_PERMISSION, spoil: spoil}, engine.Options{})
		answers, err := e.Check(t.Context(), []tenancy.Question{owns("alice", "acme"), owns("bob", "acme")})
		requireUnavailable(t, err, name)
		require.Nil(t, answers)
	}
}
