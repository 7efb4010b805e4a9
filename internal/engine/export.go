package engine

import (
	"context"
	"errors"
	"io"
	"iter"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// exportMessage is how many relationships come in one message of an export. It bounds the
// memory that an export takes here; a stock SpiceDB allows ten times as many.
const exportMessage = 1000

// Relationships streams everything that the engine holds, bookkeeping too (see [Bookkeeping]),
// each relationship once and all at one state: the newest when it begins. A stream that
// breaks goes on where it was, at that same state. An error comes last, and who has seen one
// has not seen all.
func (e *Engine) Relationships(ctx context.Context) iter.Seq2[tenancy.Relationship, error] {
	return func(yield func(tenancy.Relationship, error) bool) {
		x := export{client: e.client, yield: yield}
		request := &v1.ExportBulkRelationshipsRequest{Consistency: head(), OptionalLimit: exportMessage}
		for tries := 0; ; {
			before := request.OptionalCursor
			err := x.from(ctx, request)
			if err == nil || x.left {
				return
			}
			if tries++; request.OptionalCursor != before {
				tries = 0
			}
			if tries == maxTries || !isBroken(ctx, err) {
				yield(tenancy.Relationship{}, Translate(ctx, err))
				return
			}
			pause(ctx, tries)
		}
	}
}

// export gives relationships to whoever reads them, until he leaves.
type export struct {
	client Client
	yield  func(tenancy.Relationship, error) bool
	left   bool
}

// from reads on from the cursor of the request, which it moves behind what it has given.
func (x *export) from(ctx context.Context, request *v1.ExportBulkRelationshipsRequest) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // releases a stream that is left before its end
	stream, err := x.client.ExportBulkRelationships(ctx, request)
	if err != nil {
		return err
	}
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, r := range message.GetRelationships() {
			if !x.yield(relationshipOf(r), nil) {
				x.left = true
				return nil
			}
		}
		request.OptionalCursor = message.GetAfterResultCursor()
	}
}

// RelationshipsOn returns the relationships of one resource at the engine's newest state, in order.
func (e *Engine) RelationshipsOn(ctx context.Context, resource tenancy.Object) ([]tenancy.Relationship, error) {
	return e.relationships(head())(ctx, wanted{node: node{object: resource}})
}

// Holds reports whether the engine holds a relationship at its newest state.
func (e *Engine) Holds(ctx context.Context, r tenancy.Relationship) (bool, error) {
	found, err := e.relationships(head())(ctx, wanted{
		node:        node{r.Resource, r.Relation},
		subjectType: r.Subject.Type, subjectID: r.Subject.ID, subjectRelation: r.SubjectRelation,
	})
	return len(found) > 0, err
}
