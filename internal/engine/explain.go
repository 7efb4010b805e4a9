package engine

import (
	"context"
	"fmt"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Explain implements [tenancy.Engine]. The question is answered first, and its ways are
// then read at the very state of the answer. SpiceDB's own account of a check would show
// nothing below a result that it remembers, and not what its arrows lead over; so the
// schema is followed over the relationships themselves, which are remembered nowhere. An
// account that does not bear the answer is never given.
func (e *Engine) Explain(ctx context.Context, q tenancy.Question) (tenancy.Ways, error) {
	g, err := ownGrammar()
	if err != nil {
		return tenancy.Ways{}, err
	}
	state, err := e.freshEnough(ctx)
	if err != nil {
		return tenancy.Ways{}, err
	}
	answer, err := e.client.CheckPermission(ctx, &v1.CheckPermissionRequest{
		Consistency: state,
		Resource:    objectReference(q.Resource),
		Permission:  q.Permission,
		Subject:     subjectReference(q.Subject, ""),
	})
	if err != nil {
		return tenancy.Ways{}, Translate(ctx, err)
	}
	w := newWalk(g, e.relationshipsAt(answer.GetCheckedAt()), q.Subject)
	found, err := w.from(ctx, node{q.Resource, q.Permission})
	if err != nil {
		return tenancy.Ways{}, err
	}
	return account(q, answer.GetPermissionship() == allowed, found, w.cut)
}

// account compares the answer with the ways that bear it. Of ways that were cut short,
// those that are there are right unless something is taken away by what was not read.
func account(q tenancy.Question, answer bool, found []tenancy.Way, cut bool) (tenancy.Ways, error) {
	switch {
	case answer == (len(found) > 0):
		return tenancy.Ways{Allowed: answer, Ways: found, Truncated: cut}, nil
	case cut:
		return tenancy.Ways{Allowed: answer, Truncated: true}, nil
	}
	err := fmt.Errorf("%v is answered %t, and has %d ways", q, answer, len(found))
	return tenancy.Ways{}, tenancy.Unavailable(tenancy.CodeEngineUnavailable, err)
}
