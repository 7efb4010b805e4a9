package relindex_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/authzed/spicedb/pkg/cmd/server"
	"github.com/authzed/spicedb/pkg/cmd/util"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/relindex"
)

// TestBehindServer runs SpiceDB's API server on a store and looks at what
// depends on revisions: tokens, cursors, watches.
func TestBehindServer(t *testing.T) {
	ctx, conn := serve(t, newStore(t, relindex.Config{MaxRevisions: 100}))
	schema, permissions := v1.NewSchemaServiceClient(conn), v1.NewPermissionsServiceClient(conn)
	_, err := schema.WriteSchema(ctx, &v1.WriteSchemaRequest{Schema: worldSchema})
	require.NoError(t, err)

	granted := writeOver(ctx, t, permissions, v1.RelationshipUpdate_OPERATION_CREATE, "organization:o#owner@user:alice")
	watch, err := v1.NewWatchServiceClient(conn).Watch(ctx, &v1.WatchRequest{OptionalStartCursor: granted})
	require.NoError(t, err)
	revoked := writeOver(ctx, t, permissions, v1.RelationshipUpdate_OPERATION_DELETE, "organization:o#owner@user:alice")

	const yes, no = v1.CheckPermissionResponse_PERMISSIONSHIP_HAS_PERMISSION, v1.CheckPermissionResponse_PERMISSIONSHIP_NO_PERMISSION
	for name, c := range map[string]struct {
		consistency *v1.Consistency
		wanted      v1.CheckPermissionResponse_Permissionship
	}{
		"snapshot before":         {exactly(granted), yes},
		"snapshot after":          {exactly(revoked), no},
		"at least before":         {atLeast(granted), no},
		"at least after":          {atLeast(revoked), no},
		"fully consistent":        {&v1.Consistency{Requirement: &v1.Consistency_FullyConsistent{FullyConsistent: true}}, no},
		"minimal latency":         {&v1.Consistency{Requirement: &v1.Consistency_MinimizeLatency{MinimizeLatency: true}}, no},
		"snapshot before, cached": {exactly(granted), yes},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := permissions.CheckPermission(ctx, &v1.CheckPermissionRequest{
				Consistency: c.consistency,
				Resource:    &v1.ObjectReference{ObjectType: "organization", ObjectId: "o"},
				Permission:  "manage",
				Subject:     &v1.SubjectReference{Object: &v1.ObjectReference{ObjectType: "user", ObjectId: "alice"}},
			})
			require.NoError(t, err)
			require.Equal(t, c.wanted, answer.Permissionship)
		})
	}

	seen, err := watch.Recv()
	require.NoError(t, err)
	require.Equal(t, v1.RelationshipUpdate_OPERATION_DELETE, seen.Updates[0].Operation)
	require.Equal(t, revoked.Token, seen.ChangesThrough.Token)

	for range 100 {
		writeOver(ctx, t, permissions, v1.RelationshipUpdate_OPERATION_TOUCH, "organization:o#owner@user:bob")
	}
	_, err = readPage(ctx, permissions, exactly(granted), nil)
	require.Equal(t, codes.OutOfRange, status.Code(err), "the snapshot is no longer kept: %v", err)
}

// TestPagesOverServer reads relationships page by page while others are written:
// all pages are of one revision.
func TestPagesOverServer(t *testing.T) {
	ctx, conn := serve(t, newStore(t, relindex.Config{}))
	permissions := v1.NewPermissionsServiceClient(conn)
	_, err := v1.NewSchemaServiceClient(conn).WriteSchema(ctx, &v1.WriteSchemaRequest{Schema: worldSchema})
	require.NoError(t, err)
	for _, user := range []string{"a", "b", "c", "d", "e"} {
		writeOver(ctx, t, permissions, v1.RelationshipUpdate_OPERATION_TOUCH, "organization:o#owner@user:"+user)
	}

	full := &v1.Consistency{Requirement: &v1.Consistency_FullyConsistent{FullyConsistent: true}}
	var owners []string
	var next *v1.Cursor
	for {
		page, err := readPage(ctx, permissions, full, next)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		for _, r := range page {
			owners = append(owners, r.Relationship.Subject.Object.ObjectId)
			next = r.AfterResultCursor
		}
		writeOver(ctx, t, permissions, v1.RelationshipUpdate_OPERATION_TOUCH, "organization:o#owner@user:z")
	}
	require.Equal(t, []string{"a", "b", "c", "d", "e"}, owners)
}

func readPage(
	ctx context.Context, permissions v1.PermissionsServiceClient, consistency *v1.Consistency, after *v1.Cursor,
) ([]*v1.ReadRelationshipsResponse, error) {
	stream, err := permissions.ReadRelationships(ctx, &v1.ReadRelationshipsRequest{
		Consistency:        consistency,
		RelationshipFilter: &v1.RelationshipFilter{ResourceType: "organization"},
		OptionalLimit:      2,
		OptionalCursor:     after,
	})
	if err != nil {
		return nil, err
	}
	var page []*v1.ReadRelationshipsResponse
	for {
		r, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return page, nil
		}
		if err != nil {
			return nil, err
		}
		page = append(page, r)
	}
}

func exactly(token *v1.ZedToken) *v1.Consistency {
	return &v1.Consistency{Requirement: &v1.Consistency_AtExactSnapshot{AtExactSnapshot: token}}
}

func atLeast(token *v1.ZedToken) *v1.Consistency {
	return &v1.Consistency{Requirement: &v1.Consistency_AtLeastAsFresh{AtLeastAsFresh: token}}
}

func writeOver(
	ctx context.Context, t *testing.T, permissions v1.PermissionsServiceClient,
	operation v1.RelationshipUpdate_Operation, text string,
) *v1.ZedToken {
	t.Helper()
	answer, err := permissions.WriteRelationships(ctx, &v1.WriteRelationshipsRequest{
		Updates: []*v1.RelationshipUpdate{{
			Operation:    operation,
			Relationship: tuple.ToV1Relationship(tuple.MustParse(text)),
		}},
	})
	require.NoError(t, err)
	return answer.WrittenAt
}

// serve runs a server on a store until the test ends. The context carries the
// server's key.
func serve(t *testing.T, ds *relindex.Datastore) (context.Context, *grpc.ClientConn) {
	t.Helper()
	const key = "a key for tests"
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	small := server.CacheConfig{Name: "small", MaxCost: "1MiB", Enabled: true}
	srv, err := server.NewConfigWithOptionsAndDefaults(
		server.WithDatastore(ds),
		server.WithPresharedSecureKey(key),
		server.WithGRPCServer(util.GRPCServerConfig{Network: util.BufferedNetwork, Enabled: true}),
		server.WithMetricsAPI(util.HTTPServerConfig{}),
		server.WithHTTPGateway(util.HTTPServerConfig{}),
		server.WithDispatchServer(util.GRPCServerConfig{}),
		server.WithDispatchCacheConfig(small),
		server.WithNamespaceCacheConfig(small),
		server.WithClusterDispatchCacheConfig(server.CacheConfig{}),
		server.WithSilentlyDisableTelemetry(true),
		server.WithExperimentalSchemaMode("read-new-write-new"),
	).Complete(ctx)
	require.NoError(t, err)
	stopped := make(chan error, 1)
	go func() { stopped <- srv.Run(ctx) }()
	conn, err := srv.NewClient()
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, conn.Close())
		cancel()
		<-stopped
	})
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+key), conn
}
