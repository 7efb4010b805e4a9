package engine

import (
	"context"
	"errors"
	"io"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// LookupSubjects implements [tenancy.Engine]. SpiceDB has no pages of subjects: it streams
// all of them, at one state, for at most its streaming timeout. A stream that breaks off is an
// error, never a shorter list.
func (e *Engine) LookupSubjects(ctx context.Context, resource tenancy.Object, permission, subjectType string) ([]string, error) {
	state, err := e.freshEnough(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // releases a stream that is left before its end
	stream, err := e.client.LookupSubjects(ctx, &v1.LookupSubjectsRequest{
		Consistency:       state,
		Resource:          objectReference(resource),
		Permission:        permission,
		SubjectObjectType: subjectType,
	})
	if err != nil {
		return nil, Translate(ctx, err)
	}
	var ids []string
	seen := map[string]bool{}
	for {
		result, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return ids, nil
		}
		if err != nil {
			return nil, Translate(ctx, err)
		}
		if id, ok := subjectIn(result); ok && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
}

// subjectIn takes a subject for one only if its permission does not hang on a condition. A
// wildcard, which the schema does not have, is nobody.
func subjectIn(result *v1.LookupSubjectsResponse) (id string, ok bool) {
	subject := result.GetSubject()
	id = subject.GetSubjectObjectId()
	has := subject.GetPermissionship() == v1.LookupPermissionship_LOOKUP_PERMISSIONSHIP_HAS_PERMISSION
	return id, has && id != "" && id != "*"
}
