package auditors_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/authzed/grpcutil"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/engine/auditors"
	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	clusterKey = "the key of the cluster, which can write"
	auditorKey = "the key of auditors, who can only read"
)

func connect(t *testing.T, address, key string) *grpc.ClientConn {
	t.Helper()
	options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	if key != "" {
		options = append(options, grpcutil.WithInsecureBearerToken(key))
	}
	conn, err := grpc.NewClient(address, options...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

var owns = tenancy.Relationship{
	Resource: tenancy.Object{Type: "organization", ID: "acme"}, Relation: "owner", Subject: tenancy.Object{Type: "user", ID: "mia"},
}

// world is a SpiceDB that holds one relationship, and the listener before it.
type world struct {
	spicedb  *grpc.ClientConn
	listener *auditors.Listener
}

func newWorld(t *testing.T) world {
	t.Helper()
	spicedb, err := embedded.Start(t.Context(), embedded.Config{
		ZedListen: "127.0.0.1:0", ZedKey: clusterKey, StopGrace: 100 * time.Millisecond,
		Relationships: func(yield func(tenancy.Relationship, error) bool) { yield(owns, nil) },
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, spicedb.Stop()) })
	w := world{spicedb: connect(t, spicedb.ZedAddr(), clusterKey)}
	w.listener, err = auditors.Listen(t.Context(), auditors.Config{Listen: "127.0.0.1:0", Key: auditorKey, SpiceDB: w.spicedb})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.listener.Stop()) })
	return w
}

// methods lists every method of SpiceDB's API by its descriptors.
func methods() (all []protoreflect.MethodDescriptor) {
	protoregistry.GlobalFiles.RangeFilesByPackage("authzed.api.v1", func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			for j := range file.Services().Get(i).Methods().Len() {
				all = append(all, file.Services().Get(i).Methods().Get(j))
			}
		}
		return true
	})
	return all
}

// call calls a method with an empty request, and gives the outcome.
func call(t *testing.T, conn *grpc.ClientConn, method string, in, out protoreflect.MessageDescriptor) codes.Code {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method)
	require.NoError(t, err)
	if err := stream.SendMsg(dynamicpb.NewMessage(in)); err != nil && !errors.Is(err, io.EOF) {
		return status.Code(err)
	}
	require.NoError(t, stream.CloseSend())
	return status.Code(stream.RecvMsg(dynamicpb.NewMessage(out)))
}

// TestMethods: what reads reaches SpiceDB and ends as it does there; what writes, or is not
// known, is refused; and who has no valid key learns nothing of either.
func TestMethods(t *testing.T) {
	w := newWorld(t)
	auditor := connect(t, w.listener.Addr(), auditorKey)
	strangers := map[string]*grpc.ClientConn{
		"no key": connect(t, w.listener.Addr(), ""), "the cluster's key": connect(t, w.listener.Addr(), clusterKey),
		"a part of the key": connect(t, w.listener.Addr(), auditorKey[:len(auditorKey)-1]),
	}
	reads, writes := 0, 0
	for _, m := range methods() {
		method := "/" + string(m.Parent().FullName()) + "/" + string(m.Name())
		t.Run(method, func(t *testing.T) {
			for name, conn := range strangers {
				require.Equal(t, codes.Unauthenticated, call(t, conn, method, m.Input(), m.Output()), name)
			}
			if m.Name() == "Watch" {
				return // It has a test of its own.
			}
			got := call(t, auditor, method, m.Input(), m.Output())
			if !engine.Reads(method) {
				writes++
				require.Equal(t, codes.PermissionDenied, got)
				return
			}
			reads++
			require.Equal(t, call(t, w.spicedb, method, m.Input(), m.Output()), got)
		})
	}
	require.Greater(t, reads, 10)
	require.Greater(t, writes, 5)
	require.Equal(t, codes.PermissionDenied, call(t, auditor, "/nobody.knows/This", methods()[0].Input(), methods()[0].Output()))
}

// TestReading: messages pass as they are, both ways, and many in one call.
func TestReading(t *testing.T) {
	w := newWorld(t)
	client := v1.NewPermissionsServiceClient(connect(t, w.listener.Addr(), auditorKey))
	consistency := &v1.Consistency{Requirement: &v1.Consistency_FullyConsistent{FullyConsistent: true}}
	checked, err := client.CheckPermission(t.Context(), &v1.CheckPermissionRequest{
		Consistency: consistency,
		Resource:    &v1.ObjectReference{ObjectType: "organization", ObjectId: "acme"},
		Permission:  "view_agents",
		Subject:     &v1.SubjectReference{Object: &v1.ObjectReference{ObjectType: "user", ObjectId: "mia"}},
	})
	require.NoError(t, err)
	require.Equal(t, v1.CheckPermissionResponse_PERMISSIONSHIP_HAS_PERMISSION, checked.GetPermissionship())

	stream, err := client.ReadRelationships(t.Context(), &v1.ReadRelationshipsRequest{
		Consistency: consistency, RelationshipFilter: &v1.RelationshipFilter{ResourceType: "organization"},
	})
	require.NoError(t, err)
	read, err := stream.Recv()
	require.NoError(t, err)
	require.Equal(t, "acme", read.GetRelationship().GetResource().GetObjectId())
	_, err = stream.Recv()
	require.ErrorIs(t, err, io.EOF)
}

// TestWatching: a call that does not end by itself brings what happens, ends with its caller,
// and does not keep a listener that stops.
func TestWatching(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("watching", func(t *testing.T) {
		w := newWorld(t)
		writer := v1.NewPermissionsServiceClient(w.spicedb)
		first, err := writer.WriteRelationships(t.Context(), owner("acme", "pia"))
		require.NoError(t, err)
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		watching, err := v1.NewWatchServiceClient(connect(t, w.listener.Addr(), auditorKey)).
			Watch(ctx, &v1.WatchRequest{OptionalStartCursor: first.GetWrittenAt()})
		require.NoError(t, err)
		_, err = writer.WriteRelationships(t.Context(), owner("bakery", "carla"))
		require.NoError(t, err)
		seen, err := watching.Recv()
		require.NoError(t, err)
		require.Equal(t, "bakery", seen.GetUpdates()[0].GetRelationship().GetResource().GetObjectId())
		leave()
		_, err = watching.Recv()
		require.Equal(t, codes.Canceled, status.Code(err))
	})
}

func owner(organization, user string) *v1.WriteRelationshipsRequest {
	return &v1.WriteRelationshipsRequest{Updates: []*v1.RelationshipUpdate{{
		Operation: v1.RelationshipUpdate_OPERATION_TOUCH,
		Relationship: &v1.Relationship{
			Resource: &v1.ObjectReference{ObjectType: "organization", ObjectId: organization}, Relation: "owner",
			Subject: &v1.SubjectReference{Object: &v1.ObjectReference{ObjectType: "user", ObjectId: user}},
		},
	}}}
}

// TestKey: without a key nobody is let in.
func TestKey(t *testing.T) {
	_, err := auditors.Listen(t.Context(), auditors.Config{Listen: "127.0.0.1:0"})
	require.Error(t, err)
}
