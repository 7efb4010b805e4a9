package engine

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// wanted are the relationships of one relation of an object: to subjects of a type, if it
// is not "", with an id, if it is not "", and to sets of those in a relation, or with "" to
// the subjects themselves.
type wanted struct {
	node
	subjectType, subjectID, subjectRelation string
}

// reading reads relationships of one state, in an order that is the same each time.
type reading func(ctx context.Context, what wanted) ([]tenancy.Relationship, error)

// relationshipsAt reads at the state of a token, and at no other: a later one is another
// answer's.
func (e *Engine) relationshipsAt(at *v1.ZedToken) reading {
	return e.relationships(&v1.Consistency{Requirement: &v1.Consistency_AtExactSnapshot{AtExactSnapshot: at}})
}

// relationships reads at a state that meets the requirement.
func (e *Engine) relationships(at *v1.Consistency) reading {
	return func(ctx context.Context, what wanted) (found []tenancy.Relationship, err error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel() // releases a stream that is left before its end
		stream, err := e.client.ReadRelationships(ctx, &v1.ReadRelationshipsRequest{
			Consistency: at, RelationshipFilter: what.filter(),
		})
		if err != nil {
			return nil, Translate(ctx, err)
		}
		for {
			response, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				slices.SortFunc(found, func(a, b tenancy.Relationship) int { return cmp.Compare(a.String(), b.String()) })
				return found, nil
			}
			if err != nil {
				return nil, Translate(ctx, err)
			}
			found = append(found, relationshipOf(response.GetRelationship()))
		}
	}
}

func (what wanted) filter() *v1.RelationshipFilter {
	filter := &v1.RelationshipFilter{
		ResourceType: what.object.Type, OptionalResourceId: what.object.ID, OptionalRelation: what.name,
	}
	if what.subjectType != "" {
		filter.OptionalSubjectFilter = &v1.SubjectFilter{
			SubjectType: what.subjectType, OptionalSubjectId: what.subjectID,
			OptionalRelation: &v1.SubjectFilter_RelationFilter{Relation: what.subjectRelation},
		}
	}
	return filter
}

func relationshipOf(r *v1.Relationship) tenancy.Relationship {
	return tenancy.Relationship{
		Resource:        objectOf(r.GetResource()),
		Relation:        r.GetRelation(),
		Subject:         objectOf(r.GetSubject().GetObject()),
		SubjectRelation: r.GetSubject().GetOptionalRelation(),
	}
}
