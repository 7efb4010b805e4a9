package engine

import (
	"context"
	"fmt"
	"slices"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"google.golang.org/grpc/status"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// maxChecks is how many questions SpiceDB takes in one call. It can't be configured there.
const maxChecks = 10_000

// allowed is the only permissionship that allows: a conditional one does not.
const allowed = v1.CheckPermissionResponse_PERMISSIONSHIP_HAS_PERMISSION

// Check implements [tenancy.Engine]. Questions of one call are answered at one state, up
// to 10,000 of them; more are asked in several calls, each at the newest state.
func (e *Engine) Check(ctx context.Context, questions []tenancy.Question) ([]bool, error) {
	if len(questions) == 1 {
		return e.checkOne(ctx, questions[0])
	}
	answers := make([]bool, 0, len(questions))
	for chunk := range slices.Chunk(questions, maxChecks) {
		some, err := e.checkMany(ctx, chunk)
		if err != nil {
			return nil, err
		}
		answers = append(answers, some...)
	}
	return answers, nil
}

func (e *Engine) checkOne(ctx context.Context, q tenancy.Question) ([]bool, error) {
	state, err := e.freshEnough(ctx)
	if err != nil {
		return nil, err
	}
	response, err := e.client.CheckPermission(ctx, &v1.CheckPermissionRequest{
		Consistency: state,
		Resource:    objectReference(q.Resource),
		Permission:  q.Permission,
		Subject:     subjectReference(q.Subject, ""),
	})
	if err != nil {
		return nil, Translate(ctx, err)
	}
	return []bool{response.GetPermissionship() == allowed}, nil
}

func (e *Engine) checkMany(ctx context.Context, questions []tenancy.Question) ([]bool, error) {
	state, err := e.freshEnough(ctx)
	if err != nil {
		return nil, err
	}
	request := &v1.CheckBulkPermissionsRequest{Consistency: state}
	for _, q := range questions {
		request.Items = append(request.Items, &v1.CheckBulkPermissionsRequestItem{
			Resource:   objectReference(q.Resource),
			Permission: q.Permission,
			Subject:    subjectReference(q.Subject, ""),
		})
	}
	response, err := e.client.CheckBulkPermissions(ctx, request)
	if err != nil {
		return nil, Translate(ctx, err)
	}
	return readPairs(ctx, questions, response.GetPairs())
}

// readPairs reads the answers of a bulk check. Each comes with its question; one that does
// not stand in its place would decide about somebody else.
func readPairs(ctx context.Context, questions []tenancy.Question, pairs []*v1.CheckBulkPermissionsPair) ([]bool, error) {
	if len(pairs) != len(questions) {
		err := fmt.Errorf("%d answers to %d questions", len(pairs), len(questions))
		return nil, tenancy.Unavailable(tenancy.CodeEngineUnavailable, err)
	}
	answers := make([]bool, len(pairs))
	for i, pair := range pairs {
		if err := pair.GetError(); err != nil {
			return nil, Translate(ctx, status.ErrorProto(err))
		}
		if asked := questionOf(pair.GetRequest()); asked != questions[i] {
			err := fmt.Errorf("question %d is %v and was answered as %v", i, questions[i], asked)
			return nil, tenancy.Unavailable(tenancy.CodeEngineUnavailable, err)
		}
		answers[i] = pair.GetItem().GetPermissionship() == allowed
	}
	return answers, nil
}

func questionOf(item *v1.CheckBulkPermissionsRequestItem) tenancy.Question {
	return tenancy.Question{
		Subject:    objectOf(item.GetSubject().GetObject()),
		Permission: item.GetPermission(),
		Resource:   objectOf(item.GetResource()),
	}
}

func objectOf(r *v1.ObjectReference) tenancy.Object {
	return tenancy.Object{Type: r.GetObjectType(), ID: r.GetObjectId()}
}
