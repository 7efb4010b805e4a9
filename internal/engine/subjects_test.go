package engine_test

import (
	"context"
	"errors"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// teller tells of subjects, and then of its error.
type teller struct {
	engine.Client
	subjects []*v1.LookupSubjectsResponse
	err      error
	asked    *v1.Consistency
}

func (l *teller) LookupSubjects(_ context.Context, in *v1.LookupSubjectsRequest, _ ...grpc.CallOption) (grpc.ServerStreamingClient[v1.LookupSubjectsResponse], error) {
	l.asked = in.GetConsistency()
	return &broken[v1.LookupSubjectsResponse]{found[v1.LookupSubjectsResponse]{left: l.subjects}, l.err}, nil
}

// broken is a stream that ends with an error, if there is one.
type broken[T any] struct {
	found[T]
	err error
}

func (b *broken[T]) Recv() (*T, error) {
	if len(b.left) == 0 && b.err != nil {
		return nil, b.err
	}
	return b.found.Recv()
}

func subjectResult(id string, is v1.LookupPermissionship) *v1.LookupSubjectsResponse {
	return &v1.LookupSubjectsResponse{Subject: &v1.ResolvedSubject{SubjectObjectId: id, Permissionship: is}}
}

const hasPermission = v1.LookupPermissionship_LOOKUP_PERMISSIONSHIP_HAS_PERMISSION

var acme = tenancy.Object{Type: "organization", ID: "acme"}

// A subject is in the list once, if it has the full permission, and is somebody.
func TestLookupSubjects(t *testing.T) {
	client := &teller{subjects: []*v1.LookupSubjectsResponse{
		subjectResult("b", hasPermission), subjectResult("a", hasPermission), subjectResult("b", hasPermission),
		subjectResult("c", v1.LookupPermissionship_LOOKUP_PERMISSIONSHIP_CONDITIONAL_PERMISSION),
		subjectResult("d", v1.LookupPermissionship_LOOKUP_PERMISSIONSHIP_UNSPECIFIED),
		subjectResult("*", hasPermission), {},
	}}
	ids, err := engine.New(client, engine.Options{}).LookupSubjects(t.Context(), acme, "own", "user")
	require.NoError(t, err)
	require.Equal(t, []string{"b", "a"}, ids)
	require.True(t, client.asked.GetFullyConsistent())
}

// A stream that breaks off, as at SpiceDB's streaming timeout, is no shorter list.
func TestLookupSubjectsThatBreaksOff(t *testing.T) {
	client := &teller{subjects: []*v1.LookupSubjectsResponse{subjectResult("a", hasPermission)}, err: errors.New("timeout")}
	ids, err := engine.New(client, engine.Options{}).LookupSubjects(t.Context(), acme, "own", "user")
	requireUnavailable(t, err, "broken off")
	require.Nil(t, ids)
}

// The real one knows who is nobody's, and refuses what is no permission.
func TestLookupSubjectsOfTheRealOne(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	none, err := e.LookupSubjects(t.Context(), acme, "own", "machine")
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = e.LookupSubjects(t.Context(), acme, "fly", "user")
	require.Error(t, err)
}
