package embedded

import (
	"context"
	"fmt"

	"github.com/authzed/spicedb/pkg/datastore"
	spicedb "github.com/authzed/spicedb/pkg/embedded"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// stepEvaluate is a question that is evaluated without a call.
var stepEvaluate = tenancy.Step{Part: "engine", Name: "Evaluate"}

// Check implements [tenancy.Engine]. A single question, which is what almost every request
// asks, goes to SpiceDB's evaluation directly: always at the newest revision, and past the
// cost of a call. Several go as one call, which answers them all at one state.
func (e *Engine) Check(ctx context.Context, questions []tenancy.Question) ([]bool, error) {
	if len(questions) != 1 {
		return e.Engine.Check(ctx, questions)
	}
	if ctx.Err() != nil {
		return nil, engine.Translate(ctx, ctx.Err())
	}
	answer, err := e.evaluate(ctx, questions[0])
	if err != nil {
		// The evaluation's errors have no codes. The server tells what kind of failure it
		// is, by failing in the same way.
		return e.Engine.Check(ctx, questions)
	}
	return []bool{answer}, nil
}

func (e *Engine) evaluate(ctx context.Context, q tenancy.Question) (bool, error) {
	ctx, end := e.probe.Begin(ctx, stepEvaluate)
	answer, err := e.evaluator.check(ctx, q)
	end(err)
	return answer, err
}

// evaluator asks SpiceDB's evaluation over one datastore.
type evaluator struct {
	permissions *spicedb.Permissions
	types       map[string]bool // that the schema defines
}

func newEvaluator(ds datastore.Datastore, types map[string]bool) (evaluator, error) {
	permissions, err := spicedb.NewPermissions(spicedb.Config{
		Datastore:               ds,
		SchemaMode:              schemaMode,
		SchemaCacheMaxCostBytes: schemaCacheBytes,
	})
	return evaluator{permissions, types}, err
}

func (e evaluator) check(ctx context.Context, q tenancy.Question) (bool, error) {
	if !e.types[q.Subject.Type] {
		return false, fmt.Errorf("unknown type of subject %q", q.Subject.Type) // it would just be denied
	}
	result, err := e.permissions.Check(ctx, spicedb.CheckRequest{
		ResourceType: q.Resource.Type,
		ResourceID:   q.Resource.ID,
		Permission:   q.Permission,
		SubjectType:  q.Subject.Type,
		SubjectID:    q.Subject.ID,
	})
	return result.HasPermission, err
}
