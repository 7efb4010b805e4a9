package embedded_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
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

	"github.com/tenantry/tenantry/internal/engine/embedded"
)

const (
	zedKey     = "a key that can write"
	auditorKey = "a key that can read"
)

func listeners() embedded.Config {
	return embedded.Config{
		ZedListen: "127.0.0.1:0", ZedKey: zedKey,
		AuditorListen: "127.0.0.1:0", AuditorKey: auditorKey,
		StopGrace: 100 * time.Millisecond,
	}
}

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

// writes tells for every method of SpiceDB's API whether it can change something. A method
// that is missing here is new: decide.
var writes = map[string]bool{
	"PermissionsService/ReadRelationships":       false,
	"PermissionsService/WriteRelationships":      true,
	"PermissionsService/DeleteRelationships":     true,
	"PermissionsService/CheckPermission":         false,
	"PermissionsService/CheckBulkPermissions":    false,
	"PermissionsService/ExpandPermissionTree":    false,
	"PermissionsService/LookupResources":         false,
	"PermissionsService/LookupSubjects":          false,
	"PermissionsService/ImportBulkRelationships": true,
	"PermissionsService/ExportBulkRelationships": false,

	"SchemaService/ReadSchema":            false,
	"SchemaService/WriteSchema":           true,
	"SchemaService/ReflectSchema":         false,
	"SchemaService/ComputablePermissions": false,
	"SchemaService/DependentRelations":    false,
	"SchemaService/DiffSchema":            false,
	"WatchService/Watch":                  false,

	"ExperimentalService/BulkImportRelationships":                   true,
	"ExperimentalService/BulkExportRelationships":                   false,
	"ExperimentalService/BulkCheckPermission":                       false,
	"ExperimentalService/ExperimentalReflectSchema":                 false,
	"ExperimentalService/ExperimentalComputablePermissions":         false,
	"ExperimentalService/ExperimentalDependentRelations":            false,
	"ExperimentalService/ExperimentalDiffSchema":                    false,
	"ExperimentalService/ExperimentalRegisterRelationshipCounter":   true,
	"ExperimentalService/ExperimentalCountRelationships":            false,
	"ExperimentalService/ExperimentalUnregisterRelationshipCounter": true,
}

// methods lists every method of SpiceDB's API by its descriptors.
func methods() []protoreflect.MethodDescriptor {
	var all []protoreflect.MethodDescriptor
	protoregistry.GlobalFiles.RangeFilesByPackage("authzed.api.v1", func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				all = append(all, service.Methods().Get(j))
			}
		}
		return true
	})
	return all
}

// call calls a method with an empty request. Services take it for invalid, which tells
// that they were reached.
func call(t *testing.T, conn *grpc.ClientConn, method protoreflect.MethodDescriptor) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	description := &grpc.StreamDesc{ClientStreams: method.IsStreamingClient(), ServerStreams: method.IsStreamingServer()}
	stream, err := conn.NewStream(ctx, description, fullName(method))
	require.NoError(t, err)
	if err := stream.SendMsg(dynamicpb.NewMessage(method.Input())); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	require.NoError(t, stream.CloseSend())
	return stream.RecvMsg(dynamicpb.NewMessage(method.Output()))
}

func fullName(method protoreflect.MethodDescriptor) string {
	return "/" + string(method.Parent().FullName()) + "/" + string(method.Name())
}

func TestAuditorsReadAndDoNotWrite(t *testing.T) {
	e := start(t, listeners())
	auditor := connect(t, e.AuditorAddr(), auditorKey)
	for _, method := range methods() {
		name := strings.TrimPrefix(fullName(method), "/authzed.api.v1.")
		write, known := writes[name]
		if !known {
			t.Errorf("%s is not known: does it write?", name)
			continue
		}
		if name == "WatchService/Watch" {
			continue // an empty request is a valid one, that waits for changes: tested below
		}
		err := call(t, auditor, method)
		refused := status.Code(err) == codes.PermissionDenied
		if write && !refused {
			t.Errorf("%s writes and is not refused: %v", name, err)
		}
		// Counting is for a counter, which auditors can't register.
		if !write && refused && name != "ExperimentalService/ExperimentalCountRelationships" {
			t.Errorf("%s reads and is refused: %v", name, err)
		}
	}
	require.Len(t, methods(), len(writes), "a method of the table is gone")
}

func TestAuditorsSeeTheSameRelationships(t *testing.T) {
	e := start(t, listeners())
	require.NoError(t, e.Apply(t.Context(), delivery(t, 1, "+organization:acme#owner@user:alice")))
	auditor := v1.NewPermissionsServiceClient(connect(t, e.AuditorAddr(), auditorKey))
	request := &v1.CheckPermissionRequest{
		Consistency: &v1.Consistency{Requirement: &v1.Consistency_FullyConsistent{FullyConsistent: true}},
		Resource:    &v1.ObjectReference{ObjectType: "organization", ObjectId: "acme"},
		Permission:  "own",
		Subject:     &v1.SubjectReference{Object: &v1.ObjectReference{ObjectType: "user", ObjectId: "alice"}},
	}
	response, err := auditor.CheckPermission(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, v1.CheckPermissionResponse_PERMISSIONSHIP_HAS_PERMISSION, response.GetPermissionship())

	require.NoError(t, e.Apply(t.Context(), delivery(t, 2, "-organization:acme#owner@user:alice")))
	response, err = auditor.CheckPermission(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, v1.CheckPermissionResponse_PERMISSIONSHIP_NO_PERMISSION, response.GetPermissionship())
}

func TestAuditorsWatch(t *testing.T) {
	e := start(t, listeners())
	watch := v1.NewWatchServiceClient(connect(t, e.AuditorAddr(), auditorKey))
	stream, err := watch.Watch(t.Context(), &v1.WatchRequest{OptionalStartCursor: makeOwner(t, e, "bob")})
	require.NoError(t, err)
	require.NoError(t, e.Apply(t.Context(), delivery(t, 1, "+organization:acme#owner@user:alice")))
	response, err := stream.Recv()
	require.NoError(t, err)
	require.Len(t, response.GetUpdates(), 2, "the relationship and its fence")
	require.NoError(t, e.Stop(), "an open watch does not hold the engine")
}

func TestTheKeyThatWritesWrites(t *testing.T) {
	e := start(t, listeners())
	makeOwner(t, e, "alice")
	require.Equal(t, []bool{true}, check(t, e, owns("alice", "acme")))
}

// makeOwner writes over the listener for zed, and returns the state after it.
func makeOwner(t *testing.T, e *embedded.Engine, user string) *v1.ZedToken {
	t.Helper()
	zed := v1.NewPermissionsServiceClient(connect(t, e.ZedAddr(), zedKey))
	response, err := zed.WriteRelationships(t.Context(), &v1.WriteRelationshipsRequest{Updates: []*v1.RelationshipUpdate{{
		Operation: v1.RelationshipUpdate_OPERATION_TOUCH,
		Relationship: &v1.Relationship{
			Resource: &v1.ObjectReference{ObjectType: "organization", ObjectId: "acme"},
			Relation: "owner",
			Subject:  &v1.SubjectReference{Object: &v1.ObjectReference{ObjectType: "user", ObjectId: user}},
		},
	}}})
	require.NoError(t, err)
	return response.GetWrittenAt()
}

func TestAWrongKeyIsRefused(t *testing.T) {
	e := start(t, listeners())
	for _, wrong := range []struct{ address, key string }{
		{e.ZedAddr(), ""}, {e.ZedAddr(), "wrong"}, {e.ZedAddr(), auditorKey},
		{e.AuditorAddr(), ""}, {e.AuditorAddr(), "wrong"}, {e.AuditorAddr(), zedKey},
	} {
		conn := connect(t, wrong.address, wrong.key)
		for _, method := range methods() {
			code := status.Code(call(t, conn, method))
			require.Contains(t, []codes.Code{codes.Unauthenticated, codes.PermissionDenied}, code, "%s with %q", fullName(method), wrong.key)
		}
	}
}

func TestAPortInUseIsOneClearError(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	address := taken.Addr().String()

	forZed, forAuditors := listeners(), listeners()
	forZed.ZedListen, forAuditors.AuditorListen = address, address
	for words, config := range map[string]embedded.Config{"listen for zed": forZed, "listen for auditors": forAuditors} {
		before := goleak.IgnoreCurrent()
		_, err := embedded.Start(t.Context(), config)
		require.ErrorIs(t, err, syscall.EADDRINUSE)
		require.EqualError(t, err, words+": "+address+": bind: address already in use")
		require.NoError(t, goleak.Find(before))
	}
}

func TestStopFreesThePorts(t *testing.T) {
	e := start(t, listeners())
	config := listeners()
	config.ZedListen, config.AuditorListen = e.ZedAddr(), e.AuditorAddr()
	require.NoError(t, e.Stop())
	start(t, config)
}

func TestAListenerWithoutAKeyDoesNotStart(t *testing.T) {
	for _, config := range []embedded.Config{
		{ZedListen: "127.0.0.1:0"},
		{AuditorListen: "127.0.0.1:0"},
		{ZedListen: "127.0.0.1:0", ZedKey: "same", AuditorListen: "127.0.0.1:0", AuditorKey: "same"},
	} {
		_, err := embedded.Start(t.Context(), config)
		require.Error(t, err)
	}
}

func TestNoListenerHasNoAddress(t *testing.T) {
	e := start(t, embedded.Config{})
	require.Empty(t, e.ZedAddr())
	require.Empty(t, e.AuditorAddr())
}
