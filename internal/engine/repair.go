package engine

import (
	"context"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ tenancy.Inspected = (*Engine)(nil)

// Overwrite implements [tenancy.Inspected].
func (e *Engine) Overwrite(ctx context.Context, stands tenancy.Relationship, d tenancy.Delivery) error {
	trees := frontsOf(d)
	at := fence{}
	if stands != (tenancy.Relationship{}) {
		var err error
		if at, err = parseFence(stands.Subject.ID); err != nil {
			return err
		}
		at.ended = stands.Resource == tenancy.EndedTree{RootID: d.RootID}.Object()
	}
	trees[0].at = at
	return e.bring(ctx, trees, d)
}

// RemovesAtOnce implements [tenancy.Inspected].
func (e *Engine) RemovesAtOnce() int { return e.maxUpdates }

// Remove implements [tenancy.Inspected].
func (e *Engine) Remove(ctx context.Context, relationships []tenancy.Relationship, unless []tenancy.Place) error {
	request := &v1.WriteRelationshipsRequest{}
	for _, r := range relationships {
		request.Updates = append(request.Updates, updateMessage(tenancy.Update{Delete: true, Relationship: r}))
	}
	for _, place := range unless {
		request.OptionalPreconditions = append(request.OptionalPreconditions, &v1.Precondition{
			Operation: v1.Precondition_OPERATION_MUST_NOT_MATCH,
			Filter: &v1.RelationshipFilter{
				ResourceType: place.Resource.Type, OptionalResourceId: place.Resource.ID, OptionalRelation: place.Relation,
			},
		})
	}
	_, err := e.client.WriteRelationships(ctx, request)
	if isFenceFailure(err) {
		return tenancy.ErrFence
	}
	return Translate(ctx, err)
}
